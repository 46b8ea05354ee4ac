"""The draft as its editors have it: read whole, as values, by a handful of statements and no ORM objects."""

import json
from collections import defaultdict

from events.core import database
from events.core.errors import NotFound
from events.schedule.snapshots import (
    BreakView,
    EventView,
    PersonView,
    RoomView,
    SessionView,
    SlotView,
    Snapshot,
    TrackView,
    in_time,
    join_digest,
)


async def load(event_id: int) -> Snapshot:
    """The whole draft: every session of every visibility and state, with the slots that have a time.

    Raises NotFound for an event that is not there.
    """
    event = await database.row(
        "SELECT id, guid, slug, title, timezone, starts_on, ends_on, mode, language FROM event WHERE id = $1", event_id
    )
    if event is None:
        raise NotFound
    roles = await _roles(event_id)
    slots = await _slots(event_id)
    sessions = [
        SessionView(
            id=row["id"],
            guid=str(row["guid"]),
            code=row["code"],
            title=row["title"],
            subtitle=row["subtitle"],
            abstract=row["abstract"],
            description=row["description"],
            language=row["language"],
            level=row["level"],
            track=row["track"] or "",
            type=row["type"] or "",
            unit=row["unit"] or "",
            unit_id=row["unit_id"],
            visibility=row["visibility"],
            state=row["state"],
            capacity=row["capacity"],
            ticketed=row["ticketed"],
            do_not_record=row["do_not_record"],
            join=join_digest(row["join_link"]),
            people=tuple(roles.get(row["id"], ())),
            links=_addresses(row["links"]),
            attachments=_addresses(row["attachments"]),
            slots=tuple(slots.get(row["id"], ())),
        )
        for row in await database.rows(
            "SELECT s.*, t.slug AS track, y.name AS type, u.name AS unit FROM session s"
            " LEFT JOIN track t ON t.id = s.track_id LEFT JOIN session_type y ON y.id = s.type_id"
            " LEFT JOIN unit u ON u.id = s.unit_id WHERE s.event_id = $1",
            event_id,
        )
    ]
    return Snapshot(
        event=EventView(**{**event, "guid": str(event["guid"])}),
        sessions=tuple(in_time(sessions)),
        rooms=await _rooms(event_id),
        tracks=await tracks(event_id),
        people=await _people(event_id),
        breaks=await _breaks(event_id),
    )


async def _breaks(event_id: int) -> tuple[BreakView, ...]:
    """Those of everybody and of some rooms; blocks, in which rooms take nothing, are nobody's business."""
    return tuple(
        BreakView(row["title"], row["starts_at"], row["ends_at"], tuple(row["rooms"]))
        for row in await database.rows(
            "SELECT b.title, b.starts_at, b.ends_at, array(SELECT r.name FROM room r WHERE r.id = any(b.room_ids)"
            "  ORDER BY r.position, r.name) AS rooms"
            " FROM block b WHERE b.event_id = $1 AND b.kind = 'break' ORDER BY b.starts_at, b.id",
            event_id,
        )
    )


async def tracks(event_id: int) -> tuple[TrackView, ...]:
    return tuple(
        TrackView(row["slug"], row["name"], row["colour"])
        for row in await database.rows(
            "SELECT slug, name, colour FROM track WHERE event_id = $1 ORDER BY position, name", event_id
        )
    )


async def _roles(event_id: int) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in await database.rows(
        "SELECT r.session_id, p.code, r.role FROM session_person r JOIN session s ON s.id = r.session_id"
        " JOIN person p ON p.id = r.person_id WHERE s.event_id = $1 ORDER BY r.session_id, r.position, r.id",
        event_id,
    ):
        found[row["session_id"]].append((row["code"], row["role"]))
    return found


async def _slots(event_id: int) -> dict[int, list[SlotView]]:
    found: dict[int, list[SlotView]] = defaultdict(list)
    for row in await database.rows(
        "SELECT l.session_id, l.id, l.uid, l.starts_at, l.ends_at, l.timezone,"
        " coalesce(r.rooms, '{}') AS rooms FROM slot l JOIN session s ON s.id = l.session_id"
        " LEFT JOIN LATERAL (SELECT array_agg(DISTINCT x.named_id ORDER BY x.named_id) AS rooms FROM slot_room x"
        "  WHERE x.slot_id = l.id) r ON true"
        " WHERE s.event_id = $1 AND l.starts_at IS NOT NULL ORDER BY l.starts_at, l.id",
        event_id,
    ):
        slot = SlotView(
            row["id"], str(row["uid"]), row["starts_at"], row["ends_at"], row["timezone"], tuple(row["rooms"])
        )
        found[row["session_id"]].append(slot)
    return found


async def _rooms(event_id: int) -> dict[int, RoomView]:
    """The rooms that the draft names, in the order of the grid."""
    return {
        row["id"]: RoomView(
            row["id"],
            str(row["guid"]),
            row["name"],
            row["building"] or "",
            row["kind"],
            row["capacity"],
            position,
            row["step_free"],
            row["hearing_loop"],
        )
        for position, row in enumerate(
            await database.rows(
                "SELECT r.id, r.guid, r.name, b.name AS building, r.kind, r.capacity, r.step_free,"
                " r.hearing_loop FROM room r"
                " LEFT JOIN building b ON b.id = r.building_id WHERE r.id IN ("
                "  SELECT x.named_id FROM slot_room x JOIN slot l ON l.id = x.slot_id"
                "  JOIN session s ON s.id = l.session_id WHERE s.event_id = $1)"
                " ORDER BY r.venue_id, b.position NULLS FIRST, b.name NULLS FIRST, r.position, r.name",
                event_id,
            )
        )
    }


async def _people(event_id: int) -> dict[str, PersonView]:
    return {
        row["code"]: PersonView(
            row["id"], row["code"], str(row["guid"]), row["name"], row["affiliation"], row["biography"]
        )
        for row in await database.rows(
            "SELECT DISTINCT p.id, p.code, p.guid, p.name, p.affiliation, p.biography FROM person p"
            " JOIN session_person r ON r.person_id = p.id JOIN session s ON s.id = r.session_id"
            " WHERE s.event_id = $1 ORDER BY p.name, p.id",
            event_id,
        )
    }


def _addresses(stored: str) -> tuple[tuple[str, str], ...]:
    if stored == "[]":
        return ()
    return tuple((one.get("title", ""), one["url"]) for one in json.loads(stored))
