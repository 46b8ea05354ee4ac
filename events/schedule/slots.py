"""A slot as its editors have it: read from the draft, told in words, and kept by its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from events.core import database
from events.core.errors import NotFound
from events.core.locales import _
from events.core.wall_time import wall
from events.schedule.history import State


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
    uid: UUID


_SLOTS = (
    "SELECT l.*, s.event_id,"
    " ARRAY(SELECT DISTINCT named_id FROM slot_room x WHERE x.slot_id = l.id ORDER BY 1) AS rooms"
    " FROM slot l JOIN session s ON s.id = l.session_id"
)


async def slot(slot_id: int) -> SlotRow:
    """Raises NotFound."""
    row = await database.row(f"{_SLOTS} WHERE l.id = $1", slot_id)
    if row is None:
        raise NotFound
    return _row(row)


async def slots_of(session_id: int) -> list[SlotRow]:
    rows = await database.rows(f"{_SLOTS} WHERE s.id = $1 ORDER BY l.starts_at NULLS LAST, l.id", session_id)
    return [_row(row) for row in rows]


async def of_event(event_id: int) -> dict[int, SlotRow]:
    """All of an event's draft, by id."""
    return {row["id"]: _row(row) for row in await database.rows(f"{_SLOTS} WHERE s.event_id = $1", event_id)}


async def rows_of(slots: Sequence[int]) -> dict[int, SlotRow]:
    """By id; what is not there is left out."""
    return {row["id"]: _row(row) for row in await database.rows(f"{_SLOTS} WHERE l.id = any($1)", list(slots))}


async def described(place: Place) -> dict[str, object]:
    """A place in words, for setting two side by side."""
    zone = ZoneInfo(place.timezone)
    names = await database.rows("SELECT name FROM room WHERE id = any($1) ORDER BY name", list(place.rooms))
    return {
        _("Starts"): f"{place.starts_at.astimezone(zone):%Y-%m-%d %H:%M}" if place.starts_at else _("No time yet"),
        _("Ends"): f"{place.ends_at.astimezone(zone):%Y-%m-%d %H:%M}" if place.ends_at else _("No time yet"),
        _("Rooms"): ", ".join(row["name"] for row in names) or _("No room yet"),
    }


def state(row: SlotRow) -> State:
    """A slot as its history keeps it; times as ISO 8601 in UTC."""
    place = row.place
    return {
        "starts_at": place.starts_at.isoformat() if place.starts_at else None,
        "ends_at": place.ends_at.isoformat() if place.ends_at else None,
        "timezone": place.timezone,
        "rooms": list(place.rooms),
        "setup": place.setup_minutes,
        "teardown": place.teardown_minutes,
        "version": row.version,
    }


def place_of(kept: State) -> Place:
    """The place that `state` wrote down."""
    starts, ends = (datetime.fromisoformat(kept[name]) if kept[name] else None for name in ("starts_at", "ends_at"))
    return Place(starts, ends, kept["timezone"], tuple(kept["rooms"]), kept["setup"], kept["teardown"])


def columns(place: Place) -> tuple[object, ...]:
    """Both times, both wall times, zone, set-up and tear-down: in the order of the table’s columns."""
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
    return SlotRow(row["id"], row["session_id"], row["event_id"], place, row["version"], row["uid"])
