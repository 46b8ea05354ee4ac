"""A conference with a published programme, and what its release leaves behind carried out."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest_asyncio

from events.agenda import changes
from events.catalogue.models import Event, Room
from events.core import database, outbox
from events.schedule import releases
from events.schedule.models import Session
from tests import make
from tests.make import NOON

MORNING = datetime.fromisoformat("2026-07-09T14:00:00+00:00")
"""9:00 in Chicago on the first day, two weeks after NOON."""


@dataclass
class Programme:
    """early 9-10, late 10-11, side 9:30-10:30 and workshop (ticketed) 13-16, on the first day."""

    event: Event
    room: Room
    early: Session
    late: Session
    side: Session
    workshop: Session

    async def publish(self, at: datetime = NOON) -> None:
        """Publish the draft, and let everybody's schedules follow as the worker does."""
        release = await releases.publish(self.event.id, None, "", at)
        await changes.follow_release(self.event.id, release.id, at)


@pytest_asyncio.fixture
async def programme(db: None) -> AsyncIterator[Programme]:
    event = await make.event("annual")
    await Event.filter(id=event.id).update(reminder_minutes=[1440, 30])
    room = await make.room(name="Ballroom A")
    yield await _published(event, room)


async def _published(event: Event, room: Room) -> Programme:
    made = Programme(
        event,
        room,
        early=await make.session(event, MORNING, title="Cataloguing for everyone", room=room),
        late=await make.session(event, MORNING + timedelta(hours=1), title="Zines in the stacks"),
        side=await make.session(event, MORNING + timedelta(minutes=30), title="Grant writing"),
        workshop=await make.session(
            event, MORNING + timedelta(hours=4), 180, title="Pre-conference: metadata", ticketed=True, room=room
        ),
    )
    await made.publish()
    await database.execute("DELETE FROM outbox_message")
    return made


async def rung(topic: str) -> list[outbox.Message]:
    """The open messages of a topic, as a job would get them."""
    rows = await database.rows(
        "SELECT id, attempt FROM outbox_message WHERE topic = $1 AND done_at IS NULL ORDER BY id", topic
    )
    return await outbox.load_many([(row["id"], row["attempt"]) for row in rows])
