"""What a process remembers of the database, looked after at most once a second.

Hot reads ask the same few rows again and again. `Fresh` keeps the answer for a second; after that one request looks
(the others wait for it), and with a `stamp` it first asks only whether anything changed.
"""

import time
from asyncio import CancelledError, Future, get_running_loop
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar
from weakref import WeakSet

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

_all: "WeakSet[Fresh[object, object]]" = WeakSet()


@dataclass(slots=True)
class _Kept(Generic[Value]):
    value: Value
    stamp: object
    until: float


class Fresh(Generic[Key, Value]):
    """Answers of `load` by key.

    stamp     a cheap question whose answer changes whenever the value does; without it a stale value is loaded again
    seconds   how long an answer is used without asking
    size      how many are kept, the least lately used go first
    """

    def __init__(
        self,
        load: Callable[[Key], Awaitable[Value]],
        stamp: Callable[[Key], Awaitable[object]] | None = None,
        *,
        seconds: float = 1.0,
        size: int = 1000,
    ) -> None:
        self._load = load
        self._stamp = stamp
        self._seconds = seconds
        self._size = size
        self._kept: OrderedDict[Key, _Kept[Value]] = OrderedDict()
        self._asking: dict[Key, Future[Value]] = {}
        _all.add(self)  # type: ignore[arg-type]

    async def get(self, key: Key) -> Value:
        """The value, at most `seconds` old. Errors of `load` reach everyone who waited, and are not kept."""
        kept = self._kept.get(key)
        if kept is not None and time.monotonic() < kept.until:
            return kept.value
        while (asked := self._asking.get(key)) is not None:
            await _settled(asked)
            if not asked.cancelled():
                return asked.result()
        return await self._ask(key)

    def forget(self, key: Key) -> None:
        """Look again at the next request of this process: it has just changed the row itself."""
        self._kept.pop(key, None)

    def clear(self) -> None:
        self._kept.clear()

    async def _ask(self, key: Key) -> Value:
        future: Future[Value] = get_running_loop().create_future()
        self._asking[key] = future
        try:
            value = await self._renewed(key)
        except CancelledError:
            future.cancel()
            raise
        except BaseException as error:
            future.set_exception(error)
            future.exception()  # somebody may have waited, nobody has to
            raise
        else:
            future.set_result(value)
            return value
        finally:
            del self._asking[key]

    async def _renewed(self, key: Key) -> Value:
        kept = self._kept.get(key)
        stamp = await self._stamp(key) if self._stamp else None
        if kept is None or self._stamp is None or kept.stamp != stamp:
            kept = _Kept(await self._load(key), stamp, 0)
        kept.until = time.monotonic() + self._seconds
        self._kept[key] = kept
        self._kept.move_to_end(key)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return kept.value


def clear_all() -> None:
    """Forget everything: between tests, which change the database behind our back."""
    for one in _all:
        one.clear()


async def _settled(future: "Future[Value]") -> None:
    """Wait until somebody else has asked, without taking them along when we are cancelled."""
    waiter: Future[None] = get_running_loop().create_future()

    def wake(_future: "Future[Value]") -> None:
        if not waiter.done():
            waiter.set_result(None)

    future.add_done_callback(wake)
    await waiter
