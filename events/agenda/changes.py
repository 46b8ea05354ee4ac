"""What happened below that people's schedules have to follow: a release, an order.

One transaction each: feeds move their revision, invitations are rung for, notices noted, and who presents is told.
Doing it twice does it once, but for a feed's revision, which may grow for nothing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.agenda import invitations, notices, personal_feeds, presenters
from events.agenda.keepers import Which, keepers
from events.core import database


@dataclass(frozen=True, slots=True)
class Followed:
    """How many feeds, invitations and notices moved, and how many in the programme are told."""

    people: int
    invitations: int
    notices: int
    presenters: int = 0


_PEOPLE = f"SELECT DISTINCT person_id FROM ({keepers('$1::bigint[]')}) k"  # noqa: S608 - words of ours


async def follow_release(event: int, release: int, at: datetime) -> Followed:
    """A programme was published. Reads what changed from the release itself."""
    stored = await database.value("SELECT changes FROM release WHERE id = $1 AND event_id = $2", release, event)
    changes: list[Mapping[str, Any]] = json.loads(stored) if stored else []
    if not changes:
        return Followed(0, 0, 0, await presenters.note(event, release, changes, at))
    which = Which(
        event,
        sorted({change["code"] for change in changes}),
        sorted({change["session"] for change in changes}),
    )
    async with database.transaction():
        people = [row["person_id"] for row in await database.rows(_PEOPLE, which.sessions)]
        await personal_feeds.touch(people, at)
        rung = await invitations.follow_sessions(which, at)
        noted = await notices.note(event, changes, at)
        presenting = await presenters.note(event, release, changes, at)
    return Followed(len(people), rung, noted, presenting)


async def follow_orders(orders: Sequence[int], at: datetime) -> Followed:
    """Orders were confirmed, changed or cancelled: their people hold other seats than before."""
    async with database.transaction():
        # A list of ids has PostgreSQL plan anew each time, which for the statements below takes 12 ms and doing them 1.
        await database.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        rows = await database.rows(
            "SELECT person_id FROM registration WHERE order_id = any($1) AND person_id IS NOT NULL"
            " UNION SELECT old_person_id FROM ticket_change WHERE order_id = any($1) AND old_person_id IS NOT NULL",
            list(orders),
        )
        people = sorted(row["person_id"] for row in rows)
        if people:
            await personal_feeds.ensure(people, at)
            await personal_feeds.touch(people, at)
        rung = await invitations.follow_orders(orders, at)
    return Followed(len(people), rung, 0)


async def choose_feed(person: int, *, seats_here: bool, hide_cancelled: bool, at: datetime) -> None:
    """Where this person wants their seats: in the feed, or as invitations. Switching cancels the other."""
    async with database.transaction():
        await personal_feeds.choose(person, seats_here=seats_here, hide_cancelled=hide_cancelled, at=at)
        await invitations.follow_person(person, at)


async def revoke_feed(person: int, at: datetime) -> None:
    """Take the feed away. Seats that were shown there get their invitations back."""
    async with database.transaction():
        await personal_feeds.revoke(person, at)
        await invitations.follow_person(person, at)
