"""What an arrangement costs, by an organizer's weights. Pure.

A session without a place costs UNPLACED. Of the rest each is a small whole number times its weight: a pair of sessions
at once that share a topic or a unit, a person who would come too late, seats left empty (0 to 5), a time or a room that
is another than in the draft, a time that the unit would not like. A pair counts once.
"""

from collections import defaultdict
from collections.abc import Iterable

from events.schedule.conflicts import Booking, Kind
from events.solver.layout import Layout
from events.solver.problem import At, Item
from events.solver.weights import NAMES

UNPLACED = 100_000
TOPIC, WALK, SPREAD, OTHER_TIME, OTHER_ROOM, WISH = 10, 10, 2, 3, 1, 5
DAY = 86400


class Costs:
    """Counts beside a layout; `place` and `take` here, so that both stay the same."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.problem = layout.problem
        self.weights = layout.problem.weights
        self._groups: dict[tuple[Kind, int], dict[int, dict[int, Booking]]] = defaultdict(lambda: defaultdict(dict))
        for booking in layout.bookings.values():
            self._enter(booking)
        self._waiting = len(layout.items)
        self.total = UNPLACED * self._waiting

    def place(self, item: Item, at: At) -> None:
        """Lay an item that lies nowhere."""
        self.total += self.of(item, at) - UNPLACED
        self.layout.place(item, at)
        self._enter(self.layout.bookings[item.slot])

    def take(self, item: Item) -> At | None:
        """Take it off; returns where it lay."""
        booking = self.layout.bookings.get(item.slot)
        at = self.layout.take(item.slot)
        if at is not None and booking is not None:
            for group, day in _keys(booking):
                self._groups[group][day].pop(booking.slot)
            self.total += UNPLACED - self.of(item, at)
        return at

    def settle(self, item: Item, booking: Booking) -> None:
        """It stays where the draft has it, and is no longer one of those to be placed. `recount` after the last one."""
        self._waiting -= 1
        self.layout.keep(booking)
        self._enter(booking)

    def recount(self) -> None:
        """The total anew: beside what has settled since, the others cost more than when they were laid."""
        lying = {slot: at for slot in [*self.layout.at] if (at := self.take(self.layout.items[slot])) is not None}
        self.total = UNPLACED * self._waiting
        for slot, at in lying.items():
            self.place(self.layout.items[slot], at)

    def _enter(self, booking: Booking) -> None:
        for group, day in _keys(booking):
            self._groups[group][day][booking.slot] = booking

    def of(self, item: Item, at: At) -> int:
        """What this place costs for an item that lies nowhere, beside everything that lies."""
        return self.of_time(item, at.start) + self.of_where(item, at)

    def of_time(self, item: Item, start: int) -> int:
        """The part that only the time decides."""
        return sum(self._by_time(item, start).values())

    def of_where(self, item: Item, at: At) -> int:
        """The part that the place decides as well."""
        return sum(self._by_where(item, at).values())

    def parts(self, item: Item, at: At) -> dict[str, int]:
        """All of it, by the names of the weights."""
        time, where = self._by_time(item, at.start), self._by_where(item, at)
        return {name: time.get(name, 0) + where.get(name, 0) for name in NAMES}

    def _by_time(self, item: Item, start: int) -> dict[str, int]:
        weights, found = self.weights, {}
        end = start + item.length
        if weights.topics and item.needs.topics:
            pairs = sum(self._beside((Kind.TOPIC, topic), item, start, end) for topic in item.needs.topics)
            found["topics"] = weights.topics * TOPIC * pairs
        if weights.spread and item.needs.units:
            pairs = self._beside((Kind.BUDGET, item.needs.units[0]), item, start, end)
            found["spread"] = weights.spread * SPREAD * pairs
        if item.now is not None and item.now.start != start:
            found["stay"] = weights.stay * OTHER_TIME
        if item.preferred and not any(first <= start and end <= last for first, last in item.preferred):
            found["wishes"] = weights.wishes * WISH
        return found

    def _by_where(self, item: Item, at: At) -> dict[str, int]:
        weights, found = self.weights, {}
        if weights.walking:
            found["walking"] = weights.walking * WALK * self.layout.hurries(item, at)
        if weights.fit:
            found["fit"] = weights.fit * self.empty_seats(item, at.where)
        if item.now is not None and item.now.where != at.where and self.problem.wheres[item.now.where].rooms:
            found["stay"] = weights.stay * OTHER_ROOM
        return found

    def empty_seats(self, item: Item, where: int) -> int:
        """0 for a room that is full, 5 for one that is nearly empty."""
        seats, holds = item.needs.seats, self.problem.wheres[where].room_for(item.room_set)
        return 0 if seats is None or not holds else max(0, holds - seats) * 5 // holds

    def _beside(self, group: tuple[Kind, int], item: Item, start: int, end: int) -> int:
        days = self._groups.get(group)
        if days is None:
            return 0
        session = item.needs.session
        return sum(
            1
            for day in range(start // DAY, (end - 1) // DAY + 1)
            for one in days.get(day, {}).values()
            if one.start < end and start < one.end and one.session != session and max(one.start, start) // DAY == day
        )


def _keys(booking: Booking) -> Iterable[tuple[tuple[Kind, int], int]]:
    for day in range(booking.start // DAY, (booking.end - 1) // DAY + 1):
        for topic in booking.topics:
            yield (Kind.TOPIC, topic), day
        if booking.units:
            yield (Kind.BUDGET, booking.units[0]), day


def shared(one: Item, other: Item, costs: Costs) -> int:
    """What a pair costs when both are at once."""
    if one.needs.session == other.needs.session:
        return 0
    weights, found = costs.weights, 0
    if weights.topics:
        found += weights.topics * TOPIC * len(set(one.needs.topics) & set(other.needs.topics))
    if weights.spread and one.needs.units and one.needs.units[:1] == other.needs.units[:1]:
        found += weights.spread * SPREAD
    return found
