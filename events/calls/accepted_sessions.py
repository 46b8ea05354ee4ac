"""An accepted proposal's session in the event's draft: made once, without a time, and followed by what happens then."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import asyncpg

from events.core import database
from events.people import persons
from events.schedule import editing
from events.schedule.editing import SessionRow, Values
from events.schedule.states import SessionState


async def make(proposal: int, event: int, at: datetime) -> None:
    """Make the session of a proposal whose row the caller has locked, with its presenters; it waits in the tray.

    It is planned, so no release shows it, until its presenter confirms. A proposal that was accepted before, and
    withdrawn, has one already: that gets the new words, and stays cancelled until then.
    """
    row = await database.row("SELECT * FROM proposal WHERE id = $1", proposal)
    assert row is not None
    held = await of(proposal)
    if held is not None:
        await editing.change(held.id, replace(held.values, **_words(row)), held.version, at)
        return
    values = Values(**_words(row), track_id=row["track_id"], type_id=row["type_id"], state=SessionState.PLANNED)
    made = await editing.create(event, values, at)
    await database.execute("UPDATE proposal SET session_id = $2 WHERE id = $1", proposal, made.id)
    for one in await database.rows(
        "SELECT person_id, name, role, state FROM proposal_person WHERE proposal_id = $1 AND state IN"
        " ('accepted', 'named') ORDER BY position, id",
        proposal,
    ):
        person = one["person_id"] or await _named(event, one["name"], at)
        await editing.put(made.id, person, one["role"], at)


async def join(proposal: int, person: int, role: str, at: datetime) -> None:
    """Somebody who was invited takes part now: they come into the session, if there is one that takes place."""
    held = await of(proposal)
    if held is not None and held.values.state != SessionState.CANCELLED:
        await editing.put(held.id, person, role, at)


async def confirm(proposal: int, at: datetime) -> None:
    """Its presenter comes: the session goes into the next release that finds it with a time."""
    await _become(proposal, SessionState.CONFIRMED, at)


async def cancel(proposal: int, at: datetime) -> None:
    """Nobody presents it: it is cancelled in the draft, with its time and its people as they were."""
    await _become(proposal, SessionState.CANCELLED, at)


async def _become(proposal: int, state: SessionState, at: datetime) -> None:
    held = await of(proposal)
    if held is not None and held.values.state != state:
        await editing.change(held.id, replace(held.values, state=state), held.version, at)


async def of(proposal: int) -> SessionRow | None:
    """The session of a proposal, held until the caller's transaction ends; None when it has none (any more)."""
    row = await database.row(
        "SELECT s.event_id, s.code FROM session s JOIN proposal p ON p.session_id = s.id WHERE p.id = $1"
        " FOR UPDATE OF s",
        proposal,
    )
    return await editing.session(row["event_id"], row["code"]) if row else None


def _words(row: asyncpg.Record) -> dict[str, Any]:
    return {name: row[name] for name in ("title", "abstract", "description", "language")}


async def _named(event: int, name: str, at: datetime) -> int:
    """Whom a bare name means: somebody in this programme of that name who has no account, else a new person.

    A name that a stranger typed never means somebody's account.
    """
    found = await database.rows(
        "SELECT DISTINCT p.id FROM person p JOIN session_person r ON r.person_id = p.id"
        " JOIN session s ON s.id = r.session_id WHERE s.event_id = $1 AND lower(p.name) = lower($2)"
        " AND p.erased_at IS NULL AND NOT EXISTS (SELECT FROM address a WHERE a.person_id = p.id)",
        event,
        name,
    )
    return found[0]["id"] if len(found) == 1 else await persons.create(name, at)
