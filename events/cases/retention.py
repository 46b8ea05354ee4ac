"""How long cases are kept: some days after the event, or as long as their person has an account."""

from datetime import datetime

from events.cases import bookings
from events.core import database

_DUE = """
SELECT c.id FROM care_case c JOIN event e ON e.id = c.event_id
WHERE coalesce(e.ends_on + 1, (c.changed_at AT TIME ZONE e.timezone)::date + 365) + $2::int
    <= ($1::timestamptz AT TIME ZONE e.timezone)::date
ORDER BY c.id LIMIT $3 FOR UPDATE OF c SKIP LOCKED
"""
# An event without days is over for a case when nobody has touched it for a year.

_READINGS = """
DELETE FROM care_reading WHERE id IN (
    SELECT r.id FROM care_reading r JOIN event e ON e.id = r.event_id
    WHERE r.case_id IS NULL AND coalesce(e.ends_on + 1, (r.read_at AT TIME ZONE e.timezone)::date + 365) + $2::int
        <= ($1::timestamptz AT TIME ZONE e.timezone)::date
    ORDER BY r.id LIMIT $3)
"""


async def forget(at: datetime, days: int, limit: int) -> int:
    """Delete at most `limit` cases of events that were over so many whole days ago, with every word in them, and who
    read the lists. Returns how many of what there are more of."""
    async with database.transaction():
        cases = [row["id"] for row in await database.rows(_DUE, at, days, limit)]
        await database.execute("DELETE FROM care_case WHERE id = any($1)", cases)
        readings = await database.execute(_READINGS, at, days, limit)
    return max(len(cases), readings)


async def forget_person(person: int) -> None:
    """What goes at once with an account, in the caller's transaction: all their cases, and what was booked for them."""
    rows = await database.rows("SELECT id FROM care_case WHERE person_id = $1 ORDER BY id FOR UPDATE", person)
    cases = [row["id"] for row in rows]
    await bookings.release(cases)
    await database.execute("DELETE FROM care_case WHERE id = any($1)", cases)
