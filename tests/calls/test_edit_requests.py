"""Edits after the deadline: asked on the usual form, seen word by word, let in by somebody who saw what they let in."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from events.calls import decision_letters, edit_answers, edit_lists, edit_requests, proposals
from events.calls.edit_requests import NotOpen
from events.calls.models import EditRequest, Proposal, ProposalPerson
from events.core import clock, database, outbox
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.models import OutboxMessage
from events.people.models import Person
from events.schedule.models import Session
from events.settings import Settings
from tests import make
from tests.calls.conftest import SignIn, World
from tests.calls.deciding import chair, desk, handed_in
from tests.letterbox import opened
from workers.relay import LEASE
from workers.settings import BATCHES

ROOT = "/organize/events/annual/edit-requests"
SCRIPT = "<script>alert(1)</script>"


async def over(world: World, **changes: object) -> Proposal:
    """A proposal of Ada's whose call has closed."""
    made = await handed_in(world, **changes)  # type: ignore[arg-type]
    await world.close(minutes=60)
    return made


async def ask(
    world: World, proposal: Proposal, *, person: Person | None = None, seen: str = "", **typed: object
) -> int:
    """Ask for these fields to be changed; returns the open request."""
    person = person or world.ada
    call = await world.fresh()
    own = await proposals.find(call, proposal.code, person.id)
    fields = {**edit_requests.asked_fields(own, call), **typed}
    await edit_requests.ask(call, proposal.code, person.id, fields, "Please", seen, clock.now())
    held = await edit_requests.open_of(own.id)
    assert held is not None
    return held.id


def answers(piano: str) -> dict[str, Any]:
    return {"q-1": "yes", "q-2": piano}


async def seen(world: World, number: int) -> str:
    return (await edit_answers.standing(world.event.id, number)).seen


async def grant(world: World, number: int, saw: str, words: str = "") -> None:
    grace = await chair(world)
    await edit_answers.grant(world.event.id, number, saw, words, grace.id, clock.now())


def form(world: World, **changes: str) -> Mapping[str, str]:
    piano = world.call.questions[0].name
    given = {"title": "Zines", "abstract": "All about Zines", "description": "", "language": "en", piano: "no"}
    return given | {"seen": "", "words": ""} | changes


async def test_a_presenter_asks_on_the_usual_form_and_nothing_changes_yet(world: World, signed_in: SignIn) -> None:
    zines = await over(world)
    ada = await signed_in(world.ada)
    own = f"{world.path}/proposals/{zines.code}"

    offered = (await ada.get(own)).text
    page = (await ada.get(f"{own}/edit")).text
    asked = await ada.post(f"{own}/edit", data=form(world, title="Zines and more", words="It grew"))
    shown = (await ada.get(own)).text

    assert (f'href="{own}/edit"' in offered, 'value="Zines"' in page) == (True, True)
    assert (asked.status_code, asked.headers["location"]) == (303, own)
    row = await EditRequest.get()
    assert (row.changes, row.words, row.state) == ({"title": ["Zines", "Zines and more"]}, "It grew", "open")
    assert (await Proposal.get()).title == "Zines"
    assert "<ins> and more</ins>" in shown


async def test_what_is_not_whole_or_not_different_comes_back_as_it_was_typed(world: World, signed_in: SignIn) -> None:
    zines = await over(world)
    ada = await signed_in(world.ada)
    own = f"{world.path}/proposals/{zines.code}/edit"

    same = await ada.post(own, data=form(world))
    empty = await ada.post(
        own, data=form(world, title="", abstract="one two three four five six seven eight nine ten eleven")
    )

    assert (same.status_code, "Nothing here is different" in same.text) == (422, True)
    assert [f'href="#f-{name}"' in empty.text for name in ("title", "abstract")] == [True, True]
    assert ("ten eleven" in empty.text, await EditRequest.all().count()) == (True, 0)


async def test_it_is_asked_only_when_one_may_not_write_and_it_is_still_to_be_held(world: World) -> None:
    early = await handed_in(world)
    with pytest.raises(NotOpen):
        await ask(world, early, title="While the call is open")
    await world.close(minutes=60)

    for state, may in {
        "draft": False,
        "submitted": True,
        "accepted": True,
        "confirmed": True,
        "waitlisted": True,
        "declined": False,
        "withdrawn": False,
    }.items():
        await Proposal.all().update(state=state)
        call = await world.fresh()
        own = await proposals.find(call, early.code, world.ada.id)
        assert (state, edit_requests.may_ask(call, own, clock.now())) == (state, may)


async def test_a_second_request_takes_the_place_of_the_first_unless_somebody_did_not_see_it(world: World) -> None:
    zines = await over(world)
    alan = await make.person("Alan Turing")
    await ProposalPerson.create(proposal=zines, person=alan, name="Alan", state="accepted", position=1)
    first = await ask(world, zines, title="First")
    held = await edit_requests.open_of(zines.id)

    with pytest.raises(StaleWrite) as error:
        await ask(world, zines, person=alan, title="Blind")
    second = await ask(world, zines, person=alan, seen=edit_requests.stamp(held), title="First", abstract="Second")

    assert (error.value.theirs, error.value.yours) == ({"Title": "First"}, {"Title": "Blind"})
    assert first == second
    row = await EditRequest.get()
    assert row.changes == {"title": ["Zines", "First"], "abstract": ["All about Zines", "Second"]}
    assert row.asked_by_id == alan.id  # type: ignore[attr-defined]


async def test_two_who_ask_at_once_leave_one_request(world: World) -> None:
    zines = await over(world)

    found = await asyncio.gather(*(ask(world, zines, title=f"Title {n}") for n in range(4)), return_exceptions=True)

    assert sorted(type(one).__name__ for one in found) == ["StaleWrite"] * 3 + ["int"]
    assert await EditRequest.all().count() == 1


async def test_granted_it_is_in_the_proposal_and_in_its_session(world: World) -> None:
    zines = await handed_in(world)
    await (await desk(world)).tell("accepted", zines)
    await world.close(minutes=60)
    await OutboxMessage.all().delete()
    number = await ask(world, zines, title="Zines 2", abstract="New", **answers("A Bösendorfer"))

    await grant(world, number, await seen(world, number), "Lovely")

    made, session = await Proposal.get(), await Session.get()
    assert (made.title, made.abstract, made.answers) == ("Zines 2", "New", {"1": "yes", "2": "A Bösendorfer"})
    assert (session.title, session.abstract, session.state) == ("Zines 2", "New", "planned")
    row = await EditRequest.get()
    assert (row.state, row.answer) == ("granted", "Lovely")
    assert [one.topic for one in await OutboxMessage.all()] == ["mail.edit_answered"]
    with pytest.raises(NotOpen):
        await grant(world, number, await seen(world, number))


async def test_what_was_changed_since_it_was_looked_at_is_shown_and_not_written_over(world: World) -> None:
    zines = await handed_in(world)
    await (await desk(world)).tell("accepted", zines)
    await world.close(minutes=60)
    number = await ask(world, zines, title="Mine", abstract="Mine, too")
    saw = await seen(world, number)
    await Session.all().update(title="The organizers’ title")

    with pytest.raises(StaleWrite) as error:
        await grant(world, number, saw)

    assert (error.value.theirs["Title"], error.value.yours["Title"]) == ("The organizers’ title", "Mine")
    assert ((await Session.get()).title, (await Proposal.get()).title) == ("The organizers’ title", "Zines")
    await grant(world, number, await seen(world, number))
    assert ((await Session.get()).title, (await Session.get()).abstract) == ("Mine", "Mine, too")


async def test_a_request_that_was_extended_since_is_looked_at_again(world: World) -> None:
    zines = await over(world)
    number = await ask(world, zines, title="Harmless")
    saw = await seen(world, number)
    held = await edit_requests.open_of(zines.id)
    await ask(world, zines, seen=edit_requests.stamp(held), title="Something else")

    with pytest.raises(StaleWrite):
        await grant(world, number, saw)

    assert (await Proposal.get()).title == "Zines"


async def test_a_session_that_was_cancelled_stays_as_it_is(world: World) -> None:
    zines = await handed_in(world)
    await (await desk(world)).tell("accepted", zines)
    await world.close(minutes=60)
    await Session.all().update(state="cancelled")
    number = await ask(world, zines, title="New")

    await grant(world, number, await seen(world, number))

    assert ((await Proposal.get()).title, (await Session.get()).title) == ("New", "Zines")


async def test_taken_back_or_withdrawn_there_is_nothing_to_answer(world: World, signed_in: SignIn) -> None:
    zines = await over(world)
    ada = await signed_in(world.ada)
    own = f"{world.path}/proposals/{zines.code}"
    number = await ask(world, zines, title="First")

    back = await ada.post(f"{own}/edit/removal")
    again = await ada.post(f"{own}/edit/removal")
    await ask(world, zines, title="Second")
    await ada.post(f"{own}/withdrawal")

    assert [back.status_code, again.status_code] == [303, 409]
    assert await EditRequest.all().count() == 0
    with pytest.raises(NotFound):
        await edit_answers.standing(world.event.id, number)


async def test_the_mail_says_what_became_of_it_and_why(world: World, settings: Settings) -> None:
    zines = await over(world, title=f"Zines {SCRIPT}")
    grace = await chair(world)
    number = await ask(world, zines, abstract="New", **answers("A Steinway"))
    saw = await seen(world, number)
    await edit_answers.decline(world.event.id, number, saw, "Too late for <b>the print</b>", grace.id, clock.now())
    [message] = await outbox.claim(9, clock.now(), LEASE)

    letter = opened(await decision_letters.edit_answered(message, settings, clock.now()))

    assert message.topic in BATCHES
    assert letter["To"].addresses[0].addr_spec == "ada@example.org"
    assert letter["Subject"] == f"Your edit is declined: Zines {SCRIPT}"
    plain, html = (letter.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    for words in ("Abstract", "Do you need a piano?", "Too late for <b>the print</b>", zines.code):
        assert words in plain.get_content()
    assert ("<script" in html.get_content(), "&lt;b&gt;the print" in html.get_content()) == (False, True)


# The organizers' pages.


async def test_organizers_read_what_is_different_and_answer_the_queue_one_after_another(
    world: World, signed_in: SignIn
) -> None:
    first, second = await handed_in(world), await handed_in(world, "Seeds")
    await world.close(minutes=60)
    one, two = await ask(world, first, title=f"Zines {SCRIPT}"), await ask(world, second, title="Seeds to borrow")
    grace = await signed_in(await chair(world))

    queue = (await grace.get(ROOT)).text
    page = (await grace.get(f"{ROOT}/{one}")).text
    granted = await grace.post(f"{ROOT}/{one}", data={"do": "grant", "seen": await seen(world, one), "words": ""})
    silent = await grace.post(f"{ROOT}/{two}", data={"do": "decline", "seen": await seen(world, two), "words": ""})
    declined = await grace.post(f"{ROOT}/{two}", data={"do": "decline", "seen": await seen(world, two), "words": "No"})

    assert [words in queue for words in ("Zines", "Seeds", "Ada Lovelace")] == [True] * 3
    assert ("<ins> &lt;script&gt;alert(1)&lt;/script&gt;</ins>" in page, "<script>alert" in page) == (True, False)
    assert (granted.status_code, granted.headers["location"]) == (303, f"{ROOT}/{two}")
    assert (silent.status_code, "Say why" in silent.text) == (422, True)
    assert (declined.status_code, declined.headers["location"]) == (303, ROOT)
    assert [made.title for made in await Proposal.all().order_by("id")] == [f"Zines {SCRIPT}", "Seeds"]
    assert "This was declined." in (await grace.get(f"{ROOT}/{two}")).text
    assert "No open request" in (await grace.get(ROOT)).text


async def test_a_stale_answer_shows_both_states_and_keeps_the_words(world: World, signed_in: SignIn) -> None:
    zines = await over(world)
    number = await ask(world, zines, title="Mine")
    grace = await signed_in(await chair(world))
    saw = await seen(world, number)
    await database.execute("UPDATE proposal SET title = 'Theirs'")

    stale = await grace.post(f"{ROOT}/{number}", data={"do": "grant", "seen": saw, "words": "Fine by us"})

    assert (stale.status_code, "Fine by us" in stale.text, (await Proposal.get()).title) == (409, True, "Theirs")
    assert '<td class="as-typed">Theirs</td><td class="as-typed">Mine</td>' in stale.text
    fresh = stale.text.partition('name="seen" value="')[2].partition('"')[0]
    done = await grace.post(f"{ROOT}/{number}", data={"do": "grant", "seen": fresh, "words": "Fine by us"})
    assert (done.status_code, (await Proposal.get()).title) == (303, "Mine")


async def test_who_may_and_who_may_not(world: World, signed_in: SignIn, client: httpx.AsyncClient) -> None:
    zines = await over(world)
    number = await ask(world, zines, title="Mine")
    await make.event("other")
    ada, mallory = await signed_in(world.ada), await signed_in(await make.person("Mallory"))
    grace = await signed_in(await chair(world))
    own = f"{world.path}/proposals/{zines.code}/edit"
    answer = {"do": "grant", "seen": await seen(world, number), "words": ""}

    assert [(await mallory.request(method, own)).status_code for method in ("GET", "POST")] == [404, 404]
    assert (await mallory.post(f"{own}/removal")).status_code == 404
    assert [(await ada.get(path)).status_code for path in (ROOT, f"{ROOT}/{number}")] == [403, 403]
    assert (await ada.post(f"{ROOT}/{number}", data=answer)).status_code == 403
    assert (await client.get(ROOT)).headers["location"].startswith("/sign-in?next=")
    there = ROOT.replace("annual", "other")
    assert [(await grace.request(method, f"{there}/{number}")).status_code for method in ("GET", "POST")] == [404, 404]
    assert (await EditRequest.get()).state == "open"


async def test_the_queue_is_searched_and_filtered_by_call(world: World) -> None:
    zines, seeds = await handed_in(world), await handed_in(world, "Seeds")
    await world.close(minutes=60)
    await ask(world, zines, title="A")
    await ask(world, seeds, abstract="B")

    found = {
        query: [one.title for one in (await edit_lists.queue(world.event.id, query, call, 1))[0]]
        for query, call in (("", ""), ("see", ""), ("lovelace", "papers"), ("100%", ""), ("z", "posters"))
    }

    assert found == {"": ["Zines", "Seeds"], "see": ["Seeds"], "lovelace": ["Zines", "Seeds"], "100%": [], "z": []}
    assert await edit_lists.count(world.event.id) == 2
    with pytest.raises(Unreadable):
        await ask(world, zines, seen=edit_requests.stamp(await edit_requests.open_of(zines.id)))
