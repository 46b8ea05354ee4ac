"""The orders found as files: a line for each attendee, a part at a time, as CSV or as a workbook (XLSX).

Texts never become formulas: in CSV one that begins as a formula would gets an apostrophe in front (OWASP, CSV
injection), in a workbook every text is written as one.
"""

import asyncio
import csv
import io
import json
import tempfile
from collections.abc import AsyncIterator, Sequence
from typing import Any

import xlsxwriter

from events.core import database
from events.core.money import Money, decimals
from events.registration.order_list import FOUND, Filter, safe

PART = 1000
"""Attendees read at once."""

LONGEST_CELL = 32_767
"""Of a workbook, as Excel has it."""

_HEAD = (
    "order", "state", "ordered", "confirmed", "audience", "buyer", "buyer e-mail", "ticket code", "name", "e-mail",
    "tickets", "amount", "currency", "cancelled",
)  # fmt: skip
_AMOUNT = _HEAD.index("amount")

_IDS = f"SELECT r.id FROM registration r WHERE r.event_id = $1 AND r.order_id IN (SELECT o.id {FOUND}) ORDER BY r.id"  # noqa: S608


async def rows(event_id: int, currency: str, which: Filter) -> AsyncIterator[list[list[str]]]:
    """The heading, then the lines, in parts; every cell a text. The orders are those found at the beginning."""
    questions = await database.rows(
        "SELECT id, label FROM question WHERE event_id = $1 ORDER BY position, id", event_id
    )
    ids = [row["id"] for row in await database.rows(_IDS, *which.arguments(event_id))]
    asked = [str(question["id"]) for question in questions]
    yield [[*_HEAD, *(question["label"] for question in questions)]]
    for first in range(0, len(ids), PART):
        found = await database.rows(_PART, ids[first : first + PART])
        yield [_line(row, currency, asked) for row in found]


_PART = """
SELECT o.code, o.state, o.name AS buyer, o.email AS buyer_email, o.audience, o.created_at, o.confirmed_at,
    r.code AS ticket_code, r.name, r.email, r.answers, r.cancelled_at,
    (SELECT string_agg(t.name, '; ' ORDER BY n.id) FROM order_line n JOIN ticket_type t ON t.id = n.ticket_type_id
        WHERE n.registration_id = r.id AND NOT n.pending) AS tickets,
    (SELECT coalesce(sum(n.amount), 0)::bigint FROM order_line n WHERE n.registration_id = r.id) AS amount
FROM registration r JOIN orders o ON o.id = r.order_id WHERE r.id = any($1::bigint[]) ORDER BY r.id
"""


async def as_csv(event_id: int, currency: str, which: Filter) -> AsyncIterator[bytes]:
    """UTF-8 with a mark, which Excel needs."""
    mark = "\ufeff"
    async for part in rows(event_id, currency, which):
        out = io.StringIO(newline="")
        out.write(mark)
        mark = ""
        csv.writer(out).writerows([safe(cell) for cell in row] for row in part)
        yield out.getvalue().encode("utf-8", "replace")


async def as_workbook(event_id: int, currency: str, which: Filter) -> AsyncIterator[bytes]:
    """Written row by row into a file without a name, and read from there: no sheet stands in memory as a whole."""
    with tempfile.TemporaryFile() as file:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        book = xlsxwriter.Workbook(file, options)
        sheet = book.add_worksheet("orders")
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1}),
            "text": book.add_format({"num_format": "@"}),
            "amount": book.add_format({"num_format": "0." + "0" * decimals(currency) if decimals(currency) else "0"}),
        }
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(_HEAD) - 1, 16)
        line = 0
        async for part in rows(event_id, currency, which):
            await asyncio.to_thread(_write, sheet, formats, line, part)
            line += len(part)
        await asyncio.to_thread(book.close)
        file.seek(0)
        while piece := await asyncio.to_thread(file.read, 1 << 18):
            yield piece


def _write(sheet: Any, formats: dict[str, Any], first: int, part: Sequence[Sequence[str]]) -> None:
    for number, row in enumerate(part, first):
        for place, cell in enumerate(row):
            if number and place == _AMOUNT:
                sheet.write_number(number, place, float(cell), formats["amount"])
            elif cell:
                sheet.write_string(number, place, cell[:LONGEST_CELL], formats["text" if number else "head"])


def _line(row: Any, currency: str, asked: Sequence[str]) -> list[str]:
    answers = json.loads(row["answers"] or "{}")
    return [
        row["code"],
        row["state"],
        row["created_at"].isoformat(),
        row["confirmed_at"].isoformat() if row["confirmed_at"] else "",
        row["audience"],
        row["buyer"],
        row["buyer_email"],
        row["ticket_code"],
        row["name"],
        row["email"],
        row["tickets"] or "",
        Money(row["amount"], currency).plain,
        currency,
        row["cancelled_at"].isoformat() if row["cancelled_at"] else "",
        *(str(answers.get(one, "")) for one in asked),
    ]
