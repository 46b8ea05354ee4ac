"""How long anybody's schedule is kept: until its owner is erased, its event is archived, or it has served.

Each function that takes a `limit` removes at most so many rows and returns how many it were.
"""

from datetime import datetime, timedelta

from events.agenda import personal_feeds
from events.core import database

SERVED = timedelta(days=90)
"""After its event an invitation answers no reply any more, and a reminder no question why it came."""


async def forget_person(person: int) -> None:
    """Everything that somebody kept, in the caller's transaction. The feed's address is unknown from then on."""
    for table in ("saved", "reminder", "notice", "personal_feed"):
        await database.execute(f"DELETE FROM {table} WHERE person_id = $1", person)  # noqa: S608 - four names of ours


async def forget_archived(at: datetime, limit: int) -> int:
    """What was saved of events that their organizers archived; the feeds it was in move on."""
    async with database.transaction():
        rows = await database.rows(
            "DELETE FROM saved WHERE id IN (SELECT v.id FROM saved v JOIN session s ON s.id = v.session_id"
            " JOIN event e ON e.id = s.event_id WHERE e.state = 'archived' ORDER BY v.id LIMIT $1) RETURNING person_id",
            limit,
        )
        await personal_feeds.touch(sorted({row["person_id"] for row in rows}), at)
    return len(rows)


async def blank_invitations(at: datetime, limit: int) -> int:
    """Whom invitations went to, of what is long over. The rows stay: seats in a feed lean on them."""
    return await database.execute(
        "UPDATE invitation SET name = '', email = '' WHERE id IN (SELECT i.id FROM invitation i"
        " JOIN entry en ON en.id = i.entry_id JOIN event e ON e.id = en.event_id"
        " WHERE (i.name <> '' OR i.email <> '') AND e.state <> 'postponed'"
        " AND greatest(e.ends_on::timestamptz, en.ends_at) < $1 ORDER BY i.id LIMIT $2)",
        at - SERVED,
        limit,
    )


async def forget_reminders(at: datetime, limit: int) -> int:
    return await database.execute(
        "DELETE FROM reminder WHERE id IN (SELECT id FROM reminder WHERE due_at < $1 ORDER BY id LIMIT $2)",
        at - SERVED,
        limit,
    )
