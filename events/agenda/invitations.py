"""The calendar invitation of a seat (iMIP, RFC 6047): there with the order, sent again when it moved, cancelled.

`follow_…` makes the rows what they have to be, and rings for each that has something new to say; the mails are in
`invitation_letters`.
"""

from collections.abc import Sequence
from datetime import datetime

from events.agenda import personal_feeds
from events.agenda.keepers import Which, seats
from events.core import database

_FOLLOW = """
WITH wanted AS MATERIALIZED (
    SELECT st.line_id, en.id AS entry_id, st.person_id, st.email, st.name, en.uid
    FROM ({seats}) st
    CROSS JOIN LATERAL (SELECT event_id, code FROM session WHERE id = st.session_id OFFSET 0) s
    CROSS JOIN LATERAL (
        SELECT id, uid FROM entry
        WHERE event_id = s.event_id AND session_code = s.code AND kind = 'slot' AND ends_at > $1
        AND status = 'CONFIRMED' OFFSET 0
    ) en
    LEFT JOIN LATERAL (
        SELECT seats_here FROM personal_feed WHERE person_id = st.person_id AND revoked_at IS NULL OFFSET 0
    ) f ON true
    WHERE NOT coalesce(f.seats_here, false) AND st.email <> ''
), ended AS (
    UPDATE invitation i SET state = 'cancelled' FROM entry en
    WHERE en.id = i.entry_id AND i.state = 'invited' AND en.ends_at > $1 AND {rows}
    AND NOT EXISTS (SELECT FROM wanted w WHERE w.line_id = i.line_id AND w.entry_id = i.entry_id
        AND w.email = i.email)
    RETURNING i.person_id
), known AS MATERIALIZED (
    SELECT w.*, (SELECT i.token FROM invitation i WHERE i.uid = w.uid AND i.email = w.email LIMIT 1) AS token
    FROM wanted w ORDER BY w.line_id, w.entry_id
), made AS (
    INSERT INTO invitation (line_id, entry_id, person_id, email, name, uid, token, state)
    SELECT line_id, entry_id, person_id, email, name, uid,
        coalesce(token, replace(gen_random_uuid()::text, '-', '')), 'invited' FROM known
    ON CONFLICT (line_id, entry_id, email) DO UPDATE SET state = 'invited' WHERE invitation.state = 'cancelled'
    RETURNING person_id
)
SELECT person_id FROM ended WHERE person_id IS NOT NULL UNION SELECT person_id FROM made WHERE person_id IS NOT NULL
"""
"""OFFSET 0: by keys alone. Left to itself the planner joins whole tables for the one seat of an order.

`known` is sorted so that all tokens are looked up before the first row is written: in a table that was empty a moment
ago each look reads all that the statement itself has put there, which for 100,000 seats took minutes.
"""

_RING = """
INSERT INTO outbox_message (topic, body, created_at, due_at)
SELECT 'mail.invitation', jsonb_build_object('invitation', i.id), $1, $1
FROM invitation i JOIN entry en ON en.id = i.entry_id
WHERE en.ends_at > $1 AND {rows}
AND i.sent_digest <> CASE i.state WHEN 'invited' THEN 'invited ' || en.sequence ELSE 'cancelled' END
AND (i.state = 'invited' OR i.sent_digest <> '')
"""

_BY_ORDERS = {
    "seats": "SELECT * FROM seat WHERE order_id = any($2)",
    "rows": "i.line_id IN (SELECT l.id FROM order_line l WHERE l.order_id = any($2))",
}
_BY_PERSON = {"seats": "SELECT * FROM seat WHERE person_id = $2", "rows": "i.person_id = $2"}
_BY_SESSIONS = {
    "seats": seats("$4::bigint[]"),
    "rows": "en.event_id = $2 AND en.session_code = any($3)",
}


def _statements(scope: dict[str, str]) -> tuple[str, str]:
    return _FOLLOW.format(**scope), _RING.format(**scope)


_FOLLOW_ORDERS, _RING_ORDERS = _statements(_BY_ORDERS)
_FOLLOW_PERSON, _RING_PERSON = _statements(_BY_PERSON)
_FOLLOW_SESSIONS, _RING_SESSIONS = _statements(_BY_SESSIONS)


async def follow_orders(orders: Sequence[int], at: datetime) -> int:
    """Seats of these orders came or went. Returns how many mails were rung for."""
    return await _follow(_FOLLOW_ORDERS, _RING_ORDERS, at, [list(orders)])


async def follow_person(person: int, at: datetime) -> int:
    """Somebody chose where their seats are shown."""
    return await _follow(_FOLLOW_PERSON, _RING_PERSON, at, [person])


async def follow_sessions(which: Which, at: datetime) -> int:
    """A release moved, cancelled or brought back these sessions."""
    return await _follow(_FOLLOW_SESSIONS, _RING_SESSIONS, at, [which.event, which.codes], which.sessions)


async def _follow(follow: str, ring: str, at: datetime, scope: Sequence[object], *seated: object) -> int:
    """seated: what the seats are found by, where that is not what the rows are."""
    async with database.transaction():
        moved = await database.rows(follow, at, *scope, *seated)
        await personal_feeds.touch([row["person_id"] for row in moved], at)
        return await database.execute(ring, at, *scope)
