"""The times of a programme file: full dates, or a start beside the day's date and a day change. Pure."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from events.core.wall_time import AmbiguousTime, NoSuchTime, moment
from events.schedule.frab_xml import Element

LONGEST = timedelta(days=31)


class NotATime(ValueError):
    """A time cannot be read; its text says why."""


def span(element: Element, day: Element, zone: ZoneInfo, day_change: tuple[int, int]) -> tuple[datetime, datetime]:
    """From and until, aware UTC, of an <event> in a <day>. Raises NotATime.

    `<date>` counts when it has a time of day; else `<start>` on the day's date, or on the next one when it is
    before the day change: a party at 01:00 belongs to the evening before (Pentabarf).
    """
    starts_at = _start(element, day, zone, day_change)
    ends_at = starts_at + _duration(element, starts_at, zone)
    if ends_at <= starts_at:
        raise NotATime("it lasts no time")
    if ends_at - starts_at > LONGEST:
        raise NotATime(f"it lasts {(ends_at - starts_at).days} days; {LONGEST.days} is the most")
    return starts_at, ends_at


def _start(element: Element, day: Element, zone: ZoneInfo, day_change: tuple[int, int]) -> datetime:
    full = element.words("date")
    if full and re.search(r"\d[T ]\d", full):
        return _instant(full, zone)
    typed = element.words("start")
    if not typed:
        raise NotATime("it has no start")
    if re.search(r"\d[T ]\d", typed):
        return _instant(typed, zone)
    minutes = clock(typed)
    on = full or day.attributes.get("date", "") or day.attributes.get("start", "")[:10]
    if not on:
        raise NotATime("neither it nor its day has a date")
    start_date = _date(on)
    if not full and divmod(minutes, 60) < day_change:
        start_date += timedelta(days=1)
    return _of_wall(datetime.combine(start_date, datetime.min.time()) + timedelta(minutes=minutes), zone)


def _duration(element: Element, starts_at: datetime, zone: ZoneInfo) -> timedelta:
    words = element.words("duration")
    if not words:
        ends = element.words("end")
        if not ends:
            raise NotATime("it has no duration")
        if re.search(r"\d[T ]\d", ends):
            return _instant(ends, zone) - starts_at
        minutes = clock(ends)
        local = starts_at.astimezone(zone)
        end_day = datetime.combine(local.date(), datetime.min.time()) + timedelta(minutes=minutes)
        if end_day <= local.replace(tzinfo=None):
            end_day += timedelta(days=1)
        return _of_wall(end_day, zone) - starts_at
    found = re.fullmatch(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?::(\d{2}))?", words)
    if found and found.group(1) and not found.group(4):  # H:MM:SS
        hours, minutes, seconds = (int(found.group(n)) for n in (1, 2, 3))
        return _bounded(0, hours, minutes, seconds, words)
    if found and found.group(1):  # D:HH:MM:SS
        days, hours, minutes, seconds = (int(found.group(n)) for n in (1, 2, 3, 4))
        return _bounded(days, hours, minutes, seconds, words)
    if found:
        return _bounded(0, int(found.group(2)), int(found.group(3)), int(found.group(4) or 0), words)
    iso = re.fullmatch(r"P(?:(\d{1,2})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,5})S)?)?", words)
    if iso and any(iso.groups()):
        days, hours, minutes, seconds = (int(part or 0) for part in iso.groups())
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if re.fullmatch(r"\d{1,4}", words):
        return timedelta(minutes=int(words))
    raise NotATime(f"“{words[:30]}” is no duration (hours:minutes)")


def _bounded(days: int, hours: int, minutes: int, seconds: int, words: str) -> timedelta:
    if minutes > 59 or seconds > 59:
        raise NotATime(f"“{words}” is no duration (hours:minutes)")
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def clock(text: str) -> int:
    """09:30 or 09:30:00 as minutes after midnight. Raises NotATime."""
    found = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", text.strip())
    if not found or int(found.group(1)) > 23 or int(found.group(2)) > 59:
        raise NotATime(f"“{text.strip()[:30]}” is no time of day (hours:minutes)")
    return int(found.group(1)) * 60 + int(found.group(2))


def day(text: str, zone: ZoneInfo) -> date:
    """2025-02-01, or the local date of a full time. Raises NotATime."""
    text = text.strip()
    if re.search(r"\d[T ]\d", text):
        return _instant(text, zone).astimezone(zone).date()
    return _date(text)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        raise NotATime(f"“{text.strip()[:30]}” is no date (year-month-day)") from None


def _instant(text: str, zone: ZoneInfo) -> datetime:
    """An ISO 8601 time: with its offset a moment, without one wall time in `zone`."""
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        raise NotATime(f"“{text.strip()[:40]}” is no date with a time") from None
    if read.year < 1971 or read.year > 2200:
        raise NotATime(f"the year {read.year} is out of range")
    return read.astimezone(UTC) if read.tzinfo else _of_wall(read, zone)


def _of_wall(local: datetime, zone: ZoneInfo) -> datetime:
    try:
        return moment(local, zone)
    except NoSuchTime:
        raise NotATime(f"{local:%Y-%m-%d %H:%M} does not exist in {zone.key}: the clocks go forward over it") from None
    except AmbiguousTime:
        raise NotATime(f"{local:%Y-%m-%d %H:%M} happens twice in {zone.key}; write it with its offset") from None
