"""Numbers of tickets become places, and lines of a list become people."""

from datetime import timedelta

import pytest

from events.institutions import counting, pasted
from events.registration.offers import Offer
from events.registration.pricing import Ticket
from tests.make import NOON

FULL, DAY, PRE, MEAL, OTHER_PRE = 1, 2, 3, 4, 5
MORNING = ((NOON, NOON + timedelta(hours=3)),)
TICKETS = {
    FULL: Ticket(FULL, "Full", "full", ()),
    DAY: Ticket(DAY, "Friday", "one_day", ()),
    PRE: Ticket(PRE, "Pre-conference", "preconference", (), requires=FULL, times=MORNING),
    OTHER_PRE: Ticket(OTHER_PRE, "Another", "preconference", (), requires=FULL, times=MORNING),
    MEAL: Ticket(MEAL, "Dinner", "meal", ()),
}


@pytest.mark.parametrize(
    ("counts", "places"),
    [
        ({}, []),
        ({FULL: 2}, [[FULL], [FULL]]),
        ({FULL: 2, DAY: 1, PRE: 1}, [[FULL, PRE], [FULL], [DAY]]),
        ({DAY: 1, PRE: 1}, [[DAY], [PRE]]),
        ({FULL: 1, DAY: 1, MEAL: 2, PRE: 1}, [[FULL, PRE, MEAL], [DAY, MEAL]]),
        ({MEAL: 2}, [[MEAL], [MEAL]]),
        ({99: 3}, []),
        ({FULL: 3, PRE: 1, OTHER_PRE: 2}, [[FULL, PRE], [FULL, OTHER_PRE], [FULL, OTHER_PRE]]),
        ({FULL: 1, PRE: 1, OTHER_PRE: 1}, [[FULL, PRE, OTHER_PRE]]),
    ],
)
def test_extras_go_with_the_first_places_that_fit_them(counts: dict[int, int], places: list[list[int]]) -> None:
    found = counting.places(counts, TICKETS)

    assert [sorted(one) for one in found] == [sorted(one) for one in places]


def test_what_goes_with_a_person_who_is_known_is_not_sold_so() -> None:
    tickets = (
        Ticket(1, "Full", "full", ()),
        Ticket(2, "Guest", "guest", ()),
        Ticket(3, "Child", "childcare", ()),
        Ticket(4, "Join", "membership", (), grants="member"),
        Ticket(5, "One each", "meal", (), max_per_order=1),
    )

    sold = counting.sold_so(Offer(tickets, (), (), {}))

    assert [(one.id, one.max_per_order) for one in sold.tickets] == [(1, counting.MOST)]


@pytest.mark.parametrize(
    ("text", "name", "email"),
    [
        ("ada@x.org", "", "ada@x.org"),
        ("Ada Lovelace <ada@x.org>", "Ada Lovelace", "ada@x.org"),
        ("Ada Lovelace, ada@x.org", "Ada Lovelace", "ada@x.org"),
        ("Lovelace; Ada; ada@x.org", "Lovelace Ada", "ada@x.org"),
        ('"Ada" mailto:ada@x.org', "Ada", "ada@x.org"),
        ("ada@x.org\tAda", "Ada", "ada@x.org"),
        ("nobody", "", "nobody"),
    ],
)
def test_a_line_is_a_name_and_an_address(text: str, name: str, email: str) -> None:
    assert pasted.split(text) == (name, email)


def test_of_a_long_list_only_as_many_lines_are_good_as_there_are_places() -> None:
    lines = pasted.read("\n".join(f"p{number}@x.org" for number in range(1000)), (), 3)

    assert len(lines) == pasted.MOST_LINES
    assert [line.email for line in lines if not line.problem] == ["p0@x.org", "p1@x.org", "p2@x.org"]
