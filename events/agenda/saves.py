"""Saving a session, letting it go, and bringing along at sign-in what was saved without an account.

What changes in a person's schedule changes their feed's revision in the same transaction.
"""

from collections.abc import Iterable
from datetime import datetime

from events.agenda import personal_feeds
from events.agenda.cookie import Pick
from events.core import database
from events.core.errors import NotFound
from events.core.locales import _

_SAVEABLE = """
SELECT s.id FROM unnest($1::int[], $2::text[]) p (event, code)
JOIN session s ON s.event_id = p.event AND s.code = p.code
WHERE s.visibility <> 'internal'
AND EXISTS (SELECT FROM entry e WHERE e.event_id = s.event_id AND e.session_code = s.code AND e.audience <> 'closed')
"""


async def save(person: int, event: int, code: str, at: datetime) -> None:
    """Put a published session into a person's schedule. Saving twice is saving once. Raises NotFound."""
    if not await save_all(person, [Pick(event, code)], at):
        raise NotFound(_("This session is not in the programme. It may have been withdrawn."))


async def save_all(person: int, picks: Iterable[Pick], at: datetime) -> int:
    """Save what of these is published. Returns how many of them are now in the schedule."""
    picks = list(picks)
    async with database.transaction():
        found = await published(picks)
        fresh = await database.rows(
            "INSERT INTO saved (person_id, session_id, saved_at) SELECT $1, unnest($2::bigint[]), $3"
            " ON CONFLICT (person_id, session_id) DO NOTHING RETURNING session_id",
            person,
            found,
            at,
        )
        await personal_feeds.ensure([person], at)
        if fresh:
            await personal_feeds.touch([person], at)
    return len(found)


async def unsave(person: int, event: int, code: str, at: datetime) -> None:
    """Take a session out of a person's schedule. A seat in it stays a seat."""
    async with database.transaction():
        gone = await database.execute(
            "DELETE FROM saved USING session s WHERE s.id = saved.session_id AND saved.person_id = $1"
            " AND s.event_id = $2 AND s.code = $3",
            person,
            event,
            code,
        )
        if gone:
            await personal_feeds.touch([person], at)


async def merge(picks: Iterable[Pick], person: int, at: datetime) -> int:
    """Bring a cookie's sessions into the schedule of whoever just signed in. Returns how many came along."""
    picks = list(picks)
    return await save_all(person, picks, at) if picks else 0


async def saved_codes(person: int, event: int) -> frozenset[str]:
    """The codes of an event's sessions that a person saved."""
    rows = await database.rows(
        "SELECT s.code FROM saved v JOIN session s ON s.id = v.session_id WHERE v.person_id = $1 AND s.event_id = $2",
        person,
        event,
    )
    return frozenset(row["code"] for row in rows)


async def published(picks: Iterable[Pick]) -> list[int]:
    """The ids of sessions that are in a programme."""
    picks = list(picks)
    rows = await database.rows(_SAVEABLE, [pick.event for pick in picks], [pick.code for pick in picks])
    return [row["id"] for row in rows]
