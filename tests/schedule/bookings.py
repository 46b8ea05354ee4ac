"""Bookings and frames for the tests of conflicts, and the slow, obvious way of finding all of them."""

import random
from collections.abc import Iterator
from itertools import combinations

from hypothesis import strategies as st

from events.schedule.conflicts import Booking, Closure, Conflict, Frame, Kind, Level, Span

HOUR = 3600


def booking(
    slot: int,
    start: float,
    end: float,
    *,
    room: int = 0,
    session: int | None = None,
    from_: int | None = None,
    until: int | None = None,
    **values: object,
) -> Booking:
    """start, end: hours; everything else as Booking has it."""
    first, last = round(start * HOUR), round(end * HOUR)
    return Booking(
        slot=slot,
        session=slot if session is None else session,
        start=first,
        end=last,
        from_=first if from_ is None else from_,
        until=last if until is None else until,
        rooms=(room,) if room else (),
        **values,  # type: ignore[arg-type]
    )


def pairs(found: list[Conflict]) -> list[tuple[Kind, int, int]]:
    return [(one.kind, one.one, one.other) for one in found]


def _programme(size: int, seed: int) -> list[Booking]:
    dice = random.Random(seed)
    placed = []
    for slot in range(1, size + 1):
        start, end = _span(dice)
        placed.append(
            Booking(
                slot=slot,
                session=dice.randint(1, 10),
                start=start,
                end=end,
                from_=start - dice.randint(0, 2),
                until=end + dice.randint(0, 2),
                rooms=_few(dice),
                people=_few(dice),
                seats=dice.choice((None, 0, 1, 2)),
                room_for=dice.choice((None, 0, 1, 2)),
                unset=dice.random() < 0.1,
                resources=_few(dice),
                topics=_few(dice),
                units=_few(dice),
                zone=dice.choice((None, 1, 2, 3)),
                impossible=_spans(dice),
            )
        )
    return placed


def _frame(seed: int) -> Frame:
    dice = random.Random(seed)
    kinds = list(Kind)
    return Frame(
        blocks=_closures(dice),
        protected={unit: _closures(dice, unit) for unit in _few(dice)},
        open_rooms={room: _spans(dice) for room in _few(dice)},
        present={person: _spans(dice) for person in _few(dice)},
        budgets={unit: dice.randint(0, 3) for unit in _few(dice)},
        walks={pair: dice.randint(0, 1) for pair in ((1, 2), (1, 3), (2, 3)) if dice.random() < 0.5},
        accepted=frozenset(
            (dice.choice(kinds), dice.randint(1, 3), dice.randint(1, 3), dice.randint(1, 3)) for _ in range(4)
        ),
    )


def _span(dice: random.Random) -> Span:
    start = dice.randint(0, 30)
    return start, start + dice.randint(1, 12)


def _spans(dice: random.Random) -> tuple[Span, ...]:
    return tuple(sorted({_span(dice) for _ in range(dice.randint(0, 3))}))


def _few(dice: random.Random) -> tuple[int, ...]:
    return tuple(sorted(dice.sample(range(1, 5), dice.randint(0, 2))))


def _closures(dice: random.Random, unit: int = 0) -> tuple[Closure, ...]:
    return tuple(Closure(unit * 10 + n, *_span(dice), rooms=frozenset(_few(dice))) for n in _few(dice))


_seeds = st.integers(0, 1_000_000_000)
programmes = st.builds(_programme, st.integers(0, 14), _seeds)
frames = _seeds.map(_frame)
"""Made from a seed: a strategy for every field takes longer to draw than everything that is tested with it."""


def naive(placed: list[Booking], frame: Frame) -> list[Conflict]:
    """Every pair compared, every second looked at: what `find` must find."""
    return [
        Conflict(
            kind,
            Level.IGNORE if (kind, one, other, subject) in frame.accepted else frame.levels[kind],
            one,
            other,
            subject,
            *span,
        )
        for kind, one, other, subject, span in _naive(placed, frame)
    ]


_Found = tuple[Kind, int, int, int, tuple[int, int]]


def _naive(placed: list[Booking], frame: Frame) -> Iterator[_Found]:
    for one, other in combinations(sorted(placed, key=lambda booking: booking.slot), 2):
        people, during = set(one.people) & set(other.people), _shared(one.start, one.end, other.start, other.end)
        for room in set(one.rooms) & set(other.rooms):
            if span := _shared(one.from_, one.until, other.from_, other.until):
                yield Kind.ROOM, one.slot, other.slot, room, span
        if during:
            for person in people:
                yield Kind.PERSON, one.slot, other.slot, person, during
            for resource in set(one.resources) & set(other.resources):
                yield Kind.RESOURCE, one.slot, other.slot, resource, during
            for topic in set(one.topics) & set(other.topics) if one.session != other.session else ():
                yield Kind.TOPIC, one.slot, other.slot, topic, during
        elif one.zone and other.zone and one.zone != other.zone:
            early, late = (one, other) if one.start < other.start else (other, one)
            minutes = frame.walks.get((min(one.zone, other.zone), max(one.zone, other.zone)), 0)
            for person in people if late.start - early.end < minutes * 60 else ():
                yield Kind.WALK, one.slot, other.slot, person, (early.end, late.start)
    for unit, most in frame.budgets.items():
        owned = sorted((one.start, one.slot, one) for one in placed if one.units[:1] == (unit,))
        for _start, slot, one in owned[most:]:
            yield Kind.BUDGET, slot, slot, unit, (one.start, one.end)
    for one in placed:
        yield from ((kind, one.slot, one.slot, subject, span) for kind, subject, span in _single(one, frame))


def _single(one: Booking, frame: Frame) -> Iterator[tuple[Kind, int, tuple[int, int]]]:
    room, session = (one.rooms or (0,))[0], (one.start, one.end)
    if one.seats is not None and one.room_for is not None and one.seats > one.room_for:
        yield Kind.CAPACITY, room, session
    if one.unset:
        yield Kind.SET, room, session
    for room in one.rooms:
        if room in frame.open_rooms and not _covered(one.from_, one.until, frame.open_rooms[room]):
            yield Kind.CLOSED, room, (one.from_, one.until)
    for person in one.people:
        if person in frame.present and not _covered(*session, frame.present[person]):
            yield Kind.AWAY, person, session
    for block in frame.blocks:
        span = _shared(block.start, block.end, one.from_, one.until)
        if span and (not block.rooms or block.rooms & set(one.rooms)):
            yield Kind.BLOCK, block.id, span
    for unit in one.units:
        for closure in frame.protected.get(unit, ()):
            if span := _shared(closure.start, closure.end, *session):
                yield Kind.PROTECTED, closure.id, span
    for wish in one.impossible:
        if span := _shared(*wish, *session):
            yield Kind.IMPOSSIBLE, 0, span


def _shared(start: int, end: int, other_start: int, other_end: int) -> tuple[int, int] | None:
    both = (max(start, other_start), min(end, other_end))
    return both if both[0] < both[1] else None


def _covered(start: int, end: int, spans: tuple[tuple[int, int], ...]) -> bool:
    return all(any(first <= second < last for first, last in spans) for second in range(start, end))
