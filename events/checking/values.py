"""Values as RFC 5545 writes them (section 3.3)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

_DATE = re.compile(r"\d{8}")
_TIME = re.compile(r"\d{8}T\d{6}(Z?)")
_DURATION = re.compile(r"[+-]?P(\d+W|(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?)")
_NOT_ESCAPED = re.compile(r"(?<!\\)(?:\\\\)*[,;]")


@dataclass(frozen=True, slots=True)
class Moment:
    """A DATE, or a DATE-TIME that is floating, in UTC or in a zone ("" for none)."""

    day: date | None
    time: datetime | None
    utc: bool = False
    zone: str = ""

    @property
    def is_date(self) -> bool:
        return self.time is None

    def instant(self) -> datetime | None:
        """Aware, where it can be known."""
        if self.time is None:
            return None
        if self.utc:
            return self.time.replace(tzinfo=UTC)
        try:
            return self.time.replace(tzinfo=ZoneInfo(self.zone)) if self.zone else None
        except (KeyError, ValueError, OSError):
            return None


def read_moment(value: str, parameters: dict[str, tuple[str, ...]] | None = None) -> Moment:
    """Raises ValueError with words."""
    given = parameters or {}
    zone = given.get("TZID", ("",))[0]
    if given.get("VALUE", ("",))[0].upper() == "DATE" or _DATE.fullmatch(value):
        if not _DATE.fullmatch(value):
            raise ValueError("is no day (YYYYMMDD)")
        return Moment(_day(value), None)
    found = _TIME.fullmatch(value)
    if found is None:
        raise ValueError("is no time (YYYYMMDDTHHMMSS)")
    clock = value[9:15]
    # 60 is a leap second (RFC 5545 3.3.12); Python has none.
    seconds = min(int(clock[4:6]), 59)
    day = _day(value[:8])
    try:
        moment = datetime.combine(day, time(int(clock[:2]), int(clock[2:4]), seconds))
    except ValueError as error:
        raise ValueError("is no time of a clock") from error
    return Moment(None, moment, bool(found[1]), zone)


def _day(value: str) -> date:
    try:
        return date(int(value[:4]), int(value[4:6]), int(value[6:8]))
    except ValueError as error:
        raise ValueError("is no day of a calendar") from error


def is_duration(value: str) -> bool:
    return _DURATION.fullmatch(value) is not None and value.strip("+-") not in {"P", "PT"} and not value.endswith("T")


def is_rule(value: str) -> bool:
    """Whether a RRULE can be followed."""
    try:
        rrulestr(value, dtstart=datetime(2026, 1, 1, tzinfo=UTC if "Z" in value else None))
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return True


def is_escaped(value: str) -> bool:
    """Whether commas and semicolons of a TEXT are escaped (3.3.11)."""
    return _NOT_ESCAPED.search(value) is None
