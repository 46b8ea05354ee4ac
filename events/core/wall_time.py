"""Wall time: what somebody typed beside a zone, and the one moment it means. Pure.

A time that the clocks jump over is refused; one that they show twice is asked about (RFC 5545 section 3.3.5 picks for
the reader instead, which is how people come an hour late).
"""

import re
from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from events.core.errors import DomainError
from events.core.locales import _

FORMAT = "%Y-%m-%dT%H:%M"


class NoSuchTime(DomainError):
    """The clocks go forward over this time. `before` and `after` are the times on both sides of the gap."""

    status = 422

    def __init__(self, local: datetime, zone: str) -> None:
        words = _("%(time)s does not exist in %(zone)s: the clocks go forward over it. Choose another time.")
        super().__init__(words % {"time": local.strftime("%H:%M"), "zone": zone}, local=local, zone=zone)


class AmbiguousTime(DomainError):
    """The clocks show this time twice. `first` and `second` are the two moments, aware UTC."""

    status = 422

    def __init__(self, local: datetime, zone: str, first: datetime, second: datetime) -> None:
        words = _(
            "%(time)s happens twice in %(zone)s, because the clocks go back. Say whether the first or the second."
        )
        super().__init__(words % {"time": local.strftime("%H:%M"), "zone": zone}, first=first, second=second)
        self.first = first
        self.second = second


class UnknownZone(DomainError):
    status = 422

    def __init__(self, name: str) -> None:
        super().__init__(_("“%(zone)s” is not a time zone. Use a name such as America/Chicago.") % {"zone": name[:60]})


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of this name; raises UnknownZone (abbreviations and paths are no names)."""
    try:
        if name and "." not in name and not name.startswith("/"):
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    raise UnknownZone(name)


def read_day(text: str) -> date | None:
    """A typed day, year-month-day (RFC 3339), from 1971 to 2200; None for anything else."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if 1971 <= found.year <= 2200 else None


def read_clock(text: str) -> time | None:
    """A typed time of day, such as 9:30 or 09:30:00 (the seconds are dropped); None for anything else."""
    found = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?", text.strip())
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


def moment(local: datetime, zone: tzinfo, name: str = "", *, second: bool | None = None) -> datetime:
    """The moment, aware UTC, that a naive wall time means in a zone.

    second   for a time that happens twice: False the first, True the second, None asks by raising AmbiguousTime

    Raises NoSuchTime for one that never happens.
    """
    first, last = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == last:
        return first
    # In a gap neither fold comes back as the same wall time (PEP 495).
    if first.astimezone(zone).replace(tzinfo=None, fold=0) != local.replace(fold=0):
        raise NoSuchTime(local, name or str(zone))
    if second is None:
        raise AmbiguousTime(local, name or str(zone), first, last)
    return last if second else first


def wall(at: datetime, zone: tzinfo) -> str:
    """The wall time of a moment, as slots keep it: 2026-06-25T09:30."""
    return at.astimezone(zone).strftime(FORMAT)


def is_second(at: datetime, zone: tzinfo) -> bool:
    """Whether a moment is the later of two with the same wall time."""
    return bool(at.astimezone(zone).fold)
