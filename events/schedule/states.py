"""Which state of a session may follow which."""

from enum import StrEnum

from events.core.errors import DomainError
from events.core.locales import _, lazy


class SessionState(StrEnum):
    """planned: only its editors know; confirmed: goes into the next release; cancelled: shown as such if it was out."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


MOVES: dict[SessionState, frozenset[SessionState]] = {
    SessionState.PLANNED: frozenset({SessionState.CONFIRMED, SessionState.CANCELLED}),
    SessionState.CONFIRMED: frozenset({SessionState.PLANNED, SessionState.CANCELLED}),
    SessionState.CANCELLED: frozenset({SessionState.CONFIRMED}),
}

WORDS = {
    SessionState.PLANNED: lazy("Planned"),
    SessionState.CONFIRMED: lazy("Confirmed"),
    SessionState.CANCELLED: lazy("Cancelled"),
}


class IllegalMove(DomainError):
    status = 409

    def __init__(self, old: SessionState, new: SessionState) -> None:
        words = _("A session that is %(old)s cannot become %(new)s.")
        super().__init__(words % {"old": str(WORDS[old]).lower(), "new": str(WORDS[new]).lower()})


def step(old: SessionState, new: SessionState) -> SessionState:
    """`new`, or raise IllegalMove when MOVES has no such arrow. Staying is no move."""
    if new is not old and new not in MOVES[old]:
        raise IllegalMove(old, new)
    return new
