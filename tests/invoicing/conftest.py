"""An event that takes purchase orders, checks and transfers, and sells one ticket at 100.00."""

from dataclasses import dataclass

import pytest_asyncio

from events.catalogue.models import Event
from events.core import database
from events.core.money import Money
from events.invoicing import dues, terms
from events.invoicing.dues import Chosen
from events.invoicing.receipts import Slip
from events.registration import accounts, holds
from events.registration.accounts import Account
from events.registration.models import Order, TicketType
from tests import make
from tests.make import NOON

PURCHASE_ORDER = Chosen("purchase_order", "PO-77", "Springfield Public Library", "1 Main St\nSpringfield", "Dept 4")
CHECK = Chosen("check", address="1 Main St")


@dataclass
class Desk:
    event: Event
    ticket: TicketType

    async def ordered(self, chosen: Chosen | None = PURCHASE_ORDER, people: int = 1) -> int:
        """An order's id, paid this way; None: still held."""
        placed = await holds.place(await make.basket(*[[self.ticket]] * people), NOON)
        if chosen is not None:
            await dues.choose(await self.account(placed.id), chosen, NOON)
        return placed.id

    async def account(self, order: int) -> Account:
        account = await accounts.by_id(order)
        assert account is not None
        return account

    async def papers(self) -> list[tuple[str, int, int]]:
        rows = await database.rows("SELECT kind, serial, total FROM invoice ORDER BY id")
        return [(row["kind"], row["serial"], row["total"]) for row in rows]


@pytest_asyncio.fixture
async def desk(db: None) -> Desk:
    event = await make.event()
    ticket = await make.ticket_type(event, "Full conference", price=10000, places=5)
    await terms.save(
        event.id, terms.Terms(("purchase_order", "check", "transfer"), pay_to="First Bank\nIBAN XX00", seller="PLD")
    )
    return Desk(event, ticket)


async def state(order: int) -> str:
    return (await Order.get(id=order)).state


def slip(amount: int = 10000, number: str = "1001", kind: str = "payment", currency: str = "USD") -> Slip:
    return Slip(kind, "check", number, NOON.date(), Money(amount, currency))
