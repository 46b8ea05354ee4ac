from events.schedule import overlaps
from events.schedule.models import AcceptedOverlap, SlotRoom
from tests import make
from tests.make import NOON
from tests.schedule.conftest import Conference
from tests.schedule.programmes import NINE
from tests.schedule.rows import slot_of


async def overlap(draft: Conference) -> overlaps.Overlap:
    """Zines laid on the opening, past the constraint."""
    zines = await slot_of(draft.zines)
    await SlotRoom.filter(slot_id=zines.id).update(accepted=True)
    await make.move(draft.zines, NINE)
    [found] = await overlaps.of([zines.id])
    return found


async def test_an_overlap_names_both_sessions(draft: Conference) -> None:
    found = await overlap(draft)

    assert (found.one_title, found.other_title, found.room_name) == ("Opening", "Zines in the stacks", "Ballroom A")


async def test_it_is_found_from_either_side_and_once_from_both(draft: Conference) -> None:
    found = await overlap(draft)

    assert await overlaps.of([found.one]) == [found]
    assert await overlaps.of([found.one, found.other]) == [found]


async def test_accepting_marks_the_rows_and_a_lapse_takes_it_back(draft: Conference) -> None:
    found = await overlap(draft)

    await overlaps.accept(draft.event.id, [found], "Joint", NOON)
    assert await SlotRoom.filter(accepted=True).count() == 2
    assert await overlaps.of([found.one]) == []

    await make.move(draft.zines, NINE.replace(hour=20))
    await overlaps.lapse([found.other])
    assert await SlotRoom.filter(accepted=True).count() == 0
    assert await AcceptedOverlap.all().count() == 0


async def test_accepting_twice_is_accepting_once(draft: Conference) -> None:
    found = await overlap(draft)

    for _n in range(2):
        await overlaps.accept(draft.event.id, [found], "Joint", NOON)

    assert await AcceptedOverlap.all().count() == 1
