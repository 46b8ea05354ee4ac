"""The one way to PostgreSQL: a pool for Tortoise's models and, through the same connections, for plain SQL.

Rows come back as asyncpg Records: `row["name"]`; jsonb as text. Everything takes part in the transaction around it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

SLICES = ("core", "people", "catalogue", "schedule", "registration", "agenda")
"""Lowest layer first: a migration of a slice may lean on those before it."""


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


def config(url: str, pool_size: int = 4) -> dict[str, Any]:
    """Tortoise's configuration: an app a slice.

    The pool's reset is a no-op: nobody here keeps session state (SET LOCAL and transaction-level advisory locks only),
    and the usual reset costs more than most of our queries.
    """
    return {
        "connections": {
            "default": {
                "engine": "tortoise.backends.asyncpg",
                "credentials": credentials(url)
                | {"minsize": 1, "maxsize": pool_size, "reset": _keep, "max_inactive_connection_lifetime": 0},
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


async def connect(url: str, pool_size: int = 4) -> None:
    """Open the pool of this process; once, in the lifespan."""
    await Tortoise.init(config=config(url, pool_size), _enable_global_fallback=True)


async def close() -> None:
    await Tortoise.close_connections()


async def rows(sql: str, *args: Any) -> list[asyncpg.Record]:
    async with get_connection("default").acquire_connection() as connection:
        found: list[asyncpg.Record] = await connection.fetch(sql, *args)
    return found


async def row(sql: str, *args: Any) -> asyncpg.Record | None:
    async with get_connection("default").acquire_connection() as connection:
        found: asyncpg.Record | None = await connection.fetchrow(sql, *args)
    return found


async def value(sql: str, *args: Any) -> Any:
    """The first column of the first row, or None."""
    async with get_connection("default").acquire_connection() as connection:
        return await connection.fetchval(sql, *args)


async def execute(sql: str, *args: Any) -> int:
    """Run a statement; returns how many rows it touched."""
    async with get_connection("default").acquire_connection() as connection:
        status: str = await connection.execute(sql, *args)
    last = status.rsplit(" ", 1)[-1]
    return int(last) if last.isdigit() else 0


async def execute_many(sql: str, values: list[tuple[Any, ...]]) -> None:
    async with get_connection("default").acquire_connection() as connection:
        await connection.executemany(sql, values)


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """One fact: everything inside commits together or not at all. Never start a task or call a stranger inside."""
    async with in_transaction("default"):
        yield


async def _keep(connection: Any) -> None:
    """Leave a connection that goes back to the pool as it is."""
