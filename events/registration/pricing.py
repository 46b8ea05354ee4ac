"""What a ticket costs whom, when, and why. Pure: dataclasses in, dataclasses out.

A price is looked up by audience and window. An audience without a price of its own takes the next one of its fallbacks
(a division member is a member), so a table may leave rows out. A window ends at the local midnight after its last day.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from events.core import locales
from events.core.locales import _, lazy
from events.core.money import Money

FALLBACKS: dict[str, tuple[str, ...]] = {
    "division_member": ("division_member", "member", "nonmember", "everyone"),
    "member": ("member", "nonmember", "everyone"),
    "student": ("student", "member", "nonmember", "everyone"),
    "retired": ("retired", "member", "nonmember", "everyone"),
    "declared_student": ("student", "nonmember", "everyone"),
    "declared_retired": ("retired", "nonmember", "everyone"),
    "exhibitor": ("exhibitor", "nonmember", "everyone"),
    "nonmember": ("nonmember", "everyone"),
}
"""Whose price an audience takes, best first. Who declares to be a student is no member by it."""

PRICE_WORDS = {
    "member": lazy("Member price"),
    "division_member": lazy("Division member price"),
    "nonmember": lazy("Nonmember price"),
    "student": lazy("Student price"),
    "retired": lazy("Retired member price"),
    "declared_student": lazy("Student price, by declaration"),
    "declared_retired": lazy("Retired price, by declaration"),
    "exhibitor": lazy("Exhibitor price"),
    "everyone": lazy("Same price for everyone"),
}

COMPANIONS = frozenset({"guest", "childcare"})
"""Tickets of people who come with somebody: never alone."""

MAIN_KINDS = frozenset({"full", "one_day", "exhibits", "virtual"}) | COMPANIONS
"""Ticket types that let somebody into the event; one for each person of an order. The others are extras."""


@dataclass(frozen=True, slots=True)
class Window:
    id: int
    name: str
    through: date | None


@dataclass(frozen=True, slots=True)
class Rate:
    """One cell of the price table: what an audience pays in a window (None: in every one)."""

    audience: str
    window: int | None
    amount: int


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket type as it can be bought now.

    free    places left of its tightest quota, None for no quota
    grants  of a membership: the audience whose prices it gives at once
    times   when its session runs, as published: (start, end) in UTC
    """

    id: int
    name: str
    kind: str
    rates: tuple[Rate, ...]
    description: str = ""
    requires: int | None = None
    session_code: str = ""
    sale_from: datetime | None = None
    sale_until: datetime | None = None
    max_per_order: int = 10
    free: int | None = None
    min_per_order: int = 1
    grants: str = ""
    times: tuple[tuple[datetime, datetime], ...] = ()

    @property
    def is_main(self) -> bool:
        return self.kind in MAIN_KINDS

    @property
    def is_companion(self) -> bool:
        return self.kind in COMPANIONS

    @property
    def is_registration(self) -> bool:
        """Whether somebody may come with it alone."""
        return self.is_main and not self.is_companion


@dataclass(frozen=True, slots=True)
class Tariff:
    """Everything a quote of one event needs: its windows in order, its zone, its currency and the buyer's audience."""

    audience: str
    windows: tuple[Window, ...]
    zone: str
    currency: str

    def window(self, at: datetime) -> Window | None:
        """The first window that has not ended; None when all have, or there are none."""
        return next((one for one in self.windows if (end := ends_at(one, self.zone)) is None or at < end), None)


@dataclass(frozen=True, slots=True)
class Line:
    """One ticket of one person. person: the place in the order's list of people, from 0.

    before    what it would cost without `why` (a code, or the rule for groups); None: neither is for it
    voucher   the code of which a use is taken: it made this less, opened it, or keeps its place
    """

    person: int
    ticket: Ticket
    amount: Money
    words: str
    saved: Money
    before: Money | None = None
    why: str = ""
    voucher: int | None = None

    @property
    def reasons(self) -> list[dict[str, object]]:
        """As it is kept with the order line: its price, and what is less (below nothing) and why."""
        if self.before is None:  # nothing but its price
            return [{"words": self.words, "amount": self.amount.amount}]
        less = self.amount - self.before
        return [{"words": self.words, "amount": self.before.amount}, {"words": self.why, "amount": less.amount}]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something cannot be bought as it was chosen; shown at that person's field."""

    person: int
    ticket: int
    words: str


@dataclass(frozen=True, slots=True)
class Quote:
    lines: tuple[Line, ...]
    total: Money
    problems: tuple[Problem, ...] = field(default=())

    @property
    def less(self) -> Money:
        """By how much a code and the rule for groups made it less."""
        return Money.sum((line.before - line.amount for line in self.lines if line.before), self.total.currency)


def ends_at(window: Window, zone: str) -> datetime | None:
    """The moment a window is over, aware UTC: "through 30 April" ends at the local midnight after it."""
    if window.through is None:
        return None
    return datetime.combine(window.through + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


def rate_for(ticket: Ticket, audience: str, window: Window | None) -> Rate | None:
    """The cell that holds for this audience now, or None when the ticket is not sold to it in this window."""
    cells = {(rate.audience, rate.window): rate for rate in ticket.rates}
    for one in FALLBACKS[audience]:
        if window is not None and (found := cells.get((one, window.id))):
            return found
        if found := cells.get((one, None)):
            return found
    return None


def on_sale(ticket: Ticket, tariff: Tariff, at: datetime, window: Window | None = None) -> bool:
    """Whether the ticket type is sold to this audience at this moment (whatever is left of it).

    window   another one than today's, by a code
    """
    if (ticket.sale_from and at < ticket.sale_from) or (ticket.sale_until and at >= ticket.sale_until):
        return False
    return rate_for(ticket, tariff.audience, window or tariff.window(at)) is not None


def price(ticket: Ticket, tariff: Tariff, at: datetime, person: int = 0, window: Window | None = None) -> Line | None:
    """The price of one ticket with its reason, and what it saves against the nonmember's; None when it is not sold.

    window   another one than today's, by a code
    """
    window = window or tariff.window(at)
    rate = rate_for(ticket, tariff.audience, window)
    if rate is None or not on_sale(ticket, tariff, at, window):
        return None
    usual = rate_for(ticket, "nonmember", window)
    saved = max(0, usual.amount - rate.amount) if usual else 0
    shown = window if rate.window is not None else None
    return Line(
        person, ticket, Money(rate.amount, tariff.currency), reason(rate.audience, shown), Money(saved, tariff.currency)
    )


def reason(audience: str, window: Window | None) -> str:
    """ "Member price, early through Thursday, April 30, 2026"."""
    words = str(PRICE_WORDS[audience])
    if window is None:
        return words
    if window.through is None:
        return _("%(price)s, %(window)s") % {"price": words, "window": window.name}
    day = format_date(window.through, "full", locale=locales.babel_locale())
    return _("%(price)s, %(window)s through %(day)s") % {"price": words, "window": window.name, "day": day}


def quote(
    people: Sequence[Sequence[int]],
    tickets: Mapping[int, Ticket],
    tariff: Tariff,
    at: datetime,
    already: Mapping[int, frozenset[int]] | None = None,
    made: Mapping[tuple[int, int], Line] | None = None,
) -> Quote:
    """Price an order, line by line.

    people    for each person the ids of the ticket types chosen
    tickets   the event's ticket types by id; an id that is not among them is a problem, never a price
    already   person → ticket types that this person holds from an earlier order; -1 is the buyer, who may not come now
    made      the line of (person, ticket) where something made prices less (`discounts.quote`); no line, no price
    """
    already = already or {}
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, chosen in enumerate(people):
        problems += _clashes(number, chosen, tickets, already.get(number, frozenset()))
        for ticket_id in chosen:
            ticket = tickets.get(ticket_id)
            if made is not None:
                line = made.get((number, ticket_id))
            else:
                line = price(ticket, tariff, at, number) if ticket else None
            if line is None:
                name = ticket.name if ticket else _("This ticket")
                problems.append(Problem(number, ticket_id, _("%(ticket)s is not on sale now.") % {"ticket": name}))
            else:
                lines.append(line)
    counts = Counter(line.ticket.id for line in lines)
    for ticket_id, count in counts.items():
        ticket = tickets[ticket_id]
        last = [line.person for line in lines if line.ticket.id == ticket_id][-1]
        if count > ticket.max_per_order:
            words = _("At most %(most)s of %(ticket)s in one order.")
            problems.append(Problem(last, ticket_id, words % {"most": ticket.max_per_order, "ticket": ticket.name}))
        elif count < ticket.min_per_order:
            words = _("At least %(least)s of %(ticket)s in one order.")
            problems.append(Problem(last, ticket_id, words % {"least": ticket.min_per_order, "ticket": ticket.name}))
    problems += _alone(people, tickets, already)
    return Quote(tuple(lines), Money.sum((line.amount for line in lines), tariff.currency), tuple(problems))


def _alone(
    people: Sequence[Sequence[int]], tickets: Mapping[int, Ticket], already: Mapping[int, frozenset[int]]
) -> list[Problem]:
    """Guests and children with nobody to come with: neither by a ticket of this order nor by an earlier one."""
    having = [*people, *already.values()]
    if any(tickets[one].is_registration for some in having for one in some if one in tickets):
        return []
    words = _("%(ticket)s goes with somebody who has a ticket: add that person, or sign in if you have yours already.")
    return [
        Problem(number, one, words % {"ticket": tickets[one].name})
        for number, chosen in enumerate(people)
        for one in chosen
        if one in tickets and tickets[one].is_companion
    ]


def _clashes(
    number: int, chosen: Sequence[int], tickets: Mapping[int, Ticket], already: frozenset[int]
) -> list[Problem]:
    problems = []
    mains = [one for one in chosen if one in tickets and tickets[one].is_main]
    if len(mains) > 1:
        problems.append(Problem(number, mains[1], _("Choose one ticket for each person; add another person for more.")))
    for repeated in [one for one, count in Counter(chosen).items() if count > 1]:
        problems.append(Problem(number, repeated, _("Each ticket once for each person.")))
    for one in chosen:
        parent = tickets[one].requires if one in tickets else None
        if parent is not None and parent not in chosen and parent not in already:
            name = tickets[parent].name if parent in tickets else _("another ticket")
            words = _("%(ticket)s goes with %(parent)s: choose that as well, for the same person.")
            problems.append(Problem(number, one, words % {"ticket": tickets[one].name, "parent": name}))
    return problems
