"""Writing the times a file asks for, in bulk. Who imports looks at overlaps in rooms (`schedule.importing`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from events.core import database
from events.schedule import moves, slots
from events.schedule.history import By
from events.schedule.imported_rows import Tally, Target
from events.schedule.slots import Place
from events.sheets.wanted_sessions import SessionWanted
from events.sheets.wanted_slots import SlotWanted


async def write(
    target: Target,
    sessions: Sequence[SessionWanted],
    where: Sequence[int],
    rooms: Mapping[str, int],
    at: datetime,
    tally: Tally,
    by: By,
) -> list[int]:
    """Give and move times; returns the ids of those that are new or lie elsewhere now."""
    wanted = [(number, one) for session, number in zip(sessions, where, strict=True) for one in session.slots]
    if not wanted:
        return []
    tally.touched |= {number for number, _one in wanted}
    places = {one.uid: _place(one, rooms) for _number, one in wanted}
    lying = [(number, one) for number, one in wanted if one.now is None or _lies_elsewhere(one, places[one.uid])]
    rows = [(one.uid, number, *slots.columns(places[one.uid])) for number, one in lying]
    ids: dict[UUID, int] = (
        {row["uid"]: row["id"] for row in await database.rows(_PUT, *map(list, zip(*rows, strict=True)))}
        if rows
        else {}
    )
    await database.execute("DELETE FROM slot_room WHERE slot_id = any($1)", list(ids.values()))
    taken = [
        (ids[one.uid], room, *moves.taken_span(places[one.uid]))
        for _number, one in lying
        for room in places[one.uid].rooms
    ]
    if taken:
        await database.execute(moves.TAKE, *map(list, zip(*taken, strict=True)))
    await database.execute("UPDATE session SET changed_at = $2 WHERE id = any($1)", [n for n, _one in wanted], at)
    for pinned in (True, False):
        await moves.pin(
            target.event_id,
            [one.now.id if one.now else ids[one.uid] for _number, one in wanted if one.pinned is pinned],
            pinned,
            at,
            by,
        )
    return list(ids.values())


_PUT = """
INSERT INTO slot (uid, session_id, starts_at, ends_at, local_start, local_end, timezone, setup_minutes,
    teardown_minutes)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[],
    $7::text[], $8::int[], $9::int[])
ON CONFLICT (uid) DO UPDATE SET starts_at = excluded.starts_at, ends_at = excluded.ends_at,
    local_start = excluded.local_start, local_end = excluded.local_end, timezone = excluded.timezone,
    setup_minutes = excluded.setup_minutes, teardown_minutes = excluded.teardown_minutes, version = slot.version + 1
RETURNING id, uid
"""


def _place(one: SlotWanted, rooms: Mapping[str, int]) -> Place:
    found = tuple(sorted(room if isinstance(room, int) else rooms[room] for room in one.rooms))
    return Place(one.starts_at, one.ends_at, one.timezone, found, one.setup, one.teardown)


def _lies_elsewhere(one: SlotWanted, place: Place) -> bool:
    """A time that is only pinned stays where it is, with what was accepted there."""
    assert one.now is not None
    held = one.now
    return place != Place(
        held.starts_at,
        held.ends_at,
        held.cells["time zone"],
        tuple(sorted(held.rooms)),
        int(held.cells["set-up"]),
        int(held.cells["tear-down"]),
    )
