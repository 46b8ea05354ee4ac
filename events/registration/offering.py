"""What organizers change in what is sold: windows, ticket types with their prices, questions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from events.core import database
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.locales import _
from events.core.money import Money

AUDIENCES = ("member", "division_member", "nonmember", "student", "retired", "exhibitor", "everyone")


@dataclass(frozen=True, slots=True)
class Window:
    id: int
    name: str
    through: date | None


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket type as its organizers see it. prices: (audience, window or None) → minor units."""

    id: int
    name: str
    description: str
    kind: str
    session: int | None
    session_title: str
    requires: int | None
    admits: Mapping[str, Sequence[str]]
    sale_from: datetime | None
    sale_until: datetime | None
    min_per_order: int
    max_per_order: int
    grants: Mapping[str, Any] | None
    hidden: bool
    position: int
    version: int
    prices: Mapping[tuple[str, int | None], int]
    quotas: frozenset[int]
    sold: int


@dataclass(frozen=True, slots=True)
class QuotaRow:
    id: int
    name: str
    capacity: int
    overbook: int
    claimed: int
    oversold: int
    tickets: str
    last_reason: str


@dataclass(frozen=True, slots=True)
class TicketValues:
    """The columns of a ticket type, as a form means them."""

    name: str
    description: str
    kind: str
    session: int | None
    requires: int | None
    admits: Mapping[str, Sequence[str]]
    sale_from: datetime | None
    sale_until: datetime | None
    max_per_order: int
    hidden: bool
    position: int
    prices: Mapping[tuple[str, int | None], Money]
    quotas: frozenset[int]
    min_per_order: int = 1
    grants: Mapping[str, object] | None = None


async def windows(event_id: int) -> list[Window]:
    rows = await database.rows(
        "SELECT id, name, through FROM price_window WHERE event_id = $1 ORDER BY position, through NULLS LAST, id",
        event_id,
    )
    return [Window(row["id"], row["name"], row["through"]) for row in rows]


async def tickets(event_id: int) -> list[TicketRow]:
    """Every ticket type, hidden ones too, with its prices and how many are sold."""
    rows = await database.rows(
        "SELECT t.*, coalesce(s.title, '') AS session_title,"
        " (SELECT json_agg(json_build_array(p.audience, p.window_id, p.amount)) FROM price p"
        " WHERE p.ticket_type_id = t.id) AS prices,"
        " (SELECT array_agg(l.quota_id) FROM ticket_type_quota l WHERE l.ticket_type_id = t.id) AS quotas,"
        " (SELECT count(*) FROM order_line n JOIN orders o ON o.id = n.order_id WHERE n.ticket_type_id = t.id"
        " AND o.state = 'CONFIRMED' AND n.cancelled_at IS NULL) AS sold"
        " FROM ticket_type t LEFT JOIN session s ON s.id = t.session_id WHERE t.event_id = $1"
        " ORDER BY t.position, t.id",
        event_id,
    )
    return [
        TicketRow(
            id=row["id"],
            name=row["name"],
            description=row["description"],
            kind=row["kind"],
            session=row["session_id"],
            session_title=row["session_title"],
            requires=row["requires_id"],
            admits=json.loads(row["admits"] or "{}"),
            sale_from=row["sale_from"],
            sale_until=row["sale_until"],
            min_per_order=row["min_per_order"],
            max_per_order=row["max_per_order"],
            grants=json.loads(row["grants"]) if row["grants"] else None,
            hidden=row["hidden"],
            position=row["position"],
            version=row["version"],
            prices={(audience, window): amount for audience, window, amount in json.loads(row["prices"] or "[]")},
            quotas=frozenset(row["quotas"] or ()),
            sold=row["sold"],
        )
        for row in rows
    ]


async def quotas(event_id: int) -> list[QuotaRow]:
    rows = await database.rows(
        "SELECT q.id, q.name, q.capacity, q.overbook, q.claimed, q.oversold,"
        " coalesce((SELECT string_agg(t.name, ', ' ORDER BY t.position, t.id) FROM ticket_type_quota l"
        " JOIN ticket_type t ON t.id = l.ticket_type_id WHERE l.quota_id = q.id), '') AS tickets,"
        " coalesce((SELECT c.reason FROM quota_change c WHERE c.quota_id = q.id ORDER BY c.id DESC LIMIT 1), '')"
        " AS last_reason"
        " FROM quota q WHERE q.event_id = $1 ORDER BY q.name",
        event_id,
    )
    return [QuotaRow(**dict(row)) for row in rows]


async def ticketed_sessions(event_id: int) -> list[tuple[int, str]]:
    """The sessions that need a ticket of their own."""
    rows = await database.rows(
        "SELECT id, title FROM session WHERE event_id = $1 AND ticketed AND state <> 'cancelled' ORDER BY title",
        event_id,
    )
    return [(row["id"], row["title"]) for row in rows]


async def save_ticket(event_id: int, ticket: int | None, values: TicketValues, version: int) -> int:
    """Write a new or changed ticket type with its prices and quotas. Returns its id.

    Raises StaleWrite when somebody saved in between, Unreadable for a name that is taken.
    """
    async with database.transaction():
        same = await database.value(
            "SELECT id FROM ticket_type WHERE event_id = $1 AND name = $2 AND id IS DISTINCT FROM $3",
            event_id,
            values.name,
            ticket,
        )
        if same is not None:
            raise Unreadable({"name": _("This event has a ticket type of this name.")})
        await _refuse_foreign(event_id, values)
        columns = (
            values.name,
            values.description,
            values.kind,
            values.session,
            values.requires,
            json.dumps({name: list(parts) for name, parts in values.admits.items()}),
            values.sale_from,
            values.sale_until,
            values.max_per_order,
            values.hidden,
            values.position,
            values.min_per_order,
            json.dumps(dict(values.grants)) if values.grants else None,
        )
        if ticket is None:
            ticket = await database.value(
                "INSERT INTO ticket_type (event_id, name, description, kind, session_id, requires_id, admits,"
                " sale_from, sale_until, max_per_order, hidden, position, min_per_order, grants)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11, $12, $13, $14::jsonb) RETURNING id",
                event_id,
                *columns,
            )
        else:
            await _change(event_id, ticket, version, columns, values.quotas)
        assert ticket is not None
        if values.grants:
            await _never_back(event_id, ticket)
        await _write_prices(event_id, ticket, values.prices)
        await database.execute(
            "DELETE FROM ticket_type_quota WHERE ticket_type_id = $1 AND NOT quota_id = any($2)",
            ticket,
            list(values.quotas),
        )
        await database.execute(
            "INSERT INTO ticket_type_quota (ticket_type_id, quota_id) SELECT $1, q.id FROM quota q"
            " WHERE q.event_id = $2 AND q.id = any($3) ON CONFLICT DO NOTHING",
            ticket,
            event_id,
            list(values.quotas),
        )
        return ticket


async def _refuse_foreign(event_id: int, values: TicketValues) -> None:
    """A ticket admits to sessions of its own event and asks for a ticket of it. Raises Unreadable."""
    found = await database.row(
        "SELECT $2::bigint IS NULL OR EXISTS (SELECT FROM session WHERE id = $2 AND event_id = $1) AS session,"
        " $3::int IS NULL OR EXISTS (SELECT FROM ticket_type WHERE id = $3 AND event_id = $1) AS requires",
        event_id,
        values.session,
        values.requires,
    )
    assert found is not None
    if errors := {name: _("Choose one of the list.") for name in ("session", "requires") if not found[name]}:
        raise Unreadable(errors)


async def _change(
    event_id: int, ticket: int, version: int, columns: tuple[object, ...], quotas: frozenset[int]
) -> None:
    found = await database.row(
        "SELECT version, name FROM ticket_type WHERE id = $1 AND event_id = $2 FOR UPDATE", ticket, event_id
    )
    if found is None:
        raise NotFound
    if found["version"] != version:
        raise StaleWrite(
            _("Somebody else saved this ticket type meanwhile. Open it again, and make your change there."),
            {"name": found["name"]},
            {"name": columns[0]},
        )
    taken = await database.value(
        "SELECT EXISTS (SELECT FROM claim c JOIN order_line n ON n.id = c.line_id WHERE n.ticket_type_id = $1)", ticket
    )
    rows = await database.rows("SELECT quota_id FROM ticket_type_quota WHERE ticket_type_id = $1", ticket)
    if taken and {row["quota_id"] for row in rows} != quotas:
        raise Unreadable(
            {
                "quotas": _(
                    "Places of this ticket are taken, and they are counted in these quotas. Change their capacity."
                )
            }
        )
    await database.execute(
        "UPDATE ticket_type SET name = $2, description = $3, kind = $4, session_id = $5, requires_id = $6,"
        " admits = $7::jsonb, sale_from = $8, sale_until = $9, max_per_order = $10, hidden = $11,"
        " position = $12, min_per_order = $13, grants = $14::jsonb, version = version + 1 WHERE id = $1",
        ticket,
        *columns,
    )


async def _never_back(event_id: int, ticket: int) -> None:
    """A membership is not given back for money, or it would be a way to member prices; unless somebody says so."""
    await database.execute(
        "INSERT INTO refund_policy (event_id, ticket_type_id, steps, since) SELECT $1, $2, '[]'::jsonb, now()"
        " WHERE NOT EXISTS (SELECT FROM refund_policy WHERE ticket_type_id = $2)",
        event_id,
        ticket,
    )


async def _write_prices(event_id: int, ticket: int, prices: Mapping[tuple[str, int | None], Money]) -> None:
    own = {window.id for window in await windows(event_id)} | {None}
    await database.execute("DELETE FROM price WHERE ticket_type_id = $1", ticket)
    await database.execute_many(
        "INSERT INTO price (ticket_type_id, audience, window_id, amount) VALUES ($1, $2, $3, $4)",
        [(ticket, audience, window, money.amount) for (audience, window), money in prices.items() if window in own],
    )


async def save_windows(event_id: int, wanted: Sequence[tuple[int | None, str, date | None]]) -> None:
    """Write the price windows in order: (id or None for a new one, name, last day). An empty name takes one away."""
    async with database.transaction():
        for position, (window, name, through) in enumerate(wanted):
            if window is None and name:
                await database.execute(
                    "INSERT INTO price_window (event_id, name, through, position) VALUES ($1, $2, $3, $4)",
                    event_id,
                    name,
                    through,
                    position,
                )
            elif window is not None and not name:
                await database.execute("DELETE FROM price_window WHERE id = $1 AND event_id = $2", window, event_id)
            elif window is not None:
                await database.execute(
                    "UPDATE price_window SET name = $3, through = $4, position = $5 WHERE id = $1 AND event_id = $2",
                    window,
                    event_id,
                    name,
                    through,
                    position,
                )


async def save_question(
    event_id: int, question: int | None, label: str, kind: str, options: Sequence[str], required: bool, position: int
) -> None:
    """Write a question; an empty label takes it away (answers that were given stay with their orders).

    Raises NotFound for a question that this event does not ask.
    """
    if question is None:
        await database.execute(
            "INSERT INTO question (event_id, label, kind, options, required, ticket_type_ids, position)"
            " VALUES ($1, $2, $3, $4, $5, '{}', $6)",
            event_id,
            label,
            kind,
            list(options),
            required,
            position,
        )
    elif not label:
        if not await database.execute("DELETE FROM question WHERE id = $1 AND event_id = $2", question, event_id):
            raise NotFound
    else:
        changed = await database.execute(
            "UPDATE question SET label = $3, kind = $4, options = $5, required = $6, position = $7"
            " WHERE id = $1 AND event_id = $2",
            question,
            event_id,
            label,
            kind,
            list(options),
            required,
            position,
        )
        if not changed:
            raise NotFound
