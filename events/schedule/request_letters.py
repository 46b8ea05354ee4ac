"""The mail that tells a unit's editor what staff said to requests: one for all that was answered at once."""

from dataclasses import dataclass
from datetime import datetime

from events.core import database, mail
from events.core.mail import Sealed
from events.core.outbox import Message
from events.schedule import request_words
from events.settings import Settings


@dataclass(frozen=True, slots=True)
class Answer:
    """One request that was answered; path: of its page."""

    title: str
    code: str
    event: str
    slug: str
    what: str
    words: str

    @property
    def path(self) -> str:
        return f"/organize/events/{self.slug}/sessions/{self.code}/request"

    @property
    def said(self) -> str:
        return str(request_words.STEPS[self.what])


async def answered(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """The mail of a `mail.request_answered`. None when there is no address, or the sessions are gone."""
    reader = await database.row(
        "SELECT p.name, p.locale, a.email FROM person p JOIN address a ON a.person_id = p.id AND a.is_primary"
        " WHERE p.id = $1 AND p.erased_at IS NULL",
        message.number("person"),
    )
    answers = await _answers(message.body["steps"])
    if reader is None or not answers:
        return None
    return mail.compose(
        settings,
        "schedule/request_answered",
        reader["email"],
        at,
        locale=reader["locale"],
        to_name=reader["name"],
        answers=answers,
        event=answers[0].event,
        what=answers[0].what,
    )


async def _answers(steps: object) -> list[Answer]:
    rows = await database.rows(
        "SELECT s.title, s.code, e.title AS event, e.slug, t.what, t.words FROM request_step t"
        " JOIN session_request r ON r.id = t.request_id JOIN session s ON s.id = r.session_id"
        " JOIN event e ON e.id = s.event_id WHERE t.id = any($1::bigint[]) ORDER BY lower(s.title), s.id",
        steps,
    )
    return [Answer(**row) for row in rows]
