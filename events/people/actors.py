"""The signed-in person of a request, with what their roles reach.

Pages read `request.state.actor` (an `Actor`, or None) and ask `people.permissions`; nobody else looks into `roles`.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from events.core import database

UNUSED = timedelta(days=60)
"""A browser that was not seen for so long is signed out."""

TOUCH = timedelta(hours=1)
"""`seen_at` is written at most so often."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role and where it counts: in one event, in some units, or (neither) in the whole association.

    units    the unit the role was given on and every unit below it; None for a role that is not a unit's
    """

    role: str
    event: int | None = None
    units: frozenset[int] | None = None

    @property
    def everywhere(self) -> bool:
        return self.event is None and self.units is None


@dataclass(frozen=True, slots=True)
class Actor:
    """name and timezone may be empty; email is the primary address, empty only for somebody who has none."""

    id: int
    name: str
    email: str
    roles: tuple[Grant, ...] = ()
    locale: str = field(default="en", compare=False)
    timezone: str = field(default="", compare=False)
    sign_in: int = field(default=0, compare=False)

    @property
    def label(self) -> str:
        """How pages call them: the name, or the address while no name is known."""
        return self.name or self.email


_ACTOR = """
WITH RECURSIVE me AS MATERIALIZED (
    SELECT s.id AS sign_in, s.seen_at, p.id, p.name, p.locale, p.timezone, a.email
    FROM sign_in s JOIN person p ON p.id = s.person_id
    LEFT JOIN address a ON a.person_id = p.id AND a.is_primary
    WHERE s.token_hash = $1 AND s.expires_at > $2 AND p.erased_at IS NULL
), below AS (
    SELECT r.id AS role, r.unit_id FROM me JOIN role r ON r.person_id = me.id WHERE r.unit_id IS NOT NULL
    UNION
    SELECT b.role, u.id FROM below b JOIN unit u ON u.parent_id = b.unit_id
)
SELECT me.*, (
    SELECT json_agg(json_build_array(
        r.name, r.event_id, r.unit_id, (SELECT json_agg(b.unit_id) FROM below b WHERE b.role = r.id)
    ) ORDER BY r.id)
    FROM role r WHERE r.person_id = me.id
) AS roles FROM me
"""


async def actor_of(token_hash: bytes, at: datetime) -> Actor | None:
    """Whose browser holds this token, by one statement. None when nobody's, run out, or signed out elsewhere."""
    row = await database.row(_ACTOR, token_hash, at)
    if row is None:
        return None
    if row["seen_at"] < at - TOUCH:
        await database.execute(
            "UPDATE sign_in SET seen_at = $2, expires_at = $3 WHERE id = $1 AND seen_at < $2",
            row["sign_in"],
            at,
            at + UNUSED,
        )
    grants = tuple(
        Grant(role, event, None if unit is None else frozenset(below or ()))
        for role, event, unit, below in json.loads(row["roles"] or "[]")
    )
    return Actor(
        row["id"], row["name"], row["email"] or "", grants, row["locale"], row["timezone"], sign_in=row["sign_in"]
    )
