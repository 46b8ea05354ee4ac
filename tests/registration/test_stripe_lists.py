"""A day of Stripe's books as a reconciliation reads it, from the sandbox by the real library."""

from datetime import datetime, timedelta

import httpx
import pytest

from events.core.money import Money
from events.registration import stripe_api, stripe_lists
from tests.make import NOON
from tests.registration.conftest import SPEAKS_TO_STRIPE, Shop
from tests.registration.sandbox.conftest import paid

pytestmark = SPEAKS_TO_STRIPE
DAY = timedelta(days=1)


def day(at: datetime) -> tuple[datetime, datetime]:
    return at, at + DAY


async def test_a_days_transactions_are_its_own_with_fee_and_net(shop: Shop) -> None:
    paid(shop.till, 1000)
    shop.clock.at += DAY
    payment = paid(shop.till, 32500)
    refund = shop.till.refund({"payment_intent": payment, "amount": 500})
    shop.clock.at += DAY
    paid(shop.till, 2000)

    found = [one async for one in stripe_lists.balance_transactions(shop.stripe, *day(NOON + DAY))]

    assert [(one.kind, one.amount, one.fee, one.net) for one in found] == [
        ("refund", Money(-500, "USD"), Money(0, "USD"), Money(-500, "USD")),
        ("charge", Money(32500, "USD"), Money(973, "USD"), Money(31527, "USD")),
    ]
    assert found[0].source == refund["id"]
    assert found[1].available_at == NOON + 3 * DAY


async def test_many_are_read_page_by_page_and_none_twice(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe_api, "PAGE", 3)
    asked: list[str] = []

    async def note(request: httpx.Request) -> None:
        asked.append(request.url.query.decode())

    client = shop.stripe._http._client_async
    assert isinstance(client, httpx.AsyncClient)
    client.event_hooks = {"request": [note]}
    payment = paid(shop.till)
    made = [shop.till.refund({"payment_intent": payment, "amount": 1})["id"] for _n in range(7)]

    found = [one.id async for one in stripe_lists.refunds(shop.stripe, *day(NOON))]

    assert found == made[::-1]
    assert len(asked) == 3
    assert len(await shop.stripe.refunds_of(payment)) == 7


async def test_a_payout_says_what_it_was_made_of(shop: Shop) -> None:
    paid(shop.till, 10000)
    shop.clock.at += 2 * DAY
    made = shop.till.pay_out("usd")

    [payout] = [one async for one in stripe_lists.payouts(shop.stripe, *day(NOON + 2 * DAY))]
    lines = [one async for one in stripe_lists.transactions_of(shop.stripe, payout.id)]

    assert (payout.id, payout.amount, payout.state) == (made["id"], Money(9680, "USD"), "in_transit")
    assert payout.arrives_at == NOON + 4 * DAY
    assert {one.kind: one.net.amount for one in lines} == {"charge": 9680, "payout": -9680}
    assert payout.balance_transaction in {one.id for one in lines}


async def test_a_days_disputes_are_as_they_are_now(shop: Shop) -> None:
    payment = paid(shop.till)
    shop.till.answer_dispute(shop.till.dispute(payment, 100, "duplicate")["id"])

    [dispute] = [one async for one in stripe_lists.disputes(shop.stripe, *day(NOON))]

    assert (dispute.state, dispute.payment_intent, dispute.amount) == ("under_review", payment, Money(100, "USD"))
    assert (dispute.reason, dispute.opened_at, dispute.due_by) == ("duplicate", NOON, NOON + 14 * DAY)
    assert [one async for one in stripe_lists.disputes(shop.stripe, *day(NOON + DAY))] == []
    assert await shop.stripe.dispute(dispute.id) == dispute


async def test_a_list_that_cannot_be_had_says_why(shop: Shop) -> None:
    with pytest.raises(stripe_api.StripeRefused):
        await shop.stripe.dispute("du_none")
