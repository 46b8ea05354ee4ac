"""Which prices somebody may have: from the memberships they have claimed, at a moment, for one unit's event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import asyncpg

from events.core import database
from events.core.turns import Turn


@dataclass(frozen=True, slots=True)
class Audience:
    """name: member, division_member, student, retired, nonmember. membership: the row that gave it, for the order."""

    name: str
    membership: dict[str, str] | None = None


NONMEMBER = Audience("nonmember")

_MEMBERSHIPS = """
SELECT asked.place, m.* FROM unnest($1::int[], $2::date[], $3::date[], $4::int[]) WITH ORDINALITY
    asked (person, first, last, unit, place)
CROSS JOIN LATERAL (
    WITH RECURSIVE above AS (
        SELECT id, parent_id FROM unit WHERE id = asked.unit
        UNION SELECT u.id, u.parent_id FROM above a JOIN unit u ON u.id = a.parent_id
    )
    SELECT m.number, m.kind, m.valid_from, m.valid_to, u.name AS unit, CASE WHEN m.kind <> 'member' THEN m.kind
        WHEN m.unit_id IS NULL THEN 'member' ELSE 'division_member' END AS audience
    FROM membership m LEFT JOIN unit u ON u.id = m.unit_id
    WHERE m.person_id = asked.person AND m.valid_from <= asked.first AND m.valid_to >= asked.last
        AND (m.unit_id IS NULL OR m.unit_id IN (SELECT id FROM above))
    ORDER BY array_position(ARRAY['student', 'retired', 'division_member', 'member'], CASE WHEN m.kind <> 'member'
        THEN m.kind WHEN m.unit_id IS NULL THEN 'member' ELSE 'division_member' END), m.valid_to DESC, m.id
    LIMIT 1
) m
"""


async def audience_of(person: int | None, at: datetime, unit: int | None) -> Audience:
    """The best audience of a person for an event that `unit` owns.

    A division's membership counts for the events of the division and of every unit below it; the association's counts
    for all. A day of the roster counts while it is that day anywhere on earth (UTC+14 to UTC-12). A crowd asks by one
    statement.
    """
    if person is None:
        return NONMEMBER
    days = (at + timedelta(hours=14)).date(), (at - timedelta(hours=12)).date()
    return await _asked.get((person, *days, unit)) or NONMEMBER


_Question = tuple[int, date, date, int | None]
"""A person, the last and the first day that it may be now somewhere, and the unit."""


async def _audiences(wanted: Sequence[_Question]) -> dict[_Question, Audience]:
    rows = await database.rows(_MEMBERSHIPS, *(list(column) for column in zip(*wanted, strict=True)))
    return {wanted[row["place"] - 1]: _audience(row) for row in rows}


def _audience(row: asyncpg.Record) -> Audience:
    snapshot = {
        "number": row["number"],
        "kind": row["kind"],
        "valid_from": row["valid_from"].isoformat(),
        "valid_to": row["valid_to"].isoformat(),
    }
    return Audience(row["audience"], snapshot | ({"unit": row["unit"]} if row["unit"] else {}))


_asked: Turn[_Question, Audience] = Turn(_audiences)
