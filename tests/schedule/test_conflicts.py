from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from events.schedule.conflicts import LEVELS, Booking, Closure, Conflict, Frame, Kind, Level, find
from tests.schedule.bookings import HOUR, booking, frames, naive, pairs, programmes


@pytest.mark.parametrize(
    ("start", "end", "clashes"),
    [
        (9, 10, True),  # the same time: it once slipped through elsewhere (pretalx#1266)
        (9.25, 9.75, True),  # inside
        (8, 11, True),  # around
        (8.5, 9.5, True),
        (9.5, 10.5, True),
        (10, 11, False),  # touching is no clash
        (8, 9, False),
        (12, 13, False),
    ],
)
def test_an_overlap_is_half_open(start: float, end: float, clashes: bool) -> None:
    found = find([booking(1, 9, 10, room=5), booking(2, start, end, room=5)])

    assert pairs(found) == ([(Kind.ROOM, 1, 2)] if clashes else [])


def test_a_moderator_cannot_be_in_two_rooms_either() -> None:
    [found] = find([booking(1, 9, 10, room=5, people=(7,)), booking(2, 9.5, 10.5, room=6, people=(7, 8))])

    assert found == Conflict(Kind.PERSON, Level.WARN, 1, 2, 7, int(9.5 * HOUR), 10 * HOUR)


def test_set_up_takes_the_room_and_not_the_people() -> None:
    early = booking(1, 9, 10, room=5, people=(7,))
    late = booking(2, 10, 11, room=5, people=(7,), from_=int(9.5 * HOUR))

    assert pairs(find([early, late])) == [(Kind.ROOM, 1, 2)]


def test_an_accepted_pair_is_listed_and_ignored() -> None:
    found = find(
        [booking(1, 9, 10, room=5), booking(2, 9, 10, room=5)], Frame(accepted=frozenset({(Kind.ROOM, 1, 2, 5)}))
    )

    assert [one.level for one in found] == [Level.IGNORE]


def test_a_session_larger_than_its_room_is_told() -> None:
    found = find(
        [booking(1, 9, 10, room=5, seats=185, room_for=100), booking(2, 11, 12, room=5, seats=100, room_for=100)]
    )

    assert [(one.kind, one.one, one.subject) for one in found] == [(Kind.CAPACITY, 1, 5)]


def test_levels_are_the_events_to_choose() -> None:
    frame = Frame(levels={**LEVELS, Kind.ROOM: Level.WARN, Kind.PERSON: Level.BLOCK})

    found = find([booking(1, 9, 10, room=5, people=(7,)), booking(2, 9, 10, room=5, people=(7,))], frame)

    assert {one.kind: one.level for one in found} == {Kind.ROOM: Level.WARN, Kind.PERSON: Level.BLOCK}


def test_what_one_interpreter_pair_does_cannot_be_in_two_places() -> None:
    found = find([booking(1, 9, 10, resources=(3,)), booking(2, 9.5, 11, resources=(3,))])

    assert found == [Conflict(Kind.RESOURCE, Level.WARN, 1, 2, 3, int(9.5 * HOUR), 10 * HOUR)]


def test_a_room_that_cannot_be_set_so_is_told() -> None:
    assert pairs(find([booking(1, 9, 10, room=5, unset=True)])) == [(Kind.SET, 1, 1)]


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (((9, 10),), False),
        (((8, 9.5), (9.5, 12)), False),  # two spans that touch hold it together
        (((8, 9.5), (9.75, 12)), True),
        (((9.25, 12),), True),
        (((12, 13),), True),
        ((), True),
    ],
)
def test_a_person_is_there_or_away_and_a_room_open_or_closed(
    there: tuple[tuple[float, float], ...], told: bool
) -> None:
    spans = tuple((int(start * HOUR), int(end * HOUR)) for start, end in there)

    away = find([booking(1, 9, 10, people=(7,))], Frame(present={7: spans}))
    closed = find([booking(1, 9, 10, room=5)], Frame(open_rooms={5: spans}))

    assert pairs(away) == ([(Kind.AWAY, 1, 1)] if told else [])
    assert pairs(closed) == ([(Kind.CLOSED, 1, 1)] if told else [])


def test_a_room_has_to_be_open_for_its_set_up_too() -> None:
    early = booking(1, 9, 10, room=5, from_=int(8.5 * HOUR))

    assert pairs(find([early], Frame(open_rooms={5: ((9 * HOUR, 12 * HOUR),)}))) == [(Kind.CLOSED, 1, 1)]


def test_a_block_is_for_its_rooms_and_a_break_for_everybody() -> None:
    lunch = Closure(1, 12 * HOUR, 13 * HOUR)
    cleaning = Closure(2, 15 * HOUR, 16 * HOUR, frozenset({5}))
    placed = [booking(1, 12.5, 14, room=6), booking(2, 15, 16, room=5), booking(3, 15, 16, room=6), booking(4, 11, 12)]

    found = find(placed, Frame(blocks=(lunch, cleaning)))

    assert [(one.kind, one.one, one.subject) for one in found] == [(Kind.BLOCK, 1, 1), (Kind.BLOCK, 2, 2)]


def test_nothing_of_a_unit_lies_in_its_protected_time_not_even_what_it_only_sponsors() -> None:
    meeting = Closure(1, 9 * HOUR, 10 * HOUR)
    placed = [booking(1, 9, 10, units=(4,)), booking(2, 9.5, 11, units=(8, 4)), booking(3, 9, 10, units=(8,))]

    assert pairs(find(placed, Frame(protected={4: (meeting,)}))) == [(Kind.PROTECTED, 1, 1), (Kind.PROTECTED, 2, 2)]


def test_a_time_the_unit_cannot_have_is_told() -> None:
    assert pairs(find([booking(1, 9, 10, impossible=((int(9.5 * HOUR), 12 * HOUR),))])) == [(Kind.IMPOSSIBLE, 1, 1)]


def test_a_unit_that_fills_more_than_it_may_is_told_which_are_beyond() -> None:
    placed = [booking(slot, start, start + 1, units=(4,)) for slot, start in ((1, 15), (2, 9), (3, 11))]

    assert pairs(find(placed, Frame(budgets={4: 2}))) == [(Kind.BUDGET, 1, 1)]
    assert pairs(find(placed, Frame(budgets={4: 0}))) == [(Kind.BUDGET, slot, slot) for slot in (2, 3, 1)]
    assert find(placed, Frame(budgets={4: 3})) == []


@pytest.mark.parametrize(("start", "told"), [(10, True), (10.2, True), (10.25, False), (12, False)])
def test_a_person_needs_time_to_walk_to_another_zone(start: float, told: bool) -> None:
    placed = [booking(1, 9, 10, people=(7,), zone=1), booking(2, start, start + 1, people=(7,), zone=2)]

    found = find(placed, Frame(walks={(1, 2): 15}))

    assert pairs(found) == ([(Kind.WALK, 1, 2)] if told else [])


def test_nobody_walks_within_a_zone_or_between_zones_that_nobody_measured() -> None:
    placed = [booking(1, 9, 10, people=(7,), zone=1), booking(2, 10, 11, people=(7,), zone=1)]
    placed += [booking(3, 11, 12, people=(7,), zone=3), booking(4, 12, 13, people=(7,))]

    assert find(placed, Frame(walks={(1, 2): 15})) == []


def test_two_sessions_for_one_audience_at_once_are_told_and_a_repetition_is_not() -> None:
    again = booking(3, 9, 10, topics=(1,), session=1)
    found = find([booking(1, 9, 10, topics=(1, 2)), booking(2, 9, 10, topics=(2,)), again])

    assert [(one.kind, one.one, one.other, one.subject) for one in found] == [(Kind.TOPIC, 1, 2, 2)]


def test_midnight_and_clocks_that_change_are_no_matter() -> None:
    zone = ZoneInfo("America/Chicago")

    def at(month: int, day: int, hour: int, minute: int = 0, fold: int = 0) -> float:
        return datetime(2027, month, day, hour, minute, tzinfo=zone, fold=fold).timestamp() / HOUR

    night = [booking(1, at(6, 26, 23), at(6, 27, 1), room=5)]
    assert pairs(find([*night, booking(2, at(6, 27, 0, 30), at(6, 27, 2), room=5)])) == [(Kind.ROOM, 1, 2)]
    assert find([*night, booking(2, at(6, 27, 1), at(6, 27, 2), room=5)]) == []
    # Spring: 01:00 to 03:00 by the clock is one hour. Autumn: 01:30 comes twice.
    spring = [booking(1, at(3, 14, 1), at(3, 14, 3), room=5)]
    assert find([*spring, booking(2, at(3, 14, 3), at(3, 14, 4), room=5)]) == []
    assert spring[0].end - spring[0].start == HOUR
    autumn = [booking(1, at(11, 7, 0), at(11, 7, 1, 30), room=5)]
    assert find([*autumn, booking(2, at(11, 7, 1, 30, fold=1), at(11, 7, 3), room=5)]) == []
    assert pairs(find([*autumn, booking(2, at(11, 7, 1, 15), at(11, 7, 3), room=5)])) == [(Kind.ROOM, 1, 2)]


@given(programmes, frames)
def test_the_sweep_finds_what_comparing_all_pairs_finds(placed: list[Booking], frame: Frame) -> None:
    assert sorted(find(placed, frame), key=repr) == sorted(naive(placed, frame), key=repr)
