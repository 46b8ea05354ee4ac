"""A proposal taken over, whole or in part: one edit, checked against the draft of now, and taken back."""

import pytest

from events.core import database
from events.core.errors import NotFound
from events.schedule import history, moves, placed, slots, undoing
from events.schedule.conflicts import Kind
from events.schedule.models import Session
from events.schedule.slots import Place
from events.schedule.undoing import ChangedSince
from events.solver import acceptances, differences
from events.solver.acceptances import Nothing, Stale, WouldClash
from tests import make
from tests.make import NOON
from tests.schedule.conftest import Conference
from tests.solver.arrangements import in_the_tray, proposed, slot_of


async def _accept(draft: Conference, run: int, *sessions: Session, along: bool = False) -> acceptances.Accepted:
    """Accept the places of these sessions; of none: of all."""
    codes = {one.code for one in sessions}
    chosen = [line.id for line in await differences.lines(run) if not codes or line.code in codes]
    person = await make.person("Carla")
    return await acceptances.accept(draft.event.id, run, chosen, NOON, person.id, along=along)


async def _where(session: Session) -> tuple[int | None, tuple[int, ...]]:
    """Its UTC hour and its rooms."""
    place = (await slots.slots_of(session.id))[0].place
    return place.starts_at.hour if place.starts_at else None, place.rooms


async def test_the_whole_is_one_edit_that_undo_turns_round(draft: Conference) -> None:
    """A session in the tray, one that had no slot at all, and one that moves."""
    tray, bare = await in_the_tray(draft.event, "Tray"), await in_the_tray(draft.event, "Bare", slots=0)
    slot, data = (await slot_of(tray)).id, (await slot_of(draft.data)).id
    library, ballroom = draft.library.id, draft.ballroom.id
    run = await proposed(draft.event, {slot: (1, library), -bare.id: (2, ballroom), data: (2, library)})

    done = await _accept(draft, run)

    assert (done.count, done.along) == (3, 0)
    assert [await _where(one) for one in (tray, bare, draft.data)] == [
        (15, (library,)),
        (16, (ballroom,)),
        (16, (library,)),
    ]
    edits = await history.command(draft.event.id, done.command)
    assert [edit.change.what for edit in edits] == ["move", "move", "add"]
    assert await acceptances.taken_over(run) == [(done.command, 3, False)]

    await undoing.undo(draft.event.id, done.command, NOON, None)

    assert await _where(tray) == (None, ())
    assert await slots.slots_of(bare.id) == []
    assert await _where(draft.data) == (14, (library,))
    assert await acceptances.taken_over(run) == [(done.command, 3, True)]


async def test_a_part_is_taken_over_and_the_rest_stays_to_be_chosen(draft: Conference) -> None:
    tray = await in_the_tray(draft.event, "Tray")
    slot, data = (await slot_of(tray)).id, (await slot_of(draft.data)).id
    run = await proposed(draft.event, {slot: (1, draft.library.id), data: (2, draft.library.id)})

    await _accept(draft, run, tray)

    assert await _where(draft.data) == (14, (draft.library.id,))
    assert [(line.code, line.choosable) for line in await differences.lines(run)] == [
        (tray.code, False),
        (draft.data.code, True),
    ]


async def test_what_was_changed_since_is_shown_as_stale_and_refused(draft: Conference) -> None:
    tray = await in_the_tray(draft.event, "Tray")
    slot, data = (await slot_of(tray)).id, (await slot_of(draft.data)).id
    run = await proposed(draft.event, {slot: (1, draft.library.id), data: (2, draft.library.id)})
    await moves.pin(draft.event.id, [data], pinned=True, at=NOON)

    assert [line.code for line in await differences.lines(run) if line.stale] == [draft.data.code]
    with pytest.raises(Stale, match="Metadata"):
        await _accept(draft, run)

    assert await _where(tray) == (None, ())
    with pytest.raises(Nothing):
        await acceptances.accept(draft.event.id, run, [], NOON, 1)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE session SET version = version + 1 WHERE id = $1",
        "UPDATE session SET state = 'cancelled' WHERE id = $1",
        "DELETE FROM slot WHERE session_id = $1",
    ],
)
async def test_whatever_of_a_session_changes_makes_its_place_stale(draft: Conference, change: str) -> None:
    tray = await in_the_tray(draft.event, "Tray")
    run = await proposed(draft.event, {(await slot_of(tray)).id: (1, draft.library.id)})

    await database.execute(change, tray.id)

    [line] = await differences.lines(run)
    assert (line.stale, line.choosable) == (True, False)


async def test_a_place_that_another_has_to_leave_first_is_refused_or_takes_that_one_along(draft: Conference) -> None:
    """Data goes to eleven, and the tray's session to where data is."""
    tray = await in_the_tray(draft.event, "Tray")
    slot, data = (await slot_of(tray)).id, (await slot_of(draft.data)).id
    run = await proposed(draft.event, {slot: (0, draft.library.id), data: (2, draft.library.id)})

    with pytest.raises(WouldClash, match=r"Two sessions in one room.*Metadata"):
        await _accept(draft, run, tray)
    done = await _accept(draft, run, tray, along=True)

    assert (done.count, done.along) == (2, 1)
    assert await _where(tray) == (14, (draft.library.id,))


async def test_what_clashes_with_the_draft_of_now_is_refused_by_the_engine(draft: Conference) -> None:
    """Ada is put into another session at that hour after the machine has looked."""
    tray = await in_the_tray(draft.event, "Tray")
    slot = (await slot_of(tray)).id
    run = await proposed(draft.event, {slot: (0.5, draft.library.id)})
    data = await slots.slot((await slot_of(draft.data)).id)
    await moves.remove(data.id, data.version, NOON)
    await database.execute(
        "INSERT INTO session_person (session_id, person_id, role) VALUES ($1, $2, 'speaker')", tray.id, draft.ada.id
    )

    with pytest.raises(WouldClash, match=r"Needed in two sessions at once.*Opening"):
        await _accept(draft, run, along=True)

    assert Kind.PERSON not in {one.kind for one in await placed.conflicts(draft.event.id)}


async def test_a_room_that_another_event_has_is_refused(draft: Conference) -> None:
    tray = await in_the_tray(draft.event, "Tray")
    run = await proposed(draft.event, {(await slot_of(tray)).id: (2, draft.library.id)})
    other = await make.event("forum")
    from_now = (await differences.lines(run))[0].starts_at
    assert from_now is not None
    await make.session(other, from_now, title="Of the forum", room=draft.library)

    with pytest.raises(moves.RoomTaken, match="Of the forum"):
        await _accept(draft, run)

    assert await _where(tray) == (None, ())


async def test_what_was_taken_back_can_be_accepted_again(draft: Conference) -> None:
    tray, bare = await in_the_tray(draft.event, "Tray"), await in_the_tray(draft.event, "Bare", slots=0)
    run = await proposed(
        draft.event, {(await slot_of(tray)).id: (1, draft.library.id), -bare.id: (2, draft.library.id)}
    )
    done = await _accept(draft, run)
    person = (await make.person("Dora")).id

    await acceptances.take_back(draft.event.id, run, done.command, NOON, person)

    assert await _where(tray) == (None, ())
    assert (await _accept(draft, run)).count == 2


async def test_nobody_takes_back_what_somebody_has_changed_since(draft: Conference) -> None:
    tray = await in_the_tray(draft.event, "Tray")
    slot = (await slot_of(tray)).id
    run = await proposed(draft.event, {slot: (1, draft.library.id)})
    done = await _accept(draft, run)
    held = await slots.slot(slot)
    await moves.move(slot, Place(None, None, held.place.timezone), held.version, NOON)

    with pytest.raises(ChangedSince):
        await acceptances.take_back(draft.event.id, run, done.command, NOON, (await make.person()).id)

    assert await acceptances.taken_over(run) == [(done.command, 1, False)]


async def test_another_events_arrangement_is_not_there(draft: Conference) -> None:
    tray = await in_the_tray(draft.event, "Tray")
    run = await proposed(draft.event, {(await slot_of(tray)).id: (1, draft.library.id)})
    other = await make.event("forum")

    with pytest.raises(NotFound):
        await acceptances.accept(other.id, run, [1], NOON, 1)
