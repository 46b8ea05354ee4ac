"""What is wrong with a programme as it lies. Pure: bookings and their frame in, conflicts out.

Somebody or something is needed twice at the same time (a room, a person in any role, a bookable resource), cannot be
there (a person who is away, a closed room, a block, a unit's protected time, a time a unit said it cannot have), does
not fit (too many people, a set the room has not), is more than was agreed (a unit's budget), cannot be reached in time
(walking), or takes another session's audience away (a shared topic).

Every span is half-open: a session that ends at 10:00 and one that starts at 10:00 do not touch each other. Spans are
integers (seconds since 1970, so midnight and clocks that change are no matter), and a sweep over 2,792 sessions takes
a few milliseconds. `boards` asks the same questions about one slot that is being moved.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple
from zlib import crc32


class Kind(StrEnum):
    ROOM = "room"
    PERSON = "person"
    RESOURCE = "resource"
    CAPACITY = "capacity"
    SET = "set"
    CLOSED = "closed"
    AWAY = "away"
    BLOCK = "block"
    PROTECTED = "protected"
    IMPOSSIBLE = "impossible"
    BUDGET = "budget"
    WALK = "walk"
    TOPIC = "topic"


class Level(StrEnum):
    """block: cannot be published; warn: shown before publishing; ignore: accepted by somebody, or no matter here."""

    BLOCK = "block"
    WARN = "warn"
    IGNORE = "ignore"


LEVELS: Mapping[Kind, Level] = dict.fromkeys(Kind, Level.WARN) | {Kind.ROOM: Level.BLOCK}
"""How serious each kind is where an event has not said otherwise."""

Span = tuple[int, int]


class Booking(NamedTuple):
    """One slot as the sweep sees it; a tuple, because thousands are made to be read once.

    start, end     the session itself; people and resources are needed for it
    from_, until   with set-up and tear-down; rooms are needed for it
    rooms          ids of the physical, exclusive rooms
    people         ids of everybody in any role
    seats          how many people it is for, or None; room_for: how many its rooms hold, set as asked, or None
    unset          a room it is in cannot be set as it asks
    resources      ids of bookable resources; topics: numbers that equal topics share
    units          the owner first, then sponsors
    zone           where its rooms are, or None
    impossible     times its unit said it cannot have
    """

    slot: int
    session: int
    start: int
    end: int
    from_: int
    until: int
    rooms: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    seats: int | None = None
    room_for: int | None = None
    unset: bool = False
    resources: tuple[int, ...] = ()
    topics: tuple[int, ...] = ()
    units: tuple[int, ...] = ()
    zone: int | None = None
    impossible: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Closure:
    """A block or break, or a unit's protected time. rooms: the physical rooms it is about, empty for all of them."""

    id: int
    start: int
    end: int
    rooms: frozenset[int] = frozenset()


def topic_number(topic: str) -> int:
    """A number that stays the same for a topic, however its letters are cased."""
    return crc32(topic.casefold().encode())


Accepted = tuple[Kind, int, int, int]
"""What somebody lets stand: kind, the smaller slot, the larger one, and the subject, as in `Conflict`."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a programme has to fit into.

    open_rooms, present   when a room is open and a person is there; who is not named always is
    protected             by unit
    budgets               how many slots a unit may fill
    walks                 minutes between two zones, the smaller id first; none for a pair that nobody measured
    """

    blocks: tuple[Closure, ...] = ()
    protected: Mapping[int, tuple[Closure, ...]] = field(default_factory=dict)
    open_rooms: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    present: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    budgets: Mapping[int, int] = field(default_factory=dict)
    walks: Mapping[tuple[int, int], int] = field(default_factory=dict)
    accepted: frozenset[Accepted] = frozenset()
    levels: Mapping[Kind, Level] = field(default_factory=lambda: LEVELS)

    def level(self, kind: Kind, one: int, other: int, subject: int) -> Level:
        if self.accepted and (kind, one, other, subject) in self.accepted:
            return Level.IGNORE
        return self.levels.get(kind, Level.WARN)


EMPTY = Frame()


@dataclass(frozen=True, slots=True)
class Conflict:
    """One finding.

    one, other   slot ids, one < other; equal when it is about a single slot
    subject      what it is about: the id of a room (room, capacity, set, closed), person (person, away, walk),
                 resource, closure (block, protected), unit (budget), a topic's number; 0 for impossible
    start, end   the overlap; for walk the time there is between the two
    """

    kind: Kind
    level: Level
    one: int
    other: int
    subject: int
    start: int
    end: int

    @property
    def key(self) -> Accepted:
        """What it is known by when somebody lets it stand."""
        return self.kind, self.one, self.other, self.subject


def find(bookings: Iterable[Booking], frame: Frame = EMPTY) -> list[Conflict]:
    """All conflicts of a programme, in order of time."""
    placed = list(bookings)
    found = [conflict for booking in placed for conflict in alone(booking, frame)]
    for kind, held_by in ((Kind.ROOM, by_room(placed)), (Kind.PERSON, by_person(placed))):
        found += _twice(kind, held_by, frame)
    found += _twice(Kind.RESOURCE, by(placed, "resources"), frame)
    sessions = {booking.slot: booking.session for booking in placed}
    for one in _twice(Kind.TOPIC, by(placed, "topics"), frame):
        if sessions[one.one] != sessions[one.other]:
            found.append(one)
    found += _too_far(placed, frame)
    found += _over_budget(placed, frame)
    found.sort(key=in_time)
    return found


def in_time(conflict: Conflict) -> tuple[int, int, int, str, int]:
    return conflict.start, conflict.one, conflict.other, conflict.kind, conflict.subject


Held = tuple[int, int, int]
"""From, until, slot: sorts by time."""


def by_room(bookings: Iterable[Booking]) -> dict[int, list[Held]]:
    held: dict[int, list[Held]] = defaultdict(list)
    for booking in bookings:
        for room in booking.rooms:
            held[room].append((booking.from_, booking.until, booking.slot))
    return held


def by_person(bookings: Iterable[Booking]) -> dict[int, list[Held]]:
    return by(bookings, "people")


def by(bookings: Iterable[Booking], what: str) -> dict[int, list[Held]]:
    held: dict[int, list[Held]] = defaultdict(list)
    for booking in bookings:
        for one in getattr(booking, what):
            held[one].append((booking.start, booking.end, booking.slot))
    return held


def _twice(kind: Kind, held_by: Mapping[int, list[Held]], frame: Frame) -> Iterator[Conflict]:
    for subject, held in held_by.items():
        for start, end, one, other in _overlaps(held):
            yield Conflict(kind, frame.level(kind, one, other, subject), one, other, subject, start, end)


def _overlaps(held: list[Held]) -> Iterator[tuple[int, int, int, int]]:
    """Every overlapping pair of one room or person: start and end of the overlap, the two slots."""
    if len(held) < 2:
        return
    held.sort()
    running: list[Held] = []
    latest = held[0][0]
    for span in held:
        start, end, slot = span
        if start >= latest:  # as nearly always: nothing runs any more
            running, latest = [span], end
            continue
        latest = max(latest, end)
        running = [other for other in running if other[1] > start]
        for _start, other_end, other in running:
            if other != slot:
                yield start, min(end, other_end), min(slot, other), max(slot, other)
        running.append(span)


def alone(booking: Booking, frame: Frame) -> Iterator[Conflict]:
    """What is wrong with one slot whatever lies beside it, its unit's budget apart."""
    slot, room = booking.slot, booking.rooms[0] if booking.rooms else 0

    def told(kind: Kind, subject: int, start: int, end: int) -> Conflict:
        return Conflict(kind, frame.level(kind, slot, slot, subject), slot, slot, subject, start, end)

    if booking.seats is not None and booking.room_for is not None and booking.seats > booking.room_for:
        yield told(Kind.CAPACITY, room, booking.start, booking.end)
    if booking.unset:
        yield told(Kind.SET, room, booking.start, booking.end)
    for room in booking.rooms if frame.open_rooms else ():
        if room in frame.open_rooms and not _within(booking.from_, booking.until, frame.open_rooms[room]):
            yield told(Kind.CLOSED, room, booking.from_, booking.until)
    for person in booking.people if frame.present else ():
        if person in frame.present and not _within(booking.start, booking.end, frame.present[person]):
            yield told(Kind.AWAY, person, booking.start, booking.end)
    for block in frame.blocks:
        if block.start < booking.until and booking.from_ < block.end and _concerns(block, booking):
            yield told(Kind.BLOCK, block.id, max(block.start, booking.from_), min(block.end, booking.until))
    for unit in booking.units if frame.protected else ():
        for closure in frame.protected.get(unit, ()):
            if closure.start < booking.end and booking.start < closure.end:
                start, end = max(closure.start, booking.start), min(closure.end, booking.end)
                yield told(Kind.PROTECTED, closure.id, start, end)
    for start, end in booking.impossible:
        if start < booking.end and booking.start < end:
            yield told(Kind.IMPOSSIBLE, 0, max(start, booking.start), min(end, booking.end))


def _concerns(block: Closure, booking: Booking) -> bool:
    return not block.rooms or not block.rooms.isdisjoint(booking.rooms)


def _within(start: int, end: int, spans: Iterable[Span]) -> bool:
    """Whether one of the spans, or several that touch or overlap, hold all of it. The spans are in order."""
    for first, last in spans:
        if first <= start < last:
            start = last
        if start >= end:
            return True
    return False


def minutes_between(frame: Frame, one: int | None, other: int | None) -> int:
    if one is None or other is None or one == other:
        return 0
    return frame.walks.get((one, other) if one < other else (other, one), 0)


def _too_far(bookings: list[Booking], frame: Frame) -> Iterator[Conflict]:
    """A person's next session in another zone begins before they can have walked there."""
    if not frame.walks:
        return
    longest = max(frame.walks.values()) * 60
    places: dict[int, list[tuple[int, int, Booking]]] = defaultdict(list)
    for booking in bookings:
        if booking.zone is not None:
            for person in booking.people:
                places[person].append((booking.start, booking.slot, booking))
    for person, visited in places.items():
        if len(visited) < 2:
            continue
        visited.sort()
        for at, (_start, _slot, first) in enumerate(visited):
            for _start, _slot, then in visited[at + 1 :]:
                if then.start - first.end >= longest:
                    break
                if conflict := walk(person, first, then, frame):
                    yield conflict


def walk(person: int, first: Booking, then: Booking, frame: Frame) -> Conflict | None:
    """The conflict of going from one to the other, when there is one; an overlap is a conflict of its own."""
    gap = then.start - first.end
    if not 0 <= gap < minutes_between(frame, first.zone, then.zone) * 60:
        return None
    one, other = sorted((first.slot, then.slot))
    return Conflict(Kind.WALK, frame.level(Kind.WALK, one, other, person), one, other, person, first.end, then.start)


def _over_budget(bookings: list[Booking], frame: Frame) -> Iterator[Conflict]:
    """Every slot of a unit beyond what it may fill, the latest ones."""
    if not frame.budgets:
        return
    filled: dict[int, list[Booking]] = defaultdict(list)
    for booking in bookings:
        if booking.units and booking.units[0] in frame.budgets:
            filled[booking.units[0]].append(booking)
    for unit, slots in filled.items():
        slots.sort(key=lambda booking: (booking.start, booking.slot))
        for beyond in slots[frame.budgets[unit] :]:
            level = frame.level(Kind.BUDGET, beyond.slot, beyond.slot, unit)
            yield Conflict(Kind.BUDGET, level, beyond.slot, beyond.slot, unit, beyond.start, beyond.end)
