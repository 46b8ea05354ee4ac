from datetime import date

from starlette.datastructures import QueryParams

from events.schedule import forms
from events.schedule.feeds import Filter
from events.schedule.timetable import Choice


def test_an_address_becomes_a_choice() -> None:
    asked = {"day": "2026-07-09", "view": "list", "track": "data", "room": "A", "q": " a  b ", "tz": "Europe/Berlin"}

    assert forms.choice(asked) == Choice(date(2026, 7, 9), "list", "data", "A", "", "a b", "Europe/Berlin")


def test_nonsense_is_not_chosen() -> None:
    assert forms.choice({"day": "soon", "view": "upside-down", "tz": "../x", "q": "\0"}) == Choice()


def test_a_page_is_a_number_that_makes_sense() -> None:
    assert [forms.page({"page": text}) for text in ("3", "0", "-1", "x", "", "²", "999999")] == [3, 1, 1, 1, 1, 1, 1]


def test_a_feed_may_be_filtered_and_in_utc() -> None:
    asked = QueryParams("track=data&track=arts&track=data&tz=utc&kind=talk")
    assert forms.feed_filter(asked, [4]) == Filter(("arts", "data"), (4,), kinds=("talk",), utc=True)
    assert forms.feed_filter(QueryParams(""), []).everything
