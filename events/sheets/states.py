"""Which state of an import may follow which."""

from enum import StrEnum

from events.core.errors import DomainError
from events.core.locales import _, lazy


class RunState(StrEnum):
    """waiting: for the worker to look at it; checked: its preview is there; refused: rows are wrong; importing: the
    worker writes it; stale: the draft changed since the preview; failed: our fault, and nothing was written."""

    WAITING = "waiting"
    CHECKED = "checked"
    REFUSED = "refused"
    IMPORTING = "importing"
    DONE = "done"
    STALE = "stale"
    FAILED = "failed"
    DISCARDED = "discarded"


WAITING, CHECKED, REFUSED, IMPORTING, DONE, STALE, FAILED, DISCARDED = RunState

MOVES: dict[RunState, frozenset[RunState]] = {
    WAITING: frozenset({CHECKED, REFUSED, FAILED, DISCARDED}),
    CHECKED: frozenset({IMPORTING, WAITING, DISCARDED}),
    REFUSED: frozenset({WAITING, DISCARDED}),
    IMPORTING: frozenset({DONE, STALE, REFUSED, FAILED}),
    DONE: frozenset(),
    STALE: frozenset({WAITING, DISCARDED}),
    FAILED: frozenset({WAITING, DISCARDED}),
    DISCARDED: frozenset(),
}

WORDS = {
    WAITING: lazy("Being read"),
    CHECKED: lazy("Ready to import"),
    REFUSED: lazy("Rows are wrong"),
    IMPORTING: lazy("Being imported"),
    DONE: lazy("Imported"),
    STALE: lazy("The draft has changed"),
    FAILED: lazy("Did not work"),
    DISCARDED: lazy("Discarded"),
}


class IllegalMove(DomainError):
    status = 409

    def __init__(self, old: RunState, new: RunState) -> None:
        words = _("An import that is “%(old)s” cannot become “%(new)s”. Look at its page again.")
        super().__init__(words % {"old": WORDS[old], "new": WORDS[new]})


def step(old: RunState, new: RunState) -> RunState:
    """`new`, or raise IllegalMove when MOVES has no such arrow."""
    if new not in MOVES[old]:
        raise IllegalMove(old, new)
    return new
