"""Our ledgers beside Stripe's books: read once, compared payment by payment, mended or told, and booked."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from events.books import closing, differences, journal, payouts, reconciliation, statement
from events.books.reconciliation import Apart
from events.core import database
from events.core.errors import NotFound, Unreadable
from events.core.money import Money
from events.registration.sandbox.balance import fee
from events.registration.sandbox.checkout import Card
from tests import make
from tests.make import NOON
from tests.registration.conftest import SPEAKS_TO_STRIPE, Shop
from tests.registration.test_disputes import PRICE, cancel, paid, told
from tests.registration.test_payments import SOON, checked_out

pytestmark = SPEAKS_TO_STRIPE
DAY = timedelta(days=1)
TODAY = NOON.date()
MORNING = (NOON + DAY).replace(hour=3)
"""The night after the day of the tests' sales."""

FEE = fee(PRICE)


async def compare(shop: Shop, at: datetime = MORNING) -> list[tuple[str, int, int]]:
    """What is open after a comparison."""
    await reconciliation.run(shop.stripe, at)
    rows = await database.rows(
        "SELECT kind, ours, theirs FROM difference WHERE settled_at IS NULL AND gone_at IS NULL ORDER BY kind"
    )
    return [tuple(row) for row in rows]


@pytest_asyncio.fixture(autouse=True)
async def _nobody_paid_yet(db: None) -> None:
    assert await database.value("SELECT count(*) FROM stripe_line") == 0


async def test_what_was_paid_refunded_and_disputed_agrees(shop: Shop) -> None:
    order, _payment = await paid(shop)
    await cancel(order)
    await told(shop)
    _other, disputed = await paid(shop)
    dispute = shop.till.dispute(disputed)
    await told(shop)
    assert dispute["status"] == "needs_response"

    assert await compare(shop) == []
    assert await database.value("SELECT count(*) FROM stripe_line") == 4


async def test_a_day_is_read_once_it_is_over_and_its_lines_are_kept_once(shop: Shop) -> None:
    await paid(shop)

    early = await statement.read(shop.stripe, NOON + timedelta(hours=3))
    again = await statement.read(shop.stripe, MORNING)
    third = await statement.read(shop.stripe, MORNING + timedelta(hours=1))

    assert (early.until, again.until) == (TODAY, TODAY + DAY)
    assert (again.days, third.days) == (2, 1)  # the day, and what the next one has until now
    assert await database.value("SELECT count(*) FROM stripe_line") == 1


async def test_a_payment_whose_news_was_lost_is_found_and_confirms_its_order(shop: Shop) -> None:
    order, checkout = await checked_out(shop)
    shop.till.pay(checkout, Card.pays)
    await database.execute("UPDATE orders SET held_until = $2 WHERE id = $1", order, NOON + 2 * DAY)

    assert await compare(shop) == []
    assert await database.value("SELECT state FROM orders WHERE id = $1", order) == "CONFIRMED"


async def test_a_payment_that_is_none_of_ours_is_a_task_until_somebody_says_why(shop: Shop) -> None:
    await paid(shop)
    await statement.read(shop.stripe, NOON)
    await _strange(shop, 4200)
    clerk = await make.person("Daniel", "daniel@example.org")

    assert await compare(shop) == [("payment", 0, 4200)]
    [row] = (await differences.listed("open", "", 1)).rows
    assert (row.order, row.theirs) == ("", Money(4200, "USD"))
    with pytest.raises(Unreadable):
        await differences.settle(row.id, " x ", clerk.id, MORNING)
    with pytest.raises(NotFound):
        await differences.settle(row.id + 1, "a gift", clerk.id, MORNING)
    await differences.settle(row.id, "a gift, booked by hand", clerk.id, MORNING)

    assert await compare(shop, MORNING + DAY) == []
    await database.execute("UPDATE difference SET theirs = 1 WHERE id = $1", row.id)
    assert await compare(shop, MORNING + 2 * DAY) == [("payment", 0, 4200)]


async def test_a_payment_that_stripe_does_not_have_is_a_task_that_goes_when_both_agree(shop: Shop) -> None:
    _order, payment = await paid(shop)
    [line] = shop.till.ledger.all("balance_transaction")
    shop.till.ledger.keep({**line, "created": line["created"] + 9 * 86400})

    assert await compare(shop) == [("payment", PRICE, 0)]
    assert await reconciliation.apart() == [Apart(payment, "payment", "USD", PRICE, 0)]

    shop.till.ledger.keep(line)
    await database.execute("DELETE FROM stripe_day")
    assert await compare(shop, MORNING + DAY) == []
    assert (await differences.listed("gone", payment, 1)).found == 1


async def test_a_refund_on_its_way_is_no_difference_and_one_that_comes_back_agrees(shop: Shop) -> None:
    order, payment = await paid(shop)
    await cancel(order)
    await told(shop)
    assert await compare(shop) == []

    [refund] = list(shop.till.ledger.all("refund"))
    shop.clock.at = NOON + DAY
    shop.till.settle_refund(refund["id"], arrives=False)
    await told(shop)

    assert payment == refund["payment_intent"]
    assert await compare(shop, MORNING + DAY) == []


async def test_a_payout_is_made_of_lines_and_the_account_of_stripe_is_what_is_left_there(shop: Shop) -> None:
    await paid(shop)
    shop.clock.at = NOON + 3 * DAY
    shop.till.pay_out("usd")
    shop.clock.at = NOON + 4 * DAY
    await compare(shop, NOON + 4 * DAY)

    [payout], count = await payouts.listed(1)
    assert (count, payout.lines, payout.adds_up) == (1, 1, True)
    assert (payout.gross.amount, payout.fees.amount, payout.amount.amount) == (PRICE, FEE, PRICE - FEE)
    assert [line.order != "" for line in await payouts.lines(payout.id)] == [True]
    assert (await payouts.how_far()).balance == []

    sums = Counter[str]()
    for one in await journal.sums(TODAY.replace(day=1)):
        sums[one.account] += one.debit - one.credit
    assert sums["stripe"] == 0
    assert sums["bank"] == PRICE - FEE
    assert sums["stripe_fees"] == FEE
    assert sum(sums.values()) == 0


async def test_a_payout_that_failed_is_a_task(shop: Shop) -> None:
    await paid(shop)
    shop.clock.at = NOON + 3 * DAY
    payout = shop.till.pay_out("usd")
    shop.till.ledger.keep({**payout, "status": "failed"})

    assert await compare(shop, NOON + 4 * DAY) == [("payout", PRICE - FEE, PRICE - FEE)]


async def test_what_came_for_none_of_our_orders_is_booked_to_be_cleared(shop: Shop) -> None:
    await paid(shop)
    await _strange(shop, 4200)
    await compare(shop)

    found = await journal.postings(TODAY.replace(day=1))
    cleared = [(one.account, one.amount, one.event) for one in found if one.amount in (4200, -4200)]

    assert cleared == [("stripe", 4200, ""), ("other", -4200, "")]


async def test_a_line_in_another_currency_moves_through_what_is_to_be_cleared(shop: Shop) -> None:
    _order, payment = await paid(shop)
    await database.execute(
        "INSERT INTO stripe_line (id, kind, category, source, payment_intent, amount, fee, currency, charged,"
        " charged_currency, created_at, available_at) VALUES ('txn_x', 'charge', 'charge', 'ch_x', $1, 30000, 900,"
        " 'EUR', $2, 'USD', $3, $3)",
        payment,
        PRICE,
        SOON,
    )

    found = await journal.sums(TODAY.replace(day=1))
    sums = {(one.account, one.currency): one.debit - one.credit for one in found}

    assert sums[("stripe", "EUR")] == 30000 - 900
    assert sums[("other", "EUR")] == -30000
    assert sums[("stripe_fees", "EUR")] == 900
    assert sums[("stripe", "USD")] == 0
    assert sums[("other", "USD")] == PRICE


async def test_lines_that_come_after_a_month_was_closed_are_posted_in_the_next(shop: Shop) -> None:
    first = TODAY.replace(day=1)
    await paid(shop)
    await closing.close(first, None, NOON + 60 * DAY)
    await compare(shop, NOON + 60 * DAY)

    late = [one for one in await journal.postings(journal.next_month(first)) if one.account == "stripe_fees"]

    assert [(one.day, one.amount) for one in late] == [(journal.next_month(first), FEE)]


async def _strange(shop: Shop, amount: int) -> None:
    """Somebody is charged in Stripe's own pages, for nothing that we know."""
    charge = {"id": "ch_strange", "object": "charge", "currency": "usd", "payment_intent": "pi_strange"}
    shop.till.ledger.keep({**charge, "amount": amount, "created": int(NOON.timestamp())})
    shop.till.enter("charge", charge, amount)
