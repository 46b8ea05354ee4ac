"""The mails of this room. They say that something is new and where, and not a word of what it is about."""

from datetime import datetime

from events.cases import handlers
from events.core import database, mail
from events.core.mail import Sealed
from events.core.outbox import Message
from events.settings import Settings

_CASE = """
SELECT c.code, c.event_id, e.title, e.slug, a.email, p.name, p.locale FROM care_case c JOIN event e ON e.id = c.event_id
JOIN person p ON p.id = coalesce($2, c.person_id) JOIN address a ON a.person_id = p.id AND a.is_primary
WHERE c.id = $1 AND p.erased_at IS NULL
"""


async def message(message_: Message, settings: Settings, at: datetime) -> Sealed | None:
    """To the person. None when it is erased meanwhile, or they have no address."""
    row = await database.row(_CASE, message_.number("case"), None)
    if row is None:
        return None
    return mail.compose(
        settings,
        "cases/case_message",
        row["email"],
        at,
        locale=row["locale"],
        to_name=row["name"],
        event=row["title"],
        link=f"{settings.base_url}/my/needs/{row['code']}",
    )


async def news(message_: Message, settings: Settings, at: datetime) -> Sealed | None:
    """To somebody who handles it. None when it is erased meanwhile, or they have no address or role any more."""
    person = message_.number("person")
    row = await database.row(_CASE, message_.number("case"), person)
    if row is None or person not in [one.id for one in await handlers.of(row["event_id"])]:
        return None
    return mail.compose(
        settings,
        "cases/case_news",
        row["email"],
        at,
        locale=row["locale"],
        to_name=row["name"],
        event=row["title"],
        code=row["code"],
        link=f"{settings.base_url}/organize/events/{row['slug']}/cases/{row['code']}",
    )
