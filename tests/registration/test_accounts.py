from events.core.money import Money
from events.registration import accounts, holds
from events.registration.states import OrderState
from tests import make
from tests.make import NOON


async def test_an_order_with_everything_is_read_by_one_statement(db: None, statements: list[str]) -> None:
    event = await make.event(title="Annual")
    full = await make.ticket_type(event, "Full", price=32500, places=5)
    dinner = await make.ticket_type(event, "Dinner", price=6000, kind="meal")
    placed = await holds.place(await make.basket([full, dinner], [full]), NOON)
    statements.clear()

    account = await accounts.by_code(placed.code)

    assert len(statements) == 1
    assert account is not None
    assert (account.state, account.total, account.title) == (OrderState.HELD, Money(71000, "USD"), "Annual")
    assert [[line.ticket for line in attendee.lines] for attendee in account.attendees] == [
        ["Full", "Dinner"],
        ["Full"],
    ]
    assert account.balance == Money(0, "USD")
    assert not account.processing
    assert await accounts.by_code("NOTHING1") is None
