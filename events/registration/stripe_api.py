"""The only file that knows stripe: our few questions to it, answered in dataclasses of ours.

Every call that makes something carries an idempotency key made from our row, so that asking twice makes one thing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import stripe
from stripe.params import RefundCreateParams
from stripe.params.checkout import SessionCreateParams

from events.core.money import Money
from events.settings import Settings

TWO_DECIMALS_AT_STRIPE = frozenset({"ISK", "UGX"})
"""Without decimals in ISO 4217, but Stripe wants them times 100 (docs.stripe.com/currencies#special-cases)."""

PATIENCE = 20
"""Seconds until a call counts as lost; the outbox or the buyer tries again."""

SIGNATURE_AGE = 300
"""Seconds after which a signed webhook is no longer believed: somebody may be playing it again."""


class StripeAway(Exception):
    """Stripe could not be asked, or was too busy: the same question may be answered later."""


class StripeBroke(StripeAway):
    """Stripe answered with an error of its own. It may have done the work all the same, and it gives this answer to the
    same idempotency key for a day (docs.stripe.com/api/idempotent_requests): look what there is, then ask anew."""


class StripeRefused(Exception):
    """Stripe understood and said no; asking again the same way gets the same no."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(f"{code}: {words}")
        self.code = code


class Unsigned(Exception):
    """A webhook that Stripe did not sign."""


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
    """

    id: str
    url: str
    status: str
    payment_status: str
    amount: Money
    payment_intent: str
    intent_status: str
    ours: int | None

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
class Notice:
    """What a webhook says: something happened to this object. What it is now is asked for."""

    id: str
    kind: str
    object_id: str
    payment_intent: str


class Stripe:
    """Our side of Stripe's API; one a process."""

    def __init__(self, settings: Settings) -> None:
        key = settings.stripe_key.get_secret_value()
        self.ready = bool(key)
        self._webhook_secret = settings.stripe_webhook_secret.get_secret_value()
        addresses: dict[str, Any] = {"base_addresses": {"api": settings.stripe_url}} if settings.stripe_url else {}
        self._http = stripe.HTTPXClient(timeout=PATIENCE)
        self._client = stripe.StripeClient(
            key or "sk_test_none", http_client=self._http, max_network_retries=1, **addresses
        )

    async def create_checkout(
        self,
        checkout: int,
        key: str,
        *,
        reference: str,
        email: str,
        items: Sequence[Item],
        expires_at: datetime,
        success_url: str,
        cancel_url: str,
    ) -> Checkout:
        """Open a Checkout Session.

        checkout     our row's id, kept in the metadata of session and payment
        key          the idempotency key, `checkout-{order's code}-{attempt}`
        reference    the order's code
        success_url  may hold {CHECKOUT_SESSION_ID}
        """
        metadata = {"checkout": str(checkout), "order": reference}
        params: SessionCreateParams = {
            "mode": "payment",
            "client_reference_id": reference,
            "line_items": [
                {
                    "quantity": item.count,
                    "price_data": {
                        "currency": item.amount.currency.lower(),
                        "unit_amount": _to_stripe(item.amount),
                        "product_data": {"name": item.name[:250], "description": item.words[:250] or item.name[:250]},
                    },
                }
                for item in items
            ],
            "expires_at": int(expires_at.timestamp()),
            "success_url": success_url,
            "cancel_url": cancel_url,
            "metadata": metadata,
            "payment_intent_data": {"metadata": metadata, "description": reference},
            "expand": ["payment_intent"],
        }
        if email:
            params["customer_email"] = email
        return await self._checkout("post", "/v1/checkout/sessions", {**params, "idempotency_key": key})

    async def checkout(self, stripe_id: str) -> Checkout:
        return await self._checkout(
            "get", f"/v1/checkout/sessions/{quote(stripe_id, safe='')}", {"expand": ["payment_intent"]}
        )

    async def _checkout(self, method: str, path: str, params: dict[str, Any]) -> Checkout:
        """Ask raw: to build stripe's objects of a session takes longer than the answer takes to come (2 ms of 5)."""
        try:
            answer = await self._client.raw_request_async(method, path, **params)
        except stripe.StripeError as error:
            raise _translated(error) from error
        return _checkout(answer.data)

    async def expire_checkout(self, stripe_id: str) -> None:
        """Close an open session. Raises StripeRefused when it is not open any more: it may have been paid."""
        try:
            await self._client.v1.checkout.sessions.expire_async(stripe_id)
        except stripe.StripeError as error:
            raise _translated(error) from error

    async def create_refund(self, refund: int, payment_intent: str, amount: Money) -> StripeRefund:
        """Give back a part of a payment, once for each of our rows."""
        params: RefundCreateParams = {
            "payment_intent": payment_intent,
            "amount": _to_stripe(amount),
            "metadata": {"refund": str(refund)},
        }
        try:
            made = await self._client.v1.refunds.create_async(
                params, {"idempotency_key": f"refund-{refund}-{payment_intent}"}
            )
        except stripe.StripeError as error:
            raise _translated(error) from error
        return _refund(made)

    async def refunds_of(self, payment_intent: str) -> list[StripeRefund]:
        try:
            listed = await self._client.v1.refunds.list_async({"payment_intent": payment_intent, "limit": 100})
        except stripe.StripeError as error:
            raise _translated(error) from error
        return [_refund(one) for one in listed.data]

    def read_notice(self, body: bytes, signature: str) -> Notice:
        """What a webhook says, once its signature over the raw bytes is right and not older than five minutes.

        Raises Unsigned.
        """
        try:
            stripe.WebhookSignature.verify_header(body, signature, self._webhook_secret, SIGNATURE_AGE)
            return read_kept(body)
        except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError) as error:
            raise Unsigned(type(error).__name__) from error

    async def close(self) -> None:
        await self._http.close_async()  # type: ignore[no-untyped-call]


def read_kept(body: str | bytes) -> Notice:
    """What a webhook says whose signature was checked when it came in."""
    event = json.loads(body)
    about = event["data"]["object"]
    own = str(about.get("id") or "")
    intent = own if about.get("object") == "payment_intent" else str(about.get("payment_intent") or "")
    return Notice(str(event["id"]), str(event["type"]), own, intent)


def _checkout(session: Mapping[str, Any]) -> Checkout:
    """From the session as JSON, with its payment intent expanded once there is one."""
    intent = session["payment_intent"]
    found = intent if isinstance(intent, dict) else {"id": intent or "", "status": ""}
    return Checkout(
        id=session["id"],
        url=session["url"] or "",
        status=session["status"] or "",
        payment_status=session["payment_status"],
        amount=_from_stripe(session["amount_total"] or 0, session["currency"] or ""),
        payment_intent=found["id"],
        intent_status=found["status"],
        ours=_number(session["metadata"], "checkout"),
    )


def _refund(refund: stripe.Refund) -> StripeRefund:
    intent = refund.payment_intent
    state = {"requires_action": "pending"}.get(refund.status or "pending", refund.status or "pending")
    return StripeRefund(
        refund.id,
        intent.id if isinstance(intent, stripe.PaymentIntent) else str(intent or ""),
        _from_stripe(refund.amount, refund.currency),
        state,
        _number(refund.metadata, "refund"),
    )


def _number(metadata: Mapping[str, str] | Any, name: str) -> int | None:
    """One of our own ids in an object's metadata (a Stripe object is no dict: it knows `in` and [])."""
    value = str(metadata[name]) if metadata is not None and name in metadata else ""
    return int(value) if value.isdecimal() else None


def _to_stripe(money: Money) -> int:
    return money.amount * 100 if money.currency in TWO_DECIMALS_AT_STRIPE else money.amount


def _from_stripe(amount: int, currency: str) -> Money:
    name = currency.upper()
    return Money(amount // 100 if name in TWO_DECIMALS_AT_STRIPE else amount, name)


def _translated(error: stripe.StripeError) -> StripeAway | StripeRefused:
    """No answer, too many questions, a wrong key or their fault: later. Everything else is a no."""
    if isinstance(error, stripe.InvalidRequestError | stripe.CardError | stripe.IdempotencyError):
        if error.code == "idempotency_key_in_use":
            return StripeAway(error.code)
        fallback = "idempotency_error" if isinstance(error, stripe.IdempotencyError) else ""
        return StripeRefused(error.code or fallback, error.user_message or str(error))
    if (error.http_status or 0) >= 500:
        return StripeBroke(f"{type(error).__name__} {error.http_status}")
    return StripeAway(type(error).__name__)
