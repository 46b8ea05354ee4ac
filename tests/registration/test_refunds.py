import asyncio

from events.core import database
from events.core.money import Money
from events.registration import cancellations, payments, refunds
from events.registration.models import Refund
from events.registration.sandbox.checkout import Card
from events.registration.stripe_objects import StripeRefund
from tests.registration.conftest import SPEAKS_TO_STRIPE, Shop
from tests.registration.test_payments import SOON, account_of, balance, checked_out, state

pytestmark = SPEAKS_TO_STRIPE


async def test_a_refund_is_sent_once_even_when_its_job_runs_twice(shop: Shop) -> None:
    order, checkout = await checked_out(shop)
    shop.till.pay(checkout, Card.pays)
    await payments.fulfil(checkout, shop.stripe, SOON)
    account = await account_of(order)
    await cancellations.cancel(account, [account.attendees[0].id], SOON, "cannot come")
    refund = await Refund.get()
    await database.execute("UPDATE refund SET state = 'requested', stripe_id = NULL")

    await asyncio.gather(*(refunds.send(refund.id, shop.stripe, SOON) for _run in range(3)))

    assert len(shop.till.refunds()) == 1
    assert (await Refund.get()).state == "succeeded"
    assert await balance(order) == 0


async def test_a_refund_made_in_stripes_own_pages_is_seen(shop: Shop) -> None:
    order, checkout = await checked_out(shop)
    shop.till.pay(checkout, Card.pays)
    await shop.settled()
    await shop.work(SOON)

    shop.till.refund({"payment_intent": shop.till.session(checkout)["payment_intent"], "amount": 1000})
    await shop.settled()
    await shop.work(SOON)

    [refund] = await Refund.all()
    assert (refund.state, refund.amount, refund.reason) == ("succeeded", 1000, refunds.ELSEWHERE)
    assert await state(order) == "CONFIRMED"
    assert await balance(order) == 1000


async def test_a_refund_only_moves_forward_and_a_bank_may_send_it_back(shop: Shop) -> None:
    order, checkout = await checked_out(shop)
    shop.till.pay(checkout, Card.pays)
    await payments.fulfil(checkout, shop.stripe, SOON)
    intent = shop.till.session(checkout)["payment_intent"]
    refund = await refunds.request(order, intent, Money(1000, "USD"), "a kindness", SOON)

    def news(state: str) -> list[StripeRefund]:
        return [StripeRefund("re_1", intent, Money(1000, "USD"), state, refund)]

    seen = []
    for one in ("pending", "succeeded", "pending", "succeeded", "failed", "succeeded"):
        await refunds.settle(news(one), SOON)
        seen.append(((await Refund.get()).state, await balance(order)))

    assert seen == [
        ("pending", 0),
        ("succeeded", 1000),
        ("succeeded", 1000),
        ("succeeded", 1000),
        ("failed", 0),
        ("failed", 0),
    ]


async def test_news_of_a_strangers_payment_changes_nothing(shop: Shop) -> None:
    await refunds.settle([StripeRefund("re_1", "pi_else", Money(1, "USD"), "succeeded", 1)], SOON)

    assert await Refund.all().count() == 0
