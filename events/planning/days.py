"""Days and hours that somebody typed, as moments. Pure.

An end that is not after the start means the day after. An hour that the clocks show twice means the longer span: who
closes a room from 01:30 closes it at the first of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from events.core.errors import Unreadable
from events.core.locales import _
from events.core.wall_time import NoSuchTime, moment, read_clock, read_day

Span = tuple[datetime, datetime]
MOST_DAYS = 100


@dataclass(frozen=True, slots=True)
class Hours:
    """Wall times in a zone: from when until when, on any day."""

    start: time
    end: time
    zone: ZoneInfo

    def on(self, day: date) -> Span:
        """The two moments, aware UTC. Raises NoSuchTime."""
        last = day if self.end > self.start else day + timedelta(days=1)
        first = moment(datetime.combine(day, self.start), self.zone, self.zone.key, second=False)
        return first, moment(datetime.combine(last, self.end), self.zone, self.zone.key, second=True)


def hours(form: Mapping[str, str], zone: ZoneInfo, errors: dict[str, str]) -> Hours | None:
    """The fields `start` and `end`; None when `errors` says why not."""
    found: dict[str, time] = {}
    for name in ("start", "end"):
        typed = read_clock(form.get(name, ""))
        if typed is None:
            errors[name] = _("A time such as 09:30.")
        else:
            found[name] = typed
    return Hours(found["start"], found["end"], zone) if len(found) == 2 else None


def days(typed: Iterable[str], errors: dict[str, str]) -> tuple[date, ...]:
    """Every day once, in order; at least one."""
    found = set()
    for text in typed:
        if not text.strip():
            continue
        day = read_day(text)
        if day is None:
            errors["days"] = _("A day such as 2026-06-25.")
            return ()
        found.add(day)
    if not found:
        errors["days"] = _("Choose a day at least.")
    if len(found) > MOST_DAYS:
        errors["days"] = _("At most %(num)s of these.") % {"num": MOST_DAYS}
    return tuple(sorted(found))


def spans(chosen: Iterable[date], at: Hours) -> list[Span]:
    """The same hours on each of these days. Raises Unreadable for an hour that one of them has not."""
    try:
        return [at.on(day) for day in chosen]
    except NoSuchTime as error:
        raise Unreadable({"start": error.words}) from None
