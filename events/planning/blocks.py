"""Blocks and breaks: made once or on several days at once, changed one by one or as the series they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import asyncpg

from events.core import database
from events.core.errors import NotFound, StaleWrite
from events.core.locales import Lazy, _, lazy
from events.core.wall_time import wall
from events.planning import days
from events.planning.days import Hours, Span

KINDS: dict[str, Lazy] = {
    "block": lazy("A block: these rooms take nothing"),
    "break": lazy("A break: everybody rests"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a block is about; rooms: the physical rooms, empty for all of the event."""

    kind: str
    title: str
    rooms: tuple[int, ...]
    hours: Hours


@dataclass(frozen=True, slots=True)
class Block:
    """starts_at, ends_at aware UTC; together: how many there are in its series."""

    id: int
    series: UUID
    kind: str
    title: str
    rooms: tuple[int, ...]
    starts_at: datetime
    ends_at: datetime
    timezone: str
    version: int
    together: int

    @property
    def day(self) -> date:
        """The local day it begins on."""
        return self.starts_at.astimezone(ZoneInfo(self.timezone)).date()


_BLOCKS = """
SELECT id, series, kind, title, room_ids, starts_at, ends_at, timezone, version,
       (SELECT count(*) FROM block o WHERE o.event_id = b.event_id AND o.series = b.series) AS together
FROM block b WHERE event_id = $1
"""


async def of(event_id: int) -> list[Block]:
    return [_block(row) for row in await database.rows(f"{_BLOCKS} ORDER BY starts_at, id", event_id)]


async def block(event_id: int, block_id: int) -> Block:
    """Raises NotFound, also for another event's."""
    row = await database.row(f"{_BLOCKS} AND id = $2", event_id, block_id)
    if row is None:
        raise NotFound
    return _block(row)


def _block(row: asyncpg.Record) -> Block:
    values = {name: row[name] for name in row.keys() if name != "room_ids"}  # noqa: SIM118 - a Record iterates values
    return Block(rooms=tuple(row["room_ids"]), **values)


async def create(event_id: int, wanted: Wanted, on: Sequence[date]) -> UUID:
    """One block for each day, all of one series. Raises Unreadable for an hour that a day has not."""
    series = uuid4()
    await _write(event_id, series, wanted, days.spans(on, wanted.hours))
    return series


async def change(event_id: int, block_id: int, wanted: Wanted, day: date, version: int, *, whole: bool) -> None:
    """Change a block, or (`whole`) all of its series, each on its own day.

    day      where the block is to lie; a series keeps its days
    version  the one its editor saw; raises StaleWrite with both states when somebody was faster
    Changed alone it leaves its series. Raises NotFound, and Unreadable for an hour that a day has not.
    """
    async with database.transaction():
        held = await _locked(event_id, block_id, version, _words(wanted, day))
        together = [one for one in await of(event_id) if one.series == held.series] if whole else [held]
        spans = days.spans([one.day if whole else day for one in together], wanted.hours)
        series = held.series if whole else uuid4()
        for one, span in zip(together, spans, strict=True):
            await database.execute(
                "UPDATE block SET series = $2, kind = $3, title = $4, room_ids = $5, starts_at = $6, ends_at = $7,"
                " local_start = $8, local_end = $9, timezone = $10, version = version + 1 WHERE id = $1",
                one.id,
                series,
                *_columns(wanted, span),
            )


async def remove(event_id: int, block_id: int, version: int, *, whole: bool) -> int:
    """Take a block away, or all of its series; returns how many. Raises NotFound and StaleWrite."""
    async with database.transaction():
        held = await _locked(event_id, block_id, version, {})
        if whole:
            return await database.execute(
                "DELETE FROM block WHERE event_id = $1 AND series = $2", event_id, held.series
            )
        return await database.execute("DELETE FROM block WHERE id = $1", block_id)


async def put(event_id: int, wanted: Block) -> None:
    """Lay a block as it was kept, under its own id: it is changed back, or there again."""
    zone = ZoneInfo(wanted.timezone)
    local = [wall(at, zone) for at in (wanted.starts_at, wanted.ends_at)]
    await database.execute(
        "INSERT INTO block (id, event_id, series, kind, title, room_ids, starts_at, ends_at, local_start, local_end,"
        " timezone) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        " ON CONFLICT (id) DO UPDATE SET series = $3, kind = $4, title = $5, room_ids = $6, starts_at = $7,"
        " ends_at = $8, local_start = $9, local_end = $10, timezone = $11, version = block.version + 1",
        wanted.id,
        event_id,
        wanted.series,
        wanted.kind,
        wanted.title,
        list(wanted.rooms),
        wanted.starts_at,
        wanted.ends_at,
        *local,
        wanted.timezone,
    )


async def _locked(event_id: int, block_id: int, version: int, yours: dict[str, object]) -> Block:
    await database.execute("SELECT id FROM block WHERE event_id = $1 ORDER BY id FOR UPDATE", event_id)
    held = await block(event_id, block_id)
    if held.version != version:
        words = _("This block was changed while you had it open. Nothing was saved; look at both and choose.")
        zone = ZoneInfo(held.timezone)
        start, end = (at.astimezone(zone).time() for at in (held.starts_at, held.ends_at))
        theirs = _words(Wanted(held.kind, held.title, held.rooms, Hours(start, end, zone)), held.day)
        raise StaleWrite(words, theirs, yours)
    return held


def _words(wanted: Wanted, day: date) -> dict[str, object]:
    return {
        _("Title"): wanted.title,
        _("Day"): day.isoformat(),
        _("Starts"): f"{wanted.hours.start:%H:%M}",
        _("Ends"): f"{wanted.hours.end:%H:%M}",
        _("Rooms"): len(wanted.rooms) or _("all"),
    }


async def _write(event_id: int, series: UUID, wanted: Wanted, spans: Iterable[Span]) -> None:
    await database.execute_many(
        "INSERT INTO block (event_id, series, kind, title, room_ids, starts_at, ends_at, local_start, local_end,"
        " timezone) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [(event_id, series, *_columns(wanted, span)) for span in spans],
    )


def _columns(wanted: Wanted, span: Span) -> tuple[object, ...]:
    """kind, title, room_ids, both moments, both wall times, zone."""
    zone = wanted.hours.zone
    local = [wall(at, zone) for at in span]
    return wanted.kind, wanted.title, list(wanted.rooms), *span, *local, zone.key
