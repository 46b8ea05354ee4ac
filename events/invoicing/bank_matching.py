"""Which order a line of a bank's statement pays, from what its payer wrote. Pure.

People write "Inv 2026 / 17", "order abcd-2345" or a purchase order's number with blanks in it: letters and digits
alone are compared.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

SHORTEST = 4
"""Shorter numbers stand in any text by chance."""


@dataclass(frozen=True, slots=True)
class Open:
    """An order that may be paid. names: its code, invoices' numbers, purchase order; owed: minor units that are left;
    payers: names of the buyer and the institution."""

    order: int
    names: tuple[str, ...]
    owed: int
    currency: str
    payers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """sure: one order is named, and the sum is what it owes."""

    order: int
    sure: bool


def bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text).upper()


def match(reference: str, payer: str, amount: int, currency: str, orders: Sequence[Open]) -> Match | None:
    """The order that is named; else the only one whose payer it is and that owes exactly this, which is not sure."""
    if amount <= 0:
        return None
    text = bare(reference)
    named = [one for one in orders if one.currency == currency and any(_in(name, text) for name in one.names)]
    if len(named) == 1:
        return Match(named[0].order, named[0].owed == amount)
    exact = [one for one in named if one.owed == amount]
    if len(exact) == 1:
        return Match(exact[0].order, sure=False)
    if named:
        return None
    who = bare(payer)
    fits = [
        one
        for one in orders
        if one.currency == currency
        and one.owed == amount
        and who
        and any(len(bare(name)) >= SHORTEST and (bare(name) in who or who in bare(name)) for name in one.payers)
    ]
    return Match(fits[0].order, sure=False) if len(fits) == 1 else None


def _in(name: str, text: str) -> bool:
    wanted = bare(name)
    if len(wanted) < SHORTEST:
        return False
    # a number is not found inside a longer one: INV 2026-1 is not in INV 2026-17
    after = r"(?!\d)" if wanted[-1].isdigit() else ""
    before = r"(?<!\d)" if wanted[0].isdigit() else ""
    return re.search(before + re.escape(wanted) + after, text) is not None
