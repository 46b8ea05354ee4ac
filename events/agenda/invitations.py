"""The calendar invitation of a seat (iMIP, RFC 6047): there with the order, sent again when it moved, cancelled.

`follow_…` makes the rows what they have to be, and rings for each that has something new to say; the mails are in
`invitation_letters`.
"""

from collections.abc import Sequence
from datetime import datetime

from events.agenda import personal_feeds
from events.core import database

_FOLLOW = """
WITH wanted AS MATERIALIZED (
    SELECT st.line_id, en.id AS entry_id, st.person_id, st.email, st.name, en.uid
    FROM seat st
    JOIN session s ON s.id = st.session_id
    JOIN entry en ON en.event_id = s.event_id AND en.session_code = s.code AND en.kind = 'slot'
    LEFT JOIN personal_feed f ON f.person_id = st.person_id AND f.revoked_at IS NULL
    WHERE en.ends_at > $1 AND en.status = 'CONFIRMED' AND NOT coalesce(f.seats_here, false) AND st.email <> ''
    AND {seats}
), ended AS (
    UPDATE invitation i SET state = 'cancelled' FROM entry en
    WHERE en.id = i.entry_id AND i.state = 'invited' AND en.ends_at > $1 AND {rows}
    AND NOT EXISTS (SELECT FROM wanted w WHERE w.line_id = i.line_id AND w.entry_id = i.entry_id)
    RETURNING i.person_id
), made AS (
    INSERT INTO invitation (line_id, entry_id, person_id, email, name, uid, token, state)
    SELECT w.line_id, w.entry_id, w.person_id, w.email, w.name, w.uid, coalesce(
        (SELECT i.token FROM invitation i WHERE i.uid = w.uid AND i.email = w.email LIMIT 1),
        replace(gen_random_uuid()::text, '-', '')
    ), 'invited' FROM wanted w
    ON CONFLICT (line_id, entry_id) DO UPDATE SET state = 'invited' WHERE invitation.state = 'cancelled'
    RETURNING person_id
)
SELECT person_id FROM ended WHERE person_id IS NOT NULL UNION SELECT person_id FROM made WHERE person_id IS NOT NULL
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
    "seats": "st.order_id = any($2)",
    "rows": "i.line_id IN (SELECT l.id FROM order_line l WHERE l.order_id = any($2))",
}
_BY_PERSON = {"seats": "st.person_id = $2", "rows": "i.person_id = $2"}
_BY_SESSIONS = {
    "seats": "st.event_id = $2 AND s.code = any($3)",
    "rows": "en.event_id = $2 AND en.session_code = any($3)",
}


def _statements(scope: dict[str, str]) -> tuple[str, str]:
    return _FOLLOW.format(**scope), _RING.format(**scope)


_FOLLOW_ORDERS, _RING_ORDERS = _statements(_BY_ORDERS)
_FOLLOW_PERSON, _RING_PERSON = _statements(_BY_PERSON)
_FOLLOW_SESSIONS, _RING_SESSIONS = _statements(_BY_SESSIONS)


async def follow_orders(orders: Sequence[int], at: datetime) -> int:
    """Seats of these orders came or went. Returns how many mails were rung for."""
    return await _follow(_FOLLOW_ORDERS, _RING_ORDERS, at, list(orders))


async def follow_person(person: int, at: datetime) -> int:
    """Somebody chose where their seats are shown."""
    return await _follow(_FOLLOW_PERSON, _RING_PERSON, at, person)


async def follow_sessions(event: int, codes: list[str], at: datetime) -> int:
    """A release moved, cancelled or brought back these sessions."""
    return await _follow(_FOLLOW_SESSIONS, _RING_SESSIONS, at, event, codes)


async def _follow(follow: str, ring: str, at: datetime, *scope: object) -> int:
    async with database.transaction():
        moved = await database.rows(follow, at, *scope)
        await personal_feeds.touch([row["person_id"] for row in moved], at)
        return await database.execute(ring, at, *scope)
