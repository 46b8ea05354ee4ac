"""Who and what is needed twice at the same time. Pure: bookings in, conflicts out.

A conflict is an overlap of half-open spans: a session that ends at 10:00 and one that starts at 10:00 do not touch each
other. It is about a room, about a person in any role (a moderator cannot be in two rooms either), or about a room that
holds fewer people than a session seats. Spans are integers (seconds since 1970), so that a sweep over 2,792 sessions
takes a few milliseconds.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    ROOM = "room"
    PERSON = "person"
    CAPACITY = "capacity"


class Level(StrEnum):
    """block: cannot be published; warn: shown before publishing; ignore: somebody accepted it."""

    BLOCK = "block"
    WARN = "warn"
    IGNORE = "ignore"


Levels = Mapping[Kind, Level]
LEVELS: Levels = {Kind.ROOM: Level.BLOCK, Kind.PERSON: Level.WARN, Kind.CAPACITY: Level.WARN}


class Booking(NamedTuple):
    """One slot as the sweep sees it; a tuple, because thousands are made to be read once.

    start, end     the session itself; people are needed for it
    from_, until   with set-up and tear-down; rooms are needed for it
    rooms          ids of the physical, exclusive rooms
    people         ids of everybody in any role
    seats          how many the session seats, or None; room_for how many the rooms hold together, or None
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


@dataclass(frozen=True, slots=True)
class Conflict:
    """subject: the id of the room or person; one < other: slot ids (equal for capacity); start, end: the overlap."""

    kind: Kind
    level: Level
    one: int
    other: int
    subject: int
    start: int
    end: int


Pair = tuple[int, int, int]
"""An accepted overlap: the smaller slot id, the larger one, the room."""


def find(
    bookings: Iterable[Booking], accepted: frozenset[Pair] = frozenset(), levels: Levels = LEVELS
) -> list[Conflict]:
    """All conflicts of a programme, in order of time.

    accepted   room overlaps that somebody accepted; they are listed with level ignore
    levels     how serious each kind is
    """
    all_bookings = list(bookings)
    found: list[Conflict] = []
    for room, held in _by_room(all_bookings).items():
        for start, end, one, other in _overlaps(held):
            level = Level.IGNORE if (one, other, room) in accepted else levels[Kind.ROOM]
            found.append(Conflict(Kind.ROOM, level, one, other, room, start, end))
    for person, held in _by_person(all_bookings).items():
        for start, end, one, other in _overlaps(held):
            found.append(Conflict(Kind.PERSON, levels[Kind.PERSON], one, other, person, start, end))
    found += (conflict for booking in all_bookings for conflict in _capacity(booking, levels))
    found.sort(key=lambda conflict: (conflict.start, conflict.one, conflict.other, conflict.kind))
    return found


Held = tuple[int, int, int]
"""From, until, slot: sorts by time."""


def _by_room(bookings: list[Booking]) -> dict[int, list[Held]]:
    held: dict[int, list[Held]] = defaultdict(list)
    for booking in bookings:
        for room in booking.rooms:
            held[room].append((booking.from_, booking.until, booking.slot))
    return held


def _by_person(bookings: list[Booking]) -> dict[int, list[Held]]:
    held: dict[int, list[Held]] = defaultdict(list)
    for booking in bookings:
        for person in booking.people:
            held[person].append((booking.start, booking.end, booking.slot))
    return held


def _overlaps(held: list[Held]) -> Iterator[tuple[int, int, int, int]]:
    """Every overlapping pair of one room or person: start and end of the overlap, the two slots."""
    if len(held) < 2:
        return
    held.sort()
    running: list[Held] = []
    for span in held:
        start, end, slot = span
        running = [other for other in running if other[1] > start]
        for _start, other_end, other in running:
            if other != slot:
                yield start, min(end, other_end), min(slot, other), max(slot, other)
        running.append(span)


def _capacity(booking: Booking, levels: Levels) -> Iterator[Conflict]:
    if booking.seats is not None and booking.room_for is not None and booking.seats > booking.room_for:
        room = booking.rooms[0] if booking.rooms else 0
        yield Conflict(
            Kind.CAPACITY, levels[Kind.CAPACITY], booking.slot, booking.slot, room, booking.start, booking.end
        )


class Board:
    """A programme laid out for asking "what if": each question costs a few comparisons instead of a sweep."""

    def __init__(self, bookings: Iterable[Booking]) -> None:
        self.bookings = {booking.slot: booking for booking in bookings}
        self._rooms = _by_room(list(self.bookings.values()))
        self._people = _by_person(list(self.bookings.values()))
        self._longest = 0
        for held in (*self._rooms.values(), *self._people.values()):
            held.sort()
            self._longest = max(self._longest, *(until - from_ for from_, until, _slot in held))

    def clashes(
        self, booking: Booking, accepted: frozenset[Pair] = frozenset(), levels: Levels = LEVELS
    ) -> list[Conflict]:
        """What this slot would clash with if it lay so; its present place does not count."""
        found: list[Conflict] = []
        for room in booking.rooms:
            for start, end, other in self._beside(
                self._rooms.get(room, []), booking.slot, booking.from_, booking.until
            ):
                one, two = sorted((booking.slot, other))
                level = Level.IGNORE if (one, two, room) in accepted else levels[Kind.ROOM]
                found.append(Conflict(Kind.ROOM, level, one, two, room, start, end))
        for person in booking.people:
            for start, end, other in self._beside(
                self._people.get(person, []), booking.slot, booking.start, booking.end
            ):
                one, two = sorted((booking.slot, other))
                found.append(Conflict(Kind.PERSON, levels[Kind.PERSON], one, two, person, start, end))
        return [*found, *_capacity(booking, levels)]

    def move(self, booking: Booking) -> None:
        """Lay a slot elsewhere, or for the first time."""
        if old := self.bookings.pop(booking.slot, None):
            for room in old.rooms:
                self._rooms[room].remove((old.from_, old.until, old.slot))
            for person in old.people:
                self._people[person].remove((old.start, old.end, old.slot))
        self.bookings[booking.slot] = booking
        for room in booking.rooms:
            insort(self._rooms[room], (booking.from_, booking.until, booking.slot))
        for person in booking.people:
            insort(self._people[person], (booking.start, booking.end, booking.slot))
        self._longest = max(self._longest, booking.until - booking.from_)

    def _beside(self, held: list[Held], slot: int, start: int, end: int) -> Iterator[Held]:
        """Overlaps with a span: only what starts less than the longest span before it can reach into it."""
        for at in range(bisect_left(held, (start - self._longest, 0, 0)), len(held)):
            other_start, other_end, other = held[at]
            if other_start >= end:
                break
            if other_end > start and other != slot:
                yield max(start, other_start), min(end, other_end), other
