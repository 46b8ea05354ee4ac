"""An event's orders that are paid another way than by card, as a table; receipts and invoices for the registrar."""

from dataclasses import dataclass
from datetime import date, datetime

from events.core import database
from events.core.locales import lazy
from events.core.money import Money
from events.invoicing import invoices
from events.invoicing.invoices import Invoice

PAGE = 50

SHOWS = {"open": lazy("To be paid"), "overdue": lazy("Overdue"), "credit": lazy("Paid too much")}


@dataclass(frozen=True, slots=True)
class Row:
    code: str
    name: str
    institution: str
    way: str
    number: str
    due_on: date | None
    state: str
    left: Money
    overdue: bool


@dataclass(frozen=True, slots=True)
class Found:
    rows: list[Row]
    found: int
    credits: int
    """Orders of the event that paid too much by hand."""


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    kind: str
    way: str
    number: str
    dated: date
    amount: Money
    note: str
    by: str


_ROWS = f"""
WITH mine AS (
    SELECT o.id, o.code, o.name, o.state, coalesce(d.institution, '') AS institution, coalesce(d.way, '') AS way,
        coalesce(d.number, '') AS number, d.due_on, coalesce(d.reference, '') AS reference,
        {invoices.OWED} + coalesce((SELECT sum(l.amount) FROM ledger l WHERE l.order_id = o.id
            AND l.kind NOT IN ('charge', 'waiver', 'fee')), 0)::bigint AS left_
    FROM orders o LEFT JOIN due d ON d.order_id = o.id
    WHERE o.event_id = $1 AND (d.id IS NOT NULL OR EXISTS (SELECT FROM receipt r WHERE r.order_id = o.id))
), marked AS (
    SELECT *, left_ > 0 AND state IN ('PENDING', 'CONFIRMED') AS open, left_ > 0 AND due_on < $3::date
        AND state IN ('PENDING', 'CONFIRMED') AS overdue, left_ < 0 AS credit FROM mine
)
SELECT *, count(*) OVER () AS found FROM marked
WHERE ($2 = '' OR strpos(lower(code || ' ' || name || ' ' || institution || ' ' || number || ' ' || reference), $2) > 0)
    AND CASE $4 WHEN 'open' THEN open WHEN 'overdue' THEN overdue WHEN 'credit' THEN credit ELSE true END
ORDER BY open DESC, due_on, id LIMIT $5 OFFSET $6
"""  # noqa: S608 - put together from constants


async def search(event_id: int, currency: str, words: str, show: str, page: int, at: datetime) -> Found:
    """Orders with something due or received, what is open first, the earliest due day first."""
    needle = " ".join(words.lower().split())
    rows = await database.rows(_ROWS, event_id, needle, at.date(), show, PAGE, (page - 1) * PAGE)
    credits_: int = await database.value(
        "SELECT count(*) FROM (SELECT l.order_id FROM ledger l JOIN orders o ON o.id = l.order_id WHERE o.event_id = $1"
        " AND o.state <> 'PENDING' AND EXISTS (SELECT FROM receipt r WHERE r.order_id = o.id)"
        " GROUP BY l.order_id HAVING sum(l.amount) < 0) c",
        event_id,
    )
    listed = [
        Row(
            row["code"],
            row["name"],
            row["institution"],
            row["way"],
            row["number"],
            row["due_on"],
            row["state"],
            Money(row["left_"], currency),
            row["overdue"],
        )
        for row in rows
    ]
    return Found(listed, rows[0]["found"] if rows else 0, credits_)


async def receipts_of(order_id: int) -> list[ReceiptRow]:
    rows = await database.rows(
        "SELECT r.*, coalesce(p.name, '') AS by FROM receipt r LEFT JOIN person p ON p.id = r.booked_by_id"
        " WHERE r.order_id = $1 ORDER BY r.id",
        order_id,
    )
    return [
        ReceiptRow(
            row["kind"],
            row["way"],
            row["number"],
            row["dated"],
            Money(row["amount"], row["currency"]),
            row["note"],
            row["by"],
        )
        for row in rows
    ]


async def invoices_of(event_id: int, number: str, limit: int) -> list[Invoice]:
    """Invoices of an event, all or the one of this number; the newest `limit`, in the order of their numbers."""
    if number:
        found = await invoices.by_number(number)
        mine = found and await database.value(
            "SELECT true FROM orders WHERE id = $1 AND event_id = $2", found[0], event_id
        )
        return [found[1]] if found and mine else []
    rows = await database.rows(
        "SELECT i.id FROM invoice i JOIN orders o ON o.id = i.order_id"
        " WHERE o.event_id = $1 AND i.blanked_at IS NULL ORDER BY i.id DESC LIMIT $2",
        event_id,
        limit,
    )
    return await invoices.by_ids([row["id"] for row in rows])
