"""Which state of a proposal may follow which, and until when it may be written on. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from events.core.errors import DomainError
from events.core.locales import _, lazy


class ProposalState(StrEnum):
    """draft: only its writers know; submitted: handed in; the others are decisions, and what came of them."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


MOVES: dict[ProposalState, frozenset[ProposalState]] = {
    ProposalState.DRAFT: frozenset({ProposalState.SUBMITTED}),
    ProposalState.SUBMITTED: frozenset(
        {ProposalState.ACCEPTED, ProposalState.WAITLISTED, ProposalState.DECLINED, ProposalState.WITHDRAWN}
    ),
    ProposalState.ACCEPTED: frozenset({ProposalState.CONFIRMED, ProposalState.WITHDRAWN}),
    ProposalState.CONFIRMED: frozenset({ProposalState.WITHDRAWN}),
    ProposalState.WAITLISTED: frozenset({ProposalState.ACCEPTED, ProposalState.DECLINED, ProposalState.WITHDRAWN}),
    ProposalState.DECLINED: frozenset({ProposalState.ACCEPTED}),  # somebody else withdrew, the committee thought again
    ProposalState.WITHDRAWN: frozenset({ProposalState.SUBMITTED}),  # handed in again while the call is open
}

WORDS = {
    ProposalState.DRAFT: lazy("Draft"),
    ProposalState.SUBMITTED: lazy("Handed in"),
    ProposalState.ACCEPTED: lazy("Accepted"),
    ProposalState.CONFIRMED: lazy("Confirmed"),
    ProposalState.WAITLISTED: lazy("On the waiting list"),
    ProposalState.DECLINED: lazy("Declined"),
    ProposalState.WITHDRAWN: lazy("Withdrawn"),
}

KINDS = {
    ProposalState.DRAFT: "warn",
    ProposalState.SUBMITTED: "good",
    ProposalState.ACCEPTED: "good",
    ProposalState.CONFIRMED: "good",
    ProposalState.WAITLISTED: "warn",
    ProposalState.DECLINED: "bad",
    ProposalState.WITHDRAWN: "bad",
}
"""How a state is marked on a page (parts/notes.html)."""

OUTCOMES = (ProposalState.ACCEPTED, ProposalState.WAITLISTED, ProposalState.DECLINED)
"""What may be decided."""

EDITABLE_BY_REQUEST = frozenset(
    {ProposalState.SUBMITTED, ProposalState.WAITLISTED, ProposalState.ACCEPTED, ProposalState.CONFIRMED}
)
"""What its writers may ask to change when they may not write it themselves any more."""

WRITABLE = frozenset({ProposalState.DRAFT, ProposalState.SUBMITTED, ProposalState.WITHDRAWN})
"""Before a decision its writers may change a proposal, while the call takes it."""


class IllegalMove(DomainError):
    status = 409

    def __init__(self, old: ProposalState, new: ProposalState) -> None:
        words = _("A proposal that is “%(old)s” cannot become “%(new)s”.")
        super().__init__(words % {"old": str(WORDS[old]), "new": str(WORDS[new])})


def step(old: ProposalState, new: ProposalState) -> ProposalState:
    """`new`, or raise IllegalMove when MOVES has no such arrow. Staying is no move."""
    if new is not old and new not in MOVES[old]:
        raise IllegalMove(old, new)
    return new


class Window(StrEnum):
    BEFORE = "before"
    OPEN = "open"
    GRACE = "grace"
    """Closed for new proposals; one that was begun in time may still be handed in."""
    CLOSED = "closed"


def window(opens_at: datetime, closes_at: datetime, grace_minutes: int, at: datetime) -> Window:
    """Where a moment lies: half-open, so at `closes_at` itself the call is closed."""
    if at < opens_at:
        return Window.BEFORE
    if at < closes_at:
        return Window.OPEN
    return Window.GRACE if at < closes_at + timedelta(minutes=grace_minutes) else Window.CLOSED
