"""A part of an arrangement as a CP-SAT problem: some items, some places to be in, everything else as it lies.

Every candidate (an item at a start in a place) is a Boolean. Whatever rules about one candidate and what lies around is
decided before, by leaving the candidate out; what is left are rules between two of them. Sessions that need one room,
person or resource are cliques: of all that would hold it at the moment at which one of them begins, at most one is
chosen, which is all there is to say about intervals on a line (Helly). Pairs that cost something when they are at once
have a Boolean each. Only this file knows ortools.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from ortools.sat.python import cp_model

from events.schedule.conflicts import Kind, minutes_between
from events.solver.costs import UNPLACED, WALK, Costs, shared
from events.solver.layout import Layout
from events.solver.problem import At, Item

MEMORY = 1024
"""Megabytes that CP-SAT may take for its own."""

STEPS = 1.0
"""Deterministic seconds for each second of the clock: on a machine with time to spare two runs give the same."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Where the items are to lie; who is not in it lies nowhere. proven: nothing better exists for this part."""

    at: Mapping[int, At]
    proven: bool


Candidates = Mapping[int, Sequence[At]]
"""By slot: where it may lie beside everything outside of the part."""


def candidates(layout: Layout, items: Iterable[Item], wheres: frozenset[int]) -> dict[int, list[At]]:
    """For items that lie nowhere: every free place among these, and the one each has in the draft."""
    found: dict[int, list[At]] = {}
    for item in items:
        fitting = [one for one in layout.fitting(item) if one in wheres]
        places = [At(start, one) for start in layout.times(item) for one in fitting if layout.free(item, start, one)]
        if (
            item.now is not None
            and item.now not in places
            and not layout.roomless(item)
            and layout.may_lie(item, item.now)
        ):
            places.append(item.now)
        found[item.slot] = places
    return found


def solve(
    costs: Costs, items: Sequence[Item], places: Candidates, now: Mapping[int, At], seconds: float, seed: int
) -> Answer | None:
    """The best way found to lay these items; None when none was found in the time, which is the way of `now` then."""
    model = cp_model.CpModel()
    chosen: dict[int, dict[At, cp_model.IntVar]] = {
        item.slot: {at: model.new_bool_var("") for at in places[item.slot]} for item in items
    }
    prices: list[tuple[cp_model.IntVar, int]] = []
    for item in items:
        own = chosen[item.slot]
        if item.now is None:
            model.add_at_most_one(own.values())
        else:
            model.add_exactly_one(own.values())
        prices += [(var, costs.of(item, at) - UNPLACED) for at, var in own.items()]
        for at, var in own.items():
            model.add_hint(var, now.get(item.slot) == at)
    _rooms(model, costs.layout, items, chosen)
    _subjects(model, costs.layout, items, chosen)
    _budgets(model, costs.layout, items, chosen)
    prices += _at_once(model, costs, items, chosen)
    prices += _ways(model, costs, items, chosen)
    model.minimize(cp_model.LinearExpr.weighted_sum([var for var, _price in prices], [price for _var, price in prices]))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.max_deterministic_time = seconds * STEPS
    solver.parameters.num_workers = costs.problem.workers
    solver.parameters.random_seed = seed
    solver.parameters.max_memory_in_mb = MEMORY
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    found = {slot: at for slot, own in chosen.items() for at, var in own.items() if solver.boolean_value(var)}
    return Answer(found, status == cp_model.OPTIMAL)


_Chosen = Mapping[int, Mapping[At, cp_model.IntVar]]
_Held = list[tuple[int, int, int, cp_model.IntVar]]
"""From, until, slot, and the Boolean that says so."""


def _rooms(model: cp_model.CpModel, layout: Layout, items: Sequence[Item], chosen: _Chosen) -> None:
    held: dict[int, _Held] = defaultdict(list)
    for item in items:
        for at, var in chosen[item.slot].items():
            span = at.start - item.setup, at.start + item.length + item.teardown
            for part in layout.problem.wheres[at.where].parts:
                held[part].append((*span, item.slot, var))
    for one in held.values() if Kind.ROOM in layout.hard else ():
        _one_at_a_time(model, one)


def _subjects(model: cp_model.CpModel, layout: Layout, items: Sequence[Item], chosen: _Chosen) -> None:
    """People and resources, and topics where two of them at once block."""
    held: dict[tuple[Kind, int], _Held] = defaultdict(list)
    for item in items:
        needed = [(Kind.PERSON, one) for one in item.needs.people]
        needed += [(Kind.RESOURCE, one) for one in item.needs.resources]
        needed += [(Kind.TOPIC, one) for one in item.needs.topics]
        for subject in needed:
            if subject[0] in layout.hard:
                held[subject] += [
                    (at.start, at.start + item.length, item.slot, var) for at, var in chosen[item.slot].items()
                ]
    for one in held.values():
        _one_at_a_time(model, one)


def _one_at_a_time(model: cp_model.CpModel, held: _Held) -> None:
    if len({slot for _from, _until, slot, _var in held}) < 2:
        return
    for moment in {from_ for from_, _until, _slot, _var in held}:
        together = [(slot, var) for from_, until, slot, var in held if from_ <= moment < until]
        if len({slot for slot, _var in together}) > 1:
            model.add_at_most_one(var for _slot, var in together)


def _budgets(model: cp_model.CpModel, layout: Layout, items: Sequence[Item], chosen: _Chosen) -> None:
    """What is placed for the first time fills a unit's slots; who is moved has filled one already."""
    if Kind.BUDGET not in layout.hard:
        return
    new: dict[int, list[cp_model.IntVar]] = defaultdict(list)
    lying = {item.slot: item.needs.units[0] for item in items if item.now is not None and item.needs.units}
    for item in items:
        if item.now is None and item.needs.units and item.needs.units[0] in layout.frame.budgets:
            new[item.needs.units[0]] += chosen[item.slot].values()
    for unit, some in new.items():
        filled = layout.filled[unit] + sum(1 for one in lying.values() if one == unit)
        model.add(cp_model.LinearExpr.sum(some) <= max(0, layout.frame.budgets[unit] - filled))


def _at_once(
    model: cp_model.CpModel, costs: Costs, items: Sequence[Item], chosen: _Chosen
) -> list[tuple[cp_model.IntVar, int]]:
    """Pairs of the part that share a topic or a unit."""
    found = []
    starts: dict[int, dict[int, list[cp_model.IntVar]]] = {}
    for item in items:
        by_start: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for at, var in chosen[item.slot].items():
            by_start[at.start].append(var)
        starts[item.slot] = by_start
    for one, other in combinations(items, 2):
        price = shared(one, other, costs)
        if not price:
            continue
        both = model.new_bool_var("")
        told = False
        for start, some in starts[one.slot].items():
            beside = [
                var
                for then, several in starts[other.slot].items()
                if then < start + one.length and start < then + other.length
                for var in several
            ]
            if beside:
                told = True
                model.add(cp_model.LinearExpr.sum([*some, *beside]) <= 1 + both)
        if told:
            found.append((both, price))
    return found


def _ways(
    model: cp_model.CpModel, costs: Costs, items: Sequence[Item], chosen: _Chosen
) -> list[tuple[cp_model.IntVar, int]]:
    """Pairs of the part with a person who would have to walk from one to the other in less time than it takes."""
    layout = costs.layout
    hard = Kind.WALK in layout.hard
    if not layout.frame.walks or not (hard or costs.weights.walking):
        return []
    found = []
    zones: dict[int, dict[tuple[int, int | None], list[cp_model.IntVar]]] = {}
    for item in items:
        by_zone: dict[tuple[int, int | None], list[cp_model.IntVar]] = defaultdict(list)
        for at, var in chosen[item.slot].items():
            by_zone[at.start, layout.problem.wheres[at.where].zone].append(var)
        zones[item.slot] = by_zone
    for one, other in combinations(items, 2):
        people = len(set(one.needs.people) & set(other.needs.people))
        if not people:
            continue
        both = model.new_bool_var("")
        told = False
        for (start, zone), some in zones[one.slot].items():
            late = [
                var
                for (then, there), several in zones[other.slot].items()
                if _late(
                    start, start + one.length, then, then + other.length, minutes_between(layout.frame, zone, there)
                )
                for var in several
            ]
            if late:
                told = True
                model.add(cp_model.LinearExpr.sum([*some, *late]) <= (1 if hard else 1 + both))
        if told and not hard:
            found.append((both, costs.weights.walking * WALK * people))
    return found


def _late(start: int, end: int, then: int, over: int, minutes: int) -> bool:
    gap = then - end if then >= start else start - over
    return 0 <= gap < minutes * 60
