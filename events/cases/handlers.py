"""Who handles the cases of an event: everybody with a role that says so, there, in its unit or above, or everywhere."""

from dataclasses import dataclass

from events.core import database
from events.people import permissions

ROLES = sorted(name for name, held in permissions.ROLES.items() if permissions.HANDLE_CASES in held)

_HANDLERS = """
WITH RECURSIVE up AS (
    SELECT u.id, u.parent_id FROM unit u JOIN event e ON e.unit_id = u.id WHERE e.id = $1
    UNION SELECT u.id, u.parent_id FROM unit u JOIN up ON up.parent_id = u.id
)
SELECT DISTINCT p.id, p.name FROM role r JOIN person p ON p.id = r.person_id
WHERE r.name = any($2) AND p.erased_at IS NULL
AND (r.event_id = $1 OR (r.event_id IS NULL AND (r.unit_id IS NULL OR r.unit_id IN (SELECT id FROM up))))
ORDER BY p.name, p.id
"""


@dataclass(frozen=True, slots=True)
class Handler:
    id: int
    name: str


async def of(event: int) -> list[Handler]:
    return [Handler(**dict(row)) for row in await database.rows(_HANDLERS, event, ROLES)]
