"""The log of merges: what was done to whom, by whom and why, for a year; then it cannot be undone any more.

What the gone person was known by (`former_key`) stays for good, so that no address leads nowhere.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from events.core import database
from events.core.errors import NotFound
from events.core.locales import _
from events.people.reference_moves import Step

KEPT = timedelta(days=365)

PAGE = 50


@dataclass(frozen=True, slots=True)
class MergeRow:
    """gone_code, gone_name: of who is no more; by: the name of who did it, "" when they are gone."""

    id: int
    kept_id: int
    kept_code: str
    kept_name: str
    gone_code: str
    gone_name: str
    why: str
    merged_at: datetime
    by: str
    undone_at: datetime | None
    undone_by: str
    steps: list[Step]

    @property
    def until(self) -> datetime:
        """From then on it is forgotten."""
        return self.merged_at + KEPT


_MERGES = """
SELECT m.id, m.kept_id, k.code AS kept_code, k.name AS kept_name, m.gone ->> 'code' AS gone_code,
    m.gone ->> 'name' AS gone_name, m.why, m.merged_at, coalesce(b.name, '') AS by, m.undone_at,
    coalesce(u.name, '') AS undone_by, {rows} AS rows, count(*) OVER () AS total
FROM person_merge m JOIN person k ON k.id = m.kept_id
LEFT JOIN person b ON b.id = m.merged_by_id LEFT JOIN person u ON u.id = m.undone_by_id
"""


async def listed(words: str, page: int) -> tuple[list[MergeRow], int]:
    """A page of merges, the latest first, without their steps, and how many there are in all."""
    pattern = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = await database.rows(
        _MERGES.format(rows="'[]'") + "WHERE $1 = '' OR k.name ILIKE $2 OR m.gone ->> 'name' ILIKE $2"
        " OR upper($1) IN (k.code, m.gone ->> 'code') ORDER BY m.merged_at DESC, m.id DESC LIMIT $3 OFFSET $4",
        words,
        pattern,
        PAGE,
        (page - 1) * PAGE,
    )
    return [_read(row) for row in rows], rows[0]["total"] if rows else 0


async def one(number: int) -> MergeRow:
    """Raises NotFound."""
    row = await database.row(_MERGES.format(rows="m.rows") + "WHERE m.id = $1", number)
    if row is None:
        raise NotFound(_("There is no such merge, or it is no longer kept: it cannot be undone any more."))
    return _read(row)


async def code_now(code: str) -> str | None:
    """The public code of whom a former public code leads to, as long as they have not deleted their account."""
    found: str | None = await database.value(
        "SELECT p.code FROM former_key f JOIN person p ON p.id = f.person_id AND p.erased_at IS NULL"
        " WHERE f.kind = 'code' AND f.key = $1",
        code,
    )
    return found


async def forget(at: datetime, limit: int) -> int:
    """Delete at most `limit` merges of more than a year ago. Returns how many."""
    return await database.execute(
        "DELETE FROM person_merge WHERE id IN (SELECT id FROM person_merge WHERE merged_at < $1 ORDER BY id LIMIT $2)",
        at - KEPT,
        limit,
    )


async def forget_person(person: int) -> None:
    """Nothing of a deleted account stays in the log, nor does its calendar's address lead anywhere."""
    await database.execute("DELETE FROM person_merge WHERE kept_id = $1", person)
    await database.execute("DELETE FROM former_key WHERE person_id = $1 AND kind = 'feed'", person)


def _read(row: asyncpg.Record) -> MergeRow:
    values = {name: row[name] for name in MergeRow.__slots__ if name != "steps"}
    return MergeRow(**values, steps=json.loads(row["rows"]))
