"""Rows that the tests of this room need beside tests/make.py."""

from typing import Any
from uuid import uuid4

from events.catalogue.models import Building, Event, Room, Venue
from events.people.models import Person
from events.schedule.models import Session, SessionPerson, Slot, Track
from tests import make


async def a_venue(event: Event | None = None) -> Venue:
    """A venue; with an event, its own."""
    number = uuid4().hex[:8]
    venue = await Venue.create(slug=f"venue-{number}", name="Convention Center", timezone="America/Chicago")
    if event is not None:
        event.venue = venue
        await Event.filter(id=event.id).update(venue_id=venue.id)
    return venue


async def a_room(venue: Venue | None = None, name: str = "Ballroom A", building: str = "", **values: Any) -> Room:
    venue = venue or await a_venue()
    place = (await Building.get_or_create(venue=venue, name=building))[0] if building else None
    return await Room.create(guid=uuid4(), venue=venue, building=place, name=name, **({"capacity": 100} | values))


async def a_track(event: Event, name: str = "Teens", colour: int = 3) -> Track:
    return await Track.create(event=event, slug=name.lower(), name=name, colour=colour)


async def somebody_in(session: Session, name: str = "Ada Lovelace", role: str = "speaker") -> Person:
    person = await make.person(name, None)
    await SessionPerson.create(session=session, person=person, role=role)
    return person


async def slot_of(session: Session) -> Slot:
    return await Slot.get(session_id=session.id)
