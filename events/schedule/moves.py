"""Giving a session a time and rooms, moving it, taking it off: always one slot, one transaction, one version.

A room that is exclusive takes one session at a time, over its set-up and tear-down. Who moves into another session is
told which; the overlap stands only when it is accepted, with a reason, and lapses when either moves again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import asyncpg

from events.core import database
from events.core.errors import DomainError, NotFound, StaleWrite
from events.core.locales import _
from events.core.wall_time import wall
from events.schedule import overlaps
from events.schedule.overlaps import Overlap
from events.schedule.releases import LOCK


@dataclass(frozen=True, slots=True)
class Place:
    """When and where. starts_at, ends_at aware UTC, both None for the tray; rooms: the ones people read (ids)."""

    starts_at: datetime | None
    ends_at: datetime | None
    timezone: str
    rooms: tuple[int, ...] = ()
    setup_minutes: int = 0
    teardown_minutes: int = 0


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot as its editor sees it."""

    id: int
    session_id: int
    event_id: int
    place: Place
    version: int


class RoomTaken(DomainError):
    """Somebody else has the room then. `overlaps` name them."""

    status = 409

    def __init__(self, found: Sequence[Overlap], slot: int) -> None:
        self.overlaps = tuple(found)
        super().__init__(" ".join(_taken(one, slot) for one in found) or _("Somebody else has the room then."))

    @property
    def title(self) -> str:
        return _("The room is taken")


def _taken(one: Overlap, slot: int) -> str:
    title = one.other_title if one.one == slot else one.one_title
    words = _("%(room)s is taken by “%(title)s” from %(start)s to %(end)s UTC.")
    start, end = (at.strftime("%Y-%m-%d %H:%M") for at in (one.starts_at, one.ends_at))
    return words % {"room": one.room_name, "title": title, "start": start, "end": end[11:]}


async def slot(slot_id: int) -> SlotRow:
    """Raises NotFound."""
    row = await database.row(
        "SELECT l.*, s.event_id,"
        " ARRAY(SELECT DISTINCT named_id FROM slot_room x WHERE x.slot_id = l.id ORDER BY 1) AS rooms"
        " FROM slot l JOIN session s ON s.id = l.session_id WHERE l.id = $1",
        slot_id,
    )
    if row is None:
        raise NotFound
    return _row(row)


async def slots_of(session_id: int) -> list[SlotRow]:
    return [
        _row(row)
        for row in await database.rows(
            "SELECT l.*, s.event_id,"
            " ARRAY(SELECT DISTINCT named_id FROM slot_room x WHERE x.slot_id = l.id ORDER BY 1) AS rooms"
            " FROM slot l JOIN session s ON s.id = l.session_id WHERE s.id = $1 ORDER BY l.starts_at NULLS LAST, l.id",
            session_id,
        )
    ]


async def add(session_id: int, place: Place, at: datetime, accept: str = "") -> int:
    """Give a session one more time; returns the slot's id.

    accept   a reason to let it overlap others in its room; "" raises RoomTaken instead
    """
    event_id = await database.value("SELECT event_id FROM session WHERE id = $1", session_id)
    if event_id is None:
        raise NotFound
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK, event_id)
        slot_id: int = await database.value(
            "INSERT INTO slot (uid, session_id, starts_at, ends_at, local_start, local_end, timezone, setup_minutes,"
            " teardown_minutes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
            uuid4(),
            session_id,
            *_columns(place),
        )
        await _take_rooms(slot_id, event_id, place, at, accept)
        await _edited(slot_id, at)
    return slot_id


async def move(slot_id: int, place: Place, version: int, at: datetime, accept: str = "") -> SlotRow:
    """Lay a slot elsewhere.

    version   the one its editor saw; raises StaleWrite with both states when somebody was faster
    accept    as in `add`; raises RoomTaken without it
    """
    event_id = (await slot(slot_id)).event_id
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK, event_id)
        await _locked(slot_id, version, place)
        await overlaps.lapse([slot_id])
        await database.execute(
            "UPDATE slot SET starts_at = $2, ends_at = $3, local_start = $4, local_end = $5, timezone = $6,"
            " setup_minutes = $7, teardown_minutes = $8, version = version + 1 WHERE id = $1",
            slot_id,
            *_columns(place),
        )
        await database.execute("DELETE FROM slot_room WHERE slot_id = $1", slot_id)
        await _take_rooms(slot_id, event_id, place, at, accept)
        await _edited(slot_id, at)
    return await slot(slot_id)


async def remove(slot_id: int, version: int, at: datetime) -> None:
    """Take a time away for good; its entry becomes a tombstone with the next release."""
    event_id = (await slot(slot_id)).event_id
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK, event_id)
        await _locked(slot_id, version, None)
        await overlaps.lapse([slot_id])
        await _edited(slot_id, at)
        await database.execute("DELETE FROM slot WHERE id = $1", slot_id)


async def accept_overlaps(slot_id: int, reason: str, at: datetime) -> int:
    """Let a slot's overlaps stand as they are now; returns how many there were."""
    event_id = (await slot(slot_id)).event_id
    async with database.transaction():
        found = await overlaps.of([slot_id])
        await overlaps.accept(event_id, found, reason, at)
    return len(found)


async def _edited(slot_id: int, at: datetime) -> None:
    """The session has another time than it had: organizers see that the draft is ahead of its release."""
    await database.execute(
        "UPDATE session SET changed_at = $2 WHERE id = (SELECT session_id FROM slot WHERE id = $1)", slot_id, at
    )


async def _locked(slot_id: int, version: int, place: Place | None) -> None:
    """Hold the row; raises StaleWrite when it is not the version the editor saw."""
    held = await database.value("SELECT version FROM slot WHERE id = $1 FOR UPDATE", slot_id)
    if held != version:
        theirs = (await slot(slot_id)).place
        words = _("This time was changed while you had it open. Nothing was saved; look at both and choose.")
        raise StaleWrite(words, await described(theirs), await described(place) if place else {})


async def described(place: Place) -> dict[str, object]:
    """A place in words, for setting two side by side."""
    zone = ZoneInfo(place.timezone)
    names = await database.rows("SELECT name FROM room WHERE id = any($1) ORDER BY name", list(place.rooms))
    return {
        _("Starts"): f"{place.starts_at.astimezone(zone):%Y-%m-%d %H:%M}" if place.starts_at else _("No time yet"),
        _("Ends"): f"{place.ends_at.astimezone(zone):%Y-%m-%d %H:%M}" if place.ends_at else _("No time yet"),
        _("Rooms"): ", ".join(row["name"] for row in names) or _("No room yet"),
    }


async def _take_rooms(slot_id: int, event_id: int, place: Place, at: datetime, accept: str) -> None:
    """Take every physical room, a combined one's parts each; raise RoomTaken for what is taken and not accepted."""
    timed = place.starts_at is not None and place.ends_at is not None
    await database.execute(
        "INSERT INTO slot_room (slot_id, room_id, named_id, taken_from, taken_until, exclusive)"
        " SELECT DISTINCT ON (part.id) $1::bigint, part.id, r.id, $3::timestamptz, $4::timestamptz, part.exclusive"
        " FROM room r JOIN room part ON part.id = any(CASE WHEN r.part_ids = '{}' THEN array[r.id] ELSE r.part_ids END)"
        " WHERE r.id = any($2) ORDER BY part.id, r.id",
        slot_id,
        list(place.rooms),
        place.starts_at - timedelta(minutes=place.setup_minutes) if timed and place.starts_at else None,
        place.ends_at + timedelta(minutes=place.teardown_minutes) if timed and place.ends_at else None,
    )
    found = await overlaps.of([slot_id])
    if found and not accept:
        raise RoomTaken(found, slot_id)
    await overlaps.accept(event_id, found, accept, at)
    try:
        await database.execute("SET CONSTRAINTS slot_room_once_a_time IMMEDIATE")
    except asyncpg.ExclusionViolationError:
        # Another event's editor took it between our look and now; the constraint saw it.
        raise RoomTaken((), slot_id) from None


def _columns(place: Place) -> tuple[object, ...]:
    zone = ZoneInfo(place.timezone)
    return (
        place.starts_at,
        place.ends_at,
        wall(place.starts_at, zone) if place.starts_at else "",
        wall(place.ends_at, zone) if place.ends_at else "",
        place.timezone,
        place.setup_minutes,
        place.teardown_minutes,
    )


def _row(row: asyncpg.Record) -> SlotRow:
    place = Place(
        row["starts_at"],
        row["ends_at"],
        row["timezone"],
        tuple(row["rooms"]),
        row["setup_minutes"],
        row["teardown_minutes"],
    )
    return SlotRow(row["id"], row["session_id"], row["event_id"], place, row["version"])
