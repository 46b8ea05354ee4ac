from datetime import date

import pytest

from events.catalogue.filters import Filters, month_days, month_name, read, understand

JUNE = date(2026, 6, 25)
UNITS = {"pld": "public-libraries", "public library division": "public-libraries"}
TOPICS = ["Collections", "Advocacy"]


def test_filters_read_and_written_are_the_same_address() -> None:
    pairs = [
        ("kind", "webinar"),
        ("kind", "course"),
        ("q", "zines"),
        ("unit", "pld"),
        ("topic", "Advocacy"),
        ("mode", "virtual"),
        ("language", "en"),
        ("month", "2026-07"),
        ("since", "2026-07-02"),
        ("until", "2026-07-20"),
    ]

    filters = read(pairs)

    assert filters.pairs() == pairs
    assert read(filters.pairs()) == filters
    assert filters.query().startswith("kind=webinar&kind=course&q=zines")


@pytest.mark.parametrize(
    "pair",
    [
        ("kind", "party"),
        ("mode", "telepathic"),
        ("month", "2026-13"),
        ("month", "May"),
        ("since", "yesterday"),
        ("until", "2026-02-30"),
        ("until", "9999-12-31"),
        ("page", "2"),
        ("nonsense", "1"),
        ("q", "   "),
    ],
)
def test_what_cannot_be_read_is_left_out(pair: tuple[str, str]) -> None:
    assert not read([pair])
    assert read([pair]) == Filters()


def test_no_zero_byte_reaches_the_database() -> None:
    assert read([("q", "zi\0nes"), ("unit", "\0")]) == Filters(q="zines")


def test_the_month_and_the_days_narrow_each_other() -> None:
    assert read([("month", "2026-02")]).days == (date(2026, 2, 1), date(2026, 2, 28))
    assert read([("month", "2026-07"), ("since", "2026-07-10")]).days == (date(2026, 7, 10), date(2026, 7, 31))
    assert read([("until", "2026-07-10")]).days == (None, date(2026, 7, 10))
    assert month_days("2027-12") == (date(2027, 12, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("webinars", Filters(kinds=("webinar",))),
        ("Online courses", Filters(kinds=("course",), mode="virtual")),
        ("May", Filters(month="2027-05")),
        ("june", Filters(month="2026-06")),
        ("Dec.", Filters(month="2026-12")),
        ("PLD webinars zines", Filters(q="zines", kinds=("webinar",), unit="public-libraries")),
        ("advocacy", Filters(topic="Advocacy")),
        ('"webinar fatigue"', Filters(q='"webinar fatigue"')),
        ("weeding the collection", Filters(q="weeding the collection")),
    ],
)
def test_a_search_line_understands_words(q: str, expected: Filters) -> None:
    assert understand(Filters(q=q), UNITS, TOPICS, JUNE).filters == expected


def test_free_is_understood_but_is_no_filter_of_the_catalogue() -> None:
    understood = understand(Filters(q="free webinars"), UNITS, TOPICS, JUNE)

    assert understood.free
    assert understood.filters == Filters(kinds=("webinar",))
    assert understood.found == ("Free", "Webinars")


def test_what_is_a_filter_already_is_looked_for_as_a_word() -> None:
    asked = Filters(q="webinar May", kinds=("webinar",), month="2026-09")

    assert understand(asked, UNITS, TOPICS, JUNE).filters == asked


def test_a_month_is_named_with_its_year() -> None:
    assert month_name("2027-05") == "May 2027"
