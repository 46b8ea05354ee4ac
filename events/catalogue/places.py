"""Venues and their buildings: what was typed about them, and writing it."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints

from events.catalogue import slugs
from events.catalogue.fields import Form, Line, Text, read_zone
from events.core import database
from events.core.errors import NotFound, Unreadable
from events.core.locales import _


class VenueForm(Form):
    name: Annotated[Line, StringConstraints(min_length=2, max_length=200)]
    address: Annotated[Text, StringConstraints(max_length=500)] = ""
    city: Annotated[Line, StringConstraints(max_length=120)] = ""
    timezone: Annotated[str, BeforeValidator(read_zone)]


class BuildingForm(Form):
    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)]


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
    return await database.rows(
        "SELECT id, name, zone_id FROM building WHERE venue_id = $1 ORDER BY position, name", venue_id
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
