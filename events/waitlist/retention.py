"""How long places in line name anybody: some weeks after the event, as its codes do."""

from datetime import datetime

from events.core import database
from events.registration.retention import AFTER_THE_EVENT

_BLANK = """
UPDATE waitlist_entry SET name = '', email = '', reason = CASE priority WHEN 0 THEN '' ELSE '-' END, person_id = NULL,
    changed_by_id = NULL
WHERE id IN (
    SELECT w.id FROM waitlist_entry w JOIN event e ON e.id = w.event_id
    WHERE (w.name <> '' OR w.email <> '' OR w.person_id IS NOT NULL) AND e.ends_on < $1::timestamptz
    ORDER BY w.id LIMIT $2)
"""


async def blank(at: datetime, limit: int) -> int:
    """Blank at most `limit` places in line of events that are over. Returns how many."""
    return await database.execute(_BLANK, at - AFTER_THE_EVENT, limit)
