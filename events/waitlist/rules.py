"""How long an offer stands in an event, and whether anybody can still get in line."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from events.core import database
from events.core.errors import StaleWrite
from events.core.locales import _

HOURS = 24
LEAST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Rules:
    hours: int = HOURS
    shut: bool = False
    version: int = 0


async def of(event_id: int) -> Rules:
    row = await database.row("SELECT hours, shut, version FROM waitlist_rules WHERE event_id = $1", event_id)
    return Rules(**dict(row)) if row else Rules()


async def save(event_id: int, rules: Rules) -> None:
    """rules.version is the one the form was drawn with. Raises StaleWrite."""
    saved = await database.value(
        "INSERT INTO waitlist_rules (event_id, hours, shut) VALUES ($1, $2, $3)"
        " ON CONFLICT (event_id) DO UPDATE SET hours = $2, shut = $3, version = waitlist_rules.version + 1"
        " WHERE waitlist_rules.version = $4 RETURNING id",
        event_id,
        rules.hours,
        rules.shut,
        rules.version,
    )
    if saved is None:
        raise StaleWrite(_("Somebody else saved these rules meanwhile. Look at them again."), {}, {})


def ends_at(at: datetime, hours: int, starts_on: date, zone: str) -> datetime:
    """The end of an offer made now: so many hours later, but not past the event's first midnight. An hour at least."""
    first = datetime.combine(starts_on, time(), ZoneInfo(zone)).astimezone(at.tzinfo)
    return max(at + LEAST, min(at + timedelta(hours=hours), first))
