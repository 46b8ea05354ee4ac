"""When people and rooms are there, for an event. Who has no row is always there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.errors import NotFound, Unreadable
from events.core.locales import _
from events.planning.days import Span

PAGE = 100


@dataclass(frozen=True, slots=True)
class There:
    """A time when somebody or a room is there. kind: person or room; aware UTC."""

    id: int
    kind: str
    name: str
    starts_at: datetime
    ends_at: datetime


_ROWS = """
FROM availability a LEFT JOIN person p ON p.id = a.person_id LEFT JOIN room r ON r.id = a.room_id
WHERE a.event_id = $1 AND position(lower($2) in lower(coalesce(p.name, r.name))) > 0
    AND ($3 = '' OR ($3 = 'person') = (a.person_id IS NOT NULL))
"""


async def of(event_id: int, query: str = "", kind: str = "", page: int = 1) -> tuple[list[There], int]:
    """One page of the times, and how many there are. query: a part of a name; kind: person, room, or "" for both."""
    total: int = await database.value(f"SELECT count(*) {_ROWS}", event_id, query, kind)
    rows = await database.rows(
        "SELECT a.id, CASE WHEN a.person_id IS NULL THEN 'room' ELSE 'person' END AS kind,"
        f" coalesce(p.name, r.name) AS name, a.starts_at, a.ends_at {_ROWS}"
        " ORDER BY 2 DESC, 3, a.starts_at, a.id LIMIT $4 OFFSET $5",
        event_id,
        query,
        kind,
        PAGE,
        (page - 1) * PAGE,
    )
    return [There(**row) for row in rows], total


async def person_named(event_id: int, name: str) -> int:
    """The id of a person of the event's programme, by name or code. Raises Unreadable, naming the field `person`."""
    rows = await database.rows(
        "SELECT DISTINCT p.id FROM person p JOIN session_person x ON x.person_id = p.id"
        " JOIN session s ON s.id = x.session_id WHERE s.event_id = $1 AND (lower(p.name) = lower($2) OR p.code = $3)",
        event_id,
        name,
        name.upper(),
    )
    if not rows:
        raise Unreadable({"person": _("Nobody of this programme has this name or code.")})
    if len(rows) > 1:
        raise Unreadable({"person": _("Several people of this programme have this name. Write the code of one.")})
    found: int = rows[0]["id"]
    return found


async def add(event_id: int, spans: Sequence[Span], *, person: int | None = None, room: int | None = None) -> None:
    """Say when somebody, or a room, is there."""
    await database.execute_many(
        "INSERT INTO availability (event_id, person_id, room_id, starts_at, ends_at) VALUES ($1, $2, $3, $4, $5)",
        [(event_id, person, room, *span) for span in spans],
    )


async def remove(event_id: int, availability_id: int) -> None:
    """Raises NotFound, also for another event's."""
    gone = await database.execute("DELETE FROM availability WHERE event_id = $1 AND id = $2", event_id, availability_id)
    if not gone:
        raise NotFound
