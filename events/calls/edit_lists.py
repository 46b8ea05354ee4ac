"""An event's open requests for edits, as a queue."""

from dataclasses import dataclass
from datetime import datetime

from events.calls.states import ProposalState
from events.core import database

PAGE = 50


@dataclass(frozen=True, slots=True)
class RequestLine:
    """An open request in the queue; fields: the names of what is asked to change."""

    id: int
    title: str
    code: str
    call: str
    call_slug: str
    state: ProposalState
    session: str
    asked_by: str
    asked_at: datetime
    fields: tuple[str, ...]


_QUEUE = """
FROM edit_request r JOIN proposal p ON p.id = r.proposal_id JOIN call c ON c.id = p.call_id
LEFT JOIN person o ON o.id = r.asked_by_id LEFT JOIN session s ON s.id = p.session_id
WHERE c.event_id = $1 AND r.state = 'open'
  AND ($2 = '' OR p.title ILIKE $2 OR p.code ILIKE $2 OR o.name ILIKE $2) AND ($3 = '' OR c.slug = $3)
"""


async def queue(event: int, query: str, call: str, page: int) -> tuple[list[RequestLine], int]:
    """One page of an event's open requests, who waits longest first, and how many there are."""
    escaped = query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    asked = (event, f"%{escaped}%" if query else "", call)
    total: int = await database.value(f"SELECT count(*) {_QUEUE}", *asked)
    rows = await database.rows(
        "SELECT r.id, p.title, p.code, c.title AS call, c.slug AS call_slug, p.state, coalesce(s.code, '') AS session,"
        " coalesce(o.name, '') AS asked_by, r.asked_at,"
        f" ARRAY(SELECT jsonb_object_keys(r.changes)) AS fields {_QUEUE}"
        f" ORDER BY r.asked_at, r.id LIMIT {PAGE} OFFSET $4",
        *asked,
        (page - 1) * PAGE,
    )
    found = [
        RequestLine(**{**row, "state": ProposalState(row["state"]), "fields": tuple(row["fields"])}) for row in rows
    ]
    return found, total


async def count(event: int) -> int:
    """How many wait for an answer."""
    waiting: int = await database.value(
        "SELECT count(*) FROM edit_request r JOIN proposal p ON p.id = r.proposal_id JOIN call c ON c.id = p.call_id"
        " WHERE c.event_id = $1 AND r.state = 'open'",
        event,
    )
    return waiting


async def next_open(event: int) -> int | None:
    """The one that waits longest."""
    number: int | None = await database.value(f"SELECT r.id {_QUEUE} ORDER BY r.asked_at, r.id LIMIT 1", event, "", "")
    return number
