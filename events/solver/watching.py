"""What a worker does about arrangements: takes one up, watches its process, and writes down what it tells.

Not a job: a run may take many minutes, and a job may run twice. The worker says every second that it is there; whose
worker is silent for LEASE is marked as interrupted by another one, or by the same after it came back.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from events.core import database
from events.core.wall_time import read_clock
from events.solver import runs
from events.solver.child import Child, installed
from events.solver.gathering import Gathered, Wishes, gather
from events.solver.states import RunState
from events.solver.weights import Weights

LOOK = 0.5
"""Seconds between two looks at the process."""

GRACE = 15.0
"""Seconds it has to end by itself after it was told to stop."""


async def work(now: Callable[[], datetime], stop: asyncio.Event) -> bool:
    """Take up the arrangement that waits longest and watch it to its end. False when none waited."""
    await runs.end_lost(now())
    taken = await runs.take_up(now())
    if taken is None:
        return False
    run_id, event_id, written = taken
    try:
        if not installed():
            await runs.end(run_id, RunState.FAILED, now(), runs.NOT_INSTALLED)
            return True
        zone: str = await database.value("SELECT timezone FROM event WHERE id = $1", event_id)
        gathered = await gather(event_id, ZoneInfo(zone), wishes_of(written))
        await _watch(run_id, gathered, now, stop)
    except asyncio.CancelledError:
        await runs.end(run_id, RunState.INTERRUPTED, now())
        raise
    except Exception as error:
        await runs.end(run_id, RunState.FAILED, now(), f"{type(error).__name__}: {error}")
        raise
    return True


async def _watch(run_id: int, gathered: Gathered, now: Callable[[], datetime], stop: asyncio.Event) -> None:
    told: float | None = None  # when it was told to stop
    clock = asyncio.get_running_loop().time
    asked: bool | None = False
    with Child(gathered.problem) as child:
        while not child.over:
            await _look(stop, told)
            asked = await runs.still_here(run_id, child.progress(), now())
            if asked is None:  # the event is gone, or somebody thought that we were
                return
            if found := child.result():
                await runs.keep(run_id, gathered, found)
            if told is None and (asked or stop.is_set()):
                child.stop()
                told = clock()
            elif told is not None and clock() - told > GRACE:
                break
        await runs.still_here(run_id, child.progress(), now())
        if found := child.result():
            await runs.keep(run_id, gathered, found)
        if child.failed and told is None:
            await runs.end(run_id, RunState.FAILED, now(), child.said())
        elif stop.is_set() and told is not None and not asked:
            await runs.end(run_id, RunState.INTERRUPTED, now())
        else:
            await runs.end(run_id, RunState.STOPPED if told is not None else RunState.DONE, now())


async def _look(stop: asyncio.Event, told: float | None) -> None:
    """Wait a moment, or until this worker ends."""
    if told is not None:
        await asyncio.sleep(LOOK)
        return
    try:
        await asyncio.wait_for(stop.wait(), LOOK)
    except TimeoutError:
        return


def wishes_of(written: Mapping[str, Any]) -> Wishes:
    """What `runs.begin` wrote down."""
    hours = [read_clock(hour) for hour in written["hours"]]
    until = read_clock(written["until"])
    assert until is not None
    return Wishes(
        written["which"],
        tuple(date.fromisoformat(day) for day in written["days"]),
        tuple(hour for hour in hours if hour is not None),
        until,
        written["seconds"],
        Weights(**written["weights"]),
    )
