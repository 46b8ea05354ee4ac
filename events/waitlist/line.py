"""Whom to offer what, from who waits and what is there. Pure.

In the order of the line everybody is offered what fits them: the first of the tickets they would take that has places
for all of them, or, when they may be split, the one with most places. Who fits nowhere is passed over and stays where
they are. Nobody who fits is overtaken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry. tickets: those that would do, the dearest wish first; together: all of the party, or nobody."""

    id: int
    party: int
    tickets: tuple[int, ...]
    together: bool = True


@dataclass(frozen=True, slots=True)
class Offer:
    """So many places of one ticket type for an entry."""

    entry: int
    ticket: int
    places: int


def offers(waiting: Sequence[Waiting], free: Mapping[int, int], quotas: Mapping[int, frozenset[int]]) -> list[Offer]:
    """waiting is in the order of the line; free by quota; quotas by the ticket types that can be had now."""
    left, made = dict(free), []
    for one in waiting:
        there = [(ticket, _places(quotas[ticket], left, one.party)) for ticket in one.tickets if ticket in quotas]
        whole = next(((ticket, places) for ticket, places in there if places == one.party), None)
        best = whole or (None if one.together else max(there, key=lambda pair: pair[1], default=None))
        if best is not None and best[1] > 0:
            ticket, places = best
            made.append(Offer(one.id, ticket, places))
            for quota in quotas[ticket]:
                left[quota] -= places
    return made


def _places(needed: frozenset[int], left: Mapping[int, int], wanted: int) -> int:
    """How many of the wanted places are there; a ticket that needs no quota has any number."""
    return max(0, min([wanted, *(left.get(quota, 0) for quota in needed)]))
