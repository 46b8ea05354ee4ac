"""Which state of an arrangement may follow which."""

from enum import StrEnum

from events.core.errors import DomainError
from events.core.locales import _, lazy


class RunState(StrEnum):
    """waiting: no worker has taken it up; running: a worker watches its process; done: it ended by itself.

    stopped: somebody had enough; interrupted: its worker went away; failed: its process ended with an error.
    All of the last four keep the best that was found until then.
    """

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


MOVES: dict[RunState, frozenset[RunState]] = {
    RunState.WAITING: frozenset({RunState.RUNNING, RunState.STOPPED}),
    RunState.RUNNING: frozenset({RunState.DONE, RunState.STOPPED, RunState.INTERRUPTED, RunState.FAILED}),
    RunState.DONE: frozenset(),
    RunState.STOPPED: frozenset(),
    RunState.INTERRUPTED: frozenset(),
    RunState.FAILED: frozenset(),
}
"""A run that is over is started again as another one."""

OPEN = frozenset({RunState.WAITING, RunState.RUNNING})

WORDS = {
    RunState.WAITING: lazy("Waiting"),
    RunState.RUNNING: lazy("At work"),
    RunState.DONE: lazy("Done"),
    RunState.STOPPED: lazy("Stopped"),
    RunState.INTERRUPTED: lazy("Interrupted"),
    RunState.FAILED: lazy("Failed"),
}


class IllegalMove(DomainError):
    status = 409

    def __init__(self) -> None:
        super().__init__(_("This is over already."))


def step(old: RunState, new: RunState) -> RunState:
    """`new`, or raise IllegalMove when MOVES has no such arrow."""
    if new not in MOVES[old]:
        raise IllegalMove
    return new


def sources(new: RunState) -> list[str]:
    """The states from which one may become `new`, for a guarded UPDATE."""
    return [old.value for old, found in MOVES.items() if new in found]
