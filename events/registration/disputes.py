"""Payments that a bank wants back: found by webhook or by asking, booked, and their refunds frozen meanwhile.

Nobody loses a place by it: whether somebody may come is a person's decision. To answer the bank is done in Stripe's own
pages; ours say until when.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from events.core import database, outbox
from events.core.locales import lazy
from events.core.logs import log
from events.core.money import Money
from events.registration import orders, refunds
from events.registration.states import DISPUTE_MOVES, FREEZING, TAKEN, UNDECIDED, DisputeState
from events.registration.stripe_api import Stripe, StripeRefused
from events.registration.stripe_objects import StripeDispute

AGAIN = timedelta(days=1)
"""So often Stripe is asked about a dispute that is not decided: the news may be lost."""

REASONS = {
    "bank_cannot_process": lazy("the bank could not process it"),
    "check_returned": lazy("a check came back"),
    "credit_not_processed": lazy("money that was to come back did not"),
    "customer_initiated": lazy("the buyer asked for it"),
    "debit_not_authorized": lazy("the buyer did not allow it"),
    "duplicate": lazy("paid twice"),
    "fraudulent": lazy("the buyer says it was not them"),
    "general": lazy("none of those that have a name"),
    "incorrect_account_details": lazy("wrong account"),
    "insufficient_funds": lazy("too little money in the account"),
    "noncompliant": lazy("against the card network’s rules"),
    "product_not_received": lazy("the buyer got nothing for it"),
    "product_unacceptable": lazy("not what was promised"),
    "subscription_canceled": lazy("cancelled before"),
    "unrecognized": lazy("the buyer does not know what it was for"),
}
"""Why, in words: Stripe's reasons (docs.stripe.com/disputes/categories). A newer one stands there as it is."""

AFTER_A_DISPUTE = "the dispute is over"
"""Why a refund was asked for anew."""


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """One dispute as the registrar sees it. due_by: until when somebody has to answer in Stripe's pages, or None."""

    stripe_id: str
    payment_intent: str
    amount: Money
    state: DisputeState
    reason: str
    opened_at: datetime
    due_by: datetime | None
    closed_at: datetime | None

    @property
    def why(self) -> str:
        return str(REASONS.get(self.reason, self.reason.replace("_", " ")))

    @property
    def undecided(self) -> bool:
        return self.state in UNDECIDED

    @property
    def unanswered(self) -> bool:
        return self.state.value.endswith("needs_response")

    @property
    def freezing(self) -> bool:
        return self.state in FREEZING


async def of_order(order_id: int) -> list[DisputeRow]:
    """The disputes of an order, the newest first."""
    return [
        DisputeRow(
            row["stripe_id"],
            row["payment_intent"],
            Money(row["amount"], row["currency"]),
            DisputeState(row["state"]),
            row["reason"],
            row["opened_at"],
            row["due_by"],
            row["closed_at"],
        )
        for row in await database.rows("SELECT * FROM dispute WHERE order_id = $1 ORDER BY id DESC", order_id)
    ]


async def refresh(stripe_id: str, stripe: Stripe, at: datetime) -> bool:
    """Bring one dispute (du_…) as far as Stripe says it is. False when no order of ours has its payment, or not yet."""
    found = await stripe.dispute(stripe_id)
    if found.state == DisputeState.lost:
        await refunds.refresh(found.payment_intent, stripe, at)  # what went back already is not asked for once more
    return await record(found, at)


async def record(found: StripeDispute, at: datetime) -> bool:
    """Write down what Stripe says of a dispute. Monotone: the same again and older news change nothing.

    The order is locked, as for all news of its payments. False when there is none.
    """
    try:
        new = DisputeState(found.state)
    except ValueError:
        log.error("Stripe has a state of disputes that we do not know", dispute=found.id, state=found.state)
        return True
    async with database.transaction():
        order = await orders.lock_of_payment(found.payment_intent)
        if order is None:
            return False
        row = await database.row("SELECT id, state, amount FROM dispute WHERE stripe_id = $1", found.id)
        old = DisputeState(row["state"]) if row is not None else None
        if row is not None and old is not None and new is not old and new not in DISPUTE_MOVES[old]:
            log.info("older news of a dispute are passed over", dispute=found.id, ours=old.value, theirs=new.value)
            new = old
        dispute = await _keep(row, order.id, found, new, at)
        await _book(dispute, order, new, at)
        if old is None:
            log.warning("a payment is disputed", order=order.id, dispute=found.id, state=new.value)
            await outbox.write(
                "mail.dispute_opened", {"order": order.id, "dispute": found.id}, key=f"opened-{found.id}", due=at
            )
        if new is not old and new not in UNDECIDED:
            await _thaw(dispute, order, new, at)
    return True


async def _keep(
    row: asyncpg.Record | None, order_id: int, found: StripeDispute, state: DisputeState, at: datetime
) -> asyncpg.Record:
    """The dispute's row, new or as it is now. What was taken once stays the amount: it is in the ledger."""
    if row is not None and row["amount"] != found.amount.amount and row["state"] in TAKEN:
        log.error("Stripe changed the amount of a dispute", dispute=found.id, ours=row["amount"])
    kept = await database.row(
        """
        INSERT INTO dispute (order_id, stripe_id, charge, payment_intent, amount, currency, state, reason, due_by,
            opened_at, asked_at, closed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::timestamptz, CASE WHEN $12 THEN $11::timestamptz END)
        ON CONFLICT (stripe_id) DO UPDATE SET state = excluded.state, due_by = excluded.due_by,
            asked_at = excluded.asked_at, reason = excluded.reason,
            closed_at = CASE WHEN $12 THEN coalesce(dispute.closed_at, excluded.asked_at) END,
            amount = CASE WHEN dispute.state = any($13::text[]) THEN dispute.amount ELSE excluded.amount END
        RETURNING id, order_id, amount, currency, payment_intent
        """,
        order_id,
        found.id,
        found.charge,
        found.payment_intent,
        found.amount.amount,
        found.amount.currency,
        state.value,
        found.reason[:60],
        found.due_by,
        found.opened_at,
        at,
        state not in UNDECIDED,
        [one.value for one in TAKEN],
    )
    assert kept is not None
    return kept


async def _book(dispute: asyncpg.Record, order: orders.Locked, state: DisputeState, at: datetime) -> None:
    """What the bank took is owed again, until it gives it back."""
    if state not in TAKEN:
        return
    if dispute["currency"] != order.currency:
        log.error("a dispute is in another currency than its order", order=order.id, dispute=dispute["id"])
        return
    booked = [("dispute", dispute["amount"])]
    if state is DisputeState.won:
        booked.append(("dispute_won", -dispute["amount"]))
    for kind, amount in booked:
        await database.execute(
            "INSERT INTO ledger (order_id, kind, amount, currency, source, booked_at) VALUES ($1, $2, $3, $4, $5, $6)"
            " ON CONFLICT (kind, source) DO NOTHING",
            order.id,
            kind,
            amount,
            order.currency,
            f"dispute-{dispute['id']}",
            at,
        )


async def _thaw(dispute: asyncpg.Record, order: orders.Locked, state: DisputeState, at: datetime) -> None:
    """Refunds that waited go on; of a payment that is lost they are dropped: the bank gave it back. What is then still
    owed to the buyer is asked for."""
    waiting = await database.rows(
        "SELECT id FROM refund WHERE payment_intent = $1 AND state = 'requested' AND stripe_id IS NULL ORDER BY id",
        dispute["payment_intent"],
    )
    if state is DisputeState.lost:
        await database.execute(
            "UPDATE refund SET state = 'canceled', settled_at = $2 WHERE id = any($1)",
            [one["id"] for one in waiting],
            at,
        )
    else:
        for one in waiting:
            await outbox.write(
                "refund.requested", {"refund": one["id"]}, key=f"refund-{one['id']}-dispute-{dispute['id']}", due=at
            )
    await refunds.request_owed(order.id, order.currency, AFTER_A_DISPUTE, at)


async def sweep(stripe: Stripe, at: datetime) -> int:
    """Ask about disputes that are not decided, once a day. Returns how many."""
    due: Sequence[asyncpg.Record] = await database.rows(
        "SELECT id, stripe_id FROM dispute WHERE state = any($1::text[]) AND asked_at <= $2 ORDER BY asked_at LIMIT 50",
        [one.value for one in UNDECIDED],
        at - AGAIN,
    )
    for row in due:
        try:
            await refresh(row["stripe_id"], stripe, at)
        except StripeRefused as error:
            log.error("Stripe says no about a dispute", dispute=row["stripe_id"], reason=str(error)[:200])
            await database.execute("UPDATE dispute SET asked_at = $2 WHERE id = $1", row["id"], at)
    return len(due)
