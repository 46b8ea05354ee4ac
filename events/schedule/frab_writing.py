"""A release as schedule.xml and schedule.json, valid under the c3voc schemas, and as a table (CSV). Pure.

Only what everybody may see. Closed and cancelled sessions are left out: the formats have no word for them, and their
readers would show them as if they took place. A session with several slots stands once for each, each with a guid.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import escape

from events.schedule import grid
from events.schedule.frab import clean_text
from events.schedule.frab import slug as slug_of
from events.schedule.snapshots import SessionView, SlotView, Snapshot

GENERATOR = "Colloquy"
NO_ROOM = "to be announced"
SLOT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Line:
    """One <event>: a slot of a session, on its day, in its first room."""

    session: SessionView
    slot: SlotView
    guid: str
    first: bool


@dataclass(frozen=True, slots=True)
class _Day:
    index: int
    date: date
    starts_at: datetime
    ends_at: datetime
    rooms: dict[str, list[_Line]]


def xml(snapshot: Snapshot, base_url: str) -> bytes:
    """schedule.xml. base_url: of our pages, without a slash at the end."""
    return b"".join(xml_parts(snapshot, base_url))


def xml_parts(snapshot: Snapshot, base_url: str) -> Iterator[bytes]:
    """The same a room at a time: a big programme's file is megabytes, and more while it is put together."""
    event, zone = snapshot.event, ZoneInfo(snapshot.event.timezone)
    days = _days(snapshot, zone)
    own = f"{base_url}/events/{event.slug}"
    head = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<schedule>',
        f"<generator{_attributes(name=GENERATOR, system=base_url)}/>",
        _element("url", f"{own}/schedule.xml"),
        _element("version", str(snapshot.number)),
        "<conference>",
        _element("title", event.title),
        _element("acronym", acronym(event.slug)),
        _element("start", days[0].date.isoformat()),
        _element("end", days[-1].date.isoformat()),
        _element("days", str(len(days))),
        _element("timeslot_duration", "00:05"),
        _element("base_url", f"{own}/"),
        _element("url", own),
        _element("time_zone_name", event.timezone),
        *(f"<track{_attributes(name=track.name, slug=_track_slug(track.slug))}/>" for track in snapshot.tracks),
        "</conference>",
    ]
    yield _lines_of(head)
    guids = {room.name: room.guid for room in snapshot.rooms.values()}
    for day in days:
        start, end = (at.astimezone(zone).isoformat() for at in (day.starts_at, day.ends_at))
        yield _lines_of([f"<day{_attributes(index=str(day.index), date=day.date.isoformat(), start=start, end=end)}>"])
        for room, lines in day.rooms.items():
            inside = (_xml_event(snapshot, line, room, zone, own) for line in lines)
            yield _lines_of([f"<room{_attributes(name=room, guid=guids.get(room, ''))}>", *inside, "</room>"])
        yield b"</day>\n"
    yield b"</schedule>\n"


def _lines_of(parts: Iterable[str]) -> bytes:
    return "".join(f"{part}\n" for part in parts).encode()


def _xml_event(snapshot: Snapshot, line: _Line, room: str, zone: ZoneInfo, own: str) -> str:
    session, slot = line.session, line.slot
    starts = slot.starts_at.astimezone(zone)
    track = snapshot.track.get(session.track)
    code = session.code if line.first and len(session.code) == 6 else ""
    people = "".join(
        f"<person{_attributes(id=str(person.id), guid=person.guid)}>{_text(person.name)}</person>"
        for person in (snapshot.people[key] for key in dict.fromkeys(key for key, _role in session.people))
    )
    optout = "true" if session.do_not_record else "false"
    return (
        f"<event{_attributes(guid=line.guid, id=str(slot.id), code=code)}>"
        + _element("room", room)
        + _element("title", session.title)
        + _element("subtitle", session.subtitle)
        + _element("type", session.type)
        + _element("date", starts.isoformat())
        + _element("start", starts.strftime("%H:%M"))
        + _element("duration", _duration(slot, 99))
        + _element("abstract", session.abstract)
        + _element("track", track.name if track else "")
        + f"<persons>{people}</persons>"
        + _element("language", session.language)
        + _element("description", session.description)
        + f"<recording><license></license><optout>{optout}</optout></recording>"
        + _xml_addresses("links", "link", session.links)
        + _xml_addresses("attachments", "attachment", session.attachments)
        + _element("url", f"{own}/sessions/{session.code}")
        + "</event>"
    )


def _xml_addresses(holder: str, name: str, addresses: Iterable[tuple[str, str]]) -> str:
    inside = "".join(f"<{name}{_attributes(href=address)}>{_text(title)}</{name}>" for title, address in addresses)
    return f"<{holder}>{inside}</{holder}>"


def json_bytes(snapshot: Snapshot, base_url: str) -> bytes:
    """schedule.json."""
    return b"".join(json_parts(snapshot, base_url))


def json_parts(snapshot: Snapshot, base_url: str) -> Iterator[bytes]:
    """The same a room at a time."""
    event, zone = snapshot.event, ZoneInfo(snapshot.event.timezone)
    days = _days(snapshot, zone)
    own = f"{base_url}/events/{event.slug}"
    conference: dict[str, Any] = {
        "acronym": json_acronym(event.slug),
        "title": event.title,
        "start": days[0].date.isoformat(),
        "end": days[-1].date.isoformat(),
        "daysCount": len(days),
        "timeslot_duration": "00:05",
        "url": own,
        "tracks": [{"name": track.name, "slug": _json_slug(track.slug)} for track in snapshot.tracks],
        "rooms": [
            {"name": room.name, "guid": room.guid, "capacity": room.capacity} for room in snapshot.rooms.values()
        ],
    }
    if re.search(r"^([A-Z][a-z]+/[A-Z][a-z]+)|UTC$", event.timezone):
        conference["time_zone_name"] = event.timezone
    conference["days"] = _HERE
    schedule = {"version": str(snapshot.number), "base_url": f"{own}/", "conference": conference}
    whole = {
        "$schema": "https://c3voc.de/schedule/schema.json",
        "generator": {"name": GENERATOR, "url": base_url},
        "schedule": schedule,
    }
    before, _here, after = _dumped(whole).rpartition(_dumped(_HERE))  # the last one: days are the last that is said
    yield before
    for number, day in enumerate(days):
        yield b"," if number else b"["
        yield from _json_day(snapshot, day, zone, own)
    yield b"]" + after


def _json_day(snapshot: Snapshot, day: _Day, zone: ZoneInfo, own: str) -> Iterator[bytes]:
    said = {
        "index": day.index,
        "date": day.date.isoformat(),
        "day_start": day.starts_at.astimezone(zone).isoformat(),
        "day_end": day.ends_at.astimezone(zone).isoformat(),
        "rooms": {},
    }
    yield _dumped(said).removesuffix(b"}}")
    for number, (room, lines) in enumerate(day.rooms.items()):
        inside = _dumped([_json_event(snapshot, line, room, zone, own) for line in lines])
        yield (b"," if number else b"") + _dumped(room) + b":" + inside
    yield b"}}"


_HERE = "the days"


def _dumped(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _json_event(snapshot: Snapshot, line: _Line, room: str, zone: ZoneInfo, own: str) -> dict[str, Any]:
    session, slot = line.session, line.slot
    starts = slot.starts_at.astimezone(zone)
    track = snapshot.track.get(session.track)
    return {
        "guid": line.guid,
        "code": session.code,
        "id": slot.id,
        "date": starts.isoformat(),
        "start": starts.strftime("%H:%M"),
        "end": slot.ends_at.astimezone(zone).isoformat(),
        "duration": _duration(slot),
        "room": room,
        "slug": f"{_json_slug(snapshot.event.slug)}-{session.code.lower()}" + ("" if line.first else f"-{slot.id}"),
        "url": f"{own}/sessions/{session.code}",
        "title": session.title,
        "subtitle": session.subtitle,
        "track": track.name if track else None,
        "type": session.type,
        "language": session.language or None,
        "abstract": session.abstract,
        "description": session.description,
        "do_not_record": session.do_not_record,
        "persons": [
            {
                "guid": person.guid,
                "code": person.code,
                "name": person.name,
                "biography": person.biography,
                "url": f"{own}/speakers/{person.code}",
            }
            for person in (snapshot.people[key] for key in dict.fromkeys(key for key, _role in session.people))
        ],
        "links": [{"title": title, "url": address} for title, address in session.links],
        "attachments": [{"title": title, "url": address} for title, address in session.attachments],
    }


COLUMNS = (
    "code",
    "title",
    "starts",
    "ends",
    "time zone",
    "room",
    "track",
    "type",
    "unit",
    "people",
    "state",
    "address",
)


def table(snapshot: Snapshot, base_url: str) -> bytes:
    """CSV, one line a slot, for spreadsheets: a leading sign that they would take for a formula is disarmed."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for session in snapshot.sessions:
        track = snapshot.track.get(session.track)
        for slot in session.slots:
            zone = ZoneInfo(slot.timezone)
            cells = (
                session.code,
                session.title or "Closed session",
                slot.starts_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
                slot.ends_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
                slot.timezone,
                "; ".join(snapshot.room_names(slot)),
                track.name if track else "",
                session.type,
                session.unit,
                "; ".join(snapshot.names(session)),
                session.state,
                f"{base_url}/events/{snapshot.event.slug}/sessions/{session.code}",
            )
            writer.writerow([_disarmed(cell) for cell in cells])
    return ("\ufeff" + out.getvalue()).encode()


def _disarmed(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _days(snapshot: Snapshot, zone: ZoneInfo) -> list[_Day]:
    """The days of the programme with their rooms, in order; at least one, because the schemas want one."""
    days: dict[date, dict[str, list[_Line]]] = {}
    order = [room.name for room in snapshot.rooms.values()] + [NO_ROOM]
    for line in _lines(snapshot):
        rooms = days.setdefault(grid.day_of(line.slot.starts_at, zone), {})
        rooms.setdefault((snapshot.room_names(line.slot) or (NO_ROOM,))[0], []).append(line)
    if not days:
        days[snapshot.event.starts_on or date(1970, 1, 1)] = {}
    return [
        _Day(index, day, *grid.bounds(day, zone), {room: days[day][room] for room in order if room in days[day]})
        for index, day in enumerate(sorted(days), 1)
    ]


def _lines(snapshot: Snapshot) -> Iterator[_Line]:
    for session in snapshot.sessions:
        if session.closed or session.cancelled:
            continue
        for n, slot in enumerate(session.slots):
            yield _Line(session, slot, session.guid if n == 0 else slot.uid, n == 0)


def acronym(slug: str) -> str:
    """As schedule.xml wants it: four characters or more."""
    return slug if len(slug) >= 4 else f"{slug}_event"


def json_acronym(slug: str) -> str:
    """As schedule.json wants it: without dashes. `frab.slug` makes the event's slug of it again."""
    return acronym(slug).replace("-", "_")


def _track_slug(slug: str) -> str:
    """A letter first, two characters or more."""
    return slug if re.fullmatch(r"[a-z][a-z0-9-]+", slug) else f"track-{slug_of(slug)}"


def _json_slug(slug: str) -> str:
    return slug if re.fullmatch(r"[a-z0-9_-]+[a-z0-9]", slug) else f"track-{slug_of(slug) or 'x'}"


def _duration(slot: SlotView, most_hours: int | None = None) -> str:
    """Hours and minutes. schedule.xml has two places for the hours, so a course of weeks says 99:59 there."""
    hours, minutes = divmod(int((slot.ends_at - slot.starts_at).total_seconds()) // 60, 60)
    if most_hours is not None and hours > most_hours:
        hours, minutes = most_hours, 59
    return f"{hours:02d}:{minutes:02d}"


def _element(name: str, text: str) -> str:
    return f"<{name}>{_text(text)}</{name}>"


def _text(text: str) -> str:
    return str(escape(clean_text(text)))


def _attributes(**values: str) -> str:
    return "".join(f' {name}="{_text(value)}"' for name, value in values.items() if value)
