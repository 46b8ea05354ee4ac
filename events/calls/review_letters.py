"""The mail to somebody who was asked to review: where, and until when."""

from datetime import datetime

from events.calls import review_phases
from events.core import database, mail
from events.core.mail import Sealed
from events.core.outbox import Message
from events.settings import Settings


async def asked(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """None when they do not review any more, or have no address."""
    row = await database.row(
        "SELECT c.id, c.title AS call, c.slug AS call_slug, e.title AS event, e.slug, e.timezone AS zone, a.email,"
        " o.name, o.locale FROM reviewer w JOIN call c ON c.id = w.call_id JOIN event e ON e.id = c.event_id"
        " JOIN person o ON o.id = w.person_id AND o.erased_at IS NULL"
        " JOIN address a ON a.person_id = o.id AND a.is_primary WHERE w.id = $1",
        message.number("reviewer"),
    )
    if row is None:
        return None
    phases = await review_phases.of(row["id"])
    return mail.compose(
        settings,
        "calls/reviewer_asked",
        row["email"],
        at,
        locale=row["locale"],
        to_name=row["name"],
        asked=dict(row),
        phase=next((one.values for one in phases if one.values.closes_at > at), None),
        link=f"{settings.base_url}/review/{row['slug']}/{row['call_slug']}",
    )
