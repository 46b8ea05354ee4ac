"""The machine's arrangements, beside the jobs: one at a time in each worker, each in a process of its own."""

import asyncio
import contextlib

from events.core import clock, database
from events.core.logs import log
from events.solver import watching

PAUSE = 2.0
AWAY = 5.0


async def keep_arranging(stop: asyncio.Event) -> None:
    """Take up what waits, until told to stop. With the database away it waits and looks again."""
    while not stop.is_set():
        pause = PAUSE
        try:
            if await watching.work(clock.now, stop):
                continue
        except database.TROUBLE as error:
            log.warning("the machine waits", error=f"{type(error).__name__}: {error}")
            pause = AWAY
        except Exception as error:
            log.error("an arrangement failed", exc_info=error)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
