"""An event that is sold out, and people who wait for it."""

from dataclasses import dataclass

import pytest

from events.catalogue.models import Event
from events.registration import holds, quotas
from events.registration.models import Order, Quota, TicketType
from events.waitlist import entries, rounds
from events.waitlist.entries import Entry, Wish
from tests import make
from tests.make import NOON
from tests.registration.conftest import buyer

__all__ = ["Full", "buyer", "full"]


@dataclass
class Full:
    event: Event
    ticket: TicketType

    async def sell(self, email: str = "first@example.org") -> int:
        """One more place, confirmed."""
        placed = await holds.place(await make.basket([self.ticket], email=email), NOON)
        await Order.filter(id=placed.id).update(state="CONFIRMED", held_until=None, confirmed_at=NOON)
        return placed.id

    async def give_back(self, order: int) -> None:
        """The whole order is cancelled."""
        await Order.filter(id=order).update(state="CANCELLED")
        await quotas.give_back(order, at=NOON)

    async def wait(self, name: str, party: int = 1, *, together: bool = True, tickets: tuple[int, ...] = ()) -> int:
        wish = Wish(
            self.event.id,
            name,
            f"{name.lower()}@example.org",
            None,
            "en",
            tickets or (self.ticket.id,),
            party,
            together,
        )
        return await entries.join(wish, NOON)

    async def entry(self, number: int) -> Entry:
        found = await entries.load(number)
        assert found is not None
        return found

    async def places(self) -> tuple[int, int, int, int]:
        """claimed, held back, waiting, set aside."""
        quota = await Quota.get(event=self.event, name=self.ticket.name)
        return quota.claimed, quota.held_back, quota.waiting, quota.set_aside

    async def round(self, at: object = NOON) -> int:
        return await rounds.run_event(self.event.id, at)  # type: ignore[arg-type]


@pytest.fixture
async def full(db: None) -> Full:
    event = await make.event()
    return Full(event, await make.ticket_type(event, "Full", price=32500, places=2))
