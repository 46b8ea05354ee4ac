"""Giving a session a time and rooms, moving it, taking it off: one transaction, a version for every slot.

A room that is exclusive takes one session at a time, over its set-up and tear-down. Who moves into another session is
told which; the overlap stands only when it is accepted, with a reason, and lapses when either moves again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import asyncpg

from events.core import database
from events.core.errors import DomainError, NotFound, StaleWrite
from events.core.locales import _
from events.schedule import accepting, history, overlaps
from events.schedule.history import NOBODY, By, Change
from events.schedule.overlaps import Overlap
from events.schedule.releases import LOCK
from events.schedule.slots import Place, SlotRow, columns, described, place_of, rows_of, slot, state


class RoomTaken(DomainError):
    """Somebody else has the room then. `overlaps` name them."""

    status = 409

    def __init__(self, found: Sequence[Overlap], slot: int) -> None:
        self.overlaps = tuple(found)
        super().__init__(" ".join(_taken(one, slot) for one in found) or _("Somebody else has the room then."))

    @property
    def title(self) -> str:
        return _("The room is taken")


def _taken(one: Overlap, slot: int) -> str:
    title = one.other_title if one.one == slot else one.one_title
    words = _("%(room)s is taken by “%(title)s” from %(start)s to %(end)s UTC.")
    start, end = (at.strftime("%Y-%m-%d %H:%M") for at in (one.starts_at, one.ends_at))
    return words % {"room": one.room_name, "title": title, "start": start, "end": end[11:]}


@dataclass(frozen=True, slots=True)
class Step:
    """One slot that is to lie elsewhere. version: the one its editor saw."""

    slot: int
    version: int
    place: Place


async def add(session_id: int, place: Place, at: datetime, accept: str = "", by: By = NOBODY) -> tuple[int, UUID]:
    """Give a session one more time; returns the slot's id and the command.

    accept   a reason to let it overlap others in its room; "" raises RoomTaken instead
    by       whose gesture it is, for the draft's history
    """
    event_id = await database.value("SELECT event_id FROM session WHERE id = $1", session_id)
    if event_id is None:
        raise NotFound
    async with database.transaction():
        await lock(event_id)
        slot_id: int = await database.value(
            "INSERT INTO slot (uid, session_id, starts_at, ends_at, local_start, local_end, timezone, setup_minutes,"
            " teardown_minutes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
            uuid4(),
            session_id,
            *columns(place),
        )
        await _take_rooms([slot_id], [place], event_id, at, accept)
        await _edited([slot_id], at)
        change = Change("add", session_id, slot_id, None, state(await slot(slot_id)))
        return slot_id, await history.record(event_id, [change], by, at)


async def move(slot_id: int, place: Place, version: int, at: datetime, accept: str = "", by: By = NOBODY) -> SlotRow:
    """Lay a slot elsewhere.

    version   the one its editor saw; raises StaleWrite with both states when somebody was faster
    accept    as in `add`; raises RoomTaken without it
    """
    event_id = (await slot(slot_id)).event_id
    await move_all(event_id, [Step(slot_id, version, place)], at, accept, by)
    return await slot(slot_id)


async def move_all(event_id: int, steps: Sequence[Step], at: datetime, accept: str = "", by: By = NOBODY) -> UUID:
    """Lay several slots of an event elsewhere at once, all or none: two change places, a morning goes to another day.

    Returns the command. Raises NotFound, StaleWrite and RoomTaken as `move` does.
    """
    async with database.transaction():
        await lock(event_id)
        before = await _locked(event_id, steps)
        slots, places = [step.slot for step in steps], [step.place for step in steps]
        await accepting.lapse(slots)
        await database.execute(_LAY, slots, *zip(*(columns(place) for place in places), strict=True))
        await database.execute("DELETE FROM slot_room WHERE slot_id = any($1)", slots)
        await _take_rooms(slots, places, event_id, at, accept)
        await _edited(slots, at)
        after = await rows_of(slots)
        changes = [Change("move", after[one].session_id, one, state(before[one]), state(after[one])) for one in slots]
        return await history.record(event_id, changes, by, at)


_LAY = """
UPDATE slot l SET starts_at = n.starts_at, ends_at = n.ends_at, local_start = n.local_start, local_end = n.local_end,
    timezone = n.timezone, setup_minutes = n.setup, teardown_minutes = n.teardown, version = version + 1
FROM unnest(
    $1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::int[], $8::int[]
) AS n (id, starts_at, ends_at, local_start, local_end, timezone, setup, teardown)
WHERE l.id = n.id
"""


async def remove(slot_id: int, version: int, at: datetime, by: By = NOBODY) -> UUID:
    """Take a time away; its entry becomes a tombstone with the next release. Returns the command."""
    held = await slot(slot_id)
    async with database.transaction():
        await lock(held.event_id)
        before = (await _locked(held.event_id, [Step(slot_id, version, held.place)]))[slot_id]
        await accepting.lapse([slot_id])
        await _edited([slot_id], at)
        uid = await database.value("DELETE FROM slot WHERE id = $1 RETURNING uid", slot_id)
        change = Change("remove", held.session_id, slot_id, {**state(before), "uid": str(uid)}, None)
        return await history.record(held.event_id, [change], by, at)


async def restore(event_id: int, removed: Change, at: datetime, accept: str = "", by: By = NOBODY) -> UUID:
    """Bring back a slot that `remove` recorded: the same id and UID, so that calendars know it again."""
    assert removed.before is not None
    assert removed.slot is not None
    place = place_of(removed.before)
    async with database.transaction():
        await lock(event_id)
        await database.execute(
            "INSERT INTO slot (id, uid, session_id, starts_at, ends_at, local_start, local_end, timezone,"
            " setup_minutes, teardown_minutes, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            removed.slot,
            UUID(removed.before["uid"]),
            removed.session,
            *columns(place),
            removed.before["version"] + 1,
        )
        await _take_rooms([removed.slot], [place], event_id, at, accept)
        await _edited([removed.slot], at)
        change = Change("add", removed.session, removed.slot, None, state(await slot(removed.slot)))
        return await history.record(event_id, [change], by, at)


async def pin(event_id: int, slots: Sequence[int], pinned: bool, at: datetime, by: By = NOBODY) -> UUID | None:
    """Keep slots of this event where they are, whatever is moved around them; or let them go again.

    Returns the command, or None when all of them were so already.
    """
    async with database.transaction():
        await lock(event_id)
        changed = await database.rows(
            "UPDATE slot l SET pinned = $3, version = l.version + 1 FROM session s"
            " WHERE s.id = l.session_id AND s.event_id = $1 AND l.id = any($2) AND l.pinned <> $3"
            " RETURNING l.id, l.session_id",
            event_id,
            list(slots),
            pinned,
        )
        changes = [
            Change("pin", row["session_id"], row["id"], {"pinned": not pinned}, {"pinned": pinned}) for row in changed
        ]
        return await history.record(event_id, changes, by, at) if changes else None


async def lock(event_id: int) -> None:
    """Let nobody else change this event's draft until the transaction ends."""
    await database.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK, event_id)


async def accept_overlaps(slot_id: int, reason: str, at: datetime) -> int:
    """Let a slot's overlaps stand as they are now; returns how many there were."""
    event_id = (await slot(slot_id)).event_id
    async with database.transaction():
        found = await overlaps.of([slot_id])
        await overlaps.accept(event_id, found, reason, at)
    return len(found)


async def _edited(slots: Sequence[int], at: datetime) -> None:
    """The sessions have other times than they had: organizers see that the draft is ahead of its release."""
    await database.execute(
        "UPDATE session SET changed_at = $2 WHERE id IN (SELECT session_id FROM slot WHERE id = any($1))",
        list(slots),
        at,
    )


async def _locked(event_id: int, steps: Sequence[Step]) -> dict[int, SlotRow]:
    """The slots as they are, held until the transaction ends.

    Raises NotFound for one that is not of this event, StaleWrite when one is not the version its editor saw.
    """
    slots = [step.slot for step in steps]
    await database.execute("SELECT id FROM slot WHERE id = any($1) ORDER BY id FOR UPDATE", slots)
    held = await rows_of(slots)
    for step in steps:
        row = held.get(step.slot)
        if row is None or row.event_id != event_id:
            raise NotFound
        if row.version != step.version:
            words = _("This time was changed while you had it open. Nothing was saved; look at both and choose.")
            raise StaleWrite(words, await described(row.place), await described(step.place))
    return held


async def _take_rooms(slots: Sequence[int], places: Sequence[Place], event_id: int, at: datetime, accept: str) -> None:
    """Take every physical room, a combined one's parts each; raise RoomTaken for what is taken and not accepted."""
    wanted = [
        (slot, room, *taken_span(place)) for slot, place in zip(slots, places, strict=True) for room in place.rooms
    ]
    if wanted:
        await database.execute(TAKE, *zip(*wanted, strict=True))
    found = await overlaps.of(slots)
    if found and not accept:
        raise RoomTaken(found, slots[0])
    await overlaps.accept(event_id, found, accept, at)
    try:
        await database.execute("SET CONSTRAINTS slot_room_once_a_time IMMEDIATE")
    except asyncpg.ExclusionViolationError:
        # Another event's editor took it between our look and now; the constraint saw it.
        raise RoomTaken((), slots[0]) from None


TAKE = """
INSERT INTO slot_room (slot_id, room_id, named_id, taken_from, taken_until, exclusive)
SELECT DISTINCT ON (w.slot, part.id) w.slot, part.id, r.id, w.from_, w.until, part.exclusive
FROM unnest($1::bigint[], $2::int[], $3::timestamptz[], $4::timestamptz[]) AS w (slot, room, from_, until)
JOIN room r ON r.id = w.room
JOIN room part ON part.id = any(CASE WHEN r.part_ids = '{}' THEN array[r.id] ELSE r.part_ids END)
ORDER BY w.slot, part.id, r.id
"""


def taken_span(place: Place) -> tuple[datetime | None, datetime | None]:
    """The time its rooms are taken, with set-up and tear-down."""
    if place.starts_at is None or place.ends_at is None:
        return None, None
    setup, teardown = timedelta(minutes=place.setup_minutes), timedelta(minutes=place.teardown_minutes)
    return place.starts_at - setup, place.ends_at + teardown
