"""The dates of real celebrations, against what public pages stated."""

from datetime import date

import pytest

from events.catalogue import celebrations
from events.catalogue.celebrations import Days, Fact, Unruly, by_offset, by_rule, check, facts, years


def computed(*wanted: int) -> dict[str, dict[int, Days]]:
    known: dict[str, dict[int, Days]] = {}
    for fact in facts():
        known[fact.slug] = years(fact, known, wanted)
    return known


def days(first: str, last: str) -> Days:
    return Days(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2013, days("2013-10-20", "2013-10-26")),
        (2015, days("2015-10-18", "2015-10-24")),
        (2019, days("2019-10-20", "2019-10-26")),
        (2020, days("2020-10-18", "2020-10-24")),
        (2021, days("2021-10-17", "2021-10-23")),
        (2025, days("2025-10-19", "2025-10-25")),
    ],
)
def test_friends_of_libraries_week_is_where_six_years_of_pages_said(year: int, expected: Days) -> None:
    assert computed(year)["national-friends-of-libraries-week"][year] == expected


def test_library_card_sign_up_month_is_all_of_september() -> None:
    assert computed(2031)["library-card-sign-up-month"] == {2031: days("2031-09-01", "2031-09-30")}


def test_national_library_week_is_listed_because_no_rule_fits() -> None:
    week = computed(2026)["national-library-week"]

    assert week[2016] == days("2016-04-10", "2016-04-16")
    assert week[2026] == days("2026-04-19", "2026-04-25")
    assert 2017 not in week
    assert 2027 not in week


def test_the_days_of_national_library_week_follow_it() -> None:
    found = computed(2025, 2026, 2027)

    assert found["right-to-read-day"] == {
        2025: days("2025-04-07", "2025-04-07"),
        2026: days("2026-04-20", "2026-04-20"),
    }
    assert found["national-library-workers-day"][2025] == days("2025-04-08", "2025-04-08")
    assert found["national-library-outreach-day"][2025] == days("2025-04-09", "2025-04-09")
    assert found["take-action-for-libraries-day"][2025] == days("2025-04-10", "2025-04-10")


def test_a_week_may_end_in_the_next_month() -> None:
    assert computed()["banned-books-week"][2020] == days("2020-09-27", "2020-10-03")
    assert computed()["money-smart-week"][2019] == days("2019-03-30", "2019-04-06")


def test_every_fact_names_its_sources_and_comes_about_in_one_way() -> None:
    found = facts()

    assert len(found) == len({fact.slug for fact in found}) == 15
    for fact in found:
        assert fact.sources
        assert [bool(fact.rule), bool(fact.derived_from), bool(fact.dates)].count(True) == 1
        assert all((span.last - span.first).days + 1 == fact.days for span in fact.dates.values())
        if fact.rule:
            check(fact.rule)


def test_a_derived_celebration_comes_after_what_it_is_derived_from() -> None:
    seen: set[str] = set()
    for fact in facts():
        assert not fact.derived_from or fact.derived_from in seen
        seen.add(fact.slug)


def test_a_rule_without_a_day_in_a_year_has_no_celebration_then() -> None:
    assert by_rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", 1, 2027) is None
    assert by_rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", 1, 2028) == days("2028-02-29", "2028-02-29")


def test_counting_may_go_backwards_and_over_the_new_year() -> None:
    assert by_offset(days("2026-01-02", "2026-01-08"), -3, 2) == days("2025-12-30", "2025-12-31")


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "nonsense",
        "FREQ=YEARLY",
        "FREQ=YEARLY;BYMONTH=4",
        "FREQ=WEEKLY;BYDAY=MO",
        "FREQ=YEARLY;INTERVAL=2;BYMONTH=4;BYMONTHDAY=1",
        "FREQ=YEARLY;COUNT=3;BYMONTHDAY=1;BYMONTH=4",
        "FREQ=YEARLY;BYMONTH=4;BYDAY=SU",
        "FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=4;BYDAY=9XX",
        "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1\nDTSTART:20260101",
    ],
)
def test_a_rule_that_does_not_name_one_day_a_year_is_refused_in_words(rule: str) -> None:
    with pytest.raises(Unruly, match=r"\w+ \w+"):
        check(rule)


def test_listed_dates_do_not_depend_on_the_years_asked_for() -> None:
    fact = Fact("x", "X", "", 7, dates={2030: days("2030-05-05", "2030-05-11")}, sources=("a page",))

    assert years(fact, {}, range(2026, 2028)) == {2030: days("2030-05-05", "2030-05-11")}


def test_the_facts_are_a_file_of_their_own() -> None:
    assert celebrations.FACTS.name == "celebrations.json"
