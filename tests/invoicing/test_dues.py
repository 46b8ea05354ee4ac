from datetime import timedelta

import pytest

from events import audit
from events.core import database
from events.invoicing import dues, receipts, terms
from events.invoicing.dues import NotThisWay
from events.registration import cancellations, quotas
from tests.invoicing.conftest import CHECK, PURCHASE_ORDER, Desk, slip, state
from tests.make import NOON

LATER = NOON + timedelta(days=60)


async def clean() -> list[audit.Finding]:
    return [one for one in await audit.audit(NOON) if "message" not in one.about]


async def test_an_accepted_purchase_order_confirms_with_a_balance_due_and_an_invoice(desk: Desk) -> None:
    order = await desk.ordered()

    account = await desk.account(order)
    due = await dues.of_order(account)
    assert due is not None
    assert (account.state, due.left.amount, due.due_on) == ("CONFIRMED", 10000, (NOON + timedelta(days=30)).date())
    assert due.chosen == PURCHASE_ORDER
    assert await desk.papers() == [("invoice", 1, 10000)]
    topics = await database.rows("SELECT topic FROM outbox_message ORDER BY topic")
    assert "mail.payment_due" in [row["topic"] for row in topics]
    assert await clean() == []


async def test_the_purchase_order_is_paid_by_a_check(desk: Desk) -> None:
    order = await desk.ordered()

    assert await receipts.book(order, slip(4000), None, NOON) is receipts.Became.booked
    assert await receipts.book(order, slip(6000, "1002"), None, NOON) is receipts.Became.paid

    assert (await desk.account(order)).balance.amount == 0
    assert await clean() == []


async def test_where_a_purchase_order_does_not_confirm_it_waits_for_the_money(desk: Desk) -> None:
    await terms.save(desk.event.id, terms.Terms(("purchase_order",), orders_confirm=False, pay_to="Bank", version=1))

    assert await state(await desk.ordered()) == "PENDING"


async def test_a_check_keeps_places_until_due_day_and_grace_are_over_and_then_takes_the_invoice_back(
    desk: Desk,
) -> None:
    order = await desk.ordered(CHECK)
    held_until = (await desk.account(order)).held_until
    assert held_until is not None
    assert held_until.isoformat() == "2026-08-02T05:00:00+00:00"

    await dues.sweep(held_until - timedelta(seconds=1))
    assert await state(order) == "PENDING"
    await dues.sweep(held_until)

    assert await state(order) == "EXPIRED"
    assert await desk.papers() == [("invoice", 1, 10000), ("credit_note", 2, -10000)]
    assert await quotas.recount() == []
    assert await clean() == []


async def test_a_second_click_changes_nothing(desk: Desk) -> None:
    order = await desk.ordered()

    await dues.choose(await desk.account(order), CHECK, NOON)

    due = await dues.of_order(await desk.account(order))
    assert due is not None
    assert due.chosen.way == "purchase_order"
    assert len(await desk.papers()) == 1


@pytest.mark.parametrize("late", [False, True])
async def test_no_other_way_where_the_event_takes_none_or_the_hold_is_over(desk: Desk, late: bool) -> None:
    if not late:
        await terms.save(desk.event.id, terms.Terms(version=1))
    order = await desk.ordered(None)

    with pytest.raises(NotThisWay):
        await dues.choose(await desk.account(order), CHECK, LATER if late else NOON)

    assert await desk.papers() == []
    assert await database.value("SELECT count(*) FROM due") == 0


async def test_a_cancelled_part_gets_a_credit_note_and_a_new_invoice(desk: Desk) -> None:
    order = await desk.ordered(people=2)
    account = await desk.account(order)
    await cancellations.cancel(account, [account.attendees[0].id], NOON, "cannot come", kept=2500)

    await dues.sweep(NOON)
    await dues.sweep(NOON)

    assert await desk.papers() == [("invoice", 1, 20000), ("credit_note", 2, -20000), ("invoice", 3, 12500)]
    assert await clean() == []
