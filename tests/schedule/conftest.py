"""A conference with rooms, tracks and a published programme."""

from dataclasses import dataclass
from datetime import timedelta

import pytest_asyncio

from events.catalogue.models import Event, Room
from events.people.models import Person
from events.schedule import releases
from events.schedule.models import Session
from tests import make
from tests.make import NOON
from tests.schedule.programmes import NINE
from tests.schedule.rows import a_room, a_track, a_venue, somebody_in


@dataclass
class Conference:
    """opening 9-10 in Ballroom A with Ada, zines 10-11 there, data 9-10 in the Library with Grace (track Data)."""

    event: Event
    ballroom: Room
    library: Room
    opening: Session
    zines: Session
    data: Session
    ada: Person
    grace: Person

    async def publish(self, minutes: int = 0) -> releases.Release:
        """Publish so many minutes after NOON."""
        return await releases.publish(self.event.id, None, "", NOON + timedelta(minutes=minutes))


@pytest_asyncio.fixture
async def draft(db: None) -> Conference:
    event = await make.event("annual")
    venue = await a_venue(event)
    ballroom = await a_room(venue, "Ballroom A", "North")
    library = await a_room(venue, "Library", "South")
    track = await a_track(event, "Data")
    opening = await make.session(event, NINE, title="Opening", room=ballroom, abstract="**Welcome** to all")
    zines = await make.session(event, NINE + timedelta(hours=1), title="Zines in the stacks", room=ballroom)
    data = await make.session(event, NINE, title="Metadata", room=library, track=track)
    ada = await somebody_in(opening, "Ada Lovelace")
    grace = await somebody_in(data, "Grace Hopper", "moderator")
    return Conference(event, ballroom, library, opening, zines, data, ada, grace)


@pytest_asyncio.fixture
async def conference(draft: Conference) -> Conference:
    """The same, published."""
    await draft.publish()
    return draft
