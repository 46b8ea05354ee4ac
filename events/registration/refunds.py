"""Giving money back: asked for in the transaction of its cause, sent by a worker, settled when Stripe says so.

One row is one attempt. Amounts that are still on their way count against what can be given back. A refund that somebody
made in Stripe's own pages appears here as well, with the next news of its payment.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg

from events.core import database, outbox
from events.core.logs import log
from events.core.money import Money
from events.registration import orders
from events.registration.states import FREEZING, REFUND_MOVES, TAKEN, DisputeState, RefundState
from events.registration.stripe_api import Stripe, StripeBroke, StripeRefused
from events.registration.stripe_objects import StripeRefund

ELSEWHERE = "made in Stripe’s own pages"

STUCK = timedelta(hours=1)
"""So long one attempt is repeated under its own key while Stripe answers with errors and shows no refund of ours."""

GIVEN_UP = timedelta(hours=3)
"""The outbox has given up by then (two hours); the sweep goes on."""

SILENT = timedelta(days=1)
"""After so long Stripe is asked about a refund that is on its way: the news may be lost."""

_FROZEN = (
    "EXISTS (SELECT FROM dispute d WHERE d.payment_intent = refund.payment_intent AND d.state IN ("
    + ", ".join(f"'{state.value}'" for state in sorted(FREEZING))
    + "))"
)
"""A bank has taken this payment and not decided yet: to give it back as well would pay twice. `disputes` goes on."""

_AT_A_BANK = [state.value for state in TAKEN - {DisputeState.won}]


async def request(order_id: int, payment_intent: str, amount: Money, reason: str, at: datetime) -> int:
    """Ask for one refund, in the surrounding transaction. A worker brings it to Stripe. Returns its id."""
    refund: int = await database.value(
        "INSERT INTO refund (order_id, amount, currency, state, reason, payment_intent, requested_at)"
        " VALUES ($1, $2, $3, 'requested', $4, $5, $6) RETURNING id",
        order_id,
        amount.amount,
        amount.currency,
        reason[:200],
        payment_intent,
        at,
    )
    await outbox.write("refund.requested", {"refund": refund}, key=f"refund-{refund}", due=at)
    return refund


async def request_owed(order_id: int, currency: str, reason: str, at: datetime) -> Money:
    """Ask for refunds of all that the ledger says is owed to the buyer, in the surrounding transaction.

    What is already on its way counts, and no payment gives back more than it brought and no bank took. Returns what
    was asked for.
    """
    owed: int = await database.value(
        "SELECT greatest(0, -coalesce((SELECT sum(amount) FROM ledger WHERE order_id = $1), 0)"
        " - coalesce((SELECT sum(amount) FROM refund"
        " WHERE order_id = $1 AND state IN ('requested', 'pending')), 0))::bigint",
        order_id,
    )
    asked = 0
    for row in await database.rows(
        "SELECT c.payment_intent, (c.amount - coalesce(sum(r.amount)"
        " FILTER (WHERE r.state NOT IN ('failed', 'canceled')), 0) - coalesce((SELECT sum(d.amount) FROM dispute d"
        " WHERE d.payment_intent = c.payment_intent AND d.state = any($2::text[])), 0))::bigint AS left"
        " FROM checkout_session c LEFT JOIN refund r ON r.payment_intent = c.payment_intent"
        " WHERE c.order_id = $1 AND c.state = 'paid' AND c.payment_intent IS NOT NULL GROUP BY c.id ORDER BY c.id",
        order_id,
        _AT_A_BANK,
    ):
        part = min(owed - asked, row["left"])
        if part > 0:
            await request(order_id, row["payment_intent"], Money(part, currency), reason, at)
            asked += part
    return Money(asked, currency)


async def send(refund_id: int, stripe: Stripe, at: datetime) -> None:
    """Bring a requested refund to Stripe, and record the answer. May run twice: the key comes from our row."""
    row = await database.row(
        "SELECT order_id, amount, currency, payment_intent, stripe_id, reason, requested_at,"  # noqa: S608 - constants
        f" {_FROZEN} AS frozen FROM refund WHERE id = $1 AND state = 'requested'",
        refund_id,
    )
    if row is None or row["stripe_id"] is not None or row["frozen"]:
        return
    try:
        answer = await stripe.create_refund(refund_id, row["payment_intent"], Money(row["amount"], row["currency"]))
    except StripeRefused:
        await _fail(refund_id, at)
        await refresh(row["payment_intent"], stripe, at)
        return
    except StripeBroke:
        await refresh(row["payment_intent"], stripe, at)  # it may have done it, and then the list shows it
        if not await _begin_again(refund_id, row, at):
            raise
        return
    await settle([answer], at)


async def _begin_again(refund_id: int, row: asyncpg.Record, at: datetime) -> bool:
    """Another attempt, with a row and a key of its own, when this one cannot be done under its key any more.

    True when there is nothing left to do for this one.
    """
    async with database.transaction():
        state = await database.value("SELECT state FROM refund WHERE id = $1 FOR UPDATE", refund_id)
        if state != RefundState.requested:
            return True
        if row["requested_at"] > at - STUCK:
            return False
        await _fail(refund_id, at)
        await request(row["order_id"], row["payment_intent"], Money(row["amount"], row["currency"]), row["reason"], at)
        return True


async def sweep(stripe: Stripe, at: datetime) -> int:
    """Bring on what nobody brings on any more: refunds the outbox gave up, and those of which no news came.

    Returns how many were looked at.
    """
    due = await database.rows(
        "SELECT id, state, payment_intent FROM refund WHERE (state = 'requested' AND requested_at <= $1"  # noqa: S608
        f" AND NOT {_FROZEN}) OR (state = 'pending' AND requested_at <= $2) ORDER BY requested_at LIMIT 50",
        at - GIVEN_UP,
        at - SILENT,
    )
    for row in due:
        if row["state"] == RefundState.requested:
            await send(row["id"], stripe, at)
        else:
            await refresh(row["payment_intent"], stripe, at)
    return len(due)


async def known(payment_intent: str) -> bool:
    """Whether an order of ours was paid so, as far as we know yet."""
    found: bool = await database.value(
        "SELECT EXISTS (SELECT FROM checkout_session WHERE payment_intent = $1)", payment_intent
    )
    return found


async def refresh(payment_intent: str, stripe: Stripe, at: datetime) -> None:
    """Look at all refunds of a payment as Stripe has them, ours and others'."""
    await settle(await stripe.refunds_of(payment_intent), at)


async def settle(found: Sequence[StripeRefund], at: datetime) -> None:
    """Record what Stripe says of refunds. Old news and news of strangers' payments change nothing.

    The order is locked before its refunds, as by everybody who brings news of its money.
    """
    for one in found:
        async with database.transaction():
            order = await orders.lock_of_payment(one.payment_intent)
            row = await _row_of(one, at) if order is not None else None
            if row is None:
                continue
            old, new = RefundState(row["state"]), RefundState(one.state)
            if new not in REFUND_MOVES[old]:
                if new is RefundState.succeeded and old is not new:
                    log.error("money went back that we had given up for failed", refund=row["id"], stripe=one.id)
                if row["stripe_id"] is None:
                    await database.execute("UPDATE refund SET stripe_id = $2 WHERE id = $1", row["id"], one.id)
                continue
            await database.execute(
                "UPDATE refund SET state = $2, stripe_id = $3, settled_at = $4 WHERE id = $1",
                row["id"],
                new.value,
                one.id,
                at if new is not RefundState.pending else None,
            )
            if new is RefundState.succeeded:
                await _book(row, row["amount"], f"refund-{row['id']}", at)
                await outbox.write(
                    "mail.refund_settled",
                    {"order": row["order_id"], "refund": row["id"]},
                    key=f"refund-settled-{row['id']}",
                    due=at,
                )
            elif old is RefundState.succeeded:
                await _book(row, -row["amount"], f"refund-{row['id']}-failed", at)
            if new is RefundState.failed:
                await _tell_failed(row["order_id"], row["id"], at)


async def _row_of(one: StripeRefund, at: datetime) -> asyncpg.Record | None:
    """Our row of a Stripe refund, locked: known by its id, by ours in its metadata, or new and made elsewhere."""
    columns = "SELECT r.id, r.order_id, r.amount, r.currency, r.state, r.stripe_id FROM refund r WHERE "
    row = await database.row(columns + "r.stripe_id = $1 FOR UPDATE", one.id)
    if row is None and one.ours is not None:
        row = await database.row(
            columns + "r.id = $1 AND r.payment_intent = $2 AND r.stripe_id IS NULL FOR UPDATE",
            one.ours,
            one.payment_intent,
        )
    if row is not None:
        return row
    return await database.row(
        "INSERT INTO refund (order_id, amount, currency, state, reason, stripe_id, payment_intent, requested_at)"
        " SELECT order_id, $2, $3, 'requested', $4, $5, payment_intent, $6 FROM checkout_session"
        " WHERE payment_intent = $1"
        " ON CONFLICT (stripe_id) DO NOTHING RETURNING id, order_id, amount, currency, state, stripe_id",
        one.payment_intent,
        one.amount.amount,
        one.amount.currency,
        ELSEWHERE,
        one.id,
        at,
    )


async def _book(row: asyncpg.Record, amount: int, source: str, at: datetime) -> None:
    await database.execute(
        "INSERT INTO ledger (order_id, kind, amount, currency, source, booked_at) VALUES ($1, 'refund', $2, $3, $4, $5)"
        " ON CONFLICT (kind, source) DO NOTHING",
        row["order_id"],
        amount,
        row["currency"],
        source,
        at,
    )


async def _fail(refund_id: int, at: datetime) -> None:
    async with database.transaction():
        order = await database.value(
            "UPDATE refund SET state = 'failed', settled_at = $2 WHERE id = $1 AND state = 'requested'"
            " RETURNING order_id",
            refund_id,
            at,
        )
        if order is not None:
            await _tell_failed(order, refund_id, at)


async def _tell_failed(order_id: int, refund_id: int, at: datetime) -> None:
    """Money is owed that no card takes: who runs the event has to ask the buyer for another way."""
    await outbox.write(
        "mail.refund_failed", {"order": order_id, "refund": refund_id}, key=f"refund-failed-{refund_id}", due=at
    )
