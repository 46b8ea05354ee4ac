"""From the outbox to the queue: claims what is due, commits, and only then rings arq.

The database is the truth and the queue a doorbell. A crash between commit and ring, a flushed Redis or a killed worker
leave a lease behind that runs out, and the next sweep rings again; a ring that Redis refuses gives its claim back. As
many relays as wanted may run at once.

It polls, every quarter of a second: a few small index reads, where NOTIFY would take a lock that all commits of the
database share. In a crowd that is also what gathers: whatever came meanwhile is one ring a topic.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from redis.exceptions import RedisError, ResponseError

from events.core import clock, database, outbox
from events.core.logs import log
from events.core.outbox import Message

LEASE = timedelta(minutes=5)
"""How long a claim lasts: longer than a full queue of rings takes at five mails a second."""

ROOM = 60
"""Rings that may wait in the queue. More stay in the outbox, where waiting costs no attempt."""

BULK_ROOM = 8
"""The same before what is not fresh is rung for: the queue is never full of mails by the thousand."""

FRESH = timedelta(seconds=10)
"""What fell due so lately, and does not come by the thousand, passes by all that waits."""

BATCH = 200
"""Messages claimed at once. When so many were due, more may lie behind them, and the next look is at once."""

TOGETHER = 50
"""Messages of one topic rung as one: a ring costs six round trips to Redis, more than a mail."""

PAUSE = 0.25
AGAIN = 0.02
AWAY = 2.0


class Queue(Protocol):
    async def waiting(self) -> int:
        """How many rings nobody has taken up."""

    async def ring(self, rung: Sequence[tuple[int, int]], key: str, *, first: bool = False) -> None:
        """Ring for messages, given as (id, attempt); `first`: before all that wait. Ringing twice with one key is
        ringing once."""


async def relay(
    queue: Queue, at: datetime, together: frozenset[str] = frozenset(), bulk: frozenset[str] = frozenset()
) -> int:
    """Hand due messages to the queue: first what is fresh, then all in their order. Returns how many.

    together   topics of which up to TOGETHER are one ring
    bulk       topics that come by the thousand: nobody in front of a screen waits for them, nor behind them
    """
    waiting = await queue.waiting()
    rung = 0
    if waiting < ROOM:
        fresh = await outbox.claim(BATCH, at, LEASE, since=at - FRESH, but=bulk)
        await _ring(queue, rings(fresh, together), first=True)
        rung += len(fresh)
    if waiting < BULK_ROOM:
        rest = await outbox.claim(BATCH, at, LEASE)
        await _ring(queue, rings(rest, together), first=False)
        rung += len(rest)
    return rung


async def _ring(queue: Queue, waiting: list[list[Message]], *, first: bool) -> None:
    try:
        while waiting:
            ring = waiting.pop(0)
            key = f"message-{ring[0].id}-{ring[0].attempt}"
            try:
                await queue.ring([(message.id, message.attempt) for message in ring], key, first=first)
            except ResponseError:
                # A no: Redis is full. After a lost connection the ring may be in the queue, and waits for its lease.
                waiting.insert(0, ring)
                raise
    finally:
        if waiting:  # what was not rung spends no attempt
            await outbox.give_back([message for ring in waiting for message in ring])


def rings(messages: Sequence[Message], together: frozenset[str]) -> list[list[Message]]:
    """One ring a message; those of a topic in `together` are gathered, in their order."""
    found: list[list[Message]] = []
    open_ring: dict[str, list[Message]] = {}
    for message in messages:
        ring = open_ring.get(message.topic)
        if message.topic in together and ring is not None and len(ring) < TOGETHER:
            ring.append(message)
            continue
        ring = [message]
        open_ring[message.topic] = ring
        found.append(ring)
    return found


async def keep_relaying(
    queue: Queue, stop: asyncio.Event, together: frozenset[str] = frozenset(), bulk: frozenset[str] = frozenset()
) -> None:
    """Relay until told to stop. With Redis or the database away it waits and looks again."""
    away = ""
    while not stop.is_set():
        pause = PAUSE
        try:
            if await relay(queue, clock.now(), together, bulk) >= BATCH:
                pause = AGAIN
            if away:
                log.info("the relay goes on", after=away)
                away = ""
        except (RedisError, *database.TROUBLE) as error:
            if not away:
                log.warning("the relay waits", error=f"{type(error).__name__}: {error}")
            away, pause = type(error).__name__, AWAY
        try:
            await asyncio.wait_for(stop.wait(), pause)
        except TimeoutError:
            continue
