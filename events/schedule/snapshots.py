"""What a release says: a programme as values, and the two views of it that are stored. Pure.

`whole` is everything an editor sees. The public view leaves out what is for registrants or internal, and of a closed
session keeps the time alone. A release stores the public view, and beside it only what registrants see as well; the
two together are the registrants' view. Join links are in neither: only a digest, so that a change is noticed.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from events.schedule import grid
from events.schedule.around import Around
from events.schedule.word_index import WordIndex


@dataclass(frozen=True, slots=True)
class RoomView:
    """position: its place in the grid; building may be "". step_free, hearing_loop: None when nobody has looked."""

    id: int
    guid: str
    name: str
    building: str = ""
    kind: str = "room"
    capacity: int | None = None
    position: int = 0
    step_free: bool | None = None
    hearing_loop: bool | None = None


@dataclass(frozen=True, slots=True)
class TrackView:
    slug: str
    name: str
    colour: int


@dataclass(frozen=True, slots=True)
class PersonView:
    id: int
    code: str
    guid: str
    name: str
    affiliation: str = ""
    biography: str = ""


@dataclass(frozen=True, slots=True)
class SlotView:
    """One time of a session: aware UTC, the zone it was typed in, and the rooms people read (ids)."""

    id: int
    uid: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    rooms: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BreakView:
    """A time in which everybody rests, or the people of some rooms (their names; none: everybody). Aware UTC."""

    title: str
    starts_at: datetime
    ends_at: datetime
    rooms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionView:
    """visibility: public, registrants or closed; state: confirmed or cancelled; people: (code, role) in their order.

    join   a digest of the join link, "" when there is none
    """

    id: int
    guid: str
    code: str
    title: str
    subtitle: str = ""
    abstract: str = ""
    description: str = ""
    language: str = ""
    level: str = ""
    track: str = ""
    type: str = ""
    unit: str = ""
    unit_id: int | None = None
    visibility: str = "public"
    state: str = "confirmed"
    capacity: int | None = None
    ticketed: bool = False
    do_not_record: bool = False
    join: str = ""
    people: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    attachments: tuple[tuple[str, str], ...] = ()
    slots: tuple[SlotView, ...] = ()

    @property
    def cancelled(self) -> bool:
        return self.state == "cancelled"

    @property
    def closed(self) -> bool:
        return self.visibility == "closed"


@dataclass(frozen=True, slots=True)
class Placed:
    """A slot with its session; day: the programme day it belongs to, in the event's zone."""

    session: SessionView
    slot: SlotView
    day: date


@dataclass(frozen=True, slots=True)
class EventView:
    """What of the event a release and its entries depend on."""

    id: int
    guid: str
    slug: str
    title: str
    timezone: str
    starts_on: date | None
    ends_on: date | None
    mode: str = "in_person"
    language: str = "en"


@dataclass(frozen=True)
class Snapshot:
    """A programme. number 0: a draft; else the release of that number, published then."""

    event: EventView
    sessions: tuple[SessionView, ...]
    rooms: Mapping[int, RoomView]
    tracks: tuple[TrackView, ...]
    people: Mapping[str, PersonView]
    breaks: tuple[BreakView, ...] = ()
    number: int = 0
    published_at: datetime | None = None
    release_id: int = field(default=0, compare=False)
    token: object = field(default_factory=object, compare=False, repr=False)
    """Another one every time a release is read: what is kept of a snapshot names it, and lives no longer."""

    @cached_property
    def by_code(self) -> dict[str, SessionView]:
        return {session.code: session for session in self.sessions}

    @cached_property
    def by_id(self) -> dict[int, SessionView]:
        return {session.id: session for session in self.sessions}

    @cached_property
    def by_slot(self) -> dict[int, tuple[SessionView, SlotView]]:
        return {slot.id: (session, slot) for session in self.sessions for slot in session.slots}

    @cached_property
    def placed(self) -> tuple[Placed, ...]:
        """Every slot, in order of the sessions."""
        zone = ZoneInfo(self.event.timezone)
        return tuple(
            Placed(session, slot, grid.day_of(slot.starts_at, zone))
            for session in self.sessions
            for slot in session.slots
        )

    @cached_property
    def by_time(self) -> tuple[Placed, ...]:
        """Every slot, as it comes."""
        return tuple(sorted(self.placed, key=lambda placed: (placed.slot.starts_at, placed.session.code)))

    @cached_property
    def search(self) -> WordIndex:
        """What a search looks through: all that the page says of each of `by_time` but its description."""
        return WordIndex(self._said(placed.session, placed.slot) for placed in self.by_time)

    def _said(self, session: SessionView, slot: SlotView) -> str:
        track = self.track.get(session.track)
        said = (session.title, session.subtitle, session.code, session.type, session.unit, session.abstract)
        return " ".join((*said, track.name if track else "", *self.names(session), *self.room_names(slot)))

    @cached_property
    def around(self) -> Around:
        return Around(self.placed, self.rooms)

    @cached_property
    def track(self) -> dict[str, TrackView]:
        return {track.slug: track for track in self.tracks}

    @cached_property
    def sessions_of(self) -> dict[str, list[SessionView]]:
        """By person's code, in order of time."""
        found: dict[str, list[SessionView]] = {}
        for session in self.sessions:
            for code in dict.fromkeys(code for code, _role in session.people):
                found.setdefault(code, []).append(session)
        return found

    def room_names(self, slot: SlotView) -> tuple[str, ...]:
        return tuple(self.rooms[room].name for room in slot.rooms if room in self.rooms)

    def place(self, slot: SlotView) -> str:
        """Rooms and their building in words: "Janson, Building J"."""
        names = []
        for room in slot.rooms:
            if view := self.rooms.get(room):
                names.append(f"{view.name}, {view.building}" if view.building else view.name)
        return "; ".join(names)

    def names(self, session: SessionView) -> list[str]:
        return [self.people[code].name for code in dict.fromkeys(code for code, _role in session.people)]


def public_view(whole: Snapshot) -> Snapshot:
    """What everybody may see."""
    return _view(whole, {"public", "closed"})


def registrants_view(whole: Snapshot) -> Snapshot:
    """What registrants see: the public view and what is for them."""
    return _view(whole, {"public", "registrants", "closed"})


def _view(whole: Snapshot, visible: set[str]) -> Snapshot:
    sessions = tuple(
        closed(session) if session.closed else session for session in whole.sessions if session.visibility in visible
    )
    return with_sessions(whole, sessions)


def closed(session: SessionView) -> SessionView:
    """Of a closed session: that there is one, and when."""
    slots = tuple(replace(slot, rooms=()) for slot in session.slots)
    return SessionView(
        session.id, session.guid, session.code, "", visibility="closed", state=session.state, slots=slots
    )


def with_sessions(whole: Snapshot, sessions: Sequence[SessionView]) -> Snapshot:
    """The same programme with these sessions, and only the rooms, tracks and people they need."""
    rooms = {room for session in sessions for slot in session.slots for room in slot.rooms}
    people = {code for session in sessions for code, _role in session.people}
    tracks = {session.track for session in sessions}
    return replace(
        whole,
        sessions=tuple(sessions),
        rooms={room: view for room, view in whole.rooms.items() if room in rooms},
        tracks=tuple(track for track in whole.tracks if track.slug in tracks),
        people={code: view for code, view in whole.people.items() if code in people},
    )


def join_digest(link: str) -> str:
    return hashlib.blake2b(link.encode(), digest_size=8).hexdigest() if link else ""


def to_json(view: Snapshot) -> dict[str, Any]:
    """A view as it is stored; empty values are left out.

    Who can come into which room stands beside the rooms, and breaks beside everything: the version of the program
    before this one reads releases too while a new one is put in, and knows no such words.
    """
    breaks = [[one.title, _stamp(one.starts_at), _stamp(one.ends_at), list(one.rooms)] for one in view.breaks]
    access = {str(room.id): [room.step_free, room.hearing_loop] for room in view.rooms.values() if _looked_at(room)}
    return (
        ({"access": access} if access else {})
        | ({"breaks": breaks} if breaks else {})
        | {
            "event": _lean(
                {
                    **_values(view.event, ("id", "guid", "slug", "title", "timezone", "mode", "language")),
                    "starts_on": view.event.starts_on.isoformat() if view.event.starts_on else "",
                    "ends_on": view.event.ends_on.isoformat() if view.event.ends_on else "",
                }
            ),
            "rooms": [_lean(_values(room, _ROOM)) for room in view.rooms.values()],
            "tracks": [_values(track, _TRACK) for track in view.tracks],
            "people": [_lean(_values(person, _PERSON)) for person in view.people.values()],
            "sessions": [_session_json(session) for session in view.sessions],
        }
    )


def extra_json(public: Snapshot, registrants: Snapshot) -> dict[str, Any]:
    """What registrants see beside the public view, in the same shape, and the digests of the join links."""
    only = [session for session in registrants.sessions if session.code not in public.by_code]
    stored = to_json(replace(with_sessions(registrants, only), breaks=()))
    stored["joins"] = {session.code: session.join for session in registrants.sessions if session.join}
    return stored


def from_json(
    public: Mapping[str, Any],
    extra: Mapping[str, Any] | None = None,
    *,
    number: int,
    published_at: datetime | None,
    release_id: int = 0,
) -> Snapshot:
    """A stored view; with `extra` the registrants' one."""
    event = public["event"]
    parts = [public, extra] if extra else [public]
    joins: Mapping[str, str] = extra.get("joins", {}) if extra else {}
    sessions = [_session(stored, joins) for part in parts for stored in part["sessions"]]
    sessions.sort(key=_in_time)
    tracks = {stored["slug"]: TrackView(**stored) for part in parts for stored in part["tracks"]}
    access = {room: known for part in parts for room, known in part.get("access", {}).items()}
    rooms = {
        stored["id"]: replace(RoomView(**stored), step_free=step_free, hearing_loop=loop)
        for part in parts
        for stored in part["rooms"]
        for step_free, loop in [access.get(str(stored["id"]), (None, None))]
    }
    return Snapshot(
        event=EventView(
            **{
                **event,
                "starts_on": date.fromisoformat(event["starts_on"]) if event.get("starts_on") else None,
                "ends_on": date.fromisoformat(event["ends_on"]) if event.get("ends_on") else None,
            }
        ),
        sessions=tuple(sessions),
        rooms=dict(sorted(rooms.items(), key=lambda pair: (pair[1].position, pair[1].name))),
        tracks=tuple(tracks.values()),
        people={stored["code"]: PersonView(**stored) for part in parts for stored in part["people"]},
        breaks=tuple(
            BreakView(title, datetime.fromisoformat(start), datetime.fromisoformat(end), tuple(names))
            for title, start, end, names in public.get("breaks", ())
        ),
        number=number,
        published_at=published_at,
        release_id=release_id,
    )


_ROOM = ("id", "guid", "name", "building", "kind", "capacity", "position")
_TRACK = ("slug", "name", "colour")
_PERSON = ("id", "code", "guid", "name", "affiliation", "biography")
_WORDS = (
    "id",
    "guid",
    "code",
    "title",
    "subtitle",
    "abstract",
    "description",
    "language",
    "level",
    "track",
    "type",
    "unit",
    "unit_id",
    "visibility",
    "state",
    "capacity",
    "ticketed",
    "do_not_record",
)


_said = attrgetter(*_WORDS)


def _session_json(session: SessionView) -> dict[str, Any]:
    stored = {
        name: value
        for name, value in zip(_WORDS, _said(session), strict=True)
        if value or name == "title" or (name == "capacity" and value is not None)
    }
    for name in ("people", "links", "attachments"):
        if pairs := getattr(session, name):
            stored[name] = [list(pair) for pair in pairs]
    stored["slots"] = [
        [slot.id, slot.uid, _stamp(slot.starts_at), _stamp(slot.ends_at), slot.timezone, list(slot.rooms)]
        for slot in session.slots
    ]
    return stored


def _session(stored: Mapping[str, Any], joins: Mapping[str, str]) -> SessionView:
    values = dict(stored)
    for name in ("people", "links", "attachments"):
        if name in values:
            values[name] = tuple((pair[0], pair[1]) for pair in values[name])
    values["slots"] = tuple(
        SlotView(identity, uid, datetime.fromisoformat(start), datetime.fromisoformat(end), zone, tuple(rooms))
        for identity, uid, start, end, zone, rooms in stored["slots"]
    )
    values.setdefault("title", "")
    return SessionView(**values, join=joins.get(stored["code"], ""))


def _values(one: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}


def _looked_at(room: RoomView) -> bool:
    return room.step_free is not None or room.hearing_loop is not None


def _lean(values: dict[str, Any]) -> dict[str, Any]:
    """Without what the dataclass would say anyway."""
    return {name: value for name, value in values.items() if value not in ("", None, False) or name == "title"}


def _stamp(at: datetime) -> str:
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat()


_NEVER = datetime.max.replace(tzinfo=UTC)


def _in_time(session: SessionView) -> tuple[datetime, str]:
    return (session.slots[0].starts_at if session.slots else _NEVER, session.code)


def in_time(sessions: Iterable[SessionView]) -> list[SessionView]:
    """By their first slot, then code: the order every view is in."""
    return sorted(sessions, key=_in_time)
