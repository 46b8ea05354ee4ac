"""What organizers type, of every kind; and what they are told when it cannot be read."""

from datetime import UTC, date, datetime

import pytest
from starlette.datastructures import FormData

from events.catalogue.celebrations import Days
from events.catalogue.forms import FORMS, Values
from events.core.errors import Unreadable

COMMON = {"title": "Weeding with confidence", "unit": "7", "timezone": "America/Chicago", "language": "en"}
WEBINAR = {**COMMON, "day": "2026-07-14", "begins": "13:00", "minutes": "75"}
FORUM = {**COMMON, "mode": "in_person", "venue": "3", "starts_on": "2026-07-09", "ends_on": "2026-07-11"}
CELEBRATION = {**COMMON, "dates": "rule", "rule": "FREQ=YEARLY;BYMONTH=10;BYDAY=3SU", "duration_days": "7"}


def read(kind: str, typed: dict[str, str], *more: tuple[str, str]) -> Values:
    form = FORMS[kind]
    return form.read(FormData([*typed.items(), *more])).values()


def refused(kind: str, typed: dict[str, str]) -> dict[str, str]:
    with pytest.raises(Unreadable) as error:
        read(kind, typed)
    return error.value.errors


def test_a_webinar_is_an_hour_with_a_zone() -> None:
    values = read("webinar", WEBINAR, ("reminder_minutes", "30"), ("reminder_minutes", "1440"))

    assert values.starts_at == datetime(2026, 7, 14, 18, tzinfo=UTC)
    assert values.ends_at == datetime(2026, 7, 14, 19, 15, tzinfo=UTC)
    assert (values.starts_on, values.ends_on, values.mode) == (date(2026, 7, 14), date(2026, 7, 14), "virtual")
    assert values.reminder_minutes == (1440, 30)


def test_a_webinar_over_midnight_ends_on_the_next_day() -> None:
    values = read("webinar", {**WEBINAR, "begins": "23:30"})

    assert (values.starts_on, values.ends_on) == (date(2026, 7, 14), date(2026, 7, 15))


def test_an_hour_that_does_not_exist_is_refused_at_its_field() -> None:
    errors = refused("webinar", {**WEBINAR, "day": "2026-03-08", "begins": "02:30"})

    assert list(errors) == ["begins"]
    assert "does not exist" in errors["begins"]


def test_an_hour_that_happens_twice_is_asked_about() -> None:
    twice = {**WEBINAR, "day": "2026-11-01", "begins": "01:30"}

    assert list(refused("webinar", twice)) == ["second"]
    assert read("webinar", {**twice, "second": "0"}).starts_at == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert read("webinar", {**twice, "second": "1"}).starts_at == datetime(2026, 11, 1, 7, 30, tzinfo=UTC)


def test_a_forum_has_days_and_a_place() -> None:
    values = read("forum", {**FORUM, "topics": "Advocacy, Collections,\nAdvocacy", "summary": "  two \n words "})

    assert (values.venue_id, values.starts_on, values.ends_on) == (3, date(2026, 7, 9), date(2026, 7, 11))
    assert values.topics == ("Advocacy", "Collections")
    assert values.summary == "two words"
    assert values.starts_at is None


def test_an_event_in_person_needs_a_venue_and_an_online_one_has_none() -> None:
    assert list(refused("conference", {**FORUM, "venue": ""})) == ["venue"]
    assert read("conference", {**FORUM, "mode": "virtual"}).venue_id is None


def test_a_course_is_a_span_of_days_without_hours() -> None:
    values = read("course", {**COMMON, "starts_on": "2026-09-07", "ends_on": "2026-10-16"})

    assert (values.mode, values.starts_on, values.ends_on) == ("asynchronous", date(2026, 9, 7), date(2026, 10, 16))


def test_a_celebration_by_rule_has_a_rule_and_nothing_else() -> None:
    celebration = read("celebration", {**CELEBRATION, "base": "5", "offset_days": "2", "listed": "x"}).celebration

    assert celebration is not None
    assert (celebration.rule, celebration.duration_days) == ("FREQ=YEARLY;BYMONTH=10;BYDAY=3SU", 7)
    assert (celebration.base, celebration.offset_days, celebration.years) == (None, 0, {})


def test_a_celebration_decided_every_year_is_a_list_of_dates() -> None:
    listed = "2027-04-04 to 2027-04-10\n\n2028-04-09 – 2028-04-15\n2029-05-01"
    values = read("celebration", {**CELEBRATION, "dates": "listed", "listed": listed}).celebration

    assert values is not None
    assert values.rule == ""
    assert values.years == {
        2027: Days(date(2027, 4, 4), date(2027, 4, 10)),
        2028: Days(date(2028, 4, 9), date(2028, 4, 15)),
        2029: Days(date(2029, 5, 1), date(2029, 5, 1)),
    }


@pytest.mark.parametrize(
    ("kind", "typed", "field", "words"),
    [
        ("webinar", {**WEBINAR, "title": " "}, "title", "too short"),
        ("webinar", {**WEBINAR, "title": "x" * 301}, "title", "300 characters"),
        ("webinar", {name: WEBINAR[name] for name in WEBINAR if name != "title"}, "title", "fill this in"),
        ("webinar", {**WEBINAR, "timezone": "CST"}, "timezone", "America/Chicago"),
        ("webinar", {**WEBINAR, "timezone": "../etc/passwd"}, "timezone", "America/Chicago"),
        ("webinar", {**WEBINAR, "begins": "25:00"}, "begins", "example"),
        ("webinar", {**WEBINAR, "day": "tomorrow"}, "day", "year-month-day"),
        ("webinar", {**WEBINAR, "day": ""}, "day", "fill this in"),
        ("webinar", {**WEBINAR, "minutes": "0"}, "minutes", "5 or more"),
        ("webinar", {**WEBINAR, "minutes": "many"}, "minutes", "whole number"),
        ("webinar", {**WEBINAR, "join_link": "javascript:alert(1)"}, "join_link", "https://"),
        ("webinar", {**WEBINAR, "contact_email": "ada at example"}, "contact_email", "e-mail"),
        ("webinar", {**WEBINAR, "slug": "Ünïcode!"}, "slug", "small letters"),
        ("webinar", {**WEBINAR, "slug": "new"}, "slug", "another meaning"),
        ("webinar", {**WEBINAR, "unit": ""}, "unit", "whole number"),
        ("webinar", {**WEBINAR, "accent": "ultraviolet"}, "accent", "choose one"),
        ("webinar", {**WEBINAR, "currency": "dollars"}, "currency", "example"),
        (
            "webinar",
            {**WEBINAR, "topics": ",".join(f"topic {number}" for number in range(21))},
            "topics",
            "20 of these",
        ),
        ("forum", {**FORUM, "ends_on": "2026-07-01"}, "ends_on", "before the first"),
        ("forum", {**FORUM, "ends_on": "2029-07-01"}, "ends_on", "longer than a year"),
        ("forum", {**FORUM, "mode": "asynchronous"}, "mode", "choose one"),
        ("celebration", {**CELEBRATION, "rule": "every Sunday"}, "rule", "FREQ=YEARLY"),
        ("celebration", {**CELEBRATION, "dates": "derived"}, "base", "Choose the celebration"),
        ("celebration", {**CELEBRATION, "dates": "listed", "listed": "in April"}, "listed", "Line 1"),
        ("celebration", {**CELEBRATION, "dates": "listed", "listed": "2027-04-10 to 2027-04-04"}, "listed", "Line 1"),
        ("celebration", {**CELEBRATION, "dates": "listed", "listed": "2027-04-04\n2027-05-05"}, "listed", "2027"),
        ("celebration", {**CELEBRATION, "resources": "Proclamation"}, "resources", "Line 1"),
        ("celebration", {**CELEBRATION, "duration_days": "400"}, "duration_days", "366"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(kind: str, typed: dict[str, str], field: str, words: str) -> None:
    errors = refused(kind, typed)

    assert list(errors) == [field]
    assert words in errors[field]


def test_control_characters_do_not_get_in() -> None:
    values = read("webinar", {**WEBINAR, "title": "Bell\x07s and\x00 whistles", "description": "a\r\nb\x1b"})

    assert values.title == "Bells and whistles"
    assert values.description == "a\nb"
