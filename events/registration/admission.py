"""What a ticket type admits to: the one place that knows. Seats, join links and later check-in ask here. Pure.

The stored form is `ticket_type.admits`: {"days": ["2026-06-25"], "session_types": ["talk"], "modes": ["in_person"]}.
"*" in a list means every one. A list that is missing means every one for a ticket that lets somebody into the event,
and none for an extra (a meal, a tour). A ticketed session is entered only with the ticket that seats somebody in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from events.registration.pricing import MAIN_KINDS

EVERY = "*"


@dataclass(frozen=True, slots=True)
class Admission:
    """What one ticket lets its holder into. session: the id of the ticketed session it seats them in."""

    days: frozenset[str]
    session_types: frozenset[str]
    modes: frozenset[str]
    session: int | None = None

    @classmethod
    def of(cls, kind: str, admits: Mapping[str, Sequence[str]], session: int | None) -> "Admission":
        usual = [EVERY] if kind in MAIN_KINDS else []
        return cls(
            frozenset(admits.get("days", usual)),
            frozenset(admits.get("session_types", usual)),
            frozenset(admits.get("modes", usual)),
            session,
        )


@dataclass(frozen=True, slots=True)
class Door:
    """A session as a ticket sees it. days: the local days of its slots, none while it has no time."""

    session: int
    ticketed: bool = False
    session_type: str = ""
    days: tuple[date, ...] = ()


def admits(tickets: Iterable[Admission], door: Door, mode: str | None = None) -> bool:
    """Whether somebody with these tickets is let in.

    mode   "in_person" or "virtual" asks for that way in (a join link is the virtual one); None for any way
    """
    return any(_admits(ticket, door, mode) for ticket in tickets)


def seats(tickets: Iterable[Admission]) -> frozenset[int]:
    """The ticketed sessions these tickets give a seat in."""
    return frozenset(ticket.session for ticket in tickets if ticket.session is not None)


def _admits(ticket: Admission, door: Door, mode: str | None) -> bool:
    if ticket.session == door.session:
        return mode is None or not ticket.modes or _has(ticket.modes, mode)
    if door.ticketed:
        return False
    if mode is None:
        if not ticket.modes:
            return False
    elif not _has(ticket.modes, mode):
        return False
    return _has(ticket.session_types, door.session_type) and (
        EVERY in ticket.days or any(day.isoformat() in ticket.days for day in door.days)
    )


def _has(allowed: frozenset[str], one: str) -> bool:
    return EVERY in allowed or one in allowed
