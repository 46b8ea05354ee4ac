"""The mail with what somebody was given by rule."""

from datetime import datetime
from urllib.parse import quote

from events.core import database, locales, mail
from events.core.mail import Sealed
from events.core.outbox import Message
from events.registration import allotments
from events.registration.allotments import PRESENTERS
from events.settings import Settings


async def allotted(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """None when it was taken back or used meanwhile, or nobody has an address for it any more."""
    given = await allotments.one(None, message.number("allotted"))
    if given is None or given.ended or given.used or not given.email:
        return None
    event = await database.row(
        "SELECT e.title, e.slug, e.starts_on, e.ends_on, e.contact_email AS contact, t.name AS ticket FROM allotted g"
        " JOIN allotment a ON a.id = g.allotment_id JOIN event e ON e.id = a.event_id"
        " JOIN ticket_type t ON t.id = a.ticket_type_id WHERE g.id = $1",
        given.id,
    )
    assert event is not None
    locales.speak(given.locale)
    return mail.compose(
        settings,
        "registration/allotted",
        given.email,
        at,
        locale=given.locale,
        to_name=given.name,
        given=given,
        presents=given.party == PRESENTERS,
        event=event["title"],
        starts_on=event["starts_on"],
        ends_on=event["ends_on"],
        contact=event["contact"],
        ticket=event["ticket"],
        link=f"{settings.base_url}/events/{event['slug']}/register?voucher={quote(given.code)}",
    )
