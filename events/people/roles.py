"""Giving and taking roles, each with its scope. `permissions.ROLES` says what each may do."""

from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.errors import DomainError, NotFound, Unreadable
from events.core.locales import _, lazy

WORDS = {
    "reader": lazy("Reader"),
    "editor": lazy("Editor"),
    "care": lazy("Handles what people need"),
    "registrar": lazy("Registrar"),
    "programme_manager": lazy("Programme manager"),
    "administrator": lazy("Administrator"),
}
"""Each role as people call it, the least first."""


@dataclass(frozen=True, slots=True)
class RoleRow:
    """scope: the name of the unit or event, "" for the whole association."""

    id: int
    person_id: int
    name: str
    unit_id: int | None
    event_id: int | None
    scope: str
    granted_at: datetime


class LastAdministrator(DomainError):
    status = 409

    def __init__(self) -> None:
        super().__init__(_("This is the association’s last administrator. Make somebody else one first."))


_ROLES = """
SELECT r.id, r.person_id, r.name, r.unit_id, r.event_id, coalesce(u.name, e.title, '') AS scope, r.granted_at
FROM role r LEFT JOIN unit u ON u.id = r.unit_id LEFT JOIN event e ON e.id = r.event_id
"""
# The table of events belongs to a higher room; a role points into it, and only the title and slug are read here.


async def of(person: int) -> list[RoleRow]:
    found = await database.rows(_ROLES + "WHERE r.person_id = $1 ORDER BY r.id", person)
    return [RoleRow(**row) for row in found]


async def by_id(role: int) -> RoleRow:
    """Raises NotFound."""
    row = await database.row(_ROLES + "WHERE r.id = $1", role)
    if row is None:
        raise NotFound
    return RoleRow(**row)


async def event_id(slug: str) -> int:
    """The event that a role is given in. Raises Unreadable at `event`."""
    found: int | None = await database.value("SELECT event_id FROM event_slug WHERE slug = $1", slug)
    if found is None:
        raise Unreadable(
            {"event": _("There is no event with this address. Type what stands behind /events/ on its page.")}
        )
    return found


async def grant(person: int, name: str, at: datetime, unit: int | None = None, event: int | None = None) -> None:
    """Give a role in one scope; giving it twice is once."""
    await database.execute(
        "INSERT INTO role (person_id, name, unit_id, event_id, granted_at) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT DO NOTHING",
        person,
        name,
        unit,
        event,
        at,
    )


async def revoke(role: RoleRow) -> None:
    """Take a role away. Raises LastAdministrator."""
    async with database.transaction():
        if role.name == "administrator" and role.unit_id is None and role.event_id is None:
            await _keep_an_administrator(role.person_id)
        await database.execute("DELETE FROM role WHERE id = $1", role.id)


async def leave(person: int) -> None:
    """Take all roles from a person, in the caller's transaction. Raises LastAdministrator."""
    await _keep_an_administrator(person)
    await database.execute("DELETE FROM role WHERE person_id = $1", person)


async def _keep_an_administrator(person: int) -> None:
    """Raises LastAdministrator when nobody else administers the association. Two at once wait for each other."""
    await database.execute("SELECT pg_advisory_xact_lock(hashtext('administrators'))")
    alone = await database.value(
        "SELECT bool_and(person_id = $1) FROM role"
        " WHERE name = 'administrator' AND unit_id IS NULL AND event_id IS NULL",
        person,
    )
    if alone:
        raise LastAdministrator
