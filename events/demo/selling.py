"""What the registrar's lists have to show: three colleagues with a code, one who joined, a workshop that is full."""

from datetime import datetime

import asyncpg

from events.core import database
from events.core.access import Limiter
from events.people.audiences import NONMEMBER
from events.registration import discounts, holds, joining, offers, orders, vouchers
from events.registration.holds import Attendee, Basket
from events.registration.pricing import Tariff
from events.registration.vouchers import Buyer
from events.waitlist import entries
from events.waitlist.entries import Wish

COLLEAGUES = ("Lena Sato", "Musa Diallo", "Nils Aguilar")
JOINS = "Olga Petrov"
WAITING = (("Pilar Reyes", 1), ("Quentin Baker", 2))


async def build(at: datetime) -> None:
    """Nobody is written to."""
    event = await database.row("SELECT id, timezone, currency FROM event WHERE kind = 'conference'")
    assert event is not None
    tickets = {row["name"]: row for row in await database.rows(_TICKETS, event["id"])}
    full, dues = tickets["Full registration"]["id"], tickets["Membership for a year"]["id"]
    await _buy(event, COLLEAGUES, [[full]] * 3, "nonmember", at, "WELCOME")
    joined = await _buy(event, (JOINS,), [[full, dues]], "member", at)
    await joining.follow([joined], at)
    workshop = next(row for row in tickets.values() if row["kind"] == "preconference")
    await database.execute("UPDATE quota SET capacity = claimed WHERE id = $1", workshop["quota"])
    for name, party in WAITING:
        await entries.join(Wish(event["id"], name, _address(name), None, "en", (workshop["id"],), party, True), at)
    await database.execute("DELETE FROM outbox_message WHERE created_at = $1 AND topic ~ '^(mail|order)'", at)


async def _buy(
    event: asyncpg.Record, names: tuple[str, ...], chosen: list[list[int]], audience: str, at: datetime, code: str = ""
) -> int:
    """A paid order's id."""
    offer = await offers.offer(event["id"])
    buyer = Buyer(frozenset({_address(names[0])}), None, "")
    found = vouchers.NONE
    if code:
        found = await vouchers.find(event["id"], event["timezone"], code, buyer, Limiter(None), "", at)
    tariff = Tariff(audience, offer.windows, event["timezone"], event["currency"])
    quote = discounts.quote(chosen, offer.by_id, tariff, at, {}, found.discount, offer.group)
    basket = Basket(
        event=event["id"],
        name=names[0],
        email=_address(names[0]),
        person=None,
        locale="en",
        audience=audience,
        membership=NONMEMBER.membership,
        currency=event["currency"],
        attendees=[Attendee(name, _address(name), {}) for name in names],
        lines=quote.lines,
        code=found.code,
    )
    placed = await holds.place(basket, at)
    async with database.transaction():
        await orders.confirm(await orders.lock(placed.id), at, "paid")
        await database.execute(
            "INSERT INTO ledger (order_id, kind, amount, currency, source, booked_at)"
            " SELECT id, 'payment', -total, currency, 'demo-' || id, $2 FROM orders WHERE id = $1 AND total > 0",
            placed.id,
            at,
        )
    return placed.id


def _address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@riverbend.example.org"


_TICKETS = """
SELECT t.id, t.name, t.kind, (SELECT min(q.quota_id) FROM ticket_type_quota q WHERE q.ticket_type_id = t.id) AS quota
FROM ticket_type t WHERE t.event_id = $1 ORDER BY t.position, t.id
"""
