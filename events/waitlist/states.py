"""Which state of somebody's place in line may follow which."""

from enum import StrEnum

from events.core.locales import lazy


class EntryState(StrEnum):
    WAITING = "WAITING"
    OFFERED = "OFFERED"
    TAKEN = "TAKEN"
    LAPSED = "LAPSED"
    LEFT = "LEFT"
    CLOSED = "CLOSED"


MOVES: dict[EntryState, frozenset[EntryState]] = {
    EntryState.WAITING: frozenset({EntryState.OFFERED, EntryState.LEFT, EntryState.CLOSED}),
    EntryState.OFFERED: frozenset({EntryState.TAKEN, EntryState.LAPSED, EntryState.LEFT}),
    EntryState.LAPSED: frozenset({EntryState.TAKEN}),  # paid late, and the places were still there
    EntryState.TAKEN: frozenset(),
    EntryState.LEFT: frozenset(),
    EntryState.CLOSED: frozenset(),
}

WORDS = {
    EntryState.WAITING: lazy("Waiting"),
    EntryState.OFFERED: lazy("Offered"),
    EntryState.TAKEN: lazy("Got a place"),
    EntryState.LAPSED: lazy("Offer ended"),
    EntryState.LEFT: lazy("Left"),
    EntryState.CLOSED: lazy("Closed"),
}
MARKS = {"WAITING": "warn", "OFFERED": "warn", "TAKEN": "good", "LAPSED": "bad", "LEFT": "", "CLOSED": ""}
