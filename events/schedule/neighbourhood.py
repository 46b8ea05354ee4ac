"""The part of a draft that decides what is wrong with some of its slots, read anew for every question.

Two slots can only be in each other's way when they share a room, a person, a resource or a topic, and a budget counts
one unit's slots; so these sessions, found by index, are enough for the conflict engine. Nothing is kept between two
questions: whoever changed something, in whatever process and by whatever page, the next answer knows of it.
"""

from collections.abc import Collection
from dataclasses import dataclass

from events.core import database
from events.schedule import placed
from events.schedule.conflicts import Booking, Conflict, Kind, find

_AROUND = """
WITH asked AS MATERIALIZED (
    SELECT id, topics <> '{}' AS topical FROM session
    WHERE event_id = $1 AND id IN (SELECT session_id FROM slot WHERE id = any($2) UNION SELECT unnest($3::bigint[]))
), lying AS MATERIALIZED (
    SELECT l.id, l.session_id, l.starts_at, l.ends_at, a.topical FROM slot l JOIN asked a ON a.id = l.session_id
)
SELECT id FROM asked
UNION SELECT o.session_id FROM session_person r JOIN asked a ON a.id = r.session_id
    JOIN session_person o ON o.person_id = r.person_id
UNION SELECT o.session_id FROM session_resource r JOIN asked a ON a.id = r.session_id
    JOIN session_resource o ON o.resource_id = r.resource_id
UNION SELECT o.session_id FROM slot_room x JOIN lying l ON l.id = x.slot_id
    JOIN slot_room y ON y.room_id = x.room_id AND y.taken_from < x.taken_until AND y.taken_until > x.taken_from
    JOIN slot o ON o.id = y.slot_id
UNION SELECT s.id FROM session s WHERE s.event_id = $1 AND s.topics <> '{}' AND (
    EXISTS (SELECT FROM slot o JOIN lying l ON l.topical AND o.starts_at < l.ends_at AND o.ends_at > l.starts_at
            WHERE o.session_id = s.id)
    OR $4 AND EXISTS (SELECT FROM asked WHERE topical))
UNION SELECT s.id FROM session s JOIN budget b ON b.event_id = s.event_id AND b.unit_id = any($5)
    WHERE s.event_id = $1 AND (s.unit_id = b.unit_id OR s.unit_id IS NULL
        AND EXISTS (SELECT FROM session_unit v WHERE v.session_id = s.id AND v.unit_id = b.unit_id))
"""

_OWNERS = """
SELECT DISTINCT coalesce(s.unit_id, v.unit_id) AS unit FROM session s
LEFT JOIN session_unit v ON v.session_id = s.id AND s.unit_id IS NULL
WHERE s.event_id = $1 AND s.id IN (SELECT session_id FROM slot WHERE id = any($2) UNION SELECT unnest($3::bigint[]))
    AND coalesce(s.unit_id, v.unit_id) IS NOT NULL
"""
"""Whose budgets count them: the owner's, and a sponsor's where nobody owns it, as `Booking.units` begins."""


@dataclass(frozen=True, slots=True)
class Found:
    """Conflicts in order of time: all in which one of the slots is, and all of the budgets of `units`."""

    conflicts: list[Conflict]
    units: frozenset[int]


async def bookings(
    event_id: int, slots: Collection[int], sessions: Collection[int] = (), *, at_any_time: bool = False
) -> list[Booking]:
    """The bookings that can be in the way of these slots, or of any slot of these sessions; they are among them.

    at_any_time   also what shares a topic at another hour: for asking where a slot could lie
    """
    return await _around(event_id, slots, sessions, await _owners(event_id, slots, sessions), at_any_time)


async def conflicts(event_id: int, slots: Collection[int], sessions: Collection[int] = ()) -> Found:
    """What is wrong with these slots as they lie now, as `placed.conflicts` would say it of the whole draft.

    sessions   whose budgets are asked about too: those of slots that are gone
    """
    owners = await _owners(event_id, slots, sessions)
    asked = set(slots)
    near = await _around(event_id, slots, sessions, owners, at_any_time=False)
    found = find(near, await placed.frame(event_id))
    return Found([one for one in found if _about(one, asked, owners)], owners)


async def _owners(event_id: int, slots: Collection[int], sessions: Collection[int]) -> frozenset[int]:
    rows = await database.rows(_OWNERS, event_id, list(slots), list(sessions))
    return frozenset(row["unit"] for row in rows)


async def _around(
    event_id: int, slots: Collection[int], sessions: Collection[int], owners: Collection[int], at_any_time: bool
) -> list[Booking]:
    found = await database.rows(_AROUND, event_id, list(slots), list(sessions), at_any_time, list(owners))
    return await placed.bookings_of(event_id, [row["id"] for row in found])


def _about(conflict: Conflict, slots: Collection[int], units: Collection[int]) -> bool:
    """Of another unit's budget only a part was looked at."""
    if conflict.kind is Kind.BUDGET:
        return conflict.subject in units
    return conflict.one in slots or conflict.other in slots
