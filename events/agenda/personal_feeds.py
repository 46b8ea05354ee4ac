"""A person's subscribable calendar: its address, its revision, its bytes.

The address is the feed's public id and a MAC of it under the application's key and the feed's epoch. Nothing secret is
stored, so the owner can always copy it again; rotating raises the epoch; and it never expires by itself.

The bytes are a header and the stored entries of what the person keeps: the same revision gives the same bytes. Whoever
changes what is in a feed calls `touch` in the same transaction, and so moves its ETag and Last-Modified.
"""

import asyncio
import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from events.core import calendars, database
from events.core.errors import DomainError, NotFound
from events.core.locales import _

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


class _Turn:
    """Requests of one turn of the loop share one lookup: a conference's apps come in waves (304: 0.28 → 0.41, FAST)."""

    def __init__(self) -> None:
        self._asked: dict[str, asyncio.Future[Feed | None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def find(self, public_id: str) -> Feed | None:
        loop = asyncio.get_running_loop()
        if not self._asked:
            loop.call_soon(self._look)
        future = self._asked.setdefault(public_id, loop.create_future())
        return await asyncio.shield(future)

    def _look(self) -> None:
        asked, self._asked = self._asked, {}
        task = asyncio.create_task(self._answer(asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, asked: dict[str, asyncio.Future[Feed | None]]) -> None:
        try:
            rows = await database.rows(_BY_PUBLIC_ID, list(asked))
        except Exception as error:
            for future in asked.values():
                future.set_exception(error)
            return
        found = {row["public_id"]: Feed(**dict(row)) for row in rows}
        for public_id, future in asked.items():
            future.set_result(found.get(public_id))


_turn = _Turn()


async def find(name: str, key: bytes, at: datetime) -> Feed:
    """The feed of an address. A guess, a rotated address and one that never was are all NotFound; else maybe Gone."""
    public_id, mac = name[:_ID], name[_ID:]
    if len(name) != _ID + _MAC or not name.isascii():
        raise NotFound
    feed = await _turn.find(public_id)
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


async def ensure(person: int, at: datetime) -> None:
    """Make the feed unless there is one. A revoked one stays revoked."""
    await database.execute(
        "INSERT INTO personal_feed (person_id, public_id, changed_at) VALUES ($1, $2, $3)"
        " ON CONFLICT (person_id) DO NOTHING",
        person,
        secrets.token_urlsafe(16),
        at,
    )


async def touch(people: list[int], at: datetime) -> None:
    """Something in the schedules of these people changed."""
    if people:
        await database.execute(
            "UPDATE personal_feed SET revision = revision + 1, changed_at = $2 WHERE person_id = any($1)", people, at
        )


async def rotate(person: int, at: datetime) -> None:
    """Give the feed another address; the old one is at once unknown. Also brings a revoked feed back."""
    await ensure(person, at)
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

_ENTRIES = """
SELECT en.ics, en.block, en.crc, length(en.ics) AS length, en.starts_at, en.ends_at,
       coalesce(sl.timezone, e.timezone) AS zone
FROM kept k
JOIN session s ON s.id = k.session_id
JOIN event e ON e.id = s.event_id
JOIN entry en ON en.event_id = s.event_id AND en.session_code = s.code AND en.kind = 'slot'
LEFT JOIN slot sl ON sl.id = en.slot_id
WHERE k.person_id = $1
AND (en.status = 'CONFIRMED' OR (NOT $2 AND en.ends_at + interval '1 day' > $3))
AND NOT EXISTS (SELECT FROM invitation i WHERE i.person_id = $1 AND i.entry_id = en.id AND i.state = 'invited')
AND (en.audience <> 'registrants' OR EXISTS (
    SELECT FROM registration r JOIN orders o ON o.id = r.order_id AND o.state = 'CONFIRMED'
    WHERE r.person_id = $1 AND r.event_id = en.event_id AND r.cancelled_at IS NULL
))
ORDER BY en.starts_at, en.id
"""
"""What was cancelled stays until a day after it would have ended, counted from the feed's last change, not from now:
time never enters the bytes. A seat whose invitation lives is in the invitation, not here."""


@dataclass(frozen=True, slots=True)
class Bytes:
    """A feed, ready to be joined either way."""

    header: bytes
    entries: list[Any]

    def plain(self) -> bytes:
        return calendars.calendar(self.header, [row["ics"] for row in self.entries])

    def gzip(self) -> bytes:
        blocks = [calendars.Block(row["block"], row["crc"], row["length"]) for row in self.entries]
        return calendars.gzip_of(self.header, blocks)


async def build(feed: Feed, name: str, url: str) -> Bytes:
    """What the feed says at its revision.

    name   what calendar apps call it; nothing personal, because people share calendars
    """
    rows = []
    if feed.revoked_at is None:
        rows = await database.rows(_ENTRIES, feed.person_id, feed.hide_cancelled, feed.changed_at)
    if not rows:
        return Bytes(_header(name, url, (), None, None), [])
    first, last = rows[0]["starts_at"].year, max(row["ends_at"] for row in rows).year
    return Bytes(_header(name, url, tuple(sorted({row["zone"] for row in rows})), first, last), rows)


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
