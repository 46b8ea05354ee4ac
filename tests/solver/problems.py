"""Small problems: two rooms and a few hours of one day, unless a test says otherwise."""

from typing import Any

from events.schedule.conflicts import Booking
from events.solver.problem import At, Item, Problem, Start, Where

HOUR = 3600
DAY = 20_000 * 86400
ROOMS = (Where((1,), (1,), 50), Where((2,), (2,), 200))


def at(hour: float, where: int = 0) -> At:
    return At(DAY + round(hour * HOUR), where)


def item(number: int, now: At | None = None, hours: float = 1, **values: Any) -> Item:
    """An hour of a session of its own, in the tray unless it lies somewhere now; Item's fields, else Booking's."""
    own = {
        name: values.pop(name) for name in ("setup", "teardown", "room_set", "preferred", "wheres") if name in values
    }
    needs = Booking(number, values.pop("session", number), 0, 0, 0, 0, **values)
    return Item(number, round(hours * HOUR), needs, now=now, **own)


def fixed(number: int, hour: float, room: int = 1, hours: float = 1, **values: Any) -> Booking:
    start, end = DAY + round(hour * HOUR), DAY + round((hour + hours) * HOUR)
    return Booking(number, number, start, end, start, end, (room,) if room else (), **values)


def problem(*items: Item, hours: tuple[float, ...] = (9, 10, 11), until: float = 18, **values: Any) -> Problem:
    starts = tuple(Start(DAY + round(hour * HOUR), DAY + round(until * HOUR)) for hour in hours)
    wheres = values.pop("wheres", ROOMS)
    return Problem(
        items,
        values.pop("fixed", ()),
        wheres,
        values.pop("general", len(wheres)),
        starts,
        seconds=values.pop("seconds", 2),
        **values,
    )
