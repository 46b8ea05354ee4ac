"""Writing the rooms a file asks for: their venues, buildings and zones with them where they are missing."""

import json
from collections.abc import Sequence

from events.catalogue.rooms import EXCLUSIVE
from events.core import database
from events.schedule.frab import free, slug
from events.sheets.columns import ROOM_COLUMNS
from events.sheets.draft import Values
from events.sheets.wanted_rooms import RoomWanted

_SETS = tuple(column.name for column in ROOM_COLUMNS[10:])


async def venue_named(name: str, timezone: str) -> int:
    """The venue of this name, made when there is none."""
    found: int | None = await database.value("SELECT id FROM venue WHERE name = $1 ORDER BY id LIMIT 1", name)
    if found is None:
        wanted = slug(name)[:70] or "venue"
        rows = await database.rows("SELECT slug FROM venue WHERE slug LIKE $1 || '%'", wanted)
        found = await database.value(
            "INSERT INTO venue (slug, name, timezone) VALUES ($1, $2, $3) RETURNING id",
            free(wanted, {row["slug"] for row in rows}),
            name[:200],
            timezone,
        )
    assert found is not None
    return found


async def write(rooms: Sequence[RoomWanted], venue_id: int | None, timezone: str) -> dict[str, int]:
    """Make and change rooms, the new ones in the order of the file; returns the id of each new one's key."""
    made: dict[str, int] = {}
    combined: list[tuple[int, int, list[str]]] = []
    for one in rooms:
        values = {column.name: column.empty for column in ROOM_COLUMNS} | one.values
        venue = await venue_named(one.venue, timezone) if one.venue else venue_id
        assert venue is not None
        if one.now is None:
            row = _row(values) | {"name": one.name, "venue_id": venue}
            made[one.key] = await database.value(_INSERT, json.dumps(row), values["kind"] in EXCLUSIVE)
            await _place(made[one.key], venue, values)
            combined.append((made[one.key], venue, list(values["parts"])))
            continue
        await database.execute(_UPDATE, one.now.id, json.dumps(_row(one.now.values | one.values)))
        if "kind" in one.values:
            await database.execute(
                "UPDATE room SET exclusive = $2 WHERE id = $1", one.now.id, one.values["kind"] in EXCLUSIVE
            )
        await _place(one.now.id, venue, one.values, one.now.values)
        if "parts" in one.values:
            combined.append((one.now.id, venue, list(one.values["parts"])))
    for room_id, venue, parts in combined:  # when all of them are there
        await database.execute(_COMBINE, room_id, venue, parts)
    return made


def _row(values: Values) -> dict[str, object]:
    return {
        "kind": values["kind"],
        "capacity": values["capacity"],
        "step_free": values["step-free"],
        "hearing_loop": values["hearing loop"],
        "equipment": list(values["equipment"]),
    }


_INSERT = """
INSERT INTO room (guid, venue_id, name, kind, exclusive, capacity, part_ids, step_free, hearing_loop, equipment,
    position)
SELECT gen_random_uuid(), n.venue_id, n.name, n.kind, $2, n.capacity, '{}', n.step_free, n.hearing_loop, n.equipment,
    (SELECT coalesce(max(position), 0) + 1 FROM room r WHERE r.venue_id = n.venue_id)
FROM jsonb_to_record($1::jsonb) AS n (venue_id int, name text, kind text, capacity int, step_free bool,
    hearing_loop bool, equipment text[])
RETURNING id
"""
_UPDATE = """
UPDATE room r SET kind = n.kind, capacity = n.capacity, step_free = n.step_free, hearing_loop = n.hearing_loop,
    equipment = n.equipment
FROM jsonb_to_record($2::jsonb) AS n (kind text, capacity int, step_free bool, hearing_loop bool, equipment text[])
WHERE r.id = $1
"""

_COMBINE = """
UPDATE room SET part_ids = ARRAY(
    SELECT id FROM room p WHERE p.venue_id = $2 AND p.name = any($3) ORDER BY p.position, p.name
) WHERE id = $1
"""


async def _place(room_id: int, venue_id: int, values: Values, before: Values | None = None) -> None:
    """Its building, zone and sets, as far as `values` has them."""
    for table in ("building", "zone"):
        if table in values:
            place = None
            if values[table]:
                place = await database.value(
                    f"WITH made AS (INSERT INTO {table} (venue_id, name, position)"  # noqa: S608 - one of two words
                    f" SELECT $1, $2, coalesce(max(position), 0) + 1 FROM {table} WHERE venue_id = $1"
                    " ON CONFLICT (venue_id, name) DO NOTHING RETURNING id)"
                    f" SELECT id FROM made UNION SELECT id FROM {table} WHERE venue_id = $1 AND name = $2",
                    venue_id,
                    values[table],
                )
            await database.execute(f"UPDATE room SET {table}_id = $2 WHERE id = $1", room_id, place)  # noqa: S608
    if any(name in values for name in _SETS):
        sets = {name: ((before or {}) | values).get(name) for name in _SETS}
        await database.execute("DELETE FROM room_set WHERE room_id = $1", room_id)
        await database.execute_many(
            "INSERT INTO room_set (room_id, name, capacity) VALUES ($1, $2, $3)",
            [(room_id, name.replace(" ", "_"), people) for name, people in sets.items() if people is not None],
        )
