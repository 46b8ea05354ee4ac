"""Requests of one turn of the event loop share one question: a conference's calendar apps come in waves.

A question to PostgreSQL costs more than anything else in answering an app, and asking for ten costs as much as for one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Turn(Generic[Key, Value]):
    """Gathers the keys that are wanted in one turn, and asks for all of them at once."""

    def __init__(self, ask: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]]) -> None:
        self._ask = ask
        self._wanted: dict[Key, asyncio.Future[Value | None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def get(self, key: Key) -> Value | None:
        """The value of a key, None where `ask` finds none. Its errors reach everyone of the turn."""
        loop = asyncio.get_running_loop()
        if not self._wanted:
            loop.call_soon(self._go)
        # shielded: who goes away does not take the others' answer along
        return await asyncio.shield(self._wanted.setdefault(key, loop.create_future()))

    def _go(self) -> None:
        wanted, self._wanted = self._wanted, {}
        task = asyncio.create_task(self._answer(wanted))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, wanted: dict[Key, "asyncio.Future[Value | None]"]) -> None:
        try:
            found = await self._ask(list(wanted))
        except Exception as error:
            for future in wanted.values():
                future.set_exception(error)
            return
        for key, future in wanted.items():
            future.set_result(found.get(key))
