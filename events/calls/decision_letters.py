"""The mails of decisions, of reminders to confirm, and of answered requests for edits."""

from datetime import datetime

import asyncpg

from events.calls.answers import Question
from events.calls.edit_requests import label
from events.core import database, mail
from events.core.mail import Sealed
from events.core.outbox import Message
from events.settings import Settings

_DECISION = """
SELECT d.subject, d.body, d.becomes, d.confirm_by, d.state, p.state AS proposal_state, p.title, p.code,
       c.title AS call, c.slug AS call_slug, e.title AS event, e.slug, a.email, o.name, o.locale
FROM decision d JOIN proposal p ON p.id = d.proposal_id JOIN call c ON c.id = p.call_id
JOIN event e ON e.id = c.event_id
JOIN person o ON o.id = p.owner_id AND o.erased_at IS NULL JOIN address a ON a.person_id = o.id AND a.is_primary
WHERE d.id = $1 AND d.state = 'sent'
"""


async def decided(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """The mail of a `mail.decision`, as its draft was sent. None when its owner has no address any more."""
    row = await database.row(_DECISION, message.number("decision"))
    if row is None:
        return None
    return mail.compose(
        settings,
        "calls/decision",
        row["email"],
        at,
        locale=row["locale"],
        to_name=row["name"],
        decision=dict(row),
        to_confirm=row["becomes"] == "accepted",
        link=_link(settings, row),
    )


async def reminded(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """The mail of a `mail.confirmation_reminder`. None when they answered meanwhile."""
    row = await database.row(_DECISION, message.number("decision"))
    if row is None or row["proposal_state"] != "accepted":
        return None
    return mail.compose(
        settings,
        "calls/confirmation_reminder",
        row["email"],
        at,
        locale=row["locale"],
        to_name=row["name"],
        decision=dict(row),
        link=_link(settings, row),
    )


async def edit_answered(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """The mail of a `mail.edit_answered`, to who asked. None when they have no address any more."""
    row = await database.row(
        "SELECT r.state, r.answer, ARRAY(SELECT jsonb_object_keys(r.changes)) AS fields, p.title, p.code, p.call_id,"
        " p.session_id IS NOT NULL AS in_programme, c.title AS call, c.slug AS call_slug, e.title AS event, e.slug,"
        " a.email, o.name, o.locale"
        " FROM edit_request r JOIN proposal p ON p.id = r.proposal_id JOIN call c ON c.id = p.call_id"
        " JOIN event e ON e.id = c.event_id JOIN person o ON o.id = r.asked_by_id AND o.erased_at IS NULL"
        " JOIN address a ON a.person_id = o.id AND a.is_primary WHERE r.id = $1 AND r.state <> 'open'",
        message.number("request"),
    )
    if row is None:
        return None
    questions = [
        Question(one["id"], one["kind"], one["label"])
        for one in await database.rows("SELECT id, kind, label FROM call_question WHERE call_id = $1", row["call_id"])
    ]
    return mail.compose(
        settings,
        "calls/edit_answered",
        row["email"],
        at,
        locale=row["locale"],
        to_name=row["name"],
        request=dict(row),
        labels=lambda: [label(name, questions) for name in row["fields"]],
        link=_link(settings, row),
    )


def _link(settings: Settings, row: asyncpg.Record) -> str:
    return f"{settings.base_url}/events/{row['slug']}/calls/{row['call_slug']}/proposals/{row['code']}"
