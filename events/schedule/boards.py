"""A programme laid out for asking "what if": a question about one slot costs a few comparisons, not a sweep. Pure."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from events.schedule import conflicts
from events.schedule.conflicts import EMPTY, Booking, Conflict, Frame, Held, Kind, Level


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A time at which a slot had better not lie, wherever its room.

    other   the slot that is in the way, or 0
    """

    kind: Kind
    level: Level
    subject: int
    other: int
    start: int
    end: int


_PAIRED = (Kind.PERSON, Kind.RESOURCE, Kind.TOPIC)
_FIELDS = {Kind.PERSON: "people", Kind.RESOURCE: "resources", Kind.TOPIC: "topics"}


class Board:
    """The bookings of an event by what they need, each list in order of time."""

    def __init__(self, bookings: Iterable[Booking], frame: Frame = EMPTY) -> None:
        self.frame = frame
        self.bookings = {booking.slot: booking for booking in bookings}
        placed = list(self.bookings.values())
        self._held: dict[Kind, dict[int, list[Held]]] = {Kind.ROOM: conflicts.by_room(placed)} | {
            kind: conflicts.by(placed, _FIELDS[kind]) for kind in _PAIRED
        }
        self._longest = 0
        for held_by in self._held.values():
            for held in held_by.values():
                held.sort()
                self._longest = max(self._longest, *(until - from_ for from_, until, _slot in held))
        self._filled: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for booking in placed:
            if booking.units:
                self._filled[booking.units[0]].append((booking.start, booking.slot))
        for slots in self._filled.values():
            slots.sort()

    def clashes(self, booking: Booking) -> list[Conflict]:
        """What is wrong with this slot if it lay so; its present place does not count."""
        found = list(conflicts.alone(booking, self.frame))
        for kind, subject, start, end, other in self._beside(booking):
            one, two = sorted((booking.slot, other))
            found.append(Conflict(kind, self.frame.level(kind, one, two, subject), one, two, subject, start, end))
        found += self._walks(booking)
        found += self._budget(booking)
        return found

    def obstacles(self, booking: Booking) -> list[Obstacle]:
        """When this slot should not lie, in whatever room: for shading a timetable while it is dragged.

        What only a room decides (it is taken, closed, too small) is not in here.
        """
        found = [
            Obstacle(kind, self.frame.levels.get(kind, Level.WARN), subject, other, start, end)
            for kind in _PAIRED
            for subject in getattr(booking, _FIELDS[kind])
            for start, end, other in self._held[kind].get(subject, ())
            if other != booking.slot and self._counts(kind, booking, other)
        ]

        def told(kind: Kind, subject: int, start: int, end: int) -> Obstacle:
            return Obstacle(kind, self.frame.levels.get(kind, Level.WARN), subject, 0, start, end)

        found += (told(Kind.BLOCK, one.id, one.start, one.end) for one in self.frame.blocks if not one.rooms)
        for unit in booking.units:
            found += (told(Kind.PROTECTED, one.id, one.start, one.end) for one in self.frame.protected.get(unit, ()))
        found += (told(Kind.IMPOSSIBLE, 0, start, end) for start, end in booking.impossible)
        for person in booking.people:
            found += (told(Kind.AWAY, person, start, end) for start, end in _gaps(self.frame.present.get(person)))
        return found

    def move(self, booking: Booking) -> None:
        """Lay a slot elsewhere, or for the first time."""
        self.take(booking.slot)
        self.bookings[booking.slot] = booking
        for room in booking.rooms:
            insort(self._held[Kind.ROOM][room], (booking.from_, booking.until, booking.slot))
        for kind in _PAIRED:
            for subject in getattr(booking, _FIELDS[kind]):
                insort(self._held[kind][subject], (booking.start, booking.end, booking.slot))
        if booking.units:
            insort(self._filled[booking.units[0]], (booking.start, booking.slot))
        self._longest = max(self._longest, booking.until - booking.from_)

    def take(self, slot: int) -> Booking | None:
        """Take a slot off the board; returns how it lay."""
        old = self.bookings.pop(slot, None)
        if old is None:
            return None
        for room in old.rooms:
            self._held[Kind.ROOM][room].remove((old.from_, old.until, old.slot))
        for kind in _PAIRED:
            for subject in getattr(old, _FIELDS[kind]):
                self._held[kind][subject].remove((old.start, old.end, old.slot))
        if old.units:
            self._filled[old.units[0]].remove((old.start, old.slot))
        return old

    def _beside(self, booking: Booking) -> Iterator[tuple[Kind, int, int, int, int]]:
        for room in booking.rooms:
            for start, end, other in self._overlapping(Kind.ROOM, room, booking.slot, booking.from_, booking.until):
                yield Kind.ROOM, room, start, end, other
        for kind in _PAIRED:
            for subject in getattr(booking, _FIELDS[kind]):
                for start, end, other in self._overlapping(kind, subject, booking.slot, booking.start, booking.end):
                    if self._counts(kind, booking, other):
                        yield kind, subject, start, end, other

    def _counts(self, kind: Kind, booking: Booking, other: int) -> bool:
        """The second time of the same session takes no audience away."""
        return kind is not Kind.TOPIC or self.bookings[other].session != booking.session

    def _overlapping(self, kind: Kind, subject: int, slot: int, start: int, end: int) -> Iterator[Held]:
        """Overlaps with a span: only what starts less than the longest span before it can reach into it."""
        held = self._held[kind].get(subject, ())
        for at in range(bisect_left(held, (start - self._longest, 0, 0)), len(held)):
            other_start, other_end, other = held[at]
            if other_start >= end:
                break
            if other_end > start and other != slot:
                yield max(start, other_start), min(end, other_end), other

    def _walks(self, booking: Booking) -> Iterator[Conflict]:
        if not self.frame.walks or booking.zone is None:
            return
        for person in booking.people:
            for _start, _end, slot in self._held[Kind.PERSON].get(person, ()):
                other = self.bookings[slot]
                if slot == booking.slot:
                    continue
                first, then = (booking, other) if _first(booking, other) else (other, booking)
                if conflict := conflicts.walk(person, first, then, self.frame):
                    yield conflict

    def _budget(self, booking: Booking) -> Iterator[Conflict]:
        if not booking.units or booking.units[0] not in self.frame.budgets:
            return
        unit = booking.units[0]
        place = (booking.start, booking.slot)
        earlier = [one for one in self._filled.get(unit, ()) if one < place and one[1] != booking.slot]
        if len(earlier) >= self.frame.budgets[unit]:
            level = self.frame.level(Kind.BUDGET, booking.slot, booking.slot, unit)
            yield Conflict(Kind.BUDGET, level, booking.slot, booking.slot, unit, booking.start, booking.end)


def _first(one: Booking, other: Booking) -> bool:
    return (one.start, one.slot) < (other.start, other.slot)


_EVER = 1 << 40


def _gaps(spans: tuple[tuple[int, int], ...] | None) -> Iterator[tuple[int, int]]:
    """The times between spans, and before and after them; none when there are no spans."""
    if spans is None:
        return
    free = -_EVER
    for start, end in spans:
        if start > free:
            yield free, start
        free = max(free, end)
    yield free, _EVER
