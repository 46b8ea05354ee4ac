from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.core.money import Money
from events.registration import pricing
from events.registration.pricing import FALLBACKS, Rate, Tariff, Ticket, Window, ends_at, price, quote, rate_for

# California Library Association 2013 (conference.cla-net.org/2013/general-information): three windows, and a
# pre-conference that is not sold onsite.
EARLY, ADVANCE, ONSITE = (
    Window(1, "Early", date(2026, 4, 30)),
    Window(2, "Advance", date(2026, 5, 31)),
    Window(3, "Onsite", None),
)
WINDOWS = (EARLY, ADVANCE, ONSITE)
FULL = Ticket(
    1,
    "Full registration",
    "full",
    (
        *(Rate("member", window, amount) for window, amount in ((1, 19000), (2, 27500), (3, 30000))),
        *(Rate("student", window, amount) for window, amount in ((1, 13500), (2, 15000), (3, 17500))),
        *(Rate("nonmember", window, amount) for window, amount in ((1, 35000), (2, 40000), (3, 42500))),
    ),
)
WORKSHOP = Ticket(
    2,
    "RDA workshop",
    "preconference",
    (Rate("member", 1, 7000), Rate("member", 2, 7000), Rate("nonmember", 1, 9000), Rate("nonmember", 2, 9000)),
    requires=1,
)
EXHIBITS = Ticket(3, "Exhibits only", "exhibits", (Rate("everyone", None, 2500),), max_per_order=2)
TICKETS = {ticket.id: ticket for ticket in (FULL, WORKSHOP, EXHIBITS)}
MARCH = datetime(2026, 3, 15, 12, tzinfo=UTC)
JUNE = datetime(2026, 6, 15, 12, tzinfo=UTC)


def tariff(audience: str = "nonmember", zone: str = "America/Los_Angeles") -> Tariff:
    return Tariff(audience, WINDOWS, zone, "USD")


@pytest.mark.parametrize(
    ("zone", "last", "first"),
    [
        ("America/Los_Angeles", datetime(2026, 5, 1, 6, 59, 59, tzinfo=UTC), datetime(2026, 5, 1, 7, tzinfo=UTC)),
        ("America/Chicago", datetime(2026, 5, 1, 4, 59, 59, tzinfo=UTC), datetime(2026, 5, 1, 5, tzinfo=UTC)),
        ("Asia/Tokyo", datetime(2026, 4, 30, 14, 59, 59, tzinfo=UTC), datetime(2026, 4, 30, 15, tzinfo=UTC)),
    ],
)
def test_through_30_april_ends_at_the_midnight_after_it_where_the_event_is(
    zone: str, last: datetime, first: datetime
) -> None:
    assert tariff(zone=zone).window(last) is EARLY
    assert tariff(zone=zone).window(first) is ADVANCE


def test_a_window_ends_right_where_midnight_does_not_exist() -> None:
    chile = Window(1, "Early", date(2026, 9, 5))  # clocks go from 24:00 to 1:00 that night

    assert ends_at(chile, "America/Santiago") == datetime(2026, 9, 6, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("audience", "amount", "words"),
    [
        ("member", 19000, "Member price, Early through Thursday, April 30, 2026"),
        ("division_member", 19000, "Member price, Early through Thursday, April 30, 2026"),
        ("student", 13500, "Student price, Early through Thursday, April 30, 2026"),
        ("retired", 19000, "Member price, Early through Thursday, April 30, 2026"),
        ("nonmember", 35000, "Nonmember price, Early through Thursday, April 30, 2026"),
        ("exhibitor", 35000, "Nonmember price, Early through Thursday, April 30, 2026"),
    ],
)
def test_every_audience_has_its_price_and_the_reason(audience: str, amount: int, words: str) -> None:
    line = price(FULL, tariff(audience), MARCH)

    assert line is not None
    assert (line.amount, line.words) == (Money(amount, "USD"), words)
    assert line.saved == Money(35000 - amount, "USD")


def test_a_division_member_pays_less_only_where_there_is_a_price_for_it() -> None:
    early_only = Ticket(
        9, "Full", "full", (Rate("division_member", 1, 100), Rate("member", 1, 200), Rate("member", 2, 300))
    )

    assert [rate_for(early_only, "division_member", window) for window in (EARLY, ADVANCE, ONSITE)] == [
        Rate("division_member", 1, 100),
        Rate("member", 2, 300),
        None,
    ]


def test_what_has_no_price_in_a_window_is_not_sold_in_it() -> None:
    assert price(WORKSHOP, tariff(), MARCH) is not None
    assert price(WORKSHOP, tariff(), JUNE) is None


def test_an_order_is_quoted_line_by_line() -> None:
    quoted = quote([[1, 2], [3]], TICKETS, tariff("member"), MARCH)

    assert [(line.person, line.ticket.name, line.amount.amount) for line in quoted.lines] == [
        (0, "Full registration", 19000),
        (0, "RDA workshop", 7000),
        (1, "Exhibits only", 2500),
    ]
    assert quoted.total == Money(28500, "USD")
    assert quoted.problems == ()
    assert quoted.lines[2].words == "Same price for everyone"


@pytest.mark.parametrize(
    ("people", "at", "words"),
    [
        ([[2]], MARCH, "RDA workshop goes with Full registration: choose that as well, for the same person."),
        ([[1], [2]], MARCH, "RDA workshop goes with Full registration: choose that as well, for the same person."),
        ([[1, 2]], JUNE, "RDA workshop is not on sale now."),
        ([[99]], MARCH, "This ticket is not on sale now."),
        ([[1, 3]], MARCH, "Choose one ticket for each person; add another person for more."),
        ([[3], [3], [3]], MARCH, "At most 2 of Exhibits only in one order."),
        ([[1, 2, 2]], MARCH, "Each ticket once for each person."),
    ],
)
def test_what_cannot_be_bought_together_says_why(people: list[list[int]], at: datetime, words: str) -> None:
    assert words in [problem.words for problem in quote(people, TICKETS, tariff(), at).problems]


def test_a_ticket_one_has_already_lets_one_buy_what_goes_with_it() -> None:
    assert quote([[2]], TICKETS, tariff(), MARCH, {0: frozenset({1})}).problems == ()


def test_a_sale_has_its_hours() -> None:
    meal = Ticket(5, "Banquet", "meal", (Rate("everyone", None, 6000),), sale_from=MARCH, sale_until=JUNE)

    assert [pricing.on_sale(meal, tariff(), at) for at in (datetime(2026, 1, 1, tzinfo=UTC), MARCH, JUNE)] == [
        False,
        True,
        False,
    ]


@given(
    st.lists(st.lists(st.sampled_from([1, 2, 3, 4]), max_size=4), max_size=6),
    st.sampled_from(sorted(FALLBACKS)),
    st.integers(0, 364 * 24).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)),
)
def test_lines_always_sum_to_the_total_and_nobody_pays_more_than_a_nonmember(
    people: list[list[int]], audience: str, at: datetime
) -> None:
    quoted = quote(people, TICKETS, tariff(audience), at)
    usual = quote(people, TICKETS, tariff("nonmember"), at)

    assert quoted.total == Money.sum((line.amount for line in quoted.lines), "USD")
    assert quoted.total <= usual.total or len(quoted.lines) != len(usual.lines)
    assert len(quoted.lines) + len([problem for problem in quoted.problems if "not on sale" in problem.words]) == sum(
        map(len, people)
    )
