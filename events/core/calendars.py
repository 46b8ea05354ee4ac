"""Writing calendars (RFC 5545, 5546, 7986). Pure; with what reads replies, the only place that knows icalendar.

An entry is rendered once, stored, and afterwards only put together: `header` + entries + FOOTER is a feed, and the same
entries compressed beforehand are its gzip (`gzip_of`). Nothing here knows the present: same values, same bytes.

Feeds carry no METHOD, ORGANIZER or ATTENDEE; invitations carry all three, and one attendee each.
"""

import re
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event, Timezone, TimezoneDaylight, TimezoneStandard, vText, vUri
from icalendar.caselessdict import canonsort_keys

PRODUCT = "-//Colloquy//Colloquy//EN"
FOOTER = b"END:VCALENDAR\r\n"
MEDIA_TYPE = "text/calendar; charset=utf-8"
REFRESH = timedelta(hours=1)

_END = b"END:VEVENT\r\n"
_UTC_NAMES = frozenset({"UTC", "Etc/UTC", "Etc/GMT", "GMT", "Zulu", "Etc/Zulu", "Etc/UCT", "UCT", "Etc/Universal"})
# RFC 5545 section 3.1: CONTROL is not allowed in a content line. A surrogate has no UTF-8.
_NOT_TEXT: dict[int, str | None] = dict.fromkeys((*range(0x09), *range(0x0B, 0x20), 0x7F, *range(0xD800, 0xE000)))
_NOT_A_LINE: dict[int, str | None] = {**_NOT_TEXT, 0x09: " ", 0x0A: " ", 0x0D: " "}

Method = Literal["REQUEST", "CANCEL"]
Status = Literal["CONFIRMED", "CANCELLED"]


@dataclass(frozen=True)
class Vevent:
    """What one entry says.

    starts, ends    aware datetimes; or dates for all-day, `ends` exclusive
    timezone        IANA name, the zone the times are written in; "" for all-day
    last_modified   the stored time of the last change, aware UTC; also DTSTAMP, so that bytes do not move by themselves
    transparent     does not make its reader busy; a cancelled entry never does
    join_link       our own address of an online room: written as CONFERENCE and on top of the description
    tombstone       the word before the title of what is cancelled
    """

    uid: str
    summary: str
    starts: datetime | date
    ends: datetime | date
    timezone: str
    _: KW_ONLY
    last_modified: datetime
    description: str = ""
    location: str = ""
    url: str = ""
    status: Status = "CONFIRMED"
    sequence: int = 0
    categories: Sequence[str] = ()
    transparent: bool = False
    join_link: str = ""
    tombstone: str = "Cancelled"


class Party(NamedTuple):
    """Who sends or gets an invitation."""

    email: str
    name: str = ""


class Block(NamedTuple):
    """A rendered entry, compressed: raw deflate ended by a full flush, crc32 and length of what is inside."""

    data: bytes
    crc: int
    length: int


def render(vevent: Vevent) -> bytes:
    """One VEVENT, CRLF, folded at 75 octets."""
    return _vevent(vevent, vevent.last_modified)


@lru_cache(maxsize=512)
def read(ics: bytes) -> Vevent:
    """An entry of ours as the values it was rendered from: an invitation begins with what the feed already says."""
    event: Any = Event.from_ical(ics)
    starts = event["dtstart"]
    summary, status = str(event["summary"]), str(event["status"])
    tombstone, found, title = summary.partition(": ")
    cancelled = status == "CANCELLED" and bool(found)
    join_link = str(event.get("conference", ""))
    description = str(event.get("description", "")).removeprefix(join_link).lstrip("\n")
    categories = event.get("categories")
    return Vevent(
        uid=str(event["uid"]),
        summary=title if cancelled else summary,
        starts=starts.dt,
        ends=event["dtend"].dt,
        timezone=str(starts.params.get("TZID", "UTC" if isinstance(starts.dt, datetime) else "")),
        last_modified=event["last-modified"].dt,
        description=description,
        location=str(event.get("location", "")),
        url=str(event.get("url", "")),
        status="CANCELLED" if status == "CANCELLED" else "CONFIRMED",
        sequence=int(event["sequence"]),
        categories=tuple(str(word) for word in categories.cats) if categories else (),
        transparent=str(event["transp"]) == "TRANSPARENT" and status != "CANCELLED",
        join_link=join_link,
        tombstone=tombstone if cancelled else "Cancelled",
    )


def header(
    name: str,
    timezone: str,
    first: date | None,
    last: date | None,
    *,
    zones: Iterable[str] = (),
    refresh: timedelta = REFRESH,
    description: str = "",
    url: str = "",
) -> bytes:
    """BEGIN:VCALENDAR and everything before the entries.

    timezone       the reader's default zone, "" for none; `zones` are further ones that entries are written in
    first, last    days around all timed entries; None when there are none, and then no VTIMEZONE is written
    refresh        how often a client should look again
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", vText(_line(name)))
    calendar.add("x-wr-calname", vText(_line(name)))
    if description:
        calendar.add("description", _text(description))
        calendar.add("x-wr-caldesc", vText(_text(description)))
    if url:
        calendar.add("url", vUri(_line(url)))
    if timezone:
        calendar.add("x-wr-timezone", timezone)
    # icalendar escapes NAME and X- properties only when told that they are text,
    # and writes REFRESH-INTERVAL without the type it must say (RFC 7986 section 5.7).
    calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vText(_duration(refresh)))
    if first is not None and last is not None:
        for zone in sorted({zone for zone in (timezone, *zones) if zone} - _UTC_NAMES):
            calendar.add_component(_timezone(zone, first.year, last.year))
    return _written(calendar).removesuffix(FOOTER)


def calendar(header: bytes, entries: Iterable[bytes]) -> bytes:
    return b"".join((header, *entries, FOOTER))


def compress(ics: bytes) -> tuple[bytes, int]:
    """The block and crc32 of an entry. A full flush ends on a byte and forgets what came before, so blocks join."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflate.compress(ics) + deflate.flush(zlib.Z_FULL_FLUSH), zlib.crc32(ics)


def unpacked(block: Block) -> bytes:
    """The entry inside."""
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(block.data)


_START = re.compile(rb"^DTSTART;TZID=([^:;\r\n]+):", re.MULTILINE)


def zone_of(ics: bytes) -> str:
    """The zone that an entry of ours is written in; "" for UTC and for whole days."""
    found = _START.search(ics)
    return found[1].decode() if found else ""


def block(ics: bytes) -> Block:
    data, crc = compress(ics)
    return Block(data, crc, len(ics))


# Starting to compress costs more than joining a whole personal feed.
_header_block = lru_cache(maxsize=256)(block)


def gzip_of(header: bytes, blocks: Iterable[Block]) -> bytes:
    """One gzip member (RFC 1952) of a whole feed, put together from compressed entries."""
    parts = [b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"]
    crc = length = 0
    for data, own_crc, own_length in (_header_block(header), *blocks, _FOOTER_BLOCK):
        parts.append(data)
        crc = _joined(crc, own_crc, own_length)
        length += own_length
    parts.append(b"\x03\x00" + struct.pack("<II", crc, length & 0xFFFFFFFF))
    return b"".join(parts)


def invitation(vevent: Vevent, method: Method, organizer: Party, attendee: Party, at: datetime) -> bytes:
    """A whole iTIP message for one attendee (RFC 5546 sections 3.2.2 and 3.2.5).

    organizer   the mailbox that reads replies, never the attendee's own
    at          the time of sending: DTSTAMP says when this instance of the message was made
    What is the same for all attendees of an entry is rendered once and kept for a while.
    """
    if method == "CANCEL" and vevent.status != "CANCELLED":
        vevent = replace(vevent, status="CANCELLED")
    elif method == "REQUEST" and vevent.status == "CANCELLED":
        raise ValueError("what is cancelled cannot be requested")
    wanted = ";PARTSTAT=NEEDS-ACTION;RSVP=TRUE" if method == "REQUEST" else ""
    lines = (
        f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"ORGANIZER{_common_name(organizer)}:mailto:{_address(organizer)}",
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT{wanted}{_common_name(attendee)}:mailto:{_address(attendee)}",
        "X-MICROSOFT-DISALLOW-COUNTER:TRUE",
    )
    return _invitation_start(vevent, method) + b"".join(map(fold, lines)) + _END + FOOTER


def fold(line: str) -> bytes:
    """A content line at most 75 octets wide, never broken inside a character (RFC 5545 section 3.1)."""
    raw = line.encode()
    parts: list[bytes] = []
    while len(raw) > 75 - bool(parts):
        cut = 75 - bool(parts)
        while raw[cut] & 0xC0 == 0x80:
            cut -= 1
        parts.append(raw[:cut])
        raw = raw[cut:]
    return b"\r\n ".join((*parts, raw)) + b"\r\n"


def _written(component: Component) -> bytes:
    """What icalendar's to_ical gives, folded faster: its own way encodes every character by itself outside ASCII."""
    return b"".join(fold(line) for line in component.content_lines() if line)


def _vevent(vevent: Vevent, stamp: datetime | None) -> bytes:
    """The VEVENT, without DTSTAMP when there is no `stamp`."""
    cancelled = vevent.status == "CANCELLED"
    free = vevent.transparent or cancelled
    join_link = "" if cancelled else _line(vevent.join_link)
    description = "\n\n".join(filter(None, (join_link, _text(vevent.description))))
    lines = {
        "UID": _said("uid", _line(vevent.uid)),
        "SEQUENCE": _shared("sequence", vevent.sequence),
        "LAST-MODIFIED": _moment("last-modified", vevent.last_modified.astimezone(UTC), ""),
        "DTSTART": _moment("dtstart", _time(vevent.starts, vevent.timezone), vevent.timezone),
        "DTEND": _moment("dtend", _time(vevent.ends, vevent.timezone), vevent.timezone),
        "SUMMARY": _said("summary", (f"{vevent.tombstone}: " if cancelled else "") + _line(vevent.summary)),
        "STATUS": _shared("status", vevent.status),
        "TRANSP": _shared("transp", "TRANSPARENT" if free else "OPAQUE"),
        "X-MICROSOFT-CDO-BUSYSTATUS": _shared("x-microsoft-cdo-busystatus", "FREE" if free else "BUSY"),
    }
    if stamp is not None:
        lines["DTSTAMP"] = _moment("dtstamp", stamp.astimezone(UTC), "")
    if description:
        lines["DESCRIPTION"] = _said("description", description)
    if vevent.location:
        lines["LOCATION"] = _shared("location", _line(vevent.location))
    if vevent.url:
        lines["URL"] = fold(f"URL:{_line(vevent.url)}")
    if join_link:
        # RFC 7986 section 5.11
        lines["CONFERENCE"] = _property("conference", vUri(join_link), {"VALUE": "URI", "FEATURE": "VIDEO"})
    if vevent.categories:
        lines["CATEGORIES"] = _shared("categories", tuple(_line(category) for category in vevent.categories))
    return b"".join((b"BEGIN:VEVENT\r\n", *(lines[name] for name in _order(tuple(lines))), _END))


def _property(name: str, value: Any, parameters: dict[str, str] | None = None) -> bytes:
    """One property of an entry as icalendar writes it."""
    event = Event()
    event.add(name, list(value) if isinstance(value, tuple) else value, parameters or {})
    return fold(event.content_line(name.upper(), event[name]))


_ESCAPED = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


def _said(name: str, text: str) -> bytes:
    """A text that hardly two entries have alike (RFC 5545 section 3.3.11).

    What `_property` gives, without the 70 µs of making an Event for it; but a backslash before an N stays one.
    """
    return fold(f"{name.upper()}:{text.translate(_ESCAPED)}")


@lru_cache(maxsize=4096)
def _shared(name: str, value: Any) -> bytes:
    """One that many entries have alike. Of a programme's lines two thirds are, and icalendar takes 50 µs for each."""
    return _property(name, value)


def _moment(name: str, value: datetime | date, zone: str) -> bytes:
    """A time; kept by its wall time and zone, because equal moments in two zones are written differently."""
    if not isinstance(value, datetime):
        return _shared(name, value)
    utc = value.tzinfo is UTC
    return _shared_moment(name, value.replace(tzinfo=None), "" if utc else zone)


@lru_cache(maxsize=4096)
def _shared_moment(name: str, wall: datetime, zone: str) -> bytes:
    return _property(name, wall.replace(tzinfo=ZoneInfo(zone) if zone else UTC))


@lru_cache(maxsize=256)
def _order(names: tuple[str, ...]) -> tuple[str, ...]:
    """Properties in icalendar's order: the usual ones first, the rest by name."""
    return tuple(canonsort_keys(names, Event.canonical_order))


@lru_cache(maxsize=512)
def _invitation_start(vevent: Vevent, method: Method) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if vevent.timezone and vevent.timezone not in _UTC_NAMES:
        calendar.add_component(_timezone(vevent.timezone, vevent.starts.year, vevent.ends.year))
    start = _written(calendar).removesuffix(FOOTER)
    return start + _vevent(vevent, None).removesuffix(_END)


def _time(value: datetime | date, zone: str) -> datetime | date:
    """As it is written: a date, or wall time in the zone.

    A wall time that happens twice means its first occurrence (RFC 5545 section 3.3.5), so the second is written in UTC.
    """
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError("a calendar's times are aware")
    if not zone or zone in _UTC_NAMES:
        return value.astimezone(UTC)
    local = value.astimezone(ZoneInfo(zone))
    return value.astimezone(UTC) if local.fold else local


@lru_cache(maxsize=256)
def _timezone(zone: str, first: int, last: int) -> Timezone:
    """A VTIMEZONE for the years first to last, both whole, with one observance for every change of the clocks.

    Not Timezone.from_tzid: icalendar 7.3 begins DAYLIGHT at 03:00 instead of 02:00, where RFC 5545 section 3.6.5
    measures in TZOFFSETFROM, so that a reader who trusts it has the hour after the change wrong.
    """
    info = ZoneInfo(zone)
    here = datetime(first, 1, 1, tzinfo=UTC) - timedelta(days=1)
    end = datetime(last + 1, 1, 1, tzinfo=UTC) + timedelta(days=1)
    component = Timezone()
    component.add("tzid", zone)
    component.add_component(_observance(here.astimezone(info), here.astimezone(info)))
    for before, after in _changes(info, here, end):
        component.add_component(_observance(before, after))
    return component


def _observance(before: datetime, after: datetime) -> Component:
    """What the clocks show from `after` on; `before` is the same or the last second with the offset that ends."""
    observance = TimezoneDaylight() if after.dst() else TimezoneStandard()
    offset_from, offset_to = before.utcoffset(), after.utcoffset()
    assert offset_from is not None
    assert offset_to is not None
    observance.TZOFFSETFROM = offset_from
    observance.TZOFFSETTO = offset_to
    observance.add("tzname", after.tzname() or "LMT")
    observance.DTSTART = (after.astimezone(UTC) + offset_from).replace(tzinfo=None)
    return observance


def _changes(zone: ZoneInfo, here: datetime, end: datetime) -> Iterable[tuple[datetime, datetime]]:
    """Each change of the clocks between two moments: the last second before, the first after."""
    step = timedelta(days=1)
    while here < end:
        low, high = here, here + step
        if low.astimezone(zone).utcoffset() != high.astimezone(zone).utcoffset():
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
                same = middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            yield low.astimezone(zone), high.astimezone(zone)
        here += step


def _joined(one: int, other: int, length: int) -> int:
    """The crc32 of two texts in a row, from theirs and the length of the second.

    Running the first over `length` zeros is linear, which lets zlib do it in C (Adler's crc32_combine by other means).
    """
    zeros = bytes(length)
    return zlib.crc32(zeros, one) ^ zlib.crc32(zeros) ^ other


def _duration(value: timedelta) -> str:
    minutes = int(value.total_seconds()) // 60
    return f"PT{minutes // 60}H" if minutes % 60 == 0 else f"PT{minutes}M"


def _text(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").translate(_NOT_TEXT).strip()


def _line(value: str) -> str:
    return value.replace("\r", "\n").translate(_NOT_A_LINE).strip()


def _address(party: Party) -> str:
    return "".join(_line(party.email).split())


def _common_name(party: Party) -> str:
    name = _line(party.name).replace('"', "'").replace("^", "")
    return f';CN="{name}"' if name else ""


_FOOTER_BLOCK = block(FOOTER)
