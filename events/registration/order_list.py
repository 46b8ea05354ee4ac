"""An event's orders as a table: found by name, address or code, by state, a page at a time; and all of them as CSV."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.money import Money
from events.registration.states import OrderState

PAGE = 50
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class OrderRow:
    code: str
    state: OrderState
    name: str
    email: str
    total: Money
    balance: Money
    people: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OrderList:
    rows: list[OrderRow]
    found: int
    counts: Mapping[str, int]


_FOUND = """
FROM orders o WHERE o.event_id = $1 AND ($2 = '' OR o.state = $2) AND ($3 = '' OR o.code = upper($3)
    OR o.name ILIKE $4 OR o.email ILIKE $4 OR EXISTS (
        SELECT FROM registration r
        WHERE r.order_id = o.id AND (r.code = upper($3) OR r.name ILIKE $4 OR r.email ILIKE $4)
    ))
"""


def _arguments(event_id: int, words: str, state: str) -> tuple[int, str, str, str]:
    words = words.strip()[:100]
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return event_id, state if state in OrderState.__members__ else "", words, f"%{escaped}%"


async def search(event_id: int, currency: str, words: str, state: str, page: int) -> OrderList:
    """A page of orders, newest first, with how many there are of each state."""
    arguments = _arguments(event_id, words, state)
    rows = await database.rows(
        "SELECT o.code, o.state, o.name, o.email, o.total, o.created_at, count(*) OVER () AS found,"  # noqa: S608 - constants
        " (SELECT count(*) FROM registration r WHERE r.order_id = o.id AND r.cancelled_at IS NULL) AS people,"
        " (SELECT coalesce(sum(l.amount), 0)::bigint FROM ledger l WHERE l.order_id = o.id) AS balance"
        f" {_FOUND} ORDER BY o.created_at DESC, o.id DESC LIMIT {PAGE} OFFSET $5",
        *arguments,
        max(page - 1, 0) * PAGE,
    )
    counts = await database.rows("SELECT state, count(*) AS n FROM orders WHERE event_id = $1 GROUP BY state", event_id)
    return OrderList(
        [
            OrderRow(
                row["code"],
                OrderState(row["state"]),
                row["name"],
                row["email"],
                Money(row["total"], currency),
                Money(row["balance"], currency),
                row["people"],
                row["created_at"],
            )
            for row in rows
        ],
        rows[0]["found"] if rows else 0,
        {row["state"]: row["n"] for row in counts},
    )


async def as_csv(event_id: int, currency: str, words: str, state: str) -> bytes:
    """Every attendee of the orders found, a line each, for a spreadsheet. Texts never become formulas there.

    A text that begins as a formula would gets an apostrophe in front (OWASP, CSV injection); UTF-8 with a mark, which
    Excel needs.
    """
    questions = await database.rows(
        "SELECT id, label FROM question WHERE event_id = $1 ORDER BY position, id", event_id
    )
    rows = await database.rows(
        "SELECT o.code, o.state, o.name AS buyer, o.email AS buyer_email, o.audience, o.created_at, o.confirmed_at,"  # noqa: S608
        " r.code AS ticket_code, r.name, r.email, r.answers, r.cancelled_at,"
        " (SELECT string_agg(t.name, '; ' ORDER BY n.id) FROM order_line n JOIN ticket_type t"
        " ON t.id = n.ticket_type_id WHERE n.registration_id = r.id) AS tickets,"
        " (SELECT coalesce(sum(n.amount), 0)::bigint FROM order_line n WHERE n.registration_id = r.id) AS amount"
        f" FROM registration r JOIN orders o ON o.id = r.order_id WHERE o.id IN (SELECT o.id {_FOUND})"
        " ORDER BY o.created_at, o.id, r.id",
        *_arguments(event_id, words, state),
    )
    out = io.StringIO()
    writer = csv.writer(out)
    head = [
        "order",
        "state",
        "ordered",
        "confirmed",
        "audience",
        "buyer",
        "buyer e-mail",
        "ticket code",
        "name",
        "e-mail",
    ]
    writer.writerow([*head, "tickets", "amount", "currency", "cancelled", *(safe(row["label"]) for row in questions)])
    for row in rows:
        answers = json.loads(row["answers"] or "{}")
        writer.writerow(
            [
                row["code"],
                row["state"],
                row["created_at"].isoformat(),
                row["confirmed_at"].isoformat() if row["confirmed_at"] else "",
                row["audience"],
                safe(row["buyer"]),
                safe(row["buyer_email"]),
                row["ticket_code"],
                safe(row["name"]),
                safe(row["email"]),
                safe(row["tickets"] or ""),
                Money(row["amount"], currency).plain,
                currency,
                row["cancelled_at"].isoformat() if row["cancelled_at"] else "",
                *(safe(str(answers.get(str(question["id"]), ""))) for question in questions),
            ]
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
