"""The one way to PostgreSQL: a pool for Tortoise's models and, through the same connections, for plain SQL.

Rows come back as asyncpg Records: `row["name"]`; jsonb as text. Everything takes part in the transaction around it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
from tortoise import Tortoise
from tortoise.backends.asyncpg.client import TransactionWrapper
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from events.core.connections import pool_of
from events.core.errors import Busy

SLICES = (
    "core",
    "people",
    "catalogue",
    "planning",
    "schedule",
    "calls",
    "sheets",
    "solver",
    "lobby",
    "registration",
    "cases",
    "waitlist",
    "invoicing",
    "institutions",
    "books",
    "agenda",
)
"""Lowest layer first: a migration of a slice may lean on those before it."""


AWAY = (
    ConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # an idle connection was just told that it ends: nothing was sent over it
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
)
"""Raised when PostgreSQL is not there, is ending, is full, or lets us wait too long (classes 08, 57, 53, 55P03)."""


TROUBLE = (OSError, asyncpg.PostgresError, Busy, *AWAY)
"""What something that runs for ever waits out: all of that, and every no of PostgreSQL's."""


def credentials(url: str) -> dict[str, Any]:
    """Read `postgres://user:password@host:port/name`; `?host=/directory` names a socket's directory."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("COLLOQUY_DATABASE_URL has to begin with postgres://")
    query = parse_qs(parts.query)
    return {
        "host": query.get("host", [parts.hostname or "127.0.0.1"])[0],
        "port": int(query.get("port", [str(parts.port or 5432)])[0]),
        "user": unquote(parts.username or "postgres"),
        "password": unquote(parts.password or ""),
        "database": parts.path.lstrip("/"),
    }


def config(url: str, pool_size: int = 4, patience: int = 0) -> dict[str, Any]:
    """Tortoise's configuration: an app a slice. Nobody keeps session state: SET LOCAL, transaction-level locks only."""
    limits = {
        "statement_timeout": patience,
        "lock_timeout": patience / 3,
        "idle_in_transaction_session_timeout": patience,
    }
    server_settings = {name: f"{seconds * 1000:.0f}" for name, seconds in limits.items()}
    server_settings["jit"] = "off"  # to compile one of our statements takes longer than to run it
    return {
        "connections": {
            "default": {
                "engine": "events.core.connections",
                "credentials": credentials(url)
                | {"maxsize": pool_size, "timeout": 10, "server_settings": server_settings},
            }
        },
        "apps": {
            name: {
                "models": [f"events.{name}.models"],
                "migrations": f"events.{name}.migrations",
                "default_connection": "default",
            }
            for name in SLICES
        },
        "use_tz": True,
        "timezone": "UTC",
    }


async def connect(url: str, pool_size: int = 4, patience: int = 0) -> None:
    """Open the pool of this process; once, in the lifespan.

    patience   seconds a statement may take, and a transaction may be left alone; a third of it for a lock; 0: no limit
    """
    await Tortoise.init(config=config(url, pool_size, patience), _enable_global_fallback=True)


async def close() -> None:
    await Tortoise.close_connections()


async def rows(sql: str, *args: Any) -> list[asyncpg.Record]:
    found: list[asyncpg.Record] = await _ask("fetch", sql, args)
    return found


async def row(sql: str, *args: Any) -> asyncpg.Record | None:
    found: asyncpg.Record | None = await _ask("fetchrow", sql, args)
    return found


async def value(sql: str, *args: Any) -> Any:
    """The first column of the first row, or None."""
    return await _ask("fetchval", sql, args)


async def execute(sql: str, *args: Any) -> int:
    """Run a statement; returns how many rows it touched."""
    status: str = await _ask("execute", sql, args)
    last = status.rsplit(" ", 1)[-1]
    return int(last) if last.isdigit() else 0


async def execute_many(sql: str, values: list[tuple[Any, ...]]) -> None:
    await _ask("executemany", sql, (values,))


async def _ask(method: str, sql: str, args: tuple[Any, ...]) -> Any:
    """Run one of a connection's methods, in the transaction around if there is one."""
    client = get_connection("default")
    if isinstance(client, TransactionWrapper):
        async with client.acquire_connection() as connection:
            return await getattr(connection, method)(sql, *args)
    pool = await pool_of(client)
    connection = await pool.acquire()
    try:
        return await getattr(connection, method)(sql, *args)
    finally:
        pool.give_back(connection)


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """One fact: everything inside commits together or not at all. Never start a task or call a stranger inside."""
    async with in_transaction("default"):
        yield
