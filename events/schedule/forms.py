"""What an address or a form says, as values the rest can trust."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from starlette.datastructures import QueryParams

from events.core.wall_time import UnknownZone, zone_named
from events.schedule.feeds import Filter
from events.schedule.timetable import Choice


@lru_cache(maxsize=256)
def choice_of(query_string: bytes) -> Choice:
    """The choice that an address's query says: a crowd asks for the same few, and reading one takes 15 µs."""
    return choice(QueryParams(query_string))


def choice(query: Mapping[str, str]) -> Choice:
    """A reader's choice of day, view and filters. What makes no sense is not chosen."""
    return Choice(
        day=_day(query.get("day", "")),
        view="list" if query.get("view") == "list" else "",
        track=_line(query, "track", 80),
        room=_line(query, "room", 120),
        building=_line(query, "building", 200),
        query=_line(query, "q", 100),
        zone=_zone(query.get("tz", "")),
    )


MOST_OF_A_LIST = 20
"""Tracks, rooms and so on that one feed names."""


def feed_filter(query: QueryParams, units: Sequence[int]) -> Filter:
    """Which entries a feed's address asks for. `units`: the ids of those it names, 0 for what is none."""
    return Filter(
        tracks=named(query, "track", 80),
        units=tuple(sorted(set(units))),
        rooms=named(query, "room", 120),
        kinds=tuple(sorted({one.casefold() for one in named(query, "kind", 80)})),
        languages=named(query, "language", 20),
        utc=query.get("tz", "").upper() == "UTC",
    )


def named(query: QueryParams, name: str, length: int) -> tuple[str, ...]:
    """The values of a name in an address, in the order of the alphabet: the same choice is the same feed."""
    found = {" ".join(one.replace("\0", "").split())[:length] for one in query.getlist(name)[:MOST_OF_A_LIST]}
    return tuple(sorted(found - {""}))


def page(query: Mapping[str, str]) -> int:
    """The number of a page, 1 where it makes no sense."""
    text = query.get("page", "")
    return int(text) if re.fullmatch("[1-9][0-9]{0,4}", text) else 1


def _line(query: Mapping[str, str], name: str, length: int) -> str:
    return " ".join(query.get(name, "").replace("\0", "").split())[:length]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _zone(name: str) -> str:
    try:
        return str(zone_named(name.strip()[:60]).key)
    except UnknownZone:
        return ""
