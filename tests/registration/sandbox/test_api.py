from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from events.core.money import Money
from events.registration.sandbox.app import build
from events.registration.sandbox.checkout import Card
from events.registration.stripe_api import Item, Stripe, StripeAway, StripeRefused
from events.settings import Settings
from tests.make import NOON

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
BASE = "http://sandbox.test"
FIXTURES = Path(__file__).resolve().parents[4] / "shared" / "data" / "stripe" / "fixtures.json"
ITEMS = [Item("Full registration", "Member price", Money(32500, "USD"), 2)]


@pytest.fixture
def sandbox() -> Starlette:
    return build(BASE, "http://nobody.test/webhooks", "whsec_x", clock=lambda: int(NOON.timestamp()))


@pytest_asyncio.fixture
async def plain(sandbox: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"authorization": "Bearer sk_test_x"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url=BASE, headers=headers) as client:
        yield client


@pytest.fixture
def stripe(plain: httpx.AsyncClient) -> Stripe:
    made = Stripe(Settings(stripe_key="sk_test_x", stripe_url=BASE, stripe_webhook_secret="whsec_x"))
    made._http._client_async = plain
    return made


async def opened(stripe: Stripe, key: str = "checkout-1-1", **values: Any) -> str:
    given: dict[str, Any] = {
        "reference": "ABCDEFGH",
        "email": "ada@example.org",
        "items": ITEMS,
        "expires_at": NOON + timedelta(minutes=31),
        "success_url": "http://shop/paid?checkout={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://shop/back",
    }
    return (await stripe.create_checkout(1, key, **(given | values))).id


async def test_a_checkout_is_opened_paid_and_given_back_by_the_real_library(stripe: Stripe, sandbox: Starlette) -> None:
    id_ = await opened(stripe)
    before = await stripe.checkout(id_)
    sandbox.state.till.pay(id_, Card.pays)
    after = await stripe.checkout(id_)
    refund = await stripe.create_refund(7, after.payment_intent, Money(1000, "USD"))

    assert (before.status, before.payment_status, before.amount, before.ours) == (
        "open",
        "unpaid",
        Money(65000, "USD"),
        1,
    )
    assert (after.status, after.paid, after.intent_status) == ("complete", True, "succeeded")
    assert (refund.state, refund.amount, refund.ours) == ("succeeded", Money(1000, "USD"), 7)
    assert [one.id for one in await stripe.refunds_of(after.payment_intent)] == [refund.id]


async def test_the_same_key_gives_the_same_answer_and_other_parameters_an_error(stripe: Stripe) -> None:
    first = await opened(stripe)

    assert await opened(stripe) == first
    assert await opened(stripe, "checkout-1-2") != first
    with pytest.raises(StripeRefused) as error:
        await opened(stripe, email="alan@example.org")
    assert error.value.code == "idempotency_error"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"customer_name": "Ada"}, "parameter_unknown"),
        ({"line_items[0][price_data][colour]": "red"}, "parameter_unknown"),
        ({"line_items[0][quantity]": "many"}, "parameter_invalid_integer"),
        ({"mode": "gift"}, None),
        ({"expires_at": str(int(NOON.timestamp()) + 60)}, None),
        ({"line_items[0][price_data][unit_amount]": "1"}, "amount_too_small"),
        ({"success_url": ""}, "parameter_missing"),
    ],
)
async def test_what_the_library_does_not_know_is_refused(
    plain: httpx.AsyncClient, change: dict[str, str], code: str | None
) -> None:
    good = {
        "mode": "payment",
        "success_url": "http://shop/",
        "expires_at": str(int(NOON.timestamp()) + 1900),
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "usd",
        "line_items[0][price_data][unit_amount]": "5000",
        "line_items[0][price_data][product_data][name]": "Full",
        "metadata[order]": "A",
    }
    assert (await plain.post("/v1/checkout/sessions", data=good)).status_code == 200

    answer = await plain.post("/v1/checkout/sessions", data=good | change)

    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert answer.json()["error"].get("code") == code


async def test_without_a_test_key_nobody_is_answered(plain: httpx.AsyncClient) -> None:
    for key in ("", "Bearer sk_live_x", "Bearer nonsense"):
        answer = await plain.get("/v1/events", headers={"authorization": key})
        assert answer.status_code == 401


async def test_stripe_being_away_is_told_apart_from_a_no(stripe: Stripe) -> None:
    with pytest.raises(StripeRefused):
        await stripe.checkout("cs_test_nothing")
    stripe._http._client_async = httpx.AsyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(503)))
    with pytest.raises(StripeAway):
        await stripe.checkout("cs_test_nothing")


async def test_only_an_open_session_can_be_closed(stripe: Stripe, sandbox: Starlette) -> None:
    first, second = await opened(stripe), await opened(stripe, "checkout-2-1")
    sandbox.state.till.pay(first, Card.pays)

    with pytest.raises(StripeRefused):
        await stripe.expire_checkout(first)
    await stripe.expire_checkout(second)

    assert (await stripe.checkout(second)).status == "expired"


async def test_no_payment_gives_back_more_than_it_brought(stripe: Stripe, sandbox: Starlette) -> None:
    id_ = await opened(stripe)
    sandbox.state.till.pay(id_, Card.pays)
    intent = (await stripe.checkout(id_)).payment_intent
    await stripe.create_refund(1, intent, Money(64000, "USD"))

    with pytest.raises(StripeRefused):
        await stripe.create_refund(2, intent, Money(1001, "USD"))
    await stripe.create_refund(3, intent, Money(1000, "USD"))
    with pytest.raises(StripeRefused) as error:
        await stripe.create_refund(4, intent, Money(1, "USD"))
    assert error.value.code == "charge_already_refunded"
