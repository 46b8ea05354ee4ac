"""Our ledgers beside Stripe's lines, payment by payment: what differs is looked at once more, and then told.

For each payment three sums must be equal on both sides: what was paid, what went back, what a bank took. A difference
is first asked about (`payments.fulfil`, `refunds.refresh`, `disputes.refresh`: the doors that all news come through);
most heal by that. What is left is a task for a person, until both sides agree or somebody says why they differ.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from events.books import statement
from events.core import database, outbox
from events.core.logs import log
from events.registration import disputes, payments, refunds
from events.registration.stripe_api import Stripe, StripeRefused

TOPIC = "books.compare"

OURS_FIRST = timedelta(hours=1)
"""What we booked in the last hour that Stripe's lines were read for may not be among them yet."""

AT_ONCE = 200
"""So many differences are looked into in one run; the others are told as they are."""

_APART = """
WITH theirs AS (
    SELECT payment_intent AS about, charged_currency AS currency, sum(charged)::bigint AS amount, min(created_at) AS at,
        CASE WHEN category LIKE 'dispute%' THEN 'dispute' WHEN category LIKE '%refund%' THEN 'refund' ELSE 'payment' END
            AS kind
    FROM stripe_line WHERE payment_intent <> '' GROUP BY 1, 2, 5
), booked AS (
    SELECT c.payment_intent AS about, 'payment' AS kind, l.currency, -l.amount AS amount, l.booked_at AS at
    FROM checkout_session c JOIN ledger l ON l.kind = 'payment' AND l.source = 'checkout-' || c.id
    WHERE c.payment_intent IS NOT NULL
    UNION ALL
    SELECT r.payment_intent, 'refund', l.currency, -l.amount, l.booked_at
    FROM refund r JOIN ledger l ON l.kind = 'refund' AND l.source IN ('refund-' || r.id, 'refund-' || r.id || '-failed')
    UNION ALL
    SELECT payment_intent, 'refund', currency, -amount, requested_at FROM refund WHERE state = 'pending'
    UNION ALL
    SELECT d.payment_intent, 'dispute', l.currency, -l.amount, l.booked_at
    FROM dispute d JOIN ledger l ON l.kind IN ('dispute', 'dispute_won') AND l.source = 'dispute-' || d.id
), ours AS (
    SELECT about, kind, currency, sum(amount)::bigint AS amount, min(at) AS at FROM booked GROUP BY 1, 2, 3
), span AS (
    SELECT min(day)::timestamp AT TIME ZONE 'UTC' AS first, max(read_at) - $1::interval AS last FROM stripe_day
)
SELECT about, kind, currency, coalesce(ours.amount, 0) AS ours, coalesce(theirs.amount, 0) AS theirs
FROM theirs FULL JOIN ours USING (about, kind, currency), span
WHERE coalesce(theirs.amount, 0) <> coalesce(ours.amount, 0)
    AND (theirs.about IS NOT NULL OR ours.at BETWEEN span.first AND span.last)
UNION ALL
SELECT p.id, 'payout', p.currency, p.amount, coalesce(-sum(l.amount - l.fee) FILTER (WHERE l.source = p.id), 0)::bigint
FROM payout p LEFT JOIN stripe_line l ON l.payout_id = p.id
GROUP BY p.id HAVING p.state = 'failed' OR coalesce(sum(l.amount - l.fee), 0) <> 0
ORDER BY 1, 2, 3
"""
"""A refund on its way counts as ours: Stripe's line is there from its first day. A payout's lines and its own sum to
nothing; one that failed is told in any case."""


@dataclass(frozen=True, slots=True)
class Apart:
    """about: pi_…, or po_… of a payout; kind: payment, refund, dispute, payout; ours, theirs: minor units, + came."""

    about: str
    kind: str
    currency: str
    ours: int
    theirs: int


async def run(stripe: Stripe, at: datetime) -> int:
    """Read what is new in Stripe's books, and compare. Returns how many differences are open.

    Raises StripeAway; what was read until then is kept. Two at once do the same, once.
    """
    await statement.read(stripe, at)
    return await compare(stripe, at)


async def ask(at: datetime) -> None:
    """Have a worker compare now; twice asked within a minute is once."""
    await outbox.write(TOPIC, {}, key=f"{TOPIC}-{at:%Y%m%d%H%M}", due=at)


async def apart() -> list[Apart]:
    """Where both sides differ now, by what we have read of Stripe's."""
    return [Apart(**row) for row in await database.rows(_APART, OURS_FIRST)]


async def compare(stripe: Stripe, at: datetime) -> int:
    """Look at every difference, mend what can be mended, keep the rest as tasks. Returns how many are open."""
    found = await apart()
    if found:
        await _look_again(found[:AT_ONCE], stripe, at)
        found = await apart()
    await _tell(found, at)
    left: int = await database.value("SELECT count(*) FROM difference WHERE settled_at IS NULL AND gone_at IS NULL")
    return left


async def _look_again(found: Sequence[Apart], stripe: Stripe, at: datetime) -> None:
    for one in found:
        if one.kind == "payout":
            continue
        with suppress(StripeRefused):
            if one.kind == "refund":
                await refunds.refresh(one.about, stripe, at)
            elif one.kind == "dispute":
                for row in await _disputed(one.about):
                    await disputes.refresh(row["source"], stripe, at)
            else:
                async for session in stripe.listed("/v1/checkout/sessions", {"payment_intent": one.about}):
                    await payments.fulfil(session["id"], stripe, at)


async def _disputed(payment_intent: str) -> Sequence[Any]:
    return await database.rows(
        "SELECT DISTINCT source FROM stripe_line WHERE payment_intent = $1 AND category LIKE 'dispute%'", payment_intent
    )


async def _tell(found: Sequence[Apart], at: datetime) -> None:
    """Keep what differs, and note what agrees by now. What somebody settled is open again when its sums change."""
    async with database.transaction():
        await database.execute_many(
            "INSERT INTO difference (about, kind, currency, ours, theirs, found_at) VALUES ($1, $2, $3, $4, $5, $6)"
            " ON CONFLICT (about, kind, currency) DO UPDATE SET ours = excluded.ours, theirs = excluded.theirs,"
            " gone_at = NULL, settled_at = NULL, settled_by_id = NULL, note = ''"
            " WHERE difference.gone_at IS NOT NULL"
            " OR (difference.ours, difference.theirs) <> (excluded.ours, excluded.theirs)",
            [(one.about, one.kind, one.currency, one.ours, one.theirs, at) for one in found],
        )
        gone = await database.execute(
            "UPDATE difference d SET gone_at = $1 WHERE gone_at IS NULL AND NOT EXISTS (SELECT FROM"
            " unnest($2::text[], $3::text[], $4::text[]) AS f (about, kind, currency)"
            " WHERE (f.about, f.kind, f.currency) = (d.about, d.kind, d.currency))",
            at,
            [one.about for one in found],
            [one.kind for one in found],
            [one.currency for one in found],
        )
    if found or gone:
        log.warning("our books and Stripe's were compared", apart=len(found), agree_again=gone)
