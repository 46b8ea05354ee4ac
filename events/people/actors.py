"""The signed-in person of a request, with what their roles reach.

Pages read `request.state.actor` (an `Actor`, or None) and ask `people.permissions`; nobody else looks into `roles`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import asyncpg

from events.core import database
from events.core.turns import Turn

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


_ACTORS = """
WITH RECURSIVE me AS MATERIALIZED (
    SELECT asked.place, s.id AS sign_in, s.seen_at, p.id, p.name, p.locale, p.timezone, a.email
    FROM unnest($1::bytea[], $2::timestamptz[]) WITH ORDINALITY asked (token_hash, at, place)
    JOIN sign_in s ON s.token_hash = asked.token_hash AND s.expires_at > asked.at
    JOIN person p ON p.id = s.person_id AND p.erased_at IS NULL
    LEFT JOIN address a ON a.person_id = p.id AND a.is_primary
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
    """Whose browser holds this token. None when nobody's, run out, or signed out elsewhere.

    One statement, which the requests of one turn of the loop share: each is answered from its own rows of that moment,
    and nothing is kept.
    """
    row = await _asked.get((token_hash, at))
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


async def _rows(wanted: Sequence[tuple[bytes, datetime]]) -> dict[tuple[bytes, datetime], asyncpg.Record]:
    found = await database.rows(_ACTORS, [token_hash for token_hash, _at in wanted], [at for _hash, at in wanted])
    return {wanted[row["place"] - 1]: row for row in found}


_asked: Turn[tuple[bytes, datetime], asyncpg.Record] = Turn(_rows)
