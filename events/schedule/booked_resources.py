"""The bookable resources that a session has."""

from collections.abc import Collection

from events.core import database
from events.core.errors import Unreadable
from events.core.locales import _


async def of(session_id: int) -> set[int]:
    """Their ids."""
    rows = await database.rows("SELECT resource_id FROM session_resource WHERE session_id = $1", session_id)
    return {row["resource_id"] for row in rows}


async def choose(session_id: int, wanted: Collection[int]) -> None:
    """Give a session these and no others. Raises Unreadable for one that is not of its event."""
    async with database.transaction():
        known = await database.rows(
            "SELECT r.id FROM resource r JOIN session s ON s.event_id = r.event_id"
            " WHERE s.id = $1 AND r.id = any($2) FOR UPDATE OF s",
            session_id,
            list(wanted),
        )
        if len(known) < len(set(wanted)):
            raise Unreadable({"resources": _("Choose of the event’s resources.")})
        await database.execute(
            "DELETE FROM session_resource WHERE session_id = $1 AND resource_id <> all($2)", session_id, list(wanted)
        )
        await database.execute(
            "INSERT INTO session_resource (session_id, resource_id) SELECT $1, * FROM unnest($2::int[])"
            " ON CONFLICT DO NOTHING",
            session_id,
            list(wanted),
        )


async def give(session_id: int, resource_id: int) -> bool:
    """Book one for a session beside what it has. False when it has it already, or it is not of its event."""
    return bool(
        await database.execute(
            "INSERT INTO session_resource (session_id, resource_id) SELECT s.id, r.id FROM session s"
            " JOIN resource r ON r.event_id = s.event_id WHERE s.id = $1 AND r.id = $2 ON CONFLICT DO NOTHING",
            session_id,
            resource_id,
        )
    )


async def take(session_id: int, resource_id: int) -> None:
    await database.execute(
        "DELETE FROM session_resource WHERE session_id = $1 AND resource_id = $2", session_id, resource_id
    )
