"""Whether somebody with a case has a ticket: by account, or by an address of theirs."""

from collections.abc import Mapping

from events.core import database

_TICKETS = """
WITH asked AS (
    SELECT DISTINCT person_id FROM care_case WHERE event_id = $1 AND ($2::int IS NULL OR person_id = $2)
)
SELECT t.person_id, bool_or(t.live) AS live FROM (
    SELECT c.person_id, {live} AS live FROM asked c
    JOIN registration r ON r.event_id = $1 AND r.person_id = c.person_id JOIN orders o ON o.id = r.order_id
    WHERE o.confirmed_at IS NOT NULL OR o.state = 'PENDING'
    UNION ALL
    SELECT c.person_id, {live} FROM asked c
    JOIN address a ON a.person_id = c.person_id
    JOIN registration r ON r.event_id = $1 AND lower(r.email) = a.email AND r.person_id IS NULL
    JOIN orders o ON o.id = r.order_id WHERE o.confirmed_at IS NOT NULL OR o.state = 'PENDING'
) t GROUP BY t.person_id
"""
_LIVE = "r.cancelled_at IS NULL AND o.state IN ('PENDING', 'CONFIRMED')"


async def of(event: int, person: int | None = None) -> Mapping[int, bool]:
    """Of all who asked for something, or one of them: True for a live ticket, False for cancelled ones only.

    Who never had one is not there.
    """
    return {row["person_id"]: row["live"] for row in await database.rows(_TICKETS.format(live=_LIVE), event, person)}
