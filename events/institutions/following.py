"""Places after what happened to their order elsewhere: cancelled, or a ticket changed by the registrar."""

from collections.abc import Sequence
from datetime import datetime

from events.core import database
from events.institutions import assigning, places
from events.institutions.states import PlaceState
from events.registration import orders
from events.registration.ticket_changes import Who

_DIFFER = """
SELECT p.id, r.name, lower(r.email) AS email, (o.state <> 'CONFIRMED' OR r.cancelled_at IS NOT NULL) AS over
FROM staff_place p JOIN registration r ON r.id = p.registration_id JOIN orders o ON o.id = r.order_id
WHERE o.id = $1 AND p.state <> 'ended' AND (
    r.cancelled_at IS NOT NULL OR o.state IN ('CANCELLED', 'EXPIRED')
    OR r.email <> '' AND (p.state <> 'taken' OR p.email <> lower(r.email) OR p.name <> r.name))
ORDER BY p.id
"""


async def follow_orders(order_ids: Sequence[int], at: datetime) -> int:
    """Bring the places of these orders to what their tickets say. Returns how many changed. Twice is once.

    A place of a ticket that was cancelled is over, and who had it is told. One that the registrar gave to somebody is
    theirs: they have their mail from there, and who had it before gets one from here.
    """
    changed = 0
    of_staff = await database.rows(
        "SELECT order_id FROM institution WHERE order_id = any($1) ORDER BY order_id", list(order_ids)
    )
    for row in of_staff:
        async with database.transaction():
            await orders.lock(row["order_id"])
            for one in await database.rows(_DIFFER, row["order_id"]):
                now = await places.lock(one["id"])
                new = PlaceState.ENDED if one["over"] else PlaceState.TAKEN
                who = assigning.NOBODY if one["over"] else Who(one["name"], one["email"])
                await assigning.move(now, new, who, at, None)
                changed += 1
    return changed
