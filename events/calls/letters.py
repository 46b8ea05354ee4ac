"""The mails of this room: written by the worker from ids, with what is so when they leave."""

from datetime import datetime

from events.calls import presenters
from events.core import database, mail
from events.core.mail import Sealed
from events.core.outbox import Message
from events.people import addresses
from events.schedule.roles import ROLES
from events.settings import Settings


async def presenter_invited(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """None when the invitation was answered or taken back meanwhile."""
    asked = await presenters.invitation(message.number("presenter"))
    if asked is None:
        return None
    secret = presenters.token(asked.id, asked.invited_at, settings.secret_key.get_secret_value().encode())
    return mail.compose(
        settings,
        "calls/presenter_invited",
        addresses.read(asked.email),
        at,
        to_name=asked.name,
        invitation=asked,
        role=str(ROLES.get(asked.role, asked.role)),
        link=f"{settings.base_url}/presenters/{secret}",
    )


async def proposal_received(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """None when it was withdrawn meanwhile, or its owner has no address any more."""
    row = await database.row(
        "SELECT p.title, p.code, c.title AS call, c.slug AS call_slug, c.closes_at, e.title AS event, e.slug,"
        " e.timezone AS zone, a.email, o.name, o.locale FROM proposal p JOIN call c ON c.id = p.call_id"
        " JOIN event e ON e.id = c.event_id JOIN person o ON o.id = p.owner_id"
        " JOIN address a ON a.person_id = o.id AND a.is_primary WHERE p.id = $1 AND p.state = 'submitted'",
        message.number("proposal"),
    )
    if row is None:
        return None
    return mail.compose(
        settings,
        "calls/proposal_received",
        row["email"],
        at,
        locale=row["locale"],
        to_name=row["name"],
        proposal=dict(row),
        link=f"{settings.base_url}/events/{row['slug']}/calls/{row['call_slug']}/proposals/{row['code']}",
    )
