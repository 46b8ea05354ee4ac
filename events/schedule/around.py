"""What a reader of one session finds around it: before and after it in its room, and beside it everywhere. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # snapshots keeps one of these for a programme
    from events.schedule.snapshots import Placed, SlotView

LONG = timedelta(hours=14)
"""What lasts longer has no place among hours: it stands above the grid, on every day it runs, and is beside nothing."""
_NEAR = timedelta(hours=12)
"""What is further away is not around: another day's."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Around one slot: what its room has before and after, and what runs beside it, in order of the rooms."""

    before: "Placed | None"
    after: "Placed | None"
    beside: "tuple[Placed, ...]"


class Around:
    """A programme's slots by time and by room, so that a page looks at those of its hours and not at all of them."""

    def __init__(self, placed: "Iterable[Placed]", rooms: Iterable[int]) -> None:
        """rooms: ids in the order they are shown. What is cancelled is around nothing."""
        self._place: Mapping[int, int] = {room: n for n, room in enumerate(rooms)}
        self._in_room: dict[int, list[tuple[int, Placed]]] = {}
        live = [(n, one) for n, one in enumerate(placed) if not one.session.cancelled]
        for n, one in live:
            for room in one.slot.rooms:
                self._in_room.setdefault(room, []).append((n, one))
        short = [one for _n, one in live if one.slot.ends_at - one.slot.starts_at <= LONG]
        short.sort(key=lambda one: one.slot.starts_at)
        self._short = short
        self._starts = [one.slot.starts_at for one in short]

    def of(self, slot: "SlotView") -> Neighbours:
        before, after = self._in_its_rooms(slot)
        return Neighbours(before, after, self._beside(slot))

    def _beside(self, slot: "SlotView") -> "tuple[Placed, ...]":
        """Half-open: what touches is not beside."""
        first = bisect_left(self._starts, slot.starts_at - LONG)
        last = bisect_left(self._starts, slot.ends_at)
        found = [one for one in self._short[first:last] if one.slot.ends_at > slot.starts_at and one.slot.id != slot.id]
        found.sort(key=lambda one: (self._place.get(one.slot.rooms[0], 0) if one.slot.rooms else 0, one.slot.id))
        return tuple(found)

    def _in_its_rooms(self, slot: "SlotView") -> "tuple[Placed | None, Placed | None]":
        """Of several that end or start in the same moment, the first of the programme."""
        same = {n: one for room in slot.rooms for n, one in self._in_room.get(room, ()) if one.slot.id != slot.id}
        others = [one for _n, one in sorted(same.items(), key=lambda pair: pair[0])]
        before = max(
            (one for one in others if slot.starts_at - _NEAR <= one.slot.ends_at <= slot.starts_at),
            key=_ends_at,
            default=None,
        )
        after = min(
            (one for one in others if slot.ends_at <= one.slot.starts_at <= slot.ends_at + _NEAR),
            key=_starts_at,
            default=None,
        )
        return before, after


def _starts_at(one: "Placed") -> datetime:
    return one.slot.starts_at


def _ends_at(one: "Placed") -> datetime:
    return one.slot.ends_at
