"""What a process remembers of the database, and how old it may be.

Hot reads ask the same few rows again and again. `Fresh` keeps an answer for a moment; after that one request looks (the
others wait for it). `Derived` keeps what is dear to load or to make, by a stamp that is `Fresh`: it is as old as its
stamp and no older, however many of them stand on each other. So a change is seen in every process `PUBLISHED` seconds
after its commit, and what it takes to read it, whether or not anybody told us; nothing is lost with a connection.
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

PUBLISHED = 0.25
"""Seconds something published may be out of date. It has one in all, and a big programme takes half of it to load."""

_all: "WeakSet[Fresh[object, object] | Derived[object, object]]" = WeakSet()


class Once(Generic[Key, Value]):
    """Of all who want the same at the same time one does it, and the others wait for it."""

    def __init__(self) -> None:
        self._doing: dict[Key, Future[Value]] = {}

    async def do(self, key: Key, work: Callable[[], Awaitable[Value]]) -> Value:
        """What `work` says. Its errors reach everyone who waited; when the one who does it goes away, the next does."""
        while (done := self._doing.get(key)) is not None:
            await _settled(done)
            if not done.cancelled():
                return done.result()
        future: Future[Value] = get_running_loop().create_future()
        self._doing[key] = future
        try:
            value = await work()
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
            del self._doing[key]


@dataclass(slots=True)
class _Answer(Generic[Value]):
    value: Value
    until: float


class Fresh(Generic[Key, Value]):
    """Answers of `load` by key.

    seconds   how long an answer is used, from the moment it was asked for: a slow answer is no younger
    size      how many are kept, the least lately asked for go first
    """

    def __init__(self, load: Callable[[Key], Awaitable[Value]], *, seconds: float = 1.0, size: int = 1000) -> None:
        self._load = load
        self._seconds = seconds
        self._size = size
        self._kept: OrderedDict[Key, _Answer[Value]] = OrderedDict()
        self._once: Once[Key, Value] = Once()
        _all.add(self)  # type: ignore[arg-type]

    async def get(self, key: Key) -> Value:
        """The value, at most `seconds` old. Errors of `load` are not kept."""
        kept = self._kept.get(key)
        if kept is not None and time.monotonic() < kept.until:
            return kept.value
        return await self._once.do(key, lambda: self._ask(key))

    def forget(self, key: Key) -> None:
        """Look again at the next request of this process: it has just changed the row itself."""
        self._kept.pop(key, None)

    def clear(self) -> None:
        self._kept.clear()

    async def _ask(self, key: Key) -> Value:
        asked = time.monotonic()
        value = await self._load(key)
        self._kept[key] = _Answer(value, asked + self._seconds)
        self._kept.move_to_end(key)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return value


@dataclass(frozen=True, slots=True)
class _Made(Generic[Value]):
    value: Value
    stamp: object
    weight: int


class Derived(Generic[Key, Value]):
    """What `make` makes of a key, as long as the key's stamp is the same.

    stamp    mostly `get` of something Fresh; whatever changes the value changes it
    make     reads what the stamp stands for, or later: through the database, or what is derived from the same stamp
    size     how many are kept, the least lately used go first
    weigh    how heavy a value is, mostly in bytes; together they weigh at most `most` (0: whatever they do)
    """

    def __init__(
        self,
        make: Callable[[Key], Awaitable[Value]],
        stamp: Callable[[Key], Awaitable[object]],
        *,
        size: int = 1000,
        weigh: Callable[[Value], int] = lambda _value: 0,
        most: int = 0,
    ) -> None:
        self._make = make
        self._stamp = stamp
        self._size = size
        self._weigh = weigh
        self._most = most
        self._kept: OrderedDict[Key, _Made[Value]] = OrderedDict()
        self._weight = 0
        self._once: Once[tuple[Key, object], Value] = Once()
        _all.add(self)  # type: ignore[arg-type]

    async def get(self, key: Key) -> Value:
        """The value of the stamp of this moment. Errors of `stamp` and `make` are not kept."""
        stamp = await self._stamp(key)
        kept = self._kept.get(key)
        if kept is not None and kept.stamp == stamp:
            self._kept.move_to_end(key)
            return kept.value
        return await self._once.do((key, stamp), lambda: self._renew(key, stamp))

    def clear(self) -> None:
        self._kept.clear()
        self._weight = 0

    async def _renew(self, key: Key, stamp: object) -> Value:
        self._drop(key)  # the old one goes before the new one comes: two of a big programme are one too many
        value = await self._make(key)
        self._drop(key)
        self._kept[key] = made = _Made(value, stamp, self._weigh(value))
        self._weight += made.weight
        while len(self._kept) > self._size or (self._weight > self._most > 0 and len(self._kept) > 1):
            self._drop(next(iter(self._kept)))
        return value

    def _drop(self, key: Key) -> None:
        old = self._kept.pop(key, None)
        if old is not None:
            self._weight -= old.weight


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
