"""What an event costs its reader, and how many places are left: one line for a card, a few for the event's page."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from events.catalogue.states import EventState
from events.core import database, locales
from events.core.money import Money
from events.people.audiences import NONMEMBER
from events.registration import pricing
from events.registration.offers import Offer
from events.registration.pricing import Line, Tariff
from events.registration.shelves import shelves

FEW = 20
"""From so many places left a card says the number."""


@dataclass(frozen=True, slots=True)
class Price:
    """The cheapest way into an event for somebody. `free`: places left of what is still sold, None for no limit."""

    lines: tuple[Line, ...]
    free: int | None
    token: object = field(default_factory=object, compare=False, repr=False)
    """Another one whenever the price is another; pages that are kept name it, which is cheaper than the lines."""

    @property
    def best(self) -> Line:
        """What most people buy: the full ticket where there is one, else the first."""
        return next((line for line in self.lines if line.ticket.kind == "full"), self.lines[0])

    @property
    def least(self) -> Money | None:
        return min((line.amount for line in self.lines), key=lambda amount: amount.amount, default=None)

    @property
    def sold_out(self) -> bool:
        return self.free == 0

    @property
    def few(self) -> bool:
        return self.free is not None and 0 < self.free <= FEW


async def price(
    event_id: int, state: str, zone: str, currency: str, at: datetime, audience: str = NONMEMBER.name
) -> Price | None:
    """The tickets that let one into an event, at this audience's prices; None when nothing is sold. A second old."""
    if state != EventState.ON_SALE:
        return None
    offer = await shelves.get(event_id)
    second = at.replace(microsecond=0)
    key = (event_id, audience, locales.current())
    known = _reckoned.get(key)
    if known is not None and known.offer is offer and known.second == second:
        return known.price
    found = _reckon(offer, Tariff(audience, offer.windows, zone, currency), second)
    if known is not None and known.price == found:
        found = known.price
    if len(_reckoned) >= MOST:
        _reckoned.clear()
    _reckoned[key] = _Reckoned(offer, second, found)
    return found


@dataclass(frozen=True, slots=True)
class _Reckoned:
    """What an offer came to in a second."""

    offer: Offer
    second: datetime
    price: Price | None


_reckoned: dict[tuple[int, str, str], _Reckoned] = {}
"""By event, audience and language. A price that comes out the same stays the same object: pages are kept by its token.
"""
MOST = 1000


def _reckon(offer: Offer, tariff: Tariff, at: datetime) -> Price | None:
    lines = tuple(
        line
        for ticket in offer.tickets
        if ticket.is_registration and (line := pricing.price(ticket, tariff, at)) is not None
    )
    if not lines:
        return None
    left = [line.ticket.free for line in lines]
    limited = [number for number in left if number is not None]
    return Price(lines, max(limited) if len(limited) == len(left) else None)


async def free_events(at: datetime) -> list[int]:
    """The events that somebody gets into now without paying."""
    rows = await database.rows(
        "SELECT e.id, e.state, e.timezone, e.currency FROM event e WHERE e.state = 'on_sale' AND e.ends_on >= $1"
        " AND EXISTS (SELECT FROM ticket_type t JOIN price p ON p.ticket_type_id = t.id"
        " WHERE t.event_id = e.id AND p.amount = 0)",
        at.date(),
    )
    found = await asyncio.gather(
        *(price(row["id"], row["state"], row["timezone"], row["currency"], at) for row in rows)
    )
    return [
        row["id"]
        for row, one in zip(rows, found, strict=True)
        if one is not None and one.least is not None and one.least.amount == 0
    ]
