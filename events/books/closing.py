"""Closing a month: its postings are kept as they are, and never change again."""

from datetime import date, datetime, timedelta

from events.books import journal
from events.books.journal import DERIVED
from events.core import database
from events.core.errors import DomainError
from events.core.locales import _

LOCK = 0xB00C5
"""The advisory lock of whoever closes."""


class CannotClose(DomainError):
    status = 409


async def close(month: date, by: int | None, at: datetime) -> int:
    """Keep the postings of the first open month. Returns how many there are.

    month   its first day. Raises CannotClose when another month is to be closed first, when it is closed already, and
            while it is not over everywhere on earth.
    """
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        first = await journal.first_open()
        if first is None or month != first:
            raise CannotClose(_("Months are closed one after the other, and each once."))
        if at.date() <= journal.last_day(month) + timedelta(days=1):
            raise CannotClose(_("This month is not over yet."))
        closing: int = await database.value(
            "INSERT INTO closing (month, closed_at, closed_by_id) VALUES ($1, $2, $3) RETURNING id", month, at, by
        )
        kept: int = await database.value(
            f"WITH {DERIVED}, kept AS (INSERT INTO posting"  # noqa: S608 - texts of ours
            " (closing_id, day, event_id, unit_id, account, code, currency, amount, source, order_code)"
            " SELECT $3, day, event_id, unit_id, account, code, currency, amount, source, order_code FROM due"
            " RETURNING 1) SELECT count(*) FROM kept",
            journal.last_day(month),
            month,
            closing,
        )
    return kept
