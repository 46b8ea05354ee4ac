"""A person's subscribable calendar: its address, its revision, its bytes.

The address is the feed's public id and a MAC of it under the application's key and the feed's epoch. Nothing secret is
stored, so the owner can always copy it again; rotating raises the epoch; and it never expires by itself.

The bytes are a header and the stored entries of what the person keeps: the same revision gives the same bytes. Whoever
changes what is in a feed calls `touch` in the same transaction, and so moves its ETag and Last-Modified.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import asyncpg

from events.core import calendars, database
from events.core.calendars import Block
from events.core.errors import DomainError, NotFound
from events.core.fresh import Fresh
from events.core.locales import _
from events.core.turns import Turn

EMPTY_FOR = timedelta(days=30)
"""How long a revoked feed stays a valid, empty calendar, so that apps take its entries away; then it is gone."""

REFRESH = timedelta(minutes=15)
FORMAT = 1
"""Part of the ETag; raise it when the same revision would be written differently."""

_ID, _MAC = 22, 22


@dataclass(frozen=True, slots=True)
class Feed:
    id: int
    person_id: int
    public_id: str
    epoch: int
    revision: int
    changed_at: datetime
    revoked_at: datetime | None
    seats_here: bool
    hide_cancelled: bool

    @property
    def etag(self) -> str:
        """The inside of the ETag: equal exactly when the bytes are."""
        state = "empty" if self.revoked_at else str(self.revision)
        return f"{self.public_id}-{FORMAT}-{state}"

    @property
    def last_modified(self) -> datetime:
        return self.revoked_at or self.changed_at

    def gone(self, at: datetime) -> bool:
        return self.revoked_at is not None and at >= self.revoked_at + EMPTY_FOR


class Gone(DomainError):
    """The owner revoked this address long ago."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_("This calendar address was revoked. Its owner can make a new one under “My schedule”."))


# Its address


def name_of(public_id: str, epoch: int, key: bytes) -> str:
    """The part of the address before .ics: 44 characters."""
    return public_id + _mac(public_id, epoch, key)


def address(feed: Feed, key: bytes, base_url: str) -> str:
    return f"{base_url}/calendars/my/{name_of(feed.public_id, feed.epoch, key)}.ics"


def _mac(public_id: str, epoch: int, key: bytes) -> str:
    digest = hmac.digest(key, f"personal-feed\0{public_id}\0{epoch}".encode(), hashlib.sha256)[:16]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


# Finding it

_FEED = (
    "SELECT id, person_id, public_id, epoch, revision, changed_at, revoked_at, seats_here, hide_cancelled"
    " FROM personal_feed WHERE "
)
_BY_PUBLIC_ID = _FEED + "public_id = any($1)"
_BY_PERSON = _FEED + "person_id = $1"
_BY_FORMER_KEY = (
    "SELECT f.id, f.person_id, k.key AS public_id, k.epoch, f.revision, f.changed_at, f.revoked_at, f.seats_here,"
    " f.hide_cancelled FROM former_key k JOIN personal_feed f ON f.person_id = k.person_id"
    " WHERE k.kind = 'feed' AND k.key = any($1)"
)
"""Of somebody who is another person since (`people.merging`): their address shows the feed of that one."""


async def _look(public_ids: Sequence[str]) -> dict[str, Feed]:
    found = {row["public_id"]: Feed(**dict(row)) for row in await database.rows(_BY_PUBLIC_ID, public_ids)}
    if unknown := [one for one in public_ids if one not in found]:
        found |= {row["public_id"]: Feed(**dict(row)) for row in await database.rows(_BY_FORMER_KEY, unknown)}
    return found


_found = Turn(_look)


async def find(name: str, key: bytes, at: datetime) -> Feed:
    """The feed of an address. A guess, a rotated address and one that never was are all NotFound; else maybe Gone."""
    public_id, mac = name[:_ID], name[_ID:]
    if len(name) != _ID + _MAC or not name.isascii():
        raise NotFound
    feed = await _found.get(public_id)
    epoch = feed.epoch if feed else 0
    if not hmac.compare_digest(mac, _mac(public_id, epoch, key)) or feed is None:
        raise NotFound
    if feed.gone(at):
        raise Gone
    return feed


async def of_person(person: int) -> Feed | None:
    row = await database.row(_BY_PERSON, person)
    return Feed(**dict(row)) if row else None


# Its life


async def ensure(people: Sequence[int], at: datetime) -> None:
    """Make the feeds of these people, of whom has none. A revoked one stays revoked."""
    await database.execute(
        "INSERT INTO personal_feed (person_id, public_id, changed_at)"
        " SELECT person, public_id, $3 FROM unnest($1::int[], $2::text[]) new (person, public_id)"
        " ON CONFLICT (person_id) DO NOTHING",
        list(people),
        [secrets.token_urlsafe(16) for _person in people],
        at,
    )


async def touch(people: Sequence[int], at: datetime) -> None:
    """Something in the schedules of these people changed. Locks their feeds in one order: many touch many at once."""
    if people:
        await database.execute(
            "UPDATE personal_feed SET revision = revision + 1, changed_at = $2 WHERE id IN"
            " (SELECT id FROM personal_feed WHERE person_id = any($1) ORDER BY person_id FOR NO KEY UPDATE)",
            list(people),
            at,
        )


async def rotate(person: int, at: datetime) -> None:
    """Give the feed another address; the old one is at once unknown. Also brings a revoked feed back."""
    await ensure([person], at)
    async with database.transaction():
        await database.execute(
            "UPDATE personal_feed SET epoch = epoch + 1, revision = revision + 1, changed_at = $2, revoked_at = NULL"
            " WHERE person_id = $1",
            person,
            at,
        )
        await database.execute(
            "DELETE FROM feed_fetch USING personal_feed f WHERE f.id = feed_fetch.feed_id AND f.person_id = $1", person
        )
        await database.execute("DELETE FROM former_key WHERE person_id = $1 AND kind = 'feed'", person)


async def revoke(person: int, at: datetime) -> None:
    """Empty the feed now; its address stays valid for 30 days, then answers that it is gone."""
    await database.execute(
        "UPDATE personal_feed SET revoked_at = $2, revision = revision + 1, changed_at = $2, seats_here = false"
        " WHERE person_id = $1 AND revoked_at IS NULL",
        person,
        at,
    )


async def choose(person: int, *, seats_here: bool, hide_cancelled: bool, at: datetime) -> None:
    """Where seats are shown, and whether cancelled sessions stay in sight."""
    await database.execute(
        "UPDATE personal_feed SET seats_here = $2, hide_cancelled = $3, revision = revision + 1, changed_at = $4"
        " WHERE person_id = $1 AND (seats_here, hide_cancelled) IS DISTINCT FROM ($2, $3)",
        person,
        seats_here,
        hide_cancelled,
        at,
    )


async def drop_tombstones(at: datetime) -> int:
    """Move the revision of feeds that still show something cancelled whose day is over. Returns how many."""
    return await database.execute(
        "UPDATE personal_feed f SET revision = revision + 1, changed_at = $1 WHERE EXISTS ("
        " SELECT FROM kept k JOIN session s ON s.id = k.session_id"
        " JOIN entry en ON en.event_id = s.event_id AND en.session_code = s.code"
        " WHERE k.person_id = f.person_id AND en.status = 'CANCELLED' AND en.kind = 'slot'"
        " AND en.ends_at + interval '1 day' <= $1 AND en.ends_at + interval '1 day' > f.changed_at)",
        at,
    )


# Its bytes

TOGETHER = 20
"""Feeds of one question."""

_ENTRIES = f"""
SELECT f.id AS feed, en.id, en.crc
FROM (SELECT feed FROM string_to_table($1, ',') given (feed) LIMIT {TOGETHER}) wanted
CROSS JOIN LATERAL (SELECT * FROM personal_feed p WHERE p.id = wanted.feed::bigint OFFSET 0) f
CROSS JOIN LATERAL (SELECT array(
    SELECT r.event_id FROM registration r JOIN orders o ON o.id = r.order_id AND o.state = 'CONFIRMED'
    WHERE r.person_id = f.person_id AND r.cancelled_at IS NULL
) AS events OFFSET 0) registered
CROSS JOIN LATERAL (
    SELECT session_id FROM saved WHERE person_id = f.person_id
    UNION SELECT session_id FROM seat WHERE person_id = f.person_id
) k
CROSS JOIN LATERAL (SELECT event_id, code FROM session WHERE id = k.session_id OFFSET 0) s
CROSS JOIN LATERAL (
    SELECT * FROM entry e WHERE e.event_id = s.event_id AND e.session_code = s.code AND e.kind = 'slot' OFFSET 0
) en
WHERE (en.status = 'CONFIRMED' OR (NOT f.hide_cancelled AND en.ends_at + interval '1 day' > f.changed_at))
AND NOT EXISTS (SELECT FROM invitation i
    WHERE i.person_id = f.person_id AND i.entry_id = en.id AND i.state = 'invited' OFFSET 0)
AND (en.audience <> 'registrants' OR en.event_id = any(registered.events))
ORDER BY en.starts_at, en.id
"""  # noqa: S608 - a number of ours
"""The entries of some feeds. What was cancelled stays until a day after it would have ended, counted from the feed's
last change, not from now: time never enters the bytes. A seat whose invitation lives is in the invitation, not here.

Written for one plan, by indexes alone (OFFSET 0 keeps the planner from joining whole tables: that of 25,000 invitations
took 140 ms), that PostgreSQL keeps: of
an array it would count the elements and plan anew each time, which takes 3 ms; of a text it cannot, and the limit says
how many there are at most. With eight feeds at once one costs PostgreSQL 0.13 ms, where each by itself cost 0.4.
"""

_STORED = "SELECT id, crc, ics, block, length(ics) AS length, starts_at, ends_at FROM entry WHERE id = any($1)"


class Entry(NamedTuple):
    """A stored entry, as the process keeps it."""

    block: Block
    zone: str
    starts: int
    ends: int


_entries: dict[tuple[int, int], Entry] = {}
"""By id and crc32: what is in here is never wrong, an entry that says something else has another crc."""
MOST_ENTRIES = 10_000
"""About 8 MB."""


async def _entries_of(feeds: Sequence[int]) -> dict[int, list[Entry]]:
    """What some feeds show, in order of time. Entries that the process has not seen yet take a second question."""
    wanted: dict[int, list[tuple[int, int]]] = {feed: [] for feed in feeds}
    for first in range(0, len(feeds), TOGETHER):
        for feed, *entry in await database.rows(_ENTRIES, ",".join(map(str, feeds[first : first + TOGETHER]))):
            wanted[feed].append((entry[0], entry[1]))
    unknown = {key[0] for keys in wanted.values() for key in keys if key not in _entries}
    if unknown:
        if len(_entries) > MOST_ENTRIES:
            _entries.clear()
            unknown = {key[0] for keys in wanted.values() for key in keys}
        for row in await database.rows(_STORED, list(unknown)):
            _entries[row["id"], row["crc"]] = _entry(row)
    return {feed: [_entries[key] for key in keys if key in _entries] for feed, keys in wanted.items()}


def _entry(row: asyncpg.Record) -> Entry:
    zone = calendars.zone_of(row["ics"])
    return Entry(Block(row["block"], row["crc"], row["length"]), zone, row["starts_at"].year, row["ends_at"].year)


_shown = Turn(_entries_of)


@dataclass(frozen=True, slots=True)
class Bytes:
    """A feed, ready to be joined either way."""

    header: bytes
    blocks: list[Block]

    def plain(self) -> bytes:
        return calendars.calendar(self.header, map(calendars.unpacked, self.blocks))

    def gzip(self) -> bytes:
        return calendars.gzip_of(self.header, self.blocks)


async def build(feed: Feed, name: str, url: str) -> Bytes:
    """What the feed says at its revision.

    name   what calendar apps call it; nothing personal, because people share calendars
    """
    shown = await _shown.get(feed.id) if feed.revoked_at is None else None
    if not shown:
        return Bytes(_header(name, url, (), None, None), [])
    zones = tuple(sorted({entry.zone for entry in shown}))
    header = _header(name, url, zones, shown[0].starts, max(entry.ends for entry in shown))
    return Bytes(header, [entry.block for entry in shown])


async def _gzip(wanted: tuple[Feed, str, str]) -> bytes:
    return (await build(*wanted)).gzip()


_kept: Fresh[tuple[Feed, str, str], bytes] = Fresh(_gzip, size=500)


async def gzip(feed: Feed, name: str, url: str) -> bytes:
    """The compressed feed, at most a second old: an app that asks twice, and apps that share an address."""
    return await _kept.get((feed, name, url))


@lru_cache(maxsize=256)
def _header(name: str, url: str, zones: tuple[str, ...], first: int | None, last: int | None) -> bytes:
    """The same for everybody whose sessions lie in the same years and zones. The days around a new year are covered."""
    return calendars.header(
        name,
        "",
        date(first, 1, 1) if first else None,
        date(last, 12, 31) if last else None,
        zones=zones,
        refresh=REFRESH,
        url=url,
    )
