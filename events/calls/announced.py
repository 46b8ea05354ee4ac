"""The announced calls of an event that are open now: for its page, which many ask for."""

from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.fresh import Fresh


@dataclass(frozen=True, slots=True)
class Announced:
    """A call that the event's page shows while it is open."""

    slug: str
    title: str
    opens_at: datetime
    closes_at: datetime


async def _announced(event: int) -> tuple[Announced, ...]:
    found = await database.rows(
        "SELECT slug, title, opens_at, closes_at FROM call WHERE event_id = $1 AND announced ORDER BY closes_at, id",
        event,
    )
    return tuple(Announced(**dict(row)) for row in found)


_known: Fresh[int, tuple[Announced, ...]] = Fresh(_announced)
"""The event's page asks at every request; calls change once a month."""


async def open_calls(event: int, at: datetime) -> tuple[Announced, ...]:
    """The announced calls of an event that are open, what closes first at the top. A change shows within a second."""
    return tuple(one for one in await _known.get(event) if one.opens_at <= at < one.closes_at)
