"""What the machine is asked: sessions to be placed, the times and rooms there are, and what lies there already. Pure.

Times are seconds since 1970, lengths are seconds, as in `schedule.conflicts`. The child process is handed it as JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from pydantic import TypeAdapter

from events.schedule.conflicts import LEVELS, Booking, Closure, Frame, Kind, Level, Span
from events.solver.weights import Weights

SOFT = frozenset({Kind.WALK, Kind.TOPIC})
"""Kinds that cost something and are no reason to leave a session out, unless the event says that they block."""


def hard_of(levels: Mapping[Kind, Level]) -> frozenset[Kind]:
    """The kinds of conflicts that no proposal may have, where an event's kinds are so serious."""
    return frozenset(
        kind
        for kind in Kind
        if (level := levels.get(kind, Level.WARN)) is Level.BLOCK or (level is Level.WARN and kind not in SOFT)
    )


class Where(NamedTuple):
    """A place to be in: a room, a combined one, or several at once.

    rooms   the ids people read; parts: the physical, exclusive rooms that are taken with it
    holds   how many people, or None when nobody counted
    sets    the same by the name of a set; empty when it can be set in any way
    unset   it cannot be set as its session asks (only for the place a session has now)
    """

    rooms: tuple[int, ...]
    parts: tuple[int, ...] = ()
    holds: int | None = None
    sets: Mapping[str, int] = {}
    zone: int | None = None
    unset: bool = False

    def room_for(self, room_set: str) -> int | None:
        return self.sets.get(room_set, self.holds)

    def cannot_be(self, room_set: str) -> bool:
        return self.unset or (room_set != "" and bool(self.sets) and room_set not in self.sets)


class Start(NamedTuple):
    """A time at which sessions may begin; end: until when one that begins then has to be over."""

    at: int
    end: int


class At(NamedTuple):
    """Where something lies: its start in seconds, and the index of a `Where`."""

    start: int
    where: int


@dataclass(frozen=True, slots=True)
class Item:
    """One time of a session that is to be placed, or may be moved.

    slot        its id; for a session that has none yet, minus the session's id
    setup, teardown   the room is taken for these as well
    wheres      indexes of the only places it may be in, None for all general ones
    now         where it lies in the draft, None for the tray
    needs       a booking with everything else that it needs; its own time and rooms say nothing
    """

    slot: int
    length: int
    needs: Booking
    setup: int = 0
    teardown: int = 0
    room_set: str = ""
    preferred: tuple[Span, ...] = ()
    wheres: tuple[int, ...] | None = None
    now: At | None = None


@dataclass(frozen=True)
class Problem:
    """general: how many of `wheres`, from the first on, anybody may be in. taken: room, from, until of other events."""

    items: tuple[Item, ...]
    fixed: tuple[Booking, ...]
    wheres: tuple[Where, ...]
    general: int
    starts: tuple[Start, ...]
    weights: Weights = field(default_factory=Weights)
    seconds: float = 60
    taken: tuple[tuple[int, int, int], ...] = ()
    blocks: tuple[Closure, ...] = ()
    protected: Mapping[int, tuple[Closure, ...]] = field(default_factory=dict)
    open_rooms: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    present: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    budgets: Mapping[int, int] = field(default_factory=dict)
    walks: tuple[tuple[int, int, int], ...] = ()
    levels: Mapping[Kind, Level] = field(default_factory=lambda: LEVELS)
    seed: int = 1
    workers: int = 1

    @cached_property
    def frame(self) -> Frame:
        """The frame of the conflict engine. What somebody accepted lapses when it moves, so it is not in here."""
        return Frame(
            self.blocks,
            self.protected,
            self.open_rooms,
            self.present,
            self.budgets,
            {(one, other): minutes for one, other, minutes in self.walks},
            frozenset(),
            self.levels,
        )

    @cached_property
    def hard(self) -> frozenset[Kind]:
        """The kinds of conflicts that no proposal may have."""
        return hard_of(self.levels)

    def fits(self, item: Item, where: Where) -> Kind | None:
        """The rule by which a place does not suit it, whenever; None when it does."""
        if Kind.SET in self.hard and where.cannot_be(item.room_set):
            return Kind.SET
        seats, holds = item.needs.seats, where.room_for(item.room_set)
        if Kind.CAPACITY in self.hard and seats is not None and holds is not None and seats > holds:
            return Kind.CAPACITY
        return None

    def choices(self, item: Item) -> tuple[int, ...]:
        return tuple(range(self.general)) if item.wheres is None else item.wheres

    def booking(self, item: Item, at: At) -> Booking:
        """The item as the conflict engine sees it when it lies so."""
        where = self.wheres[at.where]
        end = at.start + item.length
        return item.needs._replace(
            slot=item.slot,
            start=at.start,
            end=end,
            from_=at.start - item.setup,
            until=end + item.teardown,
            rooms=where.parts,
            room_for=where.room_for(item.room_set),
            unset=where.cannot_be(item.room_set),
            zone=where.zone,
        )


_written: TypeAdapter[Problem] = TypeAdapter(Problem)


def to_json(problem: Problem) -> bytes:
    return _written.dump_json(problem)


def from_json(text: bytes) -> Problem:
    return _written.validate_json(text)
