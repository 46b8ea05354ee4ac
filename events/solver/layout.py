"""An arrangement while it is worked on: what lies where, and where else something may lie. Pure.

What a room, a person or a resource is busy with is one large number, a bit a minute: whether a session may lie
somewhere is then one AND for each of them, where the conflict engine takes a few dozen comparisons. Spans are widened
to whole minutes, so nothing is let through that the engine would find; `checking` asks it about the result all the
same.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

from events.schedule.conflicts import Booking, Kind, Span, minutes_between
from events.solver.problem import At, Item, Problem, Start

MINUTE = 60
Busy = dict[int, int]
_How = Callable[[int, int], int]


class Layout:
    """The items of a problem that are placed, beside everything that is fixed."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.frame = problem.frame
        self.hard = problem.hard
        self.items = {item.slot: item for item in problem.items}
        self.at: dict[int, At] = {}
        self.bookings: dict[int, Booking] = {}
        starts = problem.starts
        self._base = min((one.at for one in starts), default=0) - 86400
        self._last = max((one.end for one in starts), default=0) + 86400
        self._kept = {kind: defaultdict[int, int](int) for kind in (Kind.ROOM, Kind.PERSON, Kind.RESOURCE)}
        self._moving = {kind: defaultdict[int, int](int) for kind in (Kind.ROOM, Kind.PERSON, Kind.RESOURCE)}
        self._closed: Busy = defaultdict(int)
        self._away: Busy = defaultdict(int)
        self._everywhere = 0
        self.filled: Counter[int] = Counter()
        self.by_person: dict[int, set[int]] = defaultdict(set)
        self._open: dict[int, tuple[Start, ...]] = {}
        self._fitting: dict[int, tuple[int, ...]] = {}
        self._lay_frame()
        for booking in problem.fixed:
            self.keep(booking)

    def _lay_frame(self) -> None:
        problem, hard = self.problem, self.hard
        for room, from_, until in problem.taken:
            self._closed[room] |= self.bits(from_, until)
        if Kind.BLOCK in hard:
            for block in problem.blocks:
                if not block.rooms:
                    self._everywhere |= self.bits(block.start, block.end)
                for room in block.rooms:
                    self._closed[room] |= self.bits(block.start, block.end)
        if Kind.CLOSED in hard:
            for room, spans in problem.open_rooms.items():
                self._closed[room] |= self._outside(spans)
        if Kind.AWAY in hard:
            for person, spans in problem.present.items():
                self._away[person] |= self._outside(spans)

    def bits(self, start: int, end: int) -> int:
        """The minutes of a span that this problem is about."""
        first = (max(start, self._base) - self._base) // MINUTE
        last = -((self._base - min(end, self._last)) // MINUTE)
        return ((1 << (last - first)) - 1) << first if last > first else 0

    def _outside(self, spans: Iterable[Span]) -> int:
        everything = self.bits(self._base, self._last)
        there = 0
        for start, end in spans:
            first = -((self._base - max(start, self._base)) // MINUTE)  # a minute that is only partly theirs is not
            last = (min(end, self._last) - self._base) // MINUTE
            there |= ((1 << (last - first)) - 1) << first if last > first else 0
        return everything & ~there

    def keep(self, booking: Booking) -> None:
        """Something that stays where it is."""
        self._count(booking, 1)
        self._mark(self._kept, booking, lambda held, bits: held | bits)

    def place(self, item: Item, at: At) -> None:
        """Lay an item where it may lie; elsewhere first, when it lies somewhere."""
        self.take(item.slot)
        booking = self.problem.booking(item, at)
        self.at[item.slot] = at
        self._count(booking, 1)
        self._mark(self._moving, booking, lambda held, bits: held | bits)

    def take(self, slot: int) -> At | None:
        """Take an item off; returns where it lay."""
        at = self.at.pop(slot, None)
        if at is not None:
            booking = self.bookings.pop(slot)
            self._count(booking, -1)
            self._mark(self._moving, booking, lambda held, bits: held & ~bits)
        return at

    def _count(self, booking: Booking, by: int) -> None:
        if booking.units:
            self.filled[booking.units[0]] += by
        if by > 0:
            self.bookings[booking.slot] = booking
        for person in booking.people:
            (self.by_person[person].add if by > 0 else self.by_person[person].discard)(booking.slot)

    def _mark(self, marks: dict[Kind, defaultdict[int, int]], booking: Booking, how: _How) -> None:
        taken, during = self.bits(booking.from_, booking.until), self.bits(booking.start, booking.end)
        for kind, subjects, bits in (
            (Kind.ROOM, booking.rooms, taken),
            (Kind.PERSON, booking.people, during),
            (Kind.RESOURCE, booking.resources, during),
        ):
            for subject in subjects:
                marks[kind][subject] = how(marks[kind][subject], bits)

    def _busy(self, kind: Kind, subject: int) -> int:
        return self._kept[kind].get(subject, 0) | self._moving[kind].get(subject, 0)

    def fitting(self, item: Item) -> tuple[int, ...]:
        """The places that suit it, the one with the fewest empty seats first; those nobody counted come last."""
        if item.slot not in self._fitting:
            problem = self.problem
            found = [one for one in problem.choices(item) if problem.fits(item, problem.wheres[one]) is None]
            found.sort(key=lambda one: (_size(problem.wheres[one].room_for(item.room_set)), one))
            self._fitting[item.slot] = tuple(found)
        return self._fitting[item.slot]

    def open_starts(self, item: Item) -> tuple[Start, ...]:
        """When it may begin whatever lies beside it: it ends in time, nobody is away, no block, not impossible."""
        if item.slot not in self._open:
            closed = self._everywhere
            during = 0
            for person in item.needs.people:
                during |= self._away.get(person, 0)
            for start, end in self._forbidden(item):
                during |= self.bits(start, end)
            self._open[item.slot] = tuple(
                one
                for one in self.problem.starts
                if one.at + item.length <= one.end
                and not during & self.bits(one.at, one.at + item.length)
                and not closed & self.bits(one.at - item.setup, one.at + item.length + item.teardown)
            )
        return self._open[item.slot]

    def _forbidden(self, item: Item) -> Iterator[Span]:
        if Kind.IMPOSSIBLE in self.hard:
            yield from item.needs.impossible
        if Kind.PROTECTED in self.hard:
            for unit in item.needs.units:
                yield from ((one.start, one.end) for one in self.problem.protected.get(unit, ()))

    def times(self, item: Item) -> list[int]:
        """When it may begin beside what lies now: nobody and nothing that it needs is needed elsewhere then."""
        during = 0
        if Kind.PERSON in self.hard:
            for person in item.needs.people:
                during |= self._busy(Kind.PERSON, person)
        if Kind.RESOURCE in self.hard:
            for resource in item.needs.resources:
                during |= self._busy(Kind.RESOURCE, resource)
        return [
            one.at
            for one in self.open_starts(item)
            if not during & self.bits(one.at, one.at + item.length)
            and not (Kind.TOPIC in self.hard and self._shares_topic(item, one.at))
        ]

    def _shares_topic(self, item: Item, start: int) -> bool:
        topics, end = set(item.needs.topics), start + item.length
        return bool(topics) and any(
            one.start < end and start < one.end and one.session != item.needs.session
            for one in self.bookings.values()
            if not topics.isdisjoint(one.topics)
        )

    def free(self, item: Item, start: int, where: int) -> bool:
        """Whether a place is free then, and (where walking blocks) can be reached."""
        bits = self.bits(start - item.setup, start + item.length + item.teardown)
        for part in self.problem.wheres[where].parts:
            if bits & (self._closed.get(part, 0) | (self._busy(Kind.ROOM, part) if Kind.ROOM in self.hard else 0)):
                return False
        return Kind.WALK not in self.hard or not self.hurries(item, At(start, where))

    def hurries(self, item: Item, at: At) -> int:
        """How often somebody would come too late, for the walk from what lies before or to what comes after."""
        zone, walks = self.problem.wheres[at.where].zone, self.frame.walks
        if zone is None or not walks:
            return 0
        end = at.start + item.length
        found = 0
        for person in item.needs.people:
            for slot in self.by_person.get(person, ()):
                other = self.bookings[slot]
                if slot == item.slot or other.zone is None or other.zone == zone:
                    continue
                gap = other.start - end if other.start >= at.start else at.start - other.end
                found += 0 <= gap < minutes_between(self.frame, zone, other.zone) * 60
        return found

    def roomless(self, item: Item) -> bool:
        """Whether it has a time in the draft and no room, where there are rooms."""
        wheres = self.problem.wheres
        return item.now is not None and not wheres[item.now.where].rooms and any(one.rooms for one in wheres)

    def full(self, item: Item) -> bool:
        """Whether its unit has filled all its slots."""
        unit = item.needs.units[0] if item.needs.units else 0
        return Kind.BUDGET in self.hard and unit in self.frame.budgets and self.filled[unit] >= self.frame.budgets[unit]

    def may_lie(self, item: Item, at: At) -> bool:
        """Whether it could lie so, off the grid of starts too: what it has now need not begin at one of them."""
        during = 0
        for person in item.needs.people:
            during |= self._away.get(person, 0)
            during |= self._busy(Kind.PERSON, person) if Kind.PERSON in self.hard else 0
        for resource in item.needs.resources if Kind.RESOURCE in self.hard else ():
            during |= self._busy(Kind.RESOURCE, resource)
        for start, end in self._forbidden(item):
            during |= self.bits(start, end)
        taken = self.bits(at.start - item.setup, at.start + item.length + item.teardown)
        return (
            not during & self.bits(at.start, at.start + item.length)
            and not taken & self._everywhere
            and self.problem.fits(item, self.problem.wheres[at.where]) is None
            and self.free(item, at.start, at.where)
            and not (Kind.TOPIC in self.hard and self._shares_topic(item, at.start))
        )


def _size(holds: int | None) -> int:
    return 1_000_000_000 if holds is None else holds
