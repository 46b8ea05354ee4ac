"""Invoices and credit notes: numbered by year without gaps, never changed.

What an order is invoiced is what its ledger charges (or, while it is pending, what its lines cost). Where that is not
what its last invoice says, a credit note takes that one back and another is issued.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import asyncpg

from events.core import database
from events.core.money import Money
from events.registration import taxes

OWED = """
    CASE o.state WHEN 'PENDING'
    THEN coalesce((SELECT sum(n.amount) FROM order_line n WHERE n.order_id = o.id AND n.cancelled_at IS NULL), 0)
    ELSE coalesce((SELECT sum(l.amount) FROM ledger l WHERE l.order_id = o.id
        AND l.kind IN ('charge', 'waiver', 'fee')), 0) END::bigint"""
"""What the order `o` is invoiced, in minor units."""


@dataclass(frozen=True, slots=True)
class Invoice:
    """One that was issued. total is below nothing for a credit note; body: what `paper` writes."""

    id: int
    number: str
    kind: str
    total: Money
    issued_at: datetime
    body: dict[str, object]


def number_of(year: int, serial: int) -> str:
    return f"{year}-{serial:05d}"


async def of_order(order_id: int) -> list[Invoice]:
    """In the order they were issued; those without names any more are left out."""
    rows = await database.rows("SELECT * FROM invoice WHERE order_id = $1 AND blanked_at IS NULL ORDER BY id", order_id)
    return [_invoice(row) for row in rows]


async def by_ids(ids: Sequence[int]) -> list[Invoice]:
    rows = await database.rows("SELECT * FROM invoice WHERE id = any($1) ORDER BY id", list(ids))
    return [_invoice(row) for row in rows]


async def by_number(number: str) -> tuple[int, Invoice] | None:
    """An invoice and the id of its order."""
    year, _dash, serial = number.partition("-")
    if not (year.isdecimal() and serial.isdecimal() and len(year) == 4 and len(serial) < 9):
        return None
    row = await database.row(
        "SELECT * FROM invoice WHERE year = $1 AND serial = $2 AND blanked_at IS NULL", int(year), int(serial)
    )
    return (row["order_id"], _invoice(row)) if row else None


def _invoice(row: asyncpg.Record) -> Invoice:
    return Invoice(
        row["id"],
        number_of(row["year"], row["serial"]),
        row["kind"],
        Money(row["total"], row["currency"]),
        row["issued_at"],
        json.loads(row["body"]),
    )


async def stale() -> list[int]:
    """Orders that were invoiced something else than they are charged now."""
    rows = await database.rows(
        "SELECT o.id FROM orders o JOIN invoice i ON i.order_id = o.id WHERE i.blanked_at IS NULL"  # noqa: S608
        f" GROUP BY o.id HAVING sum(i.total) <> {OWED} ORDER BY o.id LIMIT 100"
    )
    return [row["id"] for row in rows]


_ORDER = f"""
SELECT o.id, o.code, o.state, o.name, o.currency, o.locale, e.title AS event, e.timezone, d.way, d.number,
    coalesce(d.institution, b.institution) AS institution, coalesce(d.address, b.address) AS address,
    coalesce(d.reference, b.reference) AS reference, d.due_on, coalesce(d.seller, t.seller, u.name) AS seller,
    coalesce(d.pay_to, t.pay_to, '') AS pay_to, u.name AS unit,
    (SELECT concat_ws(', ', x.number, x.issued_by) FROM exemption x WHERE x.order_id = o.id AND x.state = 'accepted')
    AS exempt, {OWED} AS owed
FROM orders o JOIN event e ON e.id = o.event_id JOIN unit u ON u.id = e.unit_id
LEFT JOIN due d ON d.order_id = o.id LEFT JOIN billing b ON b.order_id = o.id
LEFT JOIN payment_terms t ON t.event_id = o.event_id WHERE o.id = $1
"""  # noqa: S608 - put together from constants


async def bring_up(order_id: int, at: datetime) -> None:
    """Let the invoices of a locked order say what it is charged now, in the surrounding transaction.

    Nothing happens when they do; an order that costs nothing gets none.
    """
    order = await database.row(_ORDER, order_id)
    assert order is not None, f"order {order_id} is gone"
    last = await database.row(
        "SELECT * FROM invoice i WHERE order_id = $1 AND kind = 'invoice'"
        " AND NOT EXISTS (SELECT FROM invoice c WHERE c.credits_id = i.id)",
        order_id,
    )
    lines = await _lines(order) if order["owed"] > 0 else []
    if last is not None:
        body = json.loads(last["body"])
        if body["lines"] == lines:
            return
        taken = [
            {name: -value if name in {"amount", "tax"} else value for name, value in line.items()}
            for line in body["lines"]
        ]
        credit = {**body, "lines": taken, "due_on": "", "credits": number_of(last["year"], last["serial"])}
        await _issue(order, "credit_note", credit, at, last["id"])
    if lines:
        body = {
            "event": order["event"],
            "order": order["code"],
            "locale": order["locale"],
            "zone": order["timezone"],
            "seller": order["seller"] or order["unit"],
            "pay_to": order["pay_to"],
            "buyer": order["name"],
            "institution": order["institution"] or "",
            "address": order["address"] or "",
            "way": order["way"] or "",
            "purchase_order": order["number"] or "",
            "reference": order["reference"] or "",
            "due_on": order["due_on"].isoformat() if order["due_on"] else "",
            "lines": lines,
        }
        if order["exempt"]:
            body["exempt"] = order["exempt"]
        await _issue(order, "invoice", body, at, None)


async def _lines(order: asyncpg.Record) -> list[dict[str, object]]:
    """The order's live lines; what it is charged beside them is a line of its own, so that they sum to it.

    A line with a tax in it says which: "tax" in minor units, "rate" in thousandths of a percent, "tax_name".
    """
    rows = await database.rows(
        "SELECT t.name AS ticket, r.name AS person, n.amount, tax.name AS tax_name,"  # noqa: S608 - texts of ours
        " CASE WHEN exempted.line_id IS NULL THEN coalesce(tax.rate, 0) ELSE 0 END AS rate FROM order_line n"
        " JOIN ticket_type t ON t.id = n.ticket_type_id JOIN registration r ON r.id = n.registration_id"
        f" JOIN orders o ON o.id = n.order_id {taxes.OF_LINE}"
        " WHERE n.order_id = $1 AND n.cancelled_at IS NULL AND n.amount > 0"
        " AND $2 IN ('PENDING', 'CONFIRMED') ORDER BY n.id",
        order["id"],
        order["state"],
    )
    lines: list[dict[str, object]] = []
    for row in rows:
        line = {name: row[name] for name in ("ticket", "person", "amount")}
        if row["rate"]:
            line |= {"tax": taxes.within(row["amount"], row["rate"]), "rate": row["rate"], "tax_name": row["tax_name"]}
        lines.append(line)
    rest = order["owed"] - sum(row["amount"] for row in rows)
    if rest:
        lines.append({"ticket": "fees", "person": "", "amount": rest})
    return lines


async def _issue(
    order: asyncpg.Record, kind: str, body: dict[str, object], at: datetime, credits_id: int | None
) -> None:
    """Give the next number. The counter's row stays locked until the transaction ends, so no number is lost."""
    year = at.astimezone(ZoneInfo(order["timezone"])).year
    serial = await database.value(
        "INSERT INTO invoice_counter (year, given) VALUES ($1, 1)"
        " ON CONFLICT (year) DO UPDATE SET given = invoice_counter.given + 1 RETURNING given",
        year,
    )
    lines: list[dict[str, int]] = body["lines"]  # type: ignore[assignment]
    await database.execute(
        "INSERT INTO invoice (year, serial, kind, order_id, credits_id, currency, total, body, issued_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9)",
        year,
        serial,
        kind,
        order["id"],
        credits_id,
        order["currency"],
        sum(line["amount"] for line in lines),
        json.dumps(body, ensure_ascii=False),
        at,
    )
