import pytest

from events.core.errors import Unreadable
from events.registration import holds, offering
from events.registration.offering import TicketValues
from tests import make
from tests.make import NOON


async def test_the_quotas_of_a_sold_ticket_stay_and_its_name_may_change(db: None) -> None:
    event = await make.event()
    ticket = await make.ticket_type(event, "Full", places=5)
    other = await make.quota(event, 5, "Other")
    await holds.place(await make.basket([ticket]), NOON)
    [row] = await offering.tickets(event.id)
    assert row.sold == 1

    def values(name: str, quotas: frozenset[int]) -> TicketValues:
        return TicketValues(name, "", "full", None, None, {}, None, None, 10, False, 0, {}, quotas)

    with pytest.raises(Unreadable):
        await offering.save_ticket(event.id, ticket.id, values("Full", frozenset({other.id})), 1)
    await offering.save_ticket(event.id, ticket.id, values("Fuller", row.quotas), 1)

    assert [(one.name, one.quotas) for one in await offering.tickets(event.id)] == [("Fuller", row.quotas)]


async def test_two_ticket_types_of_an_event_have_different_names(db: None) -> None:
    event = await make.event()
    await make.ticket_type(event, "Full")
    values = TicketValues("Full", "", "full", None, None, {}, None, None, 10, False, 0, {}, frozenset())

    with pytest.raises(Unreadable):
        await offering.save_ticket(event.id, None, values, 0)
