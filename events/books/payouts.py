"""What Stripe paid out to the bank, and what each payout was made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.core import database
from events.core.locales import Lazy, lazy
from events.core.money import Money

PAGE = 50

STATES: Mapping[str, Lazy] = {
    "pending": lazy("Being prepared"),
    "in_transit": lazy("On its way"),
    "paid": lazy("At the bank"),
    "failed": lazy("Failed"),
    "canceled": lazy("Cancelled"),
}


CATEGORIES: Mapping[str, Lazy] = {
    "charge": lazy("Payment"),
    "refund": lazy("Paid back"),
    "refund_failure": lazy("Paid back, and it came again"),
    "dispute": lazy("Taken back by a bank"),
    "dispute_reversal": lazy("Given again by a bank"),
    "fee": lazy("Stripe’s fee"),
}
"""Stripe's reporting categories that come from orders; the others keep Stripe's word."""


@dataclass(frozen=True, slots=True)
class Payout:
    """gross: what the lines brought, fees: what Stripe kept of it; gross - fees = amount when `adds_up`."""

    id: str
    amount: Money
    state: str
    created_at: datetime
    arrives_at: datetime
    lines: int
    gross: Money
    fees: Money

    @property
    def adds_up(self) -> bool:
        return self.gross - self.fees == self.amount


@dataclass(frozen=True, slots=True)
class Line:
    """order: the code of ours, "" for none."""

    id: str
    category: str
    amount: Money
    fee: Money
    created_at: datetime
    order: str
    event: str
    name: str


@dataclass(frozen=True, slots=True)
class Day:
    """How far Stripe's books were read, and what of the balance is not paid out yet, by currency."""

    last: datetime | None
    lines: int
    balance: list[Money]


_PAYOUT = (
    "SELECT p.*, count(l.id)::int AS lines, coalesce(sum(l.amount), 0)::bigint AS gross,"
    " coalesce(sum(l.fee), 0)::bigint AS fees FROM payout p"
    " LEFT JOIN stripe_line l ON l.payout_id = p.id AND l.source <> p.id"
)


async def listed(page: int) -> tuple[list[Payout], int]:
    """One page (from 1), the newest first, and how many there are."""
    rows = await database.rows(
        f"{_PAYOUT} GROUP BY p.id ORDER BY p.created_at DESC, p.id LIMIT $1 OFFSET $2", PAGE, (page - 1) * PAGE
    )
    return [_payout(row) for row in rows], int(await database.value("SELECT count(*) FROM payout"))


async def by_id(payout: str) -> Payout | None:
    row = await database.row(f"{_PAYOUT} WHERE p.id = $1 GROUP BY p.id", payout)
    return _payout(row) if row else None


async def lines(payout: str, page: int | None = 1) -> list[Line]:
    """What it was made of, the oldest first: one page, or (None) all."""
    rows = await database.rows(
        "SELECT l.*, coalesce(o.code, '') AS order_code, coalesce(e.slug, '') AS slug, coalesce(o.name, '') AS name"
        " FROM stripe_line l LEFT JOIN checkout_session c ON c.payment_intent = nullif(l.payment_intent, '')"
        " LEFT JOIN orders o ON o.id = c.order_id LEFT JOIN event e ON e.id = o.event_id"
        " WHERE l.payout_id = $1 AND l.source <> $1 ORDER BY l.created_at, l.id LIMIT $2 OFFSET $3",
        payout,
        None if page is None else PAGE,
        0 if page is None else (page - 1) * PAGE,
    )
    return [
        Line(
            row["id"],
            row["category"],
            Money(row["amount"], row["currency"]),
            Money(row["fee"], row["currency"]),
            row["created_at"],
            row["order_code"],
            row["slug"],
            row["name"],
        )
        for row in rows
    ]


async def how_far() -> Day:
    row = await database.row("SELECT max(read_at) AS last, coalesce(sum(lines), 0)::int AS lines FROM stripe_day")
    balance = await database.rows(
        "SELECT currency, sum(amount - fee)::bigint AS amount FROM stripe_line GROUP BY 1 HAVING sum(amount - fee) <> 0"
        " ORDER BY 1"
    )
    assert row is not None
    return Day(row["last"], row["lines"], [Money(one["amount"], one["currency"]) for one in balance])


def _payout(row: Any) -> Payout:
    return Payout(
        row["id"],
        Money(row["amount"], row["currency"]),
        row["state"],
        row["created_at"],
        row["arrives_at"],
        row["lines"],
        Money(row["gross"], row["currency"]),
        Money(row["fees"], row["currency"]),
    )
