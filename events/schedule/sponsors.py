"""The units that sponsor a session beside the one that owns it; their editors may edit it too."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from events.core import database


@dataclass(frozen=True, slots=True)
class Sponsor:
    unit_id: int
    name: str
    slug: str


async def of(session_id: int) -> list[Sponsor]:
    rows = await database.rows(
        "SELECT x.unit_id, u.name, u.slug FROM session_unit x JOIN unit u ON u.id = x.unit_id"
        " WHERE x.session_id = $1 ORDER BY u.name, u.id",
        session_id,
    )
    return [Sponsor(**row) for row in rows]


async def change(session_id: int, added: int | None, gone: Collection[int], at: datetime) -> None:
    """Take units out, and put one in. The owner sponsors its session anyway and is not named twice."""
    async with database.transaction():
        await database.execute("UPDATE session SET changed_at = $2 WHERE id = $1", session_id, at)
        await database.execute(
            "DELETE FROM session_unit WHERE session_id = $1 AND unit_id = any($2)", session_id, list(gone)
        )
        await database.execute(
            "INSERT INTO session_unit (session_id, unit_id) SELECT id, $2 FROM session"
            " WHERE id = $1 AND $2::int IS NOT NULL AND unit_id IS DISTINCT FROM $2 ON CONFLICT DO NOTHING",
            session_id,
            added,
        )
