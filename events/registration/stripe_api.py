"""The only file that knows stripe: our few questions to it, answered in the dataclasses of `stripe_objects`.

Every call that makes something carries an idempotency key made from our row, so that asking twice makes one thing.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import stripe
from stripe.params import RefundCreateParams
from stripe.params.checkout import SessionCreateParams

from events.core.money import Money
from events.registration.stripe_objects import (
    Checkout,
    Item,
    Notice,
    StripeDispute,
    StripeRefund,
    checkout_of,
    dispute_of,
    in_stripes_units,
    read_kept,
    refund_of,
)
from events.settings import Settings

PAGE = 100
"""Objects of one answer to a list; Stripe gives no more."""

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
                        "unit_amount": in_stripes_units(item.amount),
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
            "get", f"/v1/checkout/sessions/{quote(stripe_id, safe='')}", {"expand": ["payment_intent.latest_charge"]}
        )

    async def _checkout(self, method: str, path: str, params: dict[str, Any]) -> Checkout:
        """Ask raw: to build stripe's objects of a session takes longer than the answer takes to come (2 ms of 5)."""
        try:
            answer = await self._client.raw_request_async(method, path, **params)
        except stripe.StripeError as error:
            raise _translated(error) from error
        return checkout_of(answer.data)

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
            "amount": in_stripes_units(amount),
            "metadata": {"refund": str(refund)},
        }
        try:
            made = await self._client.v1.refunds.create_async(
                params, {"idempotency_key": f"refund-{refund}-{payment_intent}"}
            )
        except stripe.StripeError as error:
            raise _translated(error) from error
        return refund_of(made.to_dict())

    async def refunds_of(self, payment_intent: str) -> list[StripeRefund]:
        return [refund_of(one) async for one in self.listed("/v1/refunds", {"payment_intent": payment_intent})]

    async def dispute(self, stripe_id: str) -> StripeDispute:
        return dispute_of(await self._ask(f"/v1/disputes/{quote(stripe_id, safe='')}", {}))

    async def listed(self, path: str, params: Mapping[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """Everything in one of Stripe's lists, the newest first, as JSON: a page of a hundred at a time.

        What is added while we read is before the page we are at, so nothing comes twice and nothing old is missed.
        """
        after: dict[str, str] = {}
        while True:
            page = await self._ask(path, {**params, "limit": PAGE, **after})
            for one in page["data"]:
                yield one
            if not page["has_more"] or not page["data"]:
                return
            after = {"starting_after": page["data"][-1]["id"]}

    async def _ask(self, path: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Raises StripeRefused, StripeAway or StripeBroke."""
        try:
            answer = await self._client.raw_request_async("get", path, **params)
        except stripe.StripeError as error:
            raise _translated(error) from error
        found: dict[str, Any] = answer.data
        return found

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
