"""What we ask Stripe for and what it answers, as values of ours; read from its JSON. Knows nothing of the library."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from events.core.money import Money

TWO_DECIMALS_AT_STRIPE = frozenset({"ISK", "UGX"})
"""Without decimals in ISO 4217, but Stripe wants them times 100 (docs.stripe.com/currencies#special-cases)."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the hosted page: `count` times `amount`."""

    name: str
    words: str
    amount: Money
    count: int


@dataclass(frozen=True, slots=True)
class Checkout:
    """A Checkout Session as Stripe has it now.

    status          open, complete, expired
    payment_status  paid, unpaid, no_payment_required
    intent_status   of its payment: processing, succeeded, requires_payment_method, canceled …; "" before there is one
    ours            the id of our own row, from its metadata
    paid_with       what it was paid with: a card's brand, or the kind of another method; "" before it is
    last4           the last four digits of the card or account; "" where there are none
    """

    id: str
    url: str
    status: str
    payment_status: str
    amount: Money
    payment_intent: str
    intent_status: str
    ours: int | None
    paid_with: str = ""
    last4: str = ""

    @property
    def paid(self) -> bool:
        return self.payment_status == "paid"

    @property
    def processing(self) -> bool:
        """Complete but not paid: a bank is still at it, or has said no."""
        return (
            self.status == "complete"
            and not self.paid
            and self.intent_status not in {"requires_payment_method", "canceled"}
        )


@dataclass(frozen=True, slots=True)
class StripeRefund:
    id: str
    payment_intent: str
    amount: Money
    state: str
    ours: int | None


@dataclass(frozen=True, slots=True)
class StripeDispute:
    """A payment that its buyer's bank wants back, as Stripe has it now.

    state      one of `states.DisputeState`, or a word of Stripe's that is newer than this program
    due_by     until when somebody has to answer; None when there is nothing to answer any more
    """

    id: str
    charge: str
    payment_intent: str
    amount: Money
    state: str
    reason: str
    opened_at: datetime
    due_by: datetime | None


@dataclass(frozen=True, slots=True)
class Notice:
    """What a webhook says: something happened to this object. What it is now is asked for."""

    id: str
    kind: str
    object_id: str
    payment_intent: str


def read_kept(body: str | bytes) -> Notice:
    """What a webhook says whose signature was checked when it came in."""
    event = json.loads(body)
    about = event["data"]["object"]
    own = str(about.get("id") or "")
    intent = own if about.get("object") == "payment_intent" else str(about.get("payment_intent") or "")
    return Notice(str(event["id"]), str(event["type"]), own, intent)


def checkout_of(session: Mapping[str, Any]) -> Checkout:
    """From the session as JSON, with its payment intent and that one's latest charge expanded once there are any."""
    intent = session["payment_intent"]
    found = intent if isinstance(intent, dict) else {"id": intent or "", "status": ""}
    paid_with, last4 = _method_of(found.get("latest_charge"))
    return Checkout(
        id=session["id"],
        url=session["url"] or "",
        status=session["status"] or "",
        payment_status=session["payment_status"],
        amount=money_of(session["amount_total"] or 0, session["currency"] or ""),
        payment_intent=found["id"],
        intent_status=found["status"],
        ours=_number(session["metadata"], "checkout"),
        paid_with=paid_with,
        last4=last4,
    )


def _method_of(charge: Any) -> tuple[str, str]:
    """What a charge was paid with, and its last four digits (docs.stripe.com/api/charges: payment_method_details)."""
    details = (charge.get("payment_method_details") if isinstance(charge, dict) else None) or {}
    kind = str(details.get("type") or "")
    method = details.get(kind) or {}
    last4 = str(method.get("last4") or "")
    return str(method.get("brand") or kind)[:24], last4 if re.fullmatch("[0-9]{4}", last4) else ""


def refund_of(refund: Mapping[str, Any]) -> StripeRefund:
    """From the refund as JSON."""
    state = refund["status"] or "pending"
    return StripeRefund(
        refund["id"],
        id_of(refund["payment_intent"]),
        money_of(refund["amount"], refund["currency"]),
        "pending" if state == "requires_action" else state,
        _number(refund["metadata"], "refund"),
    )


def dispute_of(dispute: Mapping[str, Any]) -> StripeDispute:
    """From the dispute as JSON."""
    due_by = dispute["evidence_details"]["due_by"]
    return StripeDispute(
        dispute["id"],
        id_of(dispute["charge"]),
        id_of(dispute["payment_intent"]),
        money_of(dispute["amount"], dispute["currency"]),
        dispute["status"],
        dispute["reason"] or "",
        moment_of(dispute["created"]),
        moment_of(due_by) if due_by else None,
    )


def id_of(value: Any) -> str:
    """Of an object that stands there itself or by its id, or not at all."""
    return str(value["id"]) if isinstance(value, dict) else str(value or "")


def moment_of(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _number(metadata: Mapping[str, str] | None, name: str) -> int | None:
    """One of our own ids in an object's metadata."""
    value = str(metadata[name]) if metadata is not None and name in metadata else ""
    return int(value) if value.isdecimal() else None


def in_stripes_units(money: Money) -> int:
    return money.amount * 100 if money.currency in TWO_DECIMALS_AT_STRIPE else money.amount


def money_of(amount: int, currency: str) -> Money:
    name = currency.upper()
    return Money(amount // 100 if name in TWO_DECIMALS_AT_STRIPE else amount, name)
