"""A schedule as days, and a day as a column of cards: what clashes stands side by side, gaps are said. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from events.agenda.queries import Item

SHORTEST_GAP = timedelta(minutes=30)
"""Less is the way to the next room."""


@dataclass(frozen=True, slots=True)
class Card:
    """An item, and the others of the same reader that overlap it."""

    item: Item
    clashes: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Cards side by side, because each overlaps another of them; mostly one.

    gap   free minutes since the block before, on the same day; 0 when there is nothing to say
    """

    cards: tuple[Card, ...]
    gap: int = 0

    @property
    def clashes(self) -> bool:
        return any(card.clashes for card in self.cards)


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    zone: str
    blocks: tuple[Block, ...] = field(default=())

    @property
    def sessions(self) -> int:
        return sum(card.item.on for block in self.blocks for card in block.cards)

    @property
    def clashes(self) -> int:
        return sum(block.clashes for block in self.blocks)


def overlap(one: Item, other: Item) -> bool:
    """Half-open: what ends when the other begins does not clash. What is cancelled clashes with nothing."""
    return one.on and other.on and one.starts_at < other.ends_at and other.starts_at < one.ends_at


def days(items: Iterable[Item]) -> list[Day]:
    """Each item stands on the day it begins, in its own event's zone."""
    found: dict[date, list[Item]] = {}
    for item in sorted(items, key=lambda item: (item.starts_at, item.ends_at, item.code)):
        found.setdefault(item.starts_at.astimezone(ZoneInfo(item.zone)).date(), []).append(item)
    return [Day(day, found[day][0].zone, tuple(_blocks(found[day]))) for day in sorted(found)]


def _blocks(items: Sequence[Item]) -> Iterable[Block]:
    busy_until: datetime | None = None
    for group in _groups(items):
        cards = tuple(Card(one, tuple(o for o in group if o is not one and overlap(one, o))) for one in group)
        starts = min(one.starts_at for one in group)
        free = starts - busy_until if busy_until else timedelta()
        yield Block(cards, int(free.total_seconds() // 60) if free >= SHORTEST_GAP and group[0].on else 0)
        ends = [one.ends_at for one in group if one.on]
        busy_until = max([*ends, *([busy_until] if busy_until else [])], default=None)


def _groups(items: Sequence[Item]) -> Iterable[list[Item]]:
    """Items that overlap, directly or through a third; what is cancelled stands alone. In order of time."""
    found = [[item] for item in items if not item.on]
    until: datetime | None = None
    group: list[Item] = []
    for item in items:
        if not item.on:
            continue
        if until is not None and item.starts_at < until:
            group.append(item)
            until = max(until, item.ends_at)
        else:
            group, until = [item], item.ends_at
            found.append(group)
    return sorted(found, key=lambda group: group[0].starts_at)
