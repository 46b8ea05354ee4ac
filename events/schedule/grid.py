"""One day of a programme as a grid: rooms across, time down. Pure: placed items in, rows and columns out.

Rows are five minutes of time that really passes, counted from the grid's first moment, so a day on which the clocks
change is an hour longer or shorter and nothing lies wrong. Two sessions at once in one room lie side by side in lanes.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ROW = timedelta(minutes=5)
HALF_HOUR = 6
"""Rows of half an hour: the grid is a whole number of them, and has a tick at each."""
DAY_CHANGE = 4
"""The hour at which a programme's day begins; a party at 01:00 belongs to the evening before."""
MAX_ROWS = 288
MAX_COLUMNS = 120


@dataclass(frozen=True, slots=True)
class Item:
    """key: whatever finds it again; room: a name, or "" for none; times aware."""

    key: str
    room: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Cell:
    """Where an item lies. Rows and columns count from 1; `width` columns wide, `span` rows long."""

    key: str
    row: int
    span: int
    column: int
    width: int


@dataclass(frozen=True, slots=True)
class Column:
    """A room's columns: `width` is the number of its lanes."""

    room: str
    column: int
    width: int


@dataclass(frozen=True, slots=True)
class Grid:
    starts_at: datetime
    rows: int
    columns: tuple[Column, ...]
    cells: tuple[Cell, ...]

    @property
    def width(self) -> int:
        return sum(column.width for column in self.columns)

    @property
    def ticks(self) -> list[tuple[int, datetime]]:
        """(row, moment) of every half hour."""
        return [(row + 1, self.starts_at + row * ROW) for row in range(0, self.rows, HALF_HOUR)]


def day_of(at: datetime, zone: ZoneInfo, day_change: int = DAY_CHANGE) -> date:
    """The programme day a moment belongs to."""
    local = at.astimezone(zone)
    return local.date() if local.hour >= day_change else local.date() - timedelta(days=1)


def bounds(day: date, zone: ZoneInfo, day_change: int = DAY_CHANGE) -> tuple[datetime, datetime]:
    """From and until of a programme day, aware UTC."""
    start = datetime.combine(day, time(day_change), zone)
    return start.astimezone(UTC), datetime.combine(day + timedelta(days=1), time(day_change), zone).astimezone(UTC)


def lay_out(
    items: Sequence[Item], rooms: Iterable[str], zone: ZoneInfo, also: Sequence[tuple[datetime, datetime]] = ()
) -> Grid:
    """The grid of one day.

    items   those of one day; at least one
    rooms   the order of the columns; a room without an item gets none, one that is not named comes last
    zone    decides where the first half hour begins
    also    times that lie on the grid beside the items: breaks
    """
    first = min([item.starts_at for item in items] + [start for start, _end in also]).astimezone(zone)
    start = (first - timedelta(minutes=first.minute % 30, seconds=first.second)).astimezone(UTC)
    last = max([item.ends_at for item in items] + [end for _start, end in also])
    rows = min(_ceil((last - start) / ROW, HALF_HOUR), MAX_ROWS)
    by_room: dict[str, list[Item]] = {}
    for item in sorted(items, key=lambda item: (item.starts_at, item.ends_at, item.key)):
        by_room.setdefault(item.room, []).append(item)
    order = [room for room in dict.fromkeys(rooms) if room in by_room]
    order += sorted(room for room in by_room if room not in set(order))
    columns: list[Column] = []
    cells: list[Cell] = []
    at = 1
    for room in order:
        lanes, width = _lanes(by_room[room])
        columns.append(Column(room, at, width))
        for item, lane, wide in lanes:
            row, span = _rows(item.starts_at, item.ends_at, start, rows)
            cells.append(Cell(item.key, row, span, at + lane, wide or width))
        at += width
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return Grid(start, rows, tuple(columns), tuple(cells))


def _rows(starts_at: datetime, ends_at: datetime, start: datetime, rows: int) -> tuple[int, int]:
    """The first row, from 1, and how many."""
    row = min(int((starts_at - start) / ROW), rows - 1)
    return row + 1, max(row + 1, min(_ceil((ends_at - start) / ROW), rows)) - row


def across(grid: Grid, key: str, starts_at: datetime, ends_at: datetime, rooms: Collection[str] = ()) -> list[Cell]:
    """Where a break lies: over all columns, or over those of some rooms, one cell for each run of neighbours."""
    row, span = _rows(starts_at, ends_at, grid.starts_at, grid.rows)
    if not rooms:
        return [Cell(key, row, span, 1, grid.width)]
    runs: list[Cell] = []
    for column in grid.columns:
        if column.room not in rooms:
            continue
        if runs and runs[-1].column + runs[-1].width == column.column:
            runs[-1] = replace(runs[-1], width=runs[-1].width + column.width)
        else:
            runs.append(Cell(key, row, span, column.column, column.width))
    return runs


def _lanes(items: list[Item]) -> tuple[list[tuple[Item, int, int]], int]:
    """Put a room's items, sorted by time, into lanes: (item, lane, columns wide), and how many lanes there are.

    0 columns wide means the whole room: nothing else goes on beside it.
    """
    placed: list[tuple[Item, int, int]] = []
    group: list[tuple[Item, int]] = []
    ends: list[datetime] = []
    widest = 1
    for item in items:
        if ends and all(end <= item.starts_at for end in ends):
            placed += _closed(group, len(ends))
            group, ends = [], []
        lane = next((n for n, end in enumerate(ends) if end <= item.starts_at), len(ends))
        if lane == len(ends):
            ends.append(item.ends_at)
        else:
            ends[lane] = item.ends_at
        group.append((item, lane))
        widest = max(widest, len(ends))
    placed += _closed(group, len(ends))
    return placed, widest


def _closed(group: list[tuple[Item, int]], lanes: int) -> list[tuple[Item, int, int]]:
    """A finished run of items: alone it takes the whole room (0), beside others one lane."""
    return [(item, lane, 0 if lanes == 1 else 1) for item, lane in group]


def _ceil(value: float, step: int = 1) -> int:
    whole = -int(-value // 1)
    return max(step, -(-whole // step) * step)


def pages(columns: Sequence[tuple[str, int]], most: int = MAX_COLUMNS) -> list[list[str]]:
    """Split rooms (name, lanes) into grids of at most `most` columns, keeping their order."""
    found: list[list[str]] = [[]]
    taken = 0
    for room, width in columns:
        if taken + width > most and found[-1]:
            found.append([])
            taken = 0
        found[-1].append(room)
        taken += width
    return found
