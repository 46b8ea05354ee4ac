"""Blocks and breaks as gestures at a draft: laid, changed and taken away under its lock, and kept in its history."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from uuid import UUID

from events.core import database
from events.core.errors import DomainError
from events.core.locales import _
from events.planning import blocks
from events.planning.blocks import Block, Wanted
from events.schedule import history
from events.schedule.history import By, Change, State
from events.schedule.releases import LOCK


class BlockChanged(DomainError):
    """Somebody changed a block after the gesture that is to be undone."""

    status = 409

    def __init__(self, title: str) -> None:
        super().__init__(_("The block “%(title)s” has been changed since.") % {"title": title})


async def create(event_id: int, wanted: Wanted, on: Sequence[date], by: By, at: datetime) -> UUID | None:
    """As `blocks.create`; returns the command."""
    return await _kept(event_id, by, at, lambda: blocks.create(event_id, wanted, on))


async def change(
    event_id: int, block_id: int, wanted: Wanted, day: date, version: int, by: By, at: datetime, *, whole: bool
) -> UUID | None:
    """As `blocks.change`; returns the command, None when nothing is other than it was."""
    return await _kept(event_id, by, at, lambda: blocks.change(event_id, block_id, wanted, day, version, whole=whole))


async def remove(event_id: int, block_id: int, version: int, by: By, at: datetime, *, whole: bool) -> UUID | None:
    """As `blocks.remove`; returns the command."""
    return await _kept(event_id, by, at, lambda: blocks.remove(event_id, block_id, version, whole=whole))


async def turn_back(event_id: int, changes: Sequence[Change], by: By, at: datetime) -> UUID | None:
    """Undo what was recorded of blocks; returns the command. Raises BlockChanged when one was changed since."""

    async def back() -> None:
        lying = {one.id: one for one in await blocks.of(event_id)}
        for kept in changes:
            number = (kept.after or kept.before or {})["id"]
            now = lying.get(number)
            if (state(now) if now else None) != kept.after:
                raise BlockChanged((kept.after or kept.before or {})["title"])
            if kept.before is not None:
                await blocks.put(event_id, _block(kept.before))
            elif now is not None:
                await blocks.remove(event_id, number, now.version, whole=False)

    return await _kept(event_id, by, at, back)


async def _kept(event_id: int, by: By, at: datetime, work: Callable[[], Awaitable[object]]) -> UUID | None:
    """Do it, and record every block that is other than before."""
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK, event_id)
        before = {one.id: state(one) for one in await blocks.of(event_id)}
        await work()
        after = {one.id: state(one) for one in await blocks.of(event_id)}
        changes = [
            Change("block", None, None, before.get(number), after.get(number))
            for number in sorted({*before, *after})
            if before.get(number) != after.get(number)
        ]
        return await history.record(event_id, changes, by, at) if changes else None


def state(block: Block) -> State:
    """A block as the history keeps it; times as ISO 8601 in UTC."""
    return {
        "id": block.id,
        "series": str(block.series),
        "kind": block.kind,
        "title": block.title,
        "rooms": list(block.rooms),
        "starts_at": block.starts_at.isoformat(),
        "ends_at": block.ends_at.isoformat(),
        "timezone": block.timezone,
    }


def _block(kept: State) -> Block:
    starts, ends = (datetime.fromisoformat(kept[name]) for name in ("starts_at", "ends_at"))
    series, rooms = UUID(kept["series"]), tuple(kept["rooms"])
    return Block(kept["id"], series, kept["kind"], kept["title"], rooms, starts, ends, kept["timezone"], 0, 0)
