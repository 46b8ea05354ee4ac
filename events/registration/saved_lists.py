"""Filters of an event's orders with a name: somebody's own, or shared with all who may read the orders."""

from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.errors import Unreadable
from events.core.locales import _
from events.registration.order_list import Filter

MOST = 50
"""Of one person in one event."""


@dataclass(frozen=True, slots=True)
class SavedList:
    """mine: whether who looks may take it away."""

    id: int
    name: str
    query: str
    shared: bool
    owner: str
    mine: bool


async def of(event_id: int, person: int) -> list[SavedList]:
    """What somebody sees: their own, and those that others share."""
    rows = await database.rows(
        "SELECT l.id, l.name, l.query, l.shared, p.name AS owner, l.owner_id = $2 AS mine FROM saved_list l"
        " JOIN person p ON p.id = l.owner_id WHERE l.event_id = $1 AND (l.shared OR l.owner_id = $2)"
        " ORDER BY lower(l.name), l.id",
        event_id,
        person,
    )
    return [SavedList(**dict(row)) for row in rows]


async def save(event_id: int, person: int, name: str, which: Filter, shared: bool, at: datetime) -> None:
    """Keep a filter; one of the same name is replaced. Raises Unreadable."""
    name = " ".join(name.split())
    if not 2 <= len(name) <= 80:
        raise Unreadable({"name": _("A name has 2 to 80 letters.")})
    if not which.query:
        raise Unreadable({"name": _("Choose a filter first: this would be all orders.")})
    async with database.transaction():
        count: int = await database.value(
            "SELECT count(*) FROM saved_list WHERE event_id = $1 AND owner_id = $2 AND lower(name) <> lower($3)",
            event_id,
            person,
            name,
        )
        if count >= MOST:
            raise Unreadable({"name": _("These are too many lists. Take one away first.")})
        await database.execute(
            "INSERT INTO saved_list (event_id, owner_id, name, query, shared, created_at)"
            " VALUES ($1, $2, $3, $4, $5, $6)"
            " ON CONFLICT (event_id, owner_id, lower(name))"
            " DO UPDATE SET name = excluded.name, query = excluded.query, shared = excluded.shared",
            event_id,
            person,
            name,
            which.query,
            shared,
            at,
        )


async def remove(event_id: int, person: int, saved: int) -> None:
    """Take one's own away; somebody else's stays."""
    await database.execute(
        "DELETE FROM saved_list WHERE id = $1 AND event_id = $2 AND owner_id = $3", saved, event_id, person
    )
