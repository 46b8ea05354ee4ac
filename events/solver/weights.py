"""How much an organizer's wishes count for the machine: a number each, chosen in words. Pure."""

from dataclasses import dataclass, fields

from events.core.locales import Lazy, lazy

NONE, LITTLE, USUAL, MUCH = 0, 1, 3, 10

AMOUNTS: dict[int, Lazy] = {
    NONE: lazy("No matter"),
    LITTLE: lazy("A little"),
    USUAL: lazy("As usual"),
    MUCH: lazy("Much"),
}


@dataclass(frozen=True, slots=True)
class Weights:
    """What each counts against.

    topics   two of one topic at once; spread: two of one unit at once
    walking  a person has to hurry; fit: seats left empty
    stay     moved away from where the draft has it; wishes: outside of the times a unit would like
    """

    topics: int = USUAL
    walking: int = USUAL
    fit: int = USUAL
    spread: int = USUAL
    stay: int = USUAL
    wishes: int = USUAL


NAMES = tuple(one.name for one in fields(Weights))

WORDS: dict[str, tuple[Lazy, Lazy]] = {
    "topics": (lazy("Topics apart"), lazy("Sessions for the same readers do not lie at the same time.")),
    "walking": (lazy("Short ways"), lazy("Nobody’s next session is too far away to walk there in time.")),
    "fit": (lazy("Rooms of the right size"), lazy("A small session does not take a large room.")),
    "spread": (lazy("A unit’s sessions apart"), lazy("Sessions of one unit do not lie at the same time.")),
    "stay": (lazy("Few moves"), lazy("What has a time and a room keeps them where it can.")),
    "wishes": (lazy("Times that units would like"), lazy("As their requests say.")),
}
"""A label and what it means."""
