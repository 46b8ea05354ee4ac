"""Bringing a database up to date: the slices' migrations in their order, one process at a time.

While it runs the old version serves. A statement that has to wait for a lock keeps everybody out who comes after it,
so it waits a second at most, is undone, and is tried again: somebody's long report delays the migration, not the house.
"""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.migrations.executor import PlanStep
from tortoise.migrations.migration import Migration
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor

from events.core import database
from events.core.schema_state import Executor, run_migrations
from events.core.strong_locks import Strong, created, strong_locks

LOCK = 7_305_011_948_264_917
"""The advisory lock that two starting processes share; any number that nobody else uses."""

LOCK_SECONDS = 1.0
TRIES = 60
PAUSE = 2.0

Say = Callable[[str], None]


class Busy(Exception):
    """Somebody kept a table all the time. What was migrated stays; the rest can be tried again."""


@dataclass(frozen=True)
class Pending:
    """A migration that is still to run, and what it does to those who are at work."""

    name: str
    sql: str
    strong: list[Strong]


async def migrate(url: str, say: Say = lambda words: None) -> None:
    """Apply what is missing. Two processes may start at once: the second waits, and finds nothing to do.

    The lock sits on a connection of its own, so that it lives exactly as long as this call. Raises Busy.
    """
    guard = await asyncpg.connect(**database.credentials(url))
    try:
        await guard.execute("SELECT pg_advisory_lock($1)", LOCK)
        await Tortoise.init(config=_config(url))
        try:
            await _patiently(url, guard, say)
        finally:
            await Tortoise.close_connections()
    finally:
        await guard.close()


async def pending(url: str) -> list[Pending]:
    """What `migrate` would run. Reads only."""
    config = _config(url)
    await Tortoise.init(config=config)
    try:
        executor = Executor(get_connection("default"), config["apps"])
        steps: list[PlanStep] = await executor.plan()
        texts = await written(executor, {_name(step) for step in steps})
    finally:
        await Tortoise.close_connections()
    new = {table for text in texts.values() for table in created(text)}
    return [Pending(name, text, strong_locks(text, new)) for name, text in texts.items()]


async def written(executor: Executor, wanted: Collection[str]) -> dict[str, str]:
    """The SQL of migrations by "slice.name", in the order they run.

    One walk over all of them: the executor's own `collect_sql` walks from the beginning for each.
    """
    await executor.loader.build_graph()
    graph, state = executor.loader.graph, executor.nothing()
    texts = {}
    for key in dict.fromkeys(key for leaf in graph.leaf_nodes() for key in graph.forwards_plan(leaf)):
        migration, name = graph.nodes[key], f"{key.app_label}.{key.name}"
        assert isinstance(migration, Migration)
        if name in wanted:
            editor = AsyncpgSchemaEditor(executor.connection, atomic=False, collect_sql=True)
            await migration.apply(state, schema_editor=editor, collect_sql=True)
            texts[name] = "\n".join(editor.collected_sql)
        else:
            await migration.apply(state, dry_run=True)
    return texts


async def sizes(url: str) -> dict[str, int]:
    """About how many rows each table has, as PostgreSQL's statistics say."""
    connection = await asyncpg.connect(**database.credentials(url))
    try:
        rows = await connection.fetch(
            "SELECT relname, greatest(reltuples, 0)::bigint AS rows FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        return {row["relname"]: row["rows"] for row in rows}
    finally:
        await connection.close()


def rules(migration: str, name: str = "rules.sql") -> str:
    """The SQL that lies beside a migration: constraints, partial and full-text indexes, written by hand."""
    return (Path(migration).parent / name).read_text("utf-8")


async def _patiently(url: str, guard: asyncpg.Connection, say: Say) -> None:
    def tell(event: str, app: str, name: str) -> None:
        if event == "apply_start":
            say(f"{app}.{name} …")

    for attempt in range(1, TRIES + 1):
        try:
            await run_migrations(_config(url), tell)
            return
        except Exception as error:
            if not _waited(error):
                raise
            await Tortoise.close_connections()
            say(f"It would have to wait: {await _oldest(guard)}. Undone; again in {PAUSE:g} s ({attempt} of {TRIES}).")
        await asyncio.sleep(PAUSE)
    raise Busy(f"A table was in use all the time: {await _oldest(guard)}.")


async def _oldest(guard: asyncpg.Connection) -> str:
    row = await guard.fetchrow(
        "SELECT pid, usename, application_name, extract(epoch FROM clock_timestamp() - xact_start)::int AS seconds"
        " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND xact_start IS NOT NULL ORDER BY xact_start LIMIT 1"
    )
    if row is None:
        return "the transaction in the way is over"
    program = f", {row['application_name']}" if row["application_name"] else ""
    return f"the oldest transaction is {row['seconds']} s old (pid {row['pid']}, {row['usename']}{program})"


def _waited(error: BaseException | None) -> bool:
    """Whether a lock was not to be had in time, however deep Tortoise wrapped it."""
    while error is not None:
        if isinstance(error, asyncpg.LockNotAvailableError | asyncpg.DeadlockDetectedError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _config(url: str) -> dict[str, Any]:
    config = database.config(url, pool_size=2)
    told = config["connections"]["default"]["credentials"]
    told["server_settings"] = {**told.get("server_settings", {}), "lock_timeout": f"{LOCK_SECONDS * 1000:.0f}"}
    return config


def _name(step: PlanStep) -> str:
    return f"{step.migration.app_label}.{step.migration.name}"
