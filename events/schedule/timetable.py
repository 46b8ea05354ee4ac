"""A day of a released programme as its page shows it. Pure: a snapshot and what the reader chose in, plain values out.

The grid and the list are one markup; filters stay in the address. With a search the days fall away and what was found
lies in one list, day after day, a page at a time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from events.core.locales import _
from events.schedule import grid
from events.schedule.around import LONG
from events.schedule.grid import Item
from events.schedule.snapshots import BreakView, Placed, SessionView, SlotView, Snapshot

FOUND = 30
"""So many sessions found are on a page."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the address says; "" and None mean not chosen. zone: an IANA name, "" for the event's."""

    day: date | None = None
    view: str = ""
    track: str = ""
    room: str = ""
    building: str = ""
    query: str = ""
    zone: str = ""

    @property
    def filtered(self) -> bool:
        return bool(self.track or self.room or self.building or self.query)

    @property
    def pairs(self) -> dict[str, str]:
        """This choice by the names it has in an address; "" where nothing is chosen."""
        return {
            "day": self.day.isoformat() if self.day else "",
            "view": self.view,
            "track": self.track,
            "room": self.room,
            "building": self.building,
            "q": self.query,
            "tz": self.zone,
        }

    def address(self, **changes: object) -> str:
        """The query string of this choice with some changes."""
        pairs = replace(self, **changes).pairs  # type: ignore[arg-type]
        given = {name: value for name, value in pairs.items() if value}
        return f"?{urlencode(given)}" if given else ""


@dataclass(frozen=True, slots=True)
class Day:
    """A tab: the programme day, how many sessions it has that match."""

    date: date
    count: int


@dataclass(slots=True)
class Timetable:
    """Everything the page needs. `grids` is empty with a search; then `found` has the days of this page of it."""

    zone: str
    event_zone: str
    choice: Choice
    days: list[Day]
    day: date | None
    grids: list[dict[str, Any]] = field(default_factory=list)
    running: list[Placed] = field(default_factory=list)
    found: list[tuple[date, list[Placed]]] = field(default_factory=list)
    count: int = 0
    page: int = 1

    @property
    def pages(self) -> int:
        """How many pages a search has."""
        return max(1, -(-self.count // FOUND))

    @property
    def first(self) -> int:
        """The first found that is on this page, counted from 1."""
        return (self.page - 1) * FOUND + 1

    @property
    def last(self) -> int:
        return min(self.page * FOUND, self.count)


def build(snapshot: Snapshot, choice: Choice, path: str, today: date, page: int = 1) -> Timetable:
    """The timetable of the day chosen, else of today, else of the first day; or a page of what a search finds.

    path   of the timetable's page, for the links of rooms and buildings
    page   of a search; one behind the last is the last
    """
    zone = choice.zone or snapshot.event.timezone
    if choice.query:
        return _found(snapshot, choice, zone, page)
    matching = [placed for placed in snapshot.placed if _matches(snapshot, placed, choice)]
    days = _days(snapshot, matching)
    day = _chosen_day(choice.day, days, today)
    table = Timetable(zone, snapshot.event.timezone, choice, days, day)
    if day is None:
        return table
    starts, ends = grid.bounds(day, ZoneInfo(snapshot.event.timezone))
    of_day = [placed for placed in snapshot.placed if placed.day == day and not _long(placed)]
    wanted = {(placed.session.code, placed.slot.id) for placed in matching}
    table.count = sum((placed.session.code, placed.slot.id) in wanted for placed in of_day)
    table.running = [
        placed for placed in matching if _long(placed) and placed.slot.starts_at < ends and placed.slot.ends_at > starts
    ]
    breaks = [one for one in snapshot.breaks if one.starts_at < ends and one.ends_at > starts and not _all_day(one)]
    table.grids = list(_grids(snapshot, choice, of_day, wanted, ZoneInfo(zone), path, breaks))
    return table


def _long(placed: Placed) -> bool:
    return placed.slot.ends_at - placed.slot.starts_at > LONG


def _all_day(one: BreakView) -> bool:
    """Somebody's holiday and not a rest between sessions: it would make the grid a day long."""
    return one.ends_at - one.starts_at > LONG


def _matches(snapshot: Snapshot, placed: Placed, choice: Choice) -> bool:
    """Whether it is of the track, in the room and in the building that were chosen."""
    session, slot = placed.session, placed.slot
    if choice.track and session.track != choice.track:
        return False
    if not (choice.room or choice.building):
        return True
    rooms = [snapshot.rooms[room] for room in slot.rooms if room in snapshot.rooms]
    if choice.room and all(room.name != choice.room for room in rooms):
        return False
    return not choice.building or any(room.building == choice.building for room in rooms)


def _days(snapshot: Snapshot, matching: Sequence[Placed]) -> list[Day]:
    counts = dict.fromkeys((placed.day for placed in snapshot.placed), 0)
    for placed in matching:
        counts[placed.day] += 1
    return [Day(day, count) for day, count in sorted(counts.items())]


def _chosen_day(wanted: date | None, days: Sequence[Day], today: date) -> date | None:
    known = [day.date for day in days]
    if wanted in known:
        return wanted
    if today in known:
        return today
    return next((day.date for day in days if day.count), known[0] if known else None)


def _found(snapshot: Snapshot, choice: Choice, zone: str, page: int) -> Timetable:
    found = [snapshot.by_time[number] for number in snapshot.search.matching(choice.query)]
    if choice.track or choice.room or choice.building:
        found = [placed for placed in found if _matches(snapshot, placed, choice)]
    table = Timetable(zone, snapshot.event.timezone, choice, [], None, count=len(found))
    table.page = min(page, table.pages)
    shown = found[table.first - 1 : table.last]
    table.found = [(day, list(group)) for day, group in groupby(shown, key=attrgetter("day"))]
    return table


def _grids(
    snapshot: Snapshot,
    choice: Choice,
    of_day: Sequence[Placed],
    wanted: set[tuple[str, int]],
    zone: ZoneInfo,
    path: str,
    breaks: Sequence[BreakView],
) -> Iterable[dict[str, Any]]:
    """One grid, or several below each other where a day has more rooms than a grid has columns.

    Rooms without a match fold away; in the others what does not match is dimmed. A list leaves it out.
    """
    matched = [placed for placed in of_day if (placed.session.code, placed.slot.id) in wanted]
    if choice.view == "list":
        shown = matched
    else:
        rooms = {name for placed in matched for name in _columns_of(snapshot, placed.slot)}
        shown = [placed for placed in of_day if not rooms.isdisjoint(_columns_of(snapshot, placed.slot))]
    if not shown:
        return
    order = [room.name for room in snapshot.rooms.values()]
    items = [
        Item(f"{n}", room, placed.slot.starts_at, placed.slot.ends_at)
        for n, placed in enumerate(shown)
        for room in _columns_of(snapshot, placed.slot)
    ]
    rests = [(one.starts_at, one.ends_at) for one in breaks]
    whole = grid.lay_out(items, order, zone, rests)
    for names in grid.pages([(column.room, column.width) for column in whole.columns]):
        part = grid.lay_out([item for item in items if item.room in set(names)], order, zone, rests)
        yield _shaped(snapshot, choice, part, shown, wanted, zone, path, breaks)


def _columns_of(snapshot: Snapshot, slot: SlotView) -> Sequence[str]:
    """The column of a slot: its first room, so that a session stands once; "" for one without a room."""
    return snapshot.room_names(slot)[:1] or ("",)


def _shaped(
    snapshot: Snapshot,
    choice: Choice,
    part: grid.Grid,
    shown: Sequence[Placed],
    wanted: set[tuple[str, int]],
    zone: ZoneInfo,
    path: str,
    breaks: Sequence[BreakView],
) -> dict[str, Any]:
    """A grid in the shape of the macro `timetable` in parts/timetable.html."""
    by_name = {room.name: room for room in snapshot.rooms.values()}
    slots: list[dict[str, Any]] = []
    for cell in part.cells:
        placed = shown[int(cell.key)]
        slot = card(snapshot, placed.session, placed.slot, zone.key)
        slot |= {"row": cell.row, "span": cell.span, "column": cell.column, "width": cell.width}
        slot["dimmed"] = (placed.session.code, placed.slot.id) not in wanted
        slots.append(slot)
    slots += [slot for one in breaks for slot in _rest(one, part)]
    slots.sort(key=lambda slot: (slot["starts_at"], slot["column"]))
    rooms = [
        {
            "name": column.room or _("No room yet"),
            "column": column.column,
            "width": column.width,
            "note": _seats(by_name[column.room].capacity) if column.room in by_name else "",
            "url": path + choice.address(room="" if choice.room == column.room else column.room) if column.room else "",
        }
        for column in part.columns
    ]
    return {
        "zone": zone.key,
        "zone_name": part.starts_at.astimezone(zone).tzname() or zone.key,
        "rows": part.rows,
        "columns": part.width,
        "buildings": _buildings(part, by_name, choice, path),
        "rooms": rooms,
        "ticks": [{"row": row, "at": at} for row, at in part.ticks],
        "moments": [
            {"at": at, "slots": list(group)} for at, group in groupby(slots, key=lambda slot: slot["starts_at"])
        ],
    }


def _rest(one: BreakView, part: grid.Grid) -> Iterable[dict[str, Any]]:
    for cell in grid.across(part, one.title, one.starts_at, one.ends_at, one.rooms):
        over = [room.column for room in part.columns if cell.column <= room.column < cell.column + cell.width]
        rooms = [room.room for room in part.columns if room.column in over] if one.rooms else []
        yield {
            "rest": True,
            "code": "",
            "title": one.title,
            "starts_at": one.starts_at,
            "ends_at": one.ends_at,
            "room": _some(rooms),
            "row": cell.row,
            "span": cell.span,
            "column": cell.column,
            "width": cell.width,
        }


def _buildings(part: grid.Grid, by_name: dict[str, Any], choice: Choice, path: str) -> list[dict[str, Any]]:
    """Buildings over their rooms; none when no room has one."""
    named = [(column, by_name[column.room].building if column.room in by_name else "") for column in part.columns]
    if not any(building for _column, building in named):
        return []
    return [
        {
            "name": building,
            "column": columns[0].column,
            "width": sum(column.width for column in columns),
            "url": path + choice.address(building="" if choice.building == building else building) if building else "",
        }
        for building, group in groupby(named, key=lambda pair: pair[1])
        for columns in [[column for column, _building in group]]
    ]


def _seats(capacity: int | None) -> str:
    return _("%(count)s seats") % {"count": capacity} if capacity else ""


@lru_cache(maxsize=4096)
def _path(slug: str, code: str) -> str:
    return f"/events/{slug}/sessions/{code}"


def card(snapshot: Snapshot, session: SessionView, slot: SlotView, zone: str) -> dict[str, Any]:
    """A session at one of its times, as lists show it."""
    track = snapshot.track.get(session.track)
    return {
        "code": session.code,
        "url": _path(snapshot.event.slug, session.code),
        "title": title_of(session),
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "zone": zone,
        "room": ", ".join(snapshot.room_names(slot)),
        "track": track.name if track else "",
        "track_colour": track.colour if track else None,
        "people": _some(snapshot.names(session)),
        "cancelled": session.cancelled,
        "note": _note(session),
        "saveable": not session.closed,
    }


def title_of(session: SessionView) -> str:
    return session.title or _("Closed session")


def _note(session: SessionView) -> str:
    if session.ticketed:
        return _("Ticket needed")
    return ""


def _some(names: Sequence[str], most: int = 3) -> str:
    """Three names, and how many more."""
    if len(names) <= most:
        return ", ".join(names)
    return _("%(names)s and %(count)s more") % {"names": ", ".join(names[:most]), "count": len(names) - most}


def first_and_last(snapshot: Snapshot) -> tuple[datetime, datetime] | None:
    slots = [placed.slot for placed in snapshot.placed]
    if not slots:
        return None
    return min(slot.starts_at for slot in slots), max(slot.ends_at for slot in slots)
