"""A code as a buyer types it: found, and whether it is good for this order; if not, why, in a sentence of its own.

Whoever tries many is slowed down: each wrong one counts against their network. Nothing says for whom a code was made.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import asyncpg
from babel.dates import format_date

from events.core import database, locales
from events.core.access import Limit, Limiter
from events.core.errors import TooMany
from events.core.locales import _
from events.registration import offers, pricing
from events.registration.discounts import Discount
from events.registration.holds import Code
from events.registration.offers import Offer
from events.registration.pricing import Quote

WRONG = Limit("wrong codes from one network", "40/hour")

LONGEST = 40


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a typed code. `words`: why it is not good, or what is to be known of it."""

    discount: Discount | None = None
    code: Code | None = None
    quota: int | None = None
    reserve: int = 0
    words: str = ""

    def told(self, quote: Quote) -> str:
        """What is to be known of a good code beside its prices."""
        if self.discount is None:
            return ""
        users = {line.person for line in quote.lines if line.voucher}
        if quote.lines and not users:
            return _("The code %(code)s changes nothing for these tickets.") % {"code": self.discount.code}
        if self.discount.left is not None and len({line.person for line in quote.lines}) > self.discount.left:
            words = locales.ngettext(
                "The code %(code)s is good for %(n)s more person; it counts where it helps most.",
                "The code %(code)s is good for %(n)s more people; it counts where it helps most.",
                self.discount.left,
            )
            return words % {"code": self.discount.code, "n": self.discount.left}
        return ""


NONE = Found()


def key_of(typed: str) -> str:
    """As codes are compared: capitals, without spaces and dashes."""
    return re.sub(r"[^0-9A-Z]", "", typed.upper())[:LONGEST]


_FIND = """
SELECT v.*, w.name AS window_name, w.through AS window_through,
    v.max_uses - (SELECT count(*) FROM voucher_use u JOIN orders o ON o.id = u.order_id
        WHERE u.voucher_id = v.id
        AND NOT (o.state = 'HELD' AND (o.held_until <= $3 OR o.form_key = $4)))::int AS uses_left,
    v.per_person - (SELECT count(*) FROM voucher_use u JOIN orders o ON o.id = u.order_id
        WHERE u.voucher_id = v.id AND (o.email = any($5) OR o.person_id = $6)
        AND NOT (o.state = 'HELD' AND (o.held_until <= $3 OR o.form_key = $4)))::int AS theirs_left
FROM voucher v LEFT JOIN price_window w ON w.id = v.window_id
WHERE v.event_id = $1 AND v.key = $2
"""


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who is about to order. emails: the addresses of the receipt and of the account, in small letters."""

    emails: frozenset[str]
    person: int | None
    form_key: str


async def find(
    event_id: int, zone: str, typed: str, buyer: Buyer, limiter: Limiter, network: str, at: datetime
) -> Found:
    """The code somebody typed. Raises nothing: what is not good has its words.

    Run-out holds and the order that this form replaces do not count as uses.
    """
    try:
        await limiter.look(WRONG, network)
        key = key_of(typed)
        row = key and await database.row(_FIND, event_id, key, at, buyer.form_key, sorted(buyer.emails), buyer.person)
        if not row:
            await limiter.hit(WRONG, network)
            return Found(words=_("This event has no code %(code)s. Look at its letters again.") % {"code": typed})
    except TooMany as error:
        minutes = max(1, error.seconds // 60)
        return Found(words=_("Too many codes were tried. Try again in %(minutes)s minutes.") % {"minutes": minutes})
    if words := _refused(row, zone, buyer, at):
        return Found(words=words)
    return _good(row)


def _refused(row: asyncpg.Record, zone: str, buyer: Buyer, at: datetime) -> str:
    """Why a code that exists is not good now; "" when it is."""
    today = at.astimezone(ZoneInfo(zone)).date()
    code = {"code": row["code"]}
    if row["ended_at"] is not None:
        return _("The code %(code)s was ended by the organizers.") % code
    if row["starts_on"] and today < row["starts_on"]:
        return _("The code %(code)s is good from %(day)s on.") % {**code, "day": _day(row["starts_on"])}
    if row["through"] and today > row["through"]:
        return _("The code %(code)s was good through %(day)s.") % {**code, "day": _day(row["through"])}
    if row["email"] and row["email"] not in buyer.emails:
        return (
            _(
                "The code %(code)s is made out to one person. Write the address it was sent to as the first person’s,"
                " or sign in with it."
            )
            % code
        )
    if row["uses_left"] is not None and row["uses_left"] <= 0:
        return _("The code %(code)s is used up.") % code
    if row["theirs_left"] is not None and row["theirs_left"] <= 0:
        return _("The code %(code)s was used as often as one person may.") % code
    return ""


def _good(row: asyncpg.Record) -> Found:
    limits = [left for left in (row["uses_left"], row["theirs_left"]) if left is not None]
    window = None
    if row["window_id"] is not None:
        window = pricing.Window(row["window_id"], row["window_name"], row["window_through"])
    discount = Discount(
        voucher=row["id"],
        code=row["code"],
        effect=row["effect"],
        value=row["value"],
        window=window,
        types=frozenset(row["ticket_types"]),
        opens=frozenset(row["unlocks"]),
        left=min(limits) if limits else None,
    )
    code = Code(row["id"], row["version"], row["per_person"])
    return Found(discount, code, row["quota_id"], row["reserve_left"])


async def shown(event_id: int, offer: Offer, found: Found) -> tuple[Offer, Found]:
    """The offer as who has the code sees it: what it opens, and the places that are set aside for it."""
    if found.discount is None:
        return offer, found
    if found.discount.opens:
        offer = await offers.opened(event_id, offer, sorted(found.discount.opens))
    keeps = frozenset(
        ticket.id
        for ticket in offer.tickets
        if found.quota in offer.quotas[ticket.id] and found.discount.is_for(ticket.id)
    )
    tickets = tuple(
        replace(one, free=max(one.free, 0) + found.reserve) if one.id in keeps and one.free is not None else one
        for one in offer.tickets
    )
    return replace(offer, tickets=tickets), replace(found, discount=replace(found.discount, keeps=keeps))


async def of_order(order_id: int) -> str:
    """The code an order was placed with; "" for none."""
    code = await database.value(
        "SELECT v.code FROM order_line n JOIN voucher v ON v.id = n.voucher_id WHERE n.order_id = $1 LIMIT 1", order_id
    )
    return code or ""


def _day(day: date) -> str:
    return format_date(day, "long", locale=locales.babel_locale())
