"""Names leave the orders when their time is over. The money stays as it was, and still adds up."""

from datetime import date, datetime, timedelta

import pytest

from events import audit
from events.core import database
from events.people.models import Person
from events.registration import retention
from events.registration.models import Ledger, Order, OrderLine, OrderMove, Registration
from tests import make
from tests.make import NOON

LATER = datetime(2033, 8, 20, tzinfo=NOON.tzinfo)
"""More than seven years after the events of tests."""
MONEY = {
    "orders": "code, state, total, currency, audience, created_at, confirmed_at",
    "order_line": "*",
    "ledger": "*",
    "claim": "*",
    "quota": "*",
}


async def an_order(person: Person | None = None, *, state: str = "CONFIRMED", paid: int | None = 19000) -> Order:
    """Of the price 190.00; paid: what came in of it, None when it was never confirmed."""
    event = await make.event(ends_on=date(2026, 7, 12))
    order = await make.seat(person, await make.session(event, NOON))
    await Order.filter(id=order.id).update(
        state=state,
        total=19000,
        membership={"number": "M1"},
        form_key=f"key-{order.code}",
        confirmed_at=None if paid is None else NOON,
    )
    await OrderLine.filter(order=order).update(amount=19000)
    await Registration.filter(order=order).update(answers={"1": "vegan"})
    await OrderMove.create(order=order, old="HELD", new=state, moved_at=NOON, moved_by=person, reason="Ada called")
    if paid is not None:
        line = await OrderLine.get(order=order)
        for kind, amount in (("charge", 19000), ("payment", -paid)):
            await Ledger.create(
                order=order, kind=kind, amount=amount, currency="USD", source=f"line-{line.id}", booked_at=NOON
            )
    return order


async def money() -> dict[str, list[tuple[object, ...]]]:
    return {
        table: [tuple(row) for row in await database.rows(f"SELECT {columns} FROM {table} ORDER BY 1, 2")]
        for table, columns in MONEY.items()
    }


async def names(order: Order) -> tuple[object, ...]:
    row = await database.row(
        "SELECT o.name, o.email, o.person_id, o.membership, o.form_key, r.name AS attendee, r.email AS theirs,"
        " r.person_id AS them, r.answers, m.reason, m.moved_by_id FROM orders o"
        " JOIN registration r ON r.order_id = o.id JOIN order_move m ON m.order_id = o.id WHERE o.id = $1",
        order.id,
    )
    assert row is not None
    return tuple(row)


NOBODY = ("", "", None, None, None, "", "", None, "{}", "", None)


async def test_after_seven_years_orders_name_nobody_and_the_money_is_as_it_was(db: None) -> None:
    order = await an_order(await make.person())
    before = await money()

    early = await retention.blank_accounts(datetime(2033, 7, 12, tzinfo=NOON.tzinfo), 7, 10)
    done = [await retention.blank_accounts(LATER, 7, 10) for _again in range(2)]

    assert (early, done) == (0, [1, 0])
    assert await names(order) == NOBODY
    assert await money() == before
    assert await audit.audit(NOON) == []


@pytest.mark.parametrize("paid", [0, 10000, 25000])
async def test_while_anything_is_owed_to_anybody_the_order_says_by_whom(db: None, paid: int) -> None:
    order = await an_order(paid=paid)

    assert await retention.blank_accounts(LATER, 7, 10) == 0
    assert (await names(order))[:2] == ("Ada Lovelace", "seat@example.org")


async def test_a_late_booking_and_a_refund_under_way_count_from_then(db: None) -> None:
    booked, refunded = await an_order(), await an_order()
    await Ledger.filter(order=booked, kind="payment").update(booked_at=LATER - timedelta(days=365))
    await database.execute(
        "INSERT INTO refund (order_id, amount, currency, state, reason, payment_intent, requested_at)"
        " VALUES ($1, 100, 'USD', 'failed', 'Ada asked', 'pi_1', $2)",
        refunded.id,
        NOON,
    )

    assert await retention.blank_accounts(LATER, 7, 10) == 0


async def test_an_order_with_a_dispute_that_is_not_decided_names_its_buyer(db: None) -> None:
    order = await an_order()
    await database.execute(
        "INSERT INTO dispute (order_id, stripe_id, payment_intent, amount, currency, state, opened_at, asked_at)"
        " VALUES ($1, 'du_1', 'pi_1', 100, 'USD', 'warning_needs_response', $2, $2)",
        order.id,
        NOON,
    )

    before = await retention.blank_accounts(LATER, 7, 10)
    await database.execute("UPDATE dispute SET state = 'warning_closed', closed_at = $1", NOON)

    assert (before, await retention.blank_accounts(LATER, 7, 10)) == (0, 1)


async def test_an_order_that_came_to_nothing_names_nobody_after_ninety_days(db: None) -> None:
    nothing, bought = await an_order(state="EXPIRED", paid=None), await an_order()
    before = await money()

    early = await retention.blank_abandoned(NOON + timedelta(days=90), 10)
    done = [await retention.blank_abandoned(NOON + timedelta(days=91), 10) for _again in range(2)]

    assert (early, done, await names(nothing)) == (0, [1, 0], NOBODY)
    assert (await names(bought))[0] == "Ada Lovelace"
    assert await money() == before
    assert await audit.audit(NOON) == []


async def test_a_batch_is_no_larger_than_asked_for_and_the_next_goes_on(db: None) -> None:
    for _number in range(3):
        await an_order()

    assert [await retention.blank_accounts(LATER, 7, 2) for _night in range(3)] == [2, 1, 0]


async def test_the_ticket_of_an_erased_person_is_theirs_until_the_event_is_over(db: None) -> None:
    ada = await make.person()
    order = await an_order(ada)
    await Person.filter(id=ada.id).update(erased_at=NOON)
    over = datetime(2026, 7, 12, tzinfo=NOON.tzinfo) + retention.AFTER_THE_EVENT

    early = await retention.blank_tickets(over, 10)
    done = [await retention.blank_tickets(over + timedelta(hours=1), 10) for _again in range(2)]

    assert (early, done) == (0, [1, 0])
    name, email, *_rest = await names(order)
    assert (name, email) == ("Ada Lovelace", "seat@example.org")
    assert (await names(order))[5:9] == ("", "", None, "{}")
    assert await audit.audit(NOON) == []


async def test_who_asks_is_told_of_places_to_come_and_until_when_the_accounts_keep_a_name(db: None) -> None:
    ada, nobody = await make.person(), await make.person()
    order = await an_order(ada)

    [place] = await retention.places_of(ada.id, NOON)
    last_day = datetime(2026, 7, 13, 4, 59, tzinfo=NOON.tzinfo)
    """A minute before midnight in Chicago."""

    assert (place.order, place.ends_on, place.people) == (order.code, date(2026, 7, 12), 1)
    assert len(await retention.places_of(ada.id, last_day)) == 1
    assert await retention.places_of(ada.id, last_day + timedelta(minutes=1)) == []
    assert await retention.kept_until(ada.id, 7) == date(2033, 7, 12)
    assert (await retention.places_of(nobody.id, NOON), await retention.kept_until(nobody.id, 7)) == ([], None)


async def test_codes_name_nobody_thirty_days_after_the_event(db: None) -> None:
    event = await make.event()
    code = await make.voucher(event, "SPEAKER", email="ada@example.org", note="Ada, keynote")
    over = datetime(2026, 7, 12, tzinfo=NOON.tzinfo) + retention.AFTER_THE_EVENT

    early = await retention.blank_codes(over, 10)
    done = [await retention.blank_codes(over + timedelta(days=1), 10) for _again in range(2)]

    await code.refresh_from_db()
    assert (early, done, code.email, code.note) == (0, [1, 0], "", "")
