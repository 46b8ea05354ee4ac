from dataclasses import fields
from zoneinfo import ZoneInfo

from events.schedule import request_words, requests
from events.schedule.requests import Facts
from tests.schedule.asking import FACTS

CHICAGO = ZoneInfo("America/Chicago")


def test_every_field_of_a_request_has_a_name_and_words() -> None:
    told = {name: request_words.told(name, value, CHICAGO) for name, value in requests.plain(FACTS).items()}

    assert set(request_words.LABELS) == {one.name for one in fields(Facts)} == set(told)
    assert (told["room_set"], told["equipment"]) == ("Rounds", "Projector and screen")
    assert told["wishes"].replace("\u00a0", " ") == "Preferred: Fri, Jul 10, 9:00 AM to 12:00 PM CDT"


def test_what_is_not_there_is_a_dash() -> None:
    assert {request_words.told(name, value, CHICAGO) for name, value in requests.plain(Facts(minutes=0)).items()} == {
        "–",
        "0",
    }
