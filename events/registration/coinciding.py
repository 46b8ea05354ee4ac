"""Tickets of one person whose sessions run at the same time: told before they pay, never refused. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time

from events.core import locales
from events.registration.pricing import Ticket


@dataclass(frozen=True, slots=True)
class Clash:
    """person: the place in the order's list of people; first and second: the names of the tickets."""

    person: int
    first: str
    second: str


def found(people: Sequence[Sequence[int]], tickets: Mapping[int, Ticket]) -> list[Clash]:
    """Every pair of one person's tickets of which a time of one overlaps a time of the other; touching is none."""
    return [
        Clash(number, tickets[one].name, tickets[other].name)
        for number, chosen in enumerate(people)
        for one, other in combinations(dict.fromkeys(id_ for id_ in chosen if id_ in tickets), 2)
        if _overlap(tickets[one], tickets[other])
    ]


def words(ticket: Ticket, zone: str) -> str:
    """ "Fri, Jun 26, 9:00 AM – 12:00 PM": when its session runs, at the event's place; "" for none."""
    return ", ".join(_span(start, end, zone) for start, end in ticket.times)


def _overlap(one: Ticket, other: Ticket) -> bool:
    return any(start < end_ and start_ < end for start, end in one.times for start_, end_ in other.times)


def _span(start: datetime, end: datetime, zone: str) -> str:
    locale, place = locales.babel_locale(), ZoneInfo(zone)
    day = format_skeleton("MMMEd", start, tzinfo=place, locale=locale)
    times = (format_time(moment, "short", tzinfo=place, locale=locale) for moment in (start, end))
    return f"{day}, {' – '.join(times)}"
