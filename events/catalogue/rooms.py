"""Rooms: what was typed about them, how they can be set, what stands in them, who can come in; and writing it."""

import uuid
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

from asyncpg.exceptions import UniqueViolationError
from pydantic import AfterValidator, Field, StringConstraints
from starlette.datastructures import FormData
from tortoise.exceptions import IntegrityError

from events.catalogue import places, zones
from events.catalogue.fields import Form, Line
from events.catalogue.room_sets import EQUIPMENT, SETS
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
MOST = 1_000_000


def _known(equipment: tuple[str, ...]) -> tuple[str, ...]:
    if not set(equipment) <= set(EQUIPMENT):
        raise ValueError(_("Please choose of these."))
    return tuple(name for name in EQUIPMENT if name in equipment)


class RoomForm(Form):
    """One room.

    parts        the physical rooms a combined one takes; empty for a room of its own
    zone         where it is, when not where its building is
    step_free, hearing_loop   None when nobody has looked
    sets         {name: people}, from the fields `set-theatre` and so on; empty: it can be set in any way
    """

    lists: ClassVar[frozenset[str]] = frozenset({"parts", "equipment"})
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"capacity", "building", "zone", "step_free", "hearing_loop"})

    name: Annotated[Line, StringConstraints(min_length=1, max_length=120)]
    kind: Literal["room", "hall", "poster", "online", "offsite"] = "room"
    building: int | None = None
    capacity: Annotated[int, Field(ge=0, le=MOST)] | None = None
    parts: tuple[int, ...] = ()
    zone: int | None = None
    step_free: bool | None = None
    hearing_loop: bool | None = None
    equipment: Annotated[tuple[str, ...], AfterValidator(_known)] = ()
    sets: dict[str, int] = {}

    @classmethod
    def read(cls, typed: FormData) -> Self:
        """Raises Unreadable."""
        sets, errors = _sets(typed)
        try:
            form = super().read(FormData([pair for pair in typed.multi_items() if pair[0] != "sets"]))
        except Unreadable as error:
            raise Unreadable({**error.errors, **errors}) from None
        if errors:
            raise Unreadable(errors)
        return form.model_copy(update={"sets": sets})


def _sets(typed: FormData) -> tuple[dict[str, int], dict[str, str]]:
    found: dict[str, int] = {}
    errors: dict[str, str] = {}
    for name in SETS:
        text = str(typed.get(f"set-{name}", "")).strip()
        if text.isdecimal() and len(text) <= 7 and int(text) <= MOST:
            found[name] = int(text)
        elif text:
            errors[f"set-{name}"] = _("A whole number up to %(most)s.") % {"most": f"{MOST:,}"}
    return found, errors


async def rooms(venue_id: int) -> Sequence[Any]:
    """With the names of a combined room's parts."""
    return await database.rows(
        "SELECT r.id, r.name, r.kind, r.capacity, r.building_id, coalesce(b.name, '') AS building, r.part_ids,"
        " r.zone_id, coalesce(z.name, '') AS zone, r.step_free, r.hearing_loop, r.equipment,"
        " (SELECT array_agg(p.name ORDER BY p.position, p.name) FROM room p WHERE p.id = any(r.part_ids)) AS parts"
        " FROM room r LEFT JOIN building b ON b.id = r.building_id"
        " LEFT JOIN zone z ON z.id = coalesce(r.zone_id, b.zone_id) WHERE r.venue_id = $1"
        " ORDER BY b.position NULLS FIRST, b.name, r.position, r.name",
        venue_id,
    )


async def sets(room_id: int) -> dict[str, int]:
    """{name: people} of the ways a room can be set; none when any will do."""
    return {
        row["name"]: row["capacity"]
        for row in await database.rows("SELECT name, capacity FROM room_set WHERE room_id = $1", room_id)
    }


async def save_room(venue_id: int, form: RoomForm, room_id: int | None = None) -> None:
    """Add a room, or change one. Raises Unreadable."""
    errors = await _check(venue_id, form, room_id)
    if errors:
        raise Unreadable(errors)
    values = (
        form.name,
        form.kind,
        form.kind in EXCLUSIVE,
        form.capacity,
        form.building,
        list(form.parts),
        form.zone,
        form.step_free,
        form.hearing_loop,
        list(form.equipment),
    )
    try:
        async with database.transaction():
            if room_id is None:
                room_id = await database.value(_INSERT, venue_id, *values, uuid.uuid4())
            else:
                await database.execute(_UPDATE, venue_id, *values, room_id)
            await database.execute("DELETE FROM room_set WHERE room_id = $1", room_id)
            await database.execute(
                "INSERT INTO room_set (room_id, name, capacity) SELECT $1, * FROM unnest($2::text[], $3::int[])",
                room_id,
                list(form.sets),
                list(form.sets.values()),
            )
    except (UniqueViolationError, IntegrityError):
        raise Unreadable({"name": _("This venue has a room of that name.")}) from None


_INSERT = """
INSERT INTO room (venue_id, name, kind, exclusive, capacity, building_id, part_ids, zone_id, step_free, hearing_loop,
    equipment, guid, position)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, coalesce(max(position), 0) + 1 FROM room WHERE venue_id = $1
RETURNING id
"""
_UPDATE = """
UPDATE room SET name = $2, kind = $3, exclusive = $4, capacity = $5, building_id = $6, part_ids = $7, zone_id = $8,
    step_free = $9, hearing_loop = $10, equipment = $11
WHERE venue_id = $1 AND id = $12
"""


async def _check(venue_id: int, form: RoomForm, room_id: int | None) -> dict[str, str]:
    own = {row["id"]: row for row in await rooms(venue_id)}
    if room_id is not None and room_id not in own:
        raise NotFound
    errors = {}
    if form.building is not None and form.building not in {row["id"] for row in await places.buildings(venue_id)}:
        errors["building"] = _("Choose one of this venue’s buildings.")
    if form.zone is not None and form.zone not in {row["id"] for row in await zones.of(venue_id)}:
        errors["zone"] = _("Choose one of this venue’s zones.")
    if any(part not in own or own[part]["part_ids"] for part in form.parts):
        errors["parts"] = _("A combined room is made of rooms of this venue that are not combined themselves.")
    elif room_id is not None and room_id in form.parts:
        errors["parts"] = _("A room is no part of itself.")
    elif form.parts and any(room_id in row["part_ids"] for row in own.values()):
        errors["parts"] = _("This room is a part of another one, so it cannot be combined itself.")
    elif len(form.parts) == 1:
        errors["parts"] = _("A combined room has two parts or more.")
    return errors
