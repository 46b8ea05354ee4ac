"""The draft as the machine is handed it: the same needs and the same frame as the conflict engine's."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from events.schedule import moves, placed
from events.schedule.conflicts import Kind
from events.schedule.models import SessionRequest, SessionWish, Slot, SlotRoom
from events.schedule.slots import Place
from events.solver.gathering import starts_of
from events.solver.problem import At
from tests import make
from tests.make import NOON
from tests.schedule.conftest import Conference
from tests.schedule.programmes import NINE
from tests.solver.arrangements import gathered, in_the_tray, slot_of, wishes


async def test_only_what_has_no_time_is_asked_for_and_the_rest_lies_around_it(draft: Conference) -> None:
    tray = await in_the_tray(draft.event, capacity=40)
    bare = await in_the_tray(draft.event, slots=0)
    await SessionRequest.create(session=tray, headcount=60, room_set="theatre", minutes=90, changed_at=NOON)
    await SessionWish.create(session=tray, kind="preferred", starts_at=NINE, ends_at=NINE + timedelta(hours=3))

    found = await gathered(draft.event)
    problem = found.problem

    slot = await slot_of(tray)
    assert [(item.slot, item.length, item.room_set, item.needs.seats, item.now) for item in problem.items] == [
        (slot.id, 5400, "theatre", 60, None),
        (-bare.id, 3600, "", None, None),
    ]
    start = int(NINE.timestamp())
    assert problem.items[0].preferred == ((start, start + 3 * 3600),)
    assert list(problem.fixed) == await placed.bookings(draft.event.id)
    assert [one.rooms for one in problem.wheres] == [(draft.ballroom.id,), (draft.library.id,)]
    assert [one.at for one in problem.starts] == [start, start + 3600, start + 7200]
    assert (found.known[slot.id].slot_version, found.known[-bare.id].slot) == (1, None)


async def test_what_is_pinned_or_was_let_stand_is_fixed(draft: Conference) -> None:
    opening, zines, data = [(await slot_of(one)).id for one in (draft.opening, draft.zines, draft.data)]
    await moves.pin(draft.event.id, [opening], pinned=True, at=NOON)
    await moves.move(data, (await _place(data, room=draft.ballroom.id, hours=1)), 1, NOON, accept="Both are short.")

    problem = (await gathered(draft.event, which="unpinned")).problem

    assert [item.slot for item in problem.items] == []
    assert {one.slot for one in problem.fixed} == {opening, zines, data}


async def test_what_lies_in_the_draft_may_stay_there_as_the_engine_sees_it(draft: Conference) -> None:
    """Two rooms at once are no place for others; the one session that has them keeps them."""
    opening = await slot_of(draft.opening)
    await SlotRoom.create(
        slot=opening, room=draft.library, named=draft.library, taken_from=NINE, taken_until=NINE, exclusive=False
    )

    problem = (await gathered(draft.event, which="unpinned")).problem

    by_slot = {item.slot: item for item in problem.items}
    assert by_slot[opening.id].wheres == (2,)
    assert problem.general == 2
    bookings = {one.slot: one for one in await placed.bookings(draft.event.id)}
    for item in problem.items:
        assert item.now is not None
        mine = problem.booking(item, item.now)
        lying = bookings[item.slot]
        assert mine._replace(room_for=lying.room_for) == lying
    zines = by_slot[(await slot_of(draft.zines)).id]
    assert zines.now == At(int(NINE.timestamp()) + 3600, 0)


async def test_rooms_of_other_events_and_of_cancelled_sessions_are_taken(draft: Conference) -> None:
    other = await make.event("forum", venue=await draft.ballroom.venue)
    await make.session(other, NINE + timedelta(hours=3), room=draft.ballroom)
    await make.session(draft.event, NINE + timedelta(hours=2), room=draft.library, state="cancelled")
    await in_the_tray(draft.event)

    problem = (await gathered(draft.event)).problem

    start = int(NINE.timestamp())
    assert sorted(problem.taken) == [
        (draft.ballroom.id, start + 10800, start + 14400),
        (draft.library.id, start + 7200, start + 10800),
    ]


async def test_an_event_without_a_venue_is_given_times_only(db: None) -> None:
    event = await make.event("webinars")
    await in_the_tray(event)

    problem = (await gathered(event)).problem

    assert [one.rooms for one in problem.wheres] == [()]
    assert problem.general == 1


async def test_the_frame_is_the_engines_with_nothing_let_stand(draft: Conference) -> None:
    await make.block(draft.event, NINE, room_ids=[draft.library.id])
    await make.there(draft.event, draft.library, NINE)

    problem = (await gathered(draft.event)).problem

    meant = await placed.frame(draft.event.id)
    assert problem.frame == meant
    assert Kind.TOPIC not in problem.hard
    assert Kind.CLOSED in problem.hard


def test_an_hour_that_the_clocks_jump_over_is_no_start() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    asked = wishes(days=(date(2026, 3, 29),), hours=(time(1, 30), time(2, 30), time(3, 30)), until=time(2, 0))

    assert [datetime.fromtimestamp(one.at, UTC).hour for one in starts_of(asked, berlin)] == [1]


async def _place(slot: int, room: int, hours: float) -> Place:
    held = await Slot.get(id=slot)
    start = NINE + timedelta(hours=hours)
    return Place(start, start + timedelta(hours=1), held.timezone, (room,))
