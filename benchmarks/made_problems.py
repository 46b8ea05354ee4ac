"""Programmes of any size that have no times yet, for the machine to place: as problems, without a database."""

import random

from events.schedule.conflicts import Booking, Closure
from events.solver.problem import Item, Problem, Start, Where
from events.solver.weights import Weights

DAY, HOUR = 86400, 3600
MONDAY = 1_782_000_000 // DAY * DAY
HOURS = (8.5, 10.0, 11.5, 13.0, 14.5, 16.0)
SETS = {"theatre": 10, "classroom": 6, "rounds": 5, "boardroom": 2}


def problem(sessions: int, seconds: float, *, days: int = 5, full: float = 0.75, seed: int = 7) -> Problem:
    """So many sessions for rooms that they fill to `full`, with what makes it hard in real programmes.

    One to four people a session, of two for every three sessions; ten topics a hundred sessions; a unit for twenty; a
    headcount and a set in half of them; one in ten has times it cannot have; a person in thirty comes late; breaks.
    """
    dice = random.Random(seed)
    starts = tuple(
        Start(MONDAY + day * DAY + round(hour * HOUR), MONDAY + day * DAY + 18 * HOUR)
        for day in range(days)
        for hour in HOURS
    )
    rooms = max(2, round(sessions / len(starts) / full + 0.5))
    wheres = tuple(_room(dice, number + 1, rooms) for number in range(rooms))
    people = max(4, sessions * 2 // 3)
    units = max(1, sessions // 20)
    items = tuple(
        _item(dice, number + 1, people, units, max(2, sessions // 10), wheres, starts) for number in range(sessions)
    )
    late = dict.fromkeys(range(1, people, 30), ((MONDAY + DAY, MONDAY + days * DAY),))
    noon = tuple(
        Closure(day + 1, MONDAY + day * DAY + 8 * HOUR, MONDAY + day * DAY + round(8.5 * HOUR)) for day in range(days)
    )
    walks = tuple((one, other, 5 * (other - one)) for one in range(1, 6) for other in range(one + 1, 6))
    return Problem(
        items,
        (),
        wheres,
        len(wheres),
        starts,
        Weights(),
        seconds,
        blocks=noon,
        present=late,
        budgets=dict.fromkeys(range(1, units + 1), sessions),
        walks=walks,
        seed=seed,
    )


def _room(dice: random.Random, number: int, rooms: int) -> Where:
    holds = dice.choice((40, 60, 80, 120, 200, 400))
    sets = {name: holds * tenths // 10 for name, tenths in SETS.items()} if number % 2 else {}
    return Where((number,), (number,), holds, sets, 1 + number * 5 // (rooms + 1))


def _item(
    dice: random.Random,
    number: int,
    people: int,
    units: int,
    topics: int,
    wheres: tuple[Where, ...],
    starts: tuple[Start, ...],
) -> Item:
    room_set = dice.choice(("", "", "theatre", "classroom"))
    most = max(where.room_for(room_set) or 0 for where in wheres)
    seats = min(most, dice.choice((15, 25, 40, 60, 100))) if dice.random() < 0.5 else None
    cannot = tuple((one.at, one.at + 90 * 60) for one in dice.sample(starts, 10)) if dice.random() < 0.1 else ()
    needs = Booking(
        -number,
        number,
        0,
        0,
        0,
        0,
        people=tuple(dice.sample(range(1, people + 1), dice.choices((1, 2, 3, 4), (3, 4, 3, 1))[0])),
        seats=seats,
        topics=tuple(dice.sample(range(1, topics + 1), dice.choice((0, 1, 2)))),
        units=(dice.randint(1, units),),
        impossible=cannot,
    )
    return Item(-number, dice.choice((60, 60, 75, 90)) * 60, needs, room_set=room_set)
