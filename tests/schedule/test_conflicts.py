import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.schedule.conflicts import Board, Booking, Conflict, Kind, Level, find

HOUR = 3600


def booking(
    slot: int, start: float, end: float, *, room: int = 0, people: tuple[int, ...] = (), **values: int
) -> Booking:
    rooms = (room,) if room else ()
    first, last = int(start * HOUR), int(end * HOUR)
    return Booking(
        slot, slot, first, last, values.pop("from_", first), values.pop("until", last), rooms, people, **values
    )


def pairs(found: list[Conflict]) -> list[tuple[Kind, int, int]]:
    return [(one.kind, one.one, one.other) for one in found]


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
    found = find([booking(1, 9, 10, room=5), booking(2, 9, 10, room=5)], frozenset({(1, 2, 5)}))

    assert [one.level for one in found] == [Level.IGNORE]


def test_a_session_larger_than_its_room_is_told() -> None:
    found = find(
        [booking(1, 9, 10, room=5, seats=185, room_for=100), booking(2, 11, 12, room=5, seats=100, room_for=100)]
    )

    assert [(one.kind, one.one, one.subject) for one in found] == [(Kind.CAPACITY, 1, 5)]


def test_levels_are_the_events_to_choose() -> None:
    levels = {Kind.ROOM: Level.WARN, Kind.PERSON: Level.BLOCK, Kind.CAPACITY: Level.IGNORE}

    found = find([booking(1, 9, 10, room=5, people=(7,)), booking(2, 9, 10, room=5, people=(7,))], levels=levels)

    assert {one.kind: one.level for one in found} == {Kind.ROOM: Level.WARN, Kind.PERSON: Level.BLOCK}


def test_a_move_is_asked_before_it_is_made() -> None:
    board = Board([booking(1, 9, 10, room=5, people=(7,)), booking(2, 11, 12, room=5, people=(7,))])

    assert pairs(board.clashes(booking(2, 9.5, 10.5, room=5, people=(7,)))) == [(Kind.ROOM, 1, 2), (Kind.PERSON, 1, 2)]
    assert board.clashes(booking(2, 10, 11, room=5, people=(7,))) == []
    assert board.clashes(booking(2, 11, 12, room=5, people=(7,))) == []


def test_a_board_follows_its_moves() -> None:
    board = Board([booking(1, 9, 10, room=5), booking(2, 11, 12, room=5)])

    board.move(booking(2, 13, 14, room=6))

    assert board.clashes(booking(3, 11, 12, room=5)) == []
    assert pairs(board.clashes(booking(3, 13, 14, room=6))) == [(Kind.ROOM, 2, 3)]


times = st.tuples(st.integers(0, 40), st.integers(1, 9), st.integers(1, 3), st.integers(1, 4))


@given(st.lists(times, max_size=25))
def test_the_sweep_finds_what_comparing_all_pairs_finds(placed: list[tuple[int, int, int, int]]) -> None:
    bookings = [booking(n, s, s + d, room=room, people=(person,)) for n, (s, d, room, person) in enumerate(placed, 1)]
    expected = {
        (kind, one.slot, other.slot)
        for one in bookings
        for other in bookings
        if one.slot < other.slot and one.start < other.end and other.start < one.end
        for kind, same in ((Kind.ROOM, one.rooms == other.rooms), (Kind.PERSON, one.people == other.people))
        if same
    }

    assert set(pairs(find(bookings))) == expected
    board = Board(bookings)
    asked = {pair for one in bookings for pair in pairs(board.clashes(one))}
    assert asked == expected


def test_the_annual_conference_is_swept_in_no_time() -> None:
    dice = random.Random(1)
    bookings = [
        booking(n, start, start + 1, room=dice.randrange(1, 404), people=tuple(dice.sample(range(1, 5000), 3)))
        for n in range(1, 2793)
        for start in [dice.randrange(5) * 24 + dice.randrange(8, 18)]
    ]

    began = time.process_time()
    found = find(bookings)
    took = time.process_time() - began

    assert found
    assert took < 0.5  # 15 ms by itself; the tests share their processors
