from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from starlette.datastructures import FormData

from events.core.errors import Unreadable
from events.planning.budgets import Budget
from events.schedule import request_forms
from events.schedule.request_decisions import Chosen
from events.schedule.request_lists import Filter
from events.schedule.requests import Facts, RequestRow, RequestState, Wish
from tests.schedule.asking import FACTS

CHICAGO = ZoneInfo("America/Chicago")


def test_a_request_is_read_as_it_was_shown() -> None:
    shown = request_forms.fields(RequestRow(facts=FACTS), CHICAGO)

    assert (shown["day-0"], shown["from-0"], shown["until-0"]) == ("2026-07-10", "09:00", "12:00")
    assert request_forms.facts(shown, CHICAGO, submit=True) == FACTS
    assert request_forms.wish_rows(shown) == [0, 1, 2]


def test_boxes_that_nobody_offered_are_not_ticked() -> None:
    form = request_forms.typed(
        FormData([("minutes", "60"), ("equipment", "laptop"), ("equipment", "x"), ("needs", "y")])
    )

    assert request_forms.facts(form, CHICAGO, submit=False) == Facts(equipment=("laptop",))


@pytest.mark.parametrize(
    ("form", "submit", "wrong"),
    [
        ({"minutes": "60"}, True, {"headcount", "room_set"}),
        ({"minutes": ""}, False, {"minutes"}),
        ({"minutes": "4", "headcount": "-1", "room_set": "igloo"}, False, {"minutes", "headcount", "room_set"}),
        ({"minutes": "60", "headcount": "many"}, True, {"headcount", "room_set"}),
        ({"minutes": "60", "food": "x" * 301, "note": "x" * 5001}, False, {"food", "note"}),
        ({"minutes": "60", "day-1": "2026-07-10"}, False, {"from-1", "until-1"}),
        (
            {"minutes": "60", "day-0": "2026-07-10", "from-0": "09:00", "until-0": "10:00", "kind-0": "maybe"},
            False,
            {"kind-0"},
        ),
    ],
)
def test_what_cannot_be_read_is_named_at_its_field(form: dict[str, Any], submit: bool, wrong: set[str]) -> None:
    with pytest.raises(Unreadable) as error:
        request_forms.facts(form, CHICAGO, submit=submit)

    assert set(error.value.errors) == wrong


def test_twenty_times_are_the_most() -> None:
    row = {f"day-{n}": f"2026-07-{n + 1:02}" for n in range(21)}
    form = (
        {"minutes": "60"}
        | row
        | {f"{name}-{n}": at for n in range(21) for name, at in (("from", "9:00"), ("until", "10:00"))}
    )

    with pytest.raises(Unreadable) as error:
        request_forms.facts(form, CHICAGO, submit=False)

    assert set(error.value.errors) == {"day-20"}


def test_a_time_typed_twice_is_one_wish() -> None:
    one = {
        f"{name}-{n}": value
        for n in (0, 4)
        for name, value in (("day", "2026-07-10"), ("from", "9:00"), ("until", "10:00"))
    }

    found = request_forms.facts({"minutes": "60"} | one, CHICAGO, submit=False)

    wish = Wish("preferred", datetime(2026, 7, 10, 14, tzinfo=UTC), datetime(2026, 7, 10, 15, tzinfo=UTC))
    assert found.wishes == (wish,)


def test_a_no_and_a_question_need_words_and_a_yes_does_not() -> None:
    assert request_forms.answer({}, RequestState.GRANTED) == ""
    for what in (RequestState.DECLINED, RequestState.ASKED_BACK):
        with pytest.raises(Unreadable):
            request_forms.answer({"words": "  "}, what)


def test_ticked_rows_carry_the_version_that_was_seen() -> None:
    form = FormData([("chosen", "12.3"), ("chosen", "13.1"), ("chosen", "x"), ("chosen", "1.2.3")])

    assert request_forms.chosen(form) == [Chosen(12, 3), Chosen(13, 1)]
    with pytest.raises(Unreadable):
        request_forms.chosen(FormData([]))


def test_an_address_that_makes_no_sense_asks_for_everything() -> None:
    asked, sort = request_forms.asked({"state": "lost", "set": "igloo", "sort": "; DROP", "food": "yes"}, None)

    assert (asked, sort) == (Filter(), "submitted")


def test_a_budget_is_read_and_the_one_that_was_seen_beside_it() -> None:
    form = {"slots": "5", "due_on": "2026-05-02", "note": " As  last year ", "seen_slots": "4"}

    assert request_forms.budget(form) == Budget(5, date(2026, 5, 2), "As last year")
    assert request_forms.seen_budget(form) == Budget(4)
    assert request_forms.seen_budget({"slots": "5"}) is None
    with pytest.raises(Unreadable) as error:
        request_forms.budget({"slots": "-1", "due_on": "soon", "note": "x" * 301})
    assert set(error.value.errors) == {"slots", "due_on", "note"}
