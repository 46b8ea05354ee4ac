"""The roster in the database: a file's good rows compared with what is here, and written at once.

What a file no longer names stays until it ends: nobody loses a membership because an export was cut short.
"""

import asyncio
from dataclasses import dataclass

from events.core import database
from events.people import roster_file
from events.people.roster_file import Roster


@dataclass(frozen=True, slots=True)
class Comparison:
    """What writing the good rows does."""

    created: int
    changed: int
    unchanged: int


async def divisions() -> dict[str, int]:
    """Units by every name a file may use for them; an address wins over a name, a name over a short one."""
    found = await database.rows("SELECT id, slug, name, short_name FROM unit ORDER BY id DESC")
    return {
        name.lower(): row["id"] for column in ("short_name", "name", "slug") for row in found if (name := row[column])
    }


async def read(data: bytes) -> Roster:
    """Read a file, in a thread: a large one takes a second. Raises Unreadable."""
    return await asyncio.to_thread(roster_file.read, data, await divisions())


_COMPARE = """
SELECT count(*) FILTER (WHERE m.id IS NULL) AS created, count(*) FILTER (WHERE m.id IS NOT NULL
    AND (m.email, m.kind, m.valid_from, m.valid_to) <> (g.email, g.kind, g.valid_from, g.valid_to)) AS changed
FROM unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::date[], $6::int[])
    AS g (number, email, kind, valid_from, valid_to, unit_id)
LEFT JOIN membership m ON m.number = g.number AND m.unit_id IS NOT DISTINCT FROM g.unit_id
"""

_CHANGE = """
UPDATE membership m SET email = g.email, kind = g.kind, valid_from = g.valid_from, valid_to = g.valid_to
FROM unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::date[], $6::int[])
    AS g (number, email, kind, valid_from, valid_to, unit_id)
WHERE m.number = g.number AND m.unit_id IS NOT DISTINCT FROM g.unit_id
    AND (m.email, m.kind, m.valid_from, m.valid_to) <> (g.email, g.kind, g.valid_from, g.valid_to)
"""

_CREATE = """
WITH claimed AS (
    SELECT DISTINCT ON (number, email) number, email, person_id, claimed_at FROM membership
    WHERE person_id IS NOT NULL ORDER BY number, email, claimed_at DESC
)
INSERT INTO membership (number, email, kind, valid_from, valid_to, unit_id, person_id, claimed_at)
SELECT g.number, g.email, g.kind, g.valid_from, g.valid_to, g.unit_id, c.person_id, c.claimed_at
FROM unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::date[], $6::int[])
    AS g (number, email, kind, valid_from, valid_to, unit_id)
LEFT JOIN claimed c ON c.number = g.number AND c.email = g.email
WHERE NOT EXISTS (SELECT FROM membership m WHERE m.number = g.number AND m.unit_id IS NOT DISTINCT FROM g.unit_id)
"""


async def compare(roster: Roster) -> Comparison:
    """What `write` would do; changes nothing."""
    row = await database.row(_COMPARE, *_columns(roster))
    assert row is not None
    return Comparison(row["created"], row["changed"], len(roster.rows) - row["created"] - row["changed"])


async def write(roster: Roster) -> Comparison:
    """Write the good rows, together or not at all. Doing it again changes nothing.

    A number that somebody claimed stays theirs, and so does a division that comes new to a claimed number and address.
    """
    given = _columns(roster)
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock(hashtext('roster'))")
        changed = await database.execute(_CHANGE, *given)
        created = await database.execute(_CREATE, *given)
    return Comparison(created, changed, len(roster.rows) - created - changed)


async def import_file(data: bytes, good_rows: bool = False) -> tuple[Roster, Comparison | None]:
    """Read and write a file for the command line. Nothing is written (None) when a row is wrong, unless `good_rows`.

    Raises Unreadable.
    """
    roster = await read(data)
    if roster.errors and not good_rows:
        return roster, None
    return roster, await write(roster)


def _columns(roster: Roster) -> tuple[list[object], ...]:
    names = ("number", "email", "kind", "valid_from", "valid_to", "unit")
    return tuple([getattr(row, name) for row in roster.rows] for name in names)
