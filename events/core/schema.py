"""Bringing a database up to date: the slices' migrations in their order, one process at a time."""

from pathlib import Path

import asyncpg
from tortoise import Tortoise
from tortoise.migrations.api.migrate import migrate as run_migrations

from events.core import database

LOCK = 7_305_011_948_264_917
"""The advisory lock that two starting processes share; any number that nobody else uses."""


async def migrate(url: str) -> None:
    """Apply what is missing. Two processes may start at once: the second waits, and finds nothing to do.

    The lock sits on a connection of its own, so that it lives exactly as long as this call.
    """
    guard = await asyncpg.connect(**database.credentials(url))
    try:
        await guard.execute("SELECT pg_advisory_lock($1)", LOCK)
        await Tortoise.init(config=database.config(url, pool_size=2))
        try:
            await run_migrations(config=database.config(url, pool_size=2))
        finally:
            await Tortoise.close_connections()
    finally:
        await guard.close()


def rules(migration: str, name: str = "rules.sql") -> str:
    """The SQL that lies beside a migration: constraints, partial and full-text indexes, written by hand."""
    return (Path(migration).parent / name).read_text("utf-8")
