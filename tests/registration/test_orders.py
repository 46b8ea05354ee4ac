import pytest

from events.core import database
from events.registration import holds, orders
from events.registration.models import Ledger, Order, OrderMove
from events.registration.orders import TooLate
from events.registration.states import IllegalMove, OrderState
from tests import make
from tests.make import NOON

KEY = "k" * 40


def test_an_orders_secret_opens_that_order_only() -> None:
    secret = orders.secret("ABCDEFGH", KEY)

    assert orders.opens(secret, "ABCDEFGH", KEY)
    assert not orders.opens(secret, "ABCDEFGJ", KEY)
    assert not orders.opens(secret, "ABCDEFGH", "x" * 40)
    assert not orders.opens("", "ABCDEFGH", KEY)
    assert not orders.opens("ü" * 32, "ABCDEFGH", KEY)


def test_a_tickets_mark_cannot_be_guessed_from_its_code() -> None:
    mark = orders.ticket_mark("M3Q33RXJMW", KEY)

    assert mark.startswith("CLQ1:M3Q33RXJMW:")
    assert mark != orders.ticket_mark("M3Q33RXJMW", "x" * 40)
    assert orders.secret("M3Q33RXJMW", KEY)[:16].upper() not in mark


async def test_confirming_charges_every_line_and_tells(db: None) -> None:
    full = await make.ticket_type(name="Full", price=100, places=5)
    placed = await holds.place(await make.basket([full], [full]), NOON)

    async with database.transaction():
        await orders.confirm(await orders.lock(placed.id), NOON, "paid")

    order = await Order.get(id=placed.id)
    assert (order.state, order.held_until, order.confirmed_at, order.version) == ("CONFIRMED", None, NOON, 2)
    assert sorted([(row.kind, row.amount) for row in await Ledger.all()]) == [("charge", 100), ("charge", 100)]
    assert [(move.old, move.new, move.reason) for move in await OrderMove.all()] == [("HELD", "CONFIRMED", "paid")]


async def test_a_move_that_the_table_does_not_have_is_refused(db: None) -> None:
    free = await make.ticket_type(name="Free")
    placed = await holds.place(await make.basket([free]), NOON)

    with pytest.raises(IllegalMove):
        async with database.transaction():
            await orders.move(await orders.lock(placed.id), OrderState.EXPIRED, NOON, "by mistake")

    assert (await Order.get(id=placed.id)).state == "CONFIRMED"


async def test_a_hold_is_given_up_once_and_a_confirmed_order_is_not(db: None) -> None:
    full = await make.ticket_type(name="Full", price=100, places=5)
    held = await holds.place(await make.basket([full]), NOON)
    confirmed = await holds.place(await make.basket([await make.ticket_type(name="Free")]), NOON)

    await orders.give_up(held.id, NOON)
    await orders.give_up(held.id, NOON)
    with pytest.raises(TooLate):
        await orders.give_up(confirmed.id, NOON)

    assert await database.value("SELECT claimed FROM quota") == 0
    assert await OrderMove.filter(new="CANCELLED").count() == 1
