"""What every group measures with: the house, how long, which events, and the ceiling of the very moment."""

import asyncio
import http.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from benchmarks import load
from benchmarks.house import House
from benchmarks.load import Load, Outcome
from benchmarks.processes import Cpu

GZIP = {"Accept-Encoding": "gzip"}
PATIENCE = 300.0


@dataclass(frozen=True)
class Loaded:
    """A load and what it cost. fixed: CPU seconds of a fixed answer at that moment."""

    outcome: Outcome
    cpu: Cpu
    fixed: float = 0.0

    def more(self) -> dict[str, float]:
        each = self.cpu.each(self.outcome.answers)
        found = {"p50 ms": self.outcome.p50, "p99 ms": self.outcome.p99, **each}
        if self.fixed:
            found["CPU in fixed answers"] = self.cpu.all / self.outcome.answers / self.fixed
        return found


@dataclass
class Scene:
    """seconds: of each load; conference: the slug of the Annual Conference."""

    house: House
    seconds: float
    conference: str
    _fixed: list[float] = field(default_factory=list)

    def load(self, paths: Sequence[str], status: str, **wish: Any) -> Loaded:
        """Ask for these paths, and expect this status only. Warmed up for half a second."""
        warm = Load(self.house.port, paths, **{**wish, "seconds": min(0.5, self.seconds), "answers": 0})
        load.run(warm)
        before = self.house.cpu()
        outcome = load.run(Load(self.house.port, paths, **{"seconds": self.seconds, **wish}))
        spent = self.house.cpu() - before
        if set(outcome.statuses) != {status}:
            raise RuntimeError(f"{paths[0]}: expected {status}, got {outcome.statuses}")
        return Loaded(outcome, spent, self._fixed[-1] if self._fixed else 0.0)

    def ceiling(self, length: int = 0) -> float:
        """Fixed answers a second, just now."""
        found = self.load([f"/bench/fixed/{length}" if length else "/bench/fixed"], "200", headers=GZIP)
        if not length:
            self._fixed.append(found.cpu.web / found.outcome.answers)
        return found.outcome.rate

    @property
    def fixed_cpu(self) -> float:
        """CPU seconds of a fixed answer, as it was lastly."""
        if not self._fixed:
            self.ceiling()
        return self._fixed[-1]

    def look(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        """Ask once: status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=30)
        connection.request("GET", path, headers=dict(headers or {}))
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    def etags(self, paths: Sequence[str], headers: Mapping[str, str]) -> list[str]:
        """The ETag of each, over one connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=30)
        found = []
        for path in paths:
            connection.request("GET", path, headers=dict(headers))
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{path} answers {answer.status}")
            found.append(answer.headers["ETag"])
        connection.close()
        return found

    def rows(self, sql: str, *values: Any) -> list[asyncpg.Record]:
        """Ask the database, as neither web nor worker."""
        return asyncio.run(_rows(self.house.dsn, sql, values))

    def value(self, sql: str, *values: Any) -> Any:
        found = self.rows(sql, *values)
        return found[0][0] if found else None

    def drained(self) -> None:
        """Wait until every due message is told: a mail belongs to what it is about."""
        asyncio.run(_drained(self.house.dsn))


async def _rows(dsn: str, sql: str, values: Sequence[Any]) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(dsn)
    try:
        found: list[asyncpg.Record] = await connection.fetch(sql, *values)
        return found
    finally:
        await connection.close()


async def _drained(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    loop = asyncio.get_running_loop()
    try:
        until = loop.time() + PATIENCE
        while waiting := await connection.fetchval(
            "SELECT count(*) FROM outbox_message WHERE done_at IS NULL AND failed_at IS NULL AND due_at <= now()"
        ):
            if loop.time() > until:
                raise RuntimeError(f"the worker does not keep up: {waiting} messages wait")
            await asyncio.sleep(0.1)
        lost = await connection.fetchval("SELECT error FROM outbox_message WHERE failed_at IS NOT NULL LIMIT 1")
        if lost is not None:
            raise RuntimeError(f"a message was given up: {lost}")
    finally:
        await connection.close()
