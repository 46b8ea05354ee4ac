"""Small programmes as values and as files, for the tests of the pure files."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from events.schedule.snapshots import (
    EventView,
    PersonView,
    RoomView,
    SessionView,
    SlotView,
    Snapshot,
    TrackView,
    in_time,
)

NINE = datetime(2026, 7, 9, 14, tzinfo=UTC)
"""9:00 in Chicago on the first day."""
EVENT = EventView(
    7,
    "0b0f0a4e-9f3c-4a52-8f0e-000000000007",
    "annual-2026",
    "Annual Conference",
    "America/Chicago",
    date(2026, 7, 9),
    date(2026, 7, 12),
)
ROOMS = {
    1: RoomView(1, "0b0f0a4e-9f3c-4a52-8f0e-000000000101", "Ballroom A", "North", capacity=100, position=0),
    2: RoomView(2, "0b0f0a4e-9f3c-4a52-8f0e-000000000102", "Ballroom B", "North", position=1),
    3: RoomView(3, "0b0f0a4e-9f3c-4a52-8f0e-000000000103", "Library", "South", position=2),
}
TRACKS = (TrackView("teens", "Teens", 3), TrackView("data", "Data & Metadata", 4))
ADA = PersonView(11, "ADA222", "0b0f0a4e-9f3c-4a52-8f0e-000000000201", "Ada Lovelace", "Analytical Engines")
GRACE = PersonView(12, "GRACE2", "0b0f0a4e-9f3c-4a52-8f0e-000000000202", "Grace Hopper")


def slot(
    number: int = 1, hours: float = 0, minutes: int = 60, rooms: tuple[int, ...] = (1,), **values: Any
) -> SlotView:
    """A slot that starts so many hours after NINE."""
    starts = NINE + timedelta(hours=hours)
    uid = f"0b0f0a4e-9f3c-4a52-8f0e-{number:012d}"
    return SlotView(number, uid, starts, starts + timedelta(minutes=minutes), "America/Chicago", rooms, **values)


def session(number: int = 1, *slots: SlotView, **values: Any) -> SessionView:
    given: dict[str, Any] = {
        "id": number,
        "guid": f"1b0f0a4e-9f3c-4a52-8f0e-{number:012d}",
        "code": f"CODE{number:02d}",
        "title": f"Session {number}",
        "people": (("ADA222", "speaker"),),
        "slots": slots or (slot(number),),
    }
    return SessionView(**given | values)


def snapshot(*sessions: SessionView, number: int = 0, event: EventView = EVENT) -> Snapshot:
    return Snapshot(
        event,
        tuple(in_time(sessions)),
        ROOMS,
        TRACKS,
        {person.code: person for person in (ADA, GRACE)},
        number=number,
        published_at=NINE - timedelta(days=14) if number else None,
    )


def moved(one: SessionView, hours: float = 0, rooms: tuple[int, ...] | None = None) -> SessionView:
    """The same session with its first slot elsewhere."""
    first = one.slots[0]
    first = replace(
        first,
        starts_at=first.starts_at + timedelta(hours=hours),
        ends_at=first.ends_at + timedelta(hours=hours),
        rooms=first.rooms if rooms is None else rooms,
    )
    return replace(one, slots=(first, *one.slots[1:]))


def event_xml(
    title: str = "Opening",
    *,
    guid: str = "fdbc5919-f702-524c-9331-3a2c670f6ff3",
    date: str = "2026-07-09T09:00:00-05:00",
    start: str = "09:00",
    duration: str = "01:00",
    room: str = "Ballroom A",
    more: str = "",
    attributes: str = "",
) -> str:
    named = f' guid="{guid}"' if guid else ""
    return (
        f"<event{named}{attributes}>"
        + (f"<date>{date}</date>" if date else "")
        + (f"<start>{start}</start>" if start else "")
        + (f"<duration>{duration}</duration>" if duration else "")
        + f"<room>{room}</room><title>{title}</title>{more}</event>"
    )


def schedule_xml(
    *events: str, conference: str = "<time_zone_name>America/Chicago</time_zone_name>", day: str = "2026-07-09"
) -> bytes:
    """A schedule.xml of one day and one room; every event on a line of its own, from line 4 on."""
    lines = "\n".join(events or (event_xml(),))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<schedule><conference><acronym>annual-2026</acronym><title>Annual</title>{conference}</conference>\n"
        f'<day index="1" date="{day}"><room name="Ballroom A">\n{lines}\n</room></day></schedule>\n'
    ).encode()
