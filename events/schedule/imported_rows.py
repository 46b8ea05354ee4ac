"""What an import writes, table by table: what is there is read, compared, and only differences are written in bulk.

All functions work inside the importer's transaction. A row that somebody made by hand is never deleted: imported people
carry a source, imported slots a version-5 uid.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

import asyncpg

from events.core import database
from events.core.wall_time import wall
from events.schedule import codes
from events.schedule.frab import PersonRead, Programme, RoomRead, SessionRead, SlotRead, TrackRead, free, slug

TRACK_COLOURS = 12
SPEAKER = "speaker"


@dataclass(frozen=True)
class Target:
    """Where a programme goes: its event, the venue of its rooms (None when it has none), and the prefix of its
    sessions' sources."""

    event_id: int
    event_guid: UUID
    venue_id: int | None
    timezone: str
    prefix: str

    def source(self, session: SessionRead) -> str:
        return f"{self.prefix}{session.key}"[:200]

    def person_source(self, person: PersonRead) -> str:
        """A guid names the same person in every programme; an id or a name only in this one."""
        return person.key if person.guid else f"{self.event_guid}/{person.key}"[:120]

    def slot_uid(self, slot: SlotRead) -> UUID:
        return uuid5(self.event_guid, slot.key)


@dataclass
class Tally:
    """What happened to the sessions (their ids), and lines worth telling."""

    created: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)
    cancelled: list[str] = field(default_factory=list)
    kept: int = 0

    @property
    def changed(self) -> set[int]:
        return self.touched - self.created


async def write_rooms(target: Target, rooms: Sequence[RoomRead]) -> dict[str, int]:
    """Make the missing rooms; returns the id of each name. A room with the guid of one we have gets its name."""
    held = await database.rows("SELECT id, guid, name FROM room WHERE venue_id = $1", target.venue_id)
    by_name = {row["name"]: row["id"] for row in held}
    by_guid = {row["guid"]: row["id"] for row in held}
    # Some files give one guid to several rooms (pretalx's own example does); such a guid names nothing.
    shared = {guid for guid, count in Counter(room.guid for room in rooms if room.guid).items() if count > 1}
    used = set(by_guid)
    new: list[tuple[UUID, str, int | None, int]] = []
    for position, room in enumerate(rooms):
        known = by_name.get(room.name)
        guid = room.guid if room.guid and room.guid not in shared else None
        if known is None and guid in by_guid:
            known = by_guid[guid]
            await database.execute("UPDATE room SET name = $2 WHERE id = $1", known, room.name)
        if known is None:
            if guid is None or guid in used:
                guid = uuid5(target.event_guid, f"room:{room.name}")
            if guid in used or await database.value("SELECT 1 FROM room WHERE guid = $1", guid):
                guid = uuid4()
            used.add(guid)
            new.append((guid, room.name, room.capacity, len(held) + position))
        else:
            by_name[room.name] = known
    made = await database.rows(
        "INSERT INTO room (guid, venue_id, name, kind, exclusive, capacity, part_ids, position)"
        " SELECT guid, $1, name, 'room', true, capacity, '{}', position"
        " FROM unnest($2::uuid[], $3::text[], $4::int[], $5::int[]) AS n (guid, name, capacity, position)"
        " RETURNING id, name",
        target.venue_id,
        *_columns(new, 4),
    )
    return by_name | {row["name"]: row["id"] for row in made}


async def write_tracks(target: Target, tracks: Sequence[TrackRead]) -> dict[str, int]:
    """Make the missing tracks and rename those whose name changed; returns the id of each name."""
    held = {
        row["slug"]: row
        for row in await database.rows("SELECT id, slug, name FROM track WHERE event_id = $1", target.event_id)
    }
    found: dict[str, int] = {}
    new: list[tuple[str, str, int, int]] = []
    for position, track in enumerate(tracks):
        known = held.get(track.slug)
        if known is None:
            place = len(held) + position
            new.append((track.slug, track.name, place % TRACK_COLOURS + 1, place))
            continue
        found[track.name] = known["id"]
        if known["name"] != track.name:
            await database.execute("UPDATE track SET name = $2 WHERE id = $1", known["id"], track.name)
    made = await database.rows(
        "INSERT INTO track (event_id, slug, name, colour, position)"
        " SELECT $1, * FROM unnest($2::text[], $3::text[], $4::int[], $5::int[]) RETURNING id, name",
        target.event_id,
        *_columns(new, 4),
    )
    return found | {row["name"]: row["id"] for row in made}


async def write_types(target: Target, names: Iterable[str]) -> dict[str, int]:
    """Make the missing types; returns the id of each name. A name in letters that no address has is one by itself."""
    names = [name for name in dict.fromkeys(names) if name]
    held = await database.rows("SELECT id, slug, name FROM session_type WHERE event_id = $1", target.event_id)
    by_slug = {row["slug"]: row["id"] for row in held}
    found = {row["name"]: row["id"] for row in held}
    new: dict[str, str] = {}
    for name in names:
        key = slug(name)[:80]
        if name in found:
            continue
        if key in by_slug:
            found[name] = by_slug[key]
        elif key not in new:
            new[key or free("type", {*by_slug, *new})] = name
    made = await database.rows(
        "INSERT INTO session_type (event_id, slug, name) SELECT $1, * FROM unnest($2::text[], $3::text[])"
        " RETURNING id, slug",
        target.event_id,
        list(new),
        list(new.values()),
    )
    by_slug |= {row["slug"]: row["id"] for row in made}
    found |= {name: by_slug[key] for key, name in new.items()}
    return {name: found[name] if name in found else by_slug[slug(name)[:80]] for name in names}


async def write_people(target: Target, people: Mapping[str, PersonRead], at: datetime) -> dict[str, int]:
    """Make the missing people, without an address; returns the id of each key.

    A changed name or biography is taken over, but not for somebody who has an address: they look after it themselves.
    """
    sources = {target.person_source(person): person for person in people.values()}
    held = {
        row["source"]: row
        for row in await database.rows(
            "SELECT p.id, p.source, p.name, p.biography, EXISTS (SELECT FROM address a WHERE a.person_id = p.id) AS own"
            " FROM person p WHERE p.source = any($1)"
            # somebody who was merged into another: their words are the other's, and no file's
            " UNION ALL SELECT person_id, key, '', '', true FROM former_key WHERE kind = 'source' AND key = any($1)",
            list(sources),
        )
    }
    wanted_codes = {source: codes.of(source, ()) for source in sources if source not in held}
    taken = {
        row["code"]
        for row in await database.rows(
            "SELECT code FROM person WHERE code = any($1)"
            " UNION ALL SELECT key FROM former_key WHERE kind = 'code' AND key = any($1)",
            list(wanted_codes.values()),
        )
    }
    new: list[tuple[UUID, str, str, str, str]] = []
    for source, person in sources.items():
        known = held.get(source)
        if known is None:
            code = codes.of(source, taken)
            while await _code_taken(code, taken, wanted_codes[source]):
                taken.add(code)
                code = codes.of(source, taken)
            taken.add(code)
            new.append((uuid5(target.event_guid, f"person:{source}"), code, person.name, person.biography, source))
        elif not known["own"] and (
            known["name"] != person.name or (person.biography and known["biography"] != person.biography)
        ):
            await database.execute(
                "UPDATE person SET name = $2, biography = CASE $3 WHEN '' THEN biography ELSE $3 END WHERE id = $1",
                known["id"],
                person.name,
                person.biography,
            )
    made = await database.rows(
        "INSERT INTO person (guid, code, name, biography, source, created_at)"
        " SELECT *, $6::timestamptz FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])"
        " RETURNING id, source",
        *_columns(new, 5),
        at,
    )
    ids = {source: row["id"] for source, row in held.items()} | {row["source"]: row["id"] for row in made}
    return {person.key: ids[source] for source, person in sources.items()}


async def _code_taken(code: str, taken: set[str], first: str) -> bool:
    """Only a code other than the first one wanted has not been looked up yet."""
    found: bool = code != first and await database.value(
        "SELECT EXISTS (SELECT FROM person WHERE code = $1)"
        " OR EXISTS (SELECT FROM former_key WHERE kind = 'code' AND key = $1)",
        code,
    )
    return found


_FIELDS = (
    "guid",
    "track_id",
    "type_id",
    "title",
    "subtitle",
    "abstract",
    "description",
    "language",
    "do_not_record",
    "links",
    "attachments",
)
_TYPES = ("uuid", "int", "int", "text", "text", "text", "text", "text", "bool", "text", "text")


async def write_sessions(
    target: Target,
    programme: Programme,
    tracks: Mapping[str, int],
    types: Mapping[str, int],
    at: datetime,
    tally: Tally,
) -> dict[str, int]:
    """Make, change and cancel sessions; returns the id of each key.

    A session of this programme that the file no longer has is cancelled, so that its entries become tombstones.
    """
    held = await database.rows(
        "SELECT id, guid, code, track_id, type_id, title, subtitle, abstract, description, language, do_not_record,"
        " links, attachments, state, source FROM session WHERE event_id = $1",
        target.event_id,
    )
    by_source = {row["source"]: row for row in held if row["source"]}
    by_guid = {row["guid"]: row for row in held}
    taken = {row["code"] for row in held}
    ids: dict[str, int] = {}
    key_of: dict[str, str] = {}
    new: list[tuple[object, ...]] = []
    changed: list[tuple[object, ...]] = []
    for session in programme.sessions:
        key_of[target.source(session)] = session.key
        known = by_source.get(target.source(session)) or (by_guid.get(session.guid) if session.guid else None)
        guid = session.guid or uuid5(target.event_guid, f"session:{session.key}")
        wanted = (
            guid,
            tracks.get(session.track),
            types.get(session.type),
            session.title,
            session.subtitle,
            session.abstract,
            session.description,
            session.language,
            session.do_not_record,
            _stored(session.links),
            _stored(session.attachments),
        )
        if known is None:
            code = session.code if session.code and session.code not in taken else codes.of(session.key, taken)
            taken.add(code)
            new.append((target.source(session), code, *wanted))
            continue
        ids[session.key] = known["id"]
        if known["state"] == "cancelled" or _differs(known, wanted[1:]):
            changed.append((known["id"], *wanted[1:]))
    for row in await _insert_sessions(target, new, at):
        tally.created.add(row["id"])
        ids[key_of[row["source"]]] = row["id"]
    if changed:
        await _update_sessions(changed, at)
        tally.touched |= {int(str(row[0])) for row in changed}
    of_file = set(ids.values())
    gone = [
        row
        for row in held
        if (row["source"] or "").startswith(target.prefix) and row["id"] not in of_file and row["state"] != "cancelled"
    ]
    if gone:
        await database.execute(
            "UPDATE session SET state = 'cancelled', version = version + 1, changed_at = $2 WHERE id = any($1)",
            [row["id"] for row in gone],
            at,
        )
        tally.touched |= {row["id"] for row in gone}
        tally.cancelled += [row["title"] for row in gone]
    return ids


def _differs(known: asyncpg.Record, wanted: Sequence[object]) -> bool:
    for name, value in zip(_FIELDS[1:], wanted, strict=True):
        stored = known[name]
        if name in ("links", "attachments"):
            if json.loads(stored) != json.loads(str(value)):
                return True
        elif stored != value:
            return True
    return False


async def _insert_sessions(target: Target, new: list[tuple[object, ...]], at: datetime) -> list[asyncpg.Record]:
    columns = _columns(new, 2 + len(_FIELDS))
    casts = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(("text", "text", *_TYPES), 3))
    names = ", ".join(("source", "code", *_FIELDS))
    values = ", ".join(("n.source", "n.code", *(_jsonb(f"n.{name}") for name in _FIELDS)))
    return await database.rows(
        f"INSERT INTO session (event_id, changed_at, translations, {names})"  # noqa: S608 - names of our own columns
        f" SELECT $1, $2, '{{}}', {values} FROM unnest({casts}) AS n ({names}) RETURNING id, source",
        target.event_id,
        at,
        *columns,
    )


async def _update_sessions(changed: list[tuple[object, ...]], at: datetime) -> None:
    names = _FIELDS[1:]
    casts = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(("bigint", *_TYPES[1:]), 2))
    sets = ", ".join(f"{name} = {_jsonb(f'n.{name}')}" for name in names)
    await database.execute(
        f"UPDATE session s SET {sets}, version = s.version + 1, changed_at = $1,"  # noqa: S608 - names of our own columns
        " state = CASE s.state WHEN 'cancelled' THEN 'confirmed' ELSE s.state END"
        f" FROM unnest({casts}) AS n (id, {', '.join(names)}) WHERE s.id = n.id",
        at,
        *_columns(changed, 1 + len(names)),
    )


def _jsonb(name: str) -> str:
    return f"{name}::jsonb" if name.endswith(("links", "attachments")) else name


def _stored(addresses: Sequence[tuple[str, str]]) -> str:
    return json.dumps([{"title": title, "url": address} for title, address in addresses])


async def write_roles(
    target: Target, programme: Programme, sessions: Mapping[str, int], people: Mapping[str, int], tally: Tally
) -> None:
    """Put the file's people into their sessions; somebody who was added by hand stays."""
    held: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    by_hand: set[tuple[int, int]] = set()
    for row in await database.rows(
        "SELECT r.id, r.session_id, r.person_id, r.position, p.source FROM session_person r"
        " JOIN session s ON s.id = r.session_id JOIN person p ON p.id = r.person_id"
        " WHERE s.event_id = $1 AND r.role = $2",
        target.event_id,
        SPEAKER,
    ):
        held[row["session_id"]][row["person_id"]] = (row["id"], row["position"])
        if row["source"] is None:
            by_hand.add((row["session_id"], row["person_id"]))
    new: list[tuple[int, int, int]] = []
    moved: list[tuple[int, int]] = []
    gone: list[int] = []
    for session in programme.sessions:
        session_id = sessions[session.key]
        before = held.get(session_id, {})
        wanted = {people[person.key]: position for position, person in enumerate(session.people)}
        for person_id, position in wanted.items():
            if person_id not in before:
                new.append((session_id, person_id, position))
            elif before[person_id][1] != position:
                moved.append((before[person_id][0], position))
            else:
                continue
            tally.touched.add(session_id)
        for person_id, (row_id, _position) in before.items():
            if person_id not in wanted and (session_id, person_id) not in by_hand:
                gone.append(row_id)
                tally.touched.add(session_id)
    if gone:
        await database.execute("DELETE FROM session_person WHERE id = any($1)", gone)
    if moved:
        await database.execute(
            "UPDATE session_person r SET position = n.position FROM unnest($1::bigint[], $2::int[]) AS n (id, position)"
            " WHERE r.id = n.id",
            *_columns(moved, 2),
        )
    if new:
        await database.execute(
            "INSERT INTO session_person (session_id, person_id, role, position)"
            " SELECT session_id, person_id, $4, position"
            " FROM unnest($1::bigint[], $2::int[], $3::int[]) AS n (session_id, person_id, position)",
            *_columns(new, 3),
            SPEAKER,
        )


async def write_slots(
    target: Target, programme: Programme, sessions: Mapping[str, int], rooms: Mapping[str, int], tally: Tally
) -> list[int]:
    """Make, move and remove slots; returns the ids of those that are new or lie elsewhere now."""
    held = {
        row["uid"]: row
        for row in await database.rows(
            "SELECT l.id, l.uid, l.session_id, l.starts_at, l.ends_at,"
            " array_remove(array_agg(DISTINCT x.named_id), NULL) AS rooms"
            " FROM slot l JOIN session s ON s.id = l.session_id LEFT JOIN slot_room x ON x.slot_id = l.id"
            " WHERE s.event_id = $1 GROUP BY l.id",
            target.event_id,
        )
    }
    zone = ZoneInfo(target.timezone)
    new: list[tuple[object, ...]] = []
    moved: list[tuple[object, ...]] = []
    room_of: dict[UUID, int | None] = {}
    wanted_uids: set[UUID] = set()
    for session in programme.sessions:
        for slot in session.slots:
            uid = target.slot_uid(slot)
            wanted_uids.add(uid)
            room_of[uid] = rooms.get(slot.room)
            walls = (wall(slot.starts_at, zone), wall(slot.ends_at, zone))
            row = (uid, sessions[session.key], slot.starts_at, slot.ends_at, *walls)
            known = held.get(uid)
            if known is None:
                new.append(row)
            elif (known["session_id"], known["starts_at"], known["ends_at"], sorted(known["rooms"])) != (
                sessions[session.key],
                slot.starts_at,
                slot.ends_at,
                [room_of[uid]] if room_of[uid] else [],
            ):
                moved.append(row)
            else:
                continue
            tally.touched.add(sessions[session.key])
    of_file = set(sessions.values())
    gone = [
        row for uid, row in held.items() if uid not in wanted_uids and uid.version == 5 and row["session_id"] in of_file
    ]
    if gone:
        await database.execute("DELETE FROM slot WHERE id = any($1)", [row["id"] for row in gone])
        tally.touched |= {row["session_id"] for row in gone}
    ids = await _put_slots(target.timezone, new, moved)
    await _put_rooms(ids, room_of)
    return [*ids.values(), *(row["id"] for row in gone)]


async def _put_slots(timezone: str, new: list[tuple[object, ...]], moved: list[tuple[object, ...]]) -> dict[UUID, int]:
    made = await database.rows(
        "INSERT INTO slot (uid, session_id, starts_at, ends_at, local_start, local_end, timezone)"
        " SELECT *, $7::text FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::timestamptz[],"
        " $5::text[], $6::text[])"
        " RETURNING id, uid",
        *_columns(new, 6),
        timezone,
    )
    changed = await database.rows(
        "UPDATE slot l SET session_id = n.session_id, starts_at = n.starts_at, ends_at = n.ends_at,"
        " local_start = n.local_start, local_end = n.local_end, timezone = $7, version = l.version + 1"
        " FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[])"
        " AS n (uid, session_id, starts_at, ends_at, local_start, local_end) WHERE l.uid = n.uid RETURNING l.id, l.uid",
        *_columns(moved, 6),
        timezone,
    )
    return {row["uid"]: row["id"] for row in (*made, *changed)}


async def _put_rooms(ids: Mapping[UUID, int], room_of: Mapping[UUID, int | None]) -> None:
    """Give slots their rooms anew, with the parts of a combined one."""
    if not ids:
        return
    await database.execute("DELETE FROM slot_room WHERE slot_id = any($1)", list(ids.values()))
    pairs = [(ids[uid], room) for uid, room in room_of.items() if uid in ids and room is not None]
    await database.execute(
        "INSERT INTO slot_room (slot_id, room_id, named_id, taken_from, taken_until, exclusive)"
        " SELECT l.id, part.id, r.id, l.starts_at - make_interval(mins => l.setup_minutes),"
        " l.ends_at + make_interval(mins => l.teardown_minutes), part.exclusive"
        " FROM unnest($1::bigint[], $2::int[]) AS n (slot_id, room_id) JOIN slot l ON l.id = n.slot_id"
        " JOIN room r ON r.id = n.room_id"
        " JOIN room part ON part.id = any(CASE WHEN r.part_ids = '{}' THEN array[r.id] ELSE r.part_ids END)",
        *_columns(pairs, 2),
    )


def _columns(rows: Sequence[Sequence[object]], width: int) -> list[list[object]]:
    """Rows turned into columns, for unnest."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _n in range(width)]
