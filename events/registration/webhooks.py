"""What Stripe tells us: the page that keeps it and answers 200, and what a worker makes of it later.

A webhook is only a trigger. It may come twice, late, or before our own row is there: what is true is asked of Stripe.
"""

from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from events.core import database, inbox
from events.registration import disputes, payments, refunds
from events.registration.stripe_api import Stripe, StripeRefused, Unsigned
from events.registration.stripe_objects import Notice, read_kept

MAX_BODY = 512 * 1024
PATIENCE = timedelta(days=3)
"""What is not ours after so long never will be: another program uses the same Stripe account."""

OURS = ("checkout.session.", "refund.", "charge.refund", "charge.dispute.")
"""What something is made of. Everything else is kept too, and nobody is rung for."""

NOT_OURS = "not for us"

UNBOOKED = "a dispute, for a person"
"""The outcome that versions before `disputes` left: `reopen` has them understood."""


async def stripe_webhook(request: Request) -> Response:
    """POST /webhooks/stripe: check the signature over the raw bytes, keep the event, answer. A worker does the rest."""
    body = await request.body()
    if len(body) > MAX_BODY:
        return PlainTextResponse("too large\n", 413)
    stripe: Stripe = request.app.state.stripe
    try:
        notice = stripe.read_notice(body, request.headers.get("stripe-signature", ""))
    except Unsigned:
        return PlainTextResponse("the signature does not fit\n", 400)
    outcome = "" if notice.kind.startswith(OURS) else NOT_OURS
    fresh = await inbox.keep(notice.id, notice.kind, notice.object_id, body.decode(), request.state.now, outcome)
    return PlainTextResponse("kept\n" if fresh else "known already\n")


async def handle(event_id: str, stripe: Stripe, at: datetime) -> bool:
    """Understand one kept event. False for one about something we do not know yet: it stays, and comes again."""
    event = await inbox.load(event_id)
    if event is None:
        return True
    try:
        outcome = await _understand(read_kept(event.body), stripe, at)
    except StripeRefused as error:
        outcome = f"refused: {error.code}"
    if outcome == payments.Outcome.unknown.value and event.received_at >= at - PATIENCE:
        return False
    await inbox.handled(event_id, outcome[:60], at)
    return True


async def _understand(notice: Notice, stripe: Stripe, at: datetime) -> str:
    """The outcome in words. Raises StripeRefused when Stripe does not know what it told us of."""
    unknown = payments.Outcome.unknown.value
    if notice.kind.startswith("checkout.session."):
        return (await payments.fulfil(notice.object_id, stripe, at)).value
    if notice.payment_intent and notice.kind.startswith(("refund.", "charge.refund")):
        if not await refunds.known(notice.payment_intent):
            return unknown
        await refunds.refresh(notice.payment_intent, stripe, at)
        return "refunds compared"
    if notice.kind.startswith("charge.dispute."):
        return "dispute compared" if await disputes.refresh(notice.object_id, stripe, at) else unknown
    return NOT_OURS


async def reopen() -> int:
    """Have the sweep understand what an earlier version left for a person. Returns how many."""
    return await database.execute(
        "UPDATE webhook_event SET handled_at = NULL, outcome = '' WHERE outcome = $1", UNBOOKED
    )


routes = [Route("/webhooks/stripe", stripe_webhook, methods=["POST"], name="stripe_webhook")]
