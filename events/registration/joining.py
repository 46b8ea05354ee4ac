"""Joining or renewing with a ticket: member prices in the same order, and a row of the roster once it is paid."""

import json
from collections.abc import Sequence
from datetime import datetime

from dateutil.relativedelta import relativedelta

from events.core import database
from events.people.audiences import Audience
from events.registration.holds import new_code
from events.registration.offers import Offer
from events.registration.pricing import Ticket

_DUE = """
SELECT n.id AS line, r.person_id AS person, r.email, t.grants,
    (o.confirmed_at AT TIME ZONE e.timezone)::date AS today
FROM order_line n JOIN orders o ON o.id = n.order_id JOIN ticket_type t ON t.id = n.ticket_type_id
JOIN registration r ON r.id = n.registration_id JOIN event e ON e.id = o.event_id
WHERE o.id = any($1) AND o.state = 'CONFIRMED' AND t.kind = 'membership' AND n.cancelled_at IS NULL AND NOT n.pending
    AND NOT EXISTS (SELECT FROM joining j WHERE j.line_id = n.id)
ORDER BY n.id
"""
_OWN = """
SELECT id, valid_to FROM membership
WHERE unit_id IS NULL AND (person_id = $1 OR (person_id IS NULL AND lower(email) = lower($2)))
ORDER BY person_id IS NULL, valid_to DESC, id LIMIT 1 FOR UPDATE
"""


def sold(offer: Offer) -> list[Ticket]:
    """The memberships that are sold with an event's tickets."""
    return [ticket for ticket in offer.tickets if ticket.grants]


def wanted(audience: Audience, offer: Offer, last_day: str) -> bool:
    """Whether somebody is asked: who is no member, or will not be one any more on the event's last day (ISO)."""
    ends = audience.membership["valid_to"] if audience.membership else ""
    return bool(sold(offer)) and (not ends or ends < last_day)


def granted(offer: Offer, ticket: str) -> str:
    """The audience that a chosen membership makes one at once; "" for none, or what is no membership."""
    return next((one.grants for one in sold(offer) if str(one.id) == ticket), "")


async def follow(order_ids: Sequence[int], at: datetime) -> None:
    """Write the memberships of confirmed orders into the roster, each once: a new row, or the old one for longer.

    A membership that has not ended goes on from its last day; one that has begins on the day of the order.
    """
    for due in await database.rows(_DUE, list(order_ids)):
        grants = json.loads(due["grants"])
        async with database.transaction():
            joined = await database.value(
                "INSERT INTO joining (line_id, joined_at) VALUES ($1, $2) ON CONFLICT (line_id) DO NOTHING"
                " RETURNING id",
                due["line"],
                at,
            )
            if joined is None:
                continue
            months = relativedelta(months=grants["months"])
            own = await database.row(_OWN, due["person"], due["email"])
            if own is None:
                membership = await database.value(
                    "INSERT INTO membership (number, email, kind, valid_from, valid_to, person_id, claimed_at)"
                    " SELECT $1, $2, $3, $4, $5, who, CASE WHEN who IS NOT NULL THEN $7::timestamptz END"
                    " FROM (SELECT $6::int AS who) asked"
                    " RETURNING id",
                    f"N-{new_code(8)}",
                    due["email"],
                    grants["audience"],
                    due["today"],
                    due["today"] + months - relativedelta(days=1),
                    due["person"],
                    at,
                )
                until = None
            else:
                membership, until = own["id"], own["valid_to"]
                ended = until < due["today"]
                begins = due["today"] - relativedelta(days=1) if ended else until
                await database.execute(
                    "UPDATE membership SET valid_to = $2, kind = CASE WHEN $3 THEN $4 ELSE kind END,"
                    " valid_from = CASE WHEN $3 THEN $5 ELSE valid_from END WHERE id = $1",
                    membership,
                    begins + months,
                    ended,
                    grants["audience"],
                    due["today"],
                )
            await database.execute(
                "UPDATE joining SET membership_id = $2, old_until = $3 WHERE id = $1", joined, membership, until
            )


async def of_order(order_id: int) -> list[str]:
    """The numbers of the memberships that came with an order."""
    rows = await database.rows(
        "SELECT m.number FROM joining j JOIN order_line n ON n.id = j.line_id JOIN membership m"
        " ON m.id = j.membership_id WHERE n.order_id = $1 ORDER BY j.id",
        order_id,
    )
    return [row["number"] for row in rows]
