"""One worker process: the relay, and arq's worker beside it, both until told to stop.

arq ends when Redis does; here that only means waiting. Any number of these may run, on any machine.
"""

import asyncio
import contextlib
import signal
from collections.abc import Sequence

from arq.connections import ArqRedis, RedisSettings, create_pool
from arq.worker import Worker
from redis.exceptions import RedisError

from events.core import database, logs
from events.core.logs import log
from events.settings import Settings
from workers.relay import AWAY, keep_relaying
from workers.settings import BATCHES, TOGETHER, TOPICS, WorkerSettings, hours
from workers.tools import Tools

PATIENCE = 20.0
"""Seconds that running jobs have to end after the stop. What is left is rung again when its lease runs out."""


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
        pool = await self._opened()
        return int(await pool.zcard(pool.default_queue_name))

    async def ring(self, rung: Sequence[tuple[int, int]], key: str) -> None:
        pool = await self._opened()
        await pool.enqueue_job("tell", [list(pair) for pair in rung], _job_id=key)

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.aclose(close_connection_pool=True)


def redis_settings(settings: Settings) -> RedisSettings:
    found = RedisSettings.from_dsn(settings.redis_url)
    found.conn_retries = 0
    return found


async def work(settings: Settings, stop: asyncio.Event) -> None:
    """Relay and run jobs until `stop`. The database's pool has to be open."""
    tools = Tools(settings)
    queue = ArqQueue(redis_settings(settings))
    relaying = asyncio.create_task(keep_relaying(queue, stop, TOGETHER))
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
        await relaying
        await queue.close()
        await tools.close()


async def _work_while_redis_lasts(settings: Settings, tools: Tools, stop: asyncio.Event) -> None:
    pool = await create_pool(redis_settings(settings))
    worker = Worker(
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
        if worker.tasks:
            await asyncio.wait(worker.tasks.values(), timeout=PATIENCE)
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
    await database.connect(settings.database_url, settings.pool_size)
    try:
        await work(settings, stop)
    finally:
        await database.close()


def run(settings: Settings) -> None:
    """The whole process: `colloquy worker`."""
    logs.start(settings.log_level)
    asyncio.run(_process(settings))
