"""One worker process: the relay, the machine's arrangements, and arq's worker beside them, until told to stop.

arq ends when Redis does; here that only means waiting. Any number of these may run, on any machine.
"""

import asyncio
import contextlib
import signal
from collections.abc import Sequence
from datetime import datetime, timedelta

import uvloop
from arq.connections import ArqRedis, RedisSettings, create_pool
from arq.constants import in_progress_key_prefix
from arq.worker import Worker
from redis.exceptions import RedisError

from events.core import clock, database, logs
from events.core.logs import log
from events.settings import Settings
from workers.arranging import keep_arranging
from workers.relay import AWAY, keep_relaying
from workers.settings import BATCHES, BULK, TOGETHER, TOPICS, WorkerSettings, hours
from workers.tools import Tools

LEAVE = 20.0
"""Seconds that running jobs have to end after the stop. What is left is rung again when its lease runs out."""

PATIENCE = 60
"""Seconds for one statement: a job may wait longer than a reader, and not for ever."""


AHEAD = timedelta(hours=1)
"""More than a ring ever waits."""


STEP = timedelta(minutes=1)
"""A clock that is earlier than it was by so much was set back: nothing of ours is rung for later than a second."""


class ArqQueue:
    """The doorbell: arq in Redis, reached for anew whenever it went away."""

    def __init__(self, redis: RedisSettings) -> None:
        self.redis = redis
        self._pool: ArqRedis | None = None

    async def _opened(self) -> ArqRedis:
        if self._pool is None:
            self._pool = await create_pool(self.redis)
        return self._pool

    async def waiting(self) -> int:
        """Rings that nobody has taken up. What a killed worker was at stays in arq's queue for two minutes, and is not
        waiting: a few kills in a row would stop every relay."""
        pool = await self._opened()
        rung = [one for one, _due in await self._due(pool)]
        taken = await pool.exists(*(in_progress_key_prefix + one.decode() for one in rung)) if rung else 0
        return len(rung) - int(taken)

    async def _due(self, pool: ArqRedis) -> list[tuple[bytes, float]]:
        """What is in the queue. Where the clock stepped back, rings of before seem to be for later: they are for now,
        or sixty of them would keep every relay waiting for as long."""
        found: list[tuple[bytes, float]] = await pool.zrange(pool.default_queue_name, 0, -1, withscores=True)
        now = clock.now().timestamp() * 1000
        if later := {one: now for one, due in found if due > now + STEP.total_seconds() * 1000}:
            await pool.zadd(pool.default_queue_name, later, xx=True)
        return found

    async def ring(self, rung: Sequence[tuple[int, int]], key: str, *, first: bool = False) -> None:
        pool = await self._opened()
        due = clock.now() - AHEAD if first else None  # arq takes up what has been due longest
        await pool.enqueue_job("tell", [list(pair) for pair in rung], _job_id=key, _defer_until=due)

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.aclose(close_connection_pool=True)


def redis_settings(settings: Settings) -> RedisSettings:
    found = RedisSettings.from_dsn(settings.redis_url)
    found.conn_retries = 0
    return found


class SteadyWorker(Worker):
    """arq's worker, whose hours go on when the clock steps back: it would wait until the old time is reached again."""

    looked_at: datetime | None = None

    async def run_cron(self, n: datetime, delay: float, num_windows: int = 2) -> None:
        if self.looked_at is not None and n < self.looked_at - STEP:
            log.warning("the clock was set back", by=str(self.looked_at - n))
            for job in self.cron_jobs:
                job.calculate_next(n)
        self.looked_at = n
        await super().run_cron(n, delay, num_windows)

    async def start_jobs(self, job_ids: list[bytes]) -> None:
        """arq goes through what it has read, also when it may pick no more: what it then starts nobody waits for."""
        for job_id in job_ids:
            if self.allow_pick_jobs:
                await super().start_jobs([job_id])

    async def idle(self) -> None:
        """Wait until no job runs. The counter goes up before a job starts, and down when it is over."""
        while self.job_counter:  # noqa: ASYNC110 - arq has no event for it
            await asyncio.sleep(0.02)


async def work(settings: Settings, stop: asyncio.Event) -> None:
    """Relay and run jobs until `stop`. The database's pool has to be open."""
    tools = Tools(settings)
    queue = ArqQueue(redis_settings(settings))
    relaying = asyncio.create_task(keep_relaying(queue, stop, TOGETHER, BULK))
    arranging = asyncio.create_task(keep_arranging(stop))
    try:
        while not stop.is_set():
            try:
                await _work_while_redis_lasts(settings, tools, stop)
            except (RedisError, OSError) as error:
                log.warning("the worker waits for Redis", error=f"{type(error).__name__}: {error}")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), AWAY)
    finally:
        stop.set()
        await asyncio.gather(relaying, arranging)
        await queue.close()
        await tools.close()


async def _work_while_redis_lasts(settings: Settings, tools: Tools, stop: asyncio.Event) -> None:
    pool = await create_pool(redis_settings(settings))
    worker = SteadyWorker(
        functions=WorkerSettings.functions,
        cron_jobs=hours(),
        redis_pool=pool,
        ctx={"tools": tools, "topics": TOPICS, "batches": BATCHES, "settings": settings},
        handle_signals=False,
        max_jobs=WorkerSettings.max_jobs,
        job_timeout=WorkerSettings.job_timeout,
        keep_result=WorkerSettings.keep_result,
        poll_delay=WorkerSettings.poll_delay,
        log_results=False,
    )
    running = asyncio.create_task(worker.async_run())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        worker.allow_pick_jobs = False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LEAVE):
                await worker.idle()
        if running.done():
            running.result()
    finally:
        for task in (stopping, running, *worker.tasks.values()):
            task.cancel()
        await asyncio.gather(stopping, running, *worker.tasks.values(), return_exceptions=True)
        with contextlib.suppress(RedisError, OSError):
            await pool.aclose(close_connection_pool=True)


async def _process(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await database.connect(settings.database_url, settings.pool_size, PATIENCE)
    try:
        await work(settings, stop)
    finally:
        await database.close()


def run(settings: Settings) -> None:
    """The whole process: `colloquy worker`."""
    logs.start(settings.log_level)
    uvloop.run(_process(settings))
