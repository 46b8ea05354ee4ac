"""What pages and higher slices read of registration: somebody's orders, seats, and what tickets admit to."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from events.core import database
from events.core.money import Money
from events.registration.admission import Admission
from events.registration.states import OrderState


@dataclass(frozen=True, slots=True)
class OrderCard:
    """One row of /my/orders."""

    code: str
    state: OrderState
    total: Money
    created_at: datetime
    title: str
    slug: str
    starts_on: date
    ends_on: date
    tickets: str


async def orders_of(person_id: int) -> list[OrderCard]:
    """A person's orders, newest first; holds that ended without a payment are left out after a week."""
    rows = await database.rows(
        "SELECT o.code, o.state, o.total, o.currency, o.created_at, e.title, e.slug, e.starts_on, e.ends_on,"
        " (SELECT string_agg(DISTINCT t.name, ', ') FROM order_line n JOIN ticket_type t ON t.id = n.ticket_type_id"
        " WHERE n.order_id = o.id) AS tickets"
        " FROM orders o JOIN event e ON e.id = o.event_id WHERE o.person_id = $1"
        " AND (o.confirmed_at IS NOT NULL OR o.state IN ('HELD', 'PENDING')"
        " OR o.created_at > now() - interval '7 days')"
        " ORDER BY o.created_at DESC LIMIT 200",
        person_id,
    )
    return [
        OrderCard(
            row["code"],
            OrderState(row["state"]),
            Money(row["total"], row["currency"]),
            row["created_at"],
            row["title"],
            row["slug"],
            row["starts_on"],
            row["ends_on"],
            row["tickets"] or "",
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in a ticketed session: one order line of a confirmed order."""

    line: int
    order: int
    event: int
    session: int
    person: int | None
    name: str
    email: str
    locale: str


_SEATS = (
    "SELECT n.id AS line, o.id AS order, o.event_id AS event, t.session_id AS session, r.person_id AS person,"
    " r.name, r.email, o.locale FROM order_line n JOIN orders o ON o.id = n.order_id"
    " JOIN registration r ON r.id = n.registration_id"
    " JOIN ticket_type t ON t.id = n.ticket_type_id"
    " WHERE o.state = 'CONFIRMED' AND n.cancelled_at IS NULL AND t.session_id IS NOT NULL AND "
)


async def seats_of(person_id: int) -> list[Seat]:
    return [Seat(**dict(row)) for row in await database.rows(_SEATS + "r.person_id = $1 ORDER BY n.id", person_id)]


async def seats_of_order(order_id: int) -> list[Seat]:
    return [Seat(**dict(row)) for row in await database.rows(_SEATS + "o.id = $1 ORDER BY n.id", order_id)]


async def seated(session_ids: Iterable[int]) -> list[Seat]:
    """Who holds a seat in any of these sessions."""
    ids = list(session_ids)
    return [Seat(**dict(row)) for row in await database.rows(_SEATS + "t.session_id = any($1) ORDER BY n.id", ids)]


async def admissions_of(person_id: int, event_id: int) -> list[Admission]:
    """What a person's tickets of an event admit to; for `admission.admits`."""
    rows = await database.rows(
        "SELECT DISTINCT t.id, t.kind, t.admits, t.session_id FROM registration r"
        " JOIN order_line n ON n.registration_id = r.id JOIN orders o ON o.id = r.order_id"
        " JOIN ticket_type t ON t.id = n.ticket_type_id"
        " WHERE r.person_id = $1 AND r.event_id = $2 AND o.state = 'CONFIRMED' AND n.cancelled_at IS NULL",
        person_id,
        event_id,
    )
    return [Admission.of(row["kind"], json.loads(row["admits"]), row["session_id"]) for row in rows]
