"""What happens to an order as a whole: it is opened by its secret, confirmed, given up, expired."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

import asyncpg

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


_LOCK = "SELECT id, state, total, currency, held_until FROM orders WHERE id = {which} FOR UPDATE"
_LOCK_BY_ID = _LOCK.format(which="$1")
_LOCK_BY_CHECKOUT = _LOCK.format(which="(SELECT order_id FROM checkout_session WHERE stripe_id = $1)")
_LOCK_BY_PAYMENT = _LOCK.format(which="(SELECT order_id FROM checkout_session WHERE payment_intent = $1)")


async def lock(order_id: int) -> Locked:
    row = await database.row(_LOCK_BY_ID, order_id)
    assert row is not None, f"order {order_id} is gone"
    return _locked(row)


async def lock_of_checkout(stripe_id: str) -> Locked | None:
    """The order that a Checkout Session (cs_…) pays for; None when no order of ours has it."""
    row = await database.row(_LOCK_BY_CHECKOUT, stripe_id)
    return _locked(row) if row is not None else None


async def lock_of_payment(payment_intent: str) -> Locked | None:
    """The order that a payment (pi_…) was for; None when no order of ours has it, or we do not know it yet."""
    row = await database.row(_LOCK_BY_PAYMENT, payment_intent)
    return _locked(row) if row is not None else None


def _locked(row: asyncpg.Record) -> Locked:
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


_CONFIRM = """
WITH moved AS (
    UPDATE orders SET state = $3::text, held_until = NULL, version = version + 1, confirmed_at = $4 WHERE id = $1
    RETURNING id, currency
), noted AS (
    INSERT INTO order_move (order_id, old, new, moved_at, moved_by_id, reason)
    SELECT id, $2, $3::text, $4, $5, $6 FROM moved
), charged AS (
    INSERT INTO ledger (order_id, kind, amount, currency, source, booked_at)
    SELECT moved.id, 'charge', n.amount, moved.currency, 'line-' || n.id, $4
    FROM moved JOIN order_line n ON n.order_id = moved.id AND n.amount > 0 AND n.cancelled_at IS NULL
    ON CONFLICT (kind, source) DO NOTHING
)
INSERT INTO outbox_message (topic, body, created_at, due_at)
SELECT topic, jsonb_build_object('order', moved.id), $4, $4
FROM moved, unnest(ARRAY['order.confirmed', 'mail.order_confirmed']) topic
"""


async def confirm(order: Locked, at: datetime, reason: str, by: int | None = None) -> None:
    """Confirm a locked order whose places are claimed: its lines are charged, and the buyer is told.

    One statement, as a free order is placed. Raises IllegalMove.
    """
    new = step(order.state, OrderState.CONFIRMED)
    await database.execute(_CONFIRM, order.id, order.state.value, new.value, at, by, reason)


async def take(order_id: int, at: datetime) -> None:
    """Confirm what was offered and costs nothing; once. Raises TooLate."""
    async with database.transaction():
        order = await lock(order_id)
        if order.state is OrderState.CONFIRMED:
            return
        if order.total or order.state is not OrderState.HELD or order.held_until is None or order.held_until <= at:
            raise TooLate(_("The time to take it is over."), order.state)
        await confirm(order, at, "nothing to pay")


async def expire(order: Locked, at: datetime, reason: str) -> None:
    """Free the places of a locked order that will not be paid, and tell the buyer."""
    await move(order, OrderState.EXPIRED, at, reason)
    await quotas.give_back(order.id, at=at)
    if not await database.value("SELECT source FROM orders WHERE id = $1", order.id):  # who waited is told otherwise
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
        await quotas.give_back(order_id, at=at)
        await tell(order_id, at, "checkout.abandoned")
