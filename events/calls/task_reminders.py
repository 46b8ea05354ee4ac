"""Reminders of presenters' tasks: everything somebody owes in one mail, at most one a day.

`ring_due` looks which days of reminding fall on today, or on one of the days before when nobody rang then (the house
was closed), and writes one message to each person. The message's key has the person and the day, so running again in
the same day tells nobody twice. What is done meanwhile, or taken out of the programme, is not in the mail; when nothing
is left there is none.
"""

from datetime import date, datetime

from events.calls import task_answers, tasks
from events.calls.tasks import DONE, OWED
from events.core import database, mail
from events.core.mail import Sealed
from events.core.outbox import Message
from events.settings import Settings

TOPIC = "mail.task_reminder"

LATE_DAYS = 2
"""So many days later a reminder still goes out, if none went out meanwhile."""

_RING = f"""
WITH w AS ({OWED.format(only="cardinality(t.remind_days) > 0 AND t.due_on >= $2::date - $3::int")}), due AS (
    SELECT w.person_id, max(t.due_on - d.days) AS due_on
    FROM w JOIN task t ON t.id = w.task_id JOIN event e ON e.id = t.event_id AND e.state NOT IN
        ('draft', 'cancelled', 'postponed', 'archived')
    CROSS JOIN unnest(t.remind_days) d (days)
    LEFT JOIN task_answer a ON {DONE}
    WHERE a.id IS NULL AND t.due_on - d.days BETWEEN $2::date - $3::int AND $2::date
    AND EXISTS (SELECT FROM address x WHERE x.person_id = w.person_id AND x.is_primary)
    GROUP BY w.person_id
)
INSERT INTO outbox_message (topic, key, body, created_at, due_at)
SELECT $4, 'task-reminder-' || person_id || '-' || $2::date, jsonb_build_object('person', person_id), $1, $1 FROM due
WHERE NOT EXISTS (
    SELECT FROM outbox_message m WHERE m.key IN (
        SELECT 'task-reminder-' || due.person_id || '-' || (due.due_on + n) FROM generate_series(0, $3) n
    )
)
ON CONFLICT (key) DO NOTHING
"""  # noqa: S608 - texts of ours


async def ring_due(at: datetime) -> int:
    """Write one message to each person with a reminder that falls due. Returns how many."""
    return await database.execute(_RING, at, at.date(), LATE_DAYS, TOPIC)


async def letter(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """The mail of a `mail.task_reminder`: all that is open, what is due first at the top."""
    person = message.number("person")
    reader = await database.row(
        "SELECT p.name, p.locale, a.email FROM person p JOIN address a ON a.person_id = p.id AND a.is_primary"
        " WHERE p.id = $1 AND p.erased_at IS NULL",
        person,
    )
    open_ = [one for one in await task_answers.of_person(person) if one.answer is None and one.public]
    if reader is None or not open_:
        return None
    return mail.compose(
        settings,
        "calls/task_reminder",
        reader["email"],
        at,
        locale=reader["locale"],
        to_name=reader["name"],
        tasks=[(one, _is_late(one.due_on, at, one.zone), f"{settings.base_url}{one.path}") for one in open_],
        link=f"{settings.base_url}/my/tasks",
    )


def _is_late(due_on: date, at: datetime, zone: str) -> bool:
    return due_on < tasks.local_day(at, zone)
