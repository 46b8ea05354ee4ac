"""Who is in a programme without a ticket that lets them in: for staff to ask them before the doors do.

Whoever has a part in a confirmed session needs a ticket that admits to its day; the seat of a ticketed session is
theirs without buying one, because they give it.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from events.core import database
from events.registration.admission import Admission, Door, admits

PAGE = 50
NOBODYS, PARTLY = "without", "partly"


@dataclass(frozen=True, slots=True)
class Part:
    """One session somebody has a part in. admitted: whether a ticket of theirs lets them in on one of its days."""

    code: str
    title: str
    role: str
    days: tuple[date, ...]
    admitted: bool


@dataclass(frozen=True, slots=True)
class Unregistered:
    """code: of the person; email: their main address, "" for none; parts: those no ticket of theirs admits to.

    invited_by   an institution that has a place for them, which they have not taken yet
    """

    code: str
    name: str
    email: str
    tickets: tuple[str, ...]
    parts: tuple[Part, ...]
    invited_by: str = ""

    @property
    def state(self) -> str:
        return PARTLY if self.tickets else NOBODYS


_PARTS = """
SELECT p.id, p.code AS person, p.name, coalesce(a.email, '') AS email, r.role, s.id AS session, s.code, s.title,
    coalesce(t.slug, '') AS type, e.timezone,
    (SELECT array_agg(l.starts_at) FROM slot l WHERE l.session_id = s.id AND l.starts_at IS NOT NULL) AS times
FROM session_person r JOIN session s ON s.id = r.session_id JOIN event e ON e.id = s.event_id
JOIN person p ON p.id = r.person_id LEFT JOIN address a ON a.person_id = p.id AND a.is_primary
LEFT JOIN session_type t ON t.id = s.type_id
WHERE s.event_id = $1 AND s.state = 'confirmed'
ORDER BY lower(p.name), p.id, s.title, s.id
"""
_TICKETS = """
SELECT DISTINCT r.person_id, t.id, t.name, t.kind, t.admits, t.session_id
FROM registration r JOIN orders o ON o.id = r.order_id AND o.state = 'CONFIRMED'
JOIN order_line n ON n.registration_id = r.id AND n.cancelled_at IS NULL JOIN ticket_type t ON t.id = n.ticket_type_id
WHERE r.event_id = $1 AND r.person_id IS NOT NULL ORDER BY t.id
"""


async def of(event_id: int, invited: Mapping[int, str] | None = None) -> list[Unregistered]:
    """By name. Two statements, whatever the size; what a ticket admits to is decided by `admission` alone.

    invited   person → the institution that has a place for them
    """
    names: dict[int, list[str]] = defaultdict(list)
    tickets: dict[int, list[Admission]] = defaultdict(list)
    for row in await database.rows(_TICKETS, event_id):
        names[row["person_id"]].append(row["name"])
        tickets[row["person_id"]].append(Admission.of(row["kind"], json.loads(row["admits"]), row["session_id"]))
    people: dict[int, tuple[str, str, str]] = {}
    parts: dict[int, list[Part]] = defaultdict(list)
    for row in await database.rows(_PARTS, event_id):
        zone = ZoneInfo(row["timezone"])
        days = tuple(sorted({at.astimezone(zone).date() for at in row["times"] or ()}))
        people[row["id"]] = row["person"], row["name"], row["email"]
        let_in = _let_in(tickets[row["id"]], Door(row["session"], False, row["type"], days))
        parts[row["id"]].append(Part(row["code"], row["title"], row["role"], days, let_in))
    return [
        Unregistered(*told, tuple(names[person]), tuple(missing), (invited or {}).get(person, ""))
        for person, told in people.items()
        if (missing := [part for part in parts[person] if not part.admitted])
    ]


def _let_in(tickets: Sequence[Admission], door: Door) -> bool:
    """A session without a time asks for no day yet: any ticket into the event will do."""
    if not door.days:
        return any(ticket.modes for ticket in tickets)
    return admits(tickets, door)


def fitting(found: Iterable[Unregistered], words: str, state: str, role: str) -> list[Unregistered]:
    """Those with the words in their name, address or a session's title; of one state and role where these are given."""
    wanted = words.casefold().strip()
    return [
        one
        for one in found
        if (not state or one.state == state)
        and (not role or any(part.role == role for part in one.parts))
        and (not wanted or any(wanted in text.casefold() for text in _texts(one)))
    ]


def _texts(one: Unregistered) -> Iterable[str]:
    return one.name, one.email, *(part.title for part in one.parts)
