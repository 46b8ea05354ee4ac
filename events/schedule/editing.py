"""Making and changing a session in the draft: its words, track, type, unit, visibility, state, and the people in it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import uuid4

import asyncpg

from events.core import database
from events.core.errors import NotFound, StaleWrite
from events.core.locales import _
from events.people import persons
from events.schedule import codes
from events.schedule.releases import LOCK
from events.schedule.states import SessionState, step


@dataclass(frozen=True, slots=True)
class Values:
    """What an editor may change. track_id, type_id, unit_id: rows of the event, or None; topics: whom it is for."""

    title: str
    subtitle: str = ""
    abstract: str = ""
    description: str = ""
    language: str = ""
    level: str = ""
    track_id: int | None = None
    type_id: int | None = None
    unit_id: int | None = None
    visibility: str = "public"
    state: str = "confirmed"
    capacity: int | None = None
    ticketed: bool = False
    do_not_record: bool = False
    join_link: str = ""
    topics: tuple[str, ...] = ()


_NAMES = tuple(one.name for one in fields(Values))


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as its editor sees it."""

    id: int
    event_id: int
    code: str
    version: int
    values: Values


@dataclass(frozen=True, slots=True)
class RoleRow:
    """Somebody in a session."""

    id: int
    person_id: int
    name: str
    code: str
    role: str


async def session(event_id: int, code: str) -> SessionRow:
    """Raises NotFound."""
    row = await database.row("SELECT * FROM session WHERE event_id = $1 AND code = $2", event_id, code[:12])
    if row is None:
        raise NotFound
    return _session(row)


async def people(session_id: int) -> list[RoleRow]:
    return [
        RoleRow(row["id"], row["person_id"], row["name"], row["code"], row["role"])
        for row in await database.rows(
            "SELECT r.id, r.person_id, p.name, p.code, r.role FROM session_person r JOIN person p ON p.id = r.person_id"
            " WHERE r.session_id = $1 ORDER BY r.position, r.id",
            session_id,
        )
    ]


async def create(event_id: int, values: Values, at: datetime) -> SessionRow:
    """A new session, without a time. Its code and guid stay for good."""
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK, event_id)
        taken = {row["code"] for row in await database.rows("SELECT code FROM session WHERE event_id = $1", event_id)}
        columns = ", ".join(_NAMES)
        places = ", ".join(f"${n}" for n in range(5, 5 + len(_NAMES)))
        row = await database.row(
            f"INSERT INTO session (event_id, guid, code, changed_at, links, attachments, translations, {columns})"  # noqa: S608
            f" VALUES ($1, $2, $3, $4, '[]', '[]', '{{}}', {places}) RETURNING *",
            event_id,
            uuid4(),
            codes.new(taken.__contains__),
            at,
            *_given(values),
        )
    assert row is not None
    return _session(row)


async def change(session_id: int, values: Values, version: int, at: datetime) -> SessionRow:
    """Save what an editor typed.

    version   the one they saw; raises StaleWrite with both states when somebody was faster, IllegalMove for a state
              that may not follow
    """
    async with database.transaction():
        held = await database.row("SELECT * FROM session WHERE id = $1 FOR UPDATE", session_id)
        if held is None:
            raise NotFound
        before = _session(held)
        if before.version != version:
            words = _("This session was changed while you had it open. Nothing was saved; look at both and choose.")
            raise StaleWrite(words, *_differing(before.values, values))
        step(SessionState(before.values.state), SessionState(values.state))
        sets = ", ".join(f"{name} = ${n}" for n, name in enumerate(_NAMES, 3))
        row = await database.row(
            f"UPDATE session SET {sets}, version = version + 1, changed_at = $2 WHERE id = $1 RETURNING *",  # noqa: S608
            session_id,
            at,
            *_given(values),
        )
    assert row is not None
    return _session(row)


async def put_person(session_id: int, name: str, role: str, at: datetime) -> None:
    """Put somebody into a session, by their public code or by name.

    A name that one person of this event's programme has means that person; any other is somebody new, without an
    address, who may be invited to claim it later.
    """
    async with database.transaction():
        await put(session_id, await _person(session_id, name) or await persons.create(name, at), role, at)


async def put(session_id: int, person_id: int, role: str, at: datetime) -> None:
    """Put a person into a session, in the caller's transaction; who has this role there already stays."""
    await database.execute(
        "INSERT INTO session_person (session_id, person_id, role, position) SELECT $1, $2, $3,"
        " coalesce((SELECT max(position) + 1 FROM session_person WHERE session_id = $1), 0) ON CONFLICT DO NOTHING",
        session_id,
        person_id,
        role,
    )
    await _touch(session_id, at)


async def change_roles(session_id: int, roles: dict[int, str], gone: Iterable[int], at: datetime) -> None:
    """Give rows of a session other roles, and take people out of it."""
    async with database.transaction():
        await database.execute(
            "DELETE FROM session_person WHERE session_id = $1 AND id = any($2)", session_id, list(gone)
        )
        await database.execute(
            "UPDATE session_person r SET role = n.role FROM unnest($2::bigint[], $3::text[]) AS n (id, role)"
            " WHERE r.id = n.id AND r.session_id = $1 AND r.role <> n.role"
            " AND NOT EXISTS (SELECT FROM session_person o WHERE o.session_id = $1 AND o.person_id = r.person_id"
            "  AND o.role = n.role)",
            session_id,
            list(roles),
            list(roles.values()),
        )
        await _touch(session_id, at)


async def _person(session_id: int, name: str) -> int | None:
    by_code: int | None = await database.value(
        "SELECT id FROM person WHERE code = $1"
        " UNION ALL SELECT person_id FROM former_key WHERE kind = 'code' AND key = $1",
        name[:8],
    )
    if by_code is not None:
        return by_code
    rows = await database.rows(
        "SELECT DISTINCT p.id FROM person p JOIN session_person r ON r.person_id = p.id"
        " JOIN session s ON s.id = r.session_id WHERE lower(p.name) = lower($2)"
        " AND s.event_id = (SELECT event_id FROM session WHERE id = $1)",
        session_id,
        name,
    )
    return rows[0]["id"] if len(rows) == 1 else None


async def _touch(session_id: int, at: datetime) -> None:
    await database.execute("UPDATE session SET version = version + 1, changed_at = $2 WHERE id = $1", session_id, at)


def _given(values: Values) -> tuple[object, ...]:
    """As columns."""
    given = (getattr(values, name) for name in _NAMES)
    return tuple(list(value) if isinstance(value, tuple) else value for value in given)


def _session(row: asyncpg.Record) -> SessionRow:
    values = {name: row[name] for name in _NAMES} | {"topics": tuple(row["topics"])}
    return SessionRow(row["id"], row["event_id"], row["code"], row["version"], Values(**values))


def _differing(theirs: Values, yours: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields in which two states differ, each side by itself."""
    names = [name for name in _NAMES if getattr(theirs, name) != getattr(yours, name)]
    return {name: getattr(theirs, name) for name in names}, {name: getattr(yours, name) for name in names}
