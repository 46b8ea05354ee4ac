"""The journal: every ledger row of every order as two postings, by month, in balance at any moment.

A ledger row is booked against `receivable` (what orders owe) and one account more: what was sold before its event
begins is `deferred`, from the event's first local day on `income`; on that day what was deferred is recognized. The
tax in it goes to `tax`. Days are local days of the event.

Stripe's lines (`statement`) add what no order's ledger knows: Stripe's fees, payouts to the bank, and what came or went
for none of our orders (`other`, until somebody clears it); so the account of Stripe is what Stripe says it is. A line
that Stripe changed into another currency moves through `other` in both. Days without an event are UTC.

Everything is derived; a closed month is read as it was kept, and what it would say differently now is posted, as the
difference, on the first day of the first month that is open.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import asyncpg

from events.core import database
from events.registration import taxes

RECOGNIZED = "recognized"
"""What the source of a posting begins with that recognizes income; the event's first day follows."""

COUNTER = """CASE
    WHEN kind IN ('charge', 'waiver') THEN CASE WHEN day < starts_on THEN 'deferred' ELSE 'income' END
    WHEN kind = 'fee' THEN 'fees'
    WHEN kind IN ('payment', 'refund') AND source LIKE 'receipt-%' THEN 'bank'
    WHEN kind = 'payment' AND source LIKE 'checkout-%' OR kind IN ('refund', 'dispute', 'dispute_won') THEN 'stripe'
    WHEN kind = 'write_off' THEN 'written_off'
    ELSE 'other' END"""
"""What a ledger row is booked against. A kind that this room does not know yet goes to an account to be cleared."""

DERIVED = f"""
booked AS MATERIALIZED (
    SELECT l.kind, l.source, l.amount, l.currency, (l.booked_at AT TIME ZONE e.timezone)::date AS day, e.id AS event_id,
        coalesce(e.starts_on, '-infinity') AS starts_on, o.code AS order_code, coalesce(g.code, '') AS code,
        coalesce(g.unit_id, e.unit_id) AS unit_id, e.unit_id AS owner_id, CASE
            WHEN l.source LIKE 'exemption-%' THEN l.amount
            WHEN l.kind IN ('charge', 'waiver') AND tax.rate > 0 AND coalesce(l.booked_at < exempted.exempted_at, true)
            THEN {taxes.WITHIN.format(amount="l.amount", rate="tax.rate")}::bigint ELSE 0 END AS tax
    FROM ledger l JOIN orders o ON o.id = l.order_id JOIN event e ON e.id = o.event_id
    LEFT JOIN order_line n ON n.id = CASE
        WHEN l.kind IN ('charge', 'waiver', 'fee') AND l.source ~ '^line-[0-9]+$' THEN substr(l.source, 6)::bigint END
    LEFT JOIN LATERAL (
        SELECT c.code, c.unit_id FROM gl_code c WHERE c.ticket_type_id = n.ticket_type_id
        ORDER BY c.since > o.created_at, CASE WHEN c.since > o.created_at THEN c.since END, c.since DESC LIMIT 1
    ) g ON true {taxes.OF_LINE}
    WHERE l.amount <> 0 AND (l.booked_at AT TIME ZONE e.timezone)::date <= $1
), at_stripe AS MATERIALIZED (
    SELECT (s.created_at AT TIME ZONE coalesce(e.timezone, 'UTC'))::date AS day, o.event_id, e.unit_id,
        coalesce(o.code, '') AS order_code, 'stripe ' || s.id AS source, s.currency, s.amount, s.fee, s.charged,
        s.charged_currency, CASE
            WHEN s.category LIKE 'payout%' THEN 'bank' WHEN s.category = 'fee' THEN 'stripe_fees'
            WHEN o.id IS NULL OR s.currency <> s.charged_currency THEN 'other' END AS account
    FROM stripe_line s LEFT JOIN checkout_session c ON c.payment_intent = nullif(s.payment_intent, '')
    LEFT JOIN orders o ON o.id = c.order_id LEFT JOIN event e ON e.id = o.event_id
    WHERE (s.created_at AT TIME ZONE coalesce(e.timezone, 'UTC'))::date <= $1
), derived AS (
    SELECT day, event_id, owner_id AS unit_id, 'receivable' AS account, '' AS code, currency, amount,
        kind || ' ' || source AS source, order_code FROM booked
    UNION ALL
    SELECT day, event_id, unit_id, {COUNTER}, code, currency, tax - amount, kind || ' ' || source, order_code
    FROM booked WHERE amount <> tax
    UNION ALL
    SELECT day, event_id, owner_id, 'tax', '', currency, -tax, kind || ' ' || source, order_code FROM booked
    WHERE tax <> 0
    UNION ALL
    SELECT starts_on, event_id, unit_id, side, code, currency,
        sum(CASE side WHEN 'deferred' THEN amount - tax ELSE tax - amount END)::bigint,
        '{RECOGNIZED} ' || starts_on, ''
    FROM booked, unnest(ARRAY['deferred', 'income']) side
    WHERE kind IN ('charge', 'waiver') AND day < starts_on AND starts_on <= $1
    GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(amount - tax) <> 0
    UNION ALL
    SELECT s.day, s.event_id, s.unit_id, side.account, '', side.currency, side.amount, s.source, s.order_code
    FROM at_stripe s CROSS JOIN LATERAL (VALUES
        ('stripe_fees', s.currency, s.fee), ('stripe', s.currency, -s.fee),
        ('stripe', s.currency, CASE WHEN s.account IS NOT NULL THEN s.amount END), (s.account, s.currency, -s.amount),
        ('stripe', s.charged_currency, CASE WHEN s.currency <> s.charged_currency THEN -s.charged END),
        (CASE WHEN s.currency <> s.charged_currency THEN 'other' END, s.charged_currency, s.charged)
    ) side (account, currency, amount)
    WHERE side.account IS NOT NULL AND side.amount <> 0
), due AS (
    SELECT greatest(max(day), $2) AS day, event_id, unit_id, account, code, currency, sum(amount)::bigint AS amount,
        source, order_code
    FROM (
        SELECT * FROM derived
        UNION ALL
        SELECT day, event_id, unit_id, account, code, currency, -amount, source, order_code FROM posting
    ) both_sides
    GROUP BY event_id, unit_id, account, code, currency, source, order_code HAVING sum(amount) <> 0
)"""  # noqa: S608 - texts of ours
"""`due`: what is not posted yet. $1: the last day that counts; $2: the first day of the first open month."""

_SHOWN = """
SELECT d.day, coalesce(e.slug, '') AS event, coalesce(e.title, '') AS title, coalesce(u.name, '') AS unit, d.account,
    d.code, d.currency, d.amount, d.source, d.order_code
FROM {rows} d LEFT JOIN event e ON e.id = d.event_id LEFT JOIN unit u ON u.id = d.unit_id
"""


@dataclass(frozen=True, slots=True)
class Posting:
    """event: its slug, "" for none; amount: minor units, a debit above 0 and a credit below; order_code: "" where it is
    of many or none."""

    day: date
    event: str
    title: str
    unit: str
    account: str
    code: str
    currency: str
    amount: int
    source: str
    order_code: str


@dataclass(frozen=True, slots=True)
class Sum:
    """What one account has under one code for one unit's event in a month, in minor units."""

    account: str
    code: str
    unit: str
    event: str
    title: str
    currency: str
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class Month:
    """first: its first day. debits: by currency, equal to the credits; closed_at: None while it is open."""

    first: date
    debits: tuple[tuple[str, int], ...]
    closed_at: datetime | None = None
    by: str = ""


def last_day(first: date) -> date:
    return next_month(first) - timedelta(days=1)


def next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


async def first_open() -> date | None:
    """The first month that is not closed; None when nothing was ever booked."""
    closed: date | None = await database.value("SELECT max(month) FROM closing")
    if closed is not None:
        return next_month(closed)
    booked: date | None = await database.value(
        "SELECT min((l.booked_at AT TIME ZONE e.timezone)::date) FROM ledger l"
        " JOIN orders o ON o.id = l.order_id JOIN event e ON e.id = o.event_id"
    )
    return booked.replace(day=1) if booked else None


async def months(today: date) -> list[Month]:
    """Every month from the first that has something until today's, the newest first."""
    first = await first_open()
    if first is None:
        return []
    found = [
        Month(row["month"], _sums(row["debits"]), row["closed_at"], row["by"])
        for row in await database.rows(
            "SELECT c.month, c.closed_at, coalesce(p.name, '') AS by, (SELECT array_agg((s.currency, s.debit)"
            "  ORDER BY s.currency) FROM (SELECT currency, sum(amount)::bigint AS debit FROM posting"
            "   WHERE closing_id = c.id AND amount > 0 GROUP BY 1) s) AS debits"
            " FROM closing c LEFT JOIN person p ON p.id = c.closed_by_id"
        )
    ]
    rows = await database.rows(
        f"WITH {DERIVED} SELECT month, array_agg((currency, debit) ORDER BY currency) AS debits FROM ("  # noqa: S608
        " SELECT date_trunc('month', day)::date AS month, currency, sum(amount)::bigint AS debit FROM due"
        " WHERE amount > 0 GROUP BY 1, 2) s GROUP BY 1",
        today,
        first,
    )
    open_ = {row["month"]: _sums(row["debits"]) for row in rows}
    while first <= today:
        found.append(Month(first, open_.get(first, ())))
        first = next_month(first)
    return sorted(found, key=lambda month: month.first, reverse=True)


def _sums(rows: Iterable[asyncpg.Record] | None) -> tuple[tuple[str, int], ...]:
    return tuple((currency, debit) for currency, debit in rows or ())


async def postings(month: date) -> list[Posting]:
    """Of one month, in the order of the days: as they were kept when it is closed, else as they are now."""
    rows, *given = await _of(month)
    found = await database.rows(f"{rows} ORDER BY d.day, event, d.source, d.order_code, d.amount DESC, d.code", *given)
    return [Posting(**row) for row in found]


async def sums(month: date) -> list[Sum]:
    """The same month, summed by account, code, unit and event."""
    rows, *given = await _of(month)
    found = await database.rows(
        f"SELECT account, code, unit, event, title, currency,"  # noqa: S608 - texts of ours
        " coalesce(sum(amount) FILTER (WHERE amount > 0), 0)::bigint AS debit,"
        f" coalesce(-sum(amount) FILTER (WHERE amount < 0), 0)::bigint AS credit FROM ({rows}) m"
        " GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY currency, account, code, event, unit",
        *given,
    )
    return [Sum(**row) for row in found]


async def _of(month: date) -> tuple[str, *tuple[object, ...]]:
    """The statement of a month's postings, and what it is given."""
    if await database.value("SELECT EXISTS (SELECT FROM closing WHERE month = $1)", month):
        rows = "(SELECT * FROM posting WHERE closing_id = (SELECT id FROM closing WHERE month = $1))"
        return _SHOWN.format(rows=rows), month
    first = await first_open() or month
    due = "(SELECT * FROM due WHERE day >= $3)"
    return f"WITH {DERIVED} {_SHOWN.format(rows=due)}", last_day(month), first, month
