"""Zones, the buildings in them and the walks between them: the tables, and the page."""

import httpx
import pytest

from events.catalogue import zones
from events.catalogue.models import Building, Venue, Walk, Zone
from events.core.errors import Unreadable
from tests import make
from tests.catalogue.test_organizing_places import grace

__all__ = ["grace"]
pytestmark = pytest.mark.usefixtures("db")


async def three(venue: Venue) -> list[int]:
    """North, South and Hotel."""
    for name in ("North", "South", "Hotel"):
        await zones.save(venue.id, {}, name, {})
    return [row["id"] for row in await zones.of(venue.id)]


async def names(venue: Venue) -> list[str]:
    return [row["name"] for row in await zones.of(venue.id)]


async def test_two_zones_can_change_their_names(grace: httpx.AsyncClient) -> None:
    venue = await make.venue()
    north, south, _hotel = await three(venue)

    await zones.save(venue.id, {north: "South", south: "North"}, "", {})

    assert await names(venue) == ["South", "North", "Hotel"]


async def test_an_empty_name_takes_a_zone_away_with_its_walks_and_leaves_its_buildings() -> None:
    venue = await make.venue()
    north, south, hotel = await three(venue)
    building = await Building.create(venue=venue, name="Tower", zone_id=north)
    await zones.save_walks(venue.id, {(north, south): 5, (south, hotel): 12})

    await zones.save(venue.id, {north: ""}, "", {building.id: north})

    assert await names(venue) == ["South", "Hotel"]
    assert await zones.walks(venue.id) == {(south, hotel): 12}
    assert await Building.get(id=building.id).values_list("zone_id", flat=True) is None


@pytest.mark.parametrize(
    ("typed", "new", "field"), [({"South": "north"}, "", "zone"), ({}, "HOTEL", "new"), ({}, "x" * 121, "new")]
)
async def test_a_name_that_cannot_be_is_named_and_nothing_changes(typed: dict[str, str], new: str, field: str) -> None:
    venue = await make.venue()
    ids = dict(zip(("North", "South", "Hotel"), await three(venue), strict=True))

    with pytest.raises(Unreadable) as error:
        await zones.save(venue.id, {number: typed.get(name, name) for name, number in ids.items()}, new, {})

    assert [name.partition("-")[0] for name in error.value.errors] == [field]
    assert await names(venue) == ["North", "South", "Hotel"]


async def test_a_venue_writes_only_its_own_walks() -> None:
    venue, other = await make.venue(), await make.venue()
    north, south, _hotel = await three(venue)
    theirs, theirs_too, _third = await three(other)
    await zones.save_walks(other.id, {(theirs, theirs_too): 3})

    await zones.save_walks(venue.id, {(north, south): 7, (north, theirs): 1, (theirs, theirs_too): 99})

    assert await zones.walks(venue.id) == {(north, south): 7}
    assert await zones.walks(other.id) == {(theirs, theirs_too): 3}


async def test_the_page_names_zones_places_buildings_and_takes_the_table_of_walks(grace: httpx.AsyncClient) -> None:
    venue = await make.venue()
    address = f"/organize/venues/{venue.slug}"
    building = await Building.create(venue=venue, name="Tower")
    for name in ("North ", "South"):
        assert (await grace.post(f"{address}/zones", data={"new": name})).status_code == 303
    north, south = [zone.id for zone in await Zone.all().order_by("id")]

    placed = await grace.post(
        f"{address}/zones",
        data={f"zone-{north}": "North", f"zone-{south}": "South", "new": "", f"building-{building.id}": str(south)},
    )
    walked = await grace.post(f"{address}/walks", data={f"walk-{north}-{south}": "9"})
    page = (await grace.get(f"{address}/zones")).text

    assert (placed.status_code, walked.status_code) == (303, 303)
    assert (await Building.get(id=building.id).values("zone_id"))["zone_id"] == south
    assert f'name="walk-{north}-{south}" value="9"' in page
    await grace.post(f"{address}/walks", data={f"walk-{north}-{south}": ""})
    assert await Walk.all().count() == 0


async def test_what_cannot_be_read_comes_back(grace: httpx.AsyncClient) -> None:
    venue, elsewhere = await make.venue(), await make.venue()
    address = f"/organize/venues/{venue.slug}"
    north, south, _hotel = await three(venue)
    building = await Building.create(venue=venue, name="Tower")
    foreign = (await three(elsewhere))[0]

    far = await grace.post(f"{address}/walks", data={f"walk-{north}-{south}": "241"})
    lost = await grace.post(f"{address}/zones", data={f"building-{building.id}": str(foreign)})

    assert (far.status_code, 'value="241"' in far.text, "up to 240" in far.text) == (422, True, True)
    assert (lost.status_code, "this venue’s zones" in lost.text) == (422, True)
