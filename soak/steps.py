"""A coroutine and the tasks it starts, taken step by step, so that all of it can be stopped for good at any await."""

import asyncio
import os
import signal
from collections.abc import Coroutine, Generator
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


class Points:
    """Counts the points that were passed, and kills the process (SIGKILL) at point `last`; 0 lets it live."""

    def __init__(self, last: int = 0) -> None:
        self.last = last
        self.count = 0

    def passed(self) -> None:
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


class Steps(Generic[Result]):
    """Awaited, it runs a coroutine as if that were awaited.

    Every await that lets go of the event loop has two points. One is before: what was asked for is on its way, nobody
    waits for the answer. One is after: the answer came, nobody read it.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, Result], points: Points) -> None:
        self.coroutine = coroutine
        self.points = points

    def __await__(self) -> Generator[Any, Any, Result]:
        running = self.coroutine.__await__()
        given: Any = None
        error: BaseException | None = None
        while True:
            try:
                wanted = running.send(given) if error is None else running.throw(error)
            except StopIteration as end:
                result: Result = end.value
                return result
            self.points.passed()
            given = error = None
            try:
                given = yield wanted
            except BaseException as thrown:
                error = thrown
            self.points.passed()


async def walk(coroutine: Coroutine[Any, Any, Result], points: Points) -> Result:
    """Run a coroutine with a point before and after every await of its own and of the tasks that are started
    meanwhile."""
    loop = asyncio.get_running_loop()

    async def stepped(inner: Coroutine[Any, Any, Any]) -> Any:
        return await Steps(inner, points)

    def start(loop: asyncio.AbstractEventLoop, inner: Any, **more: Any) -> "asyncio.Task[Any]":
        return asyncio.Task(stepped(inner), loop=loop, **more)

    loop.set_task_factory(start)
    try:
        return await Steps(coroutine, points)
    finally:
        loop.set_task_factory(None)
