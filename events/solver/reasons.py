"""Why a session has no place: which rules leave it none, counted. Pure.

The times are asked of the conflict engine, the rooms of the layout. A reason names its rule as the conflicts do, the
one it is about (a person, a unit, a block …), and how many of the times, or rooms, it takes.
"""

from collections import Counter
from dataclasses import dataclass

from events.schedule.boards import Board
from events.schedule.conflicts import Kind
from events.solver.costs import Costs
from events.solver.layout import Layout
from events.solver.problem import Item

LENGTH, ROOMS, TIMES, NOT_LOOKED = "length", "rooms", "times", "not_looked"
"""Rules that are no conflicts: nothing is long enough; there are no rooms, no times; the time was over before."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule by its name, and how much it rules out.

    rule     a kind of conflict, a weight's name, or one of those above; subject: an id, or 0
    count    so many `of` them are ruled out; what: times, rooms, or conflict and wish, which count nothing
    """

    rule: str
    subject: int
    count: int
    of: int
    what: str


OTHERS = "others"
"""A move that is better for others only."""


def why_moved(costs: Costs, draft: Board, item: Item) -> list[Reason]:
    """What is better about where an item lies now than where the draft has it: rules, then wishes by weight.

    draft   everything as the draft has it
    """
    layout = costs.layout
    at = layout.at[item.slot]
    assert item.now is not None
    rules = {
        (one.kind.value, one.subject)
        for one in draft.clashes(layout.problem.booking(item, item.now))
        if one.kind in layout.hard and one.kind is not Kind.BUDGET
    }
    found = [Reason(rule, subject, 0, 0, "conflict") for rule, subject in sorted(rules)]
    before, after = costs.parts(item, item.now), costs.parts(item, at)
    found += [Reason(name, 0, 0, 0, "wish") for name in after if before[name] > after[name]]
    return found or [Reason(OTHERS, 0, 0, 0, "wish")]


def why(layout: Layout, board: Board, item: Item) -> list[Reason]:
    """The reasons, the one that rules out most first. board: of everything that lies in the end."""
    problem = layout.problem
    choices = problem.choices(item)
    if not choices:
        return [Reason(ROOMS, 0, 0, 0, "rooms")]
    if not layout.fitting(item):
        ruled = Counter(str(problem.fits(item, problem.wheres[one])) for one in choices)
        return [Reason(rule, 0, count, len(choices), "rooms") for rule, count in ruled.most_common()]
    if item.now is None and layout.full(item):
        return [Reason(Kind.BUDGET, item.needs.units[0], len(problem.starts), len(problem.starts), "times")]
    counted: Counter[tuple[str, int]] = Counter()
    for start in problem.starts:
        counted.update(_ruled_out(layout, board, item, start.at, start.end))
    total = len(problem.starts)
    if not counted:
        rule = NOT_LOOKED if total else TIMES
        return [Reason(rule, 0, total, total, "times")]
    return [Reason(rule, subject, count, total, "times") for (rule, subject), count in counted.most_common(6)]


def _ruled_out(layout: Layout, board: Board, item: Item, start: int, end: int) -> set[tuple[str, int]]:
    """Why it cannot begin then; nothing when it could."""
    if start + item.length > end:
        return {(LENGTH, 0)}
    booking = item.needs._replace(
        slot=item.slot,
        start=start,
        end=start + item.length,
        from_=start - item.setup,
        until=start + item.length + item.teardown,
    )
    nowhere = booking._replace(rooms=(), room_for=None, unset=False, zone=None)
    rules = {
        (one.kind.value, one.subject)
        for one in board.clashes(nowhere)
        if one.kind in layout.hard and one.kind is not Kind.BUDGET
    }
    if rules:
        return rules
    if any(layout.free(item, start, where) for where in layout.fitting(item)):
        return set()
    return {(Kind.ROOM.value, 0)}
