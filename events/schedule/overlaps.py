"""Overlaps in a room that somebody accepted: named pairs, which lapse when either slot moves.

A row of `slot_room` that has an accepted overlap is left out of the exclusion constraint; so whoever moves a slot looks
at all rows of the room here, and the constraint stands behind for the rest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from events.core import database


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two slots in one room at once; `one` is the smaller slot id. Titles and places for those who read it."""

    one: int
    other: int
    room: int
    room_name: str
    one_title: str
    other_title: str
    one_event: int
    other_event: int
    starts_at: datetime
    ends_at: datetime

    @property
    def pair(self) -> tuple[int, int, int]:
        return (self.one, self.other, self.room)


_OVERLAPS = """
SELECT least(a.slot_id, b.slot_id) AS one, greatest(a.slot_id, b.slot_id) AS other, a.room_id AS room,
       r.name AS room_name,
       CASE WHEN a.slot_id < b.slot_id THEN sa.title ELSE sb.title END AS one_title,
       CASE WHEN a.slot_id < b.slot_id THEN sb.title ELSE sa.title END AS other_title,
       CASE WHEN a.slot_id < b.slot_id THEN sa.event_id ELSE sb.event_id END AS one_event,
       CASE WHEN a.slot_id < b.slot_id THEN sb.event_id ELSE sa.event_id END AS other_event,
       greatest(a.taken_from, b.taken_from) AS starts_at, least(a.taken_until, b.taken_until) AS ends_at
FROM slot_room a
JOIN slot_room b ON b.room_id = a.room_id AND b.slot_id <> a.slot_id AND b.exclusive
     AND b.taken_from < a.taken_until AND b.taken_until > a.taken_from
JOIN slot la ON la.id = a.slot_id JOIN session sa ON sa.id = la.session_id
JOIN slot lb ON lb.id = b.slot_id JOIN session sb ON sb.id = lb.session_id
JOIN room r ON r.id = a.room_id
WHERE a.slot_id = any($1) AND a.exclusive AND (a.slot_id < b.slot_id OR b.slot_id <> all($1))
      AND NOT EXISTS (SELECT FROM accepted_overlap o WHERE o.one_id = least(a.slot_id, b.slot_id)
                      AND o.other_id = greatest(a.slot_id, b.slot_id) AND o.room_id = a.room_id)
ORDER BY starts_at, one, other
"""


async def of(slots: Sequence[int]) -> list[Overlap]:
    """The overlaps of these slots with any other, of any event, that nobody has accepted."""
    return [Overlap(**row) for row in await database.rows(_OVERLAPS, list(slots))]


async def lapse(slots: Sequence[int]) -> None:
    """Forget what was accepted for slots that move; their former partners are watched again."""
    partners = await database.rows(
        "DELETE FROM accepted_overlap WHERE one_id = any($1) OR other_id = any($1) RETURNING one_id, other_id",
        list(slots),
    )
    touched = {slot for row in partners for slot in (row["one_id"], row["other_id"])} | set(slots)
    await _mark(touched)


async def accept(event_id: int, overlaps: Iterable[Overlap], reason: str, at: datetime) -> None:
    """Record that these may stand, and why."""
    found = list(overlaps)
    if not found:
        return
    await database.execute(
        "INSERT INTO accepted_overlap (event_id, one_id, other_id, room_id, reason, accepted_at)"
        " SELECT $1, n.*, $5, $6 FROM unnest($2::bigint[], $3::bigint[], $4::int[]) AS n ON CONFLICT DO NOTHING",
        event_id,
        [overlap.one for overlap in found],
        [overlap.other for overlap in found],
        [overlap.room for overlap in found],
        reason[:200],
        at,
    )
    await _mark({slot for overlap in found for slot in (overlap.one, overlap.other)})


async def _mark(slots: Iterable[int]) -> None:
    """Make `slot_room.accepted` say whether an accepted overlap names this slot in this room."""
    await database.execute(
        "UPDATE slot_room x SET accepted = y.accepted FROM ("
        " SELECT x.id, EXISTS (SELECT FROM accepted_overlap o WHERE o.room_id = x.room_id"
        "  AND (o.one_id = x.slot_id OR o.other_id = x.slot_id)) AS accepted"
        " FROM slot_room x WHERE x.slot_id = any($1)) y WHERE y.id = x.id AND y.accepted <> x.accepted",
        list(slots),
    )
