"""What the machine proposed for the conference’s sessions without a time: a first arrangement, made without OR-Tools."""

from collections import Counter
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from events.core import database
from events.schedule.boards import Board
from events.solver import greedy, runs
from events.solver.costs import UNPLACED, Costs
from events.solver.gathering import Wishes, gather
from events.solver.layout import Layout
from events.solver.reasons import why
from events.solver.states import RunState
from events.solver.weights import Weights

HOURS = (time(8, 30), time(10), time(11, 30), time(13), time(14, 30), time(16))


async def build(at: datetime) -> None:
    row = await database.row(
        "SELECT e.id, e.timezone, e.starts_on, e.ends_on, p.id AS person FROM event e, person p"
        " WHERE e.kind = 'conference' AND p.name = 'Carla Nowak' ORDER BY e.id LIMIT 1"
    )
    assert row is not None
    wishes = Wishes("unplaced", _days(row["starts_on"], row["ends_on"]), HOURS, time(17, 30), 10, Weights())
    run = await runs.begin(row["id"], wishes, row["person"], at)
    await runs.take_up(at)
    gathered = await gather(row["id"], ZoneInfo(row["timezone"]), wishes)
    layout = Layout(gathered.problem)
    costs = Costs(layout)
    greedy.arrange(costs)
    left = [item for item in gathered.problem.items if item.slot not in layout.at]
    board = Board(layout.bookings.values(), layout.frame)
    told = {
        "at": [[slot, one.start, one.where] for slot, one in layout.at.items()],
        "moved": [],
        "left": [[item.slot, [asdict(reason) for reason in why(layout, board, item)]] for item in left],
    }
    await runs.keep(run, gathered, told)
    counts = Counter(placed=len(layout.at), left=len(left), moved=0, stuck=0, hard=0)
    cost = costs.total - UNPLACED * len(left)
    await runs.still_here(run, {**counts, "cost": cost, "proven": False, "first": 0.1, "course": []}, at)
    await runs.end(run, RunState.DONE, at + timedelta(seconds=10))


def _days(first: date, last: date) -> tuple[date, ...]:
    return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))
