"""An event with something in every column, and its draft as files."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest_asyncio

from events.catalogue.models import Building, Event, RoomSet, Zone
from events.core import database
from events.people.models import Person, Unit
from events.planning.models import Resource
from events.schedule import moves, requests
from events.schedule.models import (
    Session,
    SessionPerson,
    SessionResource,
    SessionType,
    SessionUnit,
    Slot,
    SlotRoom,
    Track,
)
from events.schedule.requests import Facts, Hand, Wish
from events.schedule.slots import Place
from tests import make
from tests.make import NOON
from tests.schedule.rows import a_room, a_venue

NINE = datetime(2026, 7, 9, 14, tzinfo=UTC)
"""9:00 in Chicago on the first day."""


@dataclass
class Full:
    """opening has something in every column and two times; zines has nothing but its title; late crosses midnight."""

    event: Event
    opening: Session
    zines: Session
    late: Session
    ada: Person
    grace: Person
    teens: Unit
    carla: Person


@pytest_asyncio.fixture
async def full(db: None) -> Full:
    event = await make.event("annual")
    venue = await a_venue(event)
    zone = await Zone.create(venue=venue, name="North wing")
    one = await a_room(venue, "Ballroom A", "North", kind="room")
    two = await a_room(venue, "Ballroom B", "North", capacity=None)
    both = await a_room(venue, "Ballroom A+B", part_ids=[one.id, two.id], capacity=300)
    library = await a_room(
        venue, "Library; “upper”", zone=zone, step_free=True, hearing_loop=False, equipment=["projector", "flipchart"]
    )
    await RoomSet.create(room=library, name="theatre", capacity=80)
    await RoomSet.create(room=library, name="u_shape", capacity=20)
    assert await Building.all().count() == 1
    teens = await make.unit("Teen Services")
    data = await make.unit("Data Round Table", kind="round_table")
    ada, grace = await make.person("Ada Lovelace", None), await make.person("Grace Hopper")
    await Person.filter(id=ada.id).update(biography="=1+1\n\nAnd “more”; much, more", affiliation="Engines & Co")
    opening = await make.session(
        event,
        NINE,
        title="=Opening; “all”, everybody",
        subtitle="@home",
        abstract="**Welcome**\n\nto all;\nواحد",
        description="-" * 40 + "\n" + ("long " * 9_000).strip(),
        track=await Track.create(event=event, slug="teens", name="Teens & more"),
        type=await SessionType.create(event=event, slug="panel", name="Panel"),
        unit=teens,
        language="en",
        level="all",
        visibility="registrants",
        state="planned",
        capacity=120,
        topics=["cataloguing", "a;b"],
        ticketed=True,
        do_not_record=True,
        join_link="https://example.org/join?a=1;b=2",
        links=[{"title": "Slides; all", "url": "https://example.org/slides"}],
        attachments=[{"title": "Hand <out>", "url": "https://example.org/h.pdf"}],
    )
    await SessionUnit.create(session=opening, unit=data)
    for position, (person, role) in enumerate([(grace, "moderator"), (ada, "speaker"), (ada, "chair")]):
        await SessionPerson.create(session=opening, person=person, role=role, position=position)
    crew = await Resource.create(event=event, kind="crew", name="Crew; one")
    await SessionResource.create(session=opening, resource=crew)
    wish = Wish("preferred", NINE + timedelta(days=1), NINE + timedelta(days=1, hours=2))
    never = Wish("impossible", NINE, NINE + timedelta(days=1, hours=1))
    facts = Facts(80, "rounds", 75, ("projector",), ("captions",), "Coffee; tea", "Near the\nlifts", (wish, never))
    await requests.save(opening.id, facts, 0, Hand(grace.id, staff=True), NOON, submit=True)
    await Slot.filter(session=opening).update(setup_minutes=30, teardown_minutes=15, pinned=True)
    first = await Slot.get(session=opening)
    await SlotRoom.create(slot=first, room=one, named=both)
    await SlotRoom.create(slot=first, room=two, named=both)
    await database.execute(
        "UPDATE slot_room x SET taken_from = l.starts_at - interval '30 min',"
        " taken_until = l.ends_at + interval '15 min'"
        " FROM slot l WHERE l.id = x.slot_id"
    )
    day = timedelta(days=1)
    await moves.add(
        opening.id, Place(NINE + day, NINE + day + timedelta(hours=2), "America/Chicago", (library.id,)), NOON
    )
    zines = await Session.create(guid=uuid4(), code="ZINES2", event=event, title="Zines in the stacks")
    late = await make.session(event, NINE + timedelta(hours=14), 120, title="Late night 📚", room=one)
    carla = await make.person("Carla Nowak")
    await make.role(carla, "programme_manager")
    return Full(event, opening, zines, late, ada, grace, teens, carla)
