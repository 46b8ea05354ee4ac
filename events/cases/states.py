"""Which state of a case may follow which, and who may bring it there. Pure."""

from enum import StrEnum

from events.core.locales import lazy


class CaseState(StrEnum):
    ASKED = "asked"
    IN_WORK = "in_work"
    ARRANGED = "arranged"
    CANNOT = "cannot"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


MOVES: dict[CaseState, frozenset[CaseState]] = {
    CaseState.ASKED: frozenset(
        {CaseState.IN_WORK, CaseState.ARRANGED, CaseState.CANNOT, CaseState.WITHDRAWN, CaseState.CLOSED}
    ),
    CaseState.IN_WORK: frozenset({CaseState.ARRANGED, CaseState.CANNOT, CaseState.WITHDRAWN, CaseState.CLOSED}),
    # back to asked: the person wants something else now
    CaseState.ARRANGED: frozenset({CaseState.ASKED, CaseState.IN_WORK, CaseState.WITHDRAWN, CaseState.CLOSED}),
    CaseState.CANNOT: frozenset({CaseState.ASKED, CaseState.IN_WORK, CaseState.WITHDRAWN, CaseState.CLOSED}),
    CaseState.WITHDRAWN: frozenset(),
    CaseState.CLOSED: frozenset({CaseState.IN_WORK}),  # closed too early
}

OF_HANDLERS = frozenset({CaseState.IN_WORK, CaseState.ARRANGED, CaseState.CANNOT, CaseState.CLOSED})
"""Where those who handle cases may bring one; only the person asks and withdraws."""

OPEN = frozenset({CaseState.ASKED, CaseState.IN_WORK, CaseState.ARRANGED, CaseState.CANNOT})
"""The person may write, change and withdraw."""

TO_DO = frozenset({CaseState.ASKED, CaseState.IN_WORK})
"""Somebody waits for an answer."""

WORDS = {
    CaseState.ASKED: lazy("Asked"),
    CaseState.IN_WORK: lazy("In work"),
    CaseState.ARRANGED: lazy("Arranged"),
    CaseState.CANNOT: lazy("Cannot be met"),
    CaseState.WITHDRAWN: lazy("Withdrawn"),
    CaseState.CLOSED: lazy("Closed"),
}

KINDS = {
    CaseState.ASKED: "warn",
    CaseState.IN_WORK: "warn",
    CaseState.ARRANGED: "good",
    CaseState.CANNOT: "bad",
    CaseState.WITHDRAWN: "",
    CaseState.CLOSED: "",
}
"""How a state is marked on a page (parts/notes.html)."""


class IllegalMove(Exception):
    """A move that MOVES does not have was asked for: a defect, not an expected no."""


def step(old: CaseState, new: CaseState) -> CaseState:
    """Return `new`, or raise IllegalMove when MOVES has no such arrow. Staying is no move."""
    if new is not old and new not in MOVES[old]:
        raise IllegalMove(f"a case does not go from {old} to {new}")
    return new


def after(old: CaseState) -> tuple[CaseState, ...]:
    """Where handlers may bring a case that is `old`, itself first."""
    return (old, *(state for state in CaseState if state in MOVES[old] & OF_HANDLERS))
