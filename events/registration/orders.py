"""What happens to an order as a whole: it is opened by its secret, confirmed, given up, expired."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.errors import DomainError
from events.core.locales import _
from events.registration import quotas
from events.registration.states import OrderState, step


class TooLate(DomainError):
    """The order is not in a state in which this can be done any more."""

    status = 409

    def __init__(self, words: str, state: OrderState) -> None:
        super().__init__(words, state=state)
        self.state = state

    @property
    def title(self) -> str:
        return _("Too late for that")


@dataclass(frozen=True, slots=True)
class Locked:
    """An order's row, locked for the rest of the transaction."""

    id: int
    state: OrderState
    total: int
    currency: str
    held_until: datetime | None


def secret(code: str, key: str) -> str:
    """What opens an order's page without signing in: a MAC of its code. Nothing secret is stored."""
    return hmac.new(key.encode(), f"order {code}".encode(), hashlib.sha256).hexdigest()[:32]


def opens(given: str, code: str, key: str) -> bool:
    return hmac.compare_digest(given.encode(), secret(code, key).encode())


def ticket_mark(code: str, key: str) -> str:
    """What a ticket's picture says: its code and a MAC of it, so that a door can tell without asking anybody."""
    mac = hmac.new(key.encode(), f"ticket {code}".encode(), hashlib.sha256).hexdigest()[:16]
    return f"CLQ1:{code}:{mac.upper()}"


async def lock(order_id: int) -> Locked:
    row = await database.row(
        "SELECT id, state, total, currency, held_until FROM orders WHERE id = $1 FOR UPDATE", order_id
    )
    assert row is not None, f"order {order_id} is gone"
    return Locked(row["id"], OrderState(row["state"]), row["total"], row["currency"], row["held_until"])


async def move(
    order: Locked,
    new: OrderState,
    at: datetime,
    reason: str,
    by: int | None = None,
    held_until: datetime | None = None,
) -> None:
    """Take a locked order to another state, with who and why. Its places are the caller's. Raises IllegalMove."""
    await database.execute(
        """
        WITH moved AS (
            UPDATE orders SET state = $3, held_until = $4, version = version + 1,
                confirmed_at = CASE $3 WHEN 'CONFIRMED' THEN $5 ELSE confirmed_at END
            WHERE id = $1
        )
        INSERT INTO order_move (order_id, old, new, moved_at, moved_by_id, reason) VALUES ($1, $2, $3, $5, $6, $7)
        """.replace("$3", "$3::text"),
        order.id,
        order.state.value,
        step(order.state, new).value,
        held_until,
        at,
        by,
        reason,
    )


async def tell(order_id: int, at: datetime, *topics: str) -> None:
    """Write a message about an order for each topic, in the surrounding transaction."""
    await database.execute(
        "INSERT INTO outbox_message (topic, body, created_at, due_at)"
        " SELECT topic, jsonb_build_object('order', $1::bigint), $2, $2 FROM unnest($3::text[]) topic",
        order_id,
        at,
        list(topics),
    )


async def confirm(order: Locked, at: datetime, reason: str, by: int | None = None) -> None:
    """Confirm a locked order whose places are claimed: its lines are charged, and the buyer is told."""
    await move(order, OrderState.CONFIRMED, at, reason, by)
    await database.execute(
        "INSERT INTO ledger (order_id, kind, amount, currency, source, booked_at)"
        " SELECT $1, 'charge', n.amount, $2, 'line-' || n.id, $3 FROM order_line n"
        " WHERE n.order_id = $1 AND n.amount > 0 AND n.cancelled_at IS NULL ON CONFLICT (kind, source) DO NOTHING",
        order.id,
        order.currency,
        at,
    )
    await tell(order.id, at, "order.confirmed", "mail.order_confirmed")


async def expire(order: Locked, at: datetime, reason: str) -> None:
    """Free the places of a locked order that will not be paid, and tell the buyer."""
    await move(order, OrderState.EXPIRED, at, reason)
    await quotas.give_back(order.id)
    await tell(order.id, at, "mail.order_expired")


async def give_up(order_id: int, at: datetime, by: int | None = None) -> None:
    """The buyer gives a hold back before paying. A Checkout Session that is still open is closed by a worker."""
    async with database.transaction():
        order = await lock(order_id)
        if order.state is OrderState.CANCELLED:
            return
        if order.state is not OrderState.HELD:
            raise TooLate(_("This order is not waiting for a payment any more."), order.state)
        await move(order, OrderState.CANCELLED, at, "given back by the buyer", by)
        await quotas.give_back(order_id)
        await tell(order_id, at, "checkout.abandoned")
