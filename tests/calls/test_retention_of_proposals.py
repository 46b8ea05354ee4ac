"""What goes of proposals, presenters' answers and files: by itself, and with an account."""

from datetime import datetime, timedelta

import pytest_asyncio

from events.calls import questions, retention
from events.calls.models import Call, Proposal, ProposalFile, ProposalPerson, Task, TaskAnswer
from events.core import clock, database
from events.core.files import Store
from events.people.models import Person
from events.settings import Settings
from tests import make
from tests.calls.conftest import SignIn, World, question
from tests.calls.test_pages import begun, typed
from tests.people.proofs import code_in, last_mail
from workers import retention as night


@pytest_asyncio.fixture
async def asking(world: World) -> World:
    """A call that asks for a paper, and of each presenter for a form."""
    await questions.save(world.call.id, None, question("Your paper", "file", required=False))
    await questions.save(world.call.id, None, question("Your form", "file", required=False, about="presenter"))
    return world


async def with_files(world: World, signed_in: SignIn, person: Person, **changes: str) -> tuple[str, int]:
    """A proposal with a paper of its own and its owner's form; its path, and its id."""
    client = await signed_in(person)
    own = await begun(world, client)
    proposal = await Proposal.filter(owner=person).order_by("-id").first()
    assert proposal is not None
    call = await world.fresh()
    paper, form = call.questions[-1], call.presenter_questions[0]
    you = await ProposalPerson.get(proposal=proposal, position=0)
    pdf = ("it.pdf", f"%PDF-1.7 {proposal.id}".encode(), "")
    await client.post(f"{own}/questions/{paper.id}/file", files={paper.name: pdf})
    form_pdf = ("form.pdf", f"%PDF-1.7 form {proposal.id}".encode(), "")
    await client.post(f"{own}/presenters/{you.id}/questions/{form.id}/file", files={form.name: form_pdf})
    assert (await client.post(own, data=typed(world, **changes))).status_code == 303
    return own, proposal.id


def on_disk(settings: Settings) -> int:
    return sum(1 for path in Store(settings.var).root.glob("??/*") if path.is_file())


async def test_a_draft_that_was_never_handed_in_goes_ninety_days_after_its_call_closed_with_its_files(
    asking: World, signed_in: SignIn, settings: Settings
) -> None:
    await with_files(asking, signed_in, asking.ada)
    _path, kept = await with_files(asking, signed_in, await make.person("Grace"), do="hand_in")
    closes: datetime = (await Call.get()).closes_at

    early = await night.forget(closes + timedelta(days=90), settings)
    assert (early["proposals never handed in"], on_disk(settings)) == (0, 4)
    late = await night.forget(closes + timedelta(days=90, seconds=1), settings)

    assert (late["proposals never handed in"], late["files nobody names"], on_disk(settings)) == (1, 2, 2)
    assert [one.id for one in await Proposal.all()] == [kept]
    assert await ProposalFile.all().count() == 2


async def test_with_an_account_go_its_drafts_files_answers_and_done_tasks(
    asking: World, signed_in: SignIn, settings: Settings
) -> None:
    await with_files(asking, signed_in, asking.ada)
    _path, handed_in = await with_files(asking, signed_in, asking.ada, do="hand_in")
    task = await Task.create(event=asking.event, kind="biography", title="You", due_on=clock.now().date())
    await TaskAnswer.create(task=task, person=asking.ada, words="Me", done_at=clock.now())

    async with database.transaction():
        await retention.forget_person(asking.ada.id)
    await night.forget(clock.now(), settings)

    assert [one.id for one in await Proposal.all()] == [handed_in]
    presenter = await ProposalPerson.get()
    assert (presenter.name, presenter.email, presenter.answers, presenter.state) == ("", "", {}, "accepted")
    assert (await ProposalFile.all().count(), await TaskAnswer.all().count(), on_disk(settings)) == (0, 0, 0)


async def test_a_file_stays_with_who_presents_it_too_and_an_open_invitation_ends(
    asking: World, signed_in: SignIn
) -> None:
    grace = await make.person("Grace", "grace@example.org")
    _path, first = await with_files(asking, signed_in, asking.ada, do="hand_in")
    await ProposalPerson.create(
        proposal_id=first, person=grace, name="Grace", state="accepted", position=1, answers={"1": "x"}
    )
    _path, second = await with_files(
        asking, signed_in, grace, do="hand_in", **{"p-1-name": "Ada", "p-1-email": "ada@example.org"}
    )

    async with database.transaction():
        await retention.forget_person(asking.ada.id)

    rows = {(one.proposal_id, one.position): one for one in await ProposalPerson.all()}  # type: ignore[attr-defined]
    invited = rows[second, 1]
    assert (invited.name, invited.email, invited.state, invited.token_hash) == ("", "", "declined", None)
    assert (rows[first, 1].name, rows[second, 0].state) == ("Grace", "accepted")
    left = {(one.proposal_id, one.presenter_id) for one in await ProposalFile.all()}  # type: ignore[attr-defined]
    assert left == {(first, None), (second, None), (second, rows[second, 0].id)}


async def test_the_page_that_deletes_an_account_does_all_that(
    asking: World, signed_in: SignIn, settings: Settings
) -> None:
    ada = await signed_in(asking.ada)
    await with_files(asking, signed_in, asking.ada)
    said = (await ada.get("/my/settings/deletion")).text
    asked = await ada.post("/my/settings/deletion")
    _to, mail = await last_mail(settings, "mail.sign_in")

    gone = await ada.post(asked.headers["location"], data={"code": code_in(mail)})

    assert ("Drafts of proposals" in said, gone.status_code) == (True, 303)
    assert (await Proposal.all().count(), await ProposalFile.all().count()) == (0, 0)
