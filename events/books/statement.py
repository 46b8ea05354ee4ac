"""Stripe's own books of our account, day by day: every line that changed the balance, and what was paid out of it.

Read as often as one likes: a line has Stripe's id, and is kept once. Days are UTC, as in Stripe's reports.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from events.core import database
from events.registration import stripe_lists
from events.registration.stripe_api import Stripe
from events.registration.stripe_lists import BalanceTransaction, Payout

SETTLED = timedelta(hours=1)
"""So long after its end a day has all its lines."""

UNDECIDED = ("pending", "in_transit")
LATE = timedelta(days=10)
"""A payout is asked about again for so long after it was paid: a bank may still send it back."""

PART = 200


@dataclass(frozen=True, slots=True)
class Read:
    """What one reading brought. until: the first day that is not complete yet."""

    days: int
    lines: int
    until: date


async def read(stripe: Stripe, at: datetime) -> Read:
    """Bring our copy up to date, from the first day that is not complete. Raises StripeAway; what was read is kept."""
    day = await first_missing(at)
    days = lines = 0
    while day <= at.date():
        found = await _read_day(stripe, day)
        complete = at >= _midnight(day + timedelta(days=1)) + SETTLED
        await database.execute(
            "INSERT INTO stripe_day (day, lines, read_at, complete) VALUES ($1, $2, $3, $4) ON CONFLICT (day)"
            " DO UPDATE SET lines = excluded.lines, read_at = excluded.read_at, complete = excluded.complete",
            day,
            found,
            at,
            complete,
        )
        days, lines, day = days + 1, lines + found, day + timedelta(days=1)
    await _read_payouts(stripe, at)
    return Read(days, lines, await first_missing(at))


async def first_missing(at: datetime) -> date:
    """The first day whose lines we may not have: after the last complete one, else that of the first payment."""
    done: date | None = await database.value("SELECT max(day) FROM stripe_day WHERE complete")
    if done is not None:
        return done + timedelta(days=1)
    first: datetime | None = await database.value("SELECT min(created_at) FROM checkout_session")
    return (first or at).astimezone(UTC).date()


async def _read_day(stripe: Stripe, day: date) -> int:
    part: list[BalanceTransaction] = []
    count = 0
    async for one in stripe_lists.balance_transactions(stripe, _midnight(day), _midnight(day + timedelta(days=1))):
        part.append(one)
        count += 1
        if len(part) == PART:
            await _keep(part)
            part = []
    await _keep(part)
    return count


async def _keep(lines: Sequence[BalanceTransaction], payout: str = "") -> None:
    """A line never changes; which payout it went into is known later."""
    await database.execute_many(
        "INSERT INTO stripe_line (id, kind, category, source, payment_intent, amount, fee, currency, charged,"
        " charged_currency, created_at, available_at, payout_id)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, nullif($13, ''))"
        " ON CONFLICT (id) DO UPDATE SET payout_id = excluded.payout_id"
        " WHERE stripe_line.payout_id IS NULL AND excluded.payout_id IS NOT NULL",
        [
            (
                one.id,
                one.kind[:40],
                one.category[:40],
                one.source,
                one.payment_intent,
                one.amount.amount,
                one.fee.amount,
                one.amount.currency,
                one.charged.amount,
                one.charged.currency,
                one.created_at,
                one.available_at,
                payout,
            )
            for one in lines
        ],
    )


async def _read_payouts(stripe: Stripe, at: datetime) -> None:
    """All payouts since the oldest that may still change, and what each was made of."""
    since: datetime | None = await database.value(
        "SELECT min(created_at) FROM payout WHERE state = any($1::text[]) OR arrives_at > $2",
        list(UNDECIDED),
        at - LATE,
    )
    since = since or await database.value("SELECT max(created_at) FROM payout")
    since = since or _midnight(await database.value("SELECT min(day) FROM stripe_day") or at.date())
    known = {row["id"]: row["state"] for row in await database.rows("SELECT id, state FROM payout")}
    async for one in stripe_lists.payouts(stripe, since, at + timedelta(days=1)):
        await _keep_payout(one)
        if known.get(one.id) != one.state:
            await _keep([line async for line in stripe_lists.transactions_of(stripe, one.id)], one.id)


async def _keep_payout(one: Payout) -> None:
    await database.execute(
        "INSERT INTO payout (id, amount, currency, state, created_at, arrives_at) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (id) DO UPDATE SET state = excluded.state, arrives_at = excluded.arrives_at",
        one.id,
        one.amount.amount,
        one.amount.currency,
        one.state[:20],
        one.created_at,
        one.arrives_at,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
