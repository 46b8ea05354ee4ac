from dataclasses import replace

import pytest
from starlette.datastructures import FormData

from events.core.errors import Unreadable
from events.schedule import session_forms
from events.schedule.editing import Values
from events.schedule.session_forms import Choices
from events.schedule.slots import Place
from tests.schedule.programmes import NINE

CHOICES = Choices(tracks=[(1, "Teens")], types=[(2, "Panel")], units=[(3, "Unit")], rooms=[(4, "Ballroom A")])


def test_a_form_becomes_values() -> None:
    form = {"title": " A  title ", "track_id": "1", "type_id": "2", "unit_id": "3", "capacity": "40", "ticketed": "1"}

    assert session_forms.session_values(form, CHOICES) == Values(
        "A title", track_id=1, type_id=2, unit_id=3, capacity=40, ticketed=True
    )


def test_topics_are_ticked_or_typed_and_spelled_as_they_are_known() -> None:
    choices = replace(CHOICES, topics=("Cataloguing", "Zines"))
    form = FormData([("title", "A title"), ("topics", "Zines"), ("topics", "cataloguing,  Story  time, ZINES, ")])

    values = session_forms.session_values(session_forms.typed(form), choices)

    assert values.topics == ("Zines", "Cataloguing", "Story time")
    assert session_forms.session_fields(values)["topics"] == "Zines, Cataloguing, Story time"
    assert session_forms.session_values({"title": "A title"}, choices).topics == ()


def test_values_go_back_into_the_form() -> None:
    values = Values("A title", track_id=1, capacity=0, ticketed=True)
    shown = session_forms.session_fields(values)

    assert session_forms.session_values({name: str(value) for name, value in shown.items()}, CHOICES).title == "A title"
    assert (shown["ticketed"], shown["unit_id"], shown["track_id"]) == ("1", "", 1)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"track_id": "2"}, "track_id"),
        ({"track_id": "one"}, "track_id"),
        ({"capacity": "-1"}, "capacity"),
        ({"capacity": "²"}, "capacity"),
        ({"visibility": "nobody"}, "visibility"),
        ({"state": "gone"}, "state"),
        ({"join_link": "javascript:alert(1)"}, "join_link"),
        ({"abstract": "x" * 100_001}, "abstract"),
        ({"topics": "x" * 61}, "topics"),
        ({"topics": ",".join("abcdefghijk")}, "topics"),
    ],
)
def test_what_cannot_be_is_named_at_its_field(form: dict[str, str], field: str) -> None:
    with pytest.raises(Unreadable) as error:
        session_forms.session_values({"title": "A title"} | form, CHOICES)

    assert list(error.value.errors) == [field]


def test_a_place_goes_there_and_back() -> None:
    form = {
        "day": "2026-07-09",
        "start": "09:00",
        "end": "10:00",
        "room": "4",
        "setup_minutes": "15",
        "teardown_minutes": "",
    }
    place = session_forms.place(form, CHOICES, "America/Chicago")

    assert place == Place(NINE, NINE.replace(hour=15), "America/Chicago", (4,), 15, 0)
    assert session_forms.place_fields(place) == form


def test_without_a_day_it_waits_in_the_tray() -> None:
    assert session_forms.place({"room": "4"}, CHOICES, "America/Chicago") == Place(None, None, "America/Chicago", (4,))


def test_roles_and_who_goes_are_read_from_their_rows() -> None:
    form = {"role-1": "chair", "role-2": "speaker", "gone-2": "1", "role-x": "chair", "role-3": "king", "name": "Ada"}

    assert session_forms.roles(form) == ({1: "chair"}, [2])


@pytest.mark.parametrize(("text", "version"), [("7", 7), ("", 0), ("-1", 0), ("9999999999", 0)])
def test_a_version_that_was_taken_out_is_stale(text: str, version: int) -> None:
    assert session_forms.version({"version": text}) == version
