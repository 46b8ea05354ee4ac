import asyncio

from events.registration import holds, offers
from events.registration.holds import Attendee
from events.registration.models import PriceWindow, Question
from tests import make
from tests.make import NOON


async def test_an_offer_is_read_by_one_statement_and_says_what_is_free(db: None, statements: list[str]) -> None:
    event = await make.event()
    bus = await make.quota(event, 3, "Bus")
    tour = await make.ticket_type(event, "Tour", price=4000, places=10, quotas=[bus], kind="tour", position=2)
    open_ = await make.ticket_type(event, "Full", rates={"member": 1, "nonmember": 2}, position=1)
    await make.ticket_type(event, "Secret", hidden=True)
    await PriceWindow.create(event=event, name="Early", through=event.ends_on)
    await Question.create(event=event, label="Meals", kind="choice", options=["Meat", "No meat"])
    free = await make.ticket_type(event, "Open house", position=3)
    await holds.place(await make.basket([free]), NOON)
    await holds.place(await make.basket([tour]), NOON)
    statements.clear()

    offer = await offers.offer(event.id)

    assert len(statements) == 1
    assert [(one.name, one.free) for one in offer.tickets] == [("Full", None), ("Tour", 2), ("Open house", None)]
    assert offer.by_id[open_.id].rates[0].audience == "member"
    assert [one.name for one in offer.windows] == ["Early"]
    assert offer.questions[0].choices == [("Meat", "Meat"), ("No meat", "No meat")]
    assert offer.already == frozenset()
    assert len(offer.quotas[tour.id]) == 2


async def test_what_people_hold_is_asked_for_together_and_told_apart(db: None, statements: list[str]) -> None:
    event, other = await make.event("annual"), await make.event("other")
    full, tour = await make.ticket_type(event, "Full"), await make.ticket_type(event, "Open house")
    ada, alan = await make.person("Ada"), await make.person("Alan")
    for person, ticket in ((ada, full), (alan, tour)):
        attendees = [Attendee(person.name, "a@example.org", {}, person.id)]
        await holds.place(await make.basket([ticket], attendees=attendees), NOON)
    statements.clear()

    found = await asyncio.gather(
        offers.held(ada.id, event.id), offers.held(alan.id, event.id), offers.held(ada.id, other.id)
    )

    assert list(found) == [frozenset({full.id}), frozenset({tour.id}), frozenset()]
    assert len(statements) == 1
