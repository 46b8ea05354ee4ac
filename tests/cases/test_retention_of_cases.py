"""How long cases are kept."""

from datetime import date, timedelta

from events.cases import cases, messages, readings, retention
from events.cases.cases import Wish
from events.core import database
from events.people import erasing
from events.settings import Settings
from tests import make
from tests.cases.conftest import SECRET, Place
from tests.make import NOON
from workers import retention as night

TABLES = ("care_case", "care_move", "care_message", "care_reading")


async def left() -> dict[str, int]:
    return {name: await database.value(f"SELECT count(*) FROM {name}") for name in TABLES}


async def test_cases_go_so_many_days_after_their_event_with_every_word(place: Place, settings: Settings) -> None:
    case, later = await place.ask(), await make.event("later", ends_on=date(2026, 7, 17))
    await messages.write(case, place.ada.id, SECRET, NOON)
    await readings.note(place.event.id, case.id, place.frida.id, NOON)
    await readings.note(place.event.id, None, place.frida.id, NOON)
    await cases.ask(later.id, place.ada.id, Wish(("vegan",), "", "event"), NOON)
    last = NOON.replace(month=8, day=11)  # the event ends on 12 July; 30 whole days are over at the next midnight

    await night.forget(last, settings)
    before = await left()
    gone = await night.forget(last + timedelta(days=1), settings)

    assert before == {"care_case": 2, "care_move": 2, "care_message": 1, "care_reading": 2}
    assert gone["cases"] == 1
    assert await left() == {"care_case": 1, "care_move": 1, "care_message": 0, "care_reading": 0}
    assert (await night.forget(last + timedelta(days=1), settings))["cases"] == 0


async def test_cases_go_with_the_account(place: Place) -> None:
    case = await place.ask()
    await messages.write(case, place.ada.id, SECRET, NOON)

    await retention.forget_person(place.ada.id)
    await erasing.erase(place.ada.id, NOON)

    assert await left() == dict.fromkeys(TABLES, 0)
