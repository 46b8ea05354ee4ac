"""Rows into tables by COPY, with ids taken ahead so that rows may name each other."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg


class Loader:
    """Collects nothing: each call copies at once, inside the caller's transaction."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    async def ids(self, table: str, count: int) -> list[int]:
        """`count` ids of a table, in order, nobody else will get."""
        rows = await self.connection.fetch(
            "SELECT nextval(pg_get_serial_sequence($1, 'id')) AS id FROM generate_series(1, $2)", table, count
        )
        return [row["id"] for row in rows]

    async def copy(self, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
        """Copy rows; `columns` are names with spaces between."""
        await self.connection.copy_records_to_table(table, columns=columns.split(), records=rows)


def guid(*parts: object) -> uuid.UUID:
    """The same identity for the same thing of the demo, on every machine."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "https://colloquy.example/demo/" + "/".join(map(str, parts)))


def code(number: int, length: int = 6) -> str:
    """A public code from a number, without the letters that are taken for digits."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    number = number * 7_368_787 % len(letters) ** length
    found = ""
    for _ in range(length):
        number, digit = divmod(number, len(letters))
        found += letters[digit]
    return found
