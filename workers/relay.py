"""From the outbox to the queue: claims what is due, commits, and only then rings arq.

The database is the truth and the queue a doorbell. A crash between commit and ring, a lost Redis or a killed worker
leave a lease behind that runs out, and the next sweep rings again. As many relays as wanted may run at once.

It polls: a quarter of a second between looks costs four small index reads a second, where NOTIFY would take a lock
that all commits of the database share.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import asyncpg
from redis.exceptions import RedisError

from events.core import clock, outbox
from events.core.logs import log
from events.core.outbox import Message

LEASE = timedelta(minutes=5)
"""How long a claim lasts: longer than a full queue (ROOM rings) takes at five mails a second."""

ROOM = 60
"""Rings that may wait in the queue. More stay in the outbox, where waiting costs no attempt."""

BATCH = 200
TOGETHER = 20
"""Messages of one kind rung as one: a ring costs six round trips to Redis, more than a mail."""

PAUSE = 0.25
AWAY = 2.0


class Queue(Protocol):
    async def waiting(self) -> int:
        """How many rings are in the queue."""

    async def ring(self, rung: Sequence[tuple[int, int]], key: str) -> None:
        """Ring for messages, given as (id, attempt). Ringing twice with one key is ringing once."""


async def relay(queue: Queue, at: datetime, together: frozenset[str] = frozenset()) -> int:
    """Hand due messages to the queue. Returns how many.

    together   topics of which up to TOGETHER are one ring (mails)
    """
    room = ROOM - await queue.waiting()
    if room <= 0:
        return 0
    claimed = await outbox.claim(limit=min(BATCH, room * 4), at=at, lease=LEASE)
    for ring in rings(claimed, together):
        first = ring[0]
        await queue.ring([(m.id, m.attempt) for m in ring], key=f"message-{first.id}-{first.attempt}")
    return len(claimed)


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


async def keep_relaying(queue: Queue, stop: asyncio.Event, together: frozenset[str] = frozenset()) -> None:
    """Relay until told to stop. With Redis or the database away it waits and looks again."""
    away = ""
    while not stop.is_set():
        pause = PAUSE
        try:
            rung = await relay(queue, clock.now(), together)
            if rung:
                pause = 0.02
            if away:
                log.info("the relay goes on", after=away)
                away = ""
        except (RedisError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            if not away:
                log.warning("the relay waits", error=f"{type(error).__name__}: {error}")
            away, pause = type(error).__name__, AWAY
        try:
            await asyncio.wait_for(stop.wait(), pause)
        except TimeoutError:
            continue
