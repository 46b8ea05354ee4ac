"""What an order still owes and nobody will pay: given up with a reason. `registration.written_off` takes it back
when the money comes after all."""

from datetime import datetime

from events.core import database
from events.core.errors import Unreadable
from events.core.locales import _
from events.registration import orders, written_off
from events.registration.states import OrderState


async def write_off(order_id: int, reason: str, by: int, at: datetime) -> int:
    """Give up what a confirmed order owes. Returns how much, in minor units. Raises Unreadable when it owes nothing; an
    order that waits for its money runs out by itself."""
    async with database.transaction():
        order = await orders.lock(order_id)
        owed: int = await database.value(written_off.OWED, order_id)
        if order.state is not OrderState.CONFIRMED or owed <= 0:
            raise Unreadable({"reason": _("This order owes nothing that could be written off.")})
        made = await database.value(
            "INSERT INTO write_off (order_id, amount, reason, written_at, written_by_id) VALUES ($1, $2, $3, $4, $5)"
            " RETURNING id",
            order_id,
            owed,
            reason,
            at,
            by,
        )
        await written_off.book(order_id, -owed, order.currency, f"write-off-{made}", at)
    return owed
