"""What comes free goes to the line: offers that ended are settled, new ones made, events that are over closed.

Runs every few seconds. It may run late, twice, or several at once: each offer is one transaction that begins with the
entry's row, and places are claimed like anybody's.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import asyncpg

from events.core import database
from events.core.errors import DomainError
from events.core.logs import log
from events.people.audiences import audience_of
from events.registration import discounts, holds, offers
from events.registration.holds import Attendee, Basket
from events.registration.offers import Offer as Shelf
from events.registration.pricing import Tariff, Ticket
from events.waitlist import entries, line, rules
from events.waitlist.entries import NotWaiting
from events.waitlist.line import Offer, Waiting
from events.waitlist.states import EntryState

_BUSY = """
SELECT DISTINCT w.event_id FROM waitlist_entry w LEFT JOIN orders o ON o.id = w.order_id
WHERE w.state = 'WAITING' OR (w.state = 'OFFERED' AND o.state NOT IN ('HELD', 'PENDING'))
ORDER BY 1
"""
_EVENT = """
SELECT e.id, e.timezone, e.currency, e.unit_id, e.starts_on, e.state, e.state = 'on_sale'
    AND (e.ends_on + 1)::timestamp AT TIME ZONE e.timezone > $2 AS open
FROM event e WHERE e.id = $1
"""
_DONE = """
SELECT w.id, o.state FROM waitlist_entry w JOIN orders o ON o.id = w.order_id
WHERE w.event_id = $1 AND w.state IN ('OFFERED', 'LAPSED') AND o.state <> 'PENDING' AND o.state <> 'HELD'
    AND (w.state = 'OFFERED' OR o.state = 'CONFIRMED')
ORDER BY w.id
"""
_ENDS = {"CONFIRMED": EntryState.TAKEN, "EXPIRED": EntryState.LAPSED, "CANCELLED": EntryState.LEFT}
_LINE = f"""
SELECT id, party, ticket_types, together, person_id, name, email, locale, joined_at FROM waitlist_entry
WHERE event_id = $1 AND state = 'WAITING' ORDER BY {entries.LINE}
"""  # noqa: S608
_FREE = """
SELECT id, capacity + overbook - claimed - held_back + set_aside AS free FROM quota WHERE event_id = $1
"""


async def run(at: datetime) -> None:
    """A round of every event in which somebody waits, or an offer ended."""
    while await holds.sweep(at):
        continue
    for row in await database.rows(_BUSY):
        await run_event(row["event_id"], at)


async def run_event(event_id: int, at: datetime) -> int:
    """One round. Returns how many offers were made."""
    event = await database.row(_EVENT, event_id, at)
    assert event is not None
    await _settle(event_id, at)
    await entries.recount(event_id)
    waiting = await database.rows(_LINE, event_id)
    if not event["open"]:
        await _close([row["id"] for row in waiting], at)
        await entries.recount(event_id)
        return 0
    shelf = await offers.offer(event_id)
    sold = {one.id: shelf.quotas[one.id] for one in shelf.tickets if _in_time(one, at)}
    inline = [Waiting(row["id"], row["party"], tuple(row["ticket_types"]), row["together"]) for row in waiting]
    until = rules.ends_at(at, (await rules.of(event_id)).hours, event["starts_on"], event["timezone"])
    rows = {row["id"]: row for row in waiting}
    made = 0
    while inline:
        free = {row["id"]: row["free"] for row in await database.rows(_FREE, event_id)}
        done: set[int] = set()
        cannot: set[tuple[int, int]] = set()
        faster = False
        for offer in line.offers(inline, free, sold):
            answer = await _offer(event, shelf, rows[offer.entry], offer, until, at)
            if answer is None:
                cannot.add((offer.entry, offer.ticket))
            else:
                done.add(offer.entry)
                made += answer
                faster = faster or not answer
        if faster or not cannot:
            break  # after somebody who was faster, the next round looks at the whole line again
        inline = [_without(one, cannot) for one in inline if one.id not in done]
    if made:
        await entries.recount(event_id)
    return made


def _without(one: Waiting, cannot: set[tuple[int, int]]) -> Waiting:
    """What would do for somebody, but for what they cannot have in this round: the next in line may."""
    return replace(one, tickets=tuple(ticket for ticket in one.tickets if (one.id, ticket) not in cannot))


async def _close(waiting: Sequence[int], at: datetime) -> None:
    for entry in waiting:
        with suppress(NotWaiting):  # another worker was first, or they left
            async with database.transaction():
                await entries.move(entry, EntryState.CLOSED, at)
                await entries.tell(entry, "mail.waitlist_closed", at)


def _in_time(ticket: Ticket, at: datetime) -> bool:
    """Whether it is sold at this moment; to whom, the price says."""
    return not (ticket.sale_from and at < ticket.sale_from) and not (ticket.sale_until and at >= ticket.sale_until)


async def _settle(event_id: int, at: datetime) -> None:
    """Entries follow what became of the order they were offered."""
    for row in await database.rows(_DONE, event_id):
        new = _ENDS[row["state"]]
        with suppress(NotWaiting):  # another worker was first, or they left
            async with database.transaction():
                old = await entries.move(row["id"], new, at)
                if new is EntryState.LAPSED and old is EntryState.OFFERED:
                    await entries.tell(row["id"], "mail.waitlist_lapsed", at)


async def _offer(
    event: asyncpg.Record, shelf: Shelf, row: asyncpg.Record, offer: Offer, until: datetime, at: datetime
) -> bool | None:
    """Hold the places for somebody and tell them. False when it cannot be now, None when this is nothing that they can
    have: they keep their place in line."""
    person: int | None = row["person_id"]
    audience = await audience_of(person, at, event["unit_id"])
    already = await offers.held(person, event["id"]) if person is not None else frozenset()
    tariff = Tariff(audience.name, shelf.windows, event["timezone"], event["currency"])
    places = dict.fromkeys(range(-1, offer.places), already) if already else {}
    quote = discounts.quote([[offer.ticket]] * offer.places, shelf.by_id, tariff, at, places, group=shelf.group)
    if quote.problems:
        log.info("a place in line gets no offer", entry=row["id"], why=quote.problems[0].words)
        return None
    name, email = row["name"], row["email"]
    basket = Basket(
        event=event["id"],
        name=name,
        email=email,
        person=person,
        locale=row["locale"],
        audience=audience.name,
        membership=audience.membership,
        currency=event["currency"],
        attendees=[Attendee(name, email, {}, person if number == 0 else None) for number in range(offer.places)],
        lines=quote.lines,
        offered_until=until,
    )
    try:
        async with database.transaction():
            still = await database.value("SELECT state FROM waitlist_entry WHERE id = $1 FOR UPDATE", offer.entry)
            if still != EntryState.WAITING:
                return False
            placed = await holds.place(basket, at)
            if offer.places < row["party"]:
                await _split(offer, row["party"] - offer.places, at)
            await entries.move(
                offer.entry, EntryState.OFFERED, at, order_id=placed.id, offered_until=until, party=offer.places
            )
            await entries.tell(offer.entry, "mail.waitlist_offered", at)
    except DomainError:
        return False  # somebody was faster: what they wait for is looked at again in the next round
    return True


async def _split(offer: Offer, rest: int, at: datetime) -> None:
    """The others of a party wait on, in the same place of the line."""
    await database.execute(
        "INSERT INTO waitlist_entry (event_id, person_id, name, email, locale, ticket_types, party, together, priority,"
        " reason, joined_at, changed_at, part_of_id)"
        " SELECT event_id, person_id, name, email, locale, ticket_types, $2, false, priority, reason, joined_at, $3,"
        " coalesce(part_of_id, id) FROM waitlist_entry WHERE id = $1",
        offer.entry,
        rest,
        at,
    )
