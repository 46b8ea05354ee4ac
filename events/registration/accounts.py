"""One order with everything that happened to it, as its pages and mails show it: read by one statement."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from events.core import database
from events.core.money import Money
from events.registration import refund_policies
from events.registration.refund_policies import Steps
from events.registration.states import OrderState


@dataclass(frozen=True, slots=True)
class OrderLine:
    id: int
    ticket_type: int
    ticket: str
    kind: str
    session_code: str
    session_title: str
    amount: Money
    words: str
    cancelled: bool
    refunds: Steps
    """What comes back of it, as it was when the order was placed."""


@dataclass(frozen=True, slots=True)
class Attendee:
    """One registration of an order, with its lines. called: the name, or the code of a ticket that is nobody's yet."""

    id: int
    code: str
    name: str
    email: str
    person: int | None
    answers: Mapping[str, str]
    cancelled: bool
    lines: tuple[OrderLine, ...]

    @property
    def called(self) -> str:
        return self.name or self.code


@dataclass(frozen=True, slots=True)
class LedgerRow:
    kind: str
    amount: Money
    source: str
    booked_at: datetime


@dataclass(frozen=True, slots=True)
class RefundRow:
    id: int
    amount: Money
    state: str
    reason: str
    requested_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class MoveRow:
    old: str
    new: str
    moved_at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class CheckoutRow:
    attempt: int
    state: str
    stripe_id: str
    payment_intent: str
    amount: Money
    created_at: datetime
    paid_with: str = ""
    last4: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """An order with all that its pages show."""

    id: int
    code: str
    state: OrderState
    name: str
    email: str
    person: int | None
    audience: str
    membership: Mapping[str, str] | None
    total: Money
    held_until: datetime | None
    created_at: datetime
    confirmed_at: datetime | None
    locale: str
    form_key: str
    source: str
    for_staff: bool
    event: int
    slug: str
    title: str
    accent: str
    unit: int
    zone: str
    starts_on: date
    ends_on: date
    contact: str
    place: str
    attendees: tuple[Attendee, ...]
    ledger: tuple[LedgerRow, ...]
    refunds: tuple[RefundRow, ...]
    checkouts: tuple[CheckoutRow, ...]
    moves: tuple[MoveRow, ...]

    @property
    def lines(self) -> list[OrderLine]:
        return [line for attendee in self.attendees for line in attendee.lines]

    @property
    def alike(self) -> list[tuple[int, OrderLine]]:
        """Lines that say and cost the same as one, with how many there are, in the order of the first of each."""
        counts = Counter((one.ticket, one.words, one.amount, one.cancelled) for one in self.lines)
        firsts = {(one.ticket, one.words, one.amount, one.cancelled): one for one in reversed(self.lines)}
        return [(counts[key], firsts[key]) for key in counts]

    @property
    def currency(self) -> str:
        return self.total.currency

    @property
    def balance(self) -> Money:
        """What is owed to us; below nothing: what is owed to the buyer."""
        return Money.sum((row.amount for row in self.ledger), self.currency)

    @property
    def disputed(self) -> Money:
        """What a bank took back of what was paid, and has not given again."""
        taken = (row.amount for row in self.ledger if row.kind in {"dispute", "dispute_won"})
        return Money.sum(taken, self.currency)

    @property
    def by_hand(self) -> Money:
        """What is owed to the buyer and no refund on its way brings: it was no card's, or the card refused."""
        under_way = (one.amount for one in self.refunds if one.state in {"requested", "pending"})
        return max(-self.balance - Money.sum(under_way, self.currency), Money(0, self.currency))

    @property
    def failed_refunds(self) -> list[RefundRow]:
        """Those that a bank sent back or Stripe refused, while something is still owed to the buyer."""
        return [one for one in self.refunds if one.state == "failed"] if self.balance.amount < 0 else []

    @property
    def processing(self) -> bool:
        return any(checkout.state == "processing" for checkout in self.checkouts)


_ORDER = """
SELECT o.*, e.slug, e.title, e.accent, e.unit_id, e.timezone, e.starts_on, e.ends_on, e.contact_email,
    v.name AS venue, v.city,
    (SELECT json_agg(json_build_object(
        'id', r.id, 'code', r.code, 'name', r.name, 'email', r.email, 'person', r.person_id, 'answers', r.answers,
        'cancelled', r.cancelled_at IS NOT NULL, 'lines', (
            SELECT json_agg(json_build_array(n.id, t.id, t.name, t.kind, coalesce(s.code, ''), coalesce(s.title, ''),
                n.amount, n.quote, n.cancelled_at IS NOT NULL,
                (SELECT p.steps FROM refund_policy p WHERE p.event_id = o.event_id AND p.ticket_type_id = t.id
                    AND p.since <= o.created_at ORDER BY p.since DESC, p.id DESC LIMIT 1),
                (SELECT p.steps FROM refund_policy p WHERE p.event_id = o.event_id AND p.ticket_type_id IS NULL
                    AND p.since <= o.created_at ORDER BY p.since DESC, p.id DESC LIMIT 1))
                ORDER BY n.id)
            FROM order_line n JOIN ticket_type t ON t.id = n.ticket_type_id LEFT JOIN session s ON s.id = t.session_id
            WHERE n.registration_id = r.id AND NOT n.pending)
        ) ORDER BY r.id) FROM registration r WHERE r.order_id = o.id) AS attendees,
    (SELECT json_agg(json_build_array(l.kind, l.amount, l.source, l.booked_at) ORDER BY l.id)
        FROM ledger l WHERE l.order_id = o.id) AS ledger,
    (SELECT json_agg(json_build_array(f.id, f.amount, f.state, f.reason, f.requested_at, f.settled_at) ORDER BY f.id)
        FROM refund f WHERE f.order_id = o.id) AS refunds,
    (SELECT json_agg(json_build_array(c.attempt, c.state, coalesce(c.stripe_id, ''), coalesce(c.payment_intent, ''),
        c.amount, c.created_at, c.paid_with, c.last4) ORDER BY c.attempt)
        FROM checkout_session c WHERE c.order_id = o.id) AS checkouts,
    (SELECT json_agg(json_build_array(m.old, m.new, m.moved_at, coalesce(p.name, ''), m.reason) ORDER BY m.id)
        FROM order_move m LEFT JOIN person p ON p.id = m.moved_by_id WHERE m.order_id = o.id) AS moves
FROM orders o JOIN event e ON e.id = o.event_id LEFT JOIN venue v ON v.id = e.venue_id
"""


async def by_code(code: str) -> Account | None:
    row = await database.row(_ORDER + "WHERE o.code = $1", code)
    return _account(row) if row else None


async def by_id(order_id: int) -> Account | None:
    return (await by_ids([order_id])).get(order_id)


async def by_ids(order_ids: Sequence[int]) -> dict[int, Account]:
    """Many at once, by id; of a crowd's orders one statement reads all."""
    rows = await database.rows(_ORDER + "WHERE o.id = any($1)", list(order_ids))
    return {row["id"]: _account(row) for row in rows}


def _account(row: Any) -> Account:
    currency = row["currency"]
    return Account(
        id=row["id"],
        code=row["code"],
        state=OrderState(row["state"]),
        name=row["name"],
        email=row["email"],
        person=row["person_id"],
        audience=row["audience"],
        membership=json.loads(row["membership"]) if row["membership"] else None,
        total=Money(row["total"], currency),
        held_until=row["held_until"],
        created_at=row["created_at"],
        confirmed_at=row["confirmed_at"],
        locale=row["locale"],
        form_key=row["form_key"] or "",
        source=row["source"],
        for_staff=row["for_staff"],
        event=row["event_id"],
        slug=row["slug"],
        title=row["title"],
        accent=row["accent"],
        unit=row["unit_id"],
        zone=row["timezone"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        contact=row["contact_email"],
        place=", ".join(part for part in (row["venue"], row["city"]) if part),
        attendees=tuple(_attendee(one, currency) for one in json.loads(row["attendees"] or "[]")),
        ledger=tuple(
            LedgerRow(kind, Money(amount, currency), source, datetime.fromisoformat(at))
            for kind, amount, source, at in json.loads(row["ledger"] or "[]")
        ),
        refunds=tuple(
            RefundRow(
                id_,
                Money(amount, currency),
                state,
                reason,
                datetime.fromisoformat(asked),
                datetime.fromisoformat(settled) if settled else None,
            )
            for id_, amount, state, reason, asked, settled in json.loads(row["refunds"] or "[]")
        ),
        checkouts=tuple(
            CheckoutRow(
                attempt, state, stripe_id, intent, Money(amount, currency), datetime.fromisoformat(at), paid_with, last4
            )
            for attempt, state, stripe_id, intent, amount, at, paid_with, last4 in json.loads(row["checkouts"] or "[]")
        ),
        moves=tuple(
            MoveRow(old, new, datetime.fromisoformat(at), by, reason)
            for old, new, at, by, reason in json.loads(row["moves"] or "[]")
        ),
    )


def _attendee(one: Mapping[str, object], currency: str) -> Attendee:
    values = dict(one)
    lines = tuple(
        OrderLine(
            id_,
            type_,
            ticket,
            kind,
            session_code,
            session_title,
            Money(amount, currency),
            "; ".join(str(part["words"]) for part in quote),
            cancelled,
            refund_policies.in_force(of_type, of_event),
        )
        for id_, type_, ticket, kind, session_code, session_title, amount, quote, cancelled, of_type, of_event in (
            values.pop("lines") or []  # type: ignore[attr-defined]
        )
    )
    return Attendee(**values, lines=lines)  # type: ignore[arg-type]
