"""Sessions with people, slots and rooms: no room twice at a time, few people twice at a time, as real programmes are."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from events.demo.association import Somebody, Unit
from events.demo.catalogue import moment
from events.demo.loading import Loader, code, guid
from events.demo.places import Room
from events.demo.words import abstract, capital, meeting, title

TRACKS = (
    "Advocacy and Outreach", "Children and Families", "Collections", "Digital Libraries", "Equity and Access",
    "Leadership", "Literacy", "Preservation", "Reference and Research", "Teaching and Learning", "Technology", "Exhibits",
)  # fmt: skip

TYPES = (
    ("programme", "Programme"),
    ("meeting", "Meeting"),
    ("preconference", "Pre-conference"),
    ("poster", "Poster session"),
    ("meal", "Meal"),
)
TICKETED = frozenset({"preconference", "meal"})
BLOCKS = (8.5, 10.0, 11.5, 13.0, 14.5, 16.0)
"""Local hours at which sessions begin."""


@dataclass(frozen=True)
class Preconference:
    """A ticketed session: what its ticket type needs to know."""

    session: int
    title: str
    day: date
    seats: int


@dataclass(frozen=True)
class Programme:
    """luncheon: of the third day, where there are pre-conferences too."""

    sessions: list[int]
    preconferences: list[Preconference]
    luncheon: Preconference | None = None


@dataclass
class _Item:
    id: int
    title: str
    abstract: str
    kind: str
    unit: int
    track: int | None
    room: Room
    starts: datetime
    ends: datetime
    visibility: str
    seats: int | None = None


async def build(
    loader: Loader,
    dice: random.Random,
    event: int,
    *,
    zone: str,
    days: list[date],
    rooms: list[Room],
    count: int,
    tracks: int,
    units: list[Unit],
    presenters: list[Somebody],
    preconferences: int,
    at: datetime,
) -> Programme:
    track_ids = await loader.ids("track", tracks)
    names = TRACKS[:tracks]
    await loader.copy(
        "track",
        "id event_id slug name colour position",
        [
            (number, event, name.lower().replace(" ", "-"), name, place % 12 + 1, place)
            for place, (number, name) in enumerate(zip(track_ids, names, strict=True))
        ],
    )
    type_ids = dict(zip((slug for slug, _name in TYPES), await loader.ids("session_type", len(TYPES)), strict=True))
    await loader.copy(
        "session_type", "id event_id slug name", [(type_ids[slug], event, slug, name) for slug, name in TYPES]
    )

    ids = await loader.ids("session", count)
    items = _preconferences(dice, ids[:preconferences], days[0], zone, rooms, units, track_ids)
    items += _sessions(
        dice, ids[preconferences:], days, zone, rooms, units, track_ids, reserved={item.room.id for item in items}
    )
    lunch = _luncheon(items, moment(days[2], BLOCKS[2], zone)) if preconferences else None
    await _write(loader, dice, event, items, type_ids, zone, presenters, at)
    return Programme(
        [item.id for item in items],
        [
            Preconference(item.id, item.title, days[0], item.seats or 0)
            for item in items
            if item.kind == "preconference"
        ],
        Preconference(lunch.id, lunch.title, days[2], lunch.seats or 0) if lunch else None,
    )


def _luncheon(items: list[_Item], starts: datetime) -> _Item:
    """The public session at this hour in the largest room becomes the meal that has tickets."""
    item = max((one for one in items if one.starts == starts and one.visibility == "public"), key=_room)
    item.title, item.kind, item.track = "Awards luncheon", "meal", None
    item.abstract = "This year’s awards for libraries and the people in them, and lunch."
    item.ends, item.seats = starts + timedelta(minutes=90), min(item.room.capacity, 120)
    return item


def _room(item: _Item) -> tuple[int, int]:
    return item.room.capacity, -item.id


def _preconferences(
    dice: random.Random, ids: list[int], day: date, zone: str, rooms: list[Room], units: list[Unit], tracks: list[int]
) -> list[_Item]:
    """Whole-day workshops on the first day, each in a room of its own."""
    own = [room for room in rooms if room.exclusive][: len(ids)]
    made = []
    for number, room in zip(ids, own, strict=True):
        topic = title(dice)
        made.append(
            _Item(
                number,
                f"Pre-conference: {topic}",
                abstract(dice, topic),
                "preconference",
                dice.choice(units[1:9]).id,
                dice.choice(tracks),
                room,
                moment(day, 9, zone),
                moment(day, 16, zone),
                "public",
                min(room.capacity, 40),
            )
        )
    return made


def _sessions(
    dice: random.Random,
    ids: list[int],
    days: list[date],
    zone: str,
    rooms: list[Room],
    units: list[Unit],
    tracks: list[int],
    reserved: set[int],
) -> list[_Item]:
    places = [
        (day, hour, room)
        for place, day in enumerate(days)
        for hour in BLOCKS
        for room in rooms
        if room.exclusive and not (place == 0 and room.id in reserved)
    ]
    dice.shuffle(places)
    made = []
    for number, (day, hour, room) in zip(ids, places, strict=False):
        unit = dice.choice(units)
        if dice.random() < 0.35:
            name, kind, minutes = capital(meeting(dice, unit.short)), "meeting", 90
            visibility = dice.choices(("public", "closed", "internal", "registrants"), (6, 2, 1, 1))[0]
        else:
            name, kind, minutes, visibility = title(dice), "programme", dice.choice((60, 60, 60, 75)), "public"
        starts = moment(day, hour, zone)
        made.append(
            _Item(
                number,
                name,
                abstract(dice, name),
                kind,
                unit.id,
                None if kind == "meeting" else dice.choice(tracks),
                room,
                starts,
                starts + timedelta(minutes=minutes),
                visibility,
            )
        )
    if len(made) < len(ids):
        raise ValueError(f"{len(ids)} sessions do not fit into {len(places)} places")
    return made


async def _write(
    loader: Loader,
    dice: random.Random,
    event: int,
    items: list[_Item],
    types: dict[str, int],
    zone: str,
    presenters: list[Somebody],
    at: datetime,
) -> None:
    await loader.copy(
        "session",
        "id guid code event_id unit_id track_id type_id title subtitle abstract description language level visibility state"
        " capacity ticketed join_link do_not_record links attachments translations version changed_at",
        [
            (
                item.id, guid("session", event, item.id), code(item.id), event, item.unit, item.track, types[item.kind],
                item.title[:300], "", item.abstract, "", "en", dice.choice(("", "beginner", "intermediate", "advanced")),
                item.visibility, "confirmed", item.seats, item.kind in TICKETED, "", False, "[]", "[]", "{}", 1, at,
            )
            for item in items
        ],
    )  # fmt: skip
    slots = await loader.ids("slot", len(items))
    await loader.copy(
        "slot",
        "id uid session_id starts_at ends_at local_start local_end timezone setup_minutes teardown_minutes version",
        [
            (
                slot, guid("slot", event, item.id), item.id, item.starts, item.ends,
                f"{item.starts:%Y-%m-%dT%H:%M}", f"{item.ends:%Y-%m-%dT%H:%M}", zone, 0, 0, 1,
            )
            for slot, item in zip(slots, items, strict=True)
        ],
    )  # fmt: skip
    await loader.copy(
        "slot_room",
        "slot_id room_id named_id taken_from taken_until exclusive accepted",
        [
            (slot, item.room.id, item.room.id, item.starts, item.ends, item.room.exclusive, False)
            for slot, item in zip(slots, items, strict=True)
        ],
    )
    await loader.copy("session_person", "session_id person_id role position", _casting(dice, items, presenters))


def _casting(dice: random.Random, items: list[_Item], presenters: list[Somebody]) -> list[tuple[int, int, str, int]]:
    """One to four people a session; nobody twice at one hour, but for one session in three hundred."""
    busy: dict[tuple[datetime, int], bool] = {}
    rows = []
    for item in items:
        wanted = dice.choices((1, 2, 3, 4), (3, 4, 3, 1))[0]
        cast: list[Somebody] = []
        while len(cast) < wanted:
            one = dice.choice(presenters)
            taken = (item.starts, one.id) in busy and dice.random() > 1 / 300
            if one in cast or taken:
                continue
            cast.append(one)
            busy[item.starts, one.id] = True
        first = "chair" if item.kind == "meeting" else "speaker"
        roles = [first, *("panelist" if item.kind == "programme" and wanted > 2 else "speaker" for _ in cast[1:])]
        if wanted > 2:
            roles[-1] = "moderator"
        rows += [(item.id, one.id, role, place) for place, (one, role) in enumerate(zip(cast, roles, strict=True))]
    return rows


async def online(loader: Loader, event: int, presenter: Somebody, at: datetime) -> None:
    """A webinar's one session, at the event's own hour, online."""
    row = await loader.connection.fetchrow(
        "SELECT title, summary, unit_id, timezone, starts_at, ends_at, join_link FROM event WHERE id = $1", event
    )
    assert row is not None
    [number], [slot] = await loader.ids("session", 1), await loader.ids("slot", 1)
    zone = ZoneInfo(row["timezone"])
    await loader.copy(
        "session",
        "id guid code event_id unit_id title abstract visibility state ticketed join_link links attachments translations"
        " version changed_at",
        [
            (
                number,
                guid("session", event, number),
                code(number),
                event,
                row["unit_id"],
                row["title"],
                row["summary"],
                "public",
                "confirmed",
                False,
                row["join_link"],
                "[]",
                "[]",
                "{}",
                1,
                at,
            )
        ],
    )
    local = [f"{row[name].astimezone(zone):%Y-%m-%dT%H:%M}" for name in ("starts_at", "ends_at")]
    await loader.copy(
        "slot",
        "id uid session_id starts_at ends_at local_start local_end timezone",
        [(slot, guid("slot", event, number), number, row["starts_at"], row["ends_at"], *local, row["timezone"])],
    )
    await loader.copy("session_person", "session_id person_id role position", [(number, presenter.id, "speaker", 0)])
