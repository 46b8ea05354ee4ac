"""What the demo's conference has to fit into: breaks, a block, a speaker who comes late, and what can be booked."""

import uuid
from datetime import date, datetime, timedelta

from events.demo.association import Somebody
from events.demo.catalogue import moment
from events.demo.loading import Loader, guid
from events.demo.places import Room

RESOURCES = (
    ("interpreters", "ASL interpreters, pair 1", ""),
    ("interpreters", "ASL interpreters, pair 2", "From the second day."),
    ("captioner", "CART captioner", "Works remotely, needs wired internet in the room."),
    ("crew", "Recording crew", ""),
)


async def build(
    loader: Loader, event: int, *, zone: str, days: list[date], rooms: list[Room], sessions: list[int], late: Somebody
) -> None:
    """sessions: of the event, some of which book what there is; late: who is there from the third day only."""
    coffee, reception, setting = (guid("series", event, name) for name in ("coffee", "reception", "set-up"))
    lines = [_block(event, coffee, "break", "Coffee", [], moment(day, 8, zone), 30, zone) for day in days]
    lines.append(_block(event, reception, "break", "Welcome reception", [], moment(days[0], 17.5, zone), 90, zone))
    first = next(room for room in rooms if room.exclusive)
    lines.append(_block(event, setting, "block", "Stage is built", [first.id], moment(days[0], 5, zone), 180, zone))
    await loader.copy(
        "block",
        "event_id series kind title room_ids starts_at ends_at local_start local_end timezone version",
        lines,
    )
    there = [(event, late.id, moment(day, 8, zone), moment(day, 20, zone)) for day in days[2:]]
    await loader.copy("availability", "event_id person_id starts_at ends_at", there)
    ids = await loader.ids("resource", len(RESOURCES))
    await loader.copy(
        "resource",
        "id event_id kind name note",
        [(number, event, *one) for number, one in zip(ids, RESOURCES, strict=True)],
    )
    booked = [(session, ids[place % len(ids)]) for place, session in enumerate(sessions[-12:])]
    await loader.copy("session_resource", "session_id resource_id", booked)


def _block(
    event: int, series: uuid.UUID, kind: str, title: str, rooms: list[int], starts: datetime, minutes: int, zone: str
) -> tuple[object, ...]:
    ends = starts + timedelta(minutes=minutes)
    local = (f"{starts:%Y-%m-%dT%H:%M}", f"{ends:%Y-%m-%dT%H:%M}")
    return event, series, kind, title, rooms, starts, ends, *local, zone, 1
