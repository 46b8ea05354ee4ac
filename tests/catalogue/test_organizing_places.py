"""Venues, buildings and rooms, in plain pages."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from events.catalogue.models import Building, Room, Venue
from events.people.models import Person
from tests import make

pytestmark = pytest.mark.usefixtures("db")
SignedIn = Callable[[Person], Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def grace(signed_in: SignedIn) -> httpx.AsyncClient:
    person = await make.person("Grace Hopper")
    await make.role(person, "programme_manager")
    return await signed_in(person)


async def test_a_venue_gets_a_building_and_rooms(grace: httpx.AsyncClient) -> None:
    made = await grace.post(
        "/organize/venues/new",
        data={"name": "McCormick Place", "city": "Chicago", "timezone": "America/Chicago", "address": "2301 S King Dr"},
    )
    address = made.headers["location"]
    assert (made.status_code, address) == (303, "/organize/venues/mccormick-place-chicago")

    await grace.post(f"{address}/buildings", data={"name": "West"})
    building = await Building.all().first()
    assert building is not None
    for name in ("Ballroom A", "Ballroom B"):
        added = await grace.post(
            f"{address}/rooms/new", data={"name": name, "kind": "room", "building": str(building.id), "capacity": "200"}
        )
        assert added.status_code == 303
    parts = [str(room.id) for room in await Room.all()]
    await grace.post(f"{address}/rooms/new", data={"name": "Ballroom A+B", "kind": "room", "parts": parts})

    page = await grace.get(address)
    assert page.status_code == 200
    assert "Ballroom A + Ballroom B" in page.text
    assert "McCormick Place" in (await grace.get("/organize/venues")).text
    combined = await Room.get(name="Ballroom A+B")
    assert combined.exclusive
    assert [str(part) for part in combined.part_ids] == parts


async def test_a_hall_is_not_exclusive_and_a_room_that_changes_its_kind_follows(grace: httpx.AsyncClient) -> None:
    venue = await make.venue()
    await grace.post(f"/organize/venues/{venue.slug}/rooms/new", data={"name": "Exhibits", "kind": "hall"})
    room = await Room.get(name="Exhibits")
    assert not room.exclusive

    await grace.post(f"/organize/venues/{venue.slug}/rooms/{room.id}", data={"name": "Exhibits", "kind": "room"})

    assert (await Room.get(id=room.id)).exclusive
    page = await grace.get(f"/organize/venues/{venue.slug}/rooms/{room.id}")
    assert 'value="room" checked' in page.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": "", "kind": "room"}, "too short"),
        ({"name": "Taken", "kind": "room"}, "has a room of that name"),
        ({"name": "New", "kind": "castle"}, "choose one"),
        ({"name": "New", "kind": "room", "capacity": "-1"}, "0 or more"),
        ({"name": "New", "kind": "room", "capacity": "a lot"}, "whole number"),
        ({"name": "New", "kind": "room", "building": "999"}, "buildings"),
        ({"name": "New", "kind": "room", "parts": ["999", "998"]}, "of this venue"),
    ],
)
async def test_what_is_wrong_with_a_room_is_said_and_kept(
    grace: httpx.AsyncClient, typed: dict[str, object], words: str
) -> None:
    venue = await make.venue()
    await make.room(venue, "Taken")

    answer = await grace.post(f"/organize/venues/{venue.slug}/rooms/new", data=typed)

    assert answer.status_code == 422
    assert words in answer.text
    assert await Room.all().count() == 1


async def test_a_combined_room_is_made_of_two_rooms_that_are_not_combined(grace: httpx.AsyncClient) -> None:
    venue = await make.venue()
    one, two, three = [await make.room(venue, name) for name in ("One", "Two", "Three")]
    both = await make.room(venue, "Both", part_ids=[one.id, two.id])

    async def save(room: Room, *parts: Room) -> int:
        form = {"name": room.name, "kind": "room", "parts": [str(part.id) for part in parts]}
        return (await grace.post(f"/organize/venues/{venue.slug}/rooms/{room.id}", data=form)).status_code

    assert await save(three, both, one) == 422
    assert await save(three, one) == 422
    assert await save(three, three, one) == 422
    assert await save(one, two, three) == 422
    assert await save(both, one, three) == 303


async def test_wrong_venues_and_second_buildings_are_refused_in_words(grace: httpx.AsyncClient) -> None:
    venue = await make.venue()
    await grace.post(f"/organize/venues/{venue.slug}/buildings", data={"name": "West"})

    again = await grace.post(f"/organize/venues/{venue.slug}/buildings", data={"name": "West"})
    zone = await grace.post(f"/organize/venues/{venue.slug}", data={"name": "X Hall", "timezone": "CST"})
    new = await grace.post("/organize/venues/new", data={"name": "", "timezone": "America/Chicago"})

    assert (again.status_code, zone.status_code, new.status_code) == (422, 422, 422)
    assert "has a building of that name" in again.text
    assert 'value="X Hall"' in zone.text
    assert (await Venue.get(id=venue.id)).name == "McCormick Place"


async def test_two_venues_of_one_name_have_two_addresses_and_names_can_change(grace: httpx.AsyncClient) -> None:
    form = {"name": "City Library", "city": "Oslo", "timezone": "Europe/Oslo"}

    made = [await grace.post("/organize/venues/new", data=form) for _ in range(2)]

    assert [one.headers["location"] for one in made] == [
        "/organize/venues/city-library-oslo",
        "/organize/venues/city-library-oslo-2",
    ]
    await grace.post(made[0].headers["location"], data={**form, "name": "Deichman"})
    assert (await Venue.get(slug="city-library-oslo")).name == "Deichman"


async def test_what_is_not_there_is_not_found(grace: httpx.AsyncClient) -> None:
    venue = await make.venue()
    elsewhere = await make.room()

    assert (await grace.get("/organize/venues/nowhere")).status_code == 404
    assert (await grace.get(f"/organize/venues/{venue.slug}/rooms/999")).status_code == 404
    assert (await grace.get(f"/organize/venues/{venue.slug}/rooms/{elsewhere.id}")).status_code == 404
