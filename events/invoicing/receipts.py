"""Checks and transfers that came, and money given back so: entered by hand, booked once, in the order's ledger."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from events.core import database
from events.core.errors import Unreadable
from events.core.locales import _
from events.core.money import Money
from events.registration import holds, orders, written_off
from events.registration.states import OrderState


@dataclass(frozen=True, slots=True)
class Slip:
    """What was entered. kind: payment, refund; way: check, transfer; amount above nothing, in the order's currency.

    shared   this check or transfer paid other orders as well, and somebody said so
    """

    kind: str
    way: str
    number: str
    dated: date
    amount: Money
    note: str = ""
    shared: bool = False


class Became(StrEnum):
    """What a receipt made of its order."""

    booked = "booked"
    paid = "paid"
    credit = "credit"
    late = "late"


async def book(order_id: int, slip: Slip, by: int | None, at: datetime) -> Became:
    """Book a slip in the order's ledger, and confirm a pending order that is paid with it.

    Money for an order that ran out claims its places again, when all of it is there and they are free; else it stays as
    a credit on the order, to be given back by hand (Became.late). Too much stays as a credit too.
    Raises Unreadable when this check or transfer is booked already, also by somebody at the same moment (for another
    order: unless it is `shared`), and when more would be given back than is owed to the buyer.
    """
    async with database.transaction():
        order = await orders.lock(order_id)
        if not slip.shared:
            await _only_here(order_id, slip)
        paid: int = -await database.value(
            "SELECT coalesce(sum(amount), 0)::bigint FROM ledger WHERE order_id = $1 AND kind NOT IN"
            " ('charge', 'waiver', 'fee')",
            order_id,
        )
        balance: int = await database.value(
            "SELECT coalesce(sum(amount), 0)::bigint FROM ledger WHERE order_id = $1", order_id
        )
        if slip.kind == "refund" and slip.amount.amount > -balance:
            raise Unreadable({"amount": _("This is more than the order has paid too much.")})
        receipt = await database.value(
            "INSERT INTO receipt (order_id, kind, way, number, dated, amount, currency, note, booked_at, booked_by_id)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
            " ON CONFLICT (order_id, kind, way, upper(number)) DO NOTHING RETURNING id",
            order_id,
            slip.kind,
            slip.way,
            slip.number,
            slip.dated,
            slip.amount.amount,
            order.currency,
            slip.note,
            at,
            by,
        )
        if receipt is None:
            raise Unreadable({"number": _("This number is booked for this order already.")})
        signed = slip.amount.amount if slip.kind == "refund" else -slip.amount.amount
        await database.execute(
            "INSERT INTO ledger (order_id, kind, amount, currency, source, booked_at) VALUES ($1, $2, $3, $4, $5, $6)",
            order_id,
            slip.kind,
            signed,
            order.currency,
            f"receipt-{receipt}",
            at,
        )
        if slip.kind == "refund":
            return Became.booked
        await written_off.take_back(order_id, order.currency, f"receipt-{receipt}", at)
        paid += slip.amount.amount
        enough = paid >= order.total
        if order.state in {OrderState.HELD, OrderState.PENDING} and enough:
            await orders.confirm(order, at, "paid", by)
            await orders.tell(order_id, at, "checkout.abandoned")
        elif order.state is OrderState.EXPIRED and enough and await holds.claim_again(order_id, at):
            await orders.confirm(order, at, "paid late, and the places were still free", by)
        elif order.state in {OrderState.EXPIRED, OrderState.CANCELLED}:
            return Became.late
        elif order.state is not OrderState.CONFIRMED:
            return Became.booked
        left: int = await database.value(
            "SELECT coalesce(sum(amount), 0)::bigint FROM ledger WHERE order_id = $1", order_id
        )
        return Became.credit if left < 0 else Became.booked if left else Became.paid


async def _only_here(order_id: int, slip: Slip) -> None:
    """Raises Unreadable when another order has this number. Whoever books it there now is waited for."""
    key = f"receipt {slip.kind} {slip.way} {slip.number.upper()}"
    await database.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", key)
    other = await database.value(
        "SELECT o.code FROM receipt r JOIN orders o ON o.id = r.order_id WHERE r.kind = $1 AND r.way = $2"
        " AND upper(r.number) = upper($3) AND r.order_id <> $4 ORDER BY r.id LIMIT 1",
        slip.kind,
        slip.way,
        slip.number,
        order_id,
    )
    if other is not None:
        words = _("This number is booked for order %(code)s already. If it paid both, tick that it did.")
        raise Unreadable({"shared": words % {"code": other}})
