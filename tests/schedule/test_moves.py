import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from events.core.errors import NotFound, StaleWrite
from events.schedule import history, moves, overlaps, slots
from events.schedule.history import By
from events.schedule.models import AcceptedOverlap, Session, Slot, SlotRoom
from events.schedule.moves import RoomTaken, Step
from events.schedule.slots import Place, SlotRow, place_of
from tests import make
from tests.make import NOON
from tests.schedule.conftest import Conference
from tests.schedule.programmes import NINE
from tests.schedule.rows import a_room, a_venue, slot_of


async def row(session: Session) -> SlotRow:
    return await slots.slot((await slot_of(session)).id)


def at(place: Place, hours: float) -> Place:
    starts = NINE + timedelta(hours=hours)
    return replace(place, starts_at=starts, ends_at=starts + timedelta(hours=1))


async def test_a_move_changes_the_time_the_rooms_time_and_the_version(draft: Conference) -> None:
    zines = await row(draft.zines)

    after = await moves.move(zines.id, replace(at(zines.place, 5), setup_minutes=30), zines.version, NOON)

    assert (after.place.starts_at, after.version) == (NINE + timedelta(hours=5), 2)
    slot = await Slot.get(id=zines.id)
    assert (slot.local_start, slot.local_end) == ("2026-07-09T14:00", "2026-07-09T15:00")
    taken = await SlotRoom.get(slot_id=zines.id)
    assert (taken.taken_from, taken.taken_until) == (NINE + timedelta(hours=4.5), NINE + timedelta(hours=6))


async def test_who_saw_an_older_version_is_shown_both_and_nothing_is_saved(draft: Conference) -> None:
    zines = await row(draft.zines)
    await moves.move(zines.id, at(zines.place, 5), zines.version, NOON)

    with pytest.raises(StaleWrite) as error:
        await moves.move(zines.id, at(zines.place, 7), zines.version, NOON)

    assert error.value.status == 409
    assert (error.value.theirs["Starts"], error.value.yours["Starts"]) == ("2026-07-09 14:00", "2026-07-09 16:00")
    assert (await row(draft.zines)).place.starts_at == NINE + timedelta(hours=5)


async def test_a_taken_room_names_who_has_it(draft: Conference) -> None:
    zines = await row(draft.zines)

    with pytest.raises(RoomTaken) as error:
        await moves.move(zines.id, at(zines.place, 0.5), zines.version, NOON)

    assert error.value.words == "Ballroom A is taken by “Opening” from 2026-07-09 14:30 to 15:00 UTC."
    assert (await row(draft.zines)).version == 1


async def test_touching_is_no_overlap_but_set_up_is(draft: Conference) -> None:
    zines = await row(draft.zines)
    await moves.move(zines.id, at(zines.place, 1), zines.version, NOON)

    with pytest.raises(RoomTaken):
        await moves.move(zines.id, replace(at(zines.place, 1), setup_minutes=1), 2, NOON)


async def test_an_accepted_overlap_stands_until_either_moves(draft: Conference) -> None:
    zines, opening = await row(draft.zines), await row(draft.opening)
    await moves.move(zines.id, at(zines.place, 0.5), zines.version, NOON, accept="A joint session")

    assert (await AcceptedOverlap.get()).reason == "A joint session"
    await moves.move(opening.id, at(opening.place, 3), opening.version, NOON)

    assert await AcceptedOverlap.all().count() == 0
    assert await SlotRoom.filter(accepted=True).count() == 0


async def test_a_third_session_is_refused_where_two_were_accepted(draft: Conference) -> None:
    zines, data = await row(draft.zines), await row(draft.data)
    await moves.move(zines.id, at(zines.place, 0), zines.version, NOON, accept="A joint session")

    with pytest.raises(RoomTaken) as error:
        await moves.move(data.id, replace(data.place, rooms=(draft.ballroom.id,)), data.version, NOON)

    assert len(error.value.overlaps) == 2


async def test_a_combined_room_takes_both_its_halves(draft: Conference) -> None:
    venue = await a_venue()
    one, two = await a_room(venue, "Hall 1"), await a_room(venue, "Hall 2")
    both = await a_room(venue, "Hall 1+2", part_ids=[one.id, two.id])
    data, zines = await row(draft.data), await row(draft.zines)

    await moves.move(data.id, replace(at(data.place, 0), rooms=(both.id,)), data.version, NOON)

    assert sorted(await SlotRoom.filter(slot_id=data.id).values_list("room_id", "named_id")) == [
        (one.id, both.id),
        (two.id, both.id),
    ]
    with pytest.raises(RoomTaken, match="Hall 2"):
        await moves.move(zines.id, replace(at(zines.place, 0), rooms=(two.id,)), zines.version, NOON)


async def test_halls_hold_everybody_at_once(draft: Conference) -> None:
    hall = await a_room(name="Exhibit hall", kind="hall", exclusive=False)
    for session in (draft.data, draft.zines):
        slot = await row(session)
        await moves.move(slot.id, replace(at(slot.place, 0), rooms=(hall.id,)), slot.version, NOON)

    assert await overlaps.of([(await row(draft.zines)).id]) == []


async def test_another_events_session_keeps_its_room(draft: Conference) -> None:
    other = await make.session(await make.event("forum"), NINE + timedelta(hours=20), title="Forum")
    slot = await row(other)

    with pytest.raises(RoomTaken, match="Opening"):
        await moves.move(slot.id, replace(at(slot.place, 0), rooms=(draft.ballroom.id,)), slot.version, NOON)


async def test_a_time_is_added_and_taken_away(draft: Conference) -> None:
    zines = await row(draft.zines)

    added, _command = await moves.add(draft.zines.id, at(zines.place, 7), NOON)

    assert len(await slots.slots_of(draft.zines.id)) == 2
    await moves.remove(added, 1, NOON)
    assert [one.id for one in await slots.slots_of(draft.zines.id)] == [zines.id]


async def test_every_change_of_time_counts_as_an_edit_of_its_session(draft: Conference) -> None:
    zines = await row(draft.zines)
    later = NOON + timedelta(hours=1)

    await moves.move(zines.id, at(zines.place, 5), zines.version, later)
    assert (await Session.get(id=draft.zines.id)).changed_at == later

    await moves.remove(zines.id, zines.version + 1, later + timedelta(hours=1))
    assert (await Session.get(id=draft.zines.id)).changed_at == later + timedelta(hours=1)


async def test_what_was_removed_meanwhile_is_stale(draft: Conference) -> None:
    zines = await row(draft.zines)

    with pytest.raises(StaleWrite):
        await moves.remove(zines.id, zines.version + 1, NOON)


async def test_of_two_who_want_a_room_at_once_one_gets_it(draft: Conference) -> None:
    zines, data = await row(draft.zines), await row(draft.data)
    wanted = replace(at(zines.place, 6), rooms=(draft.ballroom.id,))

    done = await asyncio.gather(
        moves.move(zines.id, wanted, zines.version, NOON),
        moves.move(data.id, wanted, data.version, NOON),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in done) == ["RoomTaken", "SlotRow"]


async def test_a_slot_in_the_tray_needs_no_room(draft: Conference) -> None:
    zines = await row(draft.zines)

    after = await moves.move(zines.id, Place(None, None, "America/Chicago", (draft.ballroom.id,)), zines.version, NOON)

    assert (after.place.starts_at, after.place.rooms) == (None, (draft.ballroom.id,))
    assert await moves.accept_overlaps(zines.id, "none", NOON) == 0


async def test_two_slots_change_places_in_one_step(draft: Conference) -> None:
    opening, zines = await row(draft.opening), await row(draft.zines)
    steps = [Step(opening.id, opening.version, zines.place), Step(zines.id, zines.version, opening.place)]

    await moves.move_all(draft.event.id, steps, NOON)

    assert (await row(draft.opening)).place == zines.place
    assert (await row(draft.zines)).place == opening.place


async def test_of_several_steps_all_are_made_or_none(draft: Conference) -> None:
    opening, data = await row(draft.opening), await row(draft.data)
    steps = [Step(data.id, data.version, at(data.place, 5)), Step(opening.id, opening.version, at(opening.place, 0.5))]

    with pytest.raises(RoomTaken):
        await moves.move_all(draft.event.id, steps, NOON)

    assert (await row(draft.data)).place == data.place
    assert await history.last(draft.event.id) == 0


async def test_a_slot_of_another_event_is_not_there(draft: Conference) -> None:
    other = await make.event("elsewhere")
    zines = await row(draft.zines)

    with pytest.raises(NotFound):
        await moves.move_all(other.id, [Step(zines.id, zines.version, at(zines.place, 5))], NOON)

    assert await row(draft.zines) == zines


async def test_each_gesture_is_kept_with_who_and_when_and_both_states(draft: Conference) -> None:
    zines = await row(draft.zines)

    await moves.move(zines.id, at(zines.place, 5), 1, NOON, by=By(draft.ada.id))
    await moves.pin(draft.event.id, [zines.id], True, NOON)
    await moves.remove(zines.id, 3, NOON)

    moved, pinned, removed = await history.since(draft.event.id, 0)
    assert [one.number for one in (moved, pinned, removed)] == [1, 2, 3]
    assert (moved.name, moved.at, moved.change.what) == ("Ada Lovelace", NOON, "move")
    assert moved.change.before is not None
    assert place_of(moved.change.before) == zines.place
    assert removed.change.before is not None
    assert moved.change.after is not None
    assert moved.change.after.items() <= {**removed.change.before, "version": 2}.items()
    assert (pinned.change.after, removed.change.after) == ({"pinned": True}, None)
    assert await history.since(draft.event.id, 2) == [removed]


async def test_editors_at_the_same_time_get_numbers_without_gaps(draft: Conference) -> None:
    rows = [await row(session) for session in (draft.opening, draft.zines, draft.data)]

    await asyncio.gather(*(moves.move(one.id, at(one.place, 20 + n * 2), 1, NOON) for n, one in enumerate(rows)))

    assert [one.number for one in await history.since(draft.event.id, 0)] == [1, 2, 3]
