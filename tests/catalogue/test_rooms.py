"""What is known of a room beside its name: sets, equipment, zone, and who can come in."""

import httpx
import pytest

from events.catalogue.models import Room, RoomSet, Venue, Zone
from tests import make
from tests.catalogue.test_organizing_places import grace

__all__ = ["grace"]
pytestmark = pytest.mark.usefixtures("db")


async def address_of(venue: Venue, room: Room) -> str:
    return f"/organize/venues/{venue.slug}/rooms/{room.id}"


async def test_a_room_keeps_its_sets_equipment_zone_and_access(grace: httpx.AsyncClient) -> None:
    venue = await make.venue()
    zone = await Zone.create(venue=venue, name="North")
    form = {
        "name": "Ballroom",
        "kind": "room",
        "set-theatre": "300",
        "set-rounds": "120",
        "set-classroom": "",
        "equipment": ["sound", "projector"],
        "zone": str(zone.id),
        "step_free": "yes",
        "hearing_loop": "no",
    }

    made = await grace.post(f"/organize/venues/{venue.slug}/rooms/new", data=form)

    room = await Room.get(name="Ballroom")
    assert made.status_code == 303
    assert (room.step_free, room.hearing_loop, room.equipment) == (True, False, ["projector", "sound"])
    assert await RoomSet.all().order_by("name").values_list("name", "capacity") == [("rounds", 120), ("theatre", 300)]
    page = (await grace.get(await address_of(venue, room))).text
    assert ('value="120"' in page, page.count("checked") == 3, f'value="{zone.id}" selected' in page) == (
        True,
        True,
        True,
    )
    assert "Step-free" in (await grace.get(f"/organize/venues/{venue.slug}")).text


async def test_what_is_left_empty_is_not_known_any_more(grace: httpx.AsyncClient) -> None:
    venue = await make.venue()
    room = await make.room(venue, "Ballroom", step_free=True, hearing_loop=True, equipment=["sound"])
    await RoomSet.create(room=room, name="theatre", capacity=10)

    await grace.post(await address_of(venue, room), data={"name": "Ballroom", "kind": "room", "step_free": ""})

    room = await Room.get(id=room.id)
    assert (room.step_free, room.hearing_loop, room.equipment) == (None, None, [])
    assert await RoomSet.all().count() == 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"set-theatre": "many"}, "A whole number"),
        ({"set-theatre": "-1"}, "A whole number"),
        ({"equipment": ["throne"]}, "choose of these"),
        ({"zone": "999"}, "this venue’s zones"),
        ({"step_free": "perhaps"}, "cannot be read"),
        ({"sets": "{}", "set-rounds": "9" * 9}, "A whole number"),
    ],
)
async def test_what_cannot_be_is_said_and_nothing_is_saved(
    grace: httpx.AsyncClient, typed: dict[str, object], words: str
) -> None:
    venue = await make.venue()

    answer = await grace.post(
        f"/organize/venues/{venue.slug}/rooms/new", data={"name": "Ballroom", "kind": "room", **typed}
    )

    assert (answer.status_code, words in answer.text, 'value="Ballroom"' in answer.text) == (422, True, True)
    assert await Room.all().count() == 0
