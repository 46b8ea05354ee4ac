"""A time that somebody typed as a day, a beginning and an end: wishes, protected times. Pure."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from events.core.locales import _
from events.core.wall_time import NoSuchTime, moment, read_clock, read_day, wall

Span = tuple[datetime, datetime]


def read(form: Mapping[str, str], names: tuple[str, str, str], zone: ZoneInfo, errors: dict[str, str]) -> Span | None:
    """The two moments, aware UTC, of the fields for day, beginning and end; None when `errors` says why not.

    An end of 00:00 is midnight after the day. A time that the clocks show twice means the longer span: who cannot come
    at 01:30 cannot come at either of them.
    """
    day_name, start_name, end_name = names
    day = read_day(form.get(day_name, ""))
    start, end = read_clock(form.get(start_name, "")), read_clock(form.get(end_name, ""))
    if day is None:
        errors[day_name] = _("A day such as 2026-06-25.")
    if start is None:
        errors[start_name] = _("A time such as 09:30.")
    if end is None:
        errors[end_name] = _("A time such as 09:30.")
    if day is None or start is None or end is None:
        return None
    last = day + timedelta(days=1) if end == time(0) else day
    found: list[datetime] = []
    for name, local, second in (
        (start_name, datetime.combine(day, start), False),
        (end_name, datetime.combine(last, end), True),
    ):
        try:
            found.append(moment(local, zone, zone.key, second=second))
        except NoSuchTime as error:
            errors[name] = error.words
    if len(found) < 2:
        return None
    if found[1] <= found[0]:
        errors[end_name] = _("It has to end after it starts.")
        return None
    return found[0], found[1]


def fields(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> tuple[str, str, str]:
    """A span as the three fields show it."""
    start, end = wall(starts_at, zone), wall(ends_at, zone)
    return start[:10], start[11:], end[11:]
