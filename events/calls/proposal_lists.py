"""Proposals as lists: what somebody wrote or presents."""

from dataclasses import dataclass
from datetime import datetime

from events.calls.states import ProposalState
from events.core import database


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal in the list of its writer; `zone` is the event's."""

    slug: str
    event: str
    zone: str
    call: str
    call_title: str
    code: str
    title: str
    state: ProposalState
    owned: bool
    changed_at: datetime
    closes_at: datetime


async def of_person(person: int) -> list[ProposalLine]:
    """What somebody wrote or presents, what was touched last at the top."""
    found = await database.rows(
        "SELECT e.slug, e.title AS event, e.timezone AS zone, c.slug AS call, c.title AS call_title, p.code, p.title,"
        " p.state, p.owner_id = $1 AS owned, p.changed_at, c.closes_at"
        " FROM proposal p JOIN call c ON c.id = p.call_id JOIN event e ON e.id = c.event_id"
        " WHERE p.owner_id = $1 OR p.id IN"
        " (SELECT proposal_id FROM proposal_person WHERE person_id = $1 AND state = 'accepted')"
        " ORDER BY p.changed_at DESC, p.id DESC LIMIT 500",
        person,
    )
    return [ProposalLine(**{**dict(row), "state": ProposalState(row["state"])}) for row in found]
