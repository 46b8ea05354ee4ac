"""The freshness ledger: when which calendar app last saw which revision of a personal feed.

Fetches are gathered in the process that answered them, and written together at most every 5 s: one statement an app
fetch costs three times the answer (FAST). A process that is killed forgets at most those five seconds, which makes
somebody look staler than they are, never fresher.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from events.core import database
from events.core.logs import log

EVERY = 5.0
REMEMBERED = timedelta(days=14)
"""An app not seen for so long is not asked any more whether it knows."""

BOUND = 50_000
"""Fetches a process gathers before it lets go of new ones: the database was away for long."""


@dataclass(frozen=True, slots=True)
class Fetch:
    at: datetime
    revision: int


class Ledger:
    """What this process saw since it last wrote."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, str], Fetch] = {}

    def note(self, feed_id: int, client: str, revision: int, at: datetime) -> None:
        """An app fetched a revision, or learned by a 304 that it has it."""
        if len(self._seen) < BOUND or (feed_id, client) in self._seen:
            self._seen[feed_id, client] = Fetch(at, revision)

    async def flush(self) -> int:
        """Write what was gathered. Returns how many; with the database away they are kept for the next time."""
        seen, self._seen = self._seen, {}
        if not seen:
            return 0
        try:
            await database.execute(
                "INSERT INTO feed_fetch (feed_id, client, fetched_at, revision)"
                " SELECT f.id, n.client, n.at, n.revision"
                " FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::bigint[]) n (feed, client, at, revision)"
                " JOIN personal_feed f ON f.id = n.feed"
                " ON CONFLICT (feed_id, client) DO UPDATE SET"
                " fetched_at = greatest(feed_fetch.fetched_at, excluded.fetched_at),"
                " revision = greatest(feed_fetch.revision, excluded.revision)",
                [feed for feed, _client in seen],
                [client for _feed, client in seen],
                [fetch.at for fetch in seen.values()],
                [fetch.revision for fetch in seen.values()],
            )
        except database.TROUBLE:
            self._seen = seen | self._seen
            raise
        return len(seen)

    async def keep(self, stop: asyncio.Event) -> None:
        """Write every 5 s until told to stop, and once more then."""
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), EVERY)
            try:
                await self.flush()
            except database.TROUBLE as error:
                log.warning("the freshness ledger waits", error=type(error).__name__)


ledger = Ledger()
"""This process's own."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One line of the ledger, for its owner: which app, when it last looked, and whether it has the newest."""

    client: str
    at: datetime
    fresh: bool


async def apps_of(feed_id: int, at: datetime) -> list[Seen]:
    rows = await database.rows(
        "SELECT f.client, f.fetched_at, f.revision >= p.revision AS fresh FROM feed_fetch f"
        " JOIN personal_feed p ON p.id = f.feed_id WHERE f.feed_id = $1 AND f.fetched_at > $2"
        " ORDER BY f.fetched_at DESC",
        feed_id,
        at - REMEMBERED,
    )
    return [Seen(row["client"], row["fetched_at"], row["fresh"]) for row in rows]


async def forget(at: datetime) -> int:
    """Delete lines older than 14 days."""
    return await database.execute("DELETE FROM feed_fetch WHERE fetched_at <= $1", at - REMEMBERED)
