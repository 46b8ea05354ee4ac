"""What a waiting room's settings mean at a moment, and what is said about how long it takes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from events.lobby import rules
from events.lobby.rules import Rules
from tests.lobby.conftest import ROOM
from tests.make import NOON

OPENS = replace(ROOM, opens_at=NOON, early_minutes=30)


def test_no_waiting_room_is_none_and_one_is_read_with_its_moment() -> None:
    text = (
        '{"round": 3, "inside": 2, "per_minute": 5, "opens_at": "2026-11-22T12:00:00+00:00", "early_minutes": 30,'
        ' "stay_minutes": 15, "network_most": 7}'
    )

    found = Rules.read(text)

    assert Rules.read(None) is None
    assert found is not None
    assert (found.round, found.opens_at and found.opens_at.utcoffset(), found.network_most) == (3, timedelta(0), 7)


@pytest.mark.parametrize(
    ("minutes", "too_early", "open_"), [(-31, True, False), (-30, False, False), (-1, False, False), (0, False, True)]
)
def test_it_gathers_before_it_opens(minutes: int, too_early: bool, open_: bool) -> None:
    at = NOON + timedelta(minutes=minutes)

    assert (OPENS.too_early(at), OPENS.open(at)) == (too_early, open_)
    assert (ROOM.too_early(at), ROOM.open(at)) == (False, True)


@pytest.mark.parametrize(
    ("position", "let_in", "window", "seconds"),
    [
        (1, 0, 0, 1),  # in the first minute what was promised is believed
        (120, 0, 30, 120),
        (120, 60, 120, 240),  # then what was seen: half of it
        (120, 999, 120, 120),  # and never more than may be
        (5, 0, 120, None),
    ],
)
def test_an_estimate_is_what_was_seen_and_none_where_nobody_can_know(
    position: int, let_in: int, window: float, seconds: float | None
) -> None:
    assert rules.seconds_left(position, let_in, window, per_minute=60) == seconds


def test_while_nobody_fits_inside_the_first_minute_promises_nothing() -> None:
    assert rules.seconds_left(1, 5, 30, per_minute=60, full=True) is None
    assert rules.seconds_left(1, 5, 60, per_minute=60, full=True) == 12


def test_the_words_say_about_and_never_a_time_nobody_knows() -> None:
    assert [rules.words_of(seconds) for seconds in (1, 60, 61, 180, 119 * 60, 300 * 60)] == [
        "It takes about a minute.",
        "It takes about a minute.",
        "It takes about 2 minutes.",
        "It takes about 3 minutes.",
        "It takes about 2 hours.",
        "It takes about 5 hours.",
    ]
    assert "we cannot say" in rules.words_of(None)


def test_who_is_near_the_front_looks_more_often_and_no_two_at_the_same_moment() -> None:
    assert [rules.look_again(seconds, 1, 0.5) for seconds in (1, 40, 120, 6000)] == [5, 10, 30, 60]
    assert [rules.look_again(None, position, 0.5) for position in (0, 25, 1000)] == [5, 10, 30]
    assert (rules.look_again(6000, 1, 0), rules.look_again(6000, 1, 1)) == (48, 72)


def test_everybody_looks_soon_after_the_opening_and_not_at_once() -> None:
    assert rules.look_again_at_opening(1000, 0.5) == 60
    assert {rules.look_again_at_opening(10, dice / 100) for dice in range(101)} == set(range(11, 26))
    assert rules.look_again_at_opening(-5, 0) == 1
