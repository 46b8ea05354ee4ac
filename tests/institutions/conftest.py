"""A library with places at a conference: one ticket at 100.00, paid by purchase order; for everybody it is NOON."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

import httpx
import pytest
import pytest_asyncio

from events.catalogue.models import Event
from events.core import clock, database, outbox
from events.core.mail import Sealed
from events.core.outbox import Message
from events.institutions import asking, assigning, buying, following, letters, places
from events.institutions.places import Institution, Place
from events.invoicing import dues, terms
from events.invoicing.dues import Chosen
from events.people.models import Person
from events.registration import accounts, holds, orders
from events.registration.accounts import Account
from events.registration.models import TicketType
from events.registration.ticket_changes import Who
from events.settings import Settings
from tests import make
from tests.letterbox import opened
from tests.make import NOON

KEY = "tests" * 8
PURCHASE_ORDER = Chosen("purchase_order", "PO-77", "Springfield Public Library", "1 Main St\nSpringfield")
GRACE = Who("Grace Hopper", "grace@springfield.org")
ALAN = Who("Alan Turing", "alan@springfield.org")
SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]


@dataclass
class Library:
    """What it bought, read anew when asked."""

    event: Event
    ticket: TicketType
    order: int = 0

    async def buy(
        self, count: int = 5, *, domains: tuple[str, ...] = (), chosen: Chosen | None = PURCHASE_ORDER
    ) -> None:
        """Buy so many places; chosen None: the order stays held."""
        basket = await make.basket(
            *[[self.ticket]] * count,
            email="head@springfield.org",
            name="Head Librarian",
            attendees=buying.nobody(count),
            for_staff=True,
        )
        beside = buying.beside("Springfield Public Library", domains, NOON)
        self.order = (await holds.place(basket, NOON, beside=beside)).id
        if chosen is not None:
            await dues.choose(await self.account(), chosen, NOON)

    async def account(self) -> Account:
        account = await accounts.by_id(self.order)
        assert account is not None
        return account

    async def institution(self) -> Institution:
        found = await places.of_order(self.order)
        assert found is not None
        return found

    async def places(self) -> list[Place]:
        return await places.of_institution((await self.institution()).id)

    async def states(self) -> list[str]:
        return [one.state.value for one in await self.places()]

    async def path(self, more: str = "") -> str:
        """The address of the institution's page, with what opens it."""
        code = (await self.account()).code
        return f"/institutions/{code}{more}?key={orders.secret(code, KEY)}"

    async def link(self, place: int) -> str:
        """The address in the mail of who has the place now."""
        found = await places.load(place)
        assert found is not None
        return f"/places/{found.code}/{places.token(found.id, found.round, KEY)}"

    async def staff_link(self) -> str:
        institution = await self.institution()
        token = places.staff_token(institution.id, institution.link_round, KEY)
        return f"/institutions/{(await self.account()).code}/staff/{token}"

    async def mails(self, settings: Settings) -> list[EmailMessage]:
        """What the outbox sends of this room's mails, in order; and what follows orders is done."""
        made = []
        while waiting := await outbox.claim(1000, NOON.replace(year=2100), lease=timedelta(0)):
            await outbox.finish([message.id for message in waiting], NOON)
            made += [await _do(message, settings) for message in waiting]
        return [opened(one) for one in made if one is not None]


async def _do(message: Message, settings: Settings) -> Sealed | None:
    if message.topic in {"order.confirmed", "order.cancelled"}:
        await following.follow_orders([message.number("order")], NOON)
        return None
    if message.topic == "mail.order_confirmed":
        facts = await letters.bought([message])
        return letters.order_confirmed(facts[message.id], message, settings, NOON)
    of = {
        assigning.INVITED: letters.place_invited,
        assigning.TAKEN: letters.place_taken,
        assigning.ENDED: letters.place_ended,
        asking.ASKED: letters.place_asked,
    }
    return await of[message.topic](message, settings, NOON) if message.topic in of else None


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest_asyncio.fixture
async def library(db: None) -> Library:
    event = await make.event()
    ticket = await make.ticket_type(event, "Full conference", price=10000, places=400)
    ways = ("purchase_order", "check", "transfer")
    await terms.save(event.id, terms.Terms(ways, pay_to="First Bank", seller="PLD"))
    return Library(event, ticket)


async def count(table: str) -> int:
    return int(await database.value(f"SELECT count(*) FROM {table}"))
