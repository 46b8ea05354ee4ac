"""Reading releases for pages and feeds: parsed once a process, with one look for all that is published of an event.

Whatever is made of a release (pages, feeds, files) is kept by the stamp of that look, so all of it turns together.
"""

import asyncio
import json

import asyncpg

from events.core import database
from events.core.fresh import PUBLISHED, Derived, Fresh
from events.schedule import atom, feeds, snapshots
from events.schedule.diffs import from_json as changes_from_json
from events.schedule.feeds import Bytes, Filter
from events.schedule.snapshots import SessionView, Snapshot

FEEDS = 4 * 1024 * 1024
"""Bytes of whole feeds that are kept, and of parts of them."""
SESSIONS = 10_000
"""Of all programmes that are kept parsed; each takes 3 KB."""


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


_stamps: Fresh[int, object] = Fresh(stamp, seconds=PUBLISHED)


async def published(event_id: int) -> object:
    """Another value whenever anything published of the event changed: the stamp of whatever is made of it."""
    return await _stamps.get(event_id)


async def _filtered_feed(wanted: tuple[int, Filter]) -> Bytes | None:
    event_id, which = wanted
    codes = None
    if which.kinds or which.languages:
        snapshot = await current(event_id)
        codes = (
            [one.code for one in snapshot.sessions if _fits(one, which, snapshot.event.language)] if snapshot else []
        )
    return await feeds.filtered(event_id, which, codes)


def _fits(session: SessionView, wanted: Filter, usual: str) -> bool:
    """Kind and language, which entries do not know of their sessions. usual: the event's language."""
    return (not wanted.kinds or session.type.casefold() in wanted.kinds) and (
        not wanted.languages or (session.language or usual) in wanted.languages
    )


def _size(feed: Bytes | None) -> int:
    return feed.size if feed else 0


def _sessions(snapshot: Snapshot | None) -> int:
    return len(snapshot.sessions) if snapshot else 0


_current: Derived[int, Snapshot | None] = Derived(_load, published, size=100, weigh=_sessions, most=SESSIONS)
_feeds: Derived[int, Bytes | None] = Derived(feeds.stored, published, size=50, weigh=_size, most=FEEDS)
_filtered: Derived[tuple[int, Filter], Bytes | None] = Derived(
    _filtered_feed, lambda wanted: published(wanted[0]), weigh=_size, most=FEEDS
)


async def current(event_id: int) -> Snapshot | None:
    """What everybody may see: the last release, as of the last look. None before the first one."""
    return await _current.get(event_id)


async def feed(event_id: int, wanted: Filter) -> Bytes | None:
    """The event's feed or a part of it, as of the last look. None before the first release."""
    if wanted.everything:
        return await _feeds.get(event_id)
    return await _filtered.get((event_id, wanted))


def forget(event_id: int) -> None:
    """This process has just published: its next request looks again."""
    _stamps.forget(event_id)


async def releases(event_id: int, limit: int = 20) -> list[atom.Told]:
    """The latest releases, with what everybody may know of their changes. Cut by PostgreSQL: they are megabytes."""
    rows = await database.rows(
        "SELECT r.number, r.published_at, r.name, r.note, p.some, p.all_of FROM release r CROSS JOIN LATERAL ("
        " SELECT coalesce(json_agg(one ORDER BY place) FILTER (WHERE place <= $3), '[]') AS some, count(*) AS all_of"
        "  FROM (SELECT one, row_number() OVER (ORDER BY n) AS place"
        "   FROM jsonb_array_elements(r.changes) WITH ORDINALITY c (one, n) WHERE (one ->> 'public')::boolean) public"
        " ) p WHERE r.event_id = $1 ORDER BY r.number DESC LIMIT $2",
        event_id,
        limit,
        atom.MOST,
    )
    return [
        atom.Told(
            row["number"],
            row["published_at"],
            row["name"],
            row["note"],
            changes_from_json(row["number"] - 1, json.loads(row["some"])),
            max(0, row["all_of"] - atom.MOST),
        )
        for row in rows
    ]
