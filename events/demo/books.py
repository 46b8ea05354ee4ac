"""Ledger codes of the conference's tickets: what a bookkeeper finds when they open the books."""

import json
from datetime import datetime

from events.core import database

_CODES = {
    "full": "4010",
    "one_day": "4011",
    "exhibits": "4012",
    "virtual": "4013",
    "preconference": "4020",
    "membership": "4100",
}
_OTHER = "4090"


async def build(at: datetime) -> None:
    await database.execute(
        "INSERT INTO gl_code (ticket_type_id, code, since)"
        " SELECT t.id, coalesce($2::jsonb ->> t.kind, $3), $1 FROM ticket_type t JOIN event e ON e.id = t.event_id"
        " WHERE e.kind = 'conference'",
        at,
        json.dumps(_CODES),
        _OTHER,
    )
