"""An event's orders as a table: found by words, state, ticket type and balance, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import urlencode

from events.core import database
from events.core.money import Money
from events.registration import order_search
from events.registration.states import UNDECIDED, OrderState

PAGE = 50
DISPUTED = "DISPUTED"
"""As a filter: orders with a payment that a bank wants back and has not decided about, whatever their state is."""

OWED, BACK = "owed", "back"
"""As a filter: orders that owe us something, and those whose buyer has something to get."""

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
    disputed: bool


@dataclass(frozen=True, slots=True)
class OrderList:
    """counts: of each state, and of those that are disputed."""

    rows: list[OrderRow]
    found: int
    counts: Mapping[str, int]

    @property
    def disputed(self) -> int:
        return self.counts[DISPUTED]


_DISPUTED = (
    "EXISTS (SELECT FROM dispute d WHERE d.order_id = o.id AND d.state IN ("
    + ", ".join(f"'{state.value}'" for state in sorted(UNDECIDED))
    + "))"
)
FOUND = f"""
FROM orders o WHERE o.event_id = $1 AND ($2 = '' OR o.state = $2 OR ($2 = '{DISPUTED}' AND {_DISPUTED}))
    AND ($3 = '' OR o.id IN (
        SELECT id FROM orders WHERE search_words(name || ' ' || email) @@ $4::text::tsquery
        UNION SELECT order_id FROM registration WHERE search_words(name || ' ' || email) @@ $4::text::tsquery
        UNION SELECT id FROM orders WHERE code = upper($3)
        UNION SELECT order_id FROM registration WHERE code = upper($3)
    ))
    AND ($5 = 0 OR EXISTS (SELECT FROM order_line n WHERE n.order_id = o.id AND n.ticket_type_id = $5
        AND n.cancelled_at IS NULL))
    AND ($6 = '' OR o.id IN (SELECT l.order_id FROM ledger l GROUP BY l.order_id
        HAVING sign(sum(l.amount)) = CASE $6 WHEN '{OWED}' THEN 1 ELSE -1 END))
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class Filter:
    """Which orders of an event. state: of an order, or DISPUTED; ticket: a type's id, 0 for any; owing: OWED, BACK."""

    words: str = ""
    state: str = ""
    ticket: int = 0
    owing: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """Of an address; what is none of the words we know counts as nothing."""
        state, ticket, owing = (query.get(name, "") for name in ("state", "ticket", "owing"))
        return cls(
            query.get("q", "").strip()[:100],
            state if state in {*OrderState.__members__, DISPUTED} else "",
            int(ticket) if ticket.isdecimal() and len(ticket) < 10 else 0,
            owing if owing in (OWED, BACK) else "",
        )

    @property
    def query(self) -> str:
        """As it stands in an address."""
        pairs = {"q": self.words, "state": self.state, "ticket": self.ticket or "", "owing": self.owing}
        return urlencode({name: value for name, value in pairs.items() if value})

    def arguments(self, event_id: int) -> tuple[int, str, str, str, int, str]:
        """Of FOUND."""
        found = order_search.prefixes(order_search.words_of(self.words))
        return event_id, self.state, self.words, found, self.ticket, self.owing


async def search(event_id: int, currency: str, which: Filter, page: int) -> OrderList:
    """A page of orders, newest first, with how many there are of each state."""
    rows = await database.rows(
        "SELECT o.code, o.state, o.name, o.email, o.total, o.created_at, count(*) OVER () AS found,"  # noqa: S608 - constants
        " (SELECT count(*) FROM registration r WHERE r.order_id = o.id AND r.cancelled_at IS NULL) AS people,"
        " (SELECT coalesce(sum(l.amount), 0)::bigint FROM ledger l WHERE l.order_id = o.id) AS balance,"
        f" {_DISPUTED} AS disputed {FOUND} ORDER BY o.created_at DESC, o.id DESC LIMIT {PAGE} OFFSET $7",
        *which.arguments(event_id),
        max(page - 1, 0) * PAGE,
    )
    counts = await database.rows(
        "SELECT state, count(*) AS n FROM orders WHERE event_id = $1 GROUP BY state"  # noqa: S608 - constants
        f" UNION ALL SELECT '{DISPUTED}', count(*) FROM orders o WHERE o.event_id = $1 AND {_DISPUTED}",
        event_id,
    )
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
                row["disputed"],
            )
            for row in rows
        ],
        rows[0]["found"] if rows else 0,
        {row["state"]: row["n"] for row in counts},
    )


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
