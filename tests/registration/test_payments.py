import asyncio
from datetime import timedelta
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest

from events.core import database
from events.core.money import Money
from events.people.permissions import Reach
from events.registration import accounts, cancellations, holds, order_search, orders, payments, quotas
from events.registration.accounts import Account
from events.registration.models import CheckoutSession, Order, Refund, TicketType
from events.registration.payments import CannotPay, Outcome, Pages
from events.registration.sandbox.checkout import Card
from events.registration.states import OrderState
from events.settings import Settings
from tests import make
from tests.make import NOON
from tests.registration.conftest import SPEAKS_TO_STRIPE, Shop

pytestmark = SPEAKS_TO_STRIPE
PAGES = Pages(paid="http://testserver/paid?checkout={CHECKOUT_SESSION_ID}", back="http://testserver/back")
SOON = NOON + timedelta(minutes=2)
LATE = NOON + timedelta(hours=2)


async def account_of(order_id: int) -> Account:
    account = await accounts.by_id(order_id)
    assert account is not None
    return account


async def checked_out(shop: Shop, places: int = 5, price: int = 32500) -> tuple[int, str]:
    """An order whose buyer stands in front of the payment page: its id, and the id of the Checkout Session."""
    full = await make.ticket_type(name="Full", price=price, places=places)
    placed = await holds.place(await make.basket([full]), NOON)
    await payments.check_out(await account_of(placed.id), shop.stripe, PAGES, NOON)
    return placed.id, (await CheckoutSession.get(order_id=placed.id)).stripe_id or ""


async def state(order_id: int) -> str:
    return (await Order.get(id=order_id)).state


async def balance(order_id: int) -> int:
    return int(
        await database.value("SELECT coalesce(sum(amount), 0)::bigint FROM ledger WHERE order_id = $1", order_id)
    )


async def test_paying_confirms_the_order_by_its_webhook_alone(shop: Shop) -> None:
    order, checkout = await checked_out(shop)

    shop.till.pay(checkout, Card.pays)
    await shop.settled()
    assert await state(order) == "HELD"
    topics = await shop.work(SOON)

    assert await state(order) == "CONFIRMED"
    assert topics.count("stripe.webhook") == 1  # the checkout's; the payment intent's is kept, and nobody is rung for
    kept = await database.rows("SELECT kind, outcome FROM webhook_event ORDER BY kind")
    assert [tuple(row) for row in kept] == [
        ("checkout.session.completed", "paid"),
        ("payment_intent.succeeded", "not for us"),
    ]
    assert (await account_of(order)).balance == Money(0, "USD")
    assert await shop.work(SOON) == ["order.confirmed", "mail.order_confirmed"]


async def test_an_order_is_found_by_the_last_digits_of_the_card_that_paid_it(shop: Shop) -> None:
    order, checkout = await checked_out(shop)
    everywhere = Reach(True, frozenset(), frozenset())
    assert await order_search.find("4242", everywhere) == []
    shop.till.pay(checkout, Card.pays)
    await payments.fulfil(checkout, shop.stripe, SOON)

    account = await account_of(order)
    assert [(one.paid_with, one.last4) for one in account.checkouts] == [("visa", "4242")]
    for typed in ("4242", " •••• 4242", "****4242"):
        assert [one.code for one in await order_search.find(typed, everywhere)] == [account.code], typed
    for typed in ("424", "42424", "4243"):
        assert await order_search.find(typed, everywhere) == [], typed


async def test_the_page_one_comes_back_to_and_the_webhook_do_it_once(shop: Shop) -> None:
    order, checkout = await checked_out(shop)
    shop.till.pay(checkout, Card.pays)

    outcomes = await asyncio.gather(*(payments.fulfil(checkout, shop.stripe, SOON) for _call in range(5)))
    await shop.settled()
    topics = await shop.work(SOON)

    assert sorted(outcomes) == [Outcome.known] * 4 + [Outcome.paid]
    assert topics.count("mail.order_confirmed") == 1
    assert await database.value("SELECT count(*) FROM ledger WHERE kind = 'payment'") == 1
    assert await balance(order) == 0


async def test_the_hold_lasts_as_long_as_the_payment_page_and_a_little_longer(shop: Shop) -> None:
    order, checkout = await checked_out(shop)

    session = shop.till.session(checkout)
    held_until = (await Order.get(id=order)).held_until
    assert held_until is not None
    assert held_until.timestamp() == session["expires_at"] + holds.GRACE.total_seconds()


async def test_going_to_pay_twice_leads_to_the_same_page(shop: Shop) -> None:
    order, _checkout = await checked_out(shop)

    again = await payments.check_out(await account_of(order), shop.stripe, PAGES, SOON)

    assert again == (await CheckoutSession.get(order_id=order)).url
    assert len(list(shop.till.ledger.all("checkout.session"))) == 1


async def test_going_to_pay_five_times_at_once_makes_one_payment_page(shop: Shop, settings: Settings) -> None:
    placed = await holds.place(await make.basket([await make.ticket_type(price=32500)]), NOON)
    account = await account_of(placed.id)
    before = (await Order.get(id=placed.id)).version
    other = await asyncpg.connect(settings.database_url)
    async with other.transaction():  # all of them wait for the order's row, and then go on with what they saw before
        await other.execute("SELECT FROM orders FOR UPDATE")
        clicks = [asyncio.create_task(payments.check_out(account, shop.stripe, PAGES, NOON)) for _click in range(5)]
        await asyncio.sleep(0.3)
    await other.close()

    pages = await asyncio.gather(*clicks)

    assert len(set(pages)) == 1
    [session] = await CheckoutSession.all()
    assert (session.attempt, session.amount, session.state) == (1, 32500, "open")
    order = await Order.get(id=placed.id)
    assert (order.version, order.held_until) == (before + 1, session.expires_at + holds.GRACE)


async def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_key(shop: Shop) -> None:
    order, checkout = await checked_out(shop)
    await database.execute("UPDATE checkout_session SET state = 'creating', stripe_id = NULL, url = ''")

    await payments.check_out(await account_of(order), shop.stripe, PAGES, SOON)

    assert (await CheckoutSession.get(order_id=order)).stripe_id == checkout
    assert len(list(shop.till.ledger.all("checkout.session"))) == 1


async def test_a_payment_whose_session_we_never_heard_of_is_found_by_its_metadata(shop: Shop) -> None:
    order, checkout = await checked_out(shop)
    await database.execute("UPDATE checkout_session SET state = 'creating', stripe_id = NULL, url = ''")
    shop.till.pay(checkout, Card.pays)

    assert await payments.fulfil(checkout, shop.stripe, SOON) is Outcome.paid
    assert await state(order) == "CONFIRMED"


async def test_a_declined_card_changes_nothing(shop: Shop) -> None:
    order, checkout = await checked_out(shop)

    shop.till.pay(checkout, Card.declined)

    assert await payments.fulfil(checkout, shop.stripe, SOON) is Outcome.waiting
    assert await state(order) == "HELD"


async def test_money_that_came_for_a_session_we_gave_up_is_not_lost(shop: Shop) -> None:
    order, checkout = await checked_out(shop)
    await CheckoutSession.filter(order_id=order).update(state="failed")

    shop.till.pay(checkout, Card.pays)
    await shop.settled()
    await shop.work(SOON)

    assert (await state(order), await balance(order)) == ("CONFIRMED", 0)


async def test_a_bank_debit_keeps_the_places_until_the_bank_accepts(shop: Shop) -> None:
    order, checkout = await checked_out(shop)
    shop.till.pay(checkout, Card.bank)
    await shop.settled()
    await shop.work(SOON)
    assert await state(order) == "PENDING"
    assert await holds.sweep(LATE) == 0

    shop.till.settle(checkout, accepted=True)
    await shop.settled()
    await shop.work(LATE)

    assert await state(order) == "CONFIRMED"


async def test_a_bank_that_declines_frees_the_places(shop: Shop) -> None:
    order, checkout = await checked_out(shop)
    shop.till.pay(checkout, Card.bank)
    await payments.fulfil(checkout, shop.stripe, SOON)

    shop.till.settle(checkout, accepted=False)
    await payments.fulfil(checkout, shop.stripe, LATE)

    assert await state(order) == "EXPIRED"
    assert await database.value("SELECT claimed FROM quota") == 0
    assert await balance(order) == 0


async def test_a_late_payment_gets_its_places_when_they_are_still_free(shop: Shop) -> None:
    order, checkout = await checked_out(shop)
    shop.till.pay(checkout, Card.late)
    await holds.sweep(LATE)
    assert await state(order) == "EXPIRED"

    assert await payments.fulfil(checkout, shop.stripe, LATE) is Outcome.paid

    assert await state(order) == "CONFIRMED"
    assert await database.value("SELECT claimed FROM quota") == 1
    assert await quotas.recount() == []


async def test_a_late_payment_for_places_that_are_gone_is_sent_back_at_once_and_told(shop: Shop) -> None:
    order, checkout = await checked_out(shop, places=1)
    shop.till.pay(checkout, Card.late)
    await holds.sweep(LATE)
    ticket = await database.value("SELECT id FROM ticket_type")
    assert ticket
    other = await make.basket([await TicketType.get(id=ticket)])
    await holds.place(other, LATE)

    assert await payments.fulfil(checkout, shop.stripe, LATE) is Outcome.refunded
    topics = await shop.work(LATE)

    assert "mail.late_payment_refunded" in topics
    assert await state(order) == "EXPIRED"
    [refund] = await Refund.all()
    assert (refund.state, refund.amount) == ("succeeded", 32500)
    assert [one["amount"] for one in shop.till.refunds()] == [32500]
    assert await balance(order) == 0
    assert "mail.refund_settled" in await shop.work(LATE)


async def test_a_payment_for_an_order_that_was_given_up_comes_back(shop: Shop, buyer: httpx.AsyncClient) -> None:
    order, checkout = await checked_out(shop)
    shop.till.pay(checkout, Card.pays)
    await orders.give_up(order, SOON)

    await shop.work(SOON)

    assert await state(order) == "CANCELLED"
    assert [one["amount"] for one in shop.till.refunds()] == [] or await balance(order) == 0
    await shop.work(SOON)
    assert [one["amount"] for one in shop.till.refunds()] == [32500]


async def test_giving_up_closes_the_payment_page(shop: Shop) -> None:
    order, checkout = await checked_out(shop)

    await orders.give_up(order, SOON)
    await shop.work(SOON)

    assert shop.till.session(checkout)["status"] == "expired"
    assert (await CheckoutSession.get(order_id=order)).state == "expired"


async def test_another_amount_or_currency_than_the_order_costs_is_not_fulfilled(shop: Shop) -> None:
    order, checkout = await checked_out(shop)
    shop.till.session(checkout)["amount_total"] = 1
    shop.till.pay(checkout, Card.pays)

    assert await payments.fulfil(checkout, shop.stripe, SOON) is Outcome.refunded
    await shop.work(SOON)

    assert await state(order) == "HELD"
    assert [one["amount"] for one in shop.till.refunds()] == [1]


async def test_the_sweep_finds_a_payment_whose_webhook_was_lost(shop: Shop) -> None:
    order, checkout = await checked_out(shop)
    shop.till.pay(checkout, Card.late)

    await payments.sweep(shop.stripe, NOON + timedelta(minutes=31))

    assert await state(order) == "CONFIRMED"


async def test_an_order_whose_time_is_over_cannot_be_paid(shop: Shop) -> None:
    full = await make.ticket_type(name="Full", price=32500, places=5)
    placed = await holds.place(await make.basket([full]), NOON)

    with pytest.raises(CannotPay):
        await payments.check_out(await account_of(placed.id), shop.stripe, PAGES, LATE)


async def test_cancelling_gives_money_and_places_back_once(shop: Shop) -> None:
    order, checkout = await checked_out(shop)
    shop.till.pay(checkout, Card.pays)
    await payments.fulfil(checkout, shop.stripe, SOON)
    account = await account_of(order)
    ids = [one.id for one in account.attendees]

    back = await cancellations.cancel(account, ids, SOON, "cannot come")
    with pytest.raises(orders.TooLate):
        await cancellations.cancel(account, ids, SOON, "cannot come")
    await shop.settled()
    while await shop.work(SOON):
        await shop.settled()

    assert back == Money(32500, "USD")
    assert await state(order) == "CANCELLED"
    assert await database.value("SELECT claimed FROM quota") == 0
    assert [one["amount"] for one in shop.till.refunds()] == [32500]
    assert await balance(order) == 0


async def test_one_of_two_people_is_cancelled_less_the_fee(shop: Shop) -> None:
    full = await make.ticket_type(name="Full", price=32500, places=5)
    await make.refund_policy(full, [{"through": None, "percent": 100, "fee": 5000}])
    placed = await holds.place(await make.basket([full], [full]), NOON)
    await payments.check_out(await account_of(placed.id), shop.stripe, PAGES, NOON)
    checkout = (await CheckoutSession.get()).stripe_id or ""
    shop.till.pay(checkout, Card.pays)
    await payments.fulfil(checkout, shop.stripe, SOON)
    account = await account_of(placed.id)

    back = await cancellations.cancel(account, [account.attendees[1].id], SOON, "cannot come")
    while await shop.work(SOON):
        await shop.settled()

    assert back == Money(27500, "USD")
    account = await account_of(placed.id)
    assert account.state is OrderState.CONFIRMED
    assert [one.cancelled for one in account.attendees] == [False, True]
    assert account.balance == Money(0, "USD")
    assert await quotas.recount() == []


async def test_from_the_form_over_the_payment_page_to_the_ticket(shop: Shop, buyer: httpx.AsyncClient) -> None:
    order, checkout = await checked_out(shop)
    account = await account_of(order)
    path = f"/orders/{account.code}"
    query = f"?key={orders.secret(account.code, 'tests' * 8)}"
    to = await buyer.post(f"{path}/checkouts{query}")
    assert to.status_code == 303
    stripe_pages = httpx.AsyncClient(transport=httpx.ASGITransport(shop.sandbox), base_url="http://sandbox.test")

    page = await stripe_pages.get(urlsplit(to.headers["location"]).path)
    assert "Pay $325.00" in page.text
    declined = await stripe_pages.post(urlsplit(to.headers["location"]).path, data={"card": "declined"})
    assert "declined" in declined.text
    back = await stripe_pages.post(urlsplit(to.headers["location"]).path, data={"card": "pays"})
    assert back.headers["location"].startswith("http://testserver/paid?checkout=cs_test_")
    arrived = await buyer.get(f"{path}/paid{query}&checkout={checkout}")
    shown = await buyer.get(arrived.headers["location"])

    assert "You are registered" in shown.text
    await stripe_pages.aclose()
