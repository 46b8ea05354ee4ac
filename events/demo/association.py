"""Units as a tree, people with their addresses, the roles a first look needs, and the roster."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from events.demo.loading import Loader, code, guid
from events.demo.size import Size
from events.demo.words import BODIES, DIVISIONS, OUTSIDE, PLACES, TOPICS, capital, people


@dataclass(frozen=True)
class Unit:
    id: int
    name: str
    short: str


@dataclass(frozen=True)
class Somebody:
    id: int
    name: str
    email: str
    audience: str


@dataclass(frozen=True)
class Association:
    """units begins with the association itself; divisions are its children. crowd: everybody, the known faces first."""

    units: list[Unit]
    divisions: list[Unit]
    crowd: list[Somebody]


FACES = (
    ("Amal Haddad", "amal.haddad@example.org", None, None),
    ("Beatriz Costa", "beatriz.costa@example.org", "editor", "division"),
    ("Carla Nowak", "carla.nowak@example.org", "programme_manager", None),
    ("Daniel Osei", "daniel.osei@example.org", "registrar", None),
    ("Elif Çelik", "elif.celik@example.org", "administrator", None),
)
"""Somebody of each kind, to look at the pages as: a member who attends, and those who organize."""


async def build(loader: Loader, dice: random.Random, size: Size, at: datetime, names: list[str]) -> Association:
    units, divisions = await _units(loader, dice, size)
    crowd = await _people(loader, dice, size, at, names, divisions)
    await _roles(loader, divisions[0], crowd, at)
    return Association(units, divisions, crowd)


async def _units(loader: Loader, dice: random.Random, size: Size) -> tuple[list[Unit], list[Unit]]:
    total = 1 + size.divisions + size.committees + size.outside
    ids = await loader.ids("unit", total)
    rows: list[tuple[Any, ...]] = [(ids[0], None, "association", "The Library Association", "TLA", "association")]
    units = [Unit(ids[0], "The Library Association", "TLA")]
    for name, short in DIVISIONS[: size.divisions]:
        number = ids[len(rows)]
        rows.append((number, ids[0], short.lower(), name, short, "division"))
        units.append(Unit(number, name, short))
    divisions = units[1:]
    used = {row[3] for row in rows}
    while len(rows) < 1 + size.divisions + size.committees:
        parent, body = dice.choice(units[: 1 + size.divisions]), dice.choice(BODIES)
        name = f"{parent.short} {capital(dice.choice(TOPICS))} {body}"
        if name in used:
            continue
        used.add(name)
        number = ids[len(rows)]
        rows.append(
            (number, parent.id, f"unit-{len(rows)}", name, "", "round_table" if body == "Round Table" else "committee")
        )
        units.append(Unit(number, name, parent.short))
    while len(rows) < total:
        name = dice.choice(OUTSIDE).format(place=dice.choice(PLACES), topic=capital(dice.choice(TOPICS)))
        if name in used:
            continue
        used.add(name)
        number = ids[len(rows)]
        rows.append((number, None, f"unit-{len(rows)}", name, "", "outside"))
        units.append(Unit(number, name, name))
    await loader.copy("unit", "id parent_id slug name short_name kind", rows)
    return units, divisions


async def _people(
    loader: Loader, dice: random.Random, size: Size, at: datetime, names: list[str], divisions: list[Unit]
) -> list[Somebody]:
    total = len(FACES) + max(size.presenters, size.attendees + size.exhibitors)
    ids = await loader.ids("person", total)
    crowd: list[Somebody] = []
    invented = islice(people(dice, names), total)
    audiences = ("member",) * 62 + ("nonmember",) * 22 + ("student",) * 10 + ("retired",) * 6
    for number, name in zip(ids, invented, strict=True):
        if len(crowd) < len(FACES):
            known, email, _role, _where = FACES[len(crowd)]
            crowd.append(Somebody(number, known, email, "member"))
        else:
            crowd.append(Somebody(number, name, f"reader{len(crowd)}@example.org", dice.choice(audiences)))
    await loader.copy(
        "person",
        "id guid code name affiliation created_at biography locale timezone",
        (
            (one.id, guid("person", one.email), code(one.id), one.name, _library(dice), at, "", "en", "")
            for one in crowd
        ),
    )
    await loader.copy(
        "address", "person_id email verified_at is_primary", ((one.id, one.email, at, True) for one in crowd)
    )
    today = at.date()
    members = [(place, one) for place, one in enumerate(crowd) if one.audience != "nonmember"]
    valid = (today - timedelta(days=200), today + timedelta(days=165))
    rows: list[tuple[Any, ...]] = []
    for place, one in members:
        rows.append((f"{100000 + place}", one.email, one.audience, None, *valid, one.id, at))
        if place == 0 or (one.audience == "member" and dice.random() < 0.4):
            rows.append((f"{100000 + place}", one.email, "member", dice.choice(divisions).id, *valid, one.id, at))
    await loader.copy("membership", "number email kind unit_id valid_from valid_to person_id claimed_at", rows)
    return crowd


async def _roles(loader: Loader, division: Unit, crowd: list[Somebody], at: datetime) -> None:
    rows = [
        (one.id, role, division.id if where == "division" else None, at)
        for one, (_name, _email, role, where) in zip(crowd, FACES, strict=False)
        if role is not None
    ]
    await loader.copy("role", "person_id name unit_id granted_at", rows)


def _library(dice: random.Random) -> str:
    place = dice.choice(PLACES)
    return dice.choice(
        (
            f"{place} Public Library",
            f"{place} University Library",
            f"{place} School District",
            f"{place} County Libraries",
        )
    )
