"""The tax that is in a price. Pure, but for what reads and writes the rules.

Every price we show is what is paid: a tax is a part of it, never put on top at the end. A rule holds for orders that
are placed after it, so nobody's tax changes after they bought; it is worked out ticket by ticket, so that one given
back takes back exactly its own. Rates are in thousandths of a percent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation

from babel.numbers import format_percent

from events.core import database, locales
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.locales import _
from events.core.money import Money

WHOLE = 100_000
"""A hundred percent."""

OF_LINE = """
LEFT JOIN LATERAL (
    SELECT found.name, found.rate FROM (
        (SELECT 1 AS place, x.name, x.rate FROM tax_rule x
            WHERE x.ticket_type_id = n.ticket_type_id AND x.since <= o.created_at
            ORDER BY x.since DESC, x.id DESC LIMIT 1)
        UNION ALL
        (SELECT 2, x.name, x.rate FROM tax_rule x WHERE x.event_id = o.event_id AND x.ticket_type_id IS NULL
            AND x.since <= o.created_at ORDER BY x.since DESC, x.id DESC LIMIT 1)
    ) found WHERE found.rate IS NOT NULL ORDER BY found.place LIMIT 1
) tax ON true LEFT JOIN exempted_line exempted ON exempted.line_id = n.id
"""
"""Joins `tax` (name, rate; null for none) and `exempted` to a line `n` of an order `o`."""

WITHIN = "sign({amount}) * ((abs({amount}) * {rate} + (100000 + {rate}) / 2) / (100000 + {rate}))"
"""`within` as SQL, of an amount of any sign."""


@dataclass(frozen=True, slots=True)
class Tax:
    """rate: thousandths of a percent; 0 for none, and then name may be empty."""

    name: str
    rate: int

    @property
    def words(self) -> str:
        """Sales tax 8.25%"""
        rate = format_percent(Decimal(self.rate) / WHOLE, locale=locales.babel_locale(), decimal_quantization=False)
        return f"{self.name} {rate}"


NO_TAX = Tax("", 0)


@dataclass(frozen=True, slots=True)
class Taxes:
    """What holds in an event for orders placed from now on: of all tickets, and of types that have their own."""

    of_event: Tax = NO_TAX
    of_types: Mapping[int, Tax] = field(default_factory=dict)
    ever: bool = False
    """Whether any rule was ever saved: orders of before may have a tax where there is none now."""

    def of(self, ticket_type: int) -> Tax:
        return self.of_types.get(ticket_type, self.of_event)


@dataclass(frozen=True, slots=True)
class Part:
    """A tax of an order: what is paid without it, and the tax itself."""

    tax: Tax
    net: Money
    amount: Money


def within(amount: int, rate: int) -> int:
    """The tax that is in so many minor units, to the nearest one, a half up; 1,082 at 8.25 % are 1,000 and 82."""
    whole = WHOLE + rate
    return (abs(amount) * rate + whole // 2) // whole * (1 if amount >= 0 else -1)


def parts(lines: Iterable[tuple[Tax, Money]]) -> list[Part]:
    """The taxes of lines, (tax, amount), by rate; the highest first, and nothing for lines without one."""
    found: dict[Tax, Part] = {}
    for tax, amount in lines:
        if tax.rate:
            none = Money(0, amount.currency)
            before, own = found.get(tax, Part(tax, none, none)), Money(within(amount.amount, tax.rate), amount.currency)
            found[tax] = Part(tax, before.net + amount - own, before.amount + own)
    return sorted(found.values(), key=lambda part: (-part.tax.rate, part.tax.name))


def read_rate(typed: str) -> int:
    """8.25, 8,25 or 8.25 % in thousandths of a percent. Raises Unreadable("rate")."""
    try:
        rate = Decimal(typed.replace("%", "").replace(",", ".").strip()) * 1000
        fits = rate.is_finite() and rate == rate.to_integral_value() and 0 <= rate < WHOLE
    except InvalidOperation:
        fits = False
    if not fits:
        raise Unreadable({"rate": _("Write a percentage below 100, such as 8.25; at most three decimals.")})
    return int(rate)


_NEWEST = (
    "SELECT DISTINCT ON (ticket_type_id) id, ticket_type_id, name, rate FROM tax_rule"
    " WHERE event_id = $1 ORDER BY ticket_type_id, since DESC, id DESC"
)


async def current(event_id: int) -> Taxes:
    """What holds for orders placed from now on."""
    rows = await database.rows(_NEWEST, event_id)
    found = {row["ticket_type_id"]: Tax(row["name"], row["rate"]) for row in rows if row["rate"] is not None}
    of_event = found.pop(None, NO_TAX)
    return Taxes(of_event, found, bool(rows))


async def newest(event_id: int) -> dict[int | None, int]:
    """The number of the newest row by ticket type (None: the event's): what a form has seen."""
    return {row["ticket_type_id"]: row["id"] for row in await database.rows(_NEWEST, event_id)}


async def of_order(order_id: int) -> list[Part]:
    """The taxes that are in the tickets an order has now; those of who is exempt are not."""
    rows = await database.rows(
        "SELECT tax.name, tax.rate, n.amount, o.currency FROM order_line n"  # noqa: S608
        f" JOIN orders o ON o.id = n.order_id {OF_LINE}"
        " WHERE n.order_id = $1 AND n.cancelled_at IS NULL AND exempted.line_id IS NULL AND tax.rate > 0",
        order_id,
    )
    return parts((Tax(row["name"], row["rate"]), Money(row["amount"], row["currency"])) for row in rows)


async def save(
    event_id: int, ticket_type: int | None, tax: Tax | None, seen: int, by: int | None, at: datetime
) -> None:
    """Say which tax is in the prices from now on: of one ticket type, or (None) of all that say nothing else.

    tax    None: as if nothing had been said of this ticket type
    seen   the newest row its writer saw, 0 for none

    Raises StaleWrite when somebody was faster, NotFound for a ticket type of another event.
    """
    async with database.transaction():
        if await database.value("SELECT id FROM event WHERE id = $1 FOR UPDATE", event_id) is None:
            raise NotFound
        if ticket_type is not None and not await database.value(
            "SELECT EXISTS (SELECT FROM ticket_type WHERE id = $1 AND event_id = $2)", ticket_type, event_id
        ):
            raise NotFound
        if (await newest(event_id)).get(ticket_type, 0) != seen:
            raise StaleWrite(
                _("Somebody else changed this tax meanwhile. What it says now stands above what you typed."), {}, {}
            )
        await database.execute(
            "INSERT INTO tax_rule (event_id, ticket_type_id, name, rate, since, saved_by_id)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            event_id,
            ticket_type,
            tax.name if tax else "",
            tax.rate if tax else None,
            at,
            by,
        )
