"""Reminders of seats and saved sessions, as many minutes before as the event says.

The table is the timetable: whoever changes a schedule or a programme calls `follow_…`, which makes it what it has to
be, so a moved slot takes its reminders along and a cancelled one loses them. `ring_due` hands over what is due.
"""

import json
from datetime import datetime

from events.agenda import queries
from events.agenda.keepers import Which, keepers
from events.core import database, mail
from events.core.mail import Sealed
from events.core.outbox import Message
from events.settings import Settings

TOPIC = "mail.reminder"

_FOLLOW = """
WITH wanted AS MATERIALIZED (
    SELECT k.person_id, en.id AS entry_id, m.minutes, en.starts_at - make_interval(mins => m.minutes) AS due_at
    FROM {kept} CROSS JOIN LATERAL unnest(e.reminder_minutes) m (minutes)
    WHERE m.minutes > 0 AND en.starts_at - make_interval(mins => m.minutes) > $1
), gone AS (
    DELETE FROM reminder r USING {rows} AND r.sent_at IS NULL
    AND NOT EXISTS (
        SELECT FROM wanted w WHERE w.person_id = r.person_id AND w.entry_id = r.entry_id AND w.minutes = r.minutes
    )
)
INSERT INTO reminder (person_id, entry_id, minutes, due_at)
SELECT person_id, entry_id, minutes, due_at FROM wanted
ON CONFLICT (person_id, entry_id, minutes) DO UPDATE SET due_at = excluded.due_at, sent_at = NULL
WHERE reminder.due_at <> excluded.due_at
"""
_FOLLOW_PEOPLE = _FOLLOW.format(
    kept="""(SELECT person_id, session_id FROM kept WHERE person_id = any($2)) k
    CROSS JOIN LATERAL (SELECT event_id, code FROM session WHERE id = k.session_id OFFSET 0) s
    CROSS JOIN LATERAL (SELECT reminder_minutes FROM event WHERE id = s.event_id OFFSET 0) e
    CROSS JOIN LATERAL (
        SELECT id, starts_at FROM entry
        WHERE event_id = s.event_id AND session_code = s.code AND kind = 'slot' AND status = 'CONFIRMED' OFFSET 0
    ) en""",
    rows="unnest($2::int[]) p (id) WHERE r.person_id = p.id",
)
"""OFFSET 0: by keys alone. Left to itself the planner reads every session there is to find a person's dozen."""

_FOLLOW_SESSIONS = _FOLLOW.format(
    kept=f"""({keepers("$4::bigint[]")}) k
    JOIN session s ON s.id = k.session_id
    JOIN event e ON e.id = s.event_id
    JOIN entry en ON en.event_id = s.event_id AND en.session_code = s.code
    AND en.kind = 'slot' AND en.status = 'CONFIRMED'""",
    rows="entry en WHERE en.id = r.entry_id AND en.event_id = $2 AND en.session_code = any($3)",
)

_RING = """
WITH due AS (
    UPDATE reminder SET sent_at = $1 WHERE id IN (
        SELECT id FROM reminder WHERE sent_at IS NULL AND due_at <= $1 ORDER BY due_at LIMIT 5000 FOR UPDATE SKIP LOCKED
    ) RETURNING person_id, entry_id
)
INSERT INTO outbox_message (topic, body, created_at, due_at)
SELECT $2, jsonb_build_object('person', person_id, 'entries', jsonb_agg(DISTINCT entry_id)), $1, $1
FROM due GROUP BY person_id
"""


async def follow_people(people: list[int], at: datetime) -> None:
    """The schedules of these people changed."""
    await database.execute(_FOLLOW_PEOPLE, at, people)


async def follow_sessions(which: Which, at: datetime) -> None:
    """These sessions were moved, cancelled, or came back. A reminder sent for the old time is due again for the new."""
    await database.execute(_FOLLOW_SESSIONS, at, which.event, which.codes, which.sessions)


async def ring_due(at: datetime) -> int:
    """Write one message to each person for all that fell due, and mark it, both or neither. Returns how many."""
    return await database.execute(_RING, at, TOPIC)


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
