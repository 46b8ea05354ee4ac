"""A day's grids for somebody who saved sessions: everybody's HTML, rendered once, with their own marks put in.

A big day is 600 slots and takes 70 ms to lay out and render; what one reader saved of it is a handful. So the grids
are kept as they are for nobody in particular, and of each saved slot the marked HTML takes the place of the plain one.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from events.core import pages
from events.schedule.timetable import Timetable

MOST = 6
"""Days kept by a process; the biggest takes 1.5 MB."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A laid out day, and the HTML of each of its grids with nothing saved."""

    table: Timetable
    grids: tuple[Markup, ...]


_kept: OrderedDict[Hashable, Kept] = OrderedDict()


def kept(key: Hashable, build: Callable[[], Timetable], save_url: str) -> Kept:
    """The day of a key, which names everything it depends on; `build` lays it out when it is not there."""
    found = _kept.get(key)
    if found is None:
        table = build()
        found = _kept[key] = Kept(table, tuple(_rendered(table, save_url)))
        if len(_kept) > MOST:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return found


def marked(day: Kept, saved: frozenset[str], save_url: str) -> list[Markup]:
    """The grids with these sessions (codes) marked as saved."""
    if not saved:
        return list(day.grids)
    slot = _part("slot")
    found = []
    for grid, html in zip(day.table.grids, day.grids, strict=True):
        for one in _slots(grid):
            if one["code"] in saved:
                html = html.replace(slot(one, grid["zone"], save_url), slot(one, grid["zone"], save_url, True))
        found.append(html)
    return found


def _rendered(table: Timetable, save_url: str) -> Iterator[Markup]:
    timetable = _part("timetable")
    for number, grid in enumerate(table.grids, 1):
        label = pages.day(table.day) if table.day else ""
        if len(table.grids) > 1:
            label = f"{label} ({number}/{len(table.grids)})"
        yield timetable(grid, label, view=table.choice.view, save_url=save_url)


def _part(name: str) -> Callable[..., Markup]:
    """A macro of parts/timetable.html."""
    macro: Callable[..., Markup] = getattr(pages.environment().get_template("parts/timetable.html").module, name)
    return macro


def _slots(grid: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (slot for moment in grid["moments"] for slot in moment["slots"])
