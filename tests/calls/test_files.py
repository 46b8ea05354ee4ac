"""File questions: sent with a form or on their own, refused in words, read by whom they are for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio

from events.calls import file_pages, files, presenters, questions
from events.calls.models import Proposal, ProposalFile, ProposalPerson, Reviewer, ReviewPhase
from events.core import clock, database
from events.core import files as bytes_
from events.core.files import Store
from events.core.uploads import MEGABYTE
from events.people.models import Person
from events.settings import Settings
from tests import make
from tests.calls.conftest import SignIn, World, question
from tests.calls.test_pages import JSON, begun, typed
from tests.core.test_files import NOW, picture

PDF = ("paper.pdf", b"%PDF-1.7 all about zines", "application/pdf")


@dataclass
class Writing:
    """Ada writes a proposal to a call that asks for a paper; `path` is its own, `field` the paper's."""

    world: World
    ada: httpx.AsyncClient
    path: str
    paper: int

    @property
    def field(self) -> str:
        return f"q-{self.paper}"

    async def send(self, file: object, client: httpx.AsyncClient | None = None, **changes: str) -> httpx.Response:
        given = {"version": str((await Proposal.get()).version), self.field: ""} | changes
        given = typed(self.world, **given)
        given.pop(self.field)
        return await (client or self.ada).post(self.path, data=given, files={self.field: file})  # type: ignore[dict-item]


@pytest_asyncio.fixture
async def writing(world: World, signed_in: SignIn) -> Writing:
    await questions.save(world.call.id, None, question("Your paper", "file"))
    ada = await signed_in(world.ada)
    fresh = await world.fresh()
    return Writing(world, ada, await begun(world, ada), fresh.questions[-1].id)


async def download(client: httpx.AsyncClient, writing: Writing) -> httpx.Response:
    return await client.get(f"{writing.path}/files/{(await ProposalFile.get()).id}")


async def test_a_file_goes_with_its_form_and_comes_back_as_it_was(writing: Writing) -> None:
    missing = await writing.ada.post(writing.path, data=typed(writing.world, do="hand_in"))
    answer = await writing.send(PDF, do="hand_in")

    assert (missing.status_code, "Please add a file." in missing.text) == (422, True)
    assert (answer.status_code, (await Proposal.get()).state) == (303, "submitted")
    file = await download(writing.ada, writing)
    assert (file.content, file.headers["content-type"]) == (PDF[1], "application/pdf")
    assert "paper.pdf" in (await writing.ada.get(writing.path)).text


async def test_a_file_is_handed_out_to_be_saved_and_never_as_a_page(writing: Writing) -> None:
    await writing.send(('<img src=x onerror="alert(1)">.pdf', PDF[1], "text/html"))

    headers = (await download(writing.ada, writing)).headers

    assert headers["content-disposition"].startswith('attachment; filename="img src x onerror')
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "private, no-store")
    assert "default-src 'none'; sandbox" in headers.get_list("content-security-policy")


async def test_a_file_is_replaced_and_taken_away_while_nothing_typed_is_lost(writing: Writing) -> None:
    await writing.send(PDF)
    await writing.send(("better.pdf", b"%PDF-1.7 better", ""))
    assert [(one.name, one.size) for one in await ProposalFile.all()] == [("better.pdf", 15)]

    answer = await writing.ada.post(
        writing.path, data=typed(writing.world, title="Zines II", version="3", do=f"drop-{writing.paper}")
    )

    assert (answer.status_code, await ProposalFile.all().count(), (await Proposal.get()).title) == (303, 0, "Zines II")


async def test_what_is_handed_in_keeps_the_file_it_needs(writing: Writing) -> None:
    await writing.send(PDF, do="hand_in")

    answer = await writing.ada.post(writing.path, data=typed(writing.world, version="2", do=f"drop-{writing.paper}"))

    assert (answer.status_code, "send another file in its place" in answer.text) == (422, True)
    assert await ProposalFile.all().count() == 1


async def test_a_file_that_is_not_what_it_says_is_refused_and_the_text_is_kept(writing: Writing) -> None:
    for content in (b"MZ\x90 a program", b"<svg xmlns='x'><script/></svg>", b"PK\x03\x04 broken"):
        answer = await writing.send(("paper.pdf", content, "application/pdf"), abstract="Typed just now", do="hand_in")

        assert (answer.status_code, "none of what is taken here" in answer.text) == (422, True)
        assert "Typed just now" in answer.text
    assert ((await Proposal.get()).abstract, await ProposalFile.all().count()) == ("Typed just now", 0)


async def test_a_headshot_of_80_megabytes_is_refused_with_the_limit_and_the_text_is_kept(writing: Writing) -> None:
    large = ("me.png", b"\x89PNG\r\n\x1a\n" + bytes(80 * MEGABYTE), "image/png")

    answer = await writing.send(large, title="Typed beside it")
    alone = await writing.ada.post(f"{writing.path}/questions/{writing.paper}/file", files={writing.field: large})

    assert (answer.status_code, "larger than 20 MB" in answer.text) == (422, True)
    assert ((await Proposal.get()).title, await ProposalFile.all().count()) == ("Typed beside it", 0)
    assert (alone.status_code, alone.json()["words"]) == (
        422,
        "This file is larger than 20 MB. Send a smaller one.",
    )


async def test_more_than_any_form_may_carry_is_not_even_read(writing: Writing) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b", "Content-Length": str(200 * MEGABYTE)}

    answer = await writing.ada.post(writing.path, content=b"", headers=headers)
    elsewhere = await writing.ada.post(
        f"{writing.world.path}/proposals", content=b"", headers=headers | {"Content-Length": str(9 * MEGABYTE)}
    )

    assert (answer.status_code, "160 MB" in answer.text) == (413, True)
    assert (elsewhere.status_code, "8 MB" in elsewhere.text) == (413, True)


async def test_beside_the_form_a_file_goes_on_its_own_and_makes_no_version_old(writing: Writing) -> None:
    sent = await writing.ada.post(
        f"{writing.path}/questions/{writing.paper}/file", files={writing.field: ("me.jpg", picture(), "")}
    )
    saved = await writing.ada.post(writing.path, data={"version": "1", "title": "Zi"}, headers=JSON)

    assert (sent.status_code, sent.json()["name"]) == (200, "me.jpg")
    assert (await writing.ada.get(sent.json()["url"])).content.startswith(b"\xff\xd8\xff")
    assert (saved.json()["version"], (await Proposal.get()).answers[str(writing.paper)]) == (2, "me.jpg")


async def test_after_the_call_closed_no_file_comes_any_more(writing: Writing) -> None:
    await writing.world.close(minutes=16)

    answer = await writing.send(PDF, title="Typed too late")

    assert (answer.status_code, "Typed too late" in answer.text) == (409, True)
    assert await ProposalFile.all().count() == 0


async def test_a_file_is_for_its_writers_and_the_organizers(writing: Writing, signed_in: SignIn) -> None:
    await writing.send(PDF, do="hand_in")
    grace, mallory, mary = [await make.person(name) for name in ("Grace", "Mallory", "Mary")]
    proposal = await Proposal.get()
    await ProposalPerson.create(proposal=proposal, person=grace, name="Grace", state="accepted", position=1, answers={})
    await make.role(mary, "programme_manager", event_id=writing.world.event.id)
    other = await make.person("Otto")
    await make.role(other, "programme_manager", event_id=(await make.event("other")).id)

    answers = [(await download(await signed_in(who), writing)).status_code for who in (grace, mary, mallory, other)]

    assert answers == [200, 200, 404, 404]
    assert (await (await signed_in(mallory)).post(f"{writing.path}/questions/{writing.paper}/file")).status_code == 404


Reads = Callable[[Person], Awaitable[bool]]


async def test_reviewers_read_a_file_where_their_phase_is_not_blind(writing: Writing) -> None:
    await writing.send(PDF, do="hand_in")
    row, proposal = await ProposalFile.get(), await Proposal.get()
    (file,) = await files.of(proposal.id)
    call_id = writing.world.call.id
    rita, carl = await make.person("Rita"), await make.person("Carl")
    await Reviewer.create(call_id=call_id, person=rita, track_ids=[])
    await Reviewer.create(call_id=call_id, person=carl, track_ids=[], chair=True)
    now = clock.now()
    phase = await ReviewPhase.create(
        call_id=call_id, name="One", opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1), blind=True
    )

    async def read() -> list[bool]:
        people = [Actorish(one.id) for one in (rita, carl)]
        return [await files.may_read(file, one, now) for one in people]  # type: ignore[arg-type]

    blind = await read()
    phase.blind = False
    await phase.save()
    open_ = await read()
    await database.execute("UPDATE call_question SET reviewers = false")
    not_asked = await read()

    assert (row.id, blind, open_, not_asked) == (file.id, [False, True], [True, True], [False, False])


@dataclass
class Actorish:
    id: int
    roles: tuple[()] = ()


async def test_a_file_of_a_draft_is_no_reviewers(writing: Writing) -> None:
    await writing.send(PDF)
    (file,) = await files.of((await Proposal.get()).id)
    carl = await make.person("Carl")
    await Reviewer.create(call_id=writing.world.call.id, person=carl, track_ids=[], chair=True)

    assert not await files.may_read(file, Actorish(carl.id), clock.now())  # type: ignore[arg-type]


# Questions to each presenter.


@pytest_asyncio.fixture
async def asking(world: World) -> World:
    """A call that asks each presenter for a biography and a headshot."""
    await questions.save(world.call.id, None, question("Who are you?", "long", about="presenter"))
    await questions.save(world.call.id, None, question("Your picture", "file", about="presenter"))
    return world


async def test_who_hands_in_answers_as_a_presenter_first(asking: World, signed_in: SignIn) -> None:
    ada = await signed_in(asking.ada)
    own = await begun(asking, ada)
    who, face = (await asking.fresh()).presenter_questions
    you = f"{own}/presenters/{(await ProposalPerson.get()).id}"

    refused = await ada.post(own, data=typed(asking, do="hand_in"))
    half = await ada.post(you, data={who.name: "A countess."})
    whole = await ada.post(you, data={who.name: "A countess."}, files={face.name: ("me.png", picture("PNG"), "")})
    handed_in = await ada.post(own, data=typed(asking, version="2", do="hand_in"))

    assert (refused.status_code, "as a presenter first" in refused.text) == (422, True)
    assert (half.status_code, "A countess." in half.text, "Please add a file." in half.text) == (422, True, True)
    assert (whole.status_code, handed_in.status_code) == (303, 303)
    kept = await ProposalPerson.get(position=0)
    assert kept.answers == {str(who.id): "A countess.", str(face.id): "me.png"}


async def test_an_invited_presenter_answers_without_an_account(
    asking: World, signed_in: SignIn, client: httpx.AsyncClient, settings: Settings
) -> None:
    ada = await signed_in(asking.ada)
    await database.execute("UPDATE call_question SET required = false WHERE about = 'presenter'")
    own = await begun(asking, ada)
    await ada.post(own, data=typed(asking, do="hand_in", **{"p-1-name": "Grace", "p-1-email": "grace@example.org"}))
    who, face = (await asking.fresh()).presenter_questions
    row = await ProposalPerson.get(position=1)
    assert row.invited_at is not None
    link = f"/presenters/{presenters.token(row.id, row.invited_at, settings.secret_key.get_secret_value().encode())}"
    answers = {who.name: "An admiral.", "accept": "yes"}

    page = await client.get(link)
    wrong = await client.post(link, data=answers, files={face.name: ("me.png", b"MZ", "image/png")})
    right = await client.post(link, data=answers, files={face.name: ("me.png", picture("PNG"), "image/png")})

    assert "Who are you?" in page.text
    assert (wrong.status_code, "An admiral." in wrong.text) == (422, True)
    assert (right.status_code, "You take part." in right.text) == (200, True)
    row = await ProposalPerson.get(position=1)
    assert (row.state, row.answers[str(who.id)]) == ("accepted", "An admiral.")
    file = await ProposalFile.get()
    assert file.presenter_id == row.id  # type: ignore[attr-defined]


async def test_a_presenters_answers_and_picture_are_theirs_alone(asking: World, signed_in: SignIn) -> None:
    ada = await signed_in(asking.ada)
    own = await begun(asking, ada)
    who, face = (await asking.fresh()).presenter_questions
    grace = await make.person("Grace")
    proposal = await Proposal.get()
    named = await ProposalPerson.create(proposal=proposal, name="Only Named", position=1, answers={})
    taking_part = await ProposalPerson.create(
        proposal=proposal, person=grace, name="Grace", state="accepted", position=2, answers={}
    )
    graces = await signed_in(grace)
    for client, row in ((ada, named), (graces, taking_part)):
        sent = await client.post(
            f"{own}/presenters/{row.id}/questions/{face.id}/file", files={face.name: ("me.png", picture("PNG"), "")}
        )
        assert sent.status_code == 200

    async def reads(client: httpx.AsyncClient) -> list[int]:
        rows = await ProposalFile.all().order_by("id")
        return [(await client.get(f"{own}/files/{row.id}")).status_code for row in rows]

    assert (await reads(ada), await reads(graces)) == ([200, 404], [404, 200])
    assert (await ada.get(f"{own}/presenters/{taking_part.id}")).status_code == 404
    assert (await ada.get(f"{own}/presenters/{named.id}")).status_code == 200
    assert (await graces.post(f"{own}/presenters/{named.id}", data={who.name: "x"})).status_code == 404
    assert (await ada.get(own)).text.count("/presenters/") == 2  # herself, and who is only named


async def test_another_address_at_a_place_is_another_person_without_the_others_answers(
    asking: World, signed_in: SignIn
) -> None:
    ada = await signed_in(asking.ada)
    own = await begun(asking, ada)
    _who, face = (await asking.fresh()).presenter_questions
    await ada.post(own, data=typed(asking, **{"p-1-name": "Grace", "p-1-email": "grace@example.org"}))
    row = await ProposalPerson.get(position=1)
    await ada.post(
        f"{own}/presenters/{row.id}/questions/{face.id}/file", files={face.name: ("me.png", picture("PNG"), "")}
    )

    await ada.post(own, data=typed(asking, version="2", **{"p-1-name": "Mary", "p-1-email": "mary@example.org"}))

    assert ((await ProposalPerson.get(position=1)).answers, await ProposalFile.all().count()) == ({}, 0)


@pytest.mark.parametrize(
    ("path", "takes"),
    [
        ("/events/annual/calls/papers/proposals/ABC123", True),
        ("/events/annual/calls/papers/proposals/ABC123/questions/5/file", True),
        ("/presenters/abc", True),
        ("/my/tasks/annual/3", True),
        ("/events/annual/calls/papers/proposals", False),
        ("/events/annual/register", False),
        ("/my/settings", False),
    ],
)
def test_only_addresses_that_take_files_may_get_large_forms(path: str, takes: bool) -> None:
    assert file_pages.takes_files(path) is takes


async def test_two_proposals_with_the_same_file_share_its_bytes_and_the_last_takes_them_along(
    writing: Writing, settings: Settings
) -> None:
    await writing.send(PDF)
    store = Store(settings.var)
    sha256 = (await ProposalFile.get()).sha256
    await database.execute(
        "INSERT INTO proposal_file (proposal_id, question_id, name, media_type, size, sha256, added_at)"
        " SELECT proposal_id, (SELECT min(id) FROM call_question), name, media_type, size, sha256, added_at"
        " FROM proposal_file"
    )
    left = []
    for _time in range(2):
        await database.execute("DELETE FROM proposal_file WHERE id = (SELECT min(id) FROM proposal_file)")
        await bytes_.forget_unnamed(store, files.named, NOW)
        left.append(store.path(sha256).exists())

    assert left == [True, False]
