"""Rows: the machine that proposes times and rooms. Conflicts left, time to a first arrangement, and how it gets better.

Measured as a worker sees it: the child process is started, reads its problem, tells how it goes and gives its result.
The conflict engine is asked here once more about what came back, beside everything that lay fixed.
"""

import asyncio
import time
from dataclasses import replace
from datetime import time as clock_time
from datetime import timedelta

from benchmarks import made_problems
from benchmarks.goals import none
from benchmarks.programme import connected
from benchmarks.rows import Row
from benchmarks.scene import Scene
from events.catalogue import queries as catalogue
from events.schedule.conflicts import find
from events.solver.child import Child
from events.solver.costs import UNPLACED
from events.solver.gathering import Wishes, gather
from events.solver.layout import Layout
from events.solver.problem import At, Problem
from events.solver.weights import Weights

SIZES = (100, 300, 1000, 3000)
SECONDS = 20.0
"""For each; a whole conference gets three times as long."""

HOURS = tuple(clock_time(*divmod(minutes, 60)) for minutes in (510, 600, 690, 780, 870, 960))


def measure(scene: Scene) -> list[Row]:
    sizes = SIZES if scene.house.size == "annual" else SIZES[:2]
    rows = [
        _row(f"made-{size}", f"{size:,} sessions without a time", made_problems.problem(size, SECONDS))
        for size in sizes
    ]
    draft = asyncio.run(_conference(scene))
    count = len(draft.items)
    anew = replace(draft, items=tuple(replace(item, now=None) for item in draft.items))
    rows.append(_row("conference-anew", f"the whole conference anew, {count:,} sessions", anew))
    rows.append(_row("conference", f"the conference’s draft made better, {count:,} sessions", draft))
    return rows


async def _conference(scene: Scene) -> Problem:
    async with connected(scene):
        event = await catalogue.event_by_slug(scene.conference, drafts=True)
        assert event.starts_on is not None
        assert event.ends_on is not None
        days = tuple(event.starts_on + timedelta(days=n) for n in range((event.ends_on - event.starts_on).days + 1))
        wishes = Wishes("unpinned", days, HOURS, clock_time(18), round(3 * SECONDS), Weights())
        return (await gather(event.id, event.zone, wishes)).problem


def _row(key: str, what: str, problem: Problem) -> Row:
    began = time.perf_counter()
    first = 0.0
    with Child(problem) as child:
        while not child.over:
            time.sleep(0.05)
            if not first and child.progress():
                first = time.perf_counter() - began
        if child.failed:
            raise RuntimeError(child.said())
        whole = time.perf_counter() - began
        progress, result = child.progress(), child.result()
    found = {slot: At(start, where) for slot, start, where in result["at"]}
    hard = _hard(problem, found)
    course = [(seconds, left * UNPLACED + cost) for seconds, left, cost in progress["course"]]
    more = {
        "placed": progress["placed"],
        "moved": progress["moved"],
        "left out": progress["left"] + progress["stuck"],
        "the arrangement alone, s": progress["first"],
        "until it ended, s": whole,
    }
    for share in (0, 0.25, 0.5, 1):
        reached = [cost for seconds, cost in course if seconds <= progress["first"] + share * problem.seconds + 0.1]
        more[f"cost after {share * problem.seconds:.0f} s"] = reached[-1]
    row = Row(
        "solver",
        key,
        f"a first arrangement: {what}",
        f"{len(problem.wheres)} rooms, {len(problem.starts)} hours; its process started, read and heard",
        first,
        "s",
        more=more,
    )
    return row.judged(none(hard, "conflicts of rules"))


def _hard(problem: Problem, found: dict[int, At]) -> int:
    """What the engine says of the answer: nothing that the child counted is used."""
    items = {item.slot: item for item in problem.items}
    lying = {item.slot: problem.booking(item, item.now) for item in problem.items if item.now is not None}
    lying |= {slot: problem.booking(items[slot], at) for slot, at in found.items()}
    hard = Layout(problem).hard
    return sum(
        1
        for one in find([*problem.fixed, *lying.values()], problem.frame)
        if one.kind in hard and (one.one in found or one.other in found)
    )
