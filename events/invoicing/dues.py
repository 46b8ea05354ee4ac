"""An order that is paid by purchase order, check or transfer: what it owes and by when."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from events.core import database
from events.core.errors import DomainError
from events.core.locales import _
from events.core.money import Money
from events.invoicing import invoices, terms
from events.registration import orders
from events.registration.accounts import Account
from events.registration.states import OrderState

REASON = "paid another way than by card"


class NotThisWay(DomainError):
    """The event does not take this, or the order is not waiting for a payment."""

    status = 409

    @property
    def title(self) -> str:
        return _("This cannot be paid so")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a buyer typed. number: of the purchase order, "" for other ways."""

    way: str
    number: str = ""
    institution: str = ""
    address: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """What an order owes, and how it is to be paid. left: below nothing, what we owe the buyer."""

    chosen: Chosen
    seller: str
    pay_to: str
    due_on: date
    left: Money


async def of_order(account: Account) -> Due | None:
    """None for an order that is paid by card. Read in one statement."""
    row = await database.row("SELECT * FROM due WHERE order_id = $1", account.id)
    if row is None:
        return None
    chosen = Chosen(row["way"], row["number"], row["institution"], row["address"], row["reference"])
    return Due(chosen, row["seller"], row["pay_to"], row["due_on"], left(account))


def left(account: Account) -> Money:
    """What is still to be paid. A pending order is charged when it is confirmed, so its price is added here."""
    return account.balance + account.total if account.state is OrderState.PENDING else account.balance


async def choose(account: Account, chosen: Chosen, at: datetime, by: int | None = None) -> None:
    """Keep how an order will be paid, and its places with it; issue the invoice; tell the buyer.

    An accepted purchase order is CONFIRMED with a balance due where the event says so; everything else is PENDING until
    it is paid, with its places kept until the due day and the days of grace are over where the event is. A second click
    changes nothing. Raises NotThisWay; nothing is kept then.
    """
    async with database.transaction():
        order = await orders.lock(account.id)
        if await database.value("SELECT true FROM due WHERE order_id = $1", account.id):
            return
        known = await terms.of_event(account.event)
        if chosen.way not in known.ways:
            raise NotThisWay(_("This event does not take that way to pay."))
        if order.state is not OrderState.HELD or order.held_until is None or order.held_until <= at or not order.total:
            raise NotThisWay(_("This order is not waiting for a payment. Choose your tickets again; nothing is owed."))
        today = at.astimezone(ZoneInfo(account.zone)).date()
        due_on = today + timedelta(days=known.due_days)
        if chosen.way != "purchase_order":
            chosen = replace(chosen, number="")
        await database.execute(
            "INSERT INTO due (order_id, way, number, institution, address, reference, seller, pay_to, due_on, made_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            account.id,
            chosen.way,
            chosen.number,
            chosen.institution,
            chosen.address,
            chosen.reference,
            known.seller,
            known.pay_to,
            due_on,
            at,
        )
        if chosen.way == "purchase_order" and known.orders_confirm:
            await orders.confirm(order, at, REASON, by)
        else:
            kept = end_of(due_on + timedelta(days=known.grace_days), account.zone)
            await orders.move(order, OrderState.PENDING, at, REASON, by, held_until=kept)
        await invoices.bring_up(account.id, at)
        await orders.tell(account.id, at, "checkout.abandoned", "mail.payment_due")


def end_of(day: date, zone: str) -> datetime:
    """The local midnight after a day."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))


async def sweep(at: datetime) -> int:
    """Expire what nobody paid in time, and bring up to date the invoices of orders that changed. Returns how many."""
    lapsed = await database.rows(
        "SELECT o.id FROM orders o JOIN due d ON d.order_id = o.id"
        " WHERE o.state = 'PENDING' AND o.held_until <= $1 ORDER BY o.held_until LIMIT 100",
        at,
    )
    for row in lapsed:
        async with database.transaction():
            order = await orders.lock(row["id"])
            if order.state is OrderState.PENDING and order.held_until is not None and order.held_until <= at:
                await orders.expire(order, at, "not paid in time")
    changed = await invoices.stale()
    for order_id in changed:
        async with database.transaction():
            await orders.lock(order_id)
            await invoices.bring_up(order_id, at)
    return len(lapsed) + len(changed)
