"""What is booked and cannot be in two places: interpreters, a captioner, a recording crew."""

from collections.abc import Mapping, Sequence
from typing import Any

from events.core import database
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.locales import Lazy, _, lazy

KINDS: dict[str, Lazy] = {
    "interpreters": lazy("Interpreters"),
    "captioner": lazy("Captions (CART)"),
    "crew": lazy("Recording crew"),
    "equipment": lazy("Equipment"),
    "other": lazy("Something else"),
}


async def of(event_id: int) -> Sequence[Any]:
    """id, kind, name, note and how many sessions have it."""
    return await database.rows(
        "SELECT r.id, r.kind, r.name, r.note,"
        " (SELECT count(*) FROM session_resource x WHERE x.resource_id = r.id) AS sessions"
        " FROM resource r WHERE r.event_id = $1 ORDER BY r.kind, r.name, r.id",
        event_id,
    )


async def add(event_id: int, kind: str, name: str, note: str) -> None:
    """Raises Unreadable when the event has one of this name."""
    added = await database.execute(
        "INSERT INTO resource (event_id, kind, name, note) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (event_id, name) DO NOTHING",
        event_id,
        kind,
        name,
        note,
    )
    if not added:
        raise _taken()


async def change(event_id: int, resource_id: int, kind: str, name: str, note: str, seen: Mapping[str, str]) -> None:
    """seen: the kind, name and note that its form was opened with.

    Raises NotFound, also for another event's, Unreadable when another one has this name, and StaleWrite with both
    states when somebody was faster.
    """
    wanted = {"kind": kind, "name": name, "note": note}
    async with database.transaction():
        rows = await database.rows(
            "SELECT id, kind, name, note FROM resource WHERE event_id = $1 ORDER BY id FOR UPDATE", event_id
        )
        held = {row["id"]: {field: row[field] for field in wanted} for row in rows}
        if resource_id not in held:
            raise NotFound
        if any(one["name"] == name for number, one in held.items() if number != resource_id):
            raise _taken()
        if held[resource_id] not in (seen, wanted):
            words = _("This was changed while you had it open. Nothing was saved; look at both and choose.")
            raise StaleWrite(words, held[resource_id], wanted)
        await database.execute(
            "UPDATE resource SET kind = $2, name = $3, note = $4 WHERE id = $1", resource_id, kind, name, note
        )


async def remove(event_id: int, resource_id: int) -> None:
    """Take it away, from the sessions that have it too. Raises NotFound, also for another event's."""
    if not await database.execute("DELETE FROM resource WHERE event_id = $1 AND id = $2", event_id, resource_id):
        raise NotFound


def _taken() -> Unreadable:
    return Unreadable({"name": _("This event has a resource of that name.")})
