"""A day of Stripe's books, page by page: what a reconciliation compares with ours. Nothing here changes anything.

A day is handed in as two moments, the second one excluded, by Stripe's clock. Everything is the newest first.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.core.money import Money
from events.registration.stripe_api import Stripe
from events.registration.stripe_objects import (
    StripeDispute,
    StripeRefund,
    dispute_of,
    moment_of,
    money_of,
    refund_of,
)


@dataclass(frozen=True, slots=True)
class BalanceTransaction:
    """What one object did to our balance at Stripe.

    kind, category   Stripe's words: charge, refund, adjustment, payout …; charge, refund, dispute, dispute_reversal …
    amount           + what came, - what went; net = amount - fee
    source           ch_, re_, du_ or po_: what did it
    """

    id: str
    kind: str
    category: str
    source: str
    amount: Money
    fee: Money
    net: Money
    created_at: datetime
    available_at: datetime


@dataclass(frozen=True, slots=True)
class Payout:
    """Money on its way to the association's bank account. state: pending, in_transit, paid, failed, canceled."""

    id: str
    amount: Money
    state: str
    created_at: datetime
    arrives_at: datetime
    balance_transaction: str


async def balance_transactions(stripe: Stripe, since: datetime, until: datetime) -> AsyncIterator[BalanceTransaction]:
    async for one in stripe.listed("/v1/balance_transactions", _between(since, until)):
        yield _transaction(one)


async def transactions_of(stripe: Stripe, payout: str) -> AsyncIterator[BalanceTransaction]:
    """What a payout (po_…) was made of, and the payout's own line."""
    async for one in stripe.listed("/v1/balance_transactions", {"payout": payout}):
        yield _transaction(one)


async def payouts(stripe: Stripe, since: datetime, until: datetime) -> AsyncIterator[Payout]:
    async for one in stripe.listed("/v1/payouts", _between(since, until)):
        yield Payout(
            one["id"],
            money_of(one["amount"], one["currency"]),
            one["status"],
            moment_of(one["created"]),
            moment_of(one["arrival_date"]),
            one["balance_transaction"] or "",
        )


async def refunds(stripe: Stripe, since: datetime, until: datetime) -> AsyncIterator[StripeRefund]:
    async for one in stripe.listed("/v1/refunds", _between(since, until)):
        yield refund_of(one)


async def disputes(stripe: Stripe, since: datetime, until: datetime) -> AsyncIterator[StripeDispute]:
    async for one in stripe.listed("/v1/disputes", _between(since, until)):
        yield dispute_of(one)


def _between(since: datetime, until: datetime) -> dict[str, Any]:
    return {"created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())}}


def _transaction(one: Mapping[str, Any]) -> BalanceTransaction:
    currency = one["currency"]
    return BalanceTransaction(
        one["id"],
        one["type"],
        one["reporting_category"],
        one["source"] or "",
        money_of(one["amount"], currency),
        money_of(one["fee"], currency),
        money_of(one["net"], currency),
        moment_of(one["created"]),
        moment_of(one["available_on"]),
    )
