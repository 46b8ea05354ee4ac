"""Payments that a bank wants back, from Stripe's dashboard page to the order's account, on good and on bad days."""

import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from events import audit
from events.core import database, inbox
from events.core.money import Money
from events.registration import cancellations, disputes, orders, payments, webhooks
from events.registration.models import Dispute, Refund
from events.registration.sandbox.checkout import Card
from events.registration.states import FREEZING, TAKEN, UNDECIDED, DisputeState
from events.registration.stripe_objects import StripeDispute
from tests import make
from tests.make import NOON
from tests.registration.conftest import SPEAKS_TO_STRIPE, Shop
from tests.registration.test_payments import SOON, account_of, balance, checked_out, state

pytestmark = SPEAKS_TO_STRIPE
PRICE = 32500
LATER = SOON + timedelta(days=20)
EVER = NOON.replace(year=2100)
"""Webhooks are received by the real clock."""


async def paid(shop: Shop) -> tuple[int, str]:
    """A confirmed order and its payment (pi_…)."""
    order, checkout = await checked_out(shop)
    shop.till.pay(checkout, Card.pays)
    await told(shop)
    return order, str(shop.till.session(checkout)["payment_intent"])


async def told(shop: Shop, at: datetime = SOON) -> list[str]:
    """Every webhook comes, and workers do all there is to do. Returns the topics."""
    topics: list[str] = []
    await shop.settled()
    while done := await shop.work(at):
        topics += done
        await shop.settled()
    return topics


async def cancel(order: int) -> Money:
    account = await account_of(order)
    return await cancellations.cancel(account, [account.attendees[0].id], SOON, "cannot come")


async def found() -> list[str]:
    """What the audit says of money. The messages of these tests lie in the past of its clock."""
    return [one.words for one in await audit.audit(NOON) if "ledger" in one.words or "paid" in one.words]


async def kinds(order: int) -> list[tuple[str, int]]:
    rows = await database.rows("SELECT kind, amount FROM ledger WHERE order_id = $1 ORDER BY id", order)
    return [(row["kind"], row["amount"]) for row in rows]


async def test_a_dispute_takes_the_money_and_nobodys_place(shop: Shop) -> None:
    order, payment = await paid(shop)

    shop.till.dispute(payment, reason="product_not_received")
    await told(shop)

    dispute = await Dispute.get()
    assert (dispute.state, dispute.amount, dispute.reason) == ("needs_response", PRICE, "product_not_received")
    assert (dispute.due_by, dispute.closed_at) == (NOON + timedelta(days=14), None)
    assert await state(order) == "CONFIRMED"
    assert await kinds(order) == [("payment", -PRICE), ("charge", PRICE), ("dispute", PRICE)]
    assert await found() == []


@pytest.mark.parametrize(("won", "owed"), [(True, 0), (False, PRICE)])
async def test_a_decided_dispute_gives_the_money_again_or_leaves_it_owed(shop: Shop, won: bool, owed: int) -> None:
    order, payment = await paid(shop)
    dispute = shop.till.dispute(payment)["id"]
    await told(shop)
    shop.till.answer_dispute(dispute)
    await told(shop)
    assert (await Dispute.get()).state == "under_review"

    shop.till.close_dispute(dispute, won)
    await told(shop, LATER)

    assert (await Dispute.get()).closed_at == LATER
    assert await balance(order) == owed
    assert await found() == []


async def test_an_inquiry_moves_no_money_until_the_bank_takes_it(shop: Shop) -> None:
    order, payment = await paid(shop)
    dispute = shop.till.dispute(payment, inquiry=True)["id"]
    await told(shop)
    before = await balance(order)

    shop.till.escalate_dispute(dispute)
    await told(shop)

    assert (before, await balance(order)) == (0, PRICE)
    assert (await Dispute.get()).state == "needs_response"


async def test_news_of_a_dispute_in_any_order_and_many_times_are_booked_once(shop: Shop) -> None:
    order, payment = await paid(shop)
    shop.sandbox.state.delivery.held = True
    shop.till.close_dispute(shop.till.dispute(payment)["id"], won=True)
    waiting = [one["id"] for one in shop.sandbox.state.delivery.waiting]
    assert len(waiting) == 4

    shop.sandbox.state.delivery.copies = 3
    shop.sandbox.state.delivery.release(waiting[::-1])
    await told(shop)

    assert await kinds(order) == [
        ("payment", -PRICE),
        ("charge", PRICE),
        ("dispute", PRICE),
        ("dispute_won", -PRICE),
    ]
    assert await found() == []


def news(payment: str, state: str, amount: int = PRICE) -> StripeDispute:
    return StripeDispute("du_1", "ch_1", payment, Money(amount, "USD"), state, "fraudulent", NOON, None)


async def test_a_dispute_only_moves_forward_whatever_order_answers_come_in(shop: Shop) -> None:
    order, payment = await paid(shop)
    seen = []
    for one in ("warning_needs_response", "needs_response", "under_review", "needs_response", "won", "under_review"):
        await disputes.record(news(payment, one), SOON)
        seen.append(((await Dispute.get()).state, await balance(order)))

    assert seen == [
        ("warning_needs_response", 0),
        ("needs_response", PRICE),
        ("under_review", PRICE),
        ("under_review", PRICE),
        ("won", 0),
        ("won", 0),
    ]


@pytest.mark.parametrize(("locked", "end"), [(True, "won"), (False, "under_review")])
async def test_an_older_answer_that_is_written_later_loses_and_without_the_orders_lock_it_wins(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, locked: bool, end: str
) -> None:
    """Two workers: one has asked Stripe before the bank decided and is slow, one after it."""
    _order, payment = await paid(shop)
    await disputes.record(news(payment, "needs_response"), SOON)
    has_read, newer_is_in = asyncio.Event(), asyncio.Event()
    keep = disputes._keep

    async def slow(row: Any, order: int, found: StripeDispute, state: DisputeState, at: datetime) -> Any:
        if found.state == "under_review":
            has_read.set()
            with contextlib.suppress(
                TimeoutError
            ):  # with the lock the newer one cannot come in before this one is done
                await asyncio.wait_for(newer_is_in.wait(), 0.5)
        return await keep(row, order, found, state, at)

    monkeypatch.setattr(disputes, "_keep", slow)
    if not locked:
        monkeypatch.setattr(orders, "_LOCK_BY_PAYMENT", orders._LOCK_BY_PAYMENT.replace(" FOR UPDATE", ""))
    older = asyncio.create_task(disputes.record(news(payment, "under_review"), SOON))
    await has_read.wait()
    newer = asyncio.create_task(disputes.record(news(payment, "won"), SOON))
    newer.add_done_callback(lambda _task: newer_is_in.set())
    await asyncio.gather(older, newer)

    assert (await Dispute.get()).state == end


async def test_five_workers_with_the_same_dispute_book_it_once(shop: Shop) -> None:
    order, payment = await paid(shop)
    dispute = shop.till.dispute(payment)["id"]

    assert await asyncio.gather(*(disputes.refresh(dispute, shop.stripe, SOON) for _n in range(5))) == [True] * 5

    assert await balance(order) == PRICE
    assert await Dispute.all().count() == 1


async def test_a_lost_dispute_that_is_appealed_and_won_is_paid_again(shop: Shop) -> None:
    order, payment = await paid(shop)
    for one in ("lost", "appeal_needs_response", "appeal_under_review", "won"):
        await disputes.record(news(payment, one), SOON)

    assert (await balance(order), await found()) == (0, [])


async def test_a_word_of_stripes_that_is_newer_than_we_are_stops_nothing(shop: Shop) -> None:
    _order, payment = await paid(shop)

    assert await disputes.record(news(payment, "mediation"), SOON) is True

    assert await Dispute.all().count() == 0


@pytest.mark.parametrize("what", ["dispute", "refund"])
async def test_news_before_we_know_of_the_payment_are_kept_and_understood_later(shop: Shop, what: str) -> None:
    order, checkout = await checked_out(shop)
    shop.sandbox.state.delivery.held = True
    shop.till.pay(checkout, Card.pays)
    payment = str(shop.till.session(checkout)["payment_intent"])
    _act = shop.till.dispute(payment) if what == "dispute" else shop.till.refund({"payment_intent": payment})
    about = "charge.dispute.created" if what == "dispute" else "refund.created"
    held = shop.sandbox.state.delivery.waiting
    shop.sandbox.state.delivery.release([one["id"] for one in held if one["type"] == about])
    await told(shop)
    [early] = await inbox.waiting(EVER)
    assert (await Dispute.all().count(), await Refund.all().count()) == (0, 0)

    await payments.fulfil(checkout, shop.stripe, SOON)
    assert await webhooks.handle(early, shop.stripe, SOON)

    assert await balance(order) == PRICE
    assert await inbox.waiting(EVER) == []
    assert await found() == []


async def test_news_of_another_programs_payment_are_put_away_after_three_days(shop: Shop) -> None:
    _order, payment = await paid(shop)
    shop.till.dispute(payment)
    await database.execute("UPDATE checkout_session SET payment_intent = 'pi_other'")
    await told(shop)
    [event, *_others] = await inbox.waiting(EVER)

    early = await webhooks.handle(event, shop.stripe, SOON)
    late = await webhooks.handle(event, shop.stripe, EVER)

    assert (early, late) == (False, True)
    assert await Dispute.all().count() == 0


async def test_a_dispute_that_stripe_does_not_know_is_told_so(shop: Shop) -> None:
    _order, payment = await paid(shop)
    dispute = shop.till.dispute(payment)["id"]
    await shop.settled()
    del shop.till.ledger.objects[dispute]
    await shop.work(SOON)

    assert await database.value(
        "SELECT count(*) FROM webhook_event WHERE outcome = 'refused: resource_missing'"
    ) == await database.value("SELECT count(*) FROM webhook_event WHERE kind LIKE 'charge.dispute.%'")


async def test_the_sweep_finds_out_what_no_webhook_told(shop: Shop) -> None:
    order, payment = await paid(shop)
    dispute = shop.till.dispute(payment)["id"]
    await told(shop)
    shop.sandbox.state.delivery.held = True
    shop.till.close_dispute(dispute, won=True)

    soon = await disputes.sweep(shop.stripe, SOON + timedelta(hours=1))
    later = await disputes.sweep(shop.stripe, LATER)

    assert (soon, later, await disputes.sweep(shop.stripe, LATER + timedelta(days=30))) == (0, 1, 0)
    assert await balance(order) == 0


async def test_what_an_earlier_version_left_for_a_person_is_understood(shop: Shop) -> None:
    order, payment = await paid(shop)
    shop.till.dispute(payment)
    await shop.settled()
    await database.execute(
        "UPDATE webhook_event SET handled_at = received_at, outcome = $1 WHERE kind LIKE 'charge.dispute.%'",
        webhooks.UNBOOKED,
    )
    await told(shop)
    assert await Dispute.all().count() == 0

    assert await webhooks.reopen() == 2
    for event in await inbox.waiting(EVER):
        await webhooks.handle(event, shop.stripe, SOON)

    assert await balance(order) == PRICE


async def test_the_registrar_sees_until_when_to_answer_and_finds_the_order(
    shop: Shop, buyer: httpx.AsyncClient
) -> None:
    order, payment = await paid(shop)
    account = await account_of(order)
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=account.event)
    buyer.cookies.set("signin", await make.sign_in(registrar, NOON))
    root = f"/organize/events/{account.slug}/orders"
    calm = (await buyer.get(root)).text
    dispute = shop.till.dispute(payment)
    await told(shop)

    listed = (await buyer.get(root, params={"state": "DISPUTED"})).text
    page = (await buyer.get(f"{root}/{account.code}")).text

    assert "Disputed" not in calm
    assert account.code in listed
    assert "Disputed" in listed
    assert "Answer it in Stripe’s pages" in page
    assert "refunds of this payment wait" in page
    assert "Answer by Thursday, July 9, 2026, 7:00" in page
    shop.till.close_dispute(dispute["id"], won=False)
    await told(shop)
    assert "The bank keeps the money." in (await buyer.get(f"{root}/{account.code}")).text
    assert account.code not in (await buyer.get(root, params={"state": "DISPUTED"})).text


async def test_the_buyer_sees_why_nothing_comes_back(shop: Shop, buyer: httpx.AsyncClient) -> None:
    order, payment = await paid(shop)
    code = (await account_of(order)).code
    path = f"/orders/{code}?key={orders.secret(code, 'tests' * 8)}"
    calm = (await buyer.get(path)).text
    dispute = shop.till.dispute(payment)["id"]
    await told(shop)
    taken = (await buyer.get(path)).text
    shop.till.close_dispute(dispute, won=True)
    await told(shop)

    assert "Your bank took $325.00 of this payment back" in taken
    assert "Your bank took" not in calm + (await buyer.get(path)).text


def test_a_freeze_is_for_money_that_the_bank_has_taken_and_not_decided_about() -> None:
    assert FREEZING == TAKEN & UNDECIDED
    assert DisputeState.lost not in UNDECIDED
