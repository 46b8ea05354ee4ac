"""A conflict that somebody lets stand, and when that ends."""

import pytest

from events.schedule import accepting, moves, overlaps, placed
from events.schedule.accepting import NoSuchConflict, StaysAccepted
from events.schedule.conflicts import Accepted, Kind, Level
from events.schedule.history import By
from events.schedule.models import AcceptedConflict, AcceptedOverlap, SessionPerson, SlotRoom
from events.schedule.slots import Place, slot
from tests import make
from tests.make import NOON
from tests.schedule.conftest import Conference
from tests.schedule.programmes import NINE
from tests.schedule.rows import slot_of


async def ada_twice(draft: Conference) -> Accepted:
    """Ada chairs what runs beside her own session."""
    await SessionPerson.create(session=draft.data, person=draft.ada, role="chair")
    [found] = await placed.conflicts(draft.event.id)
    return found.kind, found.one, found.other, found.subject


async def level(draft: Conference) -> Level:
    [found] = await placed.conflicts(draft.event.id)
    return found.level


async def test_what_is_accepted_names_who_said_so_and_why(draft: Conference) -> None:
    conflict = await ada_twice(draft)

    await accepting.accept(draft.event.id, conflict, "She knows", By(draft.grace.id), NOON)

    assert await level(draft) is Level.IGNORE
    assert await accepting.of(draft.event.id) == {
        conflict: accepting.Acceptance(reason="She knows", by="Grace Hopper", at=NOON)
    }


async def test_what_is_not_there_cannot_be_accepted_and_nothing_twice(draft: Conference) -> None:
    conflict = await ada_twice(draft)
    other = (Kind.PERSON, conflict[1], conflict[2], draft.grace.id)

    with pytest.raises(NoSuchConflict):
        await accepting.accept(draft.event.id, other, "Why not", By(draft.grace.id), NOON)
    await accepting.accept(draft.event.id, conflict, "She knows", By(draft.grace.id), NOON)
    with pytest.raises(NoSuchConflict):
        await accepting.accept(draft.event.id, conflict, "Again", By(draft.grace.id), NOON)

    assert (await AcceptedConflict.get()).reason == "She knows"


async def test_a_conflict_of_another_event_is_not_here(draft: Conference) -> None:
    conflict = await ada_twice(draft)
    elsewhere = await make.event("forum")

    with pytest.raises(NoSuchConflict):
        await accepting.accept(elsewhere.id, conflict, "Why not", By(draft.grace.id), NOON)
    await accepting.accept(draft.event.id, conflict, "She knows", By(draft.grace.id), NOON)
    with pytest.raises(NoSuchConflict):
        await accepting.take_back(elsewhere.id, conflict, By(draft.grace.id), NOON)


async def test_what_is_taken_back_is_a_conflict_again(draft: Conference) -> None:
    conflict = await ada_twice(draft)
    await accepting.accept(draft.event.id, conflict, "She knows", By(draft.grace.id), NOON)

    await accepting.take_back(draft.event.id, conflict, By(draft.grace.id), NOON)

    assert await level(draft) is Level.WARN
    with pytest.raises(NoSuchConflict):
        await accepting.take_back(draft.event.id, conflict, By(draft.grace.id), NOON)


@pytest.mark.parametrize("which", ["opening", "data"])
async def test_it_lapses_when_either_slot_moves(draft: Conference, which: str) -> None:
    conflict = await ada_twice(draft)
    await accepting.accept(draft.event.id, conflict, "She knows", By(draft.grace.id), NOON)
    moved = await slot((await slot_of(getattr(draft, which))).id)

    await moves.move(moved.id, moved.place, moved.version, NOON)

    assert await level(draft) is Level.WARN


async def test_it_lapses_with_a_slot_that_is_taken_away_and_stays_when_another_moves(draft: Conference) -> None:
    conflict = await ada_twice(draft)
    await accepting.accept(draft.event.id, conflict, "She knows", By(draft.grace.id), NOON)
    zines = await slot_of(draft.zines)

    await moves.move(zines.id, Place(None, None, "America/Chicago"), 1, NOON)
    assert await AcceptedConflict.all().count() == 1
    await moves.remove((await slot_of(draft.data)).id, 1, NOON)

    assert await AcceptedConflict.all().count() == 0


async def test_a_room_taken_twice_is_accepted_where_the_database_asks_and_stays_so(draft: Conference) -> None:
    zines = await slot_of(draft.zines)
    await SlotRoom.filter(slot_id=zines.id).update(accepted=True)  # past the constraint
    await make.move(draft.zines, NINE)
    [found] = await placed.conflicts(draft.event.id)
    conflict = (found.kind, found.one, found.other, found.subject)

    await accepting.accept(draft.event.id, conflict, "A joint session", By(draft.grace.id), NOON)

    assert await level(draft) is Level.IGNORE
    assert (await AcceptedOverlap.get()).reason == "A joint session"
    assert await overlaps.of([zines.id]) == []
    with pytest.raises(StaysAccepted):
        await accepting.take_back(draft.event.id, conflict, By(draft.grace.id), NOON)
