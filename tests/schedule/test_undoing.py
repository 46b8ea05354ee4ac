from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from events.core.errors import NotFound
from events.schedule import history, moves, slots, undoing
from events.schedule.history import By
from events.schedule.models import Session, Slot
from events.schedule.moves import RoomTaken, Step
from events.schedule.slots import Place, SlotRow
from events.schedule.undoing import AlreadyUndone, ChangedSince
from tests import make
from tests.make import NOON
from tests.schedule.conftest import Conference
from tests.schedule.programmes import NINE
from tests.schedule.rows import slot_of


async def row(session: Session) -> SlotRow:
    return await slots.slot((await slot_of(session)).id)


def later(place: Place, hours: float) -> Place:
    starts = NINE + timedelta(hours=hours)
    return replace(place, starts_at=starts, ends_at=starts + timedelta(hours=1))


async def swapped(draft: Conference) -> UUID:
    opening, zines = await row(draft.opening), await row(draft.zines)
    steps = [Step(opening.id, opening.version, zines.place), Step(zines.id, zines.version, opening.place)]
    return await moves.move_all(draft.event.id, steps, NOON, by=By(draft.ada.id))


async def test_all_that_a_command_moved_goes_back_and_forth_again(draft: Conference) -> None:
    before = [(await row(one)).place for one in (draft.opening, draft.zines)]
    command = await swapped(draft)
    after = [(await row(one)).place for one in (draft.opening, draft.zines)]

    undone = await undoing.undo(draft.event.id, command, NOON, draft.ada.id)
    assert [(await row(one)).place for one in (draft.opening, draft.zines)] == before
    await undoing.undo(draft.event.id, undone, NOON, draft.ada.id)
    assert [(await row(one)).place for one in (draft.opening, draft.zines)] == after
    assert [one.undoes for one in await history.since(draft.event.id, 0)] == [
        None,
        None,
        command,
        command,
        undone,
        undone,
    ]


async def test_nothing_is_undone_twice(draft: Conference) -> None:
    command = await swapped(draft)
    await undoing.undo(draft.event.id, command, NOON, None)

    with pytest.raises(AlreadyUndone):
        await undoing.undo(draft.event.id, command, NOON, None)


async def test_what_somebody_changed_since_is_not_overwritten(draft: Conference) -> None:
    command = await swapped(draft)
    zines = await row(draft.zines)
    await moves.move(zines.id, later(zines.place, 6), zines.version, NOON, by=By(draft.grace.id))

    with pytest.raises(ChangedSince) as error:
        await undoing.undo(draft.event.id, command, NOON, draft.ada.id)

    assert error.value.words.startswith("Grace Hopper has changed this since.")
    assert (await row(draft.zines)).place == later(zines.place, 6)


async def test_one_gesture_after_the_other_goes_back_and_forth(draft: Conference) -> None:
    zines = await row(draft.zines)
    places = [zines.place, later(zines.place, 5), later(zines.place, 6)]
    commands = []
    for version, place in enumerate(places[1:], 1):
        step = Step(zines.id, version, place)
        commands.append(await moves.move_all(draft.event.id, [step], NOON, by=By(draft.ada.id)))

    taken_back = []
    for command, place in ((commands[1], places[1]), (commands[0], places[0])):
        taken_back.append(await undoing.undo(draft.event.id, command, NOON, draft.ada.id))
        assert (await row(draft.zines)).place == place
    for command, place in ((taken_back[1], places[1]), (taken_back[0], places[2])):
        await undoing.undo(draft.event.id, command, NOON, draft.ada.id)
        assert (await row(draft.zines)).place == place


async def test_the_old_room_may_be_taken_meanwhile(draft: Conference) -> None:
    opening, zines = await row(draft.opening), await row(draft.zines)
    command = await moves.move_all(draft.event.id, [Step(opening.id, 1, later(opening.place, 8))], NOON)
    await moves.move(zines.id, later(zines.place, 0), 1, NOON)

    with pytest.raises(RoomTaken):
        await undoing.undo(draft.event.id, command, NOON, None)


async def test_a_time_that_was_given_goes_and_one_that_went_comes_back_with_its_uid(draft: Conference) -> None:
    zines = await row(draft.zines)
    uid = (await Slot.get(id=zines.id)).uid
    command = await moves.remove(zines.id, 1, NOON)

    await undoing.undo(draft.event.id, command, NOON, None)

    assert (await Slot.get(id=zines.id)).uid == uid
    assert (await row(draft.zines)).place == zines.place
    added, _command = await moves.add(draft.zines.id, later(zines.place, 12), NOON)
    [edit] = (await history.since(draft.event.id, 0))[-1:]
    await undoing.undo(draft.event.id, edit.command, NOON, None)
    assert not await Slot.exists(id=added)


async def test_a_pin_is_taken_out(draft: Conference) -> None:
    zines = await row(draft.zines)
    command = await moves.pin(draft.event.id, [zines.id], True, NOON)
    assert command is not None

    await undoing.undo(draft.event.id, command, NOON, None)

    assert not (await Slot.get(id=zines.id)).pinned
    assert await moves.pin(draft.event.id, [zines.id], False, NOON) is None


async def test_a_command_of_another_event_is_not_there(draft: Conference) -> None:
    other = await make.event("elsewhere")
    command = await swapped(draft)

    for event, which in ((other.id, command), (draft.event.id, uuid4())):
        with pytest.raises(NotFound):
            await undoing.undo(event, which, NOON, None)
