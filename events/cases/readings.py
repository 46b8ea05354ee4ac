"""Who has opened what: written each time, shown to the person whom it is about. The one thing that reading writes."""

from dataclasses import dataclass
from datetime import datetime

from events.core import database

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """whole_list: of all cases of the event, with names and kinds, not of this case's words."""

    name: str
    read_at: datetime
    whole_list: bool


async def note(event: int, case: int | None, reader: int, at: datetime) -> None:
    """case: None for the list of all."""
    await database.execute(
        "INSERT INTO care_reading (event_id, case_id, reader_id, read_at) VALUES ($1, $2, $3, $4)",
        event,
        case,
        reader,
        at,
    )


async def of(event: int, case: int) -> list[Reading]:
    """The latest readings of a case, one a person and kind, the last first."""
    rows = await database.rows(
        "SELECT coalesce(p.name, '') AS name, max(r.read_at) AS read_at, r.case_id IS NULL AS whole_list"
        " FROM care_reading r LEFT JOIN person p ON p.id = r.reader_id"
        " WHERE r.event_id = $1 AND (r.case_id = $2 OR (r.case_id IS NULL"
        "  AND r.read_at >= (SELECT asked_at FROM care_case WHERE id = $2)))"
        " GROUP BY p.id, p.name, r.case_id IS NULL ORDER BY max(r.read_at) DESC, p.id LIMIT $3",
        event,
        case,
        SHOWN,
    )
    return [Reading(**dict(row)) for row in rows]
