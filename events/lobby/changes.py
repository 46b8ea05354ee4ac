"""What organizers change about an event's waiting room."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from events.core import database
from events.core.errors import StaleWrite
from events.core.locales import _


@dataclass(frozen=True, slots=True)
class Wanted:
    """A waiting room as it was typed. opens_at: aware UTC, or None."""

    is_on: bool
    inside: int
    per_minute: int
    opens_at: datetime | None
    early_minutes: int
    stay_minutes: int
    network_most: int


@dataclass(frozen=True, slots=True)
class Room(Wanted):
    """A waiting room as it is kept; version 0: nobody has saved one, and these are the defaults."""

    round: int = 0
    version: int = 0
    changed_at: datetime | None = None
    changed_by: str = ""


DEFAULT = Room(False, 200, 120, None, 60, 15, 300)
_FIELDS = "is_on, inside, per_minute, opens_at, early_minutes, stay_minutes, network_most"


async def of(event: int) -> Room:
    """An event's waiting room; the defaults, switched off, where nobody has made one."""
    row = await database.row(
        "SELECT l.is_on, l.inside, l.per_minute, l.opens_at, l.early_minutes, l.stay_minutes, l.network_most,"
        " l.round, l.version, l.changed_at, coalesce(p.name, '') AS changed_by"
        " FROM lobby l LEFT JOIN person p ON p.id = l.changed_by_id WHERE l.event_id = $1",
        event,
    )
    return Room(**dict(row)) if row else DEFAULT


async def save(event: int, wanted: Wanted, version: int, person: int, at: datetime) -> None:
    """Keep the settings. Switched on, it begins a new line; changed while it is on, the line goes on.

    version   of the settings that were on the page, 0 for none
    Raises StaleWrite when somebody else saved them meanwhile.
    """
    values = [getattr(wanted, name) for name in _FIELDS.split(", ")]
    try:
        if version == 0:
            done = await database.execute(
                f"INSERT INTO lobby (event_id, changed_at, changed_by_id, round, {_FIELDS})"  # noqa: S608 - ours
                " VALUES ($1, $2, $3, $4::boolean::int, $4, $5, $6, $7, $8, $9, $10)",
                event,
                at,
                person,
                *values,
            )
        else:
            done = await database.execute(
                "UPDATE lobby SET round = round + ($5 AND NOT is_on)::int, is_on = $5, inside = $6, per_minute = $7,"
                " opens_at = $8, early_minutes = $9, stay_minutes = $10, network_most = $11,"
                " version = version + 1, changed_at = $3, changed_by_id = $4 WHERE event_id = $1 AND version = $2",
                event,
                version,
                at,
                person,
                *values,
            )
    except asyncpg.UniqueViolationError:
        done = 0
    if not done:
        theirs = await of(event)
        raise StaleWrite(_("Somebody else saved these settings meanwhile."), _told(theirs), _told(wanted))


async def end(event: int, person: int, at: datetime) -> bool:
    """Let everybody in, now. False when it was off already."""
    return bool(
        await database.execute(
            "UPDATE lobby SET is_on = false, version = version + 1, changed_at = $2, changed_by_id = $3"
            " WHERE event_id = $1 AND is_on",
            event,
            at,
            person,
        )
    )


def _told(room: Wanted) -> Mapping[str, Any]:
    """Both states side by side, for who was slower."""
    opens = room.opens_at.isoformat(timespec="minutes") if room.opens_at else ""
    return {
        _("Waiting room"): _("on") if room.is_on else _("off"),
        _("At once inside"): room.inside,
        _("Let in per minute"): room.per_minute,
        _("Opens"): opens,
    }
