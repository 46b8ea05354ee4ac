"""Venues with their buildings and rooms."""

import random
from dataclasses import dataclass
from typing import Any

from events.demo.loading import Loader, guid
from events.demo.words import HOTELS


@dataclass(frozen=True)
class Room:
    id: int
    name: str
    capacity: int
    kind: str
    exclusive: bool


@dataclass(frozen=True)
class Venue:
    id: int
    rooms: list[Room]


async def centre(loader: Loader, dice: random.Random, slug: str, name: str, city: str, zone: str, rooms: int) -> Venue:
    """A convention centre with hotels around it: one building in about forty rooms, a tenth of the rooms not exclusive."""
    [venue] = await loader.ids("venue", 1)
    await loader.copy(
        "venue",
        "id slug name address city timezone",
        [(venue, slug, name, "2300 Lakefront Drive", city, zone)],
    )
    names = [f"{name}, {wing} Building" for wing in ("West", "North", "South")] + list(HOTELS)
    buildings = names[: max(2, min(len(names), rooms // 40 + 1))]
    building_ids = await loader.ids("building", len(buildings))
    await loader.copy(
        "building",
        "id venue_id name position",
        [(number, venue, one, place) for place, (number, one) in enumerate(zip(building_ids, buildings, strict=True))],
    )
    made: list[Room] = []
    rows: list[tuple[Any, ...]] = []
    for place, number in enumerate(await loader.ids("room", rooms)):
        where = place * len(buildings) // rooms
        initial = "WNSHMPLCA"[where]
        kind, exclusive = ("room", True) if place % 10 else (("hall", False) if place % 20 else ("poster", False))
        capacity = dice.choice((40, 60, 80, 100, 120, 150, 200, 300, 500)) if kind == "room" else 2000
        label = {
            "room": f"{initial}{100 + place}",
            "hall": f"Hall {initial}{place}",
            "poster": f"Poster Court {initial}{place}",
        }[kind]
        made.append(Room(number, label, capacity, kind, exclusive))
        rows.append(
            (number, guid("room", slug, label), venue, building_ids[where], label, kind, exclusive, capacity, [], place)
        )
    await loader.copy("room", "id guid venue_id building_id name kind exclusive capacity part_ids position", rows)
    return Venue(venue, made)
