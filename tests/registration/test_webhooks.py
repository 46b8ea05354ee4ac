import json
import re
import time
from pathlib import Path

import httpx

from events.core import database
from events.registration import payments, webhooks
from events.registration.models import Order
from events.registration.sandbox.books import ENABLED
from events.registration.sandbox.checkout import Card
from events.registration.sandbox.delivery import signature
from tests.make import NOON
from tests.registration.conftest import SECRET, SPEAKS_TO_STRIPE, Shop
from tests.registration.test_payments import checked_out

pytestmark = SPEAKS_TO_STRIPE
EVENT = {
    "id": "evt_1",
    "type": "checkout.session.completed",
    "data": {"object": {"object": "checkout.session", "id": "cs_x", "payment_intent": None}},
}


def signed(event: object, secret: str = SECRET, at: int | None = None) -> dict[str, object]:
    body = json.dumps(event).encode()
    return {"content": body, "headers": {"stripe-signature": signature(body, secret, at or int(time.time()))}}


async def kept() -> int:
    return int(await database.value("SELECT count(*) FROM webhook_event"))


async def test_a_signed_webhook_is_kept_once_and_answered(shop: Shop, buyer: httpx.AsyncClient) -> None:
    first = await buyer.post("/webhooks/stripe", **signed(EVENT))  # type: ignore[arg-type]
    again = await buyer.post("/webhooks/stripe", **signed(EVENT))  # type: ignore[arg-type]

    assert (first.status_code, again.status_code) == (200, 200)
    assert await kept() == 1
    assert await database.value("SELECT count(*) FROM outbox_message WHERE topic = 'stripe.webhook'") == 1


async def test_what_stripe_did_not_sign_is_refused(shop: Shop, buyer: httpx.AsyncClient) -> None:
    wrong = await buyer.post("/webhooks/stripe", **signed(EVENT, secret="whsec_other"))  # type: ignore[arg-type]
    old = await buyer.post("/webhooks/stripe", **signed(EVENT, at=int(time.time()) - 3600))  # type: ignore[arg-type]
    none = await buyer.post("/webhooks/stripe", content=b"{}")
    noise = await buyer.post("/webhooks/stripe", **signed(["no", "event"]))  # type: ignore[arg-type]
    large = await buyer.post("/webhooks/stripe", content=b"x" * 600_000)

    assert [one.status_code for one in (wrong, old, none, noise, large)] == [400, 400, 400, 400, 413]
    assert await kept() == 0


async def test_a_replayed_webhook_is_understood_once(shop: Shop) -> None:
    order, checkout = await checked_out(shop)
    shop.till.pay(checkout, Card.pays)
    await shop.settled()
    await shop.work(NOON)
    ids = [row["id"] for row in await database.rows("SELECT id FROM webhook_event")]

    for event in ids:
        await webhooks.handle(event, shop.stripe, NOON)

    assert (await Order.get(id=order)).state == "CONFIRMED"
    assert await database.value("SELECT count(*) FROM webhook_event WHERE handled_at IS NULL") == 0


async def test_news_of_an_order_that_is_not_here_yet_waits_for_the_sweep(shop: Shop) -> None:
    order, checkout = await checked_out(shop)
    await database.execute("UPDATE checkout_session SET stripe_id = 'cs_elsewhere'")
    shop.till.pay(checkout, Card.pays)
    await shop.settled()
    await shop.work(NOON)
    assert await database.value("SELECT count(*) FROM webhook_event WHERE handled_at IS NULL") == 1

    await database.execute("UPDATE checkout_session SET stripe_id = $1", checkout)
    [waiting] = [row["id"] for row in await database.rows("SELECT id FROM webhook_event WHERE handled_at IS NULL")]
    await webhooks.handle(waiting, shop.stripe, NOON)

    assert (await Order.get(id=order)).state == "CONFIRMED"
    assert await payments.fulfil(checkout, shop.stripe, NOON) is payments.Outcome.known


def test_what_our_endpoint_asks_for_is_what_somebody_understands() -> None:
    """docs/deploy.md says what to subscribe to; the sandbox delivers that, and two more for which nobody is rung."""
    words = (
        (Path(__file__).parents[2] / "docs" / "deploy.md")
        .read_text("utf-8")
        .partition("Subscribe it to")[2]
        .partition("Others do no harm")[0]
    )
    named = re.findall(r"`([a-z._]+)`", words)
    whole = [name if not name.startswith(".") else "" for name in named]
    for place, name in enumerate(named):
        if name.startswith("."):
            before = next(one for one in reversed(whole[:place]) if one)
            whole[place] = before.rpartition(".")[0] + name

    assert len(whole) == 10
    assert all(name.startswith(webhooks.OURS) for name in whole)
    assert {name for name in ENABLED if not name.startswith(webhooks.OURS)} == {
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
    }
