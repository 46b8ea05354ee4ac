"""Money that a bank wants back and money that we give back, of the same payment: it goes once."""

import httpx
import pytest

from events.core import database
from events.core.money import Money
from events.registration import disputes, refunds
from events.registration.models import Dispute, Refund
from tests import make
from tests.make import NOON
from tests.registration.conftest import SPEAKS_TO_STRIPE, Shop
from tests.registration.test_disputes import LATER, PRICE, cancel, found, paid, told
from tests.registration.test_payments import SOON, account_of, balance

pytestmark = SPEAKS_TO_STRIPE


async def test_an_inquiry_that_is_settled_by_a_refund_stays_without_a_booking(shop: Shop) -> None:
    order, payment = await paid(shop)
    dispute = shop.till.dispute(payment, inquiry=True)["id"]
    await told(shop)

    assert await cancel(order) == Money(PRICE, "USD")
    await told(shop)
    shop.till.close_dispute(dispute, won=True)
    await told(shop)

    assert (await Refund.get()).state == "succeeded"
    assert (await Dispute.get()).state == "warning_closed"
    assert (await balance(order), await found()) == (0, [])


async def test_a_refund_waits_while_the_payment_is_disputed_and_goes_on_when_it_is_won(shop: Shop) -> None:
    order, payment = await paid(shop)
    refund = await refunds.request(order, payment, Money(1000, "USD"), "a kindness", SOON)
    dispute = shop.till.dispute(payment)["id"]
    await disputes.refresh(dispute, shop.stripe, SOON)

    await told(shop)
    assert await refunds.sweep(shop.stripe, LATER) == 0  # it would stand in the way of those that can go
    assert ((await Refund.get()).state, shop.till.refunds()) == ("requested", [])
    shop.till.close_dispute(dispute, won=True)
    await told(shop, LATER)

    assert (await Refund.get(id=refund)).state == "succeeded"
    assert [one["amount"] for one in shop.till.refunds()] == [1000]


async def test_without_the_freeze_stripe_would_be_asked_for_a_refund_of_disputed_money(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what the test above would see."""
    monkeypatch.setattr(refunds, "_FROZEN", "false")
    order, payment = await paid(shop)
    await refunds.request(order, payment, Money(1000, "USD"), "a kindness", SOON)
    await disputes.refresh(shop.till.dispute(payment)["id"], shop.stripe, SOON)

    await told(shop)

    assert (await Refund.get()).state == "failed"


@pytest.mark.parametrize("won", [True, False])
async def test_who_cancels_a_disputed_order_gets_the_money_once(shop: Shop, won: bool) -> None:
    order, payment = await paid(shop)
    dispute = shop.till.dispute(payment)["id"]
    await told(shop)

    assert await cancel(order) == Money(0, "USD")
    await told(shop)
    shop.till.close_dispute(dispute, won)
    await told(shop, LATER)

    assert [one["amount"] for one in shop.till.refunds()] == ([PRICE] if won else [])
    assert (await balance(order), await found()) == (0, [])


async def test_a_refund_that_waited_is_dropped_when_the_bank_keeps_the_money(shop: Shop) -> None:
    order, payment = await paid(shop)
    await cancel(order)
    dispute = shop.till.dispute(payment)["id"]
    await disputes.refresh(dispute, shop.stripe, SOON)
    await told(shop)

    shop.till.close_dispute(dispute, won=False)
    await told(shop, LATER)

    assert [one.state for one in await Refund.all()] == ["canceled"]
    assert shop.till.refunds() == []
    assert (await balance(order), await found()) == (0, [])


async def test_a_refund_whose_answer_was_lost_is_not_dropped_but_found(shop: Shop) -> None:
    order, payment = await paid(shop)
    await cancel(order)
    refund = await Refund.get()
    await shop.stripe.create_refund(refund.id, payment, Money(PRICE, "USD"))  # and its answer never came
    dispute = shop.till.dispute(payment)["id"]

    shop.till.close_dispute(dispute, won=False)
    await disputes.refresh(dispute, shop.stripe, SOON)

    assert (await Refund.get()).state == "succeeded"
    assert await balance(order) == PRICE  # given back, and taken as well


async def test_a_dispute_about_a_refunded_payment_is_owed_to_us_until_it_is_won(shop: Shop) -> None:
    order, payment = await paid(shop)
    await cancel(order)
    await told(shop)
    assert await balance(order) == 0

    dispute = shop.till.dispute(payment)["id"]
    await told(shop)
    twice = await balance(order)
    shop.till.close_dispute(dispute, won=True)
    await told(shop, LATER)

    assert (twice, await balance(order)) == (PRICE, 0)
    assert len(shop.till.refunds()) == 1
    assert await found() == []


async def test_two_refunds_made_in_the_dashboard_are_two(shop: Shop) -> None:
    order, payment = await paid(shop)
    shop.till.refund({"payment_intent": payment, "amount": 1000})
    await told(shop)
    shop.till.refund({"payment_intent": payment, "amount": 500})
    await told(shop)

    rows = await database.rows("SELECT amount, state, reason FROM refund ORDER BY id")
    assert [tuple(row) for row in rows] == [
        (1000, "succeeded", refunds.ELSEWHERE),
        (500, "succeeded", refunds.ELSEWHERE),
    ]
    assert await balance(order) == 1500


async def test_a_dashboard_refund_that_the_bank_sends_back_is_owed_again(shop: Shop) -> None:
    order, payment = await paid(shop)
    refund = shop.till.refund({"payment_intent": payment, "amount": 1000})["id"]
    await told(shop)

    shop.till.settle_refund(refund, arrives=False)
    await told(shop)

    assert (await Refund.get()).state == "failed"
    assert await balance(order) == 0


async def test_a_part_that_is_disputed_leaves_the_rest_to_be_given_back(shop: Shop) -> None:
    order, payment = await paid(shop)
    dispute = shop.till.dispute(payment, 10000)["id"]
    await told(shop)

    assert await cancel(order) == Money(PRICE - 10000, "USD")
    await told(shop)
    assert shop.till.refunds() == []
    shop.till.close_dispute(dispute, won=True)
    await told(shop, LATER)

    assert sum(one["amount"] for one in shop.till.refunds()) == PRICE
    assert (await balance(order), await found()) == (0, [])


async def test_a_refund_that_failed_while_somebody_has_money_to_get_is_said_to_the_registrar(
    shop: Shop, buyer: httpx.AsyncClient
) -> None:
    order, _payment = await paid(shop)
    await cancel(order)
    await told(shop)
    account = await account_of(order)
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=account.event)
    buyer.cookies.set("signin", await make.sign_in(registrar, NOON))
    path = f"/organize/events/{account.slug}/orders/{account.code}"
    calm = (await buyer.get(path)).text

    shop.till.settle_refund(shop.till.refunds()[0]["id"], arrives=False)
    await told(shop)

    assert "A refund failed" not in calm
    assert "A refund failed" in (await buyer.get(path)).text
