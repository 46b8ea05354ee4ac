"""Writing the sessions a file asks for, in bulk: their words, and who and what belongs to them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from events.core import database
from events.schedule import codes, imported_rows
from events.schedule.frab import TrackRead, free, slug
from events.schedule.imported_rows import Tally, Target
from events.sheets.draft import Draft, Values
from events.sheets.wanted_sessions import SessionWanted

_WORDS = ("title", "subtitle", "abstract", "description", "language", "level", "visibility", "state", "ticketed")


async def write(
    target: Target,
    draft: Draft,
    sessions: Sequence[SessionWanted],
    people: Mapping[str, int],
    at: datetime,
    tally: Tally,
) -> list[int]:
    """Make and change sessions; returns the id of each, in their order. people: ids of the new ones, by key."""
    ids = await _ids(target, sessions)
    new = [one for one in sessions if one.now is None]
    taken = set(draft.sessions)
    rows = []
    for one in new:
        code = one.code if one.code and one.code not in taken else codes.new(taken.__contains__)
        taken.add(code)
        rows.append(_row(one.values, ids) | {"code": code})
    made = {row["code"]: row["id"] for row in await database.rows(_INSERT, target.event_id, at, json.dumps(rows))}
    numbers = iter([made[str(row["code"])] for row in rows])
    where = [one.now.id if one.now else next(numbers) for one in sessions]
    changed = [
        _row(one.now.values | one.values, ids) | {"id": one.now.id, "given": list(one.values)}
        for one in sessions
        if one.now is not None and (one.values or one.parts is not None)
    ]
    await database.execute(_UPDATE, json.dumps(changed), at)
    tally.created |= set(made.values())
    tally.touched |= {int(str(row["id"])) for row in changed}
    await _write_people(sessions, where, people)
    await _write_units(sessions, where)
    await _write_resources(target, sessions, where)
    return where


async def _ids(target: Target, sessions: Sequence[SessionWanted]) -> dict[str, dict[str, int]]:
    """What rows are named by: ids of tracks and types by name, made where they are missing; of units by slug."""

    def named(column: str) -> list[str]:
        return list(dict.fromkeys(one.values[column] for one in sessions if one.values.get(column)))

    held = await database.rows(
        "SELECT id, slug, name FROM track WHERE event_id = $1 ORDER BY position DESC, id DESC", target.event_id
    )
    tracks = {row["name"]: row["id"] for row in held}
    slugs = {row["slug"] for row in held}
    new: list[TrackRead] = []
    for name in named("track"):
        if name not in tracks:
            new.append(TrackRead(free(slug(name)[:76] or "track", slugs), name))
            slugs.add(new[-1].slug)
    units = await database.rows("SELECT id, slug FROM unit WHERE slug = any($1)", named("unit"))
    return {
        "track": tracks | await imported_rows.write_tracks(target, new),
        "type": await imported_rows.write_types(target, named("type")),
        "unit": {row["slug"]: row["id"] for row in units},
    }


def _row(values: Values, ids: Mapping[str, Mapping[str, int]]) -> dict[str, object]:
    """A session as the statements below read it."""
    row: dict[str, object] = {name: values[name] for name in _WORDS}
    row |= {f"{name}_id": ids[name].get(values[name]) for name in ("track", "type", "unit")}
    return row | {
        "capacity": values["seats"],
        "topics": list(values["topics"]),
        "do_not_record": values["do not record"],
        "join_link": values["join link"],
        "links": [{"title": title, "url": url} for title, url in values["links"]],
        "attachments": [{"title": title, "url": url} for title, url in values["attachments"]],
    }


_RECORD = """(id bigint, given text[], code text, title text, subtitle text, abstract text, description text,
    language text, level text, visibility text, state text, ticketed bool, track_id int, type_id int, unit_id int,
    capacity int, topics text[], do_not_record bool, join_link text, links jsonb, attachments jsonb)"""
_INSERT = f"""
INSERT INTO session (event_id, guid, changed_at, translations, code, title, subtitle, abstract, description, language,
    level, visibility, state, ticketed, track_id, type_id, unit_id, capacity, topics, do_not_record, join_link, links,
    attachments)
SELECT $1, gen_random_uuid(), $2, '{{}}', n.code, n.title, n.subtitle, n.abstract, n.description, n.language, n.level,
    n.visibility, n.state, n.ticketed, n.track_id, n.type_id, n.unit_id, n.capacity, n.topics, n.do_not_record,
    n.join_link, n.links, n.attachments
FROM jsonb_to_recordset($3::jsonb) AS n {_RECORD} RETURNING id, code
"""  # noqa: S608 - a text of our own
_UPDATE = f"""
UPDATE session s SET title = n.title, subtitle = n.subtitle, abstract = n.abstract, description = n.description,
    language = n.language, level = n.level, visibility = n.visibility, state = n.state, ticketed = n.ticketed,
    track_id = CASE WHEN 'track' = any(n.given) THEN n.track_id ELSE s.track_id END,
    type_id = CASE WHEN 'type' = any(n.given) THEN n.type_id ELSE s.type_id END,
    unit_id = CASE WHEN 'unit' = any(n.given) THEN n.unit_id ELSE s.unit_id END,
    capacity = n.capacity, topics = n.topics, do_not_record = n.do_not_record, join_link = n.join_link,
    links = n.links, attachments = n.attachments, version = s.version + 1, changed_at = $2
FROM jsonb_to_recordset($1::jsonb) AS n {_RECORD} WHERE s.id = n.id
"""  # noqa: S608 - a text of our own


async def _write_people(sessions: Sequence[SessionWanted], where: Sequence[int], people: Mapping[str, int]) -> None:
    """Give sessions these people in this order; whose rows stay keeps them."""
    rows = [
        (number, person if isinstance(person, int) else people[person], role, position)
        for one, number in zip(sessions, where, strict=True)
        if one.parts is not None
        for position, (person, role) in enumerate(one.parts)
    ]
    told = [number for one, number in zip(sessions, where, strict=True) if one.parts is not None]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
    await database.execute(
        "DELETE FROM session_person r WHERE r.session_id = any($1) AND NOT EXISTS (SELECT FROM"
        " unnest($2::bigint[], $3::int[], $4::text[]) AS n (session, person, role)"
        " WHERE n.session = r.session_id AND n.person = r.person_id AND n.role = r.role)",
        told,
        *columns[:3],
    )
    await database.execute(
        "INSERT INTO session_person (session_id, person_id, role, position)"
        " SELECT * FROM unnest($1::bigint[], $2::int[], $3::text[], $4::int[])"
        " ON CONFLICT (session_id, person_id, role) DO UPDATE SET position = excluded.position",
        *columns,
    )


async def _write_units(sessions: Sequence[SessionWanted], where: Sequence[int]) -> None:
    pairs = _pairs(sessions, where, "co-sponsors")
    await database.execute("DELETE FROM session_unit WHERE session_id = any($1)", _told(sessions, where, "co-sponsors"))
    await database.execute(
        "INSERT INTO session_unit (session_id, unit_id) SELECT n.session, u.id"
        " FROM unnest($1::bigint[], $2::text[]) AS n (session, slug) JOIN unit u ON u.slug = n.slug"
        " JOIN session s ON s.id = n.session WHERE s.unit_id IS DISTINCT FROM u.id",
        *pairs,
    )


async def _write_resources(target: Target, sessions: Sequence[SessionWanted], where: Sequence[int]) -> None:
    await database.execute(
        "DELETE FROM session_resource WHERE session_id = any($1)", _told(sessions, where, "resources")
    )
    await database.execute(
        "INSERT INTO session_resource (session_id, resource_id) SELECT n.session, r.id"
        " FROM unnest($1::bigint[], $2::text[]) AS n (session, name)"
        " JOIN resource r ON r.name = n.name AND r.event_id = $3",
        *_pairs(sessions, where, "resources"),
        target.event_id,
    )


def _told(sessions: Sequence[SessionWanted], where: Sequence[int], column: str) -> list[int]:
    return [number for one, number in zip(sessions, where, strict=True) if column in one.values]


def _pairs(sessions: Sequence[SessionWanted], where: Sequence[int], column: str) -> tuple[list[int], list[str]]:
    """Each session with each value of a column."""
    found: Iterable[tuple[int, str]] = [
        (number, value)
        for one, number in zip(sessions, where, strict=True)
        if column in one.values
        for value in one.values[column]
    ]
    return [number for number, _value in found], [value for _number, value in found]
