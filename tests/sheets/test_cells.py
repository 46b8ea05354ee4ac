from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.sheets import cells
from events.sheets.cells import Wrong

CHICAGO = ZoneInfo("America/Chicago")


@given(st.text())
def test_a_guarded_text_is_no_formula_and_comes_back(text: str) -> None:
    guarded = cells.guard(text)

    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cells.unguard(guarded) == text


@pytest.mark.parametrize("text", ["'tis the season", "", "'", "plain"])
def test_an_apostrophe_that_somebody_typed_stays(text: str) -> None:
    assert cells.unguard(text) == text


VALUE = st.text(st.characters(exclude_characters="\n"), min_size=1).map(str.strip).filter(bool)


@given(st.lists(VALUE))
def test_several_values_in_a_cell_come_back(values: list[str]) -> None:
    assert cells.parts(cells.joined(values)) == values


def test_a_backslash_that_escapes_nothing_stays() -> None:
    assert cells.parts("C:\\temp; end\\") == ["C:\\temp", "end\\"]


MOMENT = st.integers(0, 57_000_000).map(lambda minutes: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))


@given(MOMENT, st.sampled_from(["America/Chicago", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]))
def test_a_moment_comes_back_from_its_wall_time_whatever_the_clocks_did(at: datetime, name: str) -> None:
    zone = ZoneInfo(name)

    assert cells.at(at.astimezone(zone).date(), cells.clock(at, zone), zone) == at
    assert cells.read_span(cells.span(at, at + timedelta(hours=30), zone), zone) == (at, at + timedelta(hours=30))


def test_a_time_that_happens_twice_is_written_with_its_offset_and_asked_about_without() -> None:
    second = datetime(2026, 11, 1, 7, 30, tzinfo=UTC)

    assert cells.clock(second, CHICAGO) == "01:30-06:00"
    with pytest.raises(Wrong, match="01:30-05:00 / 01:30-06:00"):
        cells.at(date(2026, 11, 1), "1:30", CHICAGO)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "for example 09:30"),
        ("nine", "for example 09:30"),
        ("25:00", "for example 09:30"),
        ("09:30+99:00", "for example 09:30"),
        ("09:30+02:00", "is not at"),
    ],
)
def test_a_time_that_cannot_be_read_says_how_to_write_it(text: str, words: str) -> None:
    with pytest.raises(Wrong, match=words):
        cells.at(date(2026, 7, 9), text, CHICAGO)


def test_a_time_that_the_clocks_jump_over_is_refused() -> None:
    with pytest.raises(Wrong, match="does not exist"):
        cells.at(date(2026, 3, 8), "02:30", CHICAGO)


@pytest.mark.parametrize("text", ["2026-07-09", "2026-07-09 09:00", "2026-07-09 10:00 to 09:00", "9.7. 9:00 to 10:00"])
def test_a_span_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Wrong):
        cells.read_span(text, CHICAGO)


def test_a_session_past_midnight_ends_on_the_next_day() -> None:
    assert cells.midnight_after("23:00", "01:00")
    assert not cells.midnight_after("09:00", "10:00")
    assert cells.midnight_after("23:00-05:00", "01:00-05:00")
