"""Times when nothing of a unit may clash: its membership meeting, its awards lunch."""

from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Protected:
    """starts_at, ends_at: aware UTC."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime


async def of(event_id: int, unit_id: int) -> list[Protected]:
    rows = await database.rows(
        "SELECT id, title, starts_at, ends_at FROM protected_time WHERE event_id = $1 AND unit_id = $2"
        " ORDER BY starts_at, id",
        event_id,
        unit_id,
    )
    return [Protected(**row) for row in rows]


async def add(event_id: int, unit_id: int, title: str, starts_at: datetime, ends_at: datetime) -> None:
    await database.execute(
        "INSERT INTO protected_time (event_id, unit_id, title, starts_at, ends_at) VALUES ($1, $2, $3, $4, $5)",
        event_id,
        unit_id,
        title,
        starts_at,
        ends_at,
    )


async def remove(event_id: int, unit_id: int, protected: int) -> None:
    """Raises NotFound, also for another unit's."""
    gone = await database.execute(
        "DELETE FROM protected_time WHERE id = $3 AND event_id = $1 AND unit_id = $2", event_id, unit_id, protected
    )
    if not gone:
        raise NotFound
