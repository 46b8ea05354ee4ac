from datetime import date

import pytest
from starlette.datastructures import FormData

from events.core.errors import Unreadable
from events.registration.offering import Window
from events.registration.organizing_forms import QuestionForm, read_windows

EARLY = Window(1, "Early", date(2026, 4, 30))


def test_windows_come_in_the_order_of_their_last_days() -> None:
    typed = FormData(
        {
            "window-1-name": "Late",
            "window-1-through": "",
            "window-new-name": "Early",
            "window-new-through": "2026-04-30",
        }
    )

    assert read_windows(typed, [EARLY]) == [(None, "Early", date(2026, 4, 30)), (1, "Late", None)]


@pytest.mark.parametrize(
    "typed",
    [
        {"window-1-name": "Early", "window-1-through": "soon"},
        {"window-1-name": "Early", "window-new-name": "EARLY"},
    ],
)
def test_windows_that_make_no_sense_are_refused(typed: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        read_windows(FormData(typed), [EARLY])


def test_answers_to_choose_from_are_lines_each_once() -> None:
    read = QuestionForm(label="Meals", kind="choice", options="Meat\n\n  No   meat \nMeat").values(0)
    assert read.options == ("Meat", "No meat")
