"""A draft as the sheets have it: every session, person and room of an event as values by column, by a few statements.

The same values are written as an export's cells, compared with an import's, and shown in its preview.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from events.core import database
from events.core.errors import NotFound
from events.sheets import cells
from events.sheets.columns import OF_REQUEST, OF_SESSION, PEOPLE, PERSON_COLUMNS, ROOM_COLUMNS, ROOMS, Part
from events.sheets.kinds import Column, Known

Values = dict[str, Any]


@dataclass(slots=True)
class SlotNow:
    """A time of a session. cells: its columns as text; rooms: ids of the rooms people read."""

    id: int
    uid: UUID
    starts_at: datetime | None
    ends_at: datetime | None
    rooms: tuple[int, ...]
    cells: dict[str, str]


@dataclass(slots=True)
class SessionNow:
    """units: the owner and the sponsors, by id; request: the id of its request, or None."""

    id: int
    code: str
    units: frozenset[int]
    values: Values
    request: int | None = None
    slots: list[SlotNow] = field(default_factory=list)


@dataclass(slots=True)
class PersonNow:
    """own: they have an address, and look after their own page; here: in this event's programme, or brought by it."""

    id: int
    code: str
    own: bool
    here: bool
    values: Values


@dataclass(slots=True)
class RoomNow:
    id: int
    venue_id: int
    label: str
    values: Values


@dataclass(slots=True)
class Draft:
    """sessions and people by code, rooms by id. venue: id and name of the event's, None and "" without one."""

    event_id: int
    guid: UUID
    timezone: str
    venue: tuple[int | None, str]
    known: Known
    sessions: dict[str, SessionNow] = field(default_factory=dict)
    people: dict[str, PersonNow] = field(default_factory=dict)
    rooms: dict[int, RoomNow] = field(default_factory=dict)

    def fingerprint(self) -> str:
        """The same as long as nobody changes what a sheet shows."""
        said = [
            [
                (one.id, text_of(OF_SESSION, one.values), text_of(OF_REQUEST, one.values), [s.cells for s in one.slots])
                for one in self.sessions.values()
            ],
            [(one.id, text_of(PERSON_COLUMNS, one.values)) for one in self.people.values()],
            [(one.id, text_of(ROOM_COLUMNS, one.values)) for one in self.rooms.values()],
        ]
        return hashlib.sha256(json.dumps(said).encode("utf-8", "surrogatepass")).hexdigest()


def text_of(columns: Collection[Column], values: Values) -> dict[str, str]:
    return {column.name: column.write(values[column.name]) for column in columns if column.name in values}


async def load(event_id: int, units: frozenset[int] | None = None) -> Draft:
    """Raises NotFound.

    units   only the sessions that these own or sponsor, and who and what is in them; None for all
    """
    event = await database.row(
        "SELECT e.id, e.guid, e.timezone, e.venue_id, coalesce(v.name, '') AS venue FROM event e"
        " LEFT JOIN venue v ON v.id = e.venue_id WHERE e.id = $1",
        event_id,
    )
    if event is None:
        raise NotFound
    draft = Draft(event_id, event["guid"], event["timezone"], (event["venue_id"], event["venue"]), await _known(event))
    draft.rooms = await rooms(event_id, event["venue_id"])
    sponsors = await _sponsors(event_id)
    people = await _parts(event_id)
    resources = await _resources(event_id)
    requests = await _requests(event_id, draft.known.zone)
    for row in await database.rows(_SESSIONS, event_id):
        ids, slugs = sponsors.get(row["id"], ((), ()))
        owned = frozenset({*ids, *([row["unit_id"]] if row["unit_id"] else [])})
        if units is not None and owned.isdisjoint(units):
            continue
        request = requests.get(row["id"])
        draft.sessions[row["code"]] = SessionNow(
            row["id"],
            row["code"],
            owned,
            _session_values(row, slugs, people.get(row["id"], ()), resources.get(row["id"], ()))
            | (request[1] if request else _NO_REQUEST),
            request[0] if request else None,
        )
    by_id = {one.id: one for one in draft.sessions.values()}
    for row in await database.rows(_SLOTS, event_id):
        if row["session_id"] in by_id:
            by_id[row["session_id"]].slots.append(_slot(row, draft.rooms))
    codes = {part.code for one in draft.sessions.values() for part in one.values["people"]}
    draft.people = {
        code: one for code, one in (await _people(event_id, event["guid"])).items() if units is None or code in codes
    }
    return draft


_SESSIONS = """
SELECT s.id, s.code, s.unit_id, s.title, s.subtitle, s.abstract, s.description, s.language, s.level, s.visibility,
       s.state, s.capacity, s.topics, s.ticketed, s.do_not_record, s.join_link, s.links, s.attachments,
       coalesce(t.name, '') AS track, coalesce(y.name, '') AS type, coalesce(u.slug, '') AS unit
FROM session s LEFT JOIN track t ON t.id = s.track_id LEFT JOIN session_type y ON y.id = s.type_id
LEFT JOIN unit u ON u.id = s.unit_id WHERE s.event_id = $1
ORDER BY (SELECT min(l.starts_at) FROM slot l WHERE l.session_id = s.id) NULLS LAST, s.code
"""

_SLOTS = """
SELECT l.id, l.uid, l.session_id, l.starts_at, l.ends_at, l.timezone, l.setup_minutes, l.teardown_minutes, l.pinned,
       ARRAY(SELECT DISTINCT x.named_id FROM slot_room x WHERE x.slot_id = l.id ORDER BY 1) AS rooms
FROM slot l JOIN session s ON s.id = l.session_id WHERE s.event_id = $1 ORDER BY l.starts_at NULLS LAST, l.id
"""

_PLAIN = ("title", "subtitle", "type", "track", "unit", "state", "visibility", "language", "level", "abstract")


def _session_values(
    row: Any, sponsors: Collection[str], people: Collection[Part], resources: Collection[str]
) -> Values:
    return {name: row[name] for name in (*_PLAIN, "description", "ticketed")} | {
        "co-sponsors": tuple(sponsors),
        "people": tuple(people),
        "topics": tuple(row["topics"]),
        "seats": row["capacity"],
        "do not record": row["do_not_record"],
        "join link": row["join_link"],
        "links": _addresses(row["links"]),
        "attachments": _addresses(row["attachments"]),
        "resources": tuple(resources),
    }


def _addresses(stored: str) -> tuple[tuple[str, str], ...]:
    return tuple((one.get("title", ""), one["url"]) for one in json.loads(stored)) if stored != "[]" else ()


def _slot(row: Any, rooms_: Mapping[int, RoomNow]) -> SlotNow:
    zone = ZoneInfo(row["timezone"])
    shown = {"day": "", "start": "", "end": "", "last day": ""}
    starts, ends = row["starts_at"], row["ends_at"]
    if starts and ends:
        first, last = starts.astimezone(zone).date(), ends.astimezone(zone).date()
        shown |= {"day": str(first), "start": cells.clock(starts, zone), "end": cells.clock(ends, zone)}
        implied = first + timedelta(days=cells.midnight_after(shown["start"], shown["end"]))
        shown["last day"] = "" if last == implied else str(last)
    shown |= {
        "time zone": row["timezone"],
        "rooms": cells.joined(rooms_[one].label for one in row["rooms"]),
        "set-up": str(row["setup_minutes"]),
        "tear-down": str(row["teardown_minutes"]),
        "pinned": "yes" if row["pinned"] else "no",
        "slot": str(row["uid"]),
    }
    return SlotNow(row["id"], row["uid"], starts, ends, tuple(row["rooms"]), shown)


async def _known(event: Any) -> Known:
    found = await database.rows("SELECT slug, name, short_name FROM unit ORDER BY id DESC")
    units = {
        name.lower(): row["slug"] for column in ("short_name", "name", "slug") for row in found if (name := row[column])
    }
    resources = await database.rows("SELECT name FROM resource WHERE event_id = $1", event["id"])
    return Known(ZoneInfo(event["timezone"]), units, frozenset(row["name"] for row in resources))


async def _sponsors(event_id: int) -> dict[int, tuple[tuple[int, ...], tuple[str, ...]]]:
    return {
        row["session_id"]: (tuple(row["ids"]), tuple(row["slugs"]))
        for row in await database.rows(
            "SELECT x.session_id, array_agg(u.id ORDER BY u.slug) AS ids, array_agg(u.slug ORDER BY u.slug) AS slugs"
            " FROM session_unit x JOIN session s ON s.id = x.session_id JOIN unit u ON u.id = x.unit_id"
            " WHERE s.event_id = $1 GROUP BY x.session_id",
            event_id,
        )
    }


async def _parts(event_id: int) -> dict[int, list[Part]]:
    found: dict[int, list[Part]] = defaultdict(list)
    for row in await database.rows(
        "SELECT r.session_id, p.code, p.name, r.role FROM session_person r JOIN session s ON s.id = r.session_id"
        " JOIN person p ON p.id = r.person_id WHERE s.event_id = $1 ORDER BY r.session_id, r.position, r.id",
        event_id,
    ):
        found[row["session_id"]].append(Part(row["code"], row["name"], row["role"]))
    return found


async def _resources(event_id: int) -> dict[int, list[str]]:
    return {
        row["session_id"]: row["names"]
        for row in await database.rows(
            'SELECT x.session_id, array_agg(r.name ORDER BY r.name COLLATE "C") AS names FROM session_resource x'
            " JOIN resource r ON r.id = x.resource_id WHERE r.event_id = $1 GROUP BY x.session_id",
            event_id,
        )
    }


_NO_REQUEST: Values = {
    "request": "",
    "headcount": None,
    "room set": "",
    "minutes": None,
    "equipment": (),
    "needs": (),
    "food": "",
    "note": "",
    "preferred times": (),
    "impossible times": (),
}


async def _requests(event_id: int, zone: ZoneInfo) -> dict[int, tuple[int, Values]]:
    wishes: dict[int, dict[str, list[str]]] = defaultdict(lambda: {"preferred": [], "impossible": []})
    for row in await database.rows(
        "SELECT w.session_id, w.kind, w.starts_at, w.ends_at FROM session_wish w JOIN session s ON s.id = w.session_id"
        " WHERE s.event_id = $1 ORDER BY w.starts_at, w.ends_at, w.id",
        event_id,
    ):
        wishes[row["session_id"]][row["kind"]].append(cells.span(row["starts_at"], row["ends_at"], zone))
    return {
        row["session_id"]: (
            row["id"],
            {
                "request": row["state"],
                "headcount": row["headcount"],
                "room set": row["room_set"],
                "minutes": row["minutes"],
                "equipment": tuple(row["equipment"]),
                "needs": tuple(row["needs"]),
                "food": row["food"],
                "note": row["note"],
                "preferred times": tuple(wishes[row["session_id"]]["preferred"]),
                "impossible times": tuple(wishes[row["session_id"]]["impossible"]),
            },
        )
        for row in await database.rows(
            "SELECT q.* FROM session_request q JOIN session s ON s.id = q.session_id WHERE s.event_id = $1", event_id
        )
    }


_PERSON = (
    "SELECT p.id, p.code, p.name, p.affiliation, p.biography, p.source, a.email, EXISTS"
    " (SELECT FROM address o WHERE o.person_id = p.id) AS own"
    " FROM person p LEFT JOIN address a ON a.person_id = p.id AND a.is_primary"
)


async def _people(event_id: int, guid: UUID) -> dict[str, PersonNow]:
    """Who is in the programme, and who was brought for it and is in no session yet."""
    rows = await database.rows(
        f"{_PERSON} WHERE p.erased_at IS NULL AND (p.source LIKE $2 OR p.id IN ("  # noqa: S608 - a text of our own
        "  SELECT r.person_id FROM session_person r JOIN session s ON s.id = r.session_id WHERE s.event_id = $1))"
        " ORDER BY lower(p.name), p.code",
        event_id,
        f"{guid}/%",
    )
    return {row["code"]: _person(row, here=True) for row in rows}


async def newest() -> dict[str, int]:
    """The last ids that people and rooms were given."""
    row = await database.row(
        "SELECT coalesce((SELECT max(id) FROM person), 0) AS people, coalesce((SELECT max(id) FROM room), 0) AS rooms"
    )
    assert row is not None
    return {PEOPLE: row["people"], ROOMS: row["rooms"]}


async def others(codes: Collection[str], emails: Collection[str]) -> dict[str, PersonNow]:
    """People of the whole association, by code and by (small-letter) address; for those a file names.

    The code of somebody who was merged into another is the other's.
    """
    former = await database.rows(
        "SELECT k.key, p.code FROM former_key k JOIN person p ON p.id = k.person_id"
        " WHERE k.kind = 'code' AND k.key = any($1)",
        list(codes),
    )
    found = await database.rows(
        f"{_PERSON} WHERE p.erased_at IS NULL AND (p.code = any($1) OR p.id IN"  # noqa: S608 - a text of our own
        " (SELECT person_id FROM address WHERE email = any($2)))",
        [*codes, *(row["code"] for row in former)],
        list(emails),
    )
    by_code = {row["code"]: _person(row, here=False) for row in found}
    addresses = await database.rows(
        "SELECT a.email, p.code FROM address a JOIN person p ON p.id = a.person_id WHERE a.email = any($1)",
        list(emails),
    )
    by_code |= {row["key"]: by_code[row["code"]] for row in former if row["code"] in by_code}
    return by_code | {row["email"]: by_code[row["code"]] for row in addresses if row["code"] in by_code}


def _person(row: Any, *, here: bool) -> PersonNow:
    values = {name: row[name] for name in ("code", "name", "affiliation", "biography")}
    return PersonNow(row["id"], row["code"], row["own"], here, values | {"e-mail": row["email"] or ""})


_ROOMS = """
SELECT r.id, r.venue_id, v.name AS venue, v.slug AS venue_slug, r.name, coalesce(b.name, '') AS building,
       coalesce(z.name, '') AS zone, r.kind, r.capacity, r.step_free, r.hearing_loop, r.equipment,
       ARRAY(SELECT p.name FROM room p WHERE p.id = any(r.part_ids) ORDER BY p.position, p.name) AS parts,
       coalesce((SELECT jsonb_object_agg(t.name, t.capacity) FROM room_set t WHERE t.room_id = r.id), '{}') AS sets
FROM room r JOIN venue v ON v.id = r.venue_id LEFT JOIN building b ON b.id = r.building_id
LEFT JOIN zone z ON z.id = r.zone_id
"""


async def rooms(event_id: int, venue_id: int | None) -> dict[int, RoomNow]:
    """The rooms of the event's venue, and those of others that its draft names."""
    found = await database.rows(
        f"{_ROOMS} WHERE r.venue_id = $2 OR r.id IN ("  # noqa: S608 - a text of our own
        "  SELECT x.named_id FROM slot_room x JOIN slot l ON l.id = x.slot_id"
        "  JOIN session s ON s.id = l.session_id WHERE s.event_id = $1)"
        " ORDER BY r.venue_id = $2 DESC NULLS LAST, v.name, b.position NULLS FIRST, b.name, r.position, r.name",
        event_id,
        venue_id,
    )
    return {row["id"]: room(row, venue_id) for row in found}


async def rooms_of(venues: Collection[str], venue_id: int | None) -> dict[int, RoomNow]:
    """All rooms of the venues of these names, which a file may name."""
    found = await database.rows(f"{_ROOMS} WHERE v.name = any($1) ORDER BY v.id, r.position, r.name", list(venues))
    return {row["id"]: room(row, venue_id) for row in found}


def room(row: Any, venue_id: int | None) -> RoomNow:
    label = row["name"] if row["venue_id"] == venue_id else f"{row['name']} @ {row['venue_slug']}"
    values: Values = {name: row[name] for name in ("venue", "name", "building", "zone", "kind", "capacity")}
    values |= {"parts": tuple(row["parts"]), "step-free": row["step_free"], "hearing loop": row["hearing_loop"]}
    sets = json.loads(row["sets"])
    values |= {"equipment": tuple(row["equipment"])}
    values |= {column.name: sets.get(column.name.replace(" ", "_")) for column in ROOM_COLUMNS[10:]}
    return RoomNow(row["id"], row["venue_id"], label, values)
