"""A library that has six places at a free webinar: two of its staff took one, one is invited, three are nobody's."""

from datetime import datetime
from zoneinfo import ZoneInfo

from events.core import database
from events.institutions import assigning, buying, places, taking
from events.people.audiences import audience_of
from events.registration import holds, offers, pricing
from events.registration.holds import Basket
from events.registration.pricing import Tariff
from events.registration.ticket_changes import Who

STAFF = (
    Who("Ingrid Moreau", "ingrid.moreau@riverbend.example.org"),
    Who("Joaquim Silva", "joaquim.silva@riverbend.example.org"),
    Who("", "kemi.adeyemi@riverbend.example.org"),
)


async def build(at: datetime) -> None:
    """Beatriz looks after them; nobody is written to."""
    event = await database.row(
        "SELECT e.id, e.timezone, e.currency, e.unit_id FROM event e JOIN ticket_type t ON t.event_id = e.id"
        " JOIN price p ON p.ticket_type_id = t.id WHERE e.kind = 'webinar' AND e.state = 'on_sale' AND p.amount = 0"
        " AND e.starts_on > $1 ORDER BY e.id DESC LIMIT 1",
        at.astimezone(ZoneInfo("UTC")).date(),
    )
    beatriz = await database.row(
        "SELECT p.id, p.name, a.email FROM person p JOIN address a ON a.person_id = p.id"
        " WHERE a.email = 'beatriz.costa@example.org'"
    )
    assert event is not None
    assert beatriz is not None
    offer = await offers.offer(event["id"])
    audience = await audience_of(None, at, event["unit_id"])
    tariff = Tariff(audience.name, offer.windows, event["timezone"], event["currency"])
    quote = pricing.quote([[offer.tickets[0].id]] * 6, offer.by_id, tariff, at)
    basket = Basket(
        event=event["id"],
        name=beatriz["name"],
        email=beatriz["email"],
        person=beatriz["id"],
        locale="en",
        audience=audience.name,
        membership=None,
        currency=event["currency"],
        attendees=buying.nobody(6),
        lines=quote.lines,
        for_staff=True,
    )
    beside = buying.beside("Riverbend Public Library", ["riverbend.example.org"], at)
    order = (await holds.place(basket, at, beside=beside)).id
    institution = await places.of_order(order)
    assert institution is not None
    await assigning.assign_many(institution, STAFF, at, beatriz["id"])
    for place in (await places.of_institution(institution.id))[:2]:
        await taking.take(place.id, place.round, place.name, {}, at, None)
    await database.execute("DELETE FROM outbox_message WHERE body @> jsonb_build_object('order', $1::bigint)", order)
