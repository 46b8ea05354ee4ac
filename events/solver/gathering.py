"""An event's draft as a problem for the machine, and what its answer means in rows.

What each session needs, and what it has to fit into, is read as the conflict engine reads it (`schedule.placed`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg

from events.core import database
from events.core.wall_time import NoSuchTime, moment
from events.schedule import placed
from events.schedule.conflicts import Booking, Frame, Span
from events.solver.problem import At, Item, Problem, Start, Where
from events.solver.weights import Weights

EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an organizer chose.

    which   unplaced: sessions without a time; unpinned: those, and all that are not pinned
    days    local days; hours: at which sessions may begin; until: by when they have to be over
    """

    which: str
    days: tuple[date, ...]
    hours: tuple[time, ...]
    until: time
    seconds: int
    weights: Weights


@dataclass(frozen=True, slots=True)
class Known:
    """What the rows behind an item were when the machine was asked. slot: None for a session that has none."""

    session: int
    session_version: int
    slot: int | None
    slot_version: int | None


@dataclass(frozen=True, slots=True)
class Gathered:
    """A problem; known: the rows of its items, by `Item.slot`."""

    problem: Problem
    known: Mapping[int, Known]


_TIMES = """
SELECT s.id AS session, s.version AS session_version, coalesce(q.minutes, 60) AS minutes,
       coalesce(q.room_set, '') AS room_set, l.id AS slot, l.version AS slot_version,
       coalesce(l.pinned, false) AS pinned,
       date_part('epoch', l.starts_at)::bigint AS start, date_part('epoch', l.ends_at)::bigint AS end_,
       coalesce(l.setup_minutes, 0) AS setup, coalesce(l.teardown_minutes, 0) AS teardown,
       ARRAY(SELECT DISTINCT named_id FROM slot_room x WHERE x.slot_id = l.id ORDER BY 1) AS rooms
FROM session s LEFT JOIN slot l ON l.session_id = s.id LEFT JOIN session_request q ON q.session_id = s.id
WHERE s.event_id = $1 AND s.state <> 'cancelled' ORDER BY s.id, l.id
"""

_PREFERRED = """
SELECT w.session_id, date_part('epoch', w.starts_at)::bigint AS start, date_part('epoch', w.ends_at)::bigint AS end_
FROM session_wish w JOIN session s ON s.id = w.session_id WHERE s.event_id = $1 AND w.kind = 'preferred'
"""

_ROOMS = """
SELECT r.id, r.capacity, coalesce(r.zone_id, b.zone_id) AS zone,
       ARRAY(SELECT p.id FROM room p WHERE p.exclusive
             AND p.id = any(CASE WHEN r.part_ids = '{}' THEN array[r.id] ELSE r.part_ids END) ORDER BY 1) AS parts,
       r.kind IN ('room', 'hall') AND NOT EXISTS (SELECT FROM room p WHERE NOT p.exclusive
             AND p.id = any(CASE WHEN r.part_ids = '{}' THEN array[r.id] ELSE r.part_ids END)) AS general,
       ARRAY(SELECT t.name FROM room_set t WHERE t.room_id = r.id ORDER BY t.id) AS sets,
       ARRAY(SELECT t.capacity FROM room_set t WHERE t.room_id = r.id ORDER BY t.id) AS held
FROM room r LEFT JOIN building b ON b.id = r.building_id
WHERE r.venue_id = (SELECT venue_id FROM event WHERE id = $1) ORDER BY r.id
"""

_TAKEN = """
SELECT x.room_id, date_part('epoch', x.taken_from)::bigint, date_part('epoch', x.taken_until)::bigint
FROM slot_room x JOIN slot l ON l.id = x.slot_id JOIN session s ON s.id = l.session_id
WHERE x.exclusive AND x.room_id = any($2) AND (s.event_id <> $1 OR s.state = 'cancelled')
    AND x.taken_until > $3 AND x.taken_from < $4
"""


async def gather(event_id: int, zone: ZoneInfo, wishes: Wishes) -> Gathered:
    """Raises nothing for an event without rooms or sessions: the machine then says so."""
    frame = await placed.frame(event_id)
    lying = {one.slot: one for one in await placed.bookings(event_id)}
    needs = await placed.needs(event_id)
    rooms = await database.rows(_ROOMS, event_id)
    wheres = [_where(row) for row in rooms if row["general"]] or [Where(())]
    general = len(wheres)
    by_room = {one.rooms: number for number, one in enumerate(wheres)}
    preferred: dict[int, list[Span]] = {}
    for row in await database.rows(_PREFERRED, event_id):
        preferred.setdefault(row["session_id"], []).append((row["start"], row["end_"]))
    items: list[Item] = []
    known: dict[int, Known] = {}
    let_stand = {slot for _kind, one, other, _subject in frame.accepted for slot in (one, other)}
    for row in await database.rows(_TIMES, event_id):
        if not _asked(row, wishes.which) or row["slot"] in let_stand:
            continue
        number = row["slot"] or -row["session"]
        now, own = None, None
        if row["start"] is not None:
            where = by_room.get(tuple(row["rooms"]))
            if where is None:
                where = len(wheres)
                wheres.append(_as_it_lies(row["rooms"], lying[number]))
                own = (where,) if row["rooms"] else None
            now = At(row["start"], where)
        items.append(_item(row, number, needs[row["session"]], now, own, preferred.get(row["session"], [])))
        known[number] = Known(row["session"], row["session_version"], row["slot"], row["slot_version"])
    starts = starts_of(wishes, zone)
    asked = {item.slot for item in items}
    problem = Problem(
        items=tuple(items),
        fixed=tuple(one for slot, one in lying.items() if slot not in asked),
        wheres=tuple(wheres),
        general=general,
        starts=starts,
        weights=wishes.weights,
        seconds=wishes.seconds,
        taken=await _taken(event_id, wheres, starts),
        **_framed(frame),
    )
    return Gathered(problem, known)


def starts_of(wishes: Wishes, zone: ZoneInfo) -> tuple[Start, ...]:
    """Every hour of every day, as moments; an hour that the clocks jump over is left out, of two the first is taken."""
    found = []
    for day in wishes.days:
        for hour in wishes.hours:
            last = day if wishes.until > hour else day + timedelta(days=1)
            try:
                first = moment(datetime.combine(day, hour), zone, second=False)
                over = moment(datetime.combine(last, wishes.until), zone, second=True)
            except NoSuchTime:
                continue
            found.append(Start(int(first.timestamp()), int(over.timestamp())))
    return tuple(sorted(found))


def _asked(row: asyncpg.Record, which: str) -> bool:
    return not row["pinned"] and (row["start"] is None or which == "unpinned")


def _item(
    row: asyncpg.Record, number: int, needs: Booking, now: At | None, own: tuple[int, ...] | None, liked: Sequence[Span]
) -> Item:
    length = row["minutes"] * 60 if row["start"] is None else row["end_"] - row["start"]
    return Item(
        number,
        length,
        needs._replace(slot=number),
        row["setup"] * 60,
        row["teardown"] * 60,
        row["room_set"],
        tuple(liked),
        own,
        now,
    )


def _where(row: asyncpg.Record) -> Where:
    sets = dict(zip(row["sets"], row["held"], strict=True))
    return Where((row["id"],), tuple(row["parts"]), row["capacity"], sets, row["zone"])


def _as_it_lies(rooms: Sequence[int], lying: Booking) -> Where:
    """Several rooms at once, a hall that many share, or none: only for this one, and as the engine sees it."""
    return Where(tuple(rooms), lying.rooms, lying.room_for, {}, lying.zone, lying.unset)


async def _taken(event_id: int, wheres: Sequence[Where], starts: Sequence[Start]) -> tuple[tuple[int, int, int], ...]:
    """When other events, and sessions that were cancelled and still hold their rooms, have these rooms."""
    parts = sorted({part for one in wheres for part in one.parts})
    if not parts or not starts:
        return ()
    first, last = starts[0].at - 86400, max(one.end for one in starts) + 86400
    span = (EPOCH + timedelta(seconds=first), EPOCH + timedelta(seconds=last))
    return tuple((row[0], row[1], row[2]) for row in await database.rows(_TAKEN, event_id, parts, *span))


def _framed(frame: Frame) -> dict[str, Any]:
    return {
        "blocks": frame.blocks,
        "protected": frame.protected,
        "open_rooms": frame.open_rooms,
        "present": frame.present,
        "budgets": frame.budgets,
        "walks": tuple((one, other, minutes) for (one, other), minutes in frame.walks.items()),
        "levels": frame.levels,
    }
