"""What a code and the rule for groups make of the prices of an order. Pure.

For each ticket: the code's window says which price it begins with, then the better of what the code gives and what the
rule for groups gives, never both, never below nothing, never dearer than without. A use of the code is one person for
whom it changes something; when there are more people than uses, those get it whom it helps most. Nothing depends on
the order in which people or tickets stand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from events.core import locales
from events.core.locales import _
from events.core.money import Money
from events.registration import pricing
from events.registration.pricing import Line, Quote, Tariff, Ticket, Window


@dataclass(frozen=True, slots=True)
class Group:
    """From so many people with a ticket in one order: percent less on their tickets."""

    people: int
    percent: int


@dataclass(frozen=True, slots=True)
class Discount:
    """A code as it counts in one order.

    left     people who can still use it, None for any number
    types    the ticket types it is for; empty: all
    opens    hidden ticket types that are sold with it only
    keeps    ticket types whose place may come out of what is set aside for it
    """

    voucher: int
    code: str
    effect: str = "none"
    value: int = 0
    window: Window | None = None
    types: frozenset[int] = frozenset()
    opens: frozenset[int] = frozenset()
    keeps: frozenset[int] = frozenset()
    left: int | None = None

    def is_for(self, ticket: int) -> bool:
        return not self.types or ticket in self.types or ticket in self.opens


def quote(
    people: Sequence[Sequence[int]],
    tickets: Mapping[int, Ticket],
    tariff: Tariff,
    at: datetime,
    already: Mapping[int, frozenset[int]] | None = None,
    code: Discount | None = None,
    group: Group | None = None,
) -> Quote:
    """`pricing.quote` with a code and the rule for groups. `tickets` has those that the code opens."""
    if code is None and group is None:
        return pricing.quote(people, tickets, tariff, at, already)
    plain = _plain(people, tickets, tariff, at, code)
    coded = {} if code is None else _coded(people, tickets, tariff, at, code, plain)
    if group is not None and _together(people, tickets, {*plain, *coded}) >= group.people:
        grouped = {place: _by_group(line, group) for place, line in plain.items()}
        coded = {place: _better(line, _by_group(_base(line), group)) for place, line in coded.items()}
    else:
        grouped = plain
    made = dict(grouped)
    if code is not None:
        for number in _users(people, code, grouped, coded):
            for ticket in set(people[number]):
                place = (number, ticket)
                if place in coded and _changes(code, coded[place], grouped.get(place)):
                    made[place] = _told(coded[place], plain.get(place), code)
    return pricing.quote(people, tickets, tariff, at, already, made)


Lines = dict[tuple[int, int], Line]


def _plain(
    people: Sequence[Sequence[int]],
    tickets: Mapping[int, Ticket],
    tariff: Tariff,
    at: datetime,
    code: Discount | None,
) -> Lines:
    """What everybody pays; nothing for what only the code opens."""
    return {
        (number, one): line
        for number, chosen in enumerate(people)
        for one in chosen
        if one in tickets
        and not (code and one in code.opens)
        and (line := pricing.price(tickets[one], tariff, at, number))
    }


def _coded(
    people: Sequence[Sequence[int]],
    tickets: Mapping[int, Ticket],
    tariff: Tariff,
    at: datetime,
    code: Discount,
    plain: Lines,
) -> Lines:
    """What those pay who use the code; `before` is the price it begins with."""
    found: Lines = {}
    for number, chosen in enumerate(people):
        for one in sorted({*chosen}):
            if one not in tickets or not code.is_for(one):
                continue
            began = plain.get((number, one))
            line = pricing.price(tickets[one], tariff, at, number, code.window)
            if line is None or (began is not None and began.amount.amount < line.amount.amount):
                line = began
            if line is not None:
                found[number, one] = replace(line, before=line.amount, voucher=code.voucher)
        own = [place for place in found if place[0] == number]
        for place, less in zip(own, _less([found[place].amount for place in own], code), strict=True):
            found[place] = replace(found[place], amount=found[place].amount - less, why=_why(code, tariff.currency))
    return found


def _less(prices: Sequence[Money], code: Discount) -> list[Money]:
    """By how much the code makes one person's tickets less. An amount is shared out over them by their prices."""
    whole = sum(price.amount for price in prices)
    if code.effect == "amount" and whole:
        return Money(min(code.value, whole), prices[0].currency).split([price.amount for price in prices])
    if code.effect == "percent":
        return [_percent(price, code.value) for price in prices]
    if code.effect == "price":
        return [Money(max(price.amount - code.value, 0), price.currency) for price in prices]
    return [Money(0, price.currency) for price in prices]


def _percent(price: Money, percent: int) -> Money:
    """So much of it; half a minor unit is a whole one less to pay."""
    return Money((price.amount * percent + 50) // 100, price.currency)


def _together(people: Sequence[Sequence[int]], tickets: Mapping[int, Ticket], sold: set[tuple[int, int]]) -> int:
    """How many people of the order come with a ticket that lets them in."""
    return sum(
        any((number, one) in sold and tickets[one].is_registration for one in chosen)
        for number, chosen in enumerate(people)
    )


def _by_group(line: Line, group: Group) -> Line:
    less = _percent(line.amount, group.percent) if line.ticket.is_registration else Money(0, line.amount.currency)
    if not less:
        return line
    words = _("%(n)s people or more: %(percent)s percent less") % {"n": group.people, "percent": group.percent}
    return replace(line, amount=line.amount - less, before=line.amount, why=words)


def _base(line: Line) -> Line:
    assert line.before is not None
    return replace(line, amount=line.before, why="")


def _better(by_code: Line, by_group: Line) -> Line:
    return by_group if by_group.amount.amount < by_code.amount.amount else by_code


def _users(people: Sequence[Sequence[int]], code: Discount, grouped: Lines, coded: Lines) -> list[int]:
    """Who uses the code: everybody it changes something for, or, of too many, those it helps most.

    Of people whom it helps as much, those with the lower ids of tickets; of people with the same tickets, any: it
    comes to the same.
    """
    rank: list[tuple[bool, int, tuple[int, ...], int]] = []
    for number, chosen in enumerate(people):
        changed = [
            (number, one)
            for one in {*chosen}
            if (number, one) in coded and _changes(code, coded[number, one], grouped.get((number, one)))
        ]
        if changed:
            opens = any(place not in grouped for place in changed)
            saved = sum(
                grouped[place].amount.amount - coded[place].amount.amount for place in changed if place in grouped
            )
            rank.append((not opens, -saved, tuple(sorted(chosen)), number))
    return [number for *_rank, number in sorted(rank)][: code.left]


def _changes(code: Discount, by_code: Line, without: Line | None) -> bool:
    return without is None or by_code.ticket.id in code.keeps or by_code.amount.amount < without.amount.amount


def _told(line: Line, plain: Line | None, code: Discount) -> Line:
    """With its reason against what everybody pays."""
    began = plain.amount if plain is not None else line.before
    assert began is not None
    words = plain.words if plain is not None else line.words
    if line.amount == line.before and plain is not None and line.amount != plain.amount and code.window:
        why = _("Code %(code)s: the price of %(window)s") % {"code": code.code, "window": code.window.name}
    elif line.amount == line.before:
        why = _("Code %(code)s") % {"code": code.code}
    else:
        why = line.why
        if plain is not None and line.before != plain.amount and code.window:
            why = _("the price of %(window)s; %(why)s") % {"window": code.window.name, "why": why}
    return replace(line, words=words, before=began, why=why)


def _why(code: Discount, currency: str) -> str:
    values = {"code": code.code, "percent": code.value}
    if code.effect == "percent" and code.value == 100:
        return _("Code %(code)s: nothing to pay") % values
    if code.effect == "percent":
        return _("Code %(code)s: %(percent)s percent less") % values
    money = Money(code.value, currency).words(locales.babel_locale())
    if code.effect == "amount":
        return _("Code %(code)s: %(amount)s less for each person") % {"code": code.code, "amount": money}
    if code.effect == "price":
        return _("Code %(code)s: at the price of %(amount)s") % {"code": code.code, "amount": money}
    return ""
