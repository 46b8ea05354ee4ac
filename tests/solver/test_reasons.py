"""Which rules leave a session no place, by name and number."""

import time
from typing import Any

import pytest

from events.schedule.conflicts import Closure
from events.solver.problem import Item, Problem
from events.solver.search import Search
from tests.solver.problems import at, fixed, item, problem


def why(asked: Problem, slot: int = 1) -> list[tuple[str, int, int, int, str]]:
    search = Search(asked, time.monotonic)
    for _progress in search.steps():
        continue
    assert search.result().at.keys().isdisjoint({slot})
    return [(one.rule, one.subject, one.count, one.of, one.what) for one in search.result().left[slot]]


DAY = ((at(0).start, at(24).start),)


@pytest.mark.parametrize(
    ("wanted", "frame", "meant"),
    [
        (item(1, seats=500), {}, ("capacity", 0, 2, 2, "rooms")),
        (item(1, people=(5,)), {"present": {5: ((0, 60),)}}, ("away", 5, 3, 3, "times")),
        (item(1, impossible=DAY), {}, ("impossible", 0, 3, 3, "times")),
        (item(1, units=(4,)), {"protected": {4: (Closure(8, *DAY[0]),)}}, ("protected", 8, 3, 3, "times")),
        (item(1), {"blocks": (Closure(8, *DAY[0]),)}, ("block", 8, 3, 3, "times")),
        (item(1, units=(4,)), {"budgets": {4: 0}}, ("budget", 4, 3, 3, "times")),
        (item(1, hours=12), {}, ("length", 0, 3, 3, "times")),
        (item(1, resources=(6,)), {"fixed": (fixed(9, 8, 0, 9, resources=(6,)),)}, ("resource", 6, 3, 3, "times")),
        (item(1), {"open_rooms": {1: (), 2: ()}}, ("room", 0, 3, 3, "times")),
        (item(1), {"general": 0}, ("rooms", 0, 0, 0, "rooms")),
        (item(1), {"hours": ()}, ("times", 0, 0, 0, "times")),
    ],
)
def test_a_rule_that_rules_everything_out_is_named(wanted: Item, frame: dict[str, Any], meant: object) -> None:
    assert why(problem(wanted, **frame)) == [meant]


def test_more_sessions_than_places_are_told_by_what_takes_them() -> None:
    """One hour is left to both, in the one room that holds them; who is left out is told of both rules."""
    late = ((at(10).start, at(24).start),)
    asked = problem(item(1, seats=100, impossible=late), item(2, seats=100, impossible=late, people=(1,)))

    search = Search(asked, time.monotonic)
    for _progress in search.steps():
        continue

    [(_slot, reasons)] = search.result().left.items()
    assert [(one.rule, one.count, one.of) for one in reasons] == [("impossible", 2, 3), ("room", 1, 3)]
