"""The life of an event: which state may follow which."""

from enum import StrEnum

from events.core.errors import DomainError
from events.core.locales import Lazy, _, lazy


class EventState(StrEnum):
    DRAFT = "draft"
    ANNOUNCED = "announced"
    ON_SALE = "on_sale"
    CLOSED = "closed"
    ARCHIVED = "archived"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


MOVES: dict[EventState, frozenset[EventState]] = {
    EventState.DRAFT: frozenset({EventState.ANNOUNCED, EventState.ON_SALE}),
    EventState.ANNOUNCED: frozenset(
        # a celebration, or an event without seats, is over without ever having been sold
        {EventState.ON_SALE, EventState.CLOSED, EventState.ARCHIVED, EventState.POSTPONED, EventState.CANCELLED}
    ),
    EventState.ON_SALE: frozenset({EventState.CLOSED, EventState.POSTPONED, EventState.CANCELLED}),
    EventState.CLOSED: frozenset(
        {EventState.ON_SALE, EventState.ARCHIVED, EventState.POSTPONED, EventState.CANCELLED}  # sales may open again
    ),
    EventState.POSTPONED: frozenset({EventState.ANNOUNCED, EventState.ON_SALE, EventState.CANCELLED}),
    EventState.CANCELLED: frozenset({EventState.ARCHIVED}),
    EventState.ARCHIVED: frozenset(),
}
"""There is no way back to a draft: what was announced is in people's calendars."""

PUBLIC = frozenset(EventState) - {EventState.DRAFT}
CALLED_OFF = frozenset({EventState.POSTPONED, EventState.CANCELLED})
"""The states in which an event's entry is a tombstone: nobody should keep that time free."""

NAMES: dict[EventState, Lazy] = {
    EventState.DRAFT: lazy("Draft"),
    EventState.ANNOUNCED: lazy("Announced"),
    EventState.ON_SALE: lazy("On sale"),
    EventState.CLOSED: lazy("Registration closed"),
    EventState.ARCHIVED: lazy("Archived"),
    EventState.POSTPONED: lazy("Postponed"),
    EventState.CANCELLED: lazy("Cancelled"),
}


class IllegalMove(DomainError):
    """Somebody asked for a move that MOVES does not have: their page was older than the event."""

    status = 409

    def __init__(self, old: EventState, new: EventState) -> None:
        words = _("An event that is “%(old)s” cannot become “%(new)s”.")
        super().__init__(words % {"old": NAMES[old], "new": NAMES[new]}, old=old, new=new)


def step(old: EventState, new: EventState) -> EventState:
    """Return `new`, or raise IllegalMove when MOVES has no such arrow."""
    if new not in MOVES[old]:
        raise IllegalMove(old, new)
    return new
