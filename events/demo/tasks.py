"""What the conference asks of its presenters, and what a third of them has done; Amal moderates and has not."""

from datetime import datetime, timedelta

from events.calls import tasks
from events.calls.task_answers import AGREED
from events.calls.tasks import OWED, TaskValues
from events.core import database

_CONFERENCE = "(SELECT id FROM event WHERE kind = 'conference' ORDER BY id LIMIT 1)"
_RELEASE = (
    "We record what is said on our stages and keep the recording for members.\n\n"
    "- You own what you say and show.\n- You have the rights to the pictures in your slides."
)


async def cast() -> None:
    """Before the first release: a task needs a session."""
    await database.execute(
        "INSERT INTO session_person (session_id, person_id, role, position)"  # noqa: S608 - texts of ours
        " SELECT s.id, p.id, 'moderator', 9 FROM session s JOIN person p ON p.name = 'Amal Haddad'"
        f" WHERE s.event_id = {_CONFERENCE} AND s.state = 'confirmed' AND s.visibility = 'public' ORDER BY s.id LIMIT 1"
    )


async def build(at: datetime) -> None:
    event: int = await database.value(f"SELECT id FROM event WHERE id = {_CONFERENCE}")  # noqa: S608
    today = at.date()
    for kind, title, words, days, roles in (
        ("biography", "A few lines about you", "In the third person, at most 100 words.", 30, ()),
        ("headshot", "A picture of your face", "It stands beside your name.", 30, ()),
        ("release_form", "May we record it?", _RELEASE, 45, ()),
        ("slides", "Your slides", "Large letters, and nothing that is said by colour alone.", 80, ("speaker",)),
    ):
        due = today + timedelta(days=days)
        await tasks.create(event, TaskValues(kind, title, words, due, roles, (), (14, 3)))
    await database.execute(
        "INSERT INTO task_answer (task_id, person_id, session_id, words, done_at)"  # noqa: S608
        " SELECT w.task_id, w.person_id, w.session_id,"
        " CASE t.kind WHEN 'biography' THEN p.name || ' has worked in libraries since before they had screens.'"
        f" ELSE '{AGREED}' END, $2"
        f" FROM ({OWED.format(only='t.event_id = $1')}) w JOIN task t ON t.id = w.task_id"
        " JOIN person p ON p.id = w.person_id"
        " WHERE t.kind IN ('biography', 'release_form') AND w.person_id % 3 = 0 AND p.name <> 'Amal Haddad'",
        event,
        at - timedelta(days=1),
    )
