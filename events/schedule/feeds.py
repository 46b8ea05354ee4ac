"""An event's calendar feed: the stored bytes of all entries, and smaller ones put together from the same entries.

The whole feed and its compressed forms are written with the release. A feed of some tracks, units, rooms, kinds or
languages is put together when somebody asks for it, and kept by the process until the revision moves.
"""

import asyncio
import gzip
import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import brotli

from events.core import calendars, database, links

TOMBSTONE = timedelta(days=1)
"""How long after its end something cancelled stays in the feed."""
REFRESH = timedelta(hours=1)
REFRESH_SOON = timedelta(minutes=15)
"""What clients are asked to look after while the event runs (with a week before)."""


@dataclass(frozen=True, slots=True)
class Bytes:
    """A feed ready to send, kept compressed alone, as nearly everybody takes it."""

    gzip: bytes
    brotli: bytes | None
    etag: str
    last_modified: datetime
    revision: int

    @property
    def body(self) -> bytes:
        return gzip.decompress(self.gzip)

    @property
    def size(self) -> int:
        return len(self.gzip) + len(self.brotli or b"")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries: () and "" mean all; of one list any will do, and all lists together.

    units      ids; kinds: names of session types in small letters; languages: as sessions have them
    utc        times without a zone, for readers that cannot read VTIMEZONE
    """

    tracks: tuple[str, ...] = ()
    units: tuple[int, ...] = ()
    rooms: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    session: str = ""
    utc: bool = False

    @property
    def everything(self) -> bool:
        return self == EVERYTHING


EVERYTHING = Filter()


def key(event_id: int) -> str:
    return f"events/{event_id}/schedule"


async def write(event_id: int, at: datetime, beside: Callable[[], Awaitable[object]] | None = None) -> bool:
    """Store the whole feed as it should be at this moment; False when not a byte changed.

    beside   what else the transaction has to write: done while threads compress the feed, which takes other cores
    Called with a release, and by the upkeep when a tombstone's time is over.
    """
    header, entries = await _parts(event_id, Filter(), at)
    body = calendars.calendar(header, entries)
    etag = etag_of(body)
    changed = await database.value("SELECT etag FROM feed WHERE key = $1", key(event_id)) != etag
    # Threads alone: a task that asked the database would do it over the transaction's connection, at the same time.
    compressing = asyncio.gather(*(asyncio.to_thread(compress, body) for compress in (gzipped, _brotlied) if changed))
    if beside is not None:
        await beside()
    if not changed:
        return False
    zipped, brotlied = await compressing
    await database.execute(
        "INSERT INTO feed (key, event_id, revision, etag, last_modified, body, gzip, brotli)"
        " VALUES ($1, $2, 1, $3, $4, $5, $6, $7) ON CONFLICT (key) DO UPDATE SET revision = feed.revision + 1,"
        " etag = excluded.etag, body = excluded.body, gzip = excluded.gzip, brotli = excluded.brotli,"
        # HTTP counts seconds: other bytes need a later one, also when the clock stepped back (RFC 9110 section 8.8.2).
        " last_modified = greatest(excluded.last_modified, feed.last_modified + interval '1 second')",
        key(event_id),
        event_id,
        etag,
        at,
        body,
        zipped,
        brotlied,
    )
    return True


async def stored(event_id: int) -> Bytes | None:
    """The whole feed; None before the first release."""
    row = await database.row(
        "SELECT gzip, brotli, etag, last_modified, revision FROM feed WHERE key = $1", key(event_id)
    )
    return Bytes(**row) if row else None


async def filtered(event_id: int, wanted: Filter, codes: Sequence[str] | None = None) -> Bytes | None:
    """A part of the feed, as of its last revision; None before the first release.

    codes   of the sessions that are of the kinds and languages wanted, where any are
    """
    row = await database.row("SELECT last_modified, revision FROM feed WHERE key = $1", key(event_id))
    if row is None:
        return None
    header, entries = await _parts(event_id, wanted, row["last_modified"], codes)
    body = calendars.calendar(header, entries)
    zipped = await asyncio.to_thread(gzipped, body)
    return Bytes(zipped, None, etag_of(body), row["last_modified"], row["revision"])


async def expired(at: datetime) -> list[int]:
    """Events whose feed still shows a tombstone that is over: the upkeep calls `write` for them."""
    return [
        row["event_id"]
        for row in await database.rows(
            "SELECT DISTINCT e.event_id FROM entry e JOIN feed f ON f.key = 'events/' || e.event_id || '/schedule'"
            " WHERE e.kind = 'slot' AND e.status = 'CANCELLED' AND e.audience <> 'registrants'"
            " AND e.ends_at + $2::interval <= $1"
            " AND e.ends_at + $2::interval > f.last_modified",
            at,
            TOMBSTONE,
        )
    ]


def etag_of(body: bytes) -> str:
    """Equal exactly when the bytes are."""
    return hashlib.blake2b(body, digest_size=15).hexdigest()


def gzipped(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)


def _brotlied(body: bytes) -> bytes:
    # 11 takes seconds for a big feed, 5 some tens of milliseconds.
    compressed: bytes = brotli.compress(body, quality=5)
    return compressed


async def _parts(
    event_id: int, wanted: Filter, at: datetime, codes: Sequence[str] | None = None
) -> tuple[bytes, list[bytes]]:
    """The header, and the entries that everybody may see at this moment, in order of time."""
    event = await database.row(
        "SELECT slug, title, summary, timezone, starts_on, ends_on FROM event WHERE id = $1", event_id
    )
    assert event is not None
    rows = await database.rows(
        "SELECT ics, starts_at, ends_at FROM entry WHERE event_id = $1 AND kind = 'slot'"
        " AND audience IN ('public', 'closed') AND (status = 'CONFIRMED' OR ends_at + $2::interval > $3)"
        " AND ($4::text[] = '{}' OR track = any($4)) AND ($5::int[] = '{}' OR unit_id = any($5))"
        " AND ($6::text[] = '{}' OR room_names && $6) AND ($7 = '' OR session_code = $7)"
        " AND ($8::text[] IS NULL OR session_code = any($8)) ORDER BY starts_at, id",
        event_id,
        TOMBSTONE,
        at,
        list(wanted.tracks),
        list(wanted.units),
        list(wanted.rooms),
        wanted.session,
        codes,
    )
    entries: list[bytes] = [row["ics"] for row in rows]
    if wanted.utc:
        entries = [_in_utc(row["ics"], row["starts_at"], row["ends_at"]) for row in rows]
    first = min((row["starts_at"] for row in rows), default=None)
    last = max((row["ends_at"] for row in rows), default=None)
    header = calendars.header(
        event["title"],
        "UTC" if wanted.utc else event["timezone"],
        first.date() if first else None,
        last.date() if last else None,
        zones=() if wanted.utc else _zones(entries),
        refresh=_refresh(event["starts_on"], event["ends_on"], at),
        url=links.absolute(f"/events/{event['slug']}/schedule"),
    )
    return header, entries


def _refresh(starts_on: date | None, ends_on: date | None, at: datetime) -> timedelta:
    if starts_on and ends_on and starts_on - timedelta(days=7) <= at.date() <= ends_on + timedelta(days=1):
        return REFRESH_SOON
    return REFRESH


_TIME = re.compile(rb"^DT(START|END)(?:;TZID=([^:\r\n]+))?:[0-9TZ]+\r\n", re.MULTILINE)


def _zones(entries: Sequence[bytes]) -> set[str]:
    """The zones that entries are written in."""
    found = (_TIME.search(ics) for ics in entries)
    return {zone.group(2).decode() for zone in found if zone and zone.group(2)}


def _in_utc(ics: bytes, starts_at: datetime, ends_at: datetime) -> bytes:
    times = {b"START": starts_at, b"END": ends_at}
    return _TIME.sub(
        lambda found: b"DT%s:%s\r\n" % (found[1], times[found[1]].astimezone(UTC).strftime("%Y%m%dT%H%M%SZ").encode()),
        ics,
    )
