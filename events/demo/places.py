"""Venues with their buildings and rooms."""

import random
from dataclasses import dataclass
from itertools import combinations
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
    zones = await _zones(loader, venue, [one.removeprefix(f"{name}, ") for one in buildings])
    building_ids = await loader.ids("building", len(buildings))
    await loader.copy(
        "building",
        "id venue_id name position zone_id",
        [
            (number, venue, one, place, zones[place])
            for place, (number, one) in enumerate(zip(building_ids, buildings, strict=True))
        ],
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
            (
                number,
                guid("room", slug, label),
                venue,
                building_ids[where],
                label,
                kind,
                exclusive,
                capacity,
                [],
                place,
                place % 9 != 4,
                place % 3 == 0,
                ["projector", "microphone"],
            )
        )
    await loader.copy(
        "room",
        "id guid venue_id building_id name kind exclusive capacity part_ids position step_free hearing_loop equipment",
        rows,
    )
    await loader.copy("room_set", "room_id name capacity", [row for room in made[::2] for row in _sets(room)])
    return Venue(venue, made)


async def _zones(loader: Loader, venue: int, names: list[str]) -> list[int]:
    """A zone for each building; from one to the next it is a walk of five minutes, to hotels farther away longer."""
    ids = await loader.ids("zone", len(names))
    await loader.copy(
        "zone",
        "id venue_id name position",
        [(number, venue, one, place) for place, (number, one) in enumerate(zip(ids, names, strict=True))],
    )
    walks = [(*sorted((ids[one], ids[other])), 5 * (other - one)) for one, other in combinations(range(len(ids)), 2)]
    await loader.copy("walk", "one_id other_id minutes", walks)
    return ids


def _sets(room: Room) -> list[tuple[int, str, int]]:
    """Theatre takes as many as there is room for, tables fewer."""
    if room.kind != "room":
        return []
    shares = {"theatre": 10, "classroom": 6, "rounds": 5, "boardroom": 2}
    return [(room.id, name, room.capacity * tenths // 10) for name, tenths in shares.items()]
