"""Paying by Stripe Checkout: decide and record, commit; ask Stripe; record the answer.

`fulfil` is the one door for every news of a payment: the page a buyer comes back to, a webhook, the sweep. It asks
Stripe what is true now, locks our rows and takes them one step forward; a second call finds nothing left to do.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import asyncpg

from events.core import database
from events.core.errors import DomainError
from events.core.locales import _
from events.core.logs import log
from events.core.money import Money
from events.registration import exchanges, holds, orders, refunds
from events.registration.accounts import Account
from events.registration.exchanges import Exchange
from events.registration.holds import GRACE, HOLD
from events.registration.states import OrderState
from events.registration.stripe_api import Stripe, StripeAway, StripeBroke, StripeRefused
from events.registration.stripe_objects import Checkout, Item

SKEW = timedelta(minutes=1)
"""Stripe refuses a session shorter than 30 minutes by its own clock, so ours is a little longer."""

ATTEMPTS = 6
"""Checkout Sessions of one order; each makes its hold longer, so there is an end to them."""

PROCESSING = timedelta(days=14)
"""How long a bank may take over a payment before its places are given to others."""

GIVEN_UP = timedelta(days=1)
"""After its end a session that Stripe does not know is asked about for so long: it may be our key that is wrong."""


class Outcome(StrEnum):
    """What a call of `fulfil` found; kept with the webhook event."""

    paid = "paid"
    processing = "processing"
    waiting = "waiting"
    ended = "ended"
    refunded = "refunded"
    known = "known already"
    unknown = "not ours yet"


class CannotPay(DomainError):
    """There is nothing to pay here, or nobody who takes it."""

    status = 409

    @property
    def title(self) -> str:
        return _("This cannot be paid now")


class _AskFirst(Exception):
    """The last payment page has run out by our clock. Was it paid on, then nobody else may pay again."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Where Stripe sends the buyer back to. `paid` may hold {CHECKOUT_SESSION_ID}."""

    paid: str
    back: str


async def check_out(account: Account, stripe: Stripe, pages: Pages, at: datetime) -> str:
    """The address of the hosted payment page for an order, which holds its places until that page runs out.

    Raises CannotPay, or SoldOut when the hold ran out meanwhile and others took the places.
    """
    if not stripe.ready:
        raise CannotPay(_("Card payments are not set up here. Write to the organizers to pay another way."))
    try:
        row = await _begin(account, at)
    except _AskFirst:
        await abandon(account.id, stripe, at)
        row = await _begin(account, at)
    if row["state"] == "open":
        return str(row["url"])
    return await _open(row, account, _items(account), stripe, pages)


async def _open(row: asyncpg.Record, account: Account, items: list[Item], stripe: Stripe, pages: Pages) -> str:
    """Have Stripe open the payment page that our row decided on."""
    try:
        checkout = await stripe.create_checkout(
            row["id"],
            f"checkout-{account.code}-{row['attempt']}",
            reference=account.code,
            email=account.email,
            items=items,
            expires_at=row["expires_at"],
            success_url=pages.paid,
            cancel_url=pages.back,
        )
    except (StripeRefused, StripeBroke):
        # The next try is a row and a key of its own: this key would get this answer again, for longer than the hold.
        await database.execute(
            "UPDATE checkout_session SET state = 'failed' WHERE id = $1 AND state = 'creating'", row["id"]
        )
        raise
    await _attach(row["id"], checkout)
    return checkout.url


async def check_out_difference(account: Account, exchange: Exchange, stripe: Stripe, pages: Pages, at: datetime) -> str:
    """The address of the hosted page where the difference of a changed ticket is paid. Raises CannotPay."""
    if not stripe.ready:
        raise CannotPay(_("Card payments are not set up here. Write to the organizers to pay another way."))
    try:
        row = await _begin_difference(account, exchange, at)
    except _AskFirst:
        await abandon(account.id, stripe, at)
        try:
            row = await _begin_difference(account, exchange, at)
        except _AskFirst:
            raise CannotPay(_("Another payment of this order is open. Try again in a minute.")) from None
    if row["state"] != "creating":
        return str(row["url"])
    item = Item(exchange.ticket, _("The difference to the ticket before"), Money(row["amount"], row["currency"]), 1)
    return await _open(row, account, [item], stripe, pages)


async def _begin_difference(account: Account, exchange: Exchange, at: datetime) -> asyncpg.Record:
    """Decide and record: the exchange's live session, or a new one. An order has one at a time: that of an exchange
    that was given up for this one is closed first (_AskFirst), or given up if Stripe never opened it."""
    expires_at = at + HOLD + SKEW
    async with database.transaction():
        order = await orders.lock(account.id)
        live = await database.row(
            "SELECT * FROM checkout_session WHERE order_id = $1 AND state IN ('creating', 'open', 'processing')",
            account.id,
        )
        if live is not None and live["id"] == exchange.checkout_session and live["expires_at"] > at + SKEW:
            return live
        if live is not None and live["state"] == "processing":
            raise CannotPay(_("A payment of this order is on its way. Wait until it is there."))
        if live is not None and live["state"] == "open":
            raise _AskFirst
        if live is not None:
            await database.execute("UPDATE checkout_session SET state = 'failed' WHERE id = $1", live["id"])
        attempt: int = await database.value(
            "SELECT coalesce(max(attempt), 0) + 1 FROM checkout_session WHERE order_id = $1", account.id
        )
        row = await database.row(
            "INSERT INTO checkout_session (order_id, attempt, amount, currency, state, created_at, expires_at)"
            " VALUES ($1, $2, $3, $4, 'creating', $5, $6) RETURNING *",
            account.id,
            attempt,
            exchange.difference,
            order.currency,
            at,
            expires_at,
        )
        assert row is not None
        await exchanges.pay_on(exchange, row["id"], expires_at + GRACE)
        return row


_FIRST = """
WITH held AS MATERIALIZED (
    SELECT id, total, currency FROM orders WHERE id = $1 AND state = 'HELD' AND held_until > $2 FOR UPDATE
), first AS (
    INSERT INTO checkout_session (order_id, attempt, amount, currency, state, created_at, expires_at)
    SELECT id, 1, total, currency, 'creating', $2, $3 FROM held
    WHERE NOT EXISTS (SELECT FROM checkout_session c WHERE c.order_id = held.id)
    ON CONFLICT DO NOTHING RETURNING *
), longer AS (
    UPDATE orders SET held_until = greatest(held_until, $4), version = version + 1
    WHERE id IN (SELECT order_id FROM first)
)
SELECT * FROM first
"""
"""The first session of an order that is still held, and its longer hold: most orders have no other. Nothing comes back
where anything else is so; also when somebody else was faster, whose row stands in the way of a second attempt 1."""


async def _begin(account: Account, at: datetime) -> asyncpg.Record:
    """Decide and record: the order's live session, or a new one with a longer hold."""
    expires_at = at + HOLD + SKEW
    first = await database.row(_FIRST, account.id, at, expires_at, expires_at + GRACE)
    if first is not None:
        return first
    async with database.transaction():
        order = await orders.lock(account.id)
        if order.state is not OrderState.HELD or order.held_until is None:
            raise CannotPay(_("This order is not waiting for a payment."))
        live = await database.row(
            "SELECT * FROM checkout_session WHERE order_id = $1 AND state IN ('creating', 'open', 'processing')",
            account.id,
        )
        if live is not None and live["expires_at"] > at + SKEW:
            return live
        if live is not None and live["state"] == "open":
            raise _AskFirst
        if live is not None:
            await database.execute("UPDATE checkout_session SET state = 'expired' WHERE id = $1", live["id"])
        if order.held_until <= at:
            raise CannotPay(_("The time to pay is over. Choose your tickets again; nothing was charged."))
        attempt: int = await database.value(
            "SELECT coalesce(max(attempt), 0) + 1 FROM checkout_session WHERE order_id = $1", account.id
        )
        if attempt > ATTEMPTS:
            raise CannotPay(_("This was tried too often. Choose your tickets again; nothing was charged."))
        await database.execute(
            "UPDATE orders SET held_until = greatest(held_until, $2), version = version + 1 WHERE id = $1",
            account.id,
            expires_at + GRACE,
        )
        row = await database.row(
            "INSERT INTO checkout_session (order_id, attempt, amount, currency, state, created_at, expires_at)"
            " VALUES ($1, $2, $3, $4, 'creating', $5, $6) RETURNING *",
            account.id,
            attempt,
            order.total,
            order.currency,
            at,
            expires_at,
        )
        assert row is not None
        return row


async def _attach(checkout_id: int, checkout: Checkout) -> None:
    """Record what Stripe answered, unless later news were faster."""
    await database.execute(
        "UPDATE checkout_session SET stripe_id = $2, url = $3,"
        " state = CASE state WHEN 'creating' THEN 'open' ELSE state END WHERE id = $1 AND stripe_id IS NULL",
        checkout_id,
        checkout.id,
        checkout.url,
    )


def _items(account: Account) -> list[Item]:
    """Our own quote, line by line; equal lines are one with a count. The same order gives the same items."""
    counts = Counter(
        (line.ticket, line.words, line.amount) for line in account.lines if line.amount and not line.cancelled
    )
    return [Item(ticket, words, amount, count) for (ticket, words, amount), count in counts.items()]


async def fulfil(checkout_id: str, stripe: Stripe, at: datetime) -> Outcome:
    """Bring one Checkout Session (cs_…) as far as Stripe says it is. Monotone; may be called at any time, and again.

    Orders are always locked before their sessions.
    """
    state = await database.value("SELECT state FROM checkout_session WHERE stripe_id = $1", checkout_id)
    if state == "paid":
        return Outcome.known  # the page and the webhook come together; the second needs no answer of Stripe's
    checkout = await stripe.checkout(checkout_id)
    if state is None and checkout.ours is not None:
        await _attach(checkout.ours, checkout)
    async with database.transaction():
        order = await orders.lock_of_checkout(checkout_id)
        if order is None:
            return Outcome.unknown
        row = await database.row("SELECT * FROM checkout_session WHERE stripe_id = $1 FOR UPDATE", checkout_id)
        if row is None or row["state"] == "paid" or (row["state"] == "failed" and not checkout.paid):
            return Outcome.known  # what we gave up for failed and was paid all the same is still somebody's money
        if checkout.paid:
            return await _paid(row, order, checkout, at)
        if checkout.processing:
            await _state(row, "processing", checkout)
            if order.state is OrderState.CONFIRMED and (exchange := await exchanges.of_checkout(row["id"])):
                await exchanges.pay_on(exchange, row["id"], at + PROCESSING)
            if order.state is OrderState.HELD:
                await orders.move(
                    order, OrderState.PENDING, at, "the bank is processing the payment", held_until=at + PROCESSING
                )
            return Outcome.processing
        if checkout.status == "open":
            return Outcome.waiting
        await _state(row, "expired" if checkout.status == "expired" else "failed", checkout)
        if order.state is OrderState.PENDING:
            await orders.expire(order, at, "the bank declined the payment")
        return Outcome.ended


async def _paid(row: asyncpg.Record, order: orders.Locked, checkout: Checkout, at: datetime) -> Outcome:
    """Money came: book it, and confirm the order, claim its places again, or send the money back at once and say so."""
    await database.execute(
        """
        WITH paid AS (
            UPDATE checkout_session SET state = 'paid', payment_intent = coalesce($3, payment_intent), paid_with = $6,
                last4 = $7 WHERE id = $1
            RETURNING id, order_id
        )
        INSERT INTO ledger (order_id, kind, amount, currency, source, booked_at)
        SELECT order_id, 'payment', $4, $5, 'checkout-' || id, $2 FROM paid ON CONFLICT (kind, source) DO NOTHING
        """,
        row["id"],
        at,
        checkout.payment_intent or None,
        -checkout.amount.amount,
        checkout.amount.currency,
        checkout.paid_with,
        checkout.last4,
    )
    if order.state in {OrderState.CONFIRMED, OrderState.CANCELLED} and (
        exchange := await exchanges.of_checkout(row["id"])
    ):
        if checkout.amount == Money(row["amount"], row["currency"]) and await exchanges.paid(order, exchange, at):
            return Outcome.paid
        return await _send_back(order, checkout, "paid after the places were given to others", at)
    if checkout.amount != Money(row["amount"], row["currency"]) or checkout.amount != Money(
        order.total, order.currency
    ):
        log.error("a payment is not what the order costs", order=order.id, checkout=row["id"])
        return await _send_back(order, checkout, "the amount paid is not what the order costs", at)
    if order.state in {OrderState.HELD, OrderState.PENDING}:
        await orders.confirm(order, at, "paid")
        return Outcome.paid
    if order.state is OrderState.EXPIRED and await holds.claim_again(order.id, at):
        await orders.confirm(order, at, "paid late, and the places were still free")
        return Outcome.paid
    if order.state is OrderState.EXPIRED:
        return await _send_back(order, checkout, "paid after the places were given to others", at)
    return await _send_back(order, checkout, "paid twice, or after the order was given back", at)


async def _send_back(order: orders.Locked, checkout: Checkout, reason: str, at: datetime) -> Outcome:
    await refunds.request(order.id, checkout.payment_intent, checkout.amount, reason, at)
    await orders.tell(order.id, at, "mail.late_payment_refunded")
    return Outcome.refunded


async def _state(row: asyncpg.Record, state: str, checkout: Checkout) -> None:
    await database.execute(
        "UPDATE checkout_session SET state = $2, payment_intent = coalesce($3, payment_intent) WHERE id = $1",
        row["id"],
        state,
        checkout.payment_intent or None,
    )


async def abandon(order_id: int, stripe: Stripe, at: datetime) -> None:
    """Close the open Checkout Session of an order that was given up, or fulfil it when it was paid meanwhile."""
    for row in await database.rows(
        "SELECT stripe_id FROM checkout_session WHERE order_id = $1 AND state = 'open' AND stripe_id IS NOT NULL",
        order_id,
    ):
        try:
            await stripe.expire_checkout(row["stripe_id"])
        except StripeRefused:
            log.info("a given-up checkout is not open any more", order=order_id)
        await fulfil(row["stripe_id"], stripe, at)


async def sweep(stripe: Stripe, at: datetime) -> int:
    """Ask Stripe about sessions whose time is over, or that a bank has had for an hour. Returns how many.

    Webhooks can be lost; this is what finds out anyway. Orders whose bank never answered are expired, and refunds that
    nobody brings on any more are brought on.
    """
    due = await database.rows(
        "SELECT id, stripe_id FROM checkout_session WHERE (state = 'open' AND expires_at <= $1)"
        " OR (state = 'processing' AND expires_at <= $1 - interval '1 hour') ORDER BY expires_at LIMIT 100",
        at,
    )
    for row in due:
        try:
            await fulfil(row["stripe_id"], stripe, at)
        except StripeRefused as error:  # it does not know it, or our key is another one; the others are asked about
            log.error("Stripe says no about a checkout", checkout=row["id"], reason=str(error)[:200])
            await database.execute(
                "UPDATE checkout_session SET state = 'failed' WHERE id = $1 AND expires_at <= $2",
                row["id"],
                at - GIVEN_UP,
            )
        except StripeAway:
            raise
        except Exception as error:  # a defect of ours; it stands first every time, and the others are asked about
            log.error("a checkout could not be swept", checkout=row["id"], exc_info=error)
    await database.execute(
        "UPDATE checkout_session SET state = 'failed' WHERE state = 'creating' AND expires_at <= $1", at
    )
    for row in await database.rows("SELECT id FROM orders WHERE state = 'PENDING' AND held_until <= $1 LIMIT 100", at):
        async with database.transaction():
            order = await orders.lock(row["id"])
            if order.state is OrderState.PENDING and order.held_until is not None and order.held_until <= at:
                await orders.expire(order, at, "not paid in time")
    await refunds.sweep(stripe, at)
    return len(due)
