"""Moving what points to one row over to another, by `references`' rules; written down step by step, and turned round.

A step is one of
    {"did": "move", "table", "column", "from", "to", "ids"}   rows that point elsewhere now
    {"did": "set", "table", "id", "was", "now"}               columns of a row; "onward": undoing leaves it
    {"did": "drop", "table", "row"}                           a row that is left out, whole
    {"did": "add", "table", "id"}                             a row that the merge made
Names of tables and columns are ours (`references`), never anybody's input.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from events.core import database
from events.people.references import How, Place, Rule

Step = dict[str, Any]


async def move(place: Place, rule: Rule, gone: int, kept: int) -> list[Step]:
    """Turn all rows of a place from one target to another, in the caller's transaction. Returns what was done."""
    table, column = place
    of_it = f" AND {rule.only.format('g')}" if rule.only else ""
    if rule.how is How.END:
        await database.execute(f"DELETE FROM {table} g WHERE {column} = $1{of_it}", gone)  # noqa: S608
        return []
    steps: list[Step] = []
    if rule.never:
        rows = await database.rows(
            f"SELECT g.id FROM {table} g WHERE g.{column} = $2 AND {rule.never.format('g')}{of_it}",  # noqa: S608
            kept,
            gone,
        )
        for row in rows:
            steps.append(await drop(table, row["id"]))
    if rule.once:
        steps += await _collisions(place, rule, gone, kept)
    if rule.fresh:
        names = list(rule.fresh)
        for row in await database.rows(f"SELECT id FROM {table} WHERE {column} = $1 ORDER BY id", gone):  # noqa: S608
            steps += await put(table, row["id"], {name: rule.fresh[name] for name in names})
    rows = await database.rows(
        f"UPDATE {table} g SET {column} = $2 WHERE {column} = $1{of_it} RETURNING id",  # noqa: S608
        gone,
        kept,
    )
    if rows:
        ids = sorted(row["id"] for row in rows)
        steps.append({"did": "move", "table": table, "column": column, "from": gone, "to": kept, "ids": ids})
    return steps


async def _collisions(place: Place, rule: Rule, gone: int, kept: int) -> list[Step]:
    """Where both have what one may have once: one stays and takes over what hangs on the other, which goes."""
    table, column = place
    same = " AND ".join(f"{one.format('g')} = {one.format('k')}" for one in rule.once)
    of_it = f" AND {rule.only.format('g')} AND {rule.only.format('k')}" if rule.only else ""
    pairs = await database.rows(
        f"SELECT g.id AS gone, k.id AS kept, {rule.better.format('g')} > {rule.better.format('k')} AS better"  # noqa: S608
        f" FROM {table} g JOIN {table} k ON {same} WHERE g.{column} = $1 AND k.{column} = $2{of_it} ORDER BY g.id",
        gone,
        kept,
    )
    steps: list[Step] = []
    for pair in pairs:
        stays, goes = (pair["gone"], pair["kept"]) if pair["better"] else (pair["kept"], pair["gone"])
        if rule.joined:
            columns = ", ".join(f"{expression} AS {name}" for name, expression in rule.joined.items())
            taken = await database.value(
                f"SELECT to_jsonb(x) FROM (SELECT {columns} FROM {table} k, {table} g"  # noqa: S608
                " WHERE k.id = $1 AND g.id = $2) x",
                stays,
                goes,
            )
            steps += await _set(table, stays, json.loads(taken), onward=rule.onward)
        for lower, its_rule in rule.below.items():
            steps += await move(lower, its_rule, goes, stays)
        steps.append(await drop(table, goes))
    return steps


async def drop(table: str, row_id: int) -> Step:
    """Delete a row and keep all of it in the step."""
    row = await database.value(f"DELETE FROM {table} t WHERE id = $1 RETURNING to_jsonb(t)", row_id)  # noqa: S608
    return {"did": "drop", "table": table, "row": json.loads(row)}


async def put(table: str, row_id: int, values: Mapping[str, str]) -> list[Step]:
    """Set columns to SQL of ours, where that changes them."""
    columns = ", ".join(f"{expression} AS {name}" for name, expression in values.items())
    wanted = await database.value(f"SELECT to_jsonb(x) FROM (SELECT {columns}) x")  # noqa: S608
    return await _set(table, row_id, json.loads(wanted))


async def write(table: str, row_id: int, values: Mapping[str, object]) -> list[Step]:
    """Set columns to values, where that changes them."""
    return await _set(table, row_id, dict(values))


async def _set(
    table: str, row_id: int, values: Mapping[str, Any], *, onward: frozenset[str] = frozenset()
) -> list[Step]:
    row = json.loads(await database.value(f"SELECT to_jsonb(t) FROM {table} t WHERE id = $1", row_id))  # noqa: S608
    steps: list[Step] = []
    for grows in (False, True):
        now = {name: value for name, value in values.items() if (name in onward) is grows and row.get(name) != value}
        if now:
            await _write(table, row_id, now)
            was = {name: row[name] for name in now}
            steps.append({"did": "set", "table": table, "id": row_id, "was": was, "now": now, "onward": grows})
    return steps


async def _write(table: str, row_id: int, values: Mapping[str, Any]) -> None:
    names = ", ".join(values)
    await database.execute(
        f"UPDATE {table} SET ({names}) = "  # noqa: S608
        f"(SELECT {names} FROM jsonb_populate_record(NULL::{table}, $2::text::jsonb)) WHERE id = $1",
        row_id,
        json.dumps(values),
    )


async def turn_round(steps: Sequence[Step]) -> int:
    """Undo steps, the last first, in the caller's transaction. What was changed since is left as it is.

    Returns how many rows that were.
    """
    left = 0
    for step in reversed(steps):
        left += await _BACK[step["did"]](step)
    return left


async def _move_back(step: Step) -> int:
    table, column = step["table"], step["column"]
    moved = await database.execute(
        f"UPDATE {table} SET {column} = $1 WHERE id = any($2) AND {column} = $3",  # noqa: S608
        step["from"],
        step["ids"],
        step["to"],
    )
    return len(step["ids"]) - moved


async def _set_back(step: Step) -> int:
    if step["onward"]:
        return 0
    table = step["table"]
    row = await database.value(f"SELECT to_jsonb(t) FROM {table} t WHERE id = $1", step["id"])  # noqa: S608
    if row is None or any(json.loads(row).get(name) != value for name, value in step["now"].items()):
        return 1
    await _write(table, step["id"], step["was"])
    return 0


async def _put_back(step: Step) -> int:
    """What the row pointed to may be gone, or another may have its place by now."""
    table = step["table"]
    try:
        async with database.transaction():
            made = await database.execute(
                f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, $1::text::jsonb)"  # noqa: S608
                " ON CONFLICT DO NOTHING",
                json.dumps(step["row"]),
            )
    except (asyncpg.ForeignKeyViolationError, asyncpg.NotNullViolationError):
        return 1
    return 1 - made


async def _take_away(step: Step) -> int:
    return 1 - await database.execute(f"DELETE FROM {step['table']} WHERE id = $1", step["id"])  # noqa: S608


_BACK = {"move": _move_back, "set": _set_back, "drop": _put_back, "add": _take_away}
