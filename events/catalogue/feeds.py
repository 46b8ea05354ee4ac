"""The public feeds of the catalogue: bytes stored in the transaction of a change, and read as they are.

    calendars/all             every event and celebration
    calendars/{kind}s         one kind
    calendars/units/{unit}    a unit and everything below it

A feed of exactly some filters is put together from the same stored entries when it is asked for.
"""

import asyncio
import gzip
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any

import brotli

from events.catalogue.filters import KINDS, Filters
from events.catalogue.search import where
from events.core import calendars, database, links
from events.core.calendars import Block
from events.core.errors import NotFound
from events.core.fresh import PUBLISHED, Derived, Fresh
from events.core.locales import _

KEPT = timedelta(days=400)
"""How long what is over stays in the feeds."""
TOMBSTONE = timedelta(days=1)
"""How long after its end a cancelled entry stays."""
MOST = 5000
"""Entries of one feed, because a phone reads it; what is over goes first, then what is furthest ahead."""

MOST_BYTES = 4 * 1024 * 1024
"""Of stored feeds that a process keeps."""

_LOCK = 7_305_011_948_264_919
_EPOCH = datetime.fromisoformat("2026-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class StoredFeed:
    """A feed ready to send, kept compressed alone, as nearly everybody takes it."""

    etag: str
    last_modified: datetime
    gzip: bytes
    brotli: bytes | None

    @property
    def body(self) -> bytes:
        return gzip.decompress(self.gzip)

    @property
    def size(self) -> int:
        return len(self.gzip) + len(self.brotli or b"")


@dataclass(frozen=True, slots=True)
class _Made:
    header: bytes
    entries: Sequence[bytes]
    blocks: Sequence[Block]
    last_modified: datetime

    @property
    def etag(self) -> str:
        digest = hashlib.sha256(self.header)
        for entry in self.entries:
            digest.update(entry)
        return digest.hexdigest()[:24]


async def refresh_event(event_id: int, at: datetime) -> list[str]:
    """Rewrite the feeds an event is in, after its entry changed. Returns the keys whose bytes moved."""
    row = await database.row("SELECT kind, unit_id FROM event WHERE id = $1", event_id)
    if row is None:
        return []
    return await refresh(["calendars/all", kind_key(row["kind"]), *await _unit_keys(row["unit_id"])], at)


async def refresh_unit(unit_id: int, at: datetime) -> list[str]:
    """Rewrite the feeds of a unit and of those above it."""
    return await refresh(await _unit_keys(unit_id), at)


async def refresh_all(at: datetime) -> list[str]:
    """Rewrite every feed: upkeep does it, so that tombstones and what is long over go, and the ETag moves."""
    units = await database.rows("SELECT slug FROM unit ORDER BY slug")
    keys = ["calendars/all", *map(kind_key, KINDS), *(f"calendars/units/{row['slug']}" for row in units)]
    return await refresh(keys, at)


async def refresh(keys: Iterable[str], at: datetime) -> list[str]:
    """Rewrite feeds, in one transaction with what changed; one writer at a time, so that none misses an entry."""
    changed = []
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        for key in dict.fromkeys(keys):
            if await _store(key, at):
                changed.append(key)
    return changed


def kind_key(kind: str) -> str:
    return f"calendars/{kind}s"


async def read(key: str) -> StoredFeed:
    """A stored feed, looked after all the time. Raises NotFound for a key that is no feed."""
    if not key.isprintable():
        raise NotFound
    return await _feeds.get(key)


async def filtered(filters: Filters, at: datetime, only: Iterable[int] | None = None) -> StoredFeed:
    """The feed of exactly these filters, as of a moment ago. `only`: ids of events to choose from."""
    return await _filtered.get((filters, at.date(), None if only is None else tuple(sorted(only))))


async def of_event(event_id: int) -> StoredFeed:
    """One event's entry (a celebration's: one a year) as a file to add once, as of a moment ago."""
    return await _files.get(event_id)


async def _unit_keys(unit_id: int) -> list[str]:
    """The feeds of a unit and of those above it."""
    rows = await database.rows(
        "WITH RECURSIVE above AS (SELECT id, parent_id, slug FROM unit WHERE id = $1"
        " UNION SELECT u.id, u.parent_id, u.slug FROM unit u JOIN above a ON u.id = a.parent_id)"
        " SELECT slug FROM above",
        unit_id,
    )
    return [f"calendars/units/{row['slug']}" for row in rows]


async def _subject(key: str) -> tuple[str, Filters]:
    """What a feed is called and which filters it stands for."""
    name = key.removeprefix("calendars/")
    if name == "all":
        return _("All events"), Filters()
    if name.startswith("units/"):
        slug = name.removeprefix("units/")
        title = await database.value("SELECT name FROM unit WHERE slug = $1", slug)
        if title is not None:
            return title, Filters(unit=slug)
    elif name.removesuffix("s") in KINDS and name.endswith("s"):
        kind = name.removesuffix("s")
        return str(KINDS[kind]), Filters(kinds=(kind,))
    raise NotFound


async def _store(key: str, at: datetime) -> bool:
    """Write a feed's bytes where they differ. Compressing leaves the loop to others."""
    title, filters = await _subject(key)
    made = await _make(title, filters, at, path=f"/{key}.ics")
    old = await database.row("SELECT etag FROM feed WHERE key = $1", key)
    if old is not None and old["etag"] == made.etag:
        return False
    body = calendars.calendar(made.header, made.entries)
    feed = await asyncio.to_thread(_pack, made, body, at)
    await database.execute(
        "INSERT INTO feed (key, revision, etag, last_modified, body, gzip, brotli) VALUES ($1, 1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (key) DO UPDATE SET revision = feed.revision + 1, etag = excluded.etag,"
        " last_modified = excluded.last_modified, body = excluded.body, gzip = excluded.gzip, brotli = excluded.brotli",
        key,
        feed.etag,
        at,
        body,
        feed.gzip,
        feed.brotli,
    )
    return True


_ENTRIES = """
SELECT n.id, n.title, n.ics, n.block, n.crc, n.last_modified, n.starts_at, n.ends_at,
       CASE WHEN e.starts_at IS NOT NULL THEN e.timezone END AS zone
FROM entry n JOIN event e ON e.id = n.event_id LEFT JOIN celebration_year y ON y.id = n.celebration_year_id
"""


async def _make(title: str, filters: Filters, at: datetime, path: str, only: tuple[int, ...] | None = None) -> _Made:
    conditions = where(filters, days=False)
    if only is not None:
        conditions.add("e.id = any(?)", list(only))
    conditions.add("n.kind <> 'slot' AND n.audience = 'public' AND n.ends_at > ?", at - KEPT)
    conditions.add("NOT (n.status = 'CANCELLED' AND n.ends_at <= ?)", at - TOMBSTONE)
    first, last = filters.days
    if first:
        conditions.add("n.ends_at > ?::timestamp AT TIME ZONE e.timezone", datetime.combine(first, datetime.min.time()))
    if last:
        after = datetime.combine(last + timedelta(days=1), datetime.min.time())
        conditions.add("n.starts_at < ?::timestamp AT TIME ZONE e.timezone", after)
    order = f"n.ends_at < ${len(conditions.values) + 1}, n.starts_at, n.id LIMIT {MOST}"
    rows = await database.rows(f"{_ENTRIES} WHERE {conditions.sql} ORDER BY {order}", *conditions.values, at)
    rows.sort(key=lambda row: (row["starts_at"], row["id"]))
    return _joined(f"{links.association()}: {title}", rows, links.absolute(path))


def _joined(name: str, rows: Sequence[Any], url: str) -> _Made:
    timed = [row for row in rows if row["zone"]]
    header = calendars.header(
        name,
        "",
        _day(min((row["starts_at"] for row in timed), default=None)),
        _day(max((row["ends_at"] for row in timed), default=None)),
        zones={row["zone"] for row in timed},
        url=url,
    )
    return _Made(
        header,
        [bytes(row["ics"]) for row in rows],
        [Block(bytes(row["block"]), row["crc"], len(row["ics"])) for row in rows],
        max((row["last_modified"] for row in rows), default=_EPOCH),
    )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _pack(made: _Made, body: bytes, last_modified: datetime) -> StoredFeed:
    return _joined_feed(made, last_modified, brotli.compress(body, quality=5))


def _joined_feed(made: _Made, last_modified: datetime, brotlied: bytes | None = None) -> StoredFeed:
    """Compressed by joining stored blocks; brotli costs more than everything else, so it is for what is stored."""
    return StoredFeed(made.etag, last_modified, calendars.gzip_of(made.header, made.blocks), brotlied)


async def _load(key: str) -> StoredFeed:
    row = await database.row("SELECT etag, last_modified, gzip, brotli FROM feed WHERE key = $1", key)
    if row is None:
        # Nothing was announced yet. A feed without entries is valid, and its subscriber does not see an error.
        title, _filters = await _subject(key)
        header = calendars.header(f"{links.association()}: {title}", "", None, None, url=links.absolute(f"/{key}.ics"))
        return _joined_feed(_Made(header, (), (), _EPOCH), _EPOCH)
    return StoredFeed(row["etag"], row["last_modified"], row["gzip"], row["brotli"])


async def _revision(key: str) -> Any:
    return await database.value("SELECT revision FROM feed WHERE key = $1", key)


async def _load_filtered(key: tuple[Filters, date, tuple[int, ...] | None]) -> StoredFeed:
    filters, today, only = key
    at = datetime.combine(today, datetime.min.time(), _EPOCH.tzinfo)
    query = filters.query()
    path = "/calendars/events.ics" + (f"?{query}" if query else "")
    made = await _make(_("Chosen events"), filters, at, path, only)
    return _joined_feed(made, made.last_modified)


async def _load_file(event_id: int) -> StoredFeed:
    conditions = where(Filters(), days=False)
    conditions.add("e.id = ? AND n.kind <> 'slot'", event_id)
    rows = await database.rows(_ENTRIES + f"WHERE {conditions.sql} ORDER BY n.starts_at, n.id", *conditions.values)
    if not rows:
        raise NotFound
    made = _joined(rows[0]["title"], rows, "")
    return _joined_feed(made, made.last_modified)


_files: Fresh[int, StoredFeed] = Fresh(_load_file, seconds=PUBLISHED, size=500)
_revisions: Fresh[str, Any] = Fresh(_revision, seconds=PUBLISHED, size=2000)
_feeds: Derived[str, StoredFeed] = Derived(_load, _revisions.get, weigh=attrgetter("size"), most=MOST_BYTES)
_filtered: Fresh[tuple[Filters, date, tuple[int, ...] | None], StoredFeed] = Fresh(
    _load_filtered, seconds=PUBLISHED, size=100
)
