from hypothesis import given

from events.schedule.boards import Board
from events.schedule.conflicts import Booking, Closure, Frame, Kind, find
from tests.schedule.bookings import HOUR, booking, frames, pairs, programmes


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


def test_what_is_taken_off_is_in_nobodys_way() -> None:
    board = Board([booking(1, 9, 10, room=5, people=(7,), units=(4,))], Frame(budgets={4: 0}))

    assert board.take(1) == booking(1, 9, 10, room=5, people=(7,), units=(4,))
    assert board.take(1) is None
    assert board.clashes(booking(2, 9, 10, room=5, people=(7,))) == []


@given(programmes, frames)
def test_asking_for_each_slot_finds_what_the_sweep_finds(placed: list[Booking], frame: Frame) -> None:
    board = Board(placed, frame)

    assert {one for booking in placed for one in board.clashes(booking)} == set(find(placed, frame))


@given(programmes, programmes, frames)
def test_a_board_after_moves_is_the_board_of_where_they_lie(
    first: list[Booking], then: list[Booking], frame: Frame
) -> None:
    board = Board(first, frame)
    for one in then:
        board.move(one)

    placed = list({one.slot: one for one in (*first, *then)}.values())
    assert {one for booking in placed for one in board.clashes(booking)} == set(find(placed, frame))


def test_obstacles_are_the_times_at_which_a_slot_had_better_not_lie() -> None:
    lunch, meeting = Closure(1, 12 * HOUR, 13 * HOUR), Closure(2, 17 * HOUR, 18 * HOUR)
    frame = Frame(
        blocks=(lunch, Closure(3, 0, HOUR, frozenset({5}))), protected={4: (meeting,)}, present={8: ((0, 9 * HOUR),)}
    )
    board = Board([booking(1, 9, 10, people=(7,)), booking(2, 11, 12, people=(9,))], frame)

    found = board.obstacles(booking(3, 11, 12, people=(7, 8), units=(4,), impossible=((8 * HOUR, 9 * HOUR),)))

    assert [(one.kind, one.subject, one.other, one.start // HOUR) for one in found][:4] == [
        (Kind.PERSON, 7, 1, 9),
        (Kind.BLOCK, 1, 0, 12),
        (Kind.PROTECTED, 2, 0, 17),
        (Kind.IMPOSSIBLE, 0, 0, 8),
    ]
    assert [(one.kind, one.start) for one in found][-1] == (Kind.AWAY, 9 * HOUR)
