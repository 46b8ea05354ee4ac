"""Who was accepted says whether they come, is reminded once, and leaves nothing silently undone by staying away."""

import asyncio
from datetime import timedelta

import pytest

from events.calls import confirming, decision_letters, proposals, withdrawing
from events.calls.models import Decision, Proposal, ProposalPerson, Vacancy
from events.calls.states import IllegalMove
from events.core import clock, database, outbox
from events.core.errors import NotFound
from events.core.models import OutboxMessage
from events.people.models import Person
from events.schedule import editing
from events.schedule.models import Session, SessionPerson
from events.settings import Settings
from tests import make
from tests.calls.conftest import SignIn, World
from tests.calls.deciding import chair, desk, handed_in, states
from tests.letterbox import opened
from workers.relay import LEASE

ROOT = "/organize/events/annual/calls/papers/confirmations"
ABSENCES = "/organize/events/annual/absences"


async def accepted(world: World, title: str = "Zines", owner: Person | None = None) -> Proposal:
    made = await handed_in(world, title, owner)
    await (await desk(world)).tell("accepted", made)
    await OutboxMessage.all().delete()
    return made


async def reminders() -> int:
    return await OutboxMessage.filter(topic="mail.confirmation_reminder").count()


async def test_its_owner_confirms_and_the_session_goes_into_the_next_release(world: World, signed_in: SignIn) -> None:
    zines = await accepted(world)
    ada = await signed_in(world.ada)
    own = f"{world.path}/proposals/{zines.code}"

    page = (await ada.get(own)).text
    answers = [(await ada.post(f"{own}/confirmation")).status_code for _press in range(2)]

    assert ("Do you come?" in page, "I cannot come" in page, "Accepted: Zines" in page) == (True, True, True)
    assert (answers, await states(zines)) == ([303, 303], ["confirmed"])
    assert (await Session.get()).state == "confirmed"
    assert "you have said that you come" in (await ada.get(own)).text


async def test_nobody_else_confirms_and_nothing_else_is_confirmed(world: World, signed_in: SignIn) -> None:
    zines, seeds = await accepted(world), await handed_in(world, "Seeds")
    co_presenter = await make.person("Alan Turing")
    await ProposalPerson.create(proposal=zines, person=co_presenter, name="Alan", state="accepted", position=1)

    with pytest.raises(NotFound):
        await confirming.confirm(world.call, zines.code, co_presenter.id, clock.now())
    with pytest.raises(IllegalMove):
        await confirming.confirm(world.call, seeds.code, world.ada.id, clock.now())
    mallory = await signed_in(await make.person("Mallory"))
    answers = [
        await mallory.post(f"{world.path}/proposals/{zines.code}/{what}") for what in ("confirmation", "stepping-back")
    ]

    assert ([one.status_code for one in answers], await states(zines, seeds)) == ([404, 404], ["accepted", "submitted"])


async def test_whoever_cannot_come_leaves_a_cancelled_session_with_its_people(world: World, signed_in: SignIn) -> None:
    zines = await accepted(world)
    ada = await signed_in(world.ada)

    assert (await ada.post(f"{world.path}/proposals/{zines.code}/withdrawal")).status_code == 303

    assert await states(zines) == ["withdrawn"]
    assert ((await Session.get()).state, await SessionPerson.all().count()) == ("cancelled", 1)
    grace = await signed_in(await Person.get(name="Grace Hopper"))
    page = (await grace.get(f"{ROOT}?which=withdrawn")).text
    assert ("Zines" in page, "Cancelled" in page) == (True, True)


async def test_what_was_accepted_before_gets_its_session_back_and_not_a_second(world: World) -> None:
    zines = await accepted(world)
    await proposals.withdraw(world.call, zines.code, world.ada.id, clock.now())
    await Proposal.filter(id=zines.id).update(state="submitted", title="Zines again")
    await (await desk(world)).tell("accepted", zines)
    before = await Session.get()
    await confirming.confirm(world.call, zines.code, world.ada.id, clock.now())

    assert (before.title, before.state, (await Session.get()).state) == ("Zines again", "cancelled", "confirmed")


async def test_organizers_see_who_has_not_answered_and_remind_each_once(world: World, signed_in: SignIn) -> None:
    zines, seeds, maps = [await accepted(world, title) for title in ("Zines", "Seeds", "Maps")]
    await confirming.confirm(world.call, maps.code, world.ada.id, clock.now())
    await Decision.filter(proposal=zines).update(sent_at=clock.now() - timedelta(days=9))
    grace = await signed_in(await Person.get(name="Grace Hopper"))

    page = (await grace.get(ROOT)).text
    ticked = await grace.post(ROOT, data={"chosen": str(zines.id)})
    every = await asyncio.gather(*(grace.post(ROOT, data={"all": "1"}) for _press in range(3)))
    nobody = await grace.post(ROOT, data={})

    assert [words in page for words in ("Zines", "Seeds", "9 days ago", "Maps")] == [True, True, True, False]
    assert [one.status_code for one in (ticked, *every, nobody)] == [303] * 4 + [422]
    assert await reminders() == 2
    assert await confirming.remind(world.call.id, None, clock.now() + timedelta(hours=13)) == 2
    assert await confirming.remind(world.call.id + 1, [zines.id, seeds.id], clock.now() + timedelta(days=9)) == 0


async def test_a_reminder_says_until_when_and_is_not_sent_to_who_has_answered(world: World, settings: Settings) -> None:
    zines = await accepted(world)
    await database.execute("UPDATE decision SET confirm_by = '2027-01-08'")
    await confirming.remind(world.call.id, [zines.id], clock.now())
    [message] = await outbox.claim(9, clock.now(), LEASE)

    letter = opened(await decision_letters.reminded(message, settings, clock.now()))
    await confirming.confirm(world.call, zines.code, world.ada.id, clock.now())

    assert letter["Subject"] == "Do you come? Zines"
    plain = letter.get_body(("plain",))
    assert plain is not None
    for words in ("Friday, January 8, 2027", f"/events/annual/calls/papers/proposals/{zines.code}"):
        assert words in plain.get_content()
    assert await decision_letters.reminded(message, settings, clock.now()) is None


# A presenter who withdraws and chairs three sessions.


async def three_chaired(world: World) -> list[Session]:
    """Ada withdrew her talk; she chairs two sessions alone and one with Alan, and speaks in another event."""
    zines = await accepted(world)
    found = [await make.session(world.event, make.NOON, title=title) for title in ("Panel", "Forum", "Shared")]
    for session in found:
        await SessionPerson.create(session=session, person=world.ada, role="chair")
    await SessionPerson.create(session=found[2], person=await make.person("Alan Turing"), role="chair")
    elsewhere = await make.session(await make.event("other"), make.NOON, title="Elsewhere")
    await SessionPerson.create(session=elsewhere, person=world.ada, role="chair")
    await proposals.withdraw(world.call, zines.code, world.ada.id, clock.now())
    return found


async def test_a_withdrawal_takes_nobody_out_and_says_which_sessions_lose_their_chair(
    world: World, signed_in: SignIn
) -> None:
    await three_chaired(world)
    grace = await signed_in(await Person.get(name="Grace Hopper"))

    page = (await grace.get(ABSENCES)).text
    [ada] = await withdrawing.absent(world.event.id)

    assert await SessionPerson.filter(person=world.ada, role="chair").count() == 4
    assert {(one.title, one.role, one.alone) for one in ada.standing} == {
        ("Panel", "chair", True),
        ("Forum", "chair", True),
        ("Shared", "chair", False),
    }
    assert (page.count("Without them nobody chairs it"), "Elsewhere" in page) == (2, False)
    assert f'href="{ABSENCES}"' in (await grace.get(ROOT)).text


async def test_an_organizer_takes_them_out_and_the_empty_chairs_wait_until_somebody_sits_there(
    world: World, signed_in: SignIn
) -> None:
    panel, _forum, shared = await three_chaired(world)
    grace = await signed_in(await Person.get(name="Grace Hopper"))
    rows = {one.session_id: one.id for one in await SessionPerson.filter(person=world.ada, role="chair")}  # type: ignore[attr-defined]

    taken = await grace.post(ABSENCES, data={"chosen": [str(rows[panel.id]), str(rows[shared.id])]})
    page = (await grace.get(ABSENCES)).text
    again = await grace.post(ABSENCES, data={"chosen": str(rows[panel.id])})

    assert [taken.status_code, again.status_code] == [303, 409]
    assert [(one.title, one.role, one.name) for one in await withdrawing.vacancies(world.event.id)] == [
        ("Panel", "chair", "Ada Lovelace")
    ]
    assert "Without a chair" in page
    await editing.put_person(panel.id, "Barbara", "chair", clock.now())
    assert await withdrawing.vacancies(world.event.id) == []
    assert [one.title for who in await withdrawing.absent(world.event.id) for one in who.standing] == ["Forum"]


async def test_only_who_withdrew_is_taken_out_here(world: World, signed_in: SignIn) -> None:
    panel, *_others = await three_chaired(world)
    alan = await SessionPerson.create(session=panel, person=await make.person("Barbara"), role="speaker")
    grace = await signed_in(await Person.get(name="Grace Hopper"))

    answers = [await grace.post(ABSENCES, data={"chosen": str(one)}) for one in (alan.id, 999, "")]

    assert [one.status_code for one in answers] == [409] * 3
    assert await SessionPerson.filter(session=panel).count() == 2


async def test_a_vacancy_is_closed_by_who_needs_nobody_and_not_from_another_event(
    world: World, signed_in: SignIn
) -> None:
    panel, *_others = await three_chaired(world)
    row = await SessionPerson.get(person=world.ada, session=panel)
    await withdrawing.take_out(world.event.id, [row.id], clock.now())
    vacancy = await Vacancy.get()
    grace = await signed_in(await Person.get(name="Grace Hopper"))

    there = await grace.post(f"/organize/events/other/absences/vacancies/{vacancy.id}/removal")
    here = await grace.post(f"{ABSENCES}/vacancies/{vacancy.id}/removal")

    assert ([there.status_code, here.status_code], await Vacancy.all().count()) == ([404, 303], 0)


async def test_a_co_presenter_who_cannot_come_stays_until_an_organizer_acts(world: World, signed_in: SignIn) -> None:
    zines = await handed_in(world)
    alan = await make.person("Alan Turing")
    await ProposalPerson.create(proposal=zines, person=alan, name="Alan", state="accepted", position=1)
    await (await desk(world)).tell("accepted", zines)
    client, ada = await signed_in(alan), await signed_in(world.ada)
    own = f"{world.path}/proposals/{zines.code}"

    offered = "I cannot come" in (await client.get(own)).text
    stepped = await client.post(f"{own}/stepping-back")
    whole = await ada.post(f"{own}/stepping-back")

    assert (offered, stepped.status_code, stepped.headers["location"], whole.status_code) == (
        True,
        303,
        "/my/proposals",
        409,
    )
    assert (await client.get(own)).status_code == 404
    assert (await states(zines), await SessionPerson.filter(person=alan).count()) == (["accepted"], 1)
    assert [(one.name, len(one.standing)) for one in await withdrawing.absent(world.event.id)] == [("Alan Turing", 1)]


async def test_pages_of_confirmations_and_absences_are_organizers(world: World, signed_in: SignIn) -> None:
    ada, grace = await signed_in(world.ada), await signed_in(await chair(world))

    assert [(await ada.get(path)).status_code for path in (ROOT, ABSENCES)] == [403, 403]
    assert [(await grace.get(path)).status_code for path in (ROOT, ABSENCES)] == [200, 200]
