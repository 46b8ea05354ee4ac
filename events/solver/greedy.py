"""A first arrangement, quickly: whoever has the fewest places chooses first, and takes what costs least. Pure.

What the draft has already stays where it is, unless a rule speaks against it. A session that has no better place stays
there all the same, and whatever its overlap takes in is looked at again.
"""

from collections import Counter
from collections.abc import Callable

from events.solver.costs import Costs
from events.solver.layout import Layout
from events.solver.problem import At, Item

Go = Callable[[], bool]
"""Whether to go on: false when the time is over or somebody said stop."""


def arrange(costs: Costs, go: Go = lambda: True) -> list[Item]:
    """Place what can be placed; returns the items that stay where the draft has them although a rule speaks against it.

    Those that were in the tray and have no place are simply not in `layout.at`.
    """
    layout = costs.layout
    waiting = _as_they_lie(costs)
    load: Counter[int] = Counter(at.start for at in layout.at.values())
    stuck: list[Item] = []
    waiting.sort(key=lambda item: (item.now is None, places(layout, item), -item.length, abs(item.slot)))
    while waiting:
        item = waiting.pop(0)
        at = cheapest(costs, item, load) if go() else None
        if at is not None:
            costs.place(item, at)
            load[at.start] += 1
        elif item.now is not None:
            stuck.append(item)
            costs.settle(item, layout.problem.booking(item, item.now))
            displaced = [layout.items[slot] for slot in [*layout.at] if _clashes(costs, layout.items[slot], item)]
            for one in displaced:
                costs.take(one)
            waiting = displaced + waiting
    if stuck:
        costs.recount()
    return stuck


def _as_they_lie(costs: Costs) -> list[Item]:
    """Lay what may stay where it is; returns the rest, among them what has a time and waits for a room."""
    layout = costs.layout
    rest = []
    for item in layout.problem.items:
        if item.now is not None and not layout.roomless(item) and layout.may_lie(item, item.now):
            costs.place(item, item.now)
        else:
            rest.append(item)
    return rest


def _clashes(costs: Costs, one: Item, stuck: Item) -> bool:
    """Whether an item could not be laid again where it lies, now that another has settled over it."""
    layout = costs.layout
    booking, other = layout.bookings[one.slot], layout.bookings[stuck.slot]
    if not (booking.from_ < other.until and other.from_ < booking.until):
        return False
    at = layout.take(one.slot)
    assert at is not None
    free = layout.may_lie(one, at)
    layout.place(one, at)
    return not free


def places(layout: Layout, item: Item) -> int:
    """How many there are for it, whatever lies there."""
    return len(layout.open_starts(item)) * len(layout.fitting(item))


def cheapest(costs: Costs, item: Item, load: Counter[int]) -> At | None:
    """The free place that costs least; of equals the hour at which least lies, so that days fill evenly."""
    layout = costs.layout
    if item.now is None and layout.full(item):
        return None
    found: tuple[int, int, int] | None = None
    chosen: At | None = None
    for start in layout.times(item):
        of_time = costs.of_time(item, start)
        if found is not None and of_time > found[0]:
            continue
        for at in _somewhere(costs, item, start):
            price = (of_time + costs.of_where(item, at), load[start], start)
            if found is None or price < found:
                found, chosen = price, at
    return chosen


def _somewhere(costs: Costs, item: Item, start: int) -> list[At]:
    """Where it is now, when that is free; the best room; and, when the way there is too long, the best of each zone."""
    layout = costs.layout
    found: list[At] = []
    if item.now is not None and item.now.where in layout.fitting(item) and layout.free(item, start, item.now.where):
        found.append(At(start, item.now.where))
    zones: set[int | None] = set()
    hurry = True
    for where in layout.fitting(item):
        zone = layout.problem.wheres[where].zone
        if zone in zones or not layout.free(item, start, where):
            continue
        at = At(start, where)
        found.append(at)
        hurry = bool(costs.weights.walking and layout.hurries(item, at))
        if not hurry:
            break
        zones.add(zone)
    return found
