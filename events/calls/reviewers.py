"""Who reviews for a call, for which tracks, and who chairs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from events.calls.review_phases import stamp
from events.calls.review_reach import WRITTEN
from events.core import database, outbox
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.locales import _
from events.people import addresses, persons


@dataclass(frozen=True, slots=True)
class ReviewerValues:
    """track_ids: only these tracks, sorted; empty for all. chair: sees names, and decides."""

    track_ids: tuple[int, ...]
    chair: bool


@dataclass(frozen=True, slots=True)
class ReviewerRow:
    """email: their primary address, empty for somebody who has none any more."""

    id: int
    call_id: int
    person_id: int
    name: str
    email: str
    values: ReviewerValues

    @property
    def seen(self) -> str:
        return stamp(self.values)

    @property
    def label(self) -> str:
        return self.name or self.email

    @property
    def chair(self) -> bool:
        return self.values.chair


_SELECT = """
SELECT w.id, w.call_id, w.person_id, w.track_ids, w.chair, o.name, coalesce(a.email, '') AS email
FROM reviewer w JOIN person o ON o.id = w.person_id LEFT JOIN address a ON a.person_id = o.id AND a.is_primary
WHERE w.call_id = $1 AND w.left_at IS NULL
"""


async def of(call: int) -> list[ReviewerRow]:
    """Chairs first, then by name."""
    found = await database.rows(f"{_SELECT} ORDER BY w.chair DESC, lower(o.name), w.id", call)
    return [_row(row) for row in found]


async def find(call: int, reviewer: int) -> ReviewerRow:
    """Raises NotFound."""
    row = await database.row(f"{_SELECT} AND w.id = $2", call, reviewer)
    if row is None:
        raise NotFound
    return _row(row)


async def of_person(call: int, person: int) -> ReviewerRow | None:
    row = await database.row(f"{_SELECT} AND w.person_id = $2", call, person)
    return _row(row) if row else None


def _row(row: asyncpg.Record) -> ReviewerRow:
    given = dict(row)
    values = ReviewerValues(tuple(sorted(given.pop("track_ids"))), given.pop("chair"))
    return ReviewerRow(**given, values=values)


async def add(call: int, typed: str, name: str, values: ReviewerValues, at: datetime) -> None:
    """Somebody by their address: who has it, or a new person with it. They are told by mail where they review.

    Who left comes back to the reviews they wrote.

    Raises Unreadable when it is no address, or they review for this call already.
    """
    email = addresses.read(typed)
    async with database.transaction():
        await database.execute("SELECT FROM call WHERE id = $1 FOR NO KEY UPDATE", call)
        person = await database.value("SELECT person_id FROM address WHERE email = $1", email)
        if person is not None and await of_person(call, person):
            raise Unreadable({"email": _("They review for this call already.")})
        person = person or await persons.create(name, at, email=email)
        made = await database.value(
            "INSERT INTO reviewer (call_id, person_id, track_ids, chair) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (call_id, person_id) DO UPDATE"
            " SET track_ids = excluded.track_ids, chair = excluded.chair, left_at = NULL RETURNING id",
            call,
            person,
            list(values.track_ids),
            values.chair,
        )
        await outbox.write("mail.reviewer_asked", {"reviewer": made})


async def change(call: int, reviewer: int, values: ReviewerValues, seen: str) -> None:
    """Raises NotFound, StaleWrite."""
    async with database.transaction():
        await database.execute("SELECT FROM reviewer WHERE id = $1 FOR UPDATE", reviewer)
        held = await find(call, reviewer)
        if held.seen != seen:
            words = _("Somebody saved this reviewer while your form was open.")
            raise StaleWrite(words, told(held.values), told(values))
        await database.execute(
            "UPDATE reviewer SET track_ids = $2, chair = $3 WHERE id = $1",
            reviewer,
            list(values.track_ids),
            values.chair,
        )


async def remove(call: int, reviewer: int, at: datetime) -> int:
    """They see nothing of the call from now on; what they have in hand is free again. Raises NotFound.

    Returns how many reviews they gave; these count on. Who wrote nothing goes without a trace.
    """
    async with database.transaction():
        await database.execute("SELECT FROM reviewer WHERE id = $1 FOR UPDATE", reviewer)
        await find(call, reviewer)
        row = await database.row(
            "SELECT count(*) FILTER (WHERE r.state = 'given') AS given,"  # noqa: S608 - texts of ours
            f" count(*) FILTER (WHERE r.state <> 'open' OR {WRITTEN}) AS written"
            " FROM review r WHERE r.reviewer_id = $1",
            reviewer,
        )
        assert row is not None
        if row["written"]:
            await database.execute("UPDATE reviewer SET left_at = $2 WHERE id = $1", reviewer, at)
        else:
            await database.execute("DELETE FROM reviewer WHERE id = $1", reviewer)
        given: int = row["given"]
    return given


def told(values: ReviewerValues) -> Mapping[str, object]:
    tracks = ", ".join(str(one) for one in values.track_ids)
    return {_("Tracks"): tracks or _("All of them"), _("Chair"): _("Yes") if values.chair else _("No")}
