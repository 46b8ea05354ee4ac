"""Arrangements as rows: asked for, stopped, listed; taken up and ended by workers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from events.core import database
from events.core.errors import DomainError, NotFound
from events.core.locales import _
from events.solver.gathering import EPOCH, Gathered, Wishes
from events.solver.states import OPEN, RunState, sources, step

LEASE = timedelta(seconds=20)
"""How long a worker may be silent before its run counts as interrupted."""

KEPT = timedelta(days=90)
"""How long an arrangement that is over stays."""

PAGE = 20

NOT_INSTALLED = "not installed"
"""The `error` of a run whose worker has no OR-Tools."""


class AtWorkAlready(DomainError):
    """An event has one machine at a time."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("The machine is at work on this programme already. Wait for it, or stop it first."))


@dataclass(frozen=True, slots=True)
class Run:
    """An arrangement; wishes and progress as they were written.

    asked_by   a name, or ""; places: how many it proposes; taken_over: how many of them somebody accepted
    """

    id: int
    event_id: int
    state: RunState
    wishes: Mapping[str, Any]
    asked_at: datetime
    asked_by: str
    started_at: datetime | None
    ended_at: datetime | None
    stop_asked: bool
    progress: Mapping[str, Any]
    error: str
    places: int
    taken_over: int

    @property
    def open(self) -> bool:
        return self.state in OPEN


async def begin(event_id: int, wishes: Wishes, person: int | None, at: datetime) -> int:
    """Ask for one; a worker takes it up. Raises AtWorkAlready."""
    try:
        found: int = await database.value(
            "INSERT INTO arrangement (event_id, wishes, asked_at, asked_by_id, progress)"
            " VALUES ($1, $2, $3, $4, '{}') RETURNING id",
            event_id,
            json.dumps(_written(wishes)),
            at,
            person,
        )
    except asyncpg.UniqueViolationError:
        raise AtWorkAlready from None
    return found


def _written(wishes: Wishes) -> dict[str, Any]:
    return {
        "which": wishes.which,
        "days": [str(day) for day in wishes.days],
        "hours": [f"{hour:%H:%M}" for hour in wishes.hours],
        "until": f"{wishes.until:%H:%M}",
        "seconds": wishes.seconds,
        "weights": {name: getattr(wishes.weights, name) for name in wishes.weights.__slots__},
    }


async def stop(event_id: int, run_id: int, at: datetime) -> None:
    """End it with the best it has so far. Raises NotFound, and IllegalMove when it is over already."""
    async with database.transaction():
        state = await database.value(
            "SELECT state FROM arrangement WHERE event_id = $1 AND id = $2 FOR UPDATE", event_id, run_id
        )
        if state is None:
            raise NotFound
        step(RunState(state), RunState.STOPPED)
        if RunState(state) is RunState.WAITING:
            await database.execute("UPDATE arrangement SET state = 'stopped', ended_at = $2 WHERE id = $1", run_id, at)
        else:  # its worker ends it, and writes down what it found
            await database.execute("UPDATE arrangement SET stop_asked = true WHERE id = $1", run_id)


_RUNS = """
SELECT a.id, a.event_id, a.state, a.wishes, a.asked_at, coalesce(p.name, '') AS asked_by, a.started_at, a.ended_at,
       a.stop_asked, a.progress, a.error,
       (SELECT count(*) FROM arrangement_place x WHERE x.arrangement_id = a.id AND x.starts_at IS NOT NULL)::int
           AS places,
       (SELECT count(*) FROM arrangement_place x WHERE x.arrangement_id = a.id AND x.command IS NOT NULL)::int
           AS taken_over
FROM arrangement a LEFT JOIN person p ON p.id = a.asked_by_id WHERE a.event_id = $1
"""


async def of(event_id: int, page: int = 1) -> tuple[list[Run], int]:
    """A page of an event's arrangements, the newest first, and how many there are."""
    total: int = await database.value("SELECT count(*) FROM arrangement WHERE event_id = $1", event_id)
    rows = await database.rows(f"{_RUNS} ORDER BY a.id DESC LIMIT $2 OFFSET $3", event_id, PAGE, (page - 1) * PAGE)
    return [_run(row) for row in rows], total


async def run(event_id: int, run_id: int) -> Run:
    """Raises NotFound, also for another event's."""
    row = await database.row(f"{_RUNS} AND a.id = $2", event_id, run_id)
    if row is None:
        raise NotFound
    return _run(row)


def _run(row: asyncpg.Record) -> Run:
    values = dict(row.items())
    values |= {"wishes": json.loads(row["wishes"]), "progress": json.loads(row["progress"])}
    return Run(**values | {"state": RunState(row["state"])})


async def take_up(at: datetime) -> tuple[int, int, Mapping[str, Any]] | None:
    """The arrangement that waits longest, now this worker's: its id, its event, its wishes. None when none waits."""
    row = await database.row(
        "UPDATE arrangement SET state = 'running', started_at = $1, watched_until = $2 WHERE id = ("
        " SELECT id FROM arrangement WHERE state = 'waiting' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)"
        " RETURNING id, event_id, wishes",
        at,
        at + LEASE,
    )
    return None if row is None else (row["id"], row["event_id"], json.loads(row["wishes"]))


async def still_here(run_id: int, progress: Mapping[str, Any], at: datetime) -> bool | None:
    """Say that its worker is there. Returns whether somebody asked it to stop; None when it is not ours any more."""
    asked: bool | None = await database.value(
        "UPDATE arrangement SET watched_until = $2, progress = CASE WHEN $3::jsonb = '{}' THEN progress ELSE $3 END"
        " WHERE id = $1 AND state = 'running' RETURNING stop_asked",
        run_id,
        at + LEASE,
        json.dumps(progress),
    )
    return asked


async def end(run_id: int, state: RunState, at: datetime, error: str = "") -> bool:
    """Whether it was still at work: somebody else may have ended it."""
    return bool(
        await database.execute(
            "UPDATE arrangement SET state = $2, ended_at = $3, watched_until = NULL, error = $4"
            " WHERE id = $1 AND state = any($5)",
            run_id,
            state.value,
            at,
            error[:300],
            sources(state),
        )
    )


async def end_lost(at: datetime) -> int:
    """Those whose worker is gone; what they found until then stays. Returns how many."""
    return await database.execute(
        "UPDATE arrangement SET state = 'interrupted', ended_at = $1, watched_until = NULL"
        " WHERE state = 'running' AND watched_until < $1",
        at,
    )


async def keep(run_id: int, gathered: Gathered, found: Mapping[str, Any]) -> None:
    """Write down the best so far, in the place of what was there."""
    why = dict((*found["moved"], *found["left"]))
    lengths = {item.slot: item.length for item in gathered.problem.items}
    rows = [
        _place(gathered, slot, start, start + lengths[slot], where, why.get(slot, []))
        for slot, start, where in found["at"]
    ]
    rows += [_place(gathered, slot, None, None, None, reasons) for slot, reasons in found["left"]]
    async with database.transaction():
        mine = await database.value("SELECT id FROM arrangement WHERE id = $1 AND state = 'running' FOR UPDATE", run_id)
        if mine is None:
            return
        await database.execute("DELETE FROM arrangement_place WHERE arrangement_id = $1", run_id)
        await database.execute_many(
            "INSERT INTO arrangement_place (arrangement_id, session_id, session_version, slot_id, slot_version,"
            " starts_at, ends_at, room_ids, reasons) SELECT $1, s.id, $3, $4, $5, $6, $7, $8, $9"
            " FROM session s WHERE s.id = $2",
            [(run_id, *row) for row in rows],
        )


def _place(
    gathered: Gathered,
    slot: int,
    start: int | None,
    end: int | None,
    where: int | None,
    reasons: Sequence[Mapping[str, Any]],
) -> tuple[Any, ...]:
    known = gathered.known[slot]
    return (
        known.session,
        known.session_version,
        known.slot,
        known.slot_version,
        None if start is None else EPOCH + timedelta(seconds=start),
        None if end is None else EPOCH + timedelta(seconds=end),
        [] if where is None else list(gathered.problem.wheres[where].rooms),
        json.dumps(list(reasons)),
    )


async def forget(at: datetime, limit: int) -> int:
    """Delete at most so many that have been over for long. Returns how many."""
    return await database.execute(
        "DELETE FROM arrangement WHERE id IN (SELECT id FROM arrangement WHERE ended_at < $1 ORDER BY id LIMIT $2)",
        at - KEPT,
        limit,
    )
