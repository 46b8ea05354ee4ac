"""The connections of one process to PostgreSQL: the one used last is used next, and waiting for one has an end.

Tortoise's models and our own SQL share them. asyncpg's own Pool costs as much as a short query (FAST: 84 µs); this one
is a stack, a queue of who waits, and nothing else. Nobody here keeps session state, so nothing is reset in between.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, cast

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionalDBClient, TransactionContextPooled
from tortoise.connection import get_connections

from events.core.errors import Busy

WAIT = 15.0
"""Seconds somebody waits for a connection before they are told to come back."""


class Pool:
    """At most `size` connections, opened when first needed. Has what Tortoise asks of asyncpg's Pool."""

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]], size: int, wait: float = WAIT) -> None:
        self._connect = connect
        self._size = size
        self._wait = wait
        self._idle: list[asyncpg.Connection] = []
        self._all: set[asyncpg.Connection] = set()
        self._opening = 0
        self._waiting: deque[asyncio.Future[asyncpg.Connection | None]] = deque()

    async def acquire(self) -> asyncpg.Connection:
        """A connection that lived a moment ago.

        Raises Busy when none came free in time, ConnectionError when PostgreSQL is not there, and asyncpg's errors when
        it is there and does not let us in.
        """
        while True:
            while self._idle:
                connection = self._idle.pop()
                if not connection.is_closed():
                    return connection
                self._all.discard(connection)
            if len(self._all) + self._opening < self._size:
                return await self._open()
            handed = await self._turn()
            if handed is not None:
                if not handed.is_closed():
                    return handed
                self._all.discard(handed)

    def give_back(self, connection: asyncpg.Connection) -> None:
        """What is closed, still inside somebody's transaction, or was cut off in a statement, is not used again."""
        if connection not in self._all:
            return
        if connection.is_closed():
            self._gone(connection)
        elif connection.is_in_transaction() or _cut_off(connection):
            connection.terminate()
            self._gone(connection)
        elif not self._wake(connection):
            self._idle.append(connection)

    async def release(self, connection: asyncpg.Connection) -> None:
        self.give_back(connection)

    async def close(self) -> None:
        """Close what is idle, and let nobody in; what is in use ends with the process."""
        self._size = 0
        while self._idle:
            await self._idle.pop().close()

    def terminate(self) -> None:
        for connection in list(self._all):
            connection.terminate()

    async def _open(self) -> asyncpg.Connection:
        self._opening += 1
        try:
            connection = await self._connect()
        except BaseException as error:
            self._wake(None)
            if isinstance(error, OSError):
                raise ConnectionError(f"PostgreSQL is not there: {error}") from error
            raise
        finally:
            self._opening -= 1
        self._all.add(connection)
        connection.add_termination_listener(self._gone)
        if connection.is_closed():  # lost in the moment before: nobody was there to be told
            self._gone(connection)
        return connection

    def _gone(self, connection: Any) -> None:
        """Closed by PostgreSQL or by us: there is room for another, even while somebody still holds this one."""
        self._all.discard(connection)
        self._wake(None)

    async def _turn(self) -> asyncpg.Connection | None:
        """Wait in the queue: for a connection, or for None, which says to look again."""
        turn: asyncio.Future[asyncpg.Connection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self._wait):
                return await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():  # our turn came in this very moment: it is the next one's
                handed = turn.result()
                if handed is not None:
                    self.give_back(handed)
                else:
                    self._wake(None)
            if isinstance(error, TimeoutError):
                raise Busy from None
            raise

    def _wake(self, connection: asyncpg.Connection | None) -> bool:
        """Hand a connection, or the news that there is room, to who waits longest. False when nobody waits."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return True
        return False


def _cut_off(connection: Any) -> bool:
    """Whether its statement was cancelled and goes on, as asyncpg's own pool asks: it would refuse the next one."""
    return bool(connection._protocol._is_cancelling())


class _Transaction(TransactionContextPooled):
    """Tortoise keeps the connection of a transaction that could not begin; four of those, and the pool is empty."""

    async def __aenter__(self) -> TransactionalDBClient:
        self.client._connection = None
        try:
            return await super().__aenter__()
        except BaseException:
            if self.client._connection is not None:
                get_connections().reset(self.token)
                (await pool_of(self.client._parent)).give_back(self.client._connection)
            raise


class Client(AsyncpgDBClient):
    """Tortoise's client over our pool."""

    async def create_pool(self, **asked: Any) -> Pool:  # type: ignore[override]
        size = asked.pop("max_size")
        for unused in ("min_size", "connection_class", "loop"):
            asked.pop(unused)
        return Pool(lambda: asyncpg.connect(**asked), size)

    def _in_transaction(self) -> _Transaction:
        return _Transaction(TransactionWrapper(self), self._pool_init_lock)


async def pool_of(client: Any) -> Pool:
    """The pool of a client that is in no transaction; Tortoise makes it when it is first needed."""
    if client._pool is None:
        await client.create_connection(with_db=True)
    return cast(Pool, client._pool)


client_class = Client
"""By this name Tortoise finds it: the module is the engine of the configuration."""
