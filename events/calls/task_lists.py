"""Who has done what: an event's tasks with everybody who owes one, as a table and as CSV."""

import csv
import io
from dataclasses import dataclass
from datetime import date

import asyncpg

from events.calls.task_answers import SELECT, Owed
from events.calls.tasks import OWED
from events.core import database

PAGE = 100
STATES = ("missing", "late", "done")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

SORTS = {
    "name": "lower(p.name) {way}, p.id, t.due_on, t.position, t.id, s.title",
    "task": "lower(t.title) {way}, t.id, lower(p.name), p.id, s.title",
    "session": "lower(s.title) {way} NULLS LAST, lower(p.name), p.id, t.due_on, t.id",
    "due": "t.due_on {way}, t.position, t.id, lower(p.name), p.id, s.title",
    "done": "a.done_at {way} NULLS LAST, lower(p.name), p.id, t.id, s.title",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """query: in names and sessions; task: an id, None for all; state: of STATES, or "". late: missing, and due before
    `today`, the event's own."""

    query: str
    task: int | None
    state: str
    today: date


@dataclass(frozen=True, slots=True)
class Line:
    """reachable: False for who has no address: no mail reaches them, and they cannot sign in."""

    owed: Owed
    reachable: bool


_FOUND = f"""
WITH w AS ({OWED.format(only="t.event_id = $1")}) {SELECT}
WHERE ($2 = '' OR p.name ILIKE $2 ESCAPE '\\' OR s.title ILIKE $2 ESCAPE '\\' OR s.code ILIKE $2 ESCAPE '\\')
AND ($3::int IS NULL OR t.id = $3)
"""
_STATE = "CASE WHEN {answer} IS NOT NULL THEN 'done' WHEN {due} < $4 THEN 'late' ELSE 'missing' END"


def _given(event: int, asked: Filter) -> tuple[object, ...]:
    escaped = asked.query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return event, f"%{escaped}%" if asked.query else "", asked.task, asked.today


async def counts(event: int, asked: Filter) -> dict[str, int]:
    """How many there are in each state, whatever state is asked for."""
    state = _STATE.format(answer="answer", due="due_on")
    statement = f"SELECT {state} AS state, count(*) AS n FROM ({_FOUND}) found GROUP BY 1"  # noqa: S608 - ours
    rows = await database.rows(statement, *_given(event, asked))
    return {row["state"]: row["n"] for row in rows}


async def lines(event: int, asked: Filter, sort: str, page: int | None) -> list[Line]:
    """One page, or with None all of them."""
    order = SORTS.get(sort.removeprefix("-"), SORTS["due"]).format(way="DESC" if sort.startswith("-") else "ASC")
    state = _STATE.format(answer="a.id", due="t.due_on")
    rows: list[asyncpg.Record] = await database.rows(
        f"{_FOUND} AND ($5 = '' OR {state} = $5) ORDER BY {order} LIMIT $6 OFFSET $7",
        *_given(event, asked),
        asked.state,
        PAGE if page else None,
        (page - 1) * PAGE if page else 0,
    )
    found = [Owed(**dict(row)) for row in rows]
    reachable = {
        row["person_id"]
        for row in await database.rows(
            "SELECT person_id FROM address WHERE is_primary AND person_id = any($1)", [one.person_id for one in found]
        )
    }
    return [Line(one, one.person_id in reachable) for one in found]


async def as_csv(event: int, asked: Filter, sort: str) -> bytes:
    """All that the filter finds, for a spreadsheet: UTF-8 with a mark, which Excel needs; no text becomes a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["name", "task", "kind", "session", "session title", "due", "done", "words", "file", "has address"])
    for line in await lines(event, asked, sort, None):
        one = line.owed
        texts = (one.name, one.title, one.kind, one.session, one.session_title)
        done = one.done_at.isoformat() if one.done_at else ""
        said, address = (_safe(one.said), _safe(one.file_name)), "yes" if line.reachable else "no"
        writer.writerow([*map(_safe, texts), one.due_on.isoformat(), done, *said, address])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _safe(text: str) -> str:
    """With an apostrophe before what a spreadsheet would take for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text
