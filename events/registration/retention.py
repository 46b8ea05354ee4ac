"""How long orders name anybody. Names and addresses go; amounts, states, moves and ledger stay as they were, for good.

An order that was paid or owed is part of the accounts: it names its buyer for some years after the event and the last
booking (`accounts_years`; tax law says how many), and as long as anything is owed. One that came to nothing (a hold
that ran out) names nobody after 90 days. Of somebody who was erased the tickets name nobody once their event is over:
the door needs them until then, the accounts need only the buyer.

Each function blanks at most `limit` orders or tickets and returns how many it were; they are called again until it is
none. What is blanked fulfils no condition again.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from events.core import database

ABANDONED = timedelta(days=90)
AFTER_THE_EVENT = timedelta(days=30)
"""Refunds are argued about, and certificates asked for, for some weeks after it."""

_NAMED = """(o.name <> '' OR o.email <> '' OR o.person_id IS NOT NULL OR o.membership IS NOT NULL OR EXISTS (
    SELECT FROM registration r WHERE r.order_id = o.id
    AND (r.name <> '' OR r.email <> '' OR r.person_id IS NOT NULL OR r.answers <> '{}')))"""

_BLANK = """
WITH due AS (
    SELECT o.id FROM orders o JOIN event e ON e.id = o.event_id WHERE {condition} AND {named}
    ORDER BY o.id LIMIT $2 FOR NO KEY UPDATE OF o SKIP LOCKED
), tickets AS (
    UPDATE registration r SET name = '', email = '', person_id = NULL, answers = '{{}}'
    FROM due WHERE r.order_id = due.id
), moves AS (
    UPDATE order_move m SET reason = '', moved_by_id = NULL FROM due WHERE m.order_id = due.id
), refunds AS (
    UPDATE refund f SET reason = '' FROM due WHERE f.order_id = due.id
), changes AS (
    UPDATE ticket_change t SET old = '{{}}', new = '{{}}', old_person_id = NULL, reason = '', changed_by_id = NULL
    FROM due WHERE t.order_id = due.id
), transfers AS (
    UPDATE transfer t SET name = '', email = '', offered_by_id = NULL FROM due WHERE t.order_id = due.id
), requests AS (
    UPDATE change_request t SET wanted = '{{}}', words = '', answer = '', answered_by_id = NULL
    FROM due WHERE t.order_id = due.id
), declared AS (
    UPDATE declaration d SET words = '', answer = '', answered_by_id = NULL FROM due WHERE d.order_id = due.id
), exempted AS (
    UPDATE exemption x SET institution = '', number = '', issued_by = '', file = '', media_type = '', size = 0,
        sha256 = '', answer = '', answered_by_id = NULL
    FROM due WHERE x.order_id = due.id
), checkouts AS (
    UPDATE checkout_session c SET url = '', paid_with = '', last4 = '' FROM due WHERE c.order_id = due.id
)
UPDATE orders o SET name = '', email = '', person_id = NULL, membership = NULL, form_key = NULL
FROM due WHERE o.id = due.id
"""

_ACCOUNTS = _BLANK.format(
    named=_NAMED,
    condition="""o.state IN ('CONFIRMED', 'CANCELLED', 'EXPIRED') AND o.created_at < $1 AND e.ends_on < $1::timestamptz
    AND NOT EXISTS (SELECT FROM ledger l WHERE l.order_id = o.id AND l.booked_at >= $1)
    AND 0 = (SELECT coalesce(sum(amount), 0) FROM ledger l WHERE l.order_id = o.id)
    AND NOT EXISTS (SELECT FROM refund f WHERE f.order_id = o.id AND f.state IN ('requested', 'pending', 'failed'))
    AND NOT EXISTS (SELECT FROM dispute d WHERE d.order_id = o.id AND d.closed_at IS NULL)""",
)
_NOTHING = _BLANK.format(
    named=_NAMED,
    condition="""o.state IN ('EXPIRED', 'CANCELLED') AND o.confirmed_at IS NULL AND o.created_at < $1
    AND NOT EXISTS (SELECT FROM ledger l WHERE l.order_id = o.id)
    AND NOT EXISTS (SELECT FROM order_move m WHERE m.order_id = o.id AND m.moved_at >= $1)
    AND NOT EXISTS (SELECT FROM checkout_session c WHERE c.order_id = o.id
        AND c.state IN ('creating', 'open', 'processing'))
    AND NOT EXISTS (SELECT FROM refund f WHERE f.order_id = o.id)""",
)
_TICKETS = """
UPDATE registration SET name = '', email = '', person_id = NULL, answers = '{}' WHERE id IN (
    SELECT r.id FROM registration r JOIN person p ON p.id = r.person_id JOIN event e ON e.id = r.event_id
    WHERE p.erased_at IS NOT NULL AND e.ends_on < $1::timestamptz ORDER BY r.id LIMIT $2)
"""

_CODES = """
UPDATE voucher SET email = '', note = '' WHERE id IN (
    SELECT v.id FROM voucher v JOIN event e ON e.id = v.event_id
    WHERE (v.email <> '' OR v.note <> '') AND e.ends_on < $1::timestamptz ORDER BY v.id LIMIT $2)
"""


_EXHIBITORS = """
UPDATE exhibitor SET email = '' WHERE id IN (
    SELECT x.id FROM exhibitor x JOIN event e ON e.id = x.event_id
    WHERE x.email <> '' AND e.ends_on < $1::timestamptz ORDER BY x.id LIMIT $2)
"""


async def blank_accounts(at: datetime, years: int, limit: int) -> int:
    """Orders whose event and last booking are so many years ago, and in which nothing is owed to anybody."""
    day = at.replace(year=at.year - years, day=min(at.day, 28))
    return await database.execute(_ACCOUNTS, day, limit)


async def blank_abandoned(at: datetime, limit: int) -> int:
    """Orders that were never confirmed and saw no money: holds that ran out or were given back."""
    return await database.execute(_NOTHING, at - ABANDONED, limit)


async def blank_codes(at: datetime, limit: int) -> int:
    """Codes of events that are over: for whom and what for they were made. Which orders used them stays."""
    return await database.execute(_CODES, at - AFTER_THE_EVENT, limit)


async def blank_exhibitors(at: datetime, limit: int) -> int:
    """Addresses of who exhibited at events that are over. Their names stay with the places they had."""
    return await database.execute(_EXHIBITORS, at - AFTER_THE_EVENT, limit)


async def blank_tickets(at: datetime, limit: int) -> int:
    """Tickets of people who were erased, of events that are over. The order still names its buyer."""
    return await database.execute(_TICKETS, at - AFTER_THE_EVENT, limit)


@dataclass(frozen=True, slots=True)
class Place:
    """A live ticket in an event that is not over, by one order. people: how many of the order's are not cancelled."""

    order: str
    title: str
    ends_on: date
    people: int


async def places_of(person: int, at: datetime) -> list[Place]:
    """Orders of this buyer or attendee with places that are still to come, the next event first."""
    rows = await database.rows(
        "SELECT o.code, e.title, e.ends_on, count(r.id)::int AS people FROM orders o JOIN event e ON e.id = o.event_id"
        " JOIN registration r ON r.order_id = o.id AND r.cancelled_at IS NULL"
        " WHERE o.state IN ('HELD', 'PENDING', 'CONFIRMED')"
        " AND e.ends_on >= ($2::timestamptz AT TIME ZONE e.timezone)::date"
        " AND o.id IN (SELECT id FROM orders WHERE person_id = $1"
        "  UNION SELECT order_id FROM registration WHERE person_id = $1)"
        " GROUP BY o.id, e.id ORDER BY e.ends_on, o.id",
        person,
        at,
    )
    return [Place(row["code"], row["title"], row["ends_on"], row["people"]) for row in rows]


async def kept_until(person: int, years: int) -> date | None:
    """Until when the accounts name this buyer, as far as is known now; None when nothing was bought."""
    last: date | None = await database.value(
        "SELECT max(greatest(e.ends_on, o.created_at::date)) FROM orders o JOIN event e ON e.id = o.event_id"
        " WHERE o.person_id = $1 AND (o.confirmed_at IS NOT NULL OR o.state IN ('HELD', 'PENDING'))",
        person,
    )
    return last and last.replace(year=last.year + years, day=min(last.day, 28))
