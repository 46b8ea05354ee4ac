"""The sessions a case is about: as published now, beside what was published when something was booked for them.

What changed is looked up, never stored: a release that moves a session, and the person who no longer keeps it, show at
once.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.locales import Lazy, lazy

PROBLEMS: dict[str, Lazy] = {
    "gone": lazy("no longer in the programme"),
    "moved": lazy("moved since this was booked"),
    "dropped": lazy("no longer in their schedule"),
    "clash": lazy("booked elsewhere at the same time"),
}
"""What may be wrong with a booking, the worst first."""

TIMES = """
LEFT JOIN LATERAL (
    SELECT min(n.starts_at) AS starts_at, min(n.ends_at) AS ends_at, min(n.title) AS title,
        min(array_to_string(n.room_names, ', ')) AS rooms,
        string_agg(extract(epoch FROM n.starts_at)::bigint || '-' || extract(epoch FROM n.ends_at)::bigint || '@'
            || array_to_string(n.room_names, ','), ' ' ORDER BY n.starts_at, n.id) AS times
    FROM entry n WHERE n.event_id = s.event_id AND n.session_code = s.code AND n.kind = 'slot'
    AND n.status <> 'CANCELLED'
) en ON true
"""
"""Beside a session `s`: what the last release says of it; all null where it has no time there."""

KEPT = "EXISTS (SELECT FROM kept k WHERE k.person_id = {person} AND k.session_id = {session})"
# `kept` is a view of a higher room (agenda): what somebody saved, or has a seat in. Here it is only asked about.

PROBLEM = f"""
CASE WHEN b.booked_at IS NULL THEN ''
    WHEN b.seen <> '' AND en.times IS NULL THEN 'gone'
    WHEN b.seen <> coalesce(en.times, '') THEN 'moved'
    WHEN b.kept AND NOT {KEPT.format(person="c.person_id", session="b.session_id")} THEN 'dropped'
    WHEN EXISTS (
        SELECT FROM session_resource x JOIN slot o ON o.session_id = x.session_id
        JOIN slot a ON a.session_id = b.session_id
        WHERE x.resource_id = b.resource_id AND x.session_id <> b.session_id
        AND a.starts_at < o.ends_at AND o.starts_at < a.ends_at
    ) THEN 'clash' ELSE '' END
"""
"""Of a booking `b` of a case `c`, beside TIMES: a key of PROBLEMS, or ""."""


@dataclass(frozen=True, slots=True)
class Line:
    """A session of a case. shown: its title as published, "" when it is not; problem: of PROBLEMS, or "".

    starts_at, ends_at   None without a published time
    asked     the person named it; follows: it is here because they keep it, and let handlers follow their schedule
    booked    something is arranged for it: `resource` ("" for none), and `arranged` in words
    """

    session: int
    code: str
    title: str
    shown: str
    starts_at: datetime | None
    ends_at: datetime | None
    rooms: str
    asked: bool
    follows: bool
    booked: bool
    resource_id: int | None
    resource: str
    arranged: str
    problem: str


_LINES = f"""
SELECT s.id AS session, s.code, s.title, coalesce(en.title, '') AS shown, en.starts_at, en.ends_at,
    coalesce(en.rooms, '') AS rooms,
    coalesce(b.asked, false) AS asked, b.id IS NULL AS follows, b.booked_at IS NOT NULL AS booked, b.resource_id,
    coalesce(r.name, '') AS resource, coalesce(b.arranged, '') AS arranged,
    CASE WHEN b.id IS NULL THEN '' ELSE {PROBLEM} END AS problem
FROM care_case c JOIN session s ON s.event_id = c.event_id
LEFT JOIN care_session b ON b.case_id = c.id AND b.session_id = s.id
LEFT JOIN resource r ON r.id = b.resource_id
{TIMES}
WHERE c.id = $1 AND (b.id IS NOT NULL OR (c.scope = 'schedule' AND en.times IS NOT NULL AND s.id IN (
    SELECT k.session_id FROM kept k WHERE k.person_id = c.person_id)))
ORDER BY en.starts_at NULLS LAST, s.title, s.id
"""  # noqa: S608 - texts of ours


async def of(case: int) -> list[Line]:
    """What is asked and booked for, and where handlers may follow the person's schedule, what they keep."""
    return [Line(**dict(row)) for row in await database.rows(_LINES, case)]


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    title: str
    starts_at: datetime


async def choices(event: int, person: int, also: Collection[str] = ()) -> list[Choice]:
    """The published sessions that the person keeps, and these besides: what they may choose among."""
    rows = await database.rows(
        f"SELECT s.code, en.title, en.starts_at FROM session s {TIMES}"  # noqa: S608 - ours
        " WHERE s.event_id = $1 AND en.times IS NOT NULL"
        " AND (s.code = any($3) OR s.id IN (SELECT k.session_id FROM kept k WHERE k.person_id = $2))"
        " ORDER BY en.starts_at, en.title, s.id",
        event,
        person,
        list(also),
    )
    return [Choice(**dict(row)) for row in rows]


async def problems(cases: Collection[int]) -> Mapping[int, set[str]]:
    """What is wrong with the bookings of each case."""
    rows = await database.rows(
        f"SELECT b.case_id, {PROBLEM} AS problem FROM care_session b JOIN care_case c ON c.id = b.case_id"  # noqa: S608
        f" JOIN session s ON s.id = b.session_id {TIMES} WHERE c.id = any($1) AND b.booked_at IS NOT NULL"
        " AND c.state IN ('asked', 'in_work', 'arranged', 'cannot')",
        list(cases),
    )
    found: dict[int, set[str]] = {}
    for row in rows:
        if row["problem"]:
            found.setdefault(row["case_id"], set()).add(row["problem"])
    return found
