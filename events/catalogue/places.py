"""Venues, their buildings and their rooms: what was typed about them, and writing it."""

import uuid
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from asyncpg.exceptions import UniqueViolationError
from pydantic import BeforeValidator, Field, StringConstraints
from tortoise.exceptions import IntegrityError

from events.catalogue import slugs
from events.catalogue.fields import Form, Line, Text, read_zone
from events.core import database
from events.core.errors import NotFound, Unreadable
from events.core.locales import Lazy, _, lazy

ROOM_KINDS: dict[str, Lazy] = {
    "room": lazy("A room: one thing at a time"),
    "hall": lazy("A hall: several things side by side"),
    "poster": lazy("A poster area"),
    "online": lazy("An online room"),
    "offsite": lazy("A place elsewhere: one thing at a time"),
}
EXCLUSIVE = frozenset({"room", "offsite"})


class VenueForm(Form):
    name: Annotated[Line, StringConstraints(min_length=2, max_length=200)]
    address: Annotated[Text, StringConstraints(max_length=500)] = ""
    city: Annotated[Line, StringConstraints(max_length=120)] = ""
    timezone: Annotated[str, BeforeValidator(read_zone)]


class BuildingForm(Form):
    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)]


class RoomForm(Form):
    """parts: the physical rooms a combined one takes; empty for a room of its own."""

    lists: ClassVar[frozenset[str]] = frozenset({"parts"})
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"capacity", "building"})

    name: Annotated[Line, StringConstraints(min_length=1, max_length=120)]
    kind: Literal["room", "hall", "poster", "online", "offsite"] = "room"
    building: int | None = None
    capacity: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    parts: tuple[int, ...] = ()


async def venues() -> Sequence[Any]:
    return await database.rows(
        "SELECT v.id, v.slug, v.name, v.city, v.timezone,"
        " (SELECT count(*) FROM room r WHERE r.venue_id = v.id) AS rooms,"
        " (SELECT count(*) FROM event e WHERE e.venue_id = v.id) AS events FROM venue v ORDER BY v.name, v.id"
    )


async def venue(slug: str) -> Any:
    """Raises NotFound."""
    row = await database.row("SELECT id, slug, name, address, city, timezone FROM venue WHERE slug = $1", slug)
    if row is None:
        raise NotFound
    return row


async def buildings(venue_id: int) -> Sequence[Any]:
    return await database.rows("SELECT id, name FROM building WHERE venue_id = $1 ORDER BY position, name", venue_id)


async def rooms(venue_id: int) -> Sequence[Any]:
    """With the names of a combined room's parts."""
    return await database.rows(
        "SELECT r.id, r.name, r.kind, r.capacity, r.building_id, coalesce(b.name, '') AS building, r.part_ids,"
        " (SELECT array_agg(p.name ORDER BY p.position, p.name) FROM room p WHERE p.id = any(r.part_ids)) AS parts"
        " FROM room r LEFT JOIN building b ON b.id = r.building_id WHERE r.venue_id = $1"
        " ORDER BY b.position NULLS FIRST, b.name, r.position, r.name",
        venue_id,
    )


async def create_venue(form: VenueForm) -> str:
    """Returns its slug."""
    base = slugs.suggest(f"{form.name} {form.city}")[:70] or "venue"
    taken = {
        row["slug"]
        for row in await database.rows("SELECT slug FROM venue WHERE slug = $1 OR slug LIKE $1 || '-%'", base)
    }
    slug = next(one for one in (base, *(f"{base}-{number}" for number in range(2, 10_000))) if one not in taken)
    await database.execute(
        "INSERT INTO venue (slug, name, address, city, timezone) VALUES ($1, $2, $3, $4, $5)",
        slug,
        form.name,
        form.address,
        form.city,
        form.timezone,
    )
    return slug


async def edit_venue(venue_id: int, form: VenueForm) -> None:
    await database.execute(
        "UPDATE venue SET name = $2, address = $3, city = $4, timezone = $5 WHERE id = $1",
        venue_id,
        form.name,
        form.address,
        form.city,
        form.timezone,
    )


async def add_building(venue_id: int, form: BuildingForm) -> None:
    """Raises Unreadable when the venue has one of this name."""
    added = await database.execute(
        "INSERT INTO building (venue_id, name, position) SELECT $1, $2, coalesce(max(position), 0) + 1 FROM building"
        " WHERE venue_id = $1 ON CONFLICT (venue_id, name) DO NOTHING",
        venue_id,
        form.name,
    )
    if not added:
        raise Unreadable({"name": _("This venue has a building of that name.")})


async def save_room(venue_id: int, form: RoomForm, room_id: int | None = None) -> None:
    """Add a room, or change one. Raises Unreadable."""
    errors = await _check(venue_id, form, room_id)
    if errors:
        raise Unreadable(errors)
    exclusive = form.kind in EXCLUSIVE
    values = (form.name, form.kind, exclusive, form.capacity, form.building, list(form.parts))
    try:
        if room_id is None:
            await database.execute(
                "INSERT INTO room (guid, venue_id, name, kind, exclusive, capacity, building_id, part_ids, position)"
                " SELECT $1, $2, $3, $4, $5, $6, $7, $8, coalesce(max(position), 0) + 1 FROM room WHERE venue_id = $2",
                uuid.uuid4(),
                venue_id,
                *values,
            )
        else:
            await database.execute(
                "UPDATE room SET name = $3, kind = $4, exclusive = $5, capacity = $6, building_id = $7, part_ids = $8"
                " WHERE id = $2 AND venue_id = $1",
                venue_id,
                room_id,
                *values,
            )
    except (UniqueViolationError, IntegrityError):
        raise Unreadable({"name": _("This venue has a room of that name.")}) from None


async def _check(venue_id: int, form: RoomForm, room_id: int | None) -> dict[str, str]:
    own = {row["id"]: row for row in await rooms(venue_id)}
    if room_id is not None and room_id not in own:
        raise NotFound
    errors = {}
    if form.building is not None and form.building not in {row["id"] for row in await buildings(venue_id)}:
        errors["building"] = _("Choose one of this venue’s buildings.")
    if any(part not in own or own[part]["part_ids"] for part in form.parts):
        errors["parts"] = _("A combined room is made of rooms of this venue that are not combined themselves.")
    elif room_id is not None and room_id in form.parts:
        errors["parts"] = _("A room is no part of itself.")
    elif form.parts and any(room_id in row["part_ids"] for row in own.values()):
        errors["parts"] = _("This room is a part of another one, so it cannot be combined itself.")
    elif len(form.parts) == 1:
        errors["parts"] = _("A combined room has two parts or more.")
    return errors
