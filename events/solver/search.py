"""From a first arrangement to a better one: part after part is taken off and laid anew by CP-SAT, until time is over.

A problem that is small enough is one part, and may be proven to be best. A part of a larger one is a few rooms with all
that lies in them, or a session that costs much with those around it. What is worse is never taken.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from events.schedule.boards import Board
from events.schedule.conflicts import Booking, Kind
from events.solver import checking, greedy, model, reasons
from events.solver.costs import UNPLACED, Costs
from events.solver.layout import Layout
from events.solver.problem import At, Item, Problem
from events.solver.reasons import Reason

WHOLE = 24_000
"""Candidates of a problem that is solved as one part."""
PARTS = (600, 1_500, 4_000)
"""Candidates of a part of a larger one: small ones are quick, large ones find what small ones cannot."""
MOST_ITEMS = 60
ROOMS = 8
SLICE = 2.0
"""Seconds for one part: so long a stop may have to wait."""
TIRED = 400
"""Parts in a row that made nothing better: then it is over before its time."""

Clock = Callable[[], float]
Point = tuple[float, int, int]


@dataclass(slots=True)
class Progress:
    """What may be told while it runs.

    phase    first, better, done
    placed   for the first time; left: without a place; stuck: stay where the draft has them against a rule
    cost     by the weights, of what has a place; hard: conflicts that the engine finds in it
    first    seconds until the first arrangement; course: seconds, without a place, cost: whenever it got better
    """

    phase: str
    seconds: float
    placed: int
    left: int
    stuck: int
    moved: int
    cost: int
    hard: int
    proven: bool = False
    first: float = 0.0
    course: list[Point] = field(default_factory=list)


@dataclass(slots=True)
class Result:
    """at: where everything lies that is placed or moved, by slot; moved: why; left: why others have no better place."""

    at: dict[int, At]
    moved: dict[int, list[Reason]]
    left: dict[int, list[Reason]]


class Search:
    """One run; `steps` does the work and yields whenever there is something to tell."""

    def __init__(self, problem: Problem, clock: Clock, stopped: Callable[[], bool] = lambda: False) -> None:
        self.problem = problem
        self.layout = Layout(problem)
        self.costs = Costs(self.layout)
        self._clock = clock
        self._began = clock()
        self._stopped = stopped
        self._dice = random.Random(problem.seed)  # noqa: S311 - which part comes next, no secret
        self._tries = 0
        self._stuck: list[Item] = []
        self._free: list[Item] = []
        self.proven = False
        self.first = 0.0
        self.course: list[Point] = []

    @property
    def seconds(self) -> float:
        return self._clock() - self._began

    def go_on(self) -> bool:
        return not self._stopped() and self.seconds < self.problem.seconds

    def steps(self) -> Iterator[Progress]:
        self._stuck = greedy.arrange(self.costs, lambda: not self._stopped())
        settled = {item.slot for item in self._stuck}
        self._free = [item for item in self.problem.items if item.slot not in settled]
        self._drop_conflicts()
        self.first = self.seconds
        yield self._told("first")
        tired = 0
        while self.go_on() and not self.proven and tired < TIRED and self._free:
            before = self.costs.total
            self._better(*self._part())
            tired = 0 if self.costs.total < before else tired + 1
            yield self._told("better")
        self._drop_conflicts()
        yield self._told("done")

    def result(self) -> Result:
        """As it lies now, with the engine's word on it."""
        board = Board(self.layout.bookings.values(), self.layout.frame)
        left = [item for item in self._free if item.slot not in self.layout.at] + self._stuck
        items = self.layout.items
        at = {slot: at for slot, at in self.layout.at.items() if at != items[slot].now}
        draft = Board(self._draft(), self.layout.frame)
        moved = {slot: reasons.why_moved(self.costs, draft, items[slot]) for slot in at if items[slot].now is not None}
        return Result(at, moved, {item.slot: reasons.why(self.layout, board, item) for item in left})

    def _draft(self) -> Iterator[Booking]:
        yield from self.problem.fixed
        for item in self.problem.items:
            if item.now is not None:
                yield self.problem.booking(item, item.now)

    def _told(self, phase: str) -> Progress:
        at = self.layout.at
        left = sum(1 for item in self._free if item.slot not in at)
        cost = self.costs.total - UNPLACED * left
        if not self.course or self.course[-1][1:] != (left, cost) or phase == "done":
            self.course.append((round(self.seconds, 2), left, cost))
        return Progress(
            phase,
            self.seconds,
            sum(1 for slot in at if self.layout.items[slot].now is None),
            left,
            len(self._stuck),
            sum(1 for slot, one in at.items() if self.layout.items[slot].now not in (None, one)),
            cost,
            0,
            self.proven,
            self.first,
            self.course,
        )

    def _drop_conflicts(self) -> None:
        """Take off whatever the conflict engine does not agree with: nothing is proposed on trust."""
        layout = self.layout
        while found := checking.hard_conflicts(layout):
            off = {slot for one in found for slot in (one.other, one.one) if slot in layout.at}
            units = {one.subject for one in found if one.kind is Kind.BUDGET}
            off |= {
                slot
                for slot in layout.at
                if layout.items[slot].now is None and not units.isdisjoint(layout.bookings[slot].units[:1])
            }
            if not off:
                return
            for slot in off:
                self.costs.take(layout.items[slot])

    def _part(self) -> tuple[list[Item], frozenset[int]]:
        """The items of the next part, and the places they may be laid in."""
        everywhere = frozenset(range(len(self.problem.wheres)))
        self._tries += 1
        small = len(self._free) <= MOST_ITEMS and self._weight(self._free, everywhere) <= WHOLE
        if small and self._tries % 5 == 1:  # what is not proven in a moment gets better faster in parts
            return self._free, everywhere
        dice, layout = self._dice, self.layout
        waiting = [item for item in self._free if item.slot not in layout.at]
        turn = dice.random()
        if waiting and turn < 0.5:
            about = [dice.choice(waiting)]
        elif turn < 0.8:
            some = dice.sample(self._free, min(12, len(self._free)))
            about = [max(some, key=self._price)]
            about += self._companions(about[0])
        else:
            about = [dice.choice(self._free)]
        wheres = self._rooms_about(about)
        parts = {part for one in wheres for part in self.problem.wheres[one].parts}
        inside = [
            item
            for item in self._free
            if item.slot in layout.at and not parts.isdisjoint(self.problem.wheres[layout.at[item.slot].where].parts)
        ]
        dice.shuffle(inside)
        chosen = list({item.slot: item for item in [*about, *inside]}.values())[:MOST_ITEMS]
        most = dice.choice(PARTS)
        weights = {item.slot: self._weight([item], wheres) for item in chosen}
        while len(chosen) > 2 and sum(weights[item.slot] for item in chosen) > most:
            chosen.pop()
        return chosen, wheres

    def _rooms_about(self, about: list[Item]) -> frozenset[int]:
        """Where these lie now, and some other places that suit the first of them, rather the smaller ones."""
        layout, dice = self.layout, self._dice
        found = {layout.at[item.slot].where for item in about if item.slot in layout.at}
        found |= {item.now.where for item in about if item.now is not None}
        fitting = layout.fitting(about[0])
        near = fitting[: max(3 * ROOMS, len(fitting) // 4)]
        found |= set(dice.sample(near, min(ROOMS, len(near))))
        return frozenset(found)

    def _companions(self, item: Item) -> list[Item]:
        """Sessions at the same time that share a person, a topic or the unit with it."""
        layout = self.layout
        mine = layout.bookings.get(item.slot)
        if mine is None:
            return []
        found = [
            one
            for one in self._free
            if one.slot != item.slot
            and (other := layout.bookings.get(one.slot)) is not None
            and abs(other.start - mine.start) < 4 * 3600
            and (
                not set(mine.topics).isdisjoint(other.topics)
                or not set(mine.people).isdisjoint(other.people)
                or mine.units[:1] == other.units[:1] != ()
            )
        ]
        return self._dice.sample(found, min(10, len(found)))

    def _price(self, item: Item) -> int:
        at = self.layout.at.get(item.slot)
        return UNPLACED if at is None else self.costs.of(item, at)

    def _weight(self, items: list[Item], wheres: frozenset[int]) -> int:
        layout = self.layout
        return sum(
            len(layout.open_starts(item)) * sum(1 for one in layout.fitting(item) if one in wheres) for item in items
        )

    def _better(self, items: list[Item], wheres: frozenset[int]) -> None:
        costs = self.costs
        before = costs.total
        now = {item.slot: at for item in items if (at := costs.take(item)) is not None}
        places = {slot: list(found) for slot, found in model.candidates(self.layout, items, wheres).items()}
        for slot, at in now.items():
            if at not in places[slot]:
                places[slot].append(at)
        patience = max(0.2, min(SLICE, self.problem.seconds - self.seconds))
        answer = model.solve(costs, items, places, now, patience, self._dice.randrange(1 << 30))
        found = now if answer is None else dict(answer.at)
        for item in items:
            if item.slot in found:
                costs.place(item, found[item.slot])
        if costs.total > before:
            for item in items:
                costs.take(item)
            for item in items:
                if item.slot in now:
                    costs.place(item, now[item.slot])
        elif answer is not None and answer.proven and len(items) == len(self._free):
            self.proven = True
