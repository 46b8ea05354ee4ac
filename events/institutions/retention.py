"""How long places name anybody: as long as their tickets do; who took none, 30 days after the event; who asked by the
staff link and took none, two weeks."""

from datetime import datetime

from events.core import database
from events.institutions.asking import GOOD_FOR
from events.registration.retention import AFTER_THE_EVENT

_PLACES = """
UPDATE staff_place SET name = '', email = '' WHERE id IN (
    SELECT p.id FROM staff_place p JOIN registration r ON r.id = p.registration_id JOIN orders o ON o.id = r.order_id
    JOIN event e ON e.id = o.event_id
    WHERE (p.name <> '' OR p.email <> '') AND ((o.name = '' AND o.email = '')
    OR (p.state = 'invited' AND e.ends_on < $2::timestamptz) OR (p.state = 'taken' AND r.email = ''
        AND r.name = '' AND NOT EXISTS (SELECT FROM outbox_message m WHERE m.topic = 'order.confirmed'
            AND m.done_at IS NULL AND m.body = jsonb_build_object('order', o.id))))
    ORDER BY p.id LIMIT $1)
"""
_MOVES = """
UPDATE staff_move SET was = '{}', now = '{}', moved_by_id = NULL WHERE id IN (
    SELECT m.id FROM staff_move m JOIN staff_place p ON p.id = m.place_id
    JOIN institution i ON i.id = p.institution_id JOIN orders o ON o.id = i.order_id
    WHERE (m.was <> '{}' OR m.now <> '{}' OR m.moved_by_id IS NOT NULL) AND o.name = '' AND o.email = ''
    ORDER BY m.id LIMIT $1)
"""
_ASKS = "DELETE FROM staff_ask WHERE id IN (SELECT id FROM staff_ask WHERE asked_at < $1 ORDER BY id LIMIT $2)"


async def blank(at: datetime, limit: int) -> int:
    """Take the names out of places whose tickets or orders were blanked, of those that nobody took until 30 days after
    the event, and out of the moves of blanked orders.

    Returns how many of what there are more of.
    """
    return max(await database.execute(_PLACES, limit, at - AFTER_THE_EVENT), await database.execute(_MOVES, limit))


async def forget_asks(at: datetime, limit: int) -> int:
    return await database.execute(_ASKS, at - GOOD_FOR, limit)
