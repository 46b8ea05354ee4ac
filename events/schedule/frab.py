"""What a frab or Pentabarf programme file says, as values, with a list of its problems. Pure.

The format has grown since 2004 and has no single author: Pentabarf writes a start beside the day's date and a
`day_change`, frab adds guids and full dates, pretalx adds codes, zones and several slots of one session, the newest
(c3voc schema) rooms and people with guids. schedule.xml and schedule.json carry the same, so both become the same
values here. A row that cannot be understood is an error with its line and its reason; what can be read but lacks
something is a warning.
"""

import re
import unicodedata
from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import chain, count
from uuid import UUID
from zoneinfo import ZoneInfo

from events.core.wall_time import UnknownZone, zone_named
from events.schedule import frab_json, frab_times, frab_xml
from events.schedule.frab_times import NotATime
from events.schedule.frab_xml import Element, NotReadable

TITLE_LENGTH = 300
TEXT_LENGTH = 100_000


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the file that is not as it should be.

    level   error: the row cannot be taken; warning: it was taken, with a gap
    what    the thing, in the file's words: session “Opening”
    line    where it starts, or 0 when that has no meaning
    why     the reason, in words
    """

    level: str
    what: str
    line: int
    why: str

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.what}: {self.why}"


@dataclass(frozen=True, slots=True)
class PersonRead:
    key: str
    name: str
    guid: UUID | None = None
    biography: str = ""


@dataclass(frozen=True, slots=True)
class RoomRead:
    name: str
    guid: UUID | None = None
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class TrackRead:
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class SlotRead:
    """One time of a session. `starts_at`, `ends_at` aware UTC; `key` stays the same when the slot moves."""

    key: str
    room: str
    starts_at: datetime
    ends_at: datetime
    line: int


@dataclass(frozen=True, slots=True)
class SessionRead:
    """`key` finds the session again in the next file: its guid, else its code, id, slug, address or title."""

    key: str
    guid: UUID | None
    code: str
    line: int
    title: str
    subtitle: str
    abstract: str
    description: str
    language: str
    track: str
    type: str
    do_not_record: bool
    people: tuple[PersonRead, ...]
    links: tuple[tuple[str, str], ...]
    attachments: tuple[tuple[str, str], ...]
    slots: tuple[SlotRead, ...]


@dataclass(frozen=True, slots=True)
class Conference:
    acronym: str
    title: str
    subtitle: str
    venue: str
    city: str
    starts_on: date | None
    ends_on: date | None
    timezone: str


@dataclass(slots=True)
class Programme:
    conference: Conference
    tracks: list[TrackRead] = field(default_factory=list)
    rooms: list[RoomRead] = field(default_factory=list)
    sessions: list[SessionRead] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == "error"]

    @property
    def slot_count(self) -> int:
        return sum(len(session.slots) for session in self.sessions)


def read(data: bytes, timezone: str = "") -> Programme:
    """The programme of a schedule.xml or schedule.json file.

    timezone   the zone of times that carry none, when the file does not name one (the event's own)

    Raises NotReadable when it is not such a file at all.
    """
    root = frab_json.read(data) if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else frab_xml.read(data)
    if root.name != "schedule":
        raise NotReadable(f"this is <{root.name}>, not a <schedule>", root.line)
    return _Reading(root, timezone).programme()


class _Reading:
    """One pass over a file: keeps what was seen (people, rooms, keys) and gathers the problems."""

    def __init__(self, root: Element, timezone: str) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self.people: dict[str, PersonRead] = {}
        self.rooms: dict[str, RoomRead] = {}
        self.tracks: dict[str, TrackRead] = {}
        self.sessions: dict[str, SessionRead] = {}
        self.slot_keys: set[str] = set()
        self.pages: dict[tuple[str, str], str] = {}
        self.conference_element = root.child("conference") or Element("conference", {}, root.line)
        self.zone = self._zone(timezone)
        self.day_change = self._day_change()

    def programme(self) -> Programme:
        conference = self._conference()
        for holder in (self.root.child("tracks"), self.conference_element.child("tracks"), self.conference_element):
            for track in holder.all("track") if holder else ():
                self._track(track.text.strip() or track.attributes.get("name", ""), track.attributes.get("slug", ""))
        for holder in (self.root.child("rooms"), self.conference_element.child("rooms")):
            for room in holder.all("room") if holder else ():
                self._room(room.attributes.get("name", "") or room.text.strip(), room)
        days = list(self.root.all("day"))
        if not days:
            raise NotReadable("there is no <day> in it", self.root.line)
        for day in days:
            for room in day.all("room"):
                name = self._room(room.attributes.get("name", ""), room)
                for event in room.all("event"):
                    self._event(event, day, name)
            for event in day.all("event"):  # a day without rooms
                self._event(event, day, "")
        return Programme(
            conference,
            list(self.tracks.values()),
            list(self.rooms.values()),
            list(self.sessions.values()),
            sorted(self.problems, key=lambda problem: problem.line),
        )

    def _problem(self, level: str, what: str, line: int, why: str) -> None:
        self.problems.append(Problem(level, what, line, why))

    def _zone(self, fallback: str) -> ZoneInfo:
        for element in (self.conference_element.child("time_zone_name"), self.root.child("time_zone_name")):
            if element is not None and element.text.strip():
                try:
                    return zone_named(element.text.strip())
                except UnknownZone:
                    why = f"“{element.text.strip()[:60]}” is no IANA time zone; {fallback or 'UTC'} is used"
                    self._problem("warning", "conference", element.line, why)
                    return zone_named(fallback or "UTC")
        if not fallback:
            self._problem("warning", "conference", self.conference_element.line, "it names no time zone; UTC is used")
        return zone_named(fallback or "UTC")

    def _day_change(self) -> tuple[int, int]:
        element = self.conference_element.child("day_change")
        if element is None or not element.text.strip():
            return (4, 0)
        try:
            minutes = frab_times.clock(element.text)
        except NotATime as error:
            self._problem("warning", "conference", element.line, f"day_change: {error}; 04:00 is used")
            return (4, 0)
        return divmod(minutes, 60)

    def _conference(self) -> Conference:
        element = self.conference_element
        title = clean(element.words("title"))
        if not title:
            self._problem("error", "conference", element.line, "it has no title")
        acronym = clean(element.words("acronym")) or slug(title)
        return Conference(
            acronym=acronym,
            title=title,
            subtitle=clean(element.words("subtitle")),
            venue=clean(element.words("venue")),
            city=clean(element.words("city")),
            starts_on=self._conference_day("start"),
            ends_on=self._conference_day("end"),
            timezone=self.zone.key,
        )

    def _conference_day(self, name: str) -> date | None:
        element = self.conference_element.child(name)
        if element is None or not element.text.strip():
            return None
        try:
            return frab_times.day(element.text, self.zone)
        except NotATime as error:
            self._problem("warning", "conference", element.line, f"{name}: {error}")
            return None

    def _track(self, name: str, given: str) -> str:
        name = clean(name)[:200]
        if not name:
            return ""
        if name not in self.tracks:
            wanted = slug(given) or slug(name) or "track"
            taken = {track.slug for track in self.tracks.values()}
            self.tracks[name] = TrackRead(free(wanted[:76], taken), name)
        return name

    def _room(self, name: str, element: Element) -> str:
        name = clean(name)[:120]
        if not name:
            return ""
        known = self.rooms.get(name)
        guid = _uuid(element.attributes.get("guid", "")) or (known.guid if known else None)
        capacity = _whole(element.attributes.get("capacity", ""))
        self.rooms[name] = RoomRead(name, guid, capacity or (known.capacity if known else None))
        return name

    def _person(self, element: Element) -> PersonRead | None:
        name = clean(element.text)[:200]
        if not name:
            return None
        guid = _uuid(element.attributes.get("guid", ""))
        identity = element.attributes.get("id", "").strip()
        code = element.attributes.get("code", "").strip()
        if guid:
            key = f"guid:{guid}"
        elif code:
            key = f"code:{code[:40]}"
        elif identity:
            key = f"id:{identity[:40]}"
        else:
            key = f"name:{slug(name)[:80] or name[:40]}"
        biography = clean_text(element.attributes.get("biography", ""))
        known = self.people.get(key)
        if known is None or (biography and not known.biography):
            known = PersonRead(key, known.name if known else name, guid, biography)
            self.people[key] = known
        return known

    def _event(self, element: Element, day: Element, room_name: str) -> None:
        title = clean(element.words("title"))
        what = f"session “{_short(title)}”" if title else "a session without a title"
        reasons = list(self._refusals(element, title))
        starts_at = ends_at = None
        try:
            starts_at, ends_at = frab_times.span(element, day, self.zone, self.day_change)
        except NotATime as error:
            reasons.append(str(error))
        for why in reasons:
            self._problem("error", what, element.line, why)
        if reasons or starts_at is None or ends_at is None:
            return
        room = self._room(element.words("room"), Element("room", {}, element.line)) or room_name
        if not room:
            self._problem("warning", what, element.line, "it has no room")
        session_key, slot_key = self._keys(element, title, what)
        if page := element.words("url"):
            # schedule.xml wants codes unique: a second time of a session is known by its page and title.
            session_key = self.pages.setdefault((page, title), session_key)
        known = self.sessions.get(session_key)
        if known is not None and known.title != title:
            why = f"it has the {_key_words(session_key)} of “{_short(known.title)}” (line {known.line})"
            self._problem("error", what, element.line, why)
            return
        slot = SlotRead(self._free_slot_key(slot_key), room, starts_at, ends_at, element.line)
        if known is not None:
            merged = _with_slot(known, slot)
            if merged is known:
                self._problem("warning", what, element.line, f"it stands in the file twice (line {known.line})")
            self.sessions[session_key] = merged
            return
        self.sessions[session_key] = self._session(element, title, what, session_key, slot)

    def _refusals(self, element: Element, title: str) -> Iterable[str]:
        if not title:
            yield "it has no title"
        elif len(title) > TITLE_LENGTH:
            yield f"its title has {len(title)} characters; {TITLE_LENGTH} is the most"
        for name in ("abstract", "description"):
            child = element.child(name)
            if child is not None and len(child.text) > TEXT_LENGTH:
                yield f"its {name} has {len(child.text):,} characters; {TEXT_LENGTH:,} is the most"
        guid = element.attributes.get("guid", "").strip()
        if guid and _uuid(guid) is None:
            yield f"“{guid[:60]}” is no guid"

    def _keys(self, element: Element, title: str, what: str) -> tuple[str, str]:
        """What finds this session, and this time of it, again in the next file."""
        guid = _uuid(element.attributes.get("guid", ""))
        code = element.attributes.get("code", "").strip().upper() or element.words("code").upper()
        identity = element.attributes.get("id", "").strip()
        by_code = f"code:{code}" if re.fullmatch(r"[A-Z0-9]{3,12}", code) else ""
        by_guid = f"guid:{guid}" if guid else ""
        if by_code:  # pretalx: several slots of one session share its code
            return by_code, by_guid or by_code
        if by_guid:
            return by_guid, by_guid
        address = element.words("slug") or element.words("url")
        if identity or address:
            key = f"id:{identity[:80]}" if identity else f"slug:{address[-180:]}"
        else:
            key = f"title:{slug(title)[:150] or title[:60]}"
            self._problem("warning", what, element.line, "it has no guid, id or slug; only its title finds it again")
        return key, key

    def _free_slot_key(self, wanted: str) -> str:
        key = free(wanted, self.slot_keys, "#")
        self.slot_keys.add(key)
        return key

    def _session(self, element: Element, title: str, what: str, key: str, slot: SlotRead) -> SessionRead:
        code = element.attributes.get("code", "").strip().upper() or element.words("code").upper()
        language = element.words("language").replace("_", "-")
        if len(language) > 12:
            self._problem("warning", what, element.line, f"“{language[:30]}” is no language code; left out")
            language = ""
        track = element.child("track")
        recording = element.child("recording")
        opted_out = recording.words("optout") if recording else element.words("do_not_record")
        people: dict[str, PersonRead] = {}
        for person in self._each(element, "persons", "person"):
            read_person = self._person(person)
            if read_person:
                people.setdefault(read_person.key, read_person)
        return SessionRead(
            key=key,
            guid=_uuid(element.attributes.get("guid", "")),
            code=code if re.fullmatch(r"[A-Z0-9]{6,12}", code) else "",
            line=element.line,
            title=title,
            subtitle=clean(element.words("subtitle"))[:TITLE_LENGTH],
            abstract=clean_text(element.words("abstract")),
            description=clean_text(element.words("description")),
            language=language,
            track=self._track(track.text.strip(), track.attributes.get("slug", "")) if track else "",
            type=clean(element.words("type"))[:200],
            do_not_record=opted_out.lower() in {"true", "1"},
            people=tuple(people.values()),
            links=self._addresses(element, "links", "link", what),
            attachments=self._addresses(element, "attachments", "attachment", what),
            slots=(slot,),
        )

    def _each(self, element: Element, holder: str, name: str) -> Iterable[Element]:
        for one in element.all(holder):
            yield from one.all(name)

    def _addresses(self, element: Element, holder: str, name: str, what: str) -> tuple[tuple[str, str], ...]:
        """(title, address) of links; only web and mail addresses pass."""
        found: dict[str, str] = {}
        for link in self._each(element, holder, name):
            address = (link.attributes.get("href") or link.attributes.get("url") or "").strip()
            if not address:
                continue
            if not re.match(r"(https?://|mailto:)[^\s]", address, re.IGNORECASE) or len(address) > 2000:
                self._problem("warning", what, link.line, f"the {name} “{address[:60]}” is no web address; left out")
                continue
            found.setdefault(address, clean(link.text)[:300] or address)
        return tuple((title, address) for address, title in found.items())


_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def clean_text(text: str) -> str:
    """Without control characters (a BEL would pass straight into calendars); lines are kept."""
    return _CONTROLS.sub("", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def clean(text: str) -> str:
    """One line: without control characters, runs of space made one."""
    return " ".join(_CONTROLS.sub("", text).split())


_FOLDED = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "æ": "ae", "å": "a"}


def slug(text: str) -> str:
    """Lower-case letters, digits and single dashes; accents folded away."""
    lowered = "".join(_FOLDED.get(letter, letter) for letter in text.lower())
    ascii_only = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")


def _with_slot(session: SessionRead, slot: SlotRead) -> SessionRead:
    """The session with one time more; itself when it has this very time and room already."""
    same = any(
        (known.room, known.starts_at, known.ends_at) == (slot.room, slot.starts_at, slot.ends_at)
        for known in session.slots
    )
    return session if same else replace(session, slots=(*session.slots, slot))


def free(wanted: str, taken: Container[str], mark: str = "-") -> str:
    """`wanted`, or with the first number that is not taken."""
    names = chain((wanted,), (f"{wanted}{mark}{n}" for n in count(2)))
    return next(name for name in names if name not in taken)


def _uuid(text: str) -> UUID | None:
    text = text.strip()
    if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text):
        return None
    return UUID(text)


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,7}", text.strip()) else None


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def _key_words(key: str) -> str:
    kind, _colon, value = key.partition(":")
    return f"{kind} {value}"
