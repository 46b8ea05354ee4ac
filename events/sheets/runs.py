"""An import from an organizer's page: its file kept, looked at by a worker, written by a worker, and told of.

Every step that takes time is one outbox message, written with the row's new state. A job that runs twice finds the
state moved on and does nothing; one that is cut off has written nothing, and is rung again.
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from events.core import database, locales, outbox
from events.core.errors import NotFound, Unreadable
from events.core.locales import _
from events.core.logs import log
from events.schedule import moves
from events.schedule.importing import Wish
from events.sheets import bringing
from events.sheets.bringing import Ask, Outcome, Rights, Stale
from events.sheets.states import CHECKED, DISCARDED, DONE, FAILED, IMPORTING, REFUSED, STALE, WAITING, RunState, step

LARGEST = 7 * 1024 * 1024
"""Bytes of a file: what one form may carry, less the form around it."""

KEPT = timedelta(days=7)
"""A file that nobody imported."""
TOLD = timedelta(days=30)
"""What an import would change, or did, with the names in it."""

TOPIC = "programme.import"
_MOST_LINES = 5_000
_PAUSE = 0.4


@dataclass(frozen=True, slots=True)
class RunRow:
    """An import as its page shows it; by: a name, or "". lines and faults: as they are kept, empty in lists."""

    id: int
    event_id: int
    name: str
    size: int
    state: RunState
    stage: str
    found: str
    seen: str
    counts: dict[str, int]
    why: str
    by: str
    created_at: datetime
    changed_at: datetime
    has_file: bool
    lines: list[dict[str, Any]]
    faults: list[dict[str, Any]]


_ROWS = """
SELECT r.id, r.event_id, r.name, r.size, r.state, r.stage, r.found, r.seen, r.counts, r.why, coalesce(p.name, '') AS by,
       r.created_at, r.changed_at, r.data IS NOT NULL AS has_file
"""
_FROM = "FROM import_run r LEFT JOIN person p ON p.id = r.by_id WHERE r.event_id = $1"


async def of(event_id: int) -> list[RunRow]:
    """The latest imports of an event."""
    found = await database.rows(f"{_ROWS} {_FROM} ORDER BY r.id DESC LIMIT 20", event_id)
    return [_row(row) for row in found]


async def one(event_id: int, run_id: int) -> RunRow:
    """Raises NotFound, also for another event's."""
    row = await database.row(f"{_ROWS}, r.lines, r.faults {_FROM} AND r.id = $2", event_id, run_id)
    if row is None:
        raise NotFound
    return _row(row)


def _row(row: Any) -> RunRow:
    values = dict(row)
    for name in ("counts", "lines", "faults"):
        values[name] = json.loads(values.get(name) or "[]")
    return RunRow(**{**values, "state": RunState(row["state"])})


async def keep(event_id: int, name: str, data: bytes, rights: Rights, at: datetime) -> int:
    """Keep a file and ask for its preview; returns the import's id. Raises Unreadable at `file`."""
    if not data:
        raise Unreadable({"file": _("Choose a file.")})
    if len(data) > LARGEST:
        words = _("The file has more than %(limit)s MB. Leave out what has not changed, or split it.")
        raise Unreadable({"file": words % {"limit": LARGEST // 1024 // 1024}})
    async with database.transaction():
        run_id: int = await database.value(
            "INSERT INTO import_run (event_id, by_id, name, size, sha256, data, rights, state, counts, lines, faults,"
            " created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', '{}', '[]', '[]', $8, $8)"
            " RETURNING id",
            event_id,
            rights.person,
            "".join(letter for letter in name if letter.isprintable()).strip()[-200:] or "file",
            len(data),
            hashlib.sha256(data).hexdigest(),
            data,
            _plain(rights),
            at,
        )
        await _ring(run_id)
    return run_id


async def begin(event_id: int, run_id: int, seen: str, rights: Rights, at: datetime) -> None:
    """Ask for the import of what the preview with this fingerprint shows. Raises NotFound, IllegalMove."""
    async with database.transaction():
        row = await _held(event_id, run_id)
        step(RunState(row["state"]), IMPORTING)
        if seen != row["seen"]:
            words = _("The draft was changed since you looked. Nothing was written; look at it again.")
            await _move(run_id, STALE, at, why=words)
            return
        await database.execute(
            "UPDATE import_run SET rights = $2, by_id = $3 WHERE id = $1", run_id, _plain(rights), rights.person
        )
        await _move(run_id, IMPORTING, at)
        await _ring(run_id)


async def again(event_id: int, run_id: int, rights: Rights, at: datetime) -> None:
    """Look at the same file once more. Raises NotFound, IllegalMove, Unreadable when the file is gone."""
    async with database.transaction():
        row = await _held(event_id, run_id)
        step(RunState(row["state"]), WAITING)
        if not row["has_file"]:
            raise Unreadable({"file": _("The file is not kept any more. Choose it again.")})
        await database.execute("UPDATE import_run SET rights = $2 WHERE id = $1", run_id, _plain(rights))
        await _move(run_id, WAITING, at)
        await _ring(run_id)


async def discard(event_id: int, run_id: int, at: datetime) -> None:
    """Throw the file away. Raises NotFound, IllegalMove."""
    async with database.transaction():
        row = await _held(event_id, run_id)
        step(RunState(row["state"]), DISCARDED)
        await database.execute("UPDATE import_run SET data = NULL, lines = '[]', faults = '[]' WHERE id = $1", run_id)
        await _move(run_id, DISCARDED, at)


async def work(run_id: int, at: datetime) -> None:
    """Look at a file that waits, or write one that is to be imported; nothing when neither is so any more."""
    row = await database.row(
        "SELECT r.*, e.slug, coalesce(p.locale, 'en') AS locale FROM import_run r JOIN event e ON e.id = r.event_id"
        " LEFT JOIN person p ON p.id = r.by_id WHERE r.id = $1",
        run_id,
    )
    if row is None or row["state"] not in (WAITING, IMPORTING) or row["data"] is None:
        return
    locales.speak(row["locale"])
    state = RunState(row["state"])
    rights = Rights(row["by_id"], **json.loads(row["rights"]))
    ask = Ask(Wish(event=row["slug"], source=row["name"]), rights, keep=state is IMPORTING, seen=row["seen"])
    if state is WAITING:
        ask = Ask(ask.wish, rights, keep=False)
    try:
        async with _progress(run_id) as progress:
            if state is WAITING:
                outcome = await bringing.bring(row["data"], ask, at, progress)
                await _tell(run_id, state, REFUSED if outcome.refused else CHECKED, outcome, at)
            else:
                await _import(run_id, row["data"], ask, at, progress)
    except Stale:
        words = _("The draft was changed since you looked. Nothing was written; look at it again.")
        await _finish(run_id, state, STALE, at, why=words)
    except database.AWAY:
        raise
    except Exception as error:
        log.error("an import failed", run=run_id, exc_info=error)
        words = _("Something broke on our side, and nothing was written. We have noted it; try again.")
        await _finish(run_id, state, FAILED, at, why=words)


async def _import(run_id: int, data: bytes, ask: Ask, at: datetime, progress: bringing.Step) -> None:
    """The draft and the row that tells of it change together, or neither does."""
    async with database.transaction():
        # The event's lock and not the row's: its progress is written meanwhile. A second job waits here, and sees.
        row = await database.row("SELECT event_id FROM import_run WHERE id = $1", run_id)
        if row is None:
            return
        await moves.lock(row["event_id"])
        if await database.value("SELECT state FROM import_run WHERE id = $1", run_id) != IMPORTING:
            return
        outcome = await bringing.bring(data, ask, at, progress)
        await _tell(run_id, IMPORTING, REFUSED if outcome.refused else DONE, outcome, at)


async def _tell(run_id: int, old: RunState, new: RunState, outcome: Outcome, at: datetime) -> None:
    """Keep what was found. Of many thousand lines the first are kept; counts are of all."""
    missing = sum(line.kind == "missing" for line in outcome.lines)
    counts = {
        "created": outcome.report.created,
        "changed": outcome.report.changed,
        "unchanged": outcome.report.unchanged,
        "missing": missing,
        "refused": outcome.report.refused if outcome.refused else 0,
        "more": max(0, len(outcome.lines) - _MOST_LINES) + max(0, len(outcome.faults) - _MOST_LINES),
    }
    await _finish(run_id, old, new, at, why=outcome.refused)
    await database.execute(
        "UPDATE import_run SET found = $2, seen = $3, counts = $4, lines = $5, faults = $6 WHERE id = $1",
        run_id,
        outcome.kind[:200],
        outcome.seen,
        json.dumps(counts),
        _json([line.plain() for line in outcome.lines[:_MOST_LINES]]),
        _json([asdict(fault) for fault in outcome.faults[:_MOST_LINES]]),
    )


def _json(value: object) -> str:
    """Without the one character that PostgreSQL's jsonb has no room for."""
    return json.dumps(value).replace("\\u0000", "")


async def _finish(run_id: int, old: RunState, new: RunState, at: datetime, why: str = "") -> None:
    """From `old` to `new`, unless somebody discarded it meanwhile."""
    step(old, new)
    await database.execute(
        "UPDATE import_run SET state = $3::text, stage = '', why = $4, changed_at = $5,"
        " data = CASE $3::text WHEN 'done' THEN NULL ELSE data END WHERE id = $1 AND state = $2",
        run_id,
        old.value,
        new.value,
        why[:500],
        at,
    )


async def _move(run_id: int, new: RunState, at: datetime, why: str = "") -> None:
    await database.execute(
        "UPDATE import_run SET state = $2, stage = '', why = $3, changed_at = $4 WHERE id = $1",
        run_id,
        new.value,
        why,
        at,
    )


async def _held(event_id: int, run_id: int) -> Any:
    """The row, held until the transaction ends. Raises NotFound."""
    row = await database.row(
        "SELECT state, seen, data IS NOT NULL AS has_file FROM import_run WHERE event_id = $1 AND id = $2 FOR UPDATE",
        event_id,
        run_id,
    )
    if row is None:
        raise NotFound
    return row


async def _ring(run_id: int) -> None:
    await outbox.write(TOPIC, {"run": run_id})


def _plain(rights: Rights) -> str:
    return json.dumps({"rooms": rights.rooms, "emails": rights.emails})


_STAGE = "UPDATE import_run SET stage = $2 WHERE id = $1 AND state IN ('waiting', 'importing')"


@asynccontextmanager
async def _progress(run_id: int) -> AsyncIterator[bringing.Step]:
    """Write how far it is, beside the transaction of the work: the task is begun before that."""
    stage, written = "", ""

    async def write() -> None:
        nonlocal written
        while True:
            if stage != written:
                written = stage
                await database.execute(_STAGE, run_id, stage)
            await asyncio.sleep(_PAUSE)

    def hear(said: str) -> None:
        nonlocal stage
        stage = said

    task = asyncio.create_task(write())
    try:
        yield hear
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, *database.TROUBLE):
            await task


async def forget(at: datetime, limit: int) -> int:
    """Files that nobody imported go after a week, and what an import did after a month. Returns how many."""
    return await database.execute(
        "UPDATE import_run SET data = NULL, lines = '[]', faults = '[]' WHERE id IN (SELECT id FROM import_run"
        " WHERE (changed_at < $1 AND data IS NOT NULL)"
        " OR (changed_at < $2 AND (lines <> '[]' OR faults <> '[]')) LIMIT $3)",
        at - KEPT,
        at - TOLD,
        limit,
    )
