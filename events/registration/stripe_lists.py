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
    id_of,
    moment_of,
    money_of,
    refund_of,
)


@dataclass(frozen=True, slots=True)
class BalanceTransaction:
    """What one object did to our balance at Stripe.

    kind, category   Stripe's words: charge, refund, adjustment, payout …; charge, refund, dispute, dispute_reversal …
    amount           + what came, - what went, in the balance's currency; net = amount - fee
    source           ch_, re_, du_ or po_: what did it
    payment_intent   pi_: the payment that it is about, "" when it is about none
    charged          the same amount in the currency of the payment
    """

    id: str
    kind: str
    category: str
    source: str
    payment_intent: str
    amount: Money
    charged: Money
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
    """All of a day."""
    async for one in stripe.listed("/v1/balance_transactions", {**_between(since, until), **_WITH_SOURCE}):
        yield _transaction(one)


async def transactions_of(stripe: Stripe, payout: str) -> AsyncIterator[BalanceTransaction]:
    """What a payout (po_…) was made of, and the payout's own line."""
    async for one in stripe.listed("/v1/balance_transactions", {"payout": payout, **_WITH_SOURCE}):
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


_WITH_SOURCE = {"expand": ["data.source"]}


def _between(since: datetime, until: datetime) -> dict[str, Any]:
    return {"created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())}}


def _transaction(one: Mapping[str, Any]) -> BalanceTransaction:
    currency, amount, source = one["currency"], one["amount"], one["source"]
    about = source if isinstance(source, dict) else {}
    in_its_own = about.get("currency", currency)
    charged = amount
    if in_its_own != currency:  # converted: as much of the source as of ours, by the sign of ours
        charged = about["amount"] if amount > 0 else -about["amount"]
    return BalanceTransaction(
        one["id"],
        one["type"],
        one["reporting_category"],
        id_of(source),
        id_of(about.get("payment_intent")),
        money_of(amount, currency),
        money_of(charged, in_its_own),
        money_of(one["fee"], currency),
        money_of(one["net"], currency),
        moment_of(one["created"]),
        moment_of(one["available_on"]),
    )
