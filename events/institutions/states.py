"""Which state of a place may follow which. Pure."""

from enum import StrEnum

from events.core.locales import lazy


class PlaceState(StrEnum):
    UNASSIGNED = "unassigned"
    INVITED = "invited"
    TAKEN = "taken"
    ENDED = "ended"


MOVES: dict[PlaceState, frozenset[PlaceState]] = {
    PlaceState.UNASSIGNED: frozenset({PlaceState.INVITED, PlaceState.TAKEN, PlaceState.ENDED}),
    # invited after invited and taken after taken: another person
    PlaceState.INVITED: frozenset(PlaceState),
    PlaceState.TAKEN: frozenset(PlaceState),
    PlaceState.ENDED: frozenset(),
}

LIVE = frozenset({PlaceState.INVITED, PlaceState.TAKEN})
"""Somebody has a link that opens the place."""

WORDS = {
    PlaceState.UNASSIGNED: lazy("Unassigned"),
    PlaceState.INVITED: lazy("Invited"),
    PlaceState.TAKEN: lazy("Taken"),
    PlaceState.ENDED: lazy("Given back"),
}

KINDS = {PlaceState.UNASSIGNED: "", PlaceState.INVITED: "warn", PlaceState.TAKEN: "good", PlaceState.ENDED: "bad"}
"""How a state is marked on a page (parts/notes.html)."""


class IllegalMove(Exception):
    """A move that MOVES does not have was asked for: a defect, not an expected no."""


def step(old: PlaceState, new: PlaceState) -> PlaceState:
    """Return `new`, or raise IllegalMove when MOVES has no such arrow."""
    if new not in MOVES[old]:
        raise IllegalMove(f"a place does not go from {old} to {new}")
    return new
