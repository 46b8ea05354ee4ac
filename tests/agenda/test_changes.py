"""A crowd's orders are followed by a few statements, and each as if it were alone."""

from datetime import timedelta
from typing import Any

import pytest_asyncio

from events.agenda import changes
from events.core import database
from events.registration.models import Order
from tests import make
from tests.agenda.conftest import Programme, rung
from tests.make import NOON


async def state() -> dict[str, list[tuple[Any, ...]]]:
    """What following leaves behind, without the tokens and addresses that are made at random."""
    questions = {
        "feeds": "SELECT p.name, f.revision FROM personal_feed f JOIN person p ON p.id = f.person_id ORDER BY 1",
        "invitations": "SELECT email, state FROM invitation ORDER BY 1",
    }
    return {name: [tuple(row) for row in await database.rows(sql)] for name, sql in questions.items()}


@pytest_asyncio.fixture
async def orders(programme: Programme) -> list[Order]:
    """Ada has two seats in the workshop, Alan one, and somebody without an account one."""
    ada, alan = await make.person("Ada"), await make.person("Alan")
    holders = [
        (ada, "ada@example.org"),
        (alan, "alan@example.org"),
        (None, "guest@example.org"),
        (ada, "a2@example.org"),
    ]
    return [await make.seat(person, programme.workshop, email) for person, email in holders]


async def test_orders_followed_together_have_what_each_would_have_alone(orders: list[Order]) -> None:
    followed = await changes.follow_orders([order.id for order in orders], NOON)

    assert (followed.people, followed.invitations) == (2, 4)
    assert len(await rung("mail.invitation")) == 4
    assert await state() == {
        "feeds": [("Ada", 3), ("Alan", 3)],
        "invitations": [
            ("a2@example.org", "invited"),
            ("ada@example.org", "invited"),
            ("alan@example.org", "invited"),
            ("guest@example.org", "invited"),
        ],
    }


async def test_followed_again_nothing_is_rung_again(orders: list[Order]) -> None:
    numbers = [order.id for order in orders]
    await changes.follow_orders(numbers, NOON)
    await database.execute("UPDATE invitation SET sent_digest = 'invited 0', sequence = 0")

    assert (await changes.follow_orders(numbers, NOON + timedelta(minutes=1))).invitations == 0


async def test_one_that_was_cancelled_among_others_loses_its_seat_alone(orders: list[Order]) -> None:
    numbers = [order.id for order in orders]
    await changes.follow_orders(numbers, NOON)
    await database.execute("UPDATE invitation SET sent_digest = 'invited 0', sequence = 0")
    await Order.filter(id=orders[1].id).update(state="CANCELLED")

    followed = await changes.follow_orders(numbers, NOON + timedelta(minutes=1))

    assert followed.invitations == 1
    assert dict((await state())["invitations"]) == {
        "a2@example.org": "invited",
        "ada@example.org": "invited",
        "alan@example.org": "cancelled",
        "guest@example.org": "invited",
    }
