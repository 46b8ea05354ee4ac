"""How long places name anybody: as long as their tickets do. Who asked and took none is forgotten after two weeks."""

from datetime import datetime

from events.core import database
from events.institutions.asking import GOOD_FOR

_PLACES = """
UPDATE staff_place SET name = '', email = '' WHERE id IN (
    SELECT p.id FROM staff_place p JOIN registration r ON r.id = p.registration_id JOIN orders o ON o.id = r.order_id
    WHERE (p.name <> '' OR p.email <> '') AND ((o.name = '' AND o.email = '') OR (p.state = 'taken' AND r.email = ''
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


async def blank(limit: int) -> int:
    """Take the names out of places whose tickets or orders were blanked, and out of the moves of such orders.

    Returns how many of what there are more of.
    """
    return max(await database.execute(_PLACES, limit), await database.execute(_MOVES, limit))


async def forget_asks(at: datetime, limit: int) -> int:
    return await database.execute(_ASKS, at - GOOD_FOR, limit)
