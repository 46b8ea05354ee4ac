"""What an event sells: ticket types with their prices, what is free of them, and the questions it asks."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import asyncpg

from events.core import database
from events.core.turns import Turn
from events.lobby import rules
from events.lobby.rules import Rules
from events.registration import documents
from events.registration.asking import Question
from events.registration.discounts import Group
from events.registration.documents import Current
from events.registration.pricing import Rate, Ticket, Window
from events.registration.refund_policies import Policies
from events.registration.taxes import Taxes


@dataclass(frozen=True, eq=False, slots=True)
class Offer:
    """What an event sells now: tickets in the order they are shown, and which quotas each needs.

    already   the ticket types that who looks at it has in this event
    lobby     the waiting room before it, or None
    group     what is less for people who come together, or None
    documents what buyers agree to
    refunds   what comes back of a price when a ticket is given back
    taxes     which are in the prices

    An offer is equal to itself alone, so that what is kept can name the very one it was made of.
    """

    tickets: tuple[Ticket, ...]
    windows: tuple[Window, ...]
    questions: tuple[Question, ...]
    quotas: Mapping[int, frozenset[int]]
    already: frozenset[int] = frozenset()
    lobby: Rules | None = None
    refunds: Policies = field(default_factory=Policies)
    group: Group | None = None
    documents: tuple[Current, ...] = ()
    taxes: Taxes = field(default_factory=Taxes)

    @property
    def by_id(self) -> dict[int, Ticket]:
        return {ticket.id: ticket for ticket in self.tickets}

    def with_left(self, left: Mapping[int, int]) -> "Offer":
        """The same with newer numbers: quota id → what is free in it."""
        return replace(self, tickets=tuple(self._with_left(ticket, left) for ticket in self.tickets))

    def _with_left(self, ticket: Ticket, left: Mapping[int, int]) -> Ticket:
        free = [left[quota] for quota in self.quotas[ticket.id] if quota in left]
        return replace(ticket, free=min(free)) if free else ticket


_TICKETS = """
(SELECT json_agg(json_build_object(
        'id', t.id, 'name', t.name, 'kind', t.kind, 'description', t.description, 'requires', t.requires_id,
        'session', s.code, 'from', t.sale_from, 'until', t.sale_until, 'max', t.max_per_order,
        'min', t.min_per_order, 'grants', t.grants ->> 'audience',
        'times', CASE WHEN s.id IS NOT NULL THEN (SELECT json_agg(json_build_array(x.starts_at, x.ends_at)
            ORDER BY x.starts_at) FROM entry x WHERE x.event_id = t.event_id AND x.session_code = s.code
            AND x.kind = 'slot' AND x.status = 'CONFIRMED') END,
        'rates', (SELECT json_agg(json_build_array(p.audience, p.window_id, p.amount)) FROM price p
            WHERE p.ticket_type_id = t.id),
        'quotas', q.ids, 'free', q.free
    ) ORDER BY t.position, t.id)
    FROM ticket_type t LEFT JOIN session s ON s.id = t.session_id
    LEFT JOIN LATERAL (
        SELECT json_agg(q.id) AS ids, min(q.capacity + q.overbook - q.claimed - q.held_back) AS free
        FROM ticket_type_quota l JOIN quota q ON q.id = l.quota_id WHERE l.ticket_type_id = t.id
    ) q ON true
    WHERE {which}) AS tickets
"""
_OFFER = f"""
SELECT wanted.event,
    {documents.CURRENT.format(event="wanted.event")} AS documents,
    (SELECT json_build_array(g.people, g.percent) FROM group_rule g WHERE g.event_id = wanted.event) AS together,
    (SELECT {rules.COLUMNS} FROM lobby l WHERE l.event_id = wanted.event AND l.is_on) AS lobby,
    (SELECT json_agg(json_build_array(w.id, w.name, w.through) ORDER BY w.position, w.through NULLS LAST, w.id)
        FROM price_window w WHERE w.event_id = wanted.event) AS windows,
    (SELECT json_agg(json_build_array(q.id, q.label, q.kind, q.options, q.required, q.ticket_type_ids, q.help,
        q.minimum, q.maximum, q.only_if_id, q.only_answers) ORDER BY q.position, q.id)
        FROM question q WHERE q.event_id = wanted.event AND q.put_away_at IS NULL) AS questions,
    {_TICKETS.format(which="t.event_id = wanted.event AND NOT t.hidden")}
FROM unnest($1::int[]) wanted (event)
"""  # noqa: S608 - put together from constants
_OPENED = "SELECT " + _TICKETS.format(which="t.event_id = $1 AND t.hidden AND t.id = any($2)")
_HELD = """
SELECT wanted.person, wanted.event, array_agg(DISTINCT n.ticket_type_id) AS tickets
FROM unnest($1::int[], $2::int[]) wanted (person, event)
JOIN registration r ON r.person_id = wanted.person AND r.event_id = wanted.event
JOIN orders o ON o.id = r.order_id JOIN order_line n ON n.registration_id = r.id
WHERE o.state = 'CONFIRMED' AND n.cancelled_at IS NULL GROUP BY 1, 2
"""


async def offer(event_id: int) -> Offer:
    """Ticket types with their prices and what is free, windows and questions, by one statement; for nobody in
    particular: whose earlier tickets count puts them in as `already`."""
    return (await offers([event_id]))[event_id]


async def offers(event_ids: Sequence[int]) -> dict[int, Offer]:
    """The offers of several events, by one statement."""
    return {row["event"]: _offer(row) for row in await database.rows(_OFFER, event_ids)}


async def held(person_id: int, event_id: int) -> frozenset[int]:
    """The ticket types somebody has in an event, confirmed and not given back. A crowd asks by one statement."""
    return await _held.get((person_id, event_id)) or frozenset()


async def _all_held(wanted: Sequence[tuple[int, int]]) -> dict[tuple[int, int], frozenset[int]]:
    rows = await database.rows(_HELD, [person for person, _event in wanted], [event for _person, event in wanted])
    return {(row["person"], row["event"]): frozenset(row["tickets"]) for row in rows}


_held: Turn[tuple[int, int], frozenset[int]] = Turn(_all_held)


async def opened(event_id: int, offer: Offer, ticket_types: Sequence[int]) -> Offer:
    """The offer with these hidden ticket types, which a code opens, after the others."""
    found = json.loads(await database.value(_OPENED, event_id, list(ticket_types)) or "[]")
    quotas = {one["id"]: frozenset(one["quotas"] or ()) for one in found}
    return replace(
        offer, tickets=offer.tickets + tuple(_ticket(one) for one in found), quotas={**offer.quotas, **quotas}
    )


def _ticket(one: Mapping[str, Any]) -> Ticket:
    return Ticket(
        id=one["id"],
        name=one["name"],
        kind=one["kind"],
        rates=tuple(Rate(*rate) for rate in one["rates"] or ()),
        description=one["description"],
        requires=one["requires"],
        session_code=one["session"] or "",
        sale_from=_moment(one["from"]),
        sale_until=_moment(one["until"]),
        max_per_order=one["max"],
        free=one["free"],
        min_per_order=one["min"],
        grants=one["grants"] or "",
        times=tuple((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in one["times"] or ()),
    )


def _offer(row: asyncpg.Record) -> Offer:
    tickets = json.loads(row["tickets"] or "[]")
    return Offer(
        tuple(_ticket(one) for one in tickets),
        tuple(
            Window(id_, name, date.fromisoformat(through) if through else None)
            for id_, name, through in json.loads(row["windows"] or "[]")
        ),
        tuple(
            Question(
                id_, label, kind, tuple(options), required, frozenset(types), help_, least, most, only_if, tuple(after)
            )
            for id_, label, kind, options, required, types, help_, least, most, only_if, after in json.loads(
                row["questions"] or "[]"
            )
        ),
        {one["id"]: frozenset(one["quotas"] or ()) for one in tickets},
        lobby=Rules.read(row["lobby"]),
        group=Group(*json.loads(row["together"])) if row["together"] else None,
        documents=tuple(Current(*one) for one in json.loads(row["documents"] or "[]")),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
