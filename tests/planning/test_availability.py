"""When people and rooms are there, as an organizer says it."""

from datetime import UTC, datetime

import httpx
import pytest

from events.core.errors import NotFound, Unreadable
from events.planning import availability
from events.planning.models import Availability
from events.schedule import placed
from tests import make
from tests.planning.conftest import ROOT
from tests.schedule.conftest import Conference

AFTERNOON = {"start": "13:00", "end": "17:00", "days": ["2026-07-09"]}
SPAN = (datetime(2026, 7, 9, 18, tzinfo=UTC), datetime(2026, 7, 9, 22, tzinfo=UTC))


async def test_a_person_who_comes_in_the_afternoon_is_away_in_the_morning(
    draft: Conference, ed: httpx.AsyncClient
) -> None:
    answer = await ed.post(f"{ROOT}/availability", data={**AFTERNOON, "person": " grace  HOPPER ", "room": ""})

    row = await Availability.get()
    assert answer.status_code == 303
    assert (row.person_id, row.starts_at, row.ends_at) == (draft.grace.id, *SPAN)  # type: ignore[attr-defined]
    assert [(one.kind, one.subject) for one in await placed.conflicts(draft.event.id)] == [("away", draft.grace.id)]
    assert "Grace Hopper" in (await ed.get(f"{ROOT}/availability?q=hopp&kind=person")).text


async def test_a_room_that_opens_later_is_closed_before(draft: Conference, ed: httpx.AsyncClient) -> None:
    form = {**AFTERNOON, "person": "", "room": str(draft.library.id), "day": "2026-07-10"}

    await ed.post(f"{ROOT}/availability", data=form)

    assert await Availability.all().count() == 2
    assert [(one.kind, one.subject) for one in await placed.conflicts(draft.event.id)] == [("closed", draft.library.id)]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"person": "Nobody Here"}, "Nobody of this programme"),
        ({"person": "Grace Hopper", "room": "1"}, "leave one of them empty"),
        ({"person": "", "room": "999999"}, "Name a person, or choose a room"),
        ({"person": "Grace Hopper", "days": [], "day": ""}, "Choose a day"),
        ({"person": "Grace Hopper", "start": "noon"}, "A time such as"),
    ],
)
async def test_what_cannot_be_read_is_said_and_kept(
    draft: Conference, ed: httpx.AsyncClient, typed: dict[str, str], words: str
) -> None:
    answer = await ed.post(f"{ROOT}/availability", data={**AFTERNOON, **typed})

    assert (answer.status_code, words in answer.text, 'value="17:00"' in answer.text) == (422, True, True)
    assert await Availability.all().count() == 0


async def test_two_of_one_name_are_told_apart_by_their_code(draft: Conference) -> None:
    await draft.ada.update_from_dict({"name": "Grace Hopper"}).save()

    with pytest.raises(Unreadable):
        await availability.person_named(draft.event.id, "Grace Hopper")

    assert await availability.person_named(draft.event.id, draft.ada.code.lower()) == draft.ada.id


async def test_many_are_searched_and_shown_a_page_at_a_time(draft: Conference) -> None:
    await availability.add(draft.event.id, [SPAN] * (availability.PAGE + 1), person=draft.ada.id)
    await availability.add(draft.event.id, [SPAN], room=draft.library.id)

    rows, total = await availability.of(draft.event.id, page=2)

    assert (len(rows), total) == (2, availability.PAGE + 2)
    assert (await availability.of(draft.event.id, "LIBR"))[1] == 1
    assert (await availability.of(draft.event.id, "%"))[1] == 0
    assert (await availability.of(draft.event.id, "", "person"))[1] == availability.PAGE + 1


async def test_it_is_taken_away_in_its_own_event_only(draft: Conference) -> None:
    row = await make.there(draft.event, draft.library)

    with pytest.raises(NotFound):
        await availability.remove((await make.event("forum")).id, row.id)
    await availability.remove(draft.event.id, row.id)

    assert await Availability.all().count() == 0
