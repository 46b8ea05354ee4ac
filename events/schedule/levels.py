"""How serious each kind of conflict is in an event."""

from collections.abc import Mapping

from events.core import database
from events.schedule.conflicts import LEVELS, Kind, Level
from events.schedule.releases import LOCK


async def of(event_id: int) -> dict[Kind, Level]:
    rows = await database.rows("SELECT kind, level FROM conflict_level WHERE event_id = $1", event_id)
    return {**LEVELS, **{Kind(row["kind"]): Level(row["level"]) for row in rows}}


async def choose(event_id: int, wanted: Mapping[Kind, Level]) -> None:
    """Say how serious kinds are; what is not said, or is as usual (`conflicts.LEVELS`), is as usual."""
    own = {kind: level for kind, level in wanted.items() if LEVELS[kind] is not level}
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK, event_id)
        await database.execute("DELETE FROM conflict_level WHERE event_id = $1", event_id)
        await database.execute(
            "INSERT INTO conflict_level (event_id, kind, level) SELECT $1, * FROM unnest($2::text[], $3::text[])",
            event_id,
            list(own),
            list(own.values()),
        )
