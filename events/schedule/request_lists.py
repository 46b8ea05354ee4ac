"""Requests as lists: all of an event for staff, with filters, sorting and pages, by SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from events.core import database

PAGE = 100

SORTS = {
    "title": "lower(s.title) {way}, s.id",
    "unit": "lower(u.name) {way} NULLS LAST, lower(s.title), s.id",
    "people": "r.headcount {way} NULLS LAST, s.id",
    "state": "r.state {way}, r.submitted_at, s.id",
    "submitted": "r.submitted_at {way} NULLS LAST, s.id",
    "time": "first.starts_at {way} NULLS LAST, s.id",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader of the table asks for.

    units   only requests of sessions that these own or sponsor (who is not staff sees no others); None for all
    unit    the slug of one of them, "" for all; room_set: a name of SETS, or ""
    food    only with food; untimed: only without a time
    """

    query: str = ""
    state: str = ""
    unit: str = ""
    room_set: str = ""
    food: bool = False
    untimed: bool = False
    units: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A line of the table; starts_at of the first slot; by: who made the last step."""

    id: int
    version: int
    state: str
    headcount: int | None
    room_set: str
    minutes: int
    food: str
    needs: list[str]
    submitted_at: datetime | None
    code: str
    title: str
    unit: str
    unit_slug: str
    starts_at: datetime | None
    last_what: str
    last_by: str
    last_at: datetime | None


_FROM = """
FROM session_request r JOIN session s ON s.id = r.session_id LEFT JOIN unit u ON u.id = s.unit_id
LEFT JOIN LATERAL (
    SELECT l.starts_at FROM slot l WHERE l.session_id = s.id ORDER BY l.starts_at NULLS LAST, l.id LIMIT 1
) first ON true
"""
_WHERE = """
WHERE s.event_id = $1
  AND ($2 = '' OR s.title ILIKE $2 ESCAPE '\\' OR s.code ILIKE $2 ESCAPE '\\' OR u.name ILIKE $2 ESCAPE '\\')
  AND ($3 = '' OR u.slug = $3 OR EXISTS (
      SELECT FROM session_unit x JOIN unit o ON o.id = x.unit_id WHERE x.session_id = s.id AND o.slug = $3))
  AND ($4 = '' OR r.room_set = $4) AND (NOT $5 OR r.food <> '') AND (NOT $6 OR first.starts_at IS NULL)
  AND ($7::int[] IS NULL OR s.unit_id = any($7) OR EXISTS (
      SELECT FROM session_unit x WHERE x.session_id = s.id AND x.unit_id = any($7)))
"""
_LINES = """
SELECT r.id, r.version, r.state, r.headcount, r.room_set, r.minutes, r.food, r.needs, r.submitted_at, s.code, s.title,
       coalesce(u.name, '') AS unit, coalesce(u.slug, '') AS unit_slug, first.starts_at,
       coalesce(last.what, '') AS last_what, coalesce(last.name, '') AS last_by, last.at AS last_at
{from_} LEFT JOIN LATERAL (
    SELECT t.what, t.at, p.name FROM request_step t LEFT JOIN person p ON p.id = t.by_id
    WHERE t.request_id = r.id ORDER BY t.id DESC LIMIT 1
) last ON true
{where} AND ($8 = '' OR r.state = $8) ORDER BY {order} LIMIT {limit} OFFSET $9
"""


async def lines(event_id: int, asked: Filter, sort: str, page: int) -> tuple[list[RequestLine], dict[str, int]]:
    """One page of an event's requests; and how many there are in each state, whatever state is asked for."""
    counts = await database.rows(f"SELECT r.state, count(*) AS n {_FROM}{_WHERE} GROUP BY 1", event_id, *_given(asked))
    order = SORTS.get(sort.removeprefix("-"), SORTS["submitted"]).format(way="DESC" if sort.startswith("-") else "ASC")
    statement = _LINES.format(from_=_FROM, where=_WHERE, order=order, limit=PAGE)
    rows = await database.rows(statement, event_id, *_given(asked), asked.state, (page - 1) * PAGE)
    return [RequestLine(**row) for row in rows], {row["state"]: row["n"] for row in counts}


def _given(asked: Filter) -> tuple[object, ...]:
    units = None if asked.units is None else sorted(asked.units)
    return pattern(asked.query), asked.unit, asked.room_set, asked.food, asked.untimed, units


def pattern(query: str) -> str:
    """Words as an ILIKE pattern, "" for none."""
    escaped = query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%" if query else ""


async def asking_units(event_id: int, only: Iterable[int] | None) -> list[tuple[str, str]]:
    """(slug, name) of the units that own or sponsor a session with a request; of `only`, unless it is None."""
    rows = await database.rows(
        "SELECT DISTINCT u.slug, u.name FROM session_request r JOIN session s ON s.id = r.session_id"
        " LEFT JOIN session_unit x ON x.session_id = s.id JOIN unit u ON u.id IN (s.unit_id, x.unit_id)"
        " WHERE s.event_id = $1 AND ($2::int[] IS NULL OR u.id = any($2)) ORDER BY u.name, u.slug",
        event_id,
        None if only is None else sorted(only),
    )
    return [(row["slug"], row["name"]) for row in rows]
