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


LATE = 3
"""Days after which a reminder is not sent any more that nobody could send in time."""

_REMIND = """
WITH due_now AS (
    SELECT o.id, r.day FROM orders o JOIN due d ON d.order_id = o.id JOIN event e ON e.id = o.event_id
    JOIN payment_terms t ON t.event_id = o.event_id CROSS JOIN LATERAL unnest(coalesce(t.reminders, $3::int[])) r (day)
    CROSS JOIN LATERAL (SELECT ($1::timestamptz AT TIME ZONE e.timezone)::date AS today) now_
    WHERE o.state IN ('PENDING', 'CONFIRMED') AND o.email <> ''
        AND now_.today >= d.due_on + r.day AND now_.today < d.due_on + r.day + $2::int
        AND (d.made_at AT TIME ZONE e.timezone)::date < d.due_on + r.day
        AND extract(hour FROM $1::timestamptz AT TIME ZONE e.timezone) >= 8
        AND CASE o.state WHEN 'PENDING' THEN o.total ELSE 0 END
            + (SELECT coalesce(sum(l.amount), 0) FROM ledger l WHERE l.order_id = o.id) > 0
        AND NOT EXISTS (SELECT FROM due_reminder s WHERE s.order_id = o.id AND s.day = r.day)
    ORDER BY o.id LIMIT 200
), noted AS (
    INSERT INTO due_reminder (order_id, day, sent_at) SELECT id, day, $1 FROM due_now
    ON CONFLICT (order_id, day) DO NOTHING RETURNING order_id
), told AS (
    INSERT INTO outbox_message (topic, body, created_at, due_at)
    SELECT DISTINCT 'mail.payment_reminder', jsonb_build_object('order', order_id), $1::timestamptz, $1::timestamptz
    FROM noted RETURNING id
)
SELECT count(*) FROM told
"""


async def remind(at: datetime) -> int:
    """Write to those who have not paid, on the days that their event's terms name; each once. Returns how many."""
    return int(await database.value(_REMIND, at, LATE, list(terms.REMINDERS)))


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
