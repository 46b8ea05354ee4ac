"""RFC 5545 over a calendar's tree: what has to be there, once or often, and what it may look like. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from events.checking.components import Component
from events.checking.findings import Finding, error, note, warning
from events.checking.lines import Line
from events.checking.values import Moment, is_duration, is_escaped, is_rule, read_moment

ENTRIES = ("VEVENT", "VTODO", "VJOURNAL")
ONCE = {
    "VCALENDAR": ("PRODID", "VERSION", "CALSCALE", "METHOD"),
    "VEVENT": (
        "UID", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "CLASS", "CREATED", "DESCRIPTION", "GEO", "LAST-MODIFIED",
        "LOCATION", "ORGANIZER", "PRIORITY", "SEQUENCE", "STATUS", "SUMMARY", "TRANSP", "URL", "RECURRENCE-ID", "COLOR",
    ),
    "VTIMEZONE": ("TZID", "LAST-MODIFIED", "TZURL"),
    "VALARM": ("ACTION", "TRIGGER", "DURATION", "REPEAT"),
}  # fmt: skip
"""Properties of which a component has at most one (3.6)."""
STATUSES = {
    "VEVENT": frozenset({"TENTATIVE", "CONFIRMED", "CANCELLED"}),
    "VTODO": frozenset({"NEEDS-ACTION", "COMPLETED", "IN-PROCESS", "CANCELLED"}),
    "VJOURNAL": frozenset({"DRAFT", "FINAL", "CANCELLED"}),
}
TEXTS = frozenset({"SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CONTACT"})
MOMENTS = frozenset({"DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "COMPLETED"})
IN_UTC = frozenset({"DTSTAMP", "CREATED", "LAST-MODIFIED", "COMPLETED"})
_GEO = re.compile(r"[+-]?\d+(\.\d+)?;[+-]?\d+(\.\d+)?")
FAR = timedelta(days=366 * 3)
"""A zone described for longer than this around its entries is a history lesson; Outlook refused some."""


def check(calendar: Component, *, feed: bool) -> list[Finding]:
    """feed: somebody subscribes to it; else it is a file, or an invitation in a mail."""
    if calendar.name != "VCALENDAR":
        return [error(f"This is {calendar.name}, and no calendar.", "RFC 5545 3.4", calendar.line)]
    found = _calendar(calendar, feed=feed)
    entries = calendar.of(*ENTRIES)
    for one in calendar.everything():
        found += _once(one)
        found += _values(one)
    for one in entries:
        found += _entry(one, has_method=calendar.first("METHOD") is not None)
        for alarm in one.of("VALARM"):
            found += _alarm(alarm)
    found += _zones(calendar, entries)
    found += _uids(entries)
    if feed:
        found += _subscribed(calendar, entries)
    return found


def _calendar(calendar: Component, *, feed: bool) -> list[Finding]:
    found = []
    if not calendar.all("PRODID"):
        found.append(error("PRODID is missing.", "RFC 5545 3.7.3", calendar.line))
    version = calendar.first("VERSION")
    if version is None:
        found.append(error("VERSION is missing.", "RFC 5545 3.7.4", calendar.line))
    elif version.value != "2.0":
        found.append(error(f"VERSION is {version.value}, not 2.0.", "RFC 5545 3.7.4", version.number))
    if not calendar.of(*ENTRIES, "VFREEBUSY", "VTIMEZONE"):
        found.append(note("Nothing is in it.", "RFC 5545 3.6", calendar.line))
    if feed and (method := calendar.first("METHOD")):
        words = "A feed that has a METHOD is taken for a message by some apps."
        found.append(warning(words, "RFC 5546 3.2.1", method.number))
    return found


def _once(one: Component) -> list[Finding]:
    counts = Counter(line.name for line in one.properties)
    return [
        error(f"{one.name} has {counts[name]} {name}.", "RFC 5545 3.6", one.line)
        for name in ONCE.get(one.name, ())
        if counts[name] > 1
    ]


def _values(one: Component) -> list[Finding]:
    found = []
    for line in one.properties:
        number = line.number
        if line.name in MOMENTS:
            found += _moment(line)
        elif line.name == "SEQUENCE" and not line.value.isdecimal():
            found.append(error(f"SEQUENCE is {line.value!r}, and no number.", "RFC 5545 3.8.7.4", number))
        elif line.name in {"DURATION", "REFRESH-INTERVAL", "X-PUBLISHED-TTL"} and not is_duration(line.value):
            found.append(
                error(f"{line.name} is {line.value!r}, and no duration such as PT1H.", "RFC 5545 3.3.6", number)
            )
        elif line.name == "RRULE" and not is_rule(line.value):
            found.append(error(f"RRULE {line.value!r} cannot be followed.", "RFC 5545 3.3.10", number))
        elif line.name in TEXTS and not is_escaped(line.value):
            found.append(error(f"{line.name} has a comma or semicolon without a backslash.", "RFC 5545 3.3.11", number))
        elif line.name in {"ORGANIZER", "ATTENDEE"} and ":" not in line.value:
            found.append(error(f"{line.name} is {line.value!r}; mailto: is missing.", "RFC 5545 3.3.3", number))
        elif line.name in {"ORGANIZER", "ATTENDEE"} and " " in line.value.strip():
            found.append(error(f"{line.name} is {line.value!r}: an address has no blanks.", "RFC 3986", number))
        elif line.name == "GEO" and not _GEO.fullmatch(line.value):
            found.append(error(f"GEO is {line.value!r}, not two numbers with a semicolon.", "RFC 5545 3.8.1.6", number))
        if line.name == "REFRESH-INTERVAL" and line.parameters.get("VALUE", ("",))[0].upper() != "DURATION":
            found.append(error("REFRESH-INTERVAL needs VALUE=DURATION.", "RFC 7986 5.7", number))
    return found


def _moment(line: Line) -> list[Finding]:
    try:
        moment = read_moment(line.value, dict(line.parameters))
    except ValueError as problem:
        return [error(f"{line.name} {line.value!r} {problem}.", "RFC 5545 3.3.4, 3.3.5", line.number)]
    if line.name in IN_UTC and not moment.utc:
        return [error(f"{line.name} is not in UTC.", "RFC 5545 3.8.7", line.number)]
    if moment.utc and moment.zone:
        return [error(f"{line.name} is in UTC and has a TZID.", "RFC 5545 3.2.19", line.number)]
    return []


def moment_of(entry: Component, name: str) -> Moment | None:
    """A time of an entry, where it can be read."""
    line = entry.first(name)
    if line is None:
        return None
    try:
        return read_moment(line.value, dict(line.parameters))
    except ValueError:
        return None


def _entry(entry: Component, *, has_method: bool) -> list[Finding]:
    found = [
        error(f"{name} is missing.", f"RFC 5545 {where}", entry.line)
        for name, where in (("UID", "3.8.4.7"), ("DTSTAMP", "3.8.7.2"))
        if not entry.text(name)
    ]
    if entry.name == "VEVENT":
        if not entry.first("DTSTART") and not has_method:
            found.append(error("DTSTART is missing.", "RFC 5545 3.6.1", entry.line))
        if entry.first("DTEND") and entry.first("DURATION"):
            found.append(error("DTEND and DURATION exclude each other.", "RFC 5545 3.6.1", entry.line))
        found += _span(entry)
        if not entry.text("SUMMARY"):
            found.append(warning("There is no SUMMARY to show.", "RFC 5545 3.8.1.12", entry.line))
    status = entry.first("STATUS")
    if status and status.value.upper() not in STATUSES[entry.name]:
        found.append(error(f"STATUS is {status.value!r}.", "RFC 5545 3.8.1.11", status.number))
    shown = entry.first("TRANSP")
    if shown and shown.value.upper() not in {"OPAQUE", "TRANSPARENT"}:
        found.append(error(f"TRANSP is {shown.value!r}.", "RFC 5545 3.8.2.7", shown.number))
    return found


def _span(entry: Component) -> list[Finding]:
    starts, ends = moment_of(entry, "DTSTART"), moment_of(entry, "DTEND")
    if starts is None or ends is None:
        return []
    if starts.is_date != ends.is_date:
        return [error("DTSTART is a day and DTEND a time, or the other way.", "RFC 5545 3.8.2.2", entry.line)]
    if starts.is_date:
        assert starts.day is not None
        assert ends.day is not None
        wrong = ends.day <= starts.day
    else:
        first, last = starts.instant(), ends.instant()
        same = starts.utc == ends.utc and starts.zone == ends.zone
        assert starts.time is not None
        assert ends.time is not None
        wrong = last < first if first and last else same and ends.time < starts.time
    return [error("It ends before it begins.", "RFC 5545 3.8.2.2", entry.line)] if wrong else []


def _alarm(alarm: Component) -> list[Finding]:
    return [
        error(f"VALARM has no {name}.", "RFC 5545 3.6.6", alarm.line)
        for name in ("ACTION", "TRIGGER")
        if not alarm.text(name)
    ]


def _zones(calendar: Component, entries: Sequence[Component]) -> list[Finding]:
    described = {one.text("TZID"): one for one in calendar.of("VTIMEZONE")}
    found: list[Finding] = []
    used: dict[str, int] = {}
    times: list[datetime] = []
    for entry in entries:
        for line in entry.properties:
            for zone in line.parameters.get("TZID", ()):
                used.setdefault(zone, line.number)
        if (starts := moment_of(entry, "DTSTART")) and starts.time:
            times.append(starts.time)
    for zone, number in used.items():
        if zone not in described:
            found.append(error(f"TZID {zone} has no VTIMEZONE.", "RFC 5545 3.2.19", number))
        if not _is_known(zone):
            words = f"TZID {zone} is no zone of the IANA database; apps guess what it means."
            found.append(warning(words, "RFC 7808; FIELD 4.2", number))
    for zone, one in described.items():
        parts = one.of("STANDARD", "DAYLIGHT")
        if not zone:
            found.append(error("A VTIMEZONE has no TZID.", "RFC 5545 3.6.5", one.line))
        if not parts:
            found.append(error(f"The VTIMEZONE {zone} says no time.", "RFC 5545 3.6.5", one.line))
        for part in parts:
            found += [
                error(f"{part.name} of {zone} has no {name}.", "RFC 5545 3.6.5", part.line)
                for name in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO")
                if not part.text(name)
            ]
            found += _offsets(zone, part)
        begins = [moment.time for part in parts if (moment := moment_of(part, "DTSTART")) and moment.time]
        if begins and times and min(times) - min(begins) > FAR and not any(part.first("RRULE") for part in parts):
            found.append(note(f"The VTIMEZONE {zone} begins years before its entries.", "RFC 5545 3.6.5", one.line))
    return found


def _offsets(zone: str, part: Component) -> list[Finding]:
    for name in ("TZOFFSETFROM", "TZOFFSETTO"):
        line = part.first(name)
        if line and len(line.value) > 5:
            words = f"{name} of {zone} has seconds: Outlook on the web refused such a feed."
            return [warning(words, "RFC 5545 3.3.14; ical4j issue 611", line.number)]
    return []


def _is_known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _uids(entries: Sequence[Component]) -> list[Finding]:
    seen: dict[tuple[str, str], int] = {}
    found = []
    for entry in entries:
        key = entry.text("UID"), entry.text("RECURRENCE-ID")
        if key in seen and key[0]:
            words = f"The UID {key[0]} stands in line {seen[key]} too: apps show one of them."
            found.append(error(words, "RFC 5545 3.8.4.7", entry.line))
        seen.setdefault(key, entry.line)
    return found


def _subscribed(calendar: Component, entries: Sequence[Component]) -> list[Finding]:
    """What a feed needs beyond what a file does."""
    found: list[Finding] = []
    events = [one for one in entries if one.name == "VEVENT"]
    for name, source in (("SEQUENCE", "RFC 5545 3.8.7.4"), ("LAST-MODIFIED", "RFC 5545 3.8.7.3")):
        without = [one for one in events if not one.first(name)]
        if without:
            words = f"{len(without):,} of {len(events):,} entries have no {name}: some apps drop a change without it."
            found.append(warning(words, source, without[0].line))
    for name in ("ATTENDEE", "ORGANIZER"):
        with_ = [one for one in entries if one.first(name)]
        if with_:
            words = f"{len(with_):,} entries have {name}: addresses of people in a feed, and answers to them from apps."
            found.append(warning(words, "RFC 5545 3.8.4", with_[0].line))
    stamps = {one.text("DTSTAMP") for one in events}
    if len(events) > 1 and len(stamps) == 1 and any(one.text("LAST-MODIFIED") not in stamps for one in events):
        words = "All entries have one DTSTAMP: the time when the file was made, it seems, so its bytes never rest."
        found.append(warning(words, "RFC 5545 3.8.7.2; FIELD 4.1", events[0].line))
    if not calendar.first("REFRESH-INTERVAL") or not calendar.first("X-PUBLISHED-TTL"):
        words = "REFRESH-INTERVAL and X-PUBLISHED-TTL tell apps how often to look; one of them is missing."
        found.append(note(words, "RFC 7986 5.7", calendar.line))
    if not calendar.first("NAME") and not calendar.first("X-WR-CALNAME"):
        found.append(note("The calendar has no name.", "RFC 7986 5.1", calendar.line))
    if any(one.of("VALARM") for one in events):
        found.append(note("Entries have alarms: Google ignores them, Apple adds its own.", "FIELD 4.2", events[0].line))
    return found
