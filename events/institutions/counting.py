"""How many of each ticket an institution buys, as places with their tickets. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from events.registration import coinciding
from events.registration.offers import Offer
from events.registration.pricing import Ticket

MOST = 300
"""Places in one order."""


def sold_so(offer: Offer) -> Offer:
    """The offer as an institution sees it: its limit is MOST, not what one buyer may have of a ticket.

    What is sold to each buyer only once is not sold so; nor are memberships, guests and children, which go with
    somebody who is known.
    """
    tickets = tuple(
        replace(one, max_per_order=MOST)
        for one in offer.tickets
        if one.max_per_order > 1 and not one.grants and not one.is_companion
    )
    return replace(offer, tickets=tickets)


def places(counts: Mapping[int, int], tickets: Mapping[int, Ticket]) -> list[list[int]]:
    """For each place the ids of its ticket types: one that lets somebody in, and extras that go with it.

    Extras go to the first places that fit them: with the ticket they need, and not at the time of another extra while
    there are places where they do not clash. Where there are too few, what is over stands alone, and the quote says why
    it cannot.
    """
    made = [[one] for one in tickets if tickets[one].is_main for _each in range(counts.get(one, 0))]
    # What others need comes before them.
    extras = [one for one in tickets if not tickets[one].is_main and counts.get(one, 0)]
    for one in sorted(extras, key=lambda extra: tickets[extra].requires in extras):
        parent = tickets[one].requires
        left = counts[one]
        fitting = [place for place in made if one not in place and (parent is None or parent in place)]
        fitting.sort(key=lambda place: bool(coinciding.found([[*place, one]], tickets)))
        for place in fitting[:left]:
            place.append(one)
        left -= len(fitting[:left])
        made += [[one] for _each in range(left)]
    return made
