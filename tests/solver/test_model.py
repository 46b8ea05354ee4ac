"""What CP-SAT is told to minimize is what an arrangement costs: held against every way there is."""

import random
import time
from itertools import product

import pytest

from events.solver import checking, model
from events.solver.costs import Costs
from events.solver.layout import Layout
from events.solver.model import Answer
from events.solver.problem import At, Problem, Where
from events.solver.search import Search
from tests.solver.problems import at, item, problem


@pytest.mark.parametrize("seed", range(6))
def test_the_best_way_is_as_cheap_as_the_cheapest_of_all(seed: int) -> None:
    asked = _random(seed)
    costs = Costs(Layout(asked))
    everywhere = frozenset(range(len(asked.wheres)))

    places = model.candidates(costs.layout, asked.items, everywhere)
    answer = model.solve(costs, asked.items, places, {}, 5, seed)

    assert answer is not None
    assert answer.proven
    assert _cost(asked, dict(answer.at)) == min(
        cost
        for way in product(*([*places[one.slot], None] for one in asked.items))
        if (cost := _cost(asked, {one.slot: to for one, to in zip(asked.items, way, strict=True) if to})) is not None
    )


def _cost(asked: Problem, way: dict[int, At]) -> int | None:
    """None when a rule speaks against it."""
    costs = Costs(Layout(asked))
    for one in asked.items:
        if one.slot in way:
            costs.place(one, way[one.slot])
    return None if checking.hard_conflicts(costs.layout) else costs.total


def _random(seed: int) -> Problem:
    dice = random.Random(seed)
    items = [
        item(
            number,
            people=tuple(dice.sample(range(1, 4), 1)),
            topics=tuple(dice.sample(range(1, 3), dice.randint(0, 2))),
            units=(dice.randint(1, 2),),
            seats=dice.choice((10, 45)),
            preferred=((at(10).start, at(11).start),) if dice.random() < 0.3 else (),
        )
        for number in range(1, 5)
    ]
    wheres = (Where((1,), (1,), 50, {}, 1), Where((2,), (2,), 60, {}, 2))
    return problem(*items, hours=(9, 10), wheres=wheres, walks=((1, 2, 15),), budgets={1: 2})


def test_a_way_that_is_worse_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """However it came to be: the total is counted by us, and what was there is laid again."""
    asked = problem(item(1, seats=45), item(2, seats=45), seconds=0.5)
    monkeypatch.setattr(model, "solve", lambda *_args: Answer({1: at(9, 1)}, proven=False))
    search = Search(asked, time.monotonic)

    told = list(search.steps())

    assert (told[-1].left, told[-1].cost) == (0, told[0].cost)
