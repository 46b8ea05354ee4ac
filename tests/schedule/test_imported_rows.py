from uuid import UUID, uuid4

from events.catalogue.models import Room
from events.people.models import Person
from events.schedule import imported_rows
from events.schedule.frab import PersonRead, RoomRead, TrackRead
from events.schedule.imported_rows import Target
from events.schedule.models import Track
from tests import make
from tests.make import NOON
from tests.schedule.rows import a_venue

GUID = UUID("b379c473-93b9-4eae-9a09-d482e86cede3")


async def target() -> Target:
    event = await make.event()
    venue = await a_venue(event)
    return Target(event.id, event.guid, venue.id, event.timezone, "annual/")


async def test_a_room_with_a_known_guid_gets_its_new_name(db: None) -> None:
    into = await target()
    await imported_rows.write_rooms(into, [RoomRead("Hall", GUID)])

    ids = await imported_rows.write_rooms(into, [RoomRead("Great Hall", GUID)])

    assert await Room.all().values_list("id", "name") == [(ids["Great Hall"], "Great Hall")]


async def test_one_guid_for_two_rooms_names_neither(db: None) -> None:
    into = await target()

    ids = await imported_rows.write_rooms(into, [RoomRead("Gray", GUID), RoomRead("Tan", GUID)])

    assert len(set(ids.values())) == 2
    assert await Room.filter(guid=GUID).count() == 0


async def test_tracks_keep_their_colour_and_take_a_new_name(db: None) -> None:
    into = await target()
    await imported_rows.write_tracks(into, [TrackRead("data", "Data"), TrackRead("teens", "Teens")])

    await imported_rows.write_tracks(into, [TrackRead("data", "Data & Metadata")])

    assert await Track.all().order_by("id").values_list("name", "colour") == [("Data & Metadata", 1), ("Teens", 2)]


async def test_a_person_with_a_guid_is_the_same_in_every_event(db: None) -> None:
    ada = {"guid:x": PersonRead("guid:x", "Ada", uuid4()), "id:4": PersonRead("id:4", "Grace")}

    for _n in range(2):
        await imported_rows.write_people(await target(), ada, NOON)

    assert sorted([one.name for one in await Person.all()]) == ["Ada", "Grace", "Grace"]
