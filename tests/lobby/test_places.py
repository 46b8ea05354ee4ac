"""A place in line as a token."""

import pytest

from events.lobby import places

KEY = "k" * 40
PLACE = "A" * 22


def test_a_cookie_is_a_place_of_its_own_event() -> None:
    cookies = {places.cookie_name(7): places.for_cookie(7, PLACE, KEY)}

    assert places.of_cookie(cookies, 7, KEY) == PLACE
    assert places.of_cookie({"line-8": cookies["line-7"]}, 8, KEY) == ""
    assert places.of_cookie(cookies, 7, "another" * 6) == ""


def test_a_link_is_a_place_only_from_its_network_and_no_cookie() -> None:
    token = places.for_link(7, PLACE, "192.0.2.0/24", KEY)

    assert places.of_link(token, 7, "192.0.2.0/24", KEY) == PLACE
    assert places.of_link(token, 7, "198.51.100.0/24", KEY) == ""
    assert places.of_link(token, 8, "192.0.2.0/24", KEY) == ""
    assert places.of_cookie({"line-7": token}, 7, KEY) == ""


@pytest.mark.parametrize("token", ["", ".", PLACE, f"{PLACE}.", f"{PLACE}.{'A' * 22}", f"{PLACE}.é", "\0", "x" * 9999])
def test_what_we_did_not_sign_is_no_place(token: str) -> None:
    assert places.of_cookie({"line-7": token}, 7, KEY) == ""
    assert places.of_link(token, 7, "192.0.2.0/24", KEY) == ""


def test_a_fresh_place_cannot_be_guessed() -> None:
    assert len({places.new() for _ in range(100)}) == 100
    assert all(len(places.new()) == 22 for _ in range(100))
