"""Guests, children, at least so many, and tickets that run at the same time: what a quote says of them."""

from dataclasses import replace
from datetime import timedelta

import httpx
from hypothesis import given
from hypothesis import strategies as st

from events.registration import coinciding, discounts, offers, pricing
from events.registration.coinciding import Clash
from events.registration.discounts import Group
from events.registration.pricing import Quote, Rate, Tariff, Ticket
from events.schedule import releases
from tests import make
from tests.make import NOON
from tests.registration.test_pages import open_form, typed

PRICE = (Rate("everyone", None, 1000),)
FULL = Ticket(1, "Full", "full", PRICE)
GUEST = Ticket(2, "Guest", "guest", PRICE)
CHILD = Ticket(3, "Childcare", "childcare", PRICE, min_per_order=2)
HOUR = timedelta(hours=1)
TOUR = Ticket(4, "Tour", "tour", PRICE, times=((NOON, NOON + 2 * HOUR),))
LUNCH = Ticket(5, "Lunch", "meal", PRICE, times=((NOON + HOUR, NOON + 3 * HOUR),))
DINNER = Ticket(6, "Dinner", "meal", PRICE, times=((NOON + 3 * HOUR, NOON + 4 * HOUR),))
TICKETS = {one.id: one for one in (FULL, GUEST, CHILD, TOUR, LUNCH, DINNER)}
TARIFF = Tariff("nonmember", (), "America/Chicago", "USD")


def quote(*people: list[int], already: dict[int, frozenset[int]] | None = None) -> Quote:
    return pricing.quote(people, TICKETS, TARIFF, NOON, already)


def test_a_guest_comes_with_somebody_who_has_a_ticket_now_or_earlier() -> None:
    assert [problem.person for problem in quote([2]).problems] == [0]
    assert [problem.person for problem in quote([2], [3], [3]).problems] == [0, 1, 2]
    assert quote([2], [1]).problems == ()
    assert quote([2], already={-1: frozenset({1})}).problems == ()
    assert quote([2], already={-1: frozenset({2, 4})}).problems != ()


def test_at_least_so_many_are_bought_or_none() -> None:
    assert "At least 2" in quote([1], [3]).problems[0].words
    assert quote([1], [3], [3]).problems == ()
    assert quote([1]).problems == ()


def test_children_make_no_group() -> None:
    rule = Group(3, 10)
    some = discounts.quote([[1], [3], [3]], TICKETS, TARIFF, NOON, group=rule)
    three = discounts.quote([[1], [1], [1], [2]], TICKETS, TARIFF, NOON, group=rule)

    assert [line.amount.amount for line in some.lines] == [1000, 1000, 1000]
    assert [line.amount.amount for line in three.lines] == [900, 900, 900, 1000]


def test_what_runs_at_the_same_time_is_named_and_touching_is_not() -> None:
    assert coinciding.found([[4, 5], [4], [5, 6], [4, 4]], TICKETS) == [Clash(0, "Tour", "Lunch")]
    assert coinciding.found([[99, 4, 5]], TICKETS) == [Clash(0, "Tour", "Lunch")]
    assert coinciding.words(TOUR, "America/Chicago").replace("\u202f", " ") == "Thu, Jun 25, 7:00 AM – 9:00 AM"
    assert coinciding.words(FULL, "America/Chicago") == ""


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)), min_size=2, max_size=6))
def test_a_clash_is_found_from_either_side(spans: list[tuple[int, int]]) -> None:
    tickets = {
        number: replace(TOUR, id=number, name=str(number), times=((NOON + at * HOUR, NOON + (at + long) * HOUR),))
        for number, (at, long) in enumerate(spans)
    }
    there = {frozenset((one.first, one.second)) for one in coinciding.found([list(tickets)], tickets)}
    back = {frozenset((one.first, one.second)) for one in coinciding.found([list(tickets)[::-1]], tickets)}
    apart = {
        frozenset((str(a), str(b)))
        for a, (at, long) in enumerate(spans)
        for b, (at_, long_) in enumerate(spans)
        if a < b and (at + long <= at_ or at_ + long_ <= at)
    }
    assert there == back
    assert there.isdisjoint(apart)
    assert len(there) + len(apart) == len(spans) * (len(spans) - 1) / 2


async def test_the_page_tells_when_an_extra_runs_and_what_clashes(buyer: httpx.AsyncClient, db: None) -> None:
    event = await make.event()
    full = await make.ticket_type(event, "Full")
    extras = []
    for name, hours in (("Tour of the stacks", 2), ("Luncheon", 3)):
        session = await make.session(event, NOON, 60 * hours, title=name, ticketed=True)
        extras.append(await make.ticket_type(event, name, kind="tour", session=session))
    await releases.publish(event.id, None, "", NOON)
    page = await open_form(buyer, event.slug)

    answer = await buyer.post(
        f"/events/{event.slug}/register",
        data=typed(page, full.id, do="update") | {"p0-extra": [str(one.id) for one in extras]},
    )

    assert all(one.times for one in (await offers.offer(event.id)).tickets if one.kind == "tour")
    assert "7:00" in page
    assert "Tour of the stacks and Luncheon are at the same time" in answer.text
