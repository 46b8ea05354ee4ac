"""Letting a conflict stand: by name, with a note, until one of its slots moves.

A room that is taken twice is kept by `overlaps`, because the database's own rule asks there; every other kind is a row
of `accepted_conflict`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.core import database
from events.core.errors import DomainError
from events.core.locales import _
from events.schedule import history, neighbourhood, overlaps
from events.schedule.conflicts import Accepted, Kind
from events.schedule.history import By, Change, State
from events.schedule.releases import LOCK


class NoSuchConflict(DomainError):
    """Somebody moved a slot, or accepted it already."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This conflict is not there any more: somebody moved a session, or accepted it."))


class StaysAccepted(DomainError):
    """A room that is taken twice cannot be made a conflict again while both lie there."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("Both sessions lie in the room because this was accepted. Move one of them instead."))


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Why a conflict may stand, who said so ("" when an import did) and when."""

    reason: str
    by: str
    at: datetime


async def accept(event_id: int, conflict: Accepted, reason: str, by: By, at: datetime) -> UUID:
    """Let one conflict of the draft stand as it lies now; returns the command.

    Raises NoSuchConflict when the draft has no such one, or it is accepted already.
    """
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK, event_id)
        kind, first, second, subject = conflict
        found = (await neighbourhood.conflicts(event_id, [first, second])).conflicts
        lying = {(one.kind, one.one, one.other, one.subject) for one in found}
        if conflict not in lying or conflict in await of(event_id):
            raise NoSuchConflict
        if kind is Kind.ROOM:
            shared = [one for one in await overlaps.of([first]) if one.pair == (first, second, subject)]
            await overlaps.accept(event_id, shared, reason, at)
        else:
            await database.execute(
                "INSERT INTO accepted_conflict (event_id, kind, one_id, other_id, subject, reason, accepted_at,"
                " accepted_by_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                event_id,
                *conflict,
                reason[:200],
                at,
                by.person,
            )
        change = Change("accept", None, None, None, _state(conflict, reason[:200]))
        return await history.record(event_id, [change], by, at)


async def take_back(event_id: int, conflict: Accepted, by: By, at: datetime) -> UUID:
    """Make it a conflict again; returns the command.

    Raises StaysAccepted for a room, NoSuchConflict when nobody accepted it.
    """
    if conflict[0] is Kind.ROOM:
        raise StaysAccepted
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK, event_id)
        reason = await database.value(
            "DELETE FROM accepted_conflict WHERE event_id = $1 AND kind = $2 AND one_id = $3 AND other_id = $4"
            " AND subject = $5 RETURNING reason",
            event_id,
            *conflict,
        )
        if reason is None:
            raise NoSuchConflict
        change = Change("accept", None, None, _state(conflict, reason), None)
        return await history.record(event_id, [change], by, at)


async def turn_back(event_id: int, change: Change, by: By, at: datetime) -> UUID:
    """Undo what `accept` or `take_back` recorded. Raises what they raise."""
    if change.before is None:
        assert change.after is not None
        return await take_back(event_id, accepted(change.after), by, at)
    return await accept(event_id, accepted(change.before), change.before["reason"], by, at)


def accepted(kept: State) -> Accepted:
    """Which conflict a recorded acceptance is about."""
    return Kind(kept["kind"]), kept["one"], kept["other"], kept["subject"]


def _state(conflict: Accepted, reason: str) -> State:
    kind, one, other, subject = conflict
    return {"kind": kind, "one": one, "other": other, "subject": subject, "reason": reason}


async def lapse(slots: Sequence[int]) -> None:
    """Forget what was accepted for slots that move, in rooms and otherwise."""
    await overlaps.lapse(slots)
    await database.execute(
        "DELETE FROM accepted_conflict WHERE one_id = any($1) OR other_id = any($1)",
        list(slots),
    )


_ACCEPTED = """
SELECT c.kind, c.one_id, c.other_id, c.subject, c.reason, coalesce(p.name, '') AS name, c.accepted_at
FROM accepted_conflict c LEFT JOIN person p ON p.id = c.accepted_by_id WHERE c.event_id = $1
UNION ALL
SELECT 'room', o.one_id, o.other_id, o.room_id, o.reason, '', o.accepted_at
FROM accepted_overlap o WHERE o.event_id = $1
"""


async def of(event_id: int) -> dict[Accepted, Acceptance]:
    """Everything that was accepted in an event."""
    return {
        (Kind(kind), one, other, subject): Acceptance(reason, name, at)
        for kind, one, other, subject, reason, name, at in await database.rows(_ACCEPTED, event_id)
    }
