"""What a browser without an account keeps."""

import pytest

from events.agenda import cookie
from events.agenda.cookie import CookieFull, Pick

KEY = b"k" * 32


def test_what_was_saved_comes_back_in_order() -> None:
    picks = (Pick(3, "ABC123"), Pick(3, "DEF456"), Pick(12, "QRS789"))

    assert cookie.read({"saved": cookie.write(picks, KEY)}, KEY) == picks


def test_nothing_saved_is_no_cookie() -> None:
    assert cookie.write((), KEY) == ""
    assert cookie.read({}, KEY) == ()


@pytest.mark.parametrize(
    "value",
    [
        "3:ABC123.xxxxxxxxxxxxxxxxxxxxxx",
        "3:ABC123",
        ".",
        "",
        "3:ABC123." + "é" * 22,
        cookie.write((Pick(3, "ABC123"),), b"another key" * 3),
        cookie.write((Pick(3, "ABC123"),), KEY).replace("3:", "4:"),
        "9" * 5000,
    ],
)
def test_a_cookie_that_is_not_ours_is_no_cookie(value: str) -> None:
    assert cookie.read({"saved": value}, KEY) == ()


def test_a_full_cookie_says_so_and_stays_under_what_browsers_carry() -> None:
    picks = tuple(Pick(123456789, f"A{number:011d}") for number in range(cookie.LIMIT))

    with pytest.raises(CookieFull):
        cookie.with_pick(picks, Pick(1, "ONEMORE"))

    assert len(cookie.write(picks, KEY)) < 3000
    assert cookie.with_pick(picks, picks[5]) == picks
    assert len(cookie.without_pick(picks, picks[5])) == cookie.LIMIT - 1
