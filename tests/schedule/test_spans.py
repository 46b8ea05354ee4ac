from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from events.schedule import spans

CHICAGO = ZoneInfo("America/Chicago")
NAMES = ("day", "from", "until")


def read(day: str, start: str, end: str) -> tuple[spans.Span | None, dict[str, str]]:
    errors: dict[str, str] = {}
    return spans.read({"day": day, "from": start, "until": end}, NAMES, CHICAGO, errors), errors


@pytest.mark.parametrize(
    ("typed", "starts", "ends"),
    [
        (("2026-07-10", "9:00", "10:30"), (10, 14, 0), (10, 15, 30)),
        (("2026-07-10", "22:00", "00:00"), (11, 3, 0), (11, 5, 0)),
    ],
)
def test_a_time_is_meant_in_the_events_zone_and_may_end_at_midnight(
    typed: tuple[str, str, str], starts: tuple[int, int, int], ends: tuple[int, int, int]
) -> None:
    found, errors = read(*typed)

    assert (found, errors) == ((datetime(2026, 7, *starts, tzinfo=UTC), datetime(2026, 7, *ends, tzinfo=UTC)), {})
    assert spans.fields(*(found or ()), CHICAGO) == (typed[0], typed[1].zfill(5), typed[2])  # type: ignore[call-arg]


def test_an_hour_that_the_clocks_show_twice_is_all_of_it() -> None:
    found, _errors = read("2026-11-01", "01:15", "01:45")

    assert found == (datetime(2026, 11, 1, 6, 15, tzinfo=UTC), datetime(2026, 11, 1, 7, 45, tzinfo=UTC))


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        (("2026-03-08", "02:30", "04:00"), {"from"}),
        (("2026-03-08", "01:00", "02:30"), {"until"}),
        (("2026-07-10", "10:00", "09:00"), {"until"}),
        (("2026-07-10", "10:00", "10:00"), {"until"}),
        (("soon", "25:00", ""), {"day", "from", "until"}),
        (("0001-01-01", "09:00", "10:00"), {"day"}),
    ],
)
def test_what_is_no_time_says_at_which_field(typed: tuple[str, str, str], wrong: set[str]) -> None:
    found, errors = read(*typed)

    assert (found, set(errors)) == (None, wrong)
