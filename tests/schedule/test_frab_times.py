from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from events.schedule import frab_times, frab_xml
from events.schedule.frab_times import NotATime

CHICAGO = ZoneInfo("America/Chicago")


def span(
    inside: str, day: str = '<day date="2026-07-09"/>', change: tuple[int, int] = (4, 0)
) -> tuple[datetime, datetime]:
    return frab_times.span(
        frab_xml.read(f"<event>{inside}</event>".encode()), frab_xml.read(day.encode()), CHICAGO, change
    )


@pytest.mark.parametrize(
    "inside",
    [
        "<date>2026-07-09T09:30:00-05:00</date><start>09:30</start><duration>01:00</duration>",
        "<date>2026-07-09T14:30:00Z</date><duration>1:00</duration>",
        "<date>2026-07-09T09:30:00</date><duration>01:00:00</duration>",
        "<date>2026-07-09</date><start>09:30</start><duration>60</duration>",
        "<start>09:30:00</start><duration>PT1H</duration>",
        "<start>09:30</start><end>10:30</end>",
        "<start>2026-07-09T09:30:00-05:00</start><end>2026-07-09T10:30:00-05:00</end>",
    ],
)
def test_every_way_of_writing_it_gives_the_same_time(inside: str) -> None:
    assert span(inside) == (datetime(2026, 7, 9, 14, 30, tzinfo=UTC), datetime(2026, 7, 9, 15, 30, tzinfo=UTC))


def test_before_the_day_change_it_is_still_the_evening_before() -> None:
    inside = "<start>01:00</start><duration>01:00</duration>"

    assert span(inside)[0] == datetime(2026, 7, 10, 6, tzinfo=UTC)
    assert span(inside, change=(0, 0))[0] == datetime(2026, 7, 9, 6, tzinfo=UTC)


def test_days_and_hours_may_be_in_a_duration() -> None:
    starts, ends = span("<date>2026-07-09T09:30:00-05:00</date><duration>1:02:00:00</duration>")

    assert ends - starts == timedelta(days=1, hours=2)


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ("<duration>01:00</duration>", "it has no start"),
        ("<start>09:30</start>", "it has no duration"),
        ("<start>25:00</start><duration>01:00</duration>", "is no time of day"),
        ("<start>half past</start><duration>01:00</duration>", "is no time of day"),
        ("<start>09:30</start><duration>long</duration>", "is no duration"),
        ("<start>09:30</start><duration>00:75</duration>", "is no duration"),
        ("<start>09:30</start><duration>00:00</duration>", "it lasts no time"),
        ("<start>09:30</start><duration>PT0H</duration>", "it lasts no time"),
        ("<start>09:30</start><duration>99:00:00:00</duration>", "it lasts 99 days"),
        ("<date>2026-13-09T09:30:00Z</date><duration>01:00</duration>", "is no date with a time"),
        ("<date>0001-01-01T00:00:00Z</date><duration>01:00</duration>", "out of range"),
        ("<date>2026-03-08T02:30:00</date><duration>01:00</duration>", "does not exist in America/Chicago"),
        ("<date>2026-11-01T01:30:00</date><duration>01:00</duration>", "happens twice in America/Chicago"),
        ("<date>2026-07-09T10:00:00Z</date><end>2026-07-09T09:00:00Z</end>", "it lasts no time"),
    ],
)
def test_a_time_that_cannot_be_read_says_why(inside: str, why: str) -> None:
    with pytest.raises(NotATime, match=why):
        span(inside)


def test_a_day_without_a_date_is_no_help() -> None:
    with pytest.raises(NotATime, match="neither it nor its day has a date"):
        span("<start>09:30</start><duration>01:00</duration>", day="<day/>")
