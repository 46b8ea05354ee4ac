"""Reminders of seats and saved sessions, as many minutes before as the event says.

Nothing is written in advance: what falls due follows from the published entries, the minutes of their event, and who
keeps the session at that moment. So a moved slot takes its reminders along and a cancelled one loses them, and neither
a release nor twenty thousand people saving five sessions each write a row for it. Kept is only until when all was rung.
"""

import json
from datetime import datetime, timedelta

from events.agenda import queries
from events.agenda.keepers import keepers
from events.core import database, mail
from events.core.mail import Sealed
from events.core.outbox import Message
from events.settings import Settings

TOPIC = "mail.reminder"
FIRST = timedelta(hours=1)
"""How far back the very first round looks: a new version takes up where the old one was stopped."""

_ROUND = """
INSERT INTO reminder_round (id, until) VALUES (1, $1)
ON CONFLICT (id) DO UPDATE SET until = reminder_round.until RETURNING until
"""
"""Until when all was rung; its row is locked until the round ends."""

_DUE = """
SELECT s.id AS session_id, en.id AS entry_id, m.minutes, en.starts_at - make_interval(mins => m.minutes) AS due_at
FROM event e CROSS JOIN LATERAL unnest(e.reminder_minutes) m (minutes)
CROSS JOIN LATERAL (
    SELECT id, session_code, starts_at FROM entry
    WHERE event_id = e.id AND kind = 'slot' AND status = 'CONFIRMED'
    AND starts_at > $1::timestamptz + make_interval(mins => m.minutes)
    AND starts_at <= $2::timestamptz + make_interval(mins => m.minutes)
    OFFSET 0
) en
JOIN session s ON s.event_id = e.id AND s.code = en.session_code
WHERE m.minutes > 0
"""
"""OFFSET 0: by the index of an event's entries in order of time; a minute in which nothing falls due costs nothing."""

_RING = f"""
INSERT INTO outbox_message (topic, body, created_at, due_at)
SELECT $1, jsonb_build_object('person', k.person_id, 'entries', jsonb_agg(DISTINCT d.entry_id)), $2, $2
FROM unnest($3::bigint[], $4::bigint[], $5::int[], $6::timestamptz[]) d (session_id, entry_id, minutes, due_at)
JOIN ({keepers("$3::bigint[]")}) k ON k.session_id = d.session_id
WHERE NOT EXISTS (SELECT FROM reminder r WHERE r.person_id = k.person_id AND r.entry_id = d.entry_id
    AND r.minutes = d.minutes AND r.due_at = d.due_at AND r.sent_at IS NOT NULL)
GROUP BY k.person_id
"""  # noqa: S608 - words of ours
"""Without what the version before this one has sent; it wrote a row for each."""


async def ring_due(at: datetime) -> int:
    """Write one message to each person for all that fell due since the last round, both or neither. Returns how many.

    What was saved, or moved to, after it would have been due is not reminded of.
    """
    async with database.transaction():
        until: datetime = await database.value(_ROUND, at - FIRST)
        if until >= at:
            return 0
        due = await database.rows(_DUE, until, at)
        rung = await database.execute(_RING, TOPIC, at, *zip(*due, strict=True)) if due else 0
        await database.execute("UPDATE reminder_round SET until = $1", at)
    return rung


async def letter(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """The mail of a `mail.reminder`. None when nothing of it is still ahead, or there is no address to write to."""
    body = message.body["entries"]
    entries = [int(number) for number in body] if isinstance(body, list) else json.loads(str(body))
    reader = await queries.reader(message.number("person"))
    if reader is None:
        return None
    ahead = [item for item in await queries.by_entries(reader.id, entries) if item.on and item.starts_at > at]
    if not ahead:
        return None
    return mail.compose(
        settings,
        "agenda/reminder",
        reader.email,
        at,
        locale=reader.locale,
        to_name=reader.name,
        items=ahead,
        zone=reader.timezone,
        schedule_url=f"{settings.base_url}/my/schedule",
    )
