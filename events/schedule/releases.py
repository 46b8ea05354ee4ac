"""Publishing: the draft becomes a numbered release, with the calendar entry of every slot and the event's feed.

One transaction: compare with the last release, store the two views, write the entries that say something new, store the
feed, and leave a message for everyone above. Nothing public ever reads the draft.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from events.core import collecting, database, outbox
from events.core.errors import DomainError
from events.core.locales import _
from events.schedule import conflict_lists, conflicts, diffs, drafts, feeds, placed, queries, snapshots, stored_entries
from events.schedule.diffs import Changes
from events.schedule.snapshots import Snapshot

LOCK = 0x5C4ED
"""First key of the advisory lock of an event's programme; the second is the event's id."""


class NothingToPublish(DomainError):
    status = 409

    def __init__(self) -> None:
        super().__init__(_("Nothing has changed since the last release."))


class Blocked(DomainError):
    """Conflicts of level block stand in the way. `conflicts` are in the fields."""

    status = 409

    def __init__(self, found: list[conflicts.Conflict]) -> None:
        told = "; ".join(f"{words}: {count}" for words, count in conflict_lists.counted(found))
        words = _("Conflicts stop publishing. %(told)s. Move a session of each, or let them be accepted.")
        super().__init__(words % {"told": told}, conflicts=found)
        self.conflicts = found


@dataclass(frozen=True, slots=True)
class Release:
    id: int
    event_id: int
    number: int
    published_at: datetime
    name: str
    note: str
    changes: Changes


async def preview(event_id: int) -> Changes:
    """What publishing now would change for those who read the programme; nothing is written."""
    last = await queries.last(event_id)
    return diffs.compare(last, snapshots.registrants_view(releasable(await drafts.load(event_id), last)))


async def publish(event_id: int, actor_id: int | None, note: str, at: datetime, name: str = "") -> Release:
    """Number and store a release of the draft as it is now. Everybody may read its name and note.

    Raises Blocked for conflicts of level block, NothingToPublish when nothing changed since the last one.
    """
    with collecting.put_off():
        return await _publish(event_id, actor_id, (name, note), at)


async def _publish(event_id: int, actor_id: int | None, said: tuple[str, str], at: datetime) -> Release:
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK, event_id)
        last = await queries.last(event_id)
        if last is not None and last.published_at is not None:
            at = max(at, last.published_at)  # a clock that stepped back: LAST-MODIFIED and DTSTAMP never do
        await _refuse_blocks(event_id)
        whole = releasable(await drafts.load(event_id), last)
        registrants = snapshots.registrants_view(whole)
        changes = diffs.compare(last, registrants)
        if last is not None and not changes and last.event == registrants.event:
            raise NothingToPublish
        number = last.number + 1 if last else 1
        written = await asyncio.to_thread(_written, registrants, changes)
        await stored_entries.write(event_id, last, registrants, at)
        release_id = 0

        async def insert() -> None:
            nonlocal release_id
            release_id = await _insert(event_id, number, actor_id, said, written, at)

        await feeds.write(event_id, at, beside=insert)
        await outbox.write("release.published", {"event": event_id, "release": release_id})
    queries.forget(event_id)
    await queries.remember(replace(registrants, number=number, published_at=at, release_id=release_id))
    return Release(release_id, event_id, number, at, *said, changes)


def releasable(draft: Snapshot, last: Snapshot | None) -> Snapshot:
    """What of a draft is for others: confirmed sessions with a time; cancelled ones if they were ever announced."""
    known = last.by_code if last else {}
    sessions = [
        session
        for session in draft.sessions
        if session.visibility != "internal"
        and session.slots
        and (session.state == "confirmed" or (session.state == "cancelled" and session.code in known))
    ]
    return replace(draft, sessions=tuple(sessions))


async def _refuse_blocks(event_id: int) -> None:
    found = [one for one in await placed.conflicts(event_id) if one.level is conflicts.Level.BLOCK]
    if found:
        raise Blocked(found)


async def _insert(
    event_id: int, number: int, actor_id: int | None, said: tuple[str, str], written: tuple[str, str, str], at: datetime
) -> int:
    made: int = await database.value(
        "INSERT INTO release"
        " (event_id, number, published_at, published_by_id, name, note, public, registrants, changes)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
        event_id,
        number,
        at,
        actor_id,
        *said,
        *written,
    )
    return made


def _written(registrants: Snapshot, changes: Changes) -> tuple[str, str, str]:
    """The two views and the changes as JSON. In a thread: 4 MB take 60 ms."""
    public = snapshots.public_view(registrants)
    parts: tuple[Mapping[str, object] | list[dict[str, object]], ...] = (
        snapshots.to_json(public),
        snapshots.extra_json(public, registrants),
        diffs.to_json(changes),
    )
    written = [json.dumps(part, ensure_ascii=False, separators=(",", ":")) for part in parts]
    return written[0], written[1], written[2]
