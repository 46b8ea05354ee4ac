# ruff: noqa: DTZ001 - wall time has no zone

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from events.core.wall_time import (
    AmbiguousTime,
    NoSuchTime,
    UnknownZone,
    is_second,
    moment,
    read_clock,
    read_day,
    wall,
    zone_named,
)

CHICAGO = ZoneInfo("America/Chicago")


def test_a_wall_time_means_one_moment() -> None:
    assert moment(datetime(2026, 6, 25, 9, 30), CHICAGO) == datetime(2026, 6, 25, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "local", [datetime(2026, 3, 8, 2, 0), datetime(2026, 3, 8, 2, 30), datetime(2026, 3, 8, 2, 59)]
)
def test_a_time_that_the_clocks_jump_over_is_refused(local: datetime) -> None:
    with pytest.raises(NoSuchTime) as error:
        moment(local, CHICAGO)

    assert "America/Chicago" in error.value.words


@pytest.mark.parametrize("local", [datetime(2026, 3, 8, 1, 59), datetime(2026, 3, 8, 3, 0)])
def test_the_minutes_around_the_gap_exist(local: datetime) -> None:
    assert wall(moment(local, CHICAGO), CHICAGO) == local.strftime("%Y-%m-%dT%H:%M")


def test_a_time_that_happens_twice_is_asked_about() -> None:
    local = datetime(2026, 11, 1, 1, 30)

    with pytest.raises(AmbiguousTime) as error:
        moment(local, CHICAGO)

    assert (error.value.first, error.value.second) == (
        datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
        datetime(2026, 11, 1, 7, 30, tzinfo=UTC),
    )
    assert moment(local, CHICAGO, second=False) == error.value.first
    assert moment(local, CHICAGO, second=True) == error.value.second
    assert (is_second(error.value.first, CHICAGO), is_second(error.value.second, CHICAGO)) == (False, True)


def test_a_gap_of_half_an_hour_is_seen() -> None:
    with pytest.raises(NoSuchTime):
        moment(datetime(2026, 10, 4, 2, 15), ZoneInfo("Australia/Lord_Howe"))


@pytest.mark.parametrize("name", ["", "CDT", "America/Nowhere", "../etc/passwd", "/etc/localtime", "America/Chicago\0"])
def test_only_iana_names_are_zones(name: str) -> None:
    with pytest.raises(UnknownZone):
        zone_named(name)


def test_a_zone_is_found_by_its_name() -> None:
    assert zone_named("Europe/Berlin").key == "Europe/Berlin"


@pytest.mark.parametrize(
    ("typed", "day"), [(" 2026-07-09 ", date(2026, 7, 9)), ("2026-02-30", None), ("0001-01-01", None), ("soon", None)]
)
def test_a_typed_day_is_a_day_of_our_time(typed: str, day: date | None) -> None:
    assert read_day(typed) == day


@pytest.mark.parametrize(
    ("typed", "clock"),
    [("9:30", time(9, 30)), ("09:30:59", time(9, 30)), ("24:00", None), ("10:60", None), ("9", None)],
)
def test_a_typed_clock_is_a_time_of_day(typed: str, clock: time | None) -> None:
    assert read_clock(typed) == clock
