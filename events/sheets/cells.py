"""A cell of a sheet as text: what spreadsheets must not calculate, several values in one, times of day. Pure.

Several values stand in one cell with a semicolon between; inside of one a semicolon is `\\;` and a backslash `\\\\`.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from events.core.locales import _
from events.core.wall_time import AmbiguousTime, NoSuchTime, moment, read_clock, read_day

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


class Wrong(ValueError):
    """A cell that cannot be taken; its text says what to write instead."""


def guard(text: str) -> str:
    """With an apostrophe before what a spreadsheet would take for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unguard(text: str) -> str:
    """What `guard` was given. An apostrophe before an ordinary letter was typed by somebody, and stays."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA) else text


def joined(values: Iterable[str]) -> str:
    return "; ".join(value.replace("\\", "\\\\").replace(";", "\\;") for value in values)


def parts(text: str) -> list[str]:
    """The values of a cell that `joined` wrote, without those that are empty; a line end parts them too."""
    found, piece, escaped = [], "", False
    for letter in text:
        if escaped:
            piece += letter if letter in "\\;" else f"\\{letter}"
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter in ";\n":
            found.append(piece)
            piece = ""
        else:
            piece += letter
    found.append(piece + ("\\" if escaped else ""))
    return [one for value in found if (one := value.strip())]


def clock(at: datetime, zone: ZoneInfo) -> str:
    """09:30; with its offset where the clocks show that time twice: 01:30-06:00."""
    local = at.astimezone(zone)
    words = f"{local:%H:%M}"
    try:
        moment(local.replace(tzinfo=None, fold=0), zone)
    except AmbiguousTime:
        offset = f"{local:%z}"
        return f"{words}{offset[:3]}:{offset[3:]}"
    return words


def day(text: str) -> date:
    """2026-07-09. Raises Wrong."""
    found = read_day(text)
    if found is None:
        raise Wrong(_("Write days as year-month-day, for example 2026-07-09."))
    return found


def at(on: date, text: str, zone: ZoneInfo) -> datetime:
    """The moment, aware UTC, of a day and a typed time of day in a zone. Raises Wrong."""
    found = re.fullmatch(r"(.*?)\s*(?:([+-])([0-9]{2}):?([0-9]{2}))?", text.strip(), re.DOTALL)
    assert found is not None
    read = read_clock(found[1])
    if read is None:
        raise Wrong(_("Write times as hours and minutes, for example 09:30."))
    local = datetime.combine(on, read)
    if found[2]:
        return _with_offset(local, found[2], int(found[3]), int(found[4]), zone)
    try:
        return moment(local, zone, zone.key)
    except NoSuchTime as error:
        raise Wrong(error.words) from None
    except AmbiguousTime as error:
        shown = " / ".join(clock(one, zone) for one in (error.first, error.second))
        words = _("%(time)s happens twice in %(zone)s that day. Write which one: %(shown)s.")
        raise Wrong(words % {"time": f"{local:%H:%M}", "zone": zone.key, "shown": shown}) from None


def _with_offset(local: datetime, sign: str, hours: int, minutes: int, zone: ZoneInfo) -> datetime:
    if hours > 15 or minutes > 59:
        raise Wrong(_("Write times as hours and minutes, for example 09:30."))
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if sign == "-" else 1)
    found = local.replace(tzinfo=timezone(offset)).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None, fold=0) != local:
        words = _("%(zone)s is not at %(offset)s at that time. Leave the offset out.")
        raise Wrong(words % {"zone": zone.key, "offset": f"{sign}{hours:02d}:{minutes:02d}"})
    return found


def span(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """2026-07-09 09:00 to 10:30; with the last day where it is another one."""
    first, last = (one.astimezone(zone).date() for one in (starts_at, ends_at))
    until = clock(ends_at, zone) if first == last else f"{last} {clock(ends_at, zone)}"
    return f"{first} {clock(starts_at, zone)} to {until}"


_SPAN = re.compile(r"(\S+)\s+(\S+)\s+(?:to|until|–|-)\s+(?:([0-9]{4}-\S+)\s+)?(\S+)")


def read_span(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """What `span` wrote. Raises Wrong."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise Wrong(_("Write times such as 2026-07-09 09:00 to 10:30, with a semicolon between two."))
    first = day(found[1])
    starts_at = at(first, found[2], zone)
    ends_at = at(day(found[3]) if found[3] else first, found[4], zone)
    if ends_at <= starts_at:
        raise Wrong(_("It has to end after it starts."))
    return starts_at, ends_at


def midnight_after(starts: str, ends: str) -> bool:
    """Whether a session from one time of day to another, with no last day, ends on the day after."""
    first, last = (
        read_clock(re.sub(r"\s*[+-][0-9]{2}:?[0-9]{2}$", "", text.strip())) or time() for text in (starts, ends)
    )
    return last < first
