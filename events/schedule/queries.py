"""Reading releases for pages and feeds: parsed once a process, looked after at most once a second."""

import asyncio
import json
from datetime import datetime

import asyncpg

from events.core import database
from events.core.fresh import Fresh
from events.schedule import feeds, snapshots
from events.schedule.diffs import Changes
from events.schedule.diffs import from_json as changes_from_json
from events.schedule.feeds import Bytes, Filter
from events.schedule.snapshots import Snapshot


async def last(event_id: int) -> Snapshot | None:
    """The last release as registrants see it, as it is in the database now: for comparing with the draft.

    The one that was compared with lastly is kept: an organizer looks at the impact, publishes, and looks again.
    """
    which = await stamp(event_id)
    if (event_id, which) in _last:
        return _last[event_id, which]
    row = await database.row(
        "SELECT id, number, published_at, public, registrants FROM release WHERE event_id = $1"
        " ORDER BY number DESC LIMIT 1",
        event_id,
    )
    found = await asyncio.to_thread(_parsed, row, True) if row else None
    _last.clear()
    _last[event_id, which] = found
    return found


async def remember(published: Snapshot) -> None:
    """Keep what this process has just published, as registrants see it; unless somebody was faster again."""
    which = await stamp(published.event.id)
    if isinstance(which, tuple) and published.release_id in which:
        _last.clear()
        _last[published.event.id, which] = published


_last: dict[tuple[int, object], Snapshot | None] = {}
"""At most one: a big programme takes 10 MB."""


async def _load(event_id: int) -> Snapshot | None:
    row = await database.row(
        "SELECT id, number, published_at, public FROM release WHERE event_id = $1 ORDER BY number DESC LIMIT 1",
        event_id,
    )
    return await asyncio.to_thread(_parsed, row, False) if row else None


def _parsed(row: asyncpg.Record, registrants: bool) -> Snapshot:
    """In a thread: 2,792 sessions are 4 MB of JSON."""
    return snapshots.from_json(
        json.loads(row["public"]),
        json.loads(row["registrants"]) if registrants else None,
        number=row["number"],
        published_at=row["published_at"],
        release_id=row["id"],
    )


async def stamp(event_id: int) -> object:
    """Changes with a release, a redaction, and a feed's new revision."""
    row = await database.row(
        "SELECT e.guid, r.id, r.number, r.published_at,"
        " (SELECT count(*) FROM redaction d WHERE d.event_id = e.id) AS redactions,"
        " (SELECT etag FROM feed f WHERE f.key = $2) AS feed FROM event e"
        " LEFT JOIN LATERAL (SELECT id, number, published_at FROM release WHERE event_id = e.id"
        "  ORDER BY number DESC LIMIT 1) r ON true WHERE e.id = $1",
        event_id,
        feeds.key(event_id),
    )
    return tuple(row) if row else None


_current: Fresh[int, Snapshot | None] = Fresh(_load, stamp, size=20)


async def _stored_feed(event_id: int) -> Bytes | None:
    return await feeds.stored(event_id)


async def _filtered_feed(wanted: tuple[int, Filter]) -> Bytes | None:
    return await feeds.filtered(*wanted)


async def _stamp_of_filtered(wanted: tuple[int, Filter]) -> object:
    return await stamp(wanted[0])


_feeds: Fresh[int, Bytes | None] = Fresh(_stored_feed, stamp, size=20)
_filtered: Fresh[tuple[int, Filter], Bytes | None] = Fresh(_filtered_feed, _stamp_of_filtered, size=200)


async def current(event_id: int) -> Snapshot | None:
    """What everybody may see: the last release, at most a second old. None before the first one."""
    return await _current.get(event_id)


async def feed(event_id: int, wanted: Filter) -> Bytes | None:
    """The event's feed or a part of it, at most a second old. None before the first release."""
    if wanted.everything:
        return await _feeds.get(event_id)
    return await _filtered.get((event_id, wanted))


def forget(event_id: int) -> None:
    """This process has just published: its next request looks again."""
    _current.forget(event_id)
    _feeds.forget(event_id)
    _filtered.clear()


async def releases(event_id: int, limit: int = 20) -> list[tuple[int, datetime, str, Changes]]:
    """The latest releases: number, time, note, changes that everybody may know of."""
    found: list[tuple[int, datetime, str, Changes]] = []
    for row in await database.rows(
        "SELECT number, published_at, note, changes FROM release WHERE event_id = $1 ORDER BY number DESC LIMIT $2",
        event_id,
        limit,
    ):
        public = [one for one in json.loads(row["changes"]) if one["public"]]
        found.append((row["number"], row["published_at"], row["note"], changes_from_json(row["number"] - 1, public)))
    return found
