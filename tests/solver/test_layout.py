"""The machine's quick book-keeping says of every place what the conflict engine says."""

import random

import pytest

from events.schedule.boards import Board
from events.schedule.conflicts import Closure, Kind
from events.solver.layout import Layout
from events.solver.problem import At, Problem, Where
from tests.solver.problems import HOUR, at, fixed, item, problem


@pytest.mark.parametrize("seed", range(20))
def test_a_place_is_free_exactly_where_the_engine_finds_nothing(seed: int) -> None:
    asked = _random(seed)
    layout = Layout(asked)
    board = Board(asked.fixed, asked.frame)
    wanted = asked.items[0]

    free = {
        At(start, where)
        for start in layout.times(wanted)
        for where in layout.fitting(wanted)
        if layout.free(wanted, start, where)
    }

    engine = {
        At(start.at, where)
        for start in asked.starts
        for where in range(len(asked.wheres))
        if not [one for one in board.clashes(asked.booking(wanted, At(start.at, where))) if one.kind in asked.hard]
    }
    assert free == engine
    assert free == {
        At(start.at, where)
        for start in asked.starts
        for where in range(len(asked.wheres))
        if layout.may_lie(wanted, At(start.at, where))
    }


def _random(seed: int) -> Problem:
    dice = random.Random(seed)
    hours = tuple(8 + number / 2 for number in range(16))

    def few(most: int) -> tuple[int, ...]:
        return tuple(dice.sample(range(1, most + 1), dice.randint(0, 2)))

    def span() -> tuple[int, int]:
        first = at(dice.choice(hours)).start
        return first, first + dice.choice((30, 60, 120)) * 60

    lying = tuple(
        fixed(
            90 + number,
            dice.choice(hours),
            dice.randint(1, 2),
            hours=dice.choice((0.5, 1)),
            people=few(5),
            resources=few(3),
            zone=dice.choice((1, 2, None)),
        )
        for number in range(8)
    )
    wanted = item(
        1,
        people=few(5),
        resources=few(3),
        seats=dice.choice((None, 60)),
        units=(1,),
        room_set=dice.choice(("", "rounds", "theatre")),
        setup=dice.choice((0, 1800)),
        teardown=dice.choice((0, 900)),
        impossible=(span(),),
    )
    return problem(
        wanted,
        hours=hours,
        until=24,
        fixed=lying,
        wheres=(Where((1,), (1,), 50, {"theatre": 80}, 1), Where((2,), (2,), 200, {}, 2), Where((3,), (1, 2), 300)),
        blocks=(Closure(1, *span()), Closure(2, *span(), frozenset({1}))),
        protected={1: (Closure(3, *span()),)},
        present={1: tuple(sorted((span(), span()))), 2: (span(),)} if dice.random() < 0.5 else {},
        open_rooms={1: (min(span(), span()),)} if dice.random() < 0.3 else {},
        walks=((1, 2, 20),),
    )


def test_what_is_taken_off_leaves_no_trace() -> None:
    asked = problem(item(1, people=(1,)), item(2, people=(1,)))
    layout = Layout(asked)
    one, two = asked.items

    layout.place(one, at(9))
    assert [start - at(0).start for start in layout.times(two)] == [10 * HOUR, 11 * HOUR]
    layout.place(one, at(10, 1))
    assert layout.free(two, at(9).start, 0)
    assert layout.take(1) == at(10, 1)

    assert len(layout.times(two)) == 3
    assert layout.take(1) is None


def test_a_room_of_another_event_is_not_free() -> None:
    asked = problem(item(1), taken=((1, at(9).start, at(9.5).start),))

    layout = Layout(asked)

    assert [layout.free(asked.items[0], at(9).start, where) for where in (0, 1)] == [False, True]
    assert Kind.ROOM in layout.hard
