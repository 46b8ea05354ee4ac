"""The draft as the conflict engine sees it: every slot as a booking, and the frame they have to fit into.

Two statements of arrays, put together here: thousands of rows, and joins of what is already in order, take twice as
long.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import asyncpg

from events.core import collecting, database
from events.schedule.conflicts import (
    LEVELS,
    Accepted,
    Booking,
    Closure,
    Conflict,
    Frame,
    Kind,
    Level,
    Span,
    find,
    topic_number,
)

_STATEMENT = """
WITH s AS MATERIALIZED (
    SELECT s.id, greatest(s.capacity, q.headcount) AS seats, s.unit_id, s.topics, coalesce(q.room_set, '') AS room_set
    FROM session s LEFT JOIN session_request q ON q.session_id = s.id
    WHERE {sessions}
), l AS MATERIALIZED (
    {slots}
)
SELECT * FROM (
    SELECT array_agg(id), array_agg(session_id), array_agg(start), array_agg(end_), array_agg(seats),
        array_agg(unit_id) FROM l
) slots, (
    SELECT array_agg(r.session_id), array_agg(r.person_id) FROM session_person r JOIN s ON s.id = r.session_id
) roles, (
    SELECT array_agg(x.slot_id), array_agg(CASE WHEN x.exclusive THEN x.room_id END),
        array_agg(date_part('epoch', x.taken_from)::bigint), array_agg(date_part('epoch', x.taken_until)::bigint)
    FROM slot_room x JOIN l ON l.id = x.slot_id
) taken, (
    SELECT array_agg(slot_id), array_agg(room_for), array_agg(unset), array_agg(zone) FROM (
        SELECT d.slot_id,
            CASE WHEN bool_and(coalesce(t.capacity, n.capacity) IS NOT NULL)
                THEN sum(coalesce(t.capacity, n.capacity))::int END AS room_for,
            bool_or(d.room_set <> '' AND t.id IS NULL
                AND EXISTS (SELECT FROM room_set o WHERE o.room_id = n.id)) AS unset,
            min(coalesce(n.zone_id, b.zone_id)) AS zone
        FROM (SELECT DISTINCT x.slot_id, x.named_id, l.room_set FROM slot_room x JOIN l ON l.id = x.slot_id) d
        JOIN room n ON n.id = d.named_id LEFT JOIN building b ON b.id = n.building_id
        LEFT JOIN room_set t ON t.room_id = n.id AND t.name = d.room_set
        GROUP BY 1
    ) h
) holds, (
    SELECT array_agg(v.session_id), array_agg(v.unit_id) FROM session_unit v JOIN s ON s.id = v.session_id
) sponsors, (
    SELECT array_agg(y.session_id), array_agg(y.resource_id) FROM session_resource y JOIN s ON s.id = y.session_id
) resources, (
    SELECT array_agg(w.session_id), array_agg(date_part('epoch', w.starts_at)::bigint),
        array_agg(date_part('epoch', w.ends_at)::bigint)
    FROM session_wish w JOIN s ON s.id = w.session_id WHERE w.kind = 'impossible'
) wishes, (
    SELECT array_agg(id), array_agg(topic) FROM (SELECT id, unnest(topics) AS topic FROM s) t
) topics
"""

_LYING = """SELECT l.id, l.session_id, s.seats, s.unit_id, s.room_set, date_part('epoch', l.starts_at)::bigint AS start,
        date_part('epoch', l.ends_at)::bigint AS end_
    FROM slot l JOIN s ON s.id = l.session_id WHERE l.starts_at IS NOT NULL"""
_NOWHERE = """SELECT 0::bigint AS id, s.id AS session_id, s.seats, s.unit_id, s.room_set, 0::bigint AS start,
        0::bigint AS end_ FROM s"""

_BOOKINGS = _STATEMENT.format(sessions="s.event_id = $1 AND s.state <> 'cancelled'", slots=_LYING)
_SOME = _STATEMENT.format(sessions="s.event_id = $1 AND s.state <> 'cancelled' AND s.id = any($2)", slots=_LYING)
_UNPLACED = _STATEMENT.format(sessions="s.id = $1", slots=_NOWHERE)
_NEEDS = _STATEMENT.format(sessions="s.event_id = $1 AND s.state <> 'cancelled'", slots=_NOWHERE)


async def bookings(event_id: int) -> list[Booking]:
    """Every slot of the draft that has a time; cancelled sessions need nothing."""
    return _bookings(await database.row(_BOOKINGS, event_id))


async def bookings_of(event_id: int, sessions: Collection[int]) -> list[Booking]:
    """The same for some sessions only; those that are not of this event are left out."""
    return _bookings(await database.row(_SOME, event_id, list(sessions)))


async def unplaced(session_id: int) -> Booking:
    """A session that has no time yet, as if it lay at the beginning of 1970 in no room: what it needs is in it."""
    row = await database.row(_UNPLACED, session_id)
    [booking] = _bookings(row)
    return booking


async def needs(event_id: int) -> dict[int, Booking]:
    """The same for all of an event's sessions, by their ids."""
    return {one.session: one for one in _bookings(await database.row(_NEEDS, event_id))}


def _bookings(row: asyncpg.Record | None) -> list[Booking]:
    assert row is not None
    columns = [column or () for column in row]
    people = _grouped(*columns[6:8])
    rooms, taken = _rooms(*columns[8:12])
    holds = {slot: told for slot, *told in zip(*columns[12:16], strict=True)}
    sponsors, resources = _grouped(*columns[16:18]), _grouped(*columns[18:20])
    impossible = _grouped(columns[20], list(zip(*columns[21:23], strict=True)))
    topics = _grouped(columns[23], [topic_number(topic) for topic in columns[24]])
    found = []
    for slot, session, start, end, seats, unit in zip(*columns[:6], strict=True):
        from_, until = taken.get(slot, (start, end))
        room_for, unset, zone = holds.get(slot, (None, False, None))
        units = sponsors.get(session, ())
        if unit is not None:
            units = (unit, *(one for one in units if one != unit)) if units else (unit,)
        found.append(
            Booking(
                slot,
                session,
                start,
                end,
                from_,
                until,
                tuple(rooms.get(slot, ())),
                _once(people.get(session, ())),
                seats,
                room_for,
                unset,
                _once(resources.get(session, ())),
                _once(topics.get(session, ())),
                tuple(units),
                zone,
                tuple(impossible.get(session, ())),
            )
        )
    return found


def _grouped(keys: Iterable[Any], values: Iterable[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for key, value in zip(keys, values, strict=True):
        found[key].append(value)
    return found


def _once(values: Iterable[int]) -> tuple[int, ...]:
    return tuple(set(values))


def _rooms(
    slots: Iterable[int], rooms: Iterable[int | None], from_: Iterable[int | None], until: Iterable[int | None]
) -> tuple[dict[int, list[int]], dict[int, Span]]:
    """The exclusive physical rooms of each slot, and from when until when it takes them."""
    held: dict[int, list[int]] = defaultdict(list)
    taken: dict[int, Span] = {}
    for slot, room, first, last in zip(slots, rooms, from_, until, strict=True):
        if room is not None:
            held[slot].append(room)
        if first is not None and last is not None:
            earliest, latest = taken.get(slot, (first, last))
            taken[slot] = min(earliest, first), max(latest, last)
    return held, taken


_FRAME = """
SELECT
  (SELECT array_agg(row(id, date_part('epoch', starts_at)::bigint, date_part('epoch', ends_at)::bigint,
     array_to_string(room_ids, ' ')))  -- a connection that never read an int[] cannot read one inside a row
   FROM block WHERE event_id = $1) AS blocks,
  (SELECT array_agg(row(unit_id, id, date_part('epoch', starts_at)::bigint, date_part('epoch', ends_at)::bigint))
   FROM protected_time WHERE event_id = $1) AS protected,
  (SELECT array_agg(row(room_id, person_id, date_part('epoch', starts_at)::bigint,
     date_part('epoch', ends_at)::bigint) ORDER BY starts_at) FROM availability WHERE event_id = $1) AS availability,
  (SELECT array_agg(row(unit_id, slots)) FROM budget WHERE event_id = $1) AS budgets,
  (SELECT array_agg(row(one_id, other_id, minutes)) FROM walk) AS walks,
  (SELECT array_agg(row(kind, one_id, other_id, subject)) FROM accepted_conflict WHERE event_id = $1) AS conflicts,
  (SELECT array_agg(row(one_id, other_id, room_id)) FROM accepted_overlap WHERE event_id = $1) AS overlaps,
  (SELECT array_agg(row(kind, level)) FROM conflict_level WHERE event_id = $1) AS levels
"""


async def frame(event_id: int) -> Frame:
    """What the draft has to fit into, and what somebody accepted."""
    row = await database.row(_FRAME, event_id)
    assert row is not None
    found: Mapping[str, Iterable[Any]] = {name: value or () for name, value in row.items()}
    protected = _grouped(
        [one[0] for one in found["protected"]], [Closure(*tuple(one)[1:]) for one in found["protected"]]
    )
    return Frame(
        blocks=tuple(
            Closure(id_, start, end, frozenset(map(int, rooms.split()))) for id_, start, end, rooms in found["blocks"]
        ),
        protected={unit: tuple(closures) for unit, closures in protected.items()},
        open_rooms=_spans((room, start, end) for room, _person, start, end in found["availability"]),
        present=_spans((person, start, end) for _room, person, start, end in found["availability"]),
        budgets=dict(tuple(one) for one in found["budgets"]),
        walks={(one, other): minutes for one, other, minutes in found["walks"]},
        accepted=_accepted(found),
        levels={**LEVELS, **{Kind(kind): Level(level) for kind, level in found["levels"]}},
    )


def _spans(rows: Iterable[tuple[int | None, int, int]]) -> dict[int, tuple[Span, ...]]:
    grouped: dict[int, list[Span]] = defaultdict(list)
    for subject, start, end in rows:
        if subject is not None:
            grouped[subject].append((start, end))
    return {subject: tuple(spans) for subject, spans in grouped.items()}


def _accepted(found: Mapping[str, Iterable[Any]]) -> frozenset[Accepted]:
    conflicts = {(Kind(kind), one, other, subject) for kind, one, other, subject in found["conflicts"]}
    return frozenset(conflicts | {(Kind.ROOM, one, other, room) for one, other, room in found["overlaps"]})


async def conflicts(event_id: int) -> list[Conflict]:
    """All conflicts of the draft, in order of time."""
    with collecting.put_off():
        return find(await bookings(event_id), await frame(event_id))
