"""What was done to a draft, by whom, in which order: for its history, for undoing, and for telling other editors.

Every gesture is a command; what it changed are its edits, numbered within the event without gaps. Whoever writes holds
the event's advisory lock (`releases.LOCK`), so the numbers follow the commits, and who has read up to a number has
missed nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from events.core import database
from events.core.errors import NotFound

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class By:
    """Whose gesture: the person, or None for the machine; `command` joins what belongs together, `undoes` another."""

    person: int | None = None
    command: UUID | None = None
    undoes: UUID | None = None


NOBODY = By()


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed: before and after as JSON can say them, None where there was or is nothing."""

    what: str
    session: int | None
    slot: int | None
    before: State | None
    after: State | None


@dataclass(frozen=True, slots=True)
class EditRow:
    """An edit as it was recorded; name: of who made it, "" for the machine."""

    number: int
    command: UUID
    undoes: UUID | None
    at: datetime
    by: int | None
    name: str
    change: Change


async def record(event_id: int, changes: Sequence[Change], by: By, at: datetime) -> UUID:
    """Number and keep what one command changed; returns the command. Call under the event's lock."""
    command = by.command or uuid4()
    await database.execute(
        "INSERT INTO edit (event_id, number, command, undoes, at, by_id, what, session_id, slot_id, before, after)"
        " SELECT $1, coalesce((SELECT max(number) FROM edit WHERE event_id = $1), 0) + n.place, $2, $3, $4, $5,"
        "  n.what, n.session, n.slot, n.before, n.after"
        " FROM unnest($6::text[], $7::bigint[], $8::bigint[], $9::jsonb[], $10::jsonb[])"
        "  WITH ORDINALITY AS n (what, session, slot, before, after, place)",
        event_id,
        command,
        by.undoes,
        at,
        by.person,
        [one.what for one in changes],
        [one.session for one in changes],
        [one.slot for one in changes],
        [_written(one.before) for one in changes],
        [_written(one.after) for one in changes],
    )
    return command


_EDITS = """
SELECT e.number, e.command, e.undoes, e.at, e.by_id, coalesce(p.name, '') AS name, e.what, e.session_id, e.slot_id,
       e.before, e.after
FROM edit e LEFT JOIN person p ON p.id = e.by_id
"""


async def last(event_id: int) -> int:
    """The number of the latest edit; 0 before the first."""
    number: int = await database.value("SELECT coalesce(max(number), 0) FROM edit WHERE event_id = $1", event_id)
    return number


async def is_known(event_id: int, which: UUID) -> bool:
    """Whether a command was done: who sends it again has only lost the answer."""
    known: bool = await database.value(
        "SELECT EXISTS (SELECT FROM edit WHERE command = $2 AND event_id = $1)", event_id, which
    )
    return known


async def since(event_id: int, number: int, most: int = 500) -> list[EditRow]:
    """The edits after a number, in their order, `most` at a time."""
    rows = await database.rows(
        _EDITS + "WHERE e.event_id = $1 AND e.number > $2 ORDER BY e.number LIMIT $3", event_id, number, most
    )
    return [_edit(row) for row in rows]


async def command(event_id: int, which: UUID) -> list[EditRow]:
    """The edits of one command, in their order. Raises NotFound."""
    rows = await database.rows(_EDITS + "WHERE e.event_id = $1 AND e.command = $2 ORDER BY e.number", event_id, which)
    if not rows:
        raise NotFound
    return [_edit(row) for row in rows]


async def commands(event_id: int, which: Sequence[UUID]) -> dict[UUID, list[EditRow]]:
    """The edits of several commands, each in their order."""
    found: dict[UUID, list[EditRow]] = {}
    for row in await database.rows(
        _EDITS + "WHERE e.event_id = $1 AND e.command = any($2) ORDER BY e.number", event_id, list(which)
    ):
        found.setdefault(row["command"], []).append(_edit(row))
    return found


def _edit(row: Any) -> EditRow:
    change = Change(row["what"], row["session_id"], row["slot_id"], _read(row["before"]), _read(row["after"]))
    return EditRow(row["number"], row["command"], row["undoes"], row["at"], row["by_id"], row["name"], change)


def _written(state: State | None) -> str | None:
    return None if state is None else json.dumps(state)


def _read(state: str | None) -> State | None:
    return None if state is None else json.loads(state)
