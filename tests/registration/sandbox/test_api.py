import asyncio
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette

from events.core.money import Money
from events.registration.sandbox.checkout import Card, Till
from events.registration.sandbox.faults import Fault, Kind
from events.registration.stripe_api import Stripe, StripeAway, StripeBroke, StripeRefused
from tests.make import NOON
from tests.registration.conftest import SPEAKS_TO_STRIPE, Clock
from tests.registration.sandbox.conftest import Pause, opened, paid

pytestmark = SPEAKS_TO_STRIPE
GOOD = {
    "mode": "payment",
    "success_url": "http://shop/",
    "expires_at": str(int(NOON.timestamp()) + 1900),
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "usd",
    "line_items[0][price_data][unit_amount]": "5000",
    "line_items[0][price_data][product_data][name]": "Full",
    "metadata[order]": "A",
}
SESSIONS = "/v1/checkout/sessions"


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
    assert (await plain.post("/v1/checkout/sessions", data=GOOD)).status_code == 200

    answer = await plain.post("/v1/checkout/sessions", data=GOOD | change)

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


async def test_a_no_of_the_work_and_a_500_are_given_again_to_the_same_key_and_what_came_before_it_is_not(
    plain: httpx.AsyncClient, sandbox: Starlette, till: Till
) -> None:
    payment = paid(till)
    refund = {"payment_intent": payment, "amount": "10001"}
    seen = []
    for key, data in (
        ("a", refund),
        ("a", refund),
        ("b", refund | {"colour": "red"}),
        ("b", {"payment_intent": payment}),
    ):
        answer = await plain.post("/v1/refunds", data=data, headers={"idempotency-key": key})
        seen.append((answer.status_code, "idempotent-replayed" in answer.headers))
    sandbox.state.faults.coming.append(Fault(Kind.broken_after))
    for _n in range(2):
        answer = await plain.post(SESSIONS, data=GOOD, headers={"idempotency-key": "c"})
        seen.append((answer.status_code, "idempotent-replayed" in answer.headers))

    assert seen == [(400, False), (400, True), (400, False), (200, False), (500, False), (500, True)]
    assert len(list(till.ledger.all("checkout.session"))) == 2  # the one that was paid, and the broken one


async def test_a_key_is_forgotten_after_a_day(plain: httpx.AsyncClient, now: Clock) -> None:
    headers = {"idempotency-key": "a"}
    expires = {"expires_at": str(int(NOON.timestamp()) + 26 * 3600)}
    data = {name: value for name, value in GOOD.items() if name != "expires_at"}
    first = (await plain.post(SESSIONS, data=data, headers=headers)).json()["id"]
    now.at += timedelta(hours=23)
    again = (await plain.post(SESSIONS, data=data, headers=headers)).json()["id"]
    now.at += timedelta(hours=2)
    other = (await plain.post(SESSIONS, data=data | expires, headers=headers)).json()["id"]

    assert (first == again, first == other) == (True, False)


async def test_a_key_that_is_in_use_is_409_and_the_library_knows_it_for_later(
    pause: Pause, sandbox: Starlette, stripe: Stripe
) -> None:
    sandbox.state.faults.coming.append(Fault(Kind.slow))
    first = asyncio.create_task(opened(stripe))
    await pause.begun.wait()

    with pytest.raises(StripeAway) as error:
        await opened(stripe)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)

    assert not isinstance(error.value, StripeBroke)
    assert await opened(stripe)  # and then it is free again


async def test_everything_can_be_read_listed_and_unfolded(plain: httpx.AsyncClient, till: Till, now: Clock) -> None:
    payment = paid(till)
    till.refund({"payment_intent": payment, "amount": 100})
    till.dispute(payment)
    now.at += timedelta(days=3)
    paid(till)
    now.at += timedelta(days=3)
    till.pay_out("usd")
    for path in ("checkout/sessions", "payment_intents", "charges", "refunds", "disputes", "balance_transactions"):
        [one, *_others] = (await plain.get(f"/v1/{path}")).json()["data"]
        assert (await plain.get(f"/v1/{path}/{one['id']}")).json() == one
    [payout] = (await plain.get("/v1/payouts")).json()["data"]
    made_of = (await plain.get("/v1/balance_transactions", params={"payout": payout["id"]})).json()["data"]
    expand = {"expand[]": "data.payment_intent.latest_charge.balance_transaction"}
    [*_others, first] = (await plain.get(SESSIONS, params=expand)).json()["data"]
    wrong = await plain.get(SESSIONS, params={"expand[]": "data.colour"})

    assert sum(one["net"] for one in made_of) == 0
    assert first["payment_intent"]["latest_charge"]["balance_transaction"]["fee"] == 320
    assert (wrong.status_code, wrong.json()["error"]["param"]) == (400, "expand")
    assert (await plain.get("/v1/disputes/du_none")).json()["error"]["code"] == "resource_missing"


async def test_events_are_found_by_kind(plain: httpx.AsyncClient, till: Till) -> None:
    payment = paid(till)
    till.refund({"payment_intent": payment})

    def kinds(answer: httpx.Response) -> list[str]:
        return [one["type"] for one in answer.json()["data"]]

    assert kinds(await plain.get("/v1/events", params={"type": "refund.*"})) == ["refund.created"]
    both = {"types[0]": "charge.succeeded", "types[1]": "charge.refunded"}
    assert kinds(await plain.get("/v1/events", params=both)) == ["charge.refunded", "charge.succeeded"]
    nobody = await plain.get("/v1/events", params={"delivery_success": "true"})
    assert kinds(nobody) == ["charge.succeeded"]  # our endpoint does not ask for it
