from uuid import uuid4

from events.registration import accounts, cancellations, holds, queries
from events.registration.admission import Door, admits
from events.registration.holds import Attendee
from events.schedule.models import Session
from tests import make
from tests.make import NOON


async def test_a_seat_is_a_confirmed_ticket_for_a_ticketed_session(db: None) -> None:
    event = await make.event()
    session = await Session.create(guid=uuid4(), code="RDA001", event=event, title="RDA in practice", ticketed=True)
    seat = await make.ticket_type(event, "RDA in practice", kind="preconference", session=session)
    held = await make.ticket_type(event, "Held", kind="preconference", session=session, price=100)
    person = await make.person()
    attendees = [Attendee("Ada", "ada@example.org", {}, person.id)]
    placed = await holds.place(await make.basket([seat], attendees=attendees), NOON)
    await holds.place(await make.basket([held], attendees=attendees), NOON)

    [found] = await queries.seats_of(person.id)

    assert (found.session, found.order, found.person, found.name) == (session.id, placed.id, person.id, "Ada")
    assert await queries.seated([session.id]) == await queries.seats_of_order(placed.id) == [found]
    assert admits(await queries.admissions_of(person.id, event.id), Door(session.id, ticketed=True))
    account = await accounts.by_id(placed.id)
    assert account is not None
    await cancellations.cancel(account, [account.attendees[0].id], NOON, "cannot come")
    assert await queries.seats_of(person.id) == []
    assert await queries.admissions_of(person.id, event.id) == []


async def test_a_persons_orders_are_theirs_alone_and_the_newest_first(db: None) -> None:
    mine, other = await make.person(), await make.person()
    free = await make.ticket_type(name="Open house")
    first = await holds.place(await make.basket([free], person=mine.id), NOON)
    second = await holds.place(await make.basket([free], person=mine.id), NOON.replace(hour=13))
    await holds.place(await make.basket([free], person=other.id), NOON)

    found = await queries.orders_of(mine.id)

    assert [one.code for one in found] == [second.code, first.code]
    assert found[0].tickets == "Open house"
