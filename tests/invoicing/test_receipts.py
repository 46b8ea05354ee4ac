import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from events import audit
from events.core import database
from events.core.errors import Unreadable
from events.invoicing import dues, receipts
from events.invoicing.receipts import Became
from tests.invoicing.conftest import CHECK, Desk, slip, state
from tests.make import NOON

LATER = NOON + timedelta(days=60)


async def findings() -> list[audit.Finding]:
    return [one for one in await audit.audit(NOON) if "message" not in one.about]


async def test_a_pending_order_is_confirmed_with_the_last_part_of_its_money(desk: Desk) -> None:
    order = await desk.ordered(CHECK)

    assert await receipts.book(order, slip(9999), None, NOON) is Became.booked
    assert await state(order) == "PENDING"
    assert dues.left(await desk.account(order)).amount == 1
    assert await receipts.book(order, slip(1, "1002"), None, NOON) is Became.paid

    assert await state(order) == "CONFIRMED"
    assert (await desk.account(order)).balance.amount == 0
    assert await findings() == []


async def test_two_registrars_book_one_check_and_it_counts_once(desk: Desk) -> None:
    order = await desk.ordered()

    done = await asyncio.gather(
        *(receipts.book(order, slip(number=number), None, NOON) for number in ("ab 1", "AB 1", "ab 1")),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in done) == ["Became", "Unreadable", "Unreadable"]
    assert (await desk.account(order)).balance.amount == 0


async def test_too_much_is_a_credit_that_goes_back_by_hand_and_no_further(desk: Desk) -> None:
    order = await desk.ordered()

    assert await receipts.book(order, slip(12000), None, NOON) is Became.credit
    assert await findings() == []
    with pytest.raises(Unreadable):
        await receipts.book(order, slip(2001, "R1", "refund"), None, NOON)
    await receipts.book(order, slip(2000, "R1", "refund"), None, NOON)

    assert (await desk.account(order)).balance.amount == 0
    assert await findings() == []


async def test_money_after_the_end_claims_the_places_again_or_stays_a_credit(desk: Desk) -> None:
    first, second = await desk.ordered(CHECK), await desk.ordered(CHECK)
    await dues.sweep(LATER)
    assert [await state(one) for one in (first, second)] == ["EXPIRED", "EXPIRED"]

    assert await receipts.book(first, slip(), None, LATER) is Became.paid
    await database.execute("UPDATE quota SET capacity = 1")
    assert await receipts.book(second, slip(number="1002"), None, LATER) is Became.late

    assert [await state(one) for one in (first, second)] == ["CONFIRMED", "EXPIRED"]
    await dues.sweep(LATER)
    kinds = [kind for kind, _serial, _total in await desk.papers()]
    assert kinds == ["invoice", "invoice", "credit_note", "credit_note", "invoice"]
    assert await findings() == []


async def test_the_audit_finds_a_receipt_that_no_ledger_has(desk: Desk) -> None:
    order = await desk.ordered()
    await receipts.book(order, slip(), None, NOON)
    await database.execute("DELETE FROM ledger WHERE source LIKE 'receipt-%'")

    assert "a receipt is booked as it came" in [one.check for one in await findings()]


async def test_one_check_for_two_orders_is_booked_twice_only_when_somebody_says_so(desk: Desk) -> None:
    first, second = await desk.ordered(CHECK), await desk.ordered(CHECK)
    await receipts.book(first, slip(), None, NOON)

    with pytest.raises(Unreadable) as refused:
        await receipts.book(second, slip(), None, NOON)
    assert await state(second) == "PENDING"
    await receipts.book(second, replace(slip(), shared=True), None, NOON)

    code = (await desk.account(first)).code
    assert code in refused.value.errors["shared"]
    assert await state(second) == "CONFIRMED"


async def test_two_who_book_one_check_for_two_orders_at_once_do_it_once(desk: Desk) -> None:
    orders = [await desk.ordered(CHECK) for _order in range(3)]

    done = await asyncio.gather(*(receipts.book(one, slip(), None, NOON) for one in orders), return_exceptions=True)

    assert sum(one is Became.paid for one in done) == 1
    assert sum(isinstance(one, Unreadable) for one in done) == 2
