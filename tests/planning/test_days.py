from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from events.core.errors import Unreadable
from events.planning import days
from events.planning.days import Hours

CHICAGO = ZoneInfo("America/Chicago")


def test_the_same_hours_on_both_sides_of_a_change_of_clocks_are_an_hour_apart_in_utc() -> None:
    lunch = Hours(time(12), time(13), CHICAGO)

    spans = days.spans([date(2026, 3, 7), date(2026, 3, 8)], lunch)

    assert [start for start, _end in spans] == [
        datetime(2026, 3, 7, 18, tzinfo=UTC),
        datetime(2026, 3, 8, 17, tzinfo=UTC),
    ]


def test_an_end_that_is_not_later_means_the_day_after() -> None:
    start, end = Hours(time(22), time(2), CHICAGO).on(date(2026, 7, 9))

    assert (start, end) == (datetime(2026, 7, 10, 3, tzinfo=UTC), datetime(2026, 7, 10, 7, tzinfo=UTC))


def test_an_hour_the_clocks_show_twice_means_the_longer_span() -> None:
    start, end = Hours(time(1), time(1, 30), CHICAGO).on(date(2026, 11, 1))

    assert (end - start).total_seconds() == 1.5 * 3600


def test_an_hour_that_a_day_has_not_is_refused_in_words() -> None:
    with pytest.raises(Unreadable) as error:
        days.spans([date(2026, 3, 7), date(2026, 3, 8)], Hours(time(2, 30), time(4), CHICAGO))

    assert "does not exist in America/Chicago" in error.value.errors["start"]


@pytest.mark.parametrize("typed", [[], ["  "], ["soon"], ["2026-02-30"], ["0001-01-01"]])
def test_days_that_are_none_are_named(typed: list[str]) -> None:
    errors: dict[str, str] = {}

    assert days.days(typed, errors) == ()
    assert list(errors) == ["days"]


def test_days_come_once_and_in_order() -> None:
    assert days.days(["2026-07-10", "", "2026-07-09", "2026-07-10"], {}) == (date(2026, 7, 9), date(2026, 7, 10))


@pytest.mark.parametrize(("start", "end", "wrong"), [("9", "10:00", ["start"]), ("24:00", "10:60", ["start", "end"])])
def test_hours_that_are_none_are_named(start: str, end: str, wrong: list[str]) -> None:
    errors: dict[str, str] = {}

    assert days.hours({"start": start, "end": end}, CHICAGO, errors) is None
    assert list(errors) == wrong
