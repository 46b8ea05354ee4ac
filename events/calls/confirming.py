"""Who was accepted says whether they come; organizers see who has not answered, and remind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from events.calls import accepted_sessions, proposals
from events.calls.calls import CallRow
from events.calls.states import ProposalState, step
from events.core import database
from events.core.errors import DomainError, NotFound
from events.core.locales import _

TOPIC = "mail.confirmation_reminder"
NOT_AGAIN = timedelta(hours=12)
"""Whoever was reminded within it is not reminded again: two organizers, or a second press."""
PAGE = 100


async def confirm(call: CallRow, code: str, person: int, at: datetime) -> None:
    """Its owner comes. Twice is once. Raises NotFound, IllegalMove."""
    async with database.transaction():
        own = await proposals.find(call, code, person, lock=True)
        if own.owner_id != person:
            raise NotFound
        if own.state is ProposalState.CONFIRMED:
            return
        step(own.state, ProposalState.CONFIRMED)
        await database.execute(
            "UPDATE proposal SET state = 'confirmed', version = version + 1, changed_at = $2 WHERE id = $1", own.id, at
        )
        await accepted_sessions.confirm(own.id, at)


async def step_back(call: CallRow, code: str, person: int, at: datetime) -> None:
    """A presenter beside its owner does not come; they stay in the session until an organizer takes them out.

    Raises NotFound; Owner for who handed it in: they withdraw the whole.
    """
    async with database.transaction():
        own = await proposals.find(call, code, person, lock=True)
        if own.owner_id == person:
            raise Owner
        await database.execute(
            "UPDATE proposal_person SET state = 'declined', answered_at = $3"
            " WHERE proposal_id = $1 AND person_id = $2 AND state = 'accepted'",
            own.id,
            person,
            at,
        )


class Owner(DomainError):
    status = 409

    def __init__(self) -> None:
        super().__init__(_("You handed this proposal in, so you withdraw it as a whole."))


WHICH = ("waiting", "confirmed", "withdrawn")


@dataclass(frozen=True, slots=True)
class AcceptedLine:
    """A proposal that was accepted. since: when its owner was told so; session: the code of its session, or empty."""

    id: int
    code: str
    title: str
    state: ProposalState
    name: str
    since: datetime
    confirm_by: date | None
    reminded_at: datetime | None
    changed_at: datetime
    session: str
    session_state: str


_ACCEPTED = """
FROM proposal p JOIN person o ON o.id = p.owner_id
JOIN LATERAL (SELECT d.id, d.sent_at, d.confirm_by, d.reminded_at FROM decision d WHERE d.proposal_id = p.id
              AND d.state = 'sent' AND d.becomes = 'accepted' ORDER BY d.id DESC LIMIT 1) d ON true
LEFT JOIN proposal_person x ON x.proposal_id = p.id AND x.position = 0
LEFT JOIN session s ON s.id = p.session_id
WHERE p.call_id = $1
"""
_STATES = {"waiting": "accepted", "confirmed": "confirmed", "withdrawn": "withdrawn"}


async def lines(call: int, which: str, query: str, page: int) -> tuple[list[AcceptedLine], dict[str, int]]:
    """One page of what was accepted, who waits longest at the top; and how many of each of WHICH there are."""
    counts = {
        row["state"]: row["n"]
        for row in await database.rows(
            f"SELECT p.state, count(*) AS n {_ACCEPTED} AND {_MATCHES} GROUP BY 1",
            call,
            _pattern(query),
        )
    }
    rows = await database.rows(
        "SELECT p.id, p.code, p.title, p.state, coalesce(nullif(x.name, ''), o.name) AS name, d.sent_at AS since,"
        " d.confirm_by, d.reminded_at, p.changed_at, coalesce(s.code, '') AS session,"
        f" coalesce(s.state, '') AS session_state {_ACCEPTED} AND {_MATCHES} AND p.state = $3"
        f" ORDER BY d.sent_at, p.id LIMIT {PAGE} OFFSET $4",
        call,
        _pattern(query),
        _STATES[which],
        (page - 1) * PAGE,
    )
    found = [AcceptedLine(**{**row, "state": ProposalState(row["state"])}) for row in rows]
    return found, {name: counts.get(state, 0) for name, state in _STATES.items()}


_MATCHES = "($2 = '' OR p.title ILIKE $2 OR p.code ILIKE $2 OR o.name ILIKE $2 OR x.name ILIKE $2)"


def _pattern(query: str) -> str:
    escaped = query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%" if query else ""


async def remind(call: int, chosen: Sequence[int] | None, at: datetime) -> int:
    """One mail to each of these owners who have not answered (None: all of the call); returns how many.

    Whoever answered meanwhile, or was reminded within NOT_AGAIN, gets none.
    """
    async with database.transaction():
        told = await database.rows(
            "UPDATE decision u SET reminded_at = $3 FROM decision d JOIN proposal p ON p.id = d.proposal_id"
            " WHERE u.id = d.id AND p.call_id = $1 AND p.state = 'accepted'"
            " AND ($2::bigint[] IS NULL OR p.id = any($2))"
            " AND d.id = (SELECT max(l.id) FROM decision l WHERE l.proposal_id = p.id AND l.state = 'sent'"
            "  AND l.becomes = 'accepted')"
            " AND (u.reminded_at IS NULL OR u.reminded_at < $4) RETURNING u.id",
            call,
            None if chosen is None else list(chosen),
            at,
            at - NOT_AGAIN,
        )
        await database.execute(
            "INSERT INTO outbox_message (topic, body, created_at, due_at)"
            " SELECT $2, jsonb_build_object('decision', n.id), $3, $3 FROM unnest($1::bigint[]) AS n (id)",
            [row["id"] for row in told],
            TOPIC,
            at,
        )
    return len(told)
