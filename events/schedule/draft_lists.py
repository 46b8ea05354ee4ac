"""Reading the draft for organizers' pages: lists and choices, by SQL."""

from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.schedule.session_forms import Choices

PAGE = 50


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A line of the table; starts_at, room and unit of the first slot, or empty."""

    id: int
    code: str
    title: str
    state: str
    visibility: str
    track: str
    unit: str
    unit_id: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    room: str
    slots: int
    people: int


_SORTS = {
    "time": "first.starts_at NULLS LAST, s.code",
    "-time": "first.starts_at DESC NULLS LAST, s.code",
    "title": "lower(s.title), s.code",
    "-title": "lower(s.title) DESC, s.code",
}

_LINES = """
SELECT s.id, s.code, s.title, s.state, s.visibility, coalesce(t.name, '') AS track, coalesce(u.name, '') AS unit,
       s.unit_id, first.starts_at, first.ends_at, coalesce(first.room, '') AS room,
       (SELECT count(*) FROM slot l WHERE l.session_id = s.id)::int AS slots,
       (SELECT count(DISTINCT r.person_id) FROM session_person r WHERE r.session_id = s.id)::int AS people
FROM session s LEFT JOIN track t ON t.id = s.track_id LEFT JOIN unit u ON u.id = s.unit_id
LEFT JOIN LATERAL (
    SELECT l.starts_at, l.ends_at,
           (SELECT string_agg(DISTINCT r.name, ', ') FROM slot_room x JOIN room r ON r.id = x.named_id
            WHERE x.slot_id = l.id) AS room
    FROM slot l WHERE l.session_id = s.id ORDER BY l.starts_at NULLS LAST, l.id LIMIT 1
) first ON true
WHERE {where} ORDER BY {order} LIMIT {limit} OFFSET $4
"""
_WHERE = """s.event_id = $1
  AND ($2 = '' OR s.title ILIKE $2 ESCAPE '\\' OR s.code ILIKE $2 ESCAPE '\\' OR EXISTS (
      SELECT FROM session_person r JOIN person p ON p.id = r.person_id
      WHERE r.session_id = s.id AND p.name ILIKE $2 ESCAPE '\\'))
  AND ($3 = '' OR ($3 = 'unscheduled' AND NOT EXISTS (
           SELECT FROM slot l WHERE l.session_id = s.id AND l.starts_at IS NOT NULL))
       OR s.state = $3 OR s.visibility = $3)"""


async def lines(event_id: int, query: str, which: str, sort: str, page: int) -> tuple[list[SessionLine], int]:
    """One page of an event's sessions, and how many there are.

    query   words in title, code or a person's name
    which   "" for all, a state, a visibility, or "unscheduled"
    """
    pattern = f"%{_escaped(query)}%" if query else ""
    total: int = await database.value(f"SELECT count(*) FROM session s WHERE {_WHERE}", event_id, pattern, which)  # noqa: S608
    statement = _LINES.format(where=_WHERE, order=_SORTS.get(sort, _SORTS["time"]), limit=PAGE)
    rows = await database.rows(statement, event_id, pattern, which, (page - 1) * PAGE)
    return [SessionLine(**row) for row in rows], total


def _escaped(query: str) -> str:
    return query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def choices(event_id: int) -> Choices:
    """What the forms offer: the event's tracks and types, all units, the rooms of its venue, and known topics."""
    return Choices(
        tracks=await _pairs("SELECT id, name FROM track WHERE event_id = $1 ORDER BY position, name", event_id),
        types=await _pairs("SELECT id, name FROM session_type WHERE event_id = $1 ORDER BY name", event_id),
        units=await _pairs("SELECT id, name FROM unit WHERE $1::int IS NOT NULL ORDER BY name", event_id),
        rooms=await _pairs(
            "SELECT r.id, concat_ws(', ', r.name, b.name) FROM room r LEFT JOIN building b ON b.id = r.building_id"
            " WHERE r.venue_id = (SELECT venue_id FROM event WHERE id = $1)"
            " OR r.id IN (SELECT x.named_id FROM slot_room x JOIN slot l ON l.id = x.slot_id"
            "  JOIN session s ON s.id = l.session_id WHERE s.event_id = $1)"
            " ORDER BY b.position NULLS FIRST, b.name NULLS FIRST, r.position, r.name",
            event_id,
        ),
        topics=[
            row["topic"]
            for row in await database.rows(
                "SELECT DISTINCT unnest(topics) AS topic FROM event WHERE id = $1"
                " UNION SELECT unnest(topics) FROM session WHERE event_id = $1 ORDER BY 1 LIMIT 200",
                event_id,
            )
        ],
    )


async def _pairs(sql: str, event_id: int) -> list[tuple[int, str]]:
    return [(row[0], row[1]) for row in await database.rows(sql, event_id)]


async def planned_with_a_time(event_id: int) -> int:
    """How many sessions lie in the timetable and are not confirmed: a release leaves them out."""
    found: int = await database.value(
        "SELECT count(*) FROM session s WHERE s.event_id = $1 AND s.state = 'planned'"
        " AND EXISTS (SELECT FROM slot l WHERE l.session_id = s.id AND l.starts_at IS NOT NULL)",
        event_id,
    )
    return found


async def owners(event_id: int) -> list[int]:
    """The units with a part in an event: they own or sponsor a session, or have a budget; their editors open it."""
    return [
        row["unit_id"]
        for row in await database.rows(
            "SELECT unit_id FROM session WHERE event_id = $1 AND unit_id IS NOT NULL"
            " UNION SELECT x.unit_id FROM session_unit x JOIN session s ON s.id = x.session_id WHERE s.event_id = $1"
            " UNION SELECT unit_id FROM budget WHERE event_id = $1",
            event_id,
        )
    ]


async def unit(unit_id: int | None) -> tuple[str, str] | None:
    """(slug, name) of a unit."""
    row = await database.row("SELECT slug, name FROM unit WHERE id = $1", unit_id)
    return None if row is None else (row["slug"], row["name"])
