"""The draft as the timetable editor draws it: rooms, sessions, slots, blocks and conflicts, small enough for bad wifi.

Rows are arrays in the order their names say, and times are whole minutes since 1970, UTC: 2,792 sessions are a quarter
of a megabyte, and a fifth of that compressed.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from events.catalogue.queries import EventRow
from events.core import database
from events.schedule import accepting, conflict_lists, history, placed
from events.schedule.conflicts import Conflict

ROOM = ("id", "name", "building", "capacity", "kind", "zone")
SESSION = ("id", "code", "title", "track", "type", "unit", "state", "minutes", "people", "headcount", "set")
SLOT = ("id", "session", "start", "end", "rooms", "version", "pinned", "setup", "teardown")
BLOCK = ("id", "kind", "title", "start", "end", "rooms", "version", "together")
CONFLICT = ("kind", "level", "one", "other", "subject", "name", "start", "end", "note")

_ROOMS = """
SELECT r.id, r.name, coalesce(b.name, ''), r.capacity, r.kind, coalesce(r.zone_id, b.zone_id)
FROM room r LEFT JOIN building b ON b.id = r.building_id
WHERE r.venue_id = (SELECT venue_id FROM event WHERE id = $1)
   OR r.id IN (SELECT x.named_id FROM slot_room x JOIN slot l ON l.id = x.slot_id
               JOIN session s ON s.id = l.session_id WHERE s.event_id = $1)
ORDER BY r.venue_id, b.position NULLS FIRST, b.name NULLS FIRST, r.position, r.name
"""

_SESSIONS = """
SELECT s.id, s.code, s.title, s.track_id, s.type_id, s.unit_id, s.state, coalesce(q.minutes, 60),
       coalesce((SELECT array_agg(DISTINCT r.person_id) FROM session_person r WHERE r.session_id = s.id), '{}'),
       coalesce(q.headcount, s.capacity), coalesce(q.room_set, '')
FROM session s LEFT JOIN session_request q ON q.session_id = s.id
WHERE s.event_id = $1 AND s.state <> 'cancelled' ORDER BY s.id
"""

_SLOT = """
SELECT l.id, l.session_id, (date_part('epoch', l.starts_at) / 60)::int, (date_part('epoch', l.ends_at) / 60)::int,
       coalesce((SELECT array_agg(DISTINCT x.named_id) FROM slot_room x WHERE x.slot_id = l.id), '{}'),
       l.version, l.pinned, l.setup_minutes, l.teardown_minutes
FROM slot l JOIN session s ON s.id = l.session_id WHERE s.event_id = $1 AND s.state <> 'cancelled'
"""
_SLOTS = f"{_SLOT} ORDER BY l.id"
_SOME_SLOTS = f"{_SLOT} AND l.id = any($2) ORDER BY l.id"

_BLOCKS = """
SELECT id, kind, title, (date_part('epoch', starts_at) / 60)::int, (date_part('epoch', ends_at) / 60)::int, room_ids,
       version, (SELECT count(*) FROM block o WHERE o.event_id = b.event_id AND o.series = b.series)
FROM block b WHERE event_id = $1 ORDER BY starts_at, id
"""

_NAMES = {
    "tracks": "SELECT id, name, colour FROM track WHERE event_id = $1 ORDER BY position, name",
    "types": "SELECT id, name FROM session_type WHERE event_id = $1 ORDER BY name",
    "units": "SELECT u.id, coalesce(nullif(u.short_name, ''), u.name) FROM unit u"
    " WHERE u.id IN (SELECT unit_id FROM session WHERE event_id = $1) ORDER BY 2",
    "people": "SELECT DISTINCT p.id, p.name FROM person p JOIN session_person r ON r.person_id = p.id"
    " JOIN session s ON s.id = r.session_id WHERE s.event_id = $1",
}


async def draw(event: EventRow) -> dict[str, Any]:
    """All of it, as JSON can say it. `number` is the latest edit that is in it: ask for changes after that."""
    number = await history.last(event.id)  # first: what comes in between is told again, and does no harm
    parts = {"rooms": _ROOMS, "sessions": _SESSIONS, "slots": _SLOTS, "blocks": _BLOCKS, **_NAMES}
    # Side by side: the longest, which is the conflicts, takes as long as all the others.
    found, *read = await asyncio.gather(_conflicts(event.id), *(_rows(sql, event.id) for sql in parts.values()))
    return {
        "number": number,
        "event": {
            "slug": event.slug,
            "title": event.title,
            "timezone": event.timezone,
            "from": str(event.starts_on or ""),
            "until": str(event.ends_on or ""),
        },
        "conflicts": found,
        **dict(zip(parts, read, strict=True)),
    }


async def _conflicts(event_id: int) -> list[list[Any]]:
    return await conflicts(event_id, await placed.conflicts(event_id))


async def slots(event_id: int, which: Iterable[int]) -> list[list[Any]]:
    """Some slots, as `draw` gives them; those that are gone are left out."""
    return [list(row) for row in await database.rows(_SOME_SLOTS, event_id, list(which))]


async def blocks(event_id: int) -> list[list[Any]]:
    return await _rows(_BLOCKS, event_id)


async def conflicts(event_id: int, found: Iterable[Conflict]) -> list[list[Any]]:
    """Conflicts with names; note: why somebody lets it stand, "" where nobody has."""
    lines = await conflict_lists.named(found)
    notes = await accepting.of(event_id)
    return [
        [
            one.kind,
            one.level,
            one.conflict.one,
            one.conflict.other,
            one.conflict.subject,
            one.subject,
            one.conflict.start // 60,
            one.conflict.end // 60,
            notes[one.conflict.key].reason if one.conflict.key in notes else "",
        ]
        for one in lines
    ]


async def _rows(sql: str, event_id: int) -> list[list[Any]]:
    return [list(row) for row in await database.rows(sql, event_id)]
