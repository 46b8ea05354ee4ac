"""Who keeps some sessions, read from the sessions' side: SQL for the statements of what a release changed.

The views `seat` and `kept` say the same, but are made for asking about a person or an order: asked about sessions, they
walk through every order line there is. Here the tickets that seat somebody in one of the sessions come first.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Which:
    """Some sessions of an event: their codes, and the ids of those that the draft still has."""

    event: int
    codes: list[str]
    sessions: list[int]


_SEATS = """
SELECT l.id AS line_id, seated.session_id, r.person_id,
       lower(CASE WHEN o.for_staff THEN r.email ELSE coalesce(nullif(r.email, ''), o.email) END) AS email,
       CASE WHEN o.for_staff THEN r.name ELSE coalesce(nullif(r.name, ''), o.name) END AS name
FROM (
    SELECT t.id, t.session_id FROM ticket_type t WHERE t.session_id = any({sessions})
    UNION ALL
    SELECT t.id, s.id FROM session s
    JOIN event e ON e.id = s.event_id AND e.kind IN ('webinar', 'course')
    JOIN ticket_type t ON t.event_id = e.id AND t.session_id IS NULL AND t.kind IN ('full', 'virtual')
    WHERE s.id = any({sessions})
) seated (ticket_type_id, session_id)
CROSS JOIN LATERAL (
    SELECT id, order_id, registration_id FROM order_line
    WHERE ticket_type_id = seated.ticket_type_id AND cancelled_at IS NULL OFFSET 0
) l
CROSS JOIN LATERAL (SELECT email, name, for_staff FROM orders WHERE id = l.order_id AND state = 'CONFIRMED' OFFSET 0) o
CROSS JOIN LATERAL (
    SELECT person_id, email, name FROM registration WHERE id = l.registration_id AND cancelled_at IS NULL OFFSET 0
) r
"""
"""OFFSET 0: by keys alone, so that two moved workshops cost their own seats and not a reading of every order."""

_KEEPERS = """
SELECT person_id, session_id FROM saved WHERE session_id = any({sessions})
UNION
SELECT person_id, session_id FROM ({seats}) seat WHERE person_id IS NOT NULL
"""


def seats(sessions: str) -> str:
    """The rows of `seat`, without their order, of some sessions.

    sessions   the parameter that has their ids: `$4::bigint[]`
    """
    return _SEATS.format(sessions=sessions)


def keepers(sessions: str) -> str:
    """The rows of `kept` of some sessions."""
    return _KEEPERS.format(sessions=sessions, seats=seats(sessions))
