"""Zones of a venue, within which nobody has to hurry, and the minutes it takes to walk from one to another."""

from collections.abc import Mapping, Sequence
from typing import Any

from events.core import database
from events.core.errors import Unreadable
from events.core.locales import _

MOST = 30
"""Zones of one venue: the table of walks is as long as it is wide."""
LONGEST = 240

Pair = tuple[int, int]
"""Two zones, the smaller id first."""


async def of(venue_id: int) -> Sequence[Any]:
    """id and name, in their order, with how many buildings and rooms say they are there."""
    return await database.rows(
        "SELECT z.id, z.name, (SELECT count(*) FROM building b WHERE b.zone_id = z.id) AS buildings,"
        " (SELECT count(*) FROM room r WHERE r.zone_id = z.id) AS rooms"
        " FROM zone z WHERE z.venue_id = $1 ORDER BY z.position, z.name, z.id",
        venue_id,
    )


async def walks(venue_id: int) -> dict[Pair, int]:
    """Minutes between the zones of a venue, for the pairs that somebody measured."""
    return {
        (row["one_id"], row["other_id"]): row["minutes"]
        for row in await database.rows(
            "SELECT w.one_id, w.other_id, w.minutes FROM walk w JOIN zone z ON z.id = w.one_id WHERE z.venue_id = $1",
            venue_id,
        )
    }


async def save(venue_id: int, names: Mapping[int, str], new: str, buildings: Mapping[int, int | None]) -> None:
    """Rename zones, take those away whose name is empty, add one, and say in which one each building is.

    names       by zone; new: the name of one more, or ""
    buildings   the zone of each building that is named, None for none; one that is taken away is none
    Raises Unreadable, naming the fields `zone-3`, `new` and `building-7`.
    """
    async with database.transaction():
        await database.execute("SELECT id FROM venue WHERE id = $1 FOR UPDATE", venue_id)
        held = {row["id"] for row in await of(venue_id)}
        errors = _errors(held, names, new)
        staying = {zone for zone in held if names.get(zone, "-")}
        errors |= {
            f"building-{building}": _("Choose one of this venue’s zones.")
            for building, zone in buildings.items()
            if zone is not None and zone not in held
        }
        if errors:
            raise Unreadable(errors)
        # Two statements, so that two zones can change names: the first name is one that nobody can type.
        renamed = {zone: name for zone, name in names.items() if zone in staying}
        await _rename({zone: f"\n{zone}" for zone in renamed})
        await _rename(renamed)
        await database.execute("DELETE FROM zone WHERE id = any($1)", list(held - staying))
        if new:
            await database.execute(
                "INSERT INTO zone (venue_id, name, position) SELECT $1, $2, coalesce(max(position), 0) + 1 FROM zone"
                " WHERE venue_id = $1",
                venue_id,
                new,
            )
        await database.execute(
            "UPDATE building b SET zone_id = n.zone FROM unnest($2::int[], $3::int[]) AS n (id, zone)"
            " WHERE b.id = n.id AND b.venue_id = $1",
            venue_id,
            list(buildings),
            [zone if zone in staying else None for zone in buildings.values()],
        )


def _errors(held: set[int], names: Mapping[int, str], new: str) -> dict[str, str]:
    errors: dict[str, str] = {}
    seen: set[str] = set()
    typed = [(f"zone-{zone}", name) for zone, name in names.items() if zone in held] + [("new", new)]
    for field, name in typed:
        if name and name.casefold() in seen:
            errors[field] = _("This venue has a zone of that name.")
        if len(name) > 120:
            errors[field] = _("This is longer than %(max_length)s characters.") % {"max_length": 120}
        seen.add(name.casefold())
    if new and len(held) >= MOST:
        errors["new"] = _("At most %(num)s of these.") % {"num": MOST}
    return errors


async def _rename(names: Mapping[int, str]) -> None:
    await database.execute(
        "UPDATE zone z SET name = n.name FROM unnest($1::int[], $2::text[]) AS n (id, name) WHERE z.id = n.id",
        list(names),
        list(names.values()),
    )


async def save_walks(venue_id: int, minutes: Mapping[Pair, int]) -> None:
    """Write the minutes of every pair of a venue's zones; a pair that is not named was not measured.

    Pairs of other venues are left out: their zones are not this venue's to change.
    """
    async with database.transaction():
        await database.execute("SELECT id FROM venue WHERE id = $1 FOR UPDATE", venue_id)
        own = {row["id"] for row in await of(venue_id)}
        await database.execute("DELETE FROM walk WHERE one_id = any($1)", list(own))
        rows = [(*pair, length) for pair, length in minutes.items() if own.issuperset(pair)]
        await database.execute_many("INSERT INTO walk (one_id, other_id, minutes) VALUES ($1, $2, $3)", rows)
