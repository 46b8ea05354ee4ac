"""A conference with one open call, and people who write to it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest_asyncio

from events.calls import calls, questions
from events.calls.answers import Condition
from events.calls.calls import CallRow, CallValues
from events.calls.questions import QuestionValues
from events.catalogue.models import Event
from events.core import database
from events.people.models import Person
from tests import make

SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]


def values(**changes: object) -> CallValues:
    """A call that is open today."""
    now = datetime.now(UTC)
    given: dict[str, object] = {
        "title": "Papers",
        "words": "Tell us **everything**.",
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=1),
        "grace_minutes": 15,
        "who": "anyone",
        "code": "",
        "track_ids": (),
        "type_ids": (),
        "abstract_words": 10,
        "description_words": None,
        "most_per_person": None,
        "announced": True,
    }
    return CallValues(**(given | changes))  # type: ignore[arg-type]


def question(label: str, kind: str = "text", **changes: object) -> QuestionValues:
    given: dict[str, object] = {
        "kind": kind,
        "label": label,
        "help": "",
        "required": True,
        "words": None,
        "options": (),
        "shown_if": None,
        "reviewers": True,
    }
    return QuestionValues(**(given | changes))  # type: ignore[arg-type]


@dataclass
class World:
    """One open call “papers” of the event “annual”: room asked for (yes or no), and what for if yes."""

    event: Event
    ada: Person
    call: CallRow

    @property
    def path(self) -> str:
        return "/events/annual/calls/papers"

    async def fresh(self) -> CallRow:
        return await calls.by_slug(self.event.id, "papers")

    async def close(self, minutes: float) -> None:
        """The call closed so many minutes ago; what was begun before was begun in time."""
        closed = datetime.now(UTC) - timedelta(minutes=minutes)
        await database.execute("UPDATE call SET closes_at = $1", closed)
        await database.execute("UPDATE proposal SET created_at = $1", closed - timedelta(hours=1))


@pytest_asyncio.fixture
async def world(db: None) -> World:
    event = await make.event("annual")
    slug = await calls.create(event.id, values())
    call = await calls.by_slug(event.id, slug)
    await questions.save(call.id, None, question("Do you need a piano?", "yes_no"))
    (piano,) = await calls.questions(call.id)
    await questions.save(call.id, None, question("Which piano?", shown_if=Condition(piano.id, ("yes",))))
    ada = await make.person("Ada Lovelace", "ada@example.org")
    return World(event, ada, await calls.by_slug(event.id, slug))
