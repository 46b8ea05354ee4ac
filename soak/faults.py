"""What is done to the house on purpose, one thing after the other, by seeded dice. Call everything from one thread that
lives on: parts have to be started by it (see house)."""

import asyncio
import contextlib
import heapq
import itertools
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import asyncpg
import redis as sync_redis

from events.core.database import credentials
from soak.between import API_MOODS, WEBHOOK_MOODS, Between
from soak.house import House, Part

MOOD_LASTS = 2.5
"""Seconds that a mood (of the mail server, of Stripe, of a full Redis) lasts."""

CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
LOCKS = ("LOCK TABLE outbox_message", "LOCK TABLE orders", "SELECT FROM quota FOR UPDATE")


@dataclass
class Faults:
    """One run's faults. `did` counts them by kind."""

    house: House
    between: Between
    dice: random.Random
    did: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._later: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        # How often, and what.
        self.kinds: list[tuple[float, str, Callable[[], None]]] = [
            (3, "web killed", lambda: self._kill(self.house.webs)),
            (3, "worker killed", lambda: self._kill(self.house.workers)),
            (1, "web restarted", lambda: self._restart(self.house.webs)),
            (1, "worker restarted", lambda: self._restart(self.house.workers)),
            (3, "PostgreSQL connections cut", self._cut),
            (0.7, "PostgreSQL restarted at once", lambda: self.house.postgres.restart(immediate=True)),
            (1, "a lock kept", self._lock),
            (1, "Redis killed", self._kill_redis),
            (2, "Redis flushed", lambda: self._redis("FLUSHALL")),
            (1, "Redis full", self._fill_redis),
            (1, "mail server refuses", lambda: self._mail("refuse")),
            (1, "mail server slow", lambda: self._mail("slow")),
            (1, "mail server hangs up", lambda: self._mail("hang_up")),
            (1, "mail server dies", lambda: self._mail("die")),
            (1, "Stripe killed", lambda: self._kill([self.house.sandbox])),
            *((1, f"Stripe {mood}", lambda mood=mood: self._api(mood)) for mood in API_MOODS[1:]),
            *((1, f"webhooks {mood}", lambda mood=mood: self._webhooks(mood)) for mood in WEBHOOK_MOODS[1:]),
        ]

    def strike(self) -> str:
        """One fault. Its name."""
        weights = [weight for weight, _name, _do in self.kinds]
        [(_weight, name, do)] = self.dice.choices(self.kinds, weights)
        do()
        self.did[name] += 1
        return name

    def tend(self) -> None:
        """Do what is due: moods pass, and whatever ended is started again, as a supervisor does."""
        while self._later and self._later[0][0] <= time.monotonic():
            heapq.heappop(self._later)[2]()
        for part in self.house.parts:
            if not part.alive:
                part.start(wait=False)

    def heal(self) -> None:
        """Everything is well again, and every part there."""
        while self._later:
            heapq.heappop(self._later)[2]()
        for server in (self.house.postgres, self.house.redis):
            if not server.alive:
                server.start()
        self.tend()
        for part in self.house.parts:
            part.wait_until_ready()

    def _in(self, seconds: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._later, (time.monotonic() + seconds, next(self._order), do))

    def _kill(self, parts: list[Part]) -> None:
        self.dice.choice(parts).kill()

    def _restart(self, parts: list[Part]) -> None:
        """In order: what runs may end, and `tend` starts it again. One that takes too long is killed."""
        part = self.dice.choice(parts)
        if not part.alive:
            return
        pid = part.pid
        os.kill(pid, signal.SIGTERM)

        def end() -> None:
            if part.alive and part.pid == pid:
                part.kill()

        self._in(25, end)

    def _cut(self) -> None:
        asyncio.run(self._sql(CUT))

    async def _sql(self, statement: str) -> None:
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            connection = await asyncpg.connect(**credentials(self.house.dsn), timeout=5)
            try:
                await connection.execute(statement)
            finally:
                await connection.close(timeout=2)

    def _lock(self) -> None:
        """Somebody's psql keeps a lock for a while."""
        statement = self.dice.choice(LOCKS)
        asyncio.run(self._sql(f"BEGIN; SET LOCAL lock_timeout = '2s'; {statement}; SELECT pg_sleep(1.5); COMMIT"))

    def _kill_redis(self) -> None:
        self.house.redis.kill()
        self._in(1.5, self._start_redis)

    def _start_redis(self) -> None:
        if not self.house.redis.alive:
            self.house.redis.start()

    def _redis(self, *command: str | int) -> None:
        with contextlib.suppress(sync_redis.RedisError), sync_redis.Redis.from_url(self.house.redis_url) as client:
            client.execute_command(*command)

    def _fill_redis(self) -> None:
        self._redis("CONFIG", "SET", "maxmemory", 1)
        self._in(MOOD_LASTS, lambda: self._redis("CONFIG", "SET", "maxmemory", 0))

    def _mail(self, mood: str) -> None:
        self.house.postbox.mood(mood)
        self._in(MOOD_LASTS, lambda: self.house.postbox.mood("ok"))

    def _api(self, mood: str) -> None:
        self.between.api = mood
        self._in(MOOD_LASTS, self._api_ok)

    def _api_ok(self) -> None:
        self.between.api = "ok"

    def _webhooks(self, mood: str) -> None:
        self.between.webhooks = mood
        self._in(MOOD_LASTS, self._webhooks_ok)

    def _webhooks_ok(self) -> None:
        self.between.webhooks = "ok"
