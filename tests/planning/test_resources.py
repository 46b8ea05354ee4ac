"""Bookable resources, from their making to the session that has them."""

import httpx
import pytest

from events.core.errors import NotFound
from events.planning import resources
from events.planning.models import Resource
from events.schedule import placed
from events.schedule.models import SessionResource
from tests import make
from tests.planning.conftest import ROOT
from tests.schedule.conftest import Conference

PAIR = {"kind": "interpreters", "name": "ASL pair 1", "note": "Mornings"}
SEEN = {"kind": "crew", "name": "Crew", "note": ""}


async def test_a_pair_is_made_booked_twice_and_told(draft: Conference, ed: httpx.AsyncClient) -> None:
    assert (await ed.post(f"{ROOT}/resources", data=PAIR)).status_code == 303
    pair = await Resource.get(name="ASL pair 1")

    for session in (draft.opening, draft.data):
        address = f"/organize/events/annual/sessions/{session.code}"
        assert "ASL pair 1 (Interpreters)" in (await ed.get(address)).text
        booked = await ed.post(f"{address}/resources", data={"resources": [str(pair.id)]})
        assert booked.status_code == 303
        assert "checked" in (await ed.get(address)).text.partition('id="resources"')[2]

    assert [(one.kind, one.subject) for one in await placed.conflicts(draft.event.id)] == [("resource", pair.id)]
    assert "in 2 sessions" in (await ed.get(f"{ROOT}/resources")).text


async def test_boxes_that_are_not_ticked_give_it_back_and_strangers_are_refused(
    draft: Conference, ed: httpx.AsyncClient
) -> None:
    pair = await Resource.create(event=draft.event, kind="crew", name="Crew")
    elsewhere = await Resource.create(event=await make.event("forum"), kind="crew", name="Crew")
    address = f"/organize/events/annual/sessions/{draft.opening.code}/resources"
    await ed.post(address, data={"resources": [str(pair.id)]})

    for wrong in (str(elsewhere.id), "x", "9" * 30):
        assert (await ed.post(address, data={"resources": [wrong]})).status_code == 422
    assert await SessionResource.all().count() == 1
    await ed.post(address, data={})

    assert await SessionResource.all().count() == 0


async def test_a_second_one_of_a_name_is_refused_and_what_was_typed_stays(
    draft: Conference, ed: httpx.AsyncClient
) -> None:
    await ed.post(f"{ROOT}/resources", data=PAIR)
    await ed.post(f"{ROOT}/resources", data={**PAIR, "name": "ASL pair 2"})
    second = await Resource.get(name="ASL pair 2")

    again = await ed.post(f"{ROOT}/resources", data={**PAIR, "note": "Kept"})
    renamed = await ed.post(f"{ROOT}/resources/{second.id}", data={**PAIR, "note": "Kept too"})
    wrong = await ed.post(f"{ROOT}/resources", data={"kind": "choir", "name": "", "note": "x" * 301})

    assert [(one.status_code, "of that name" in one.text) for one in (again, renamed)] == [(422, True)] * 2
    assert ("Kept" in again.text, "Kept too" in renamed.text, wrong.status_code) == (True, True, 422)
    assert await Resource.all().count() == 2


async def test_it_is_changed_and_taken_away_in_its_own_event_only(draft: Conference) -> None:
    crew = await Resource.create(event=draft.event, kind="crew", name="Crew")
    await SessionResource.create(session=draft.opening, resource=crew)
    elsewhere = (await make.event("forum")).id

    with pytest.raises(NotFound):
        await resources.change(elsewhere, crew.id, "crew", "Ours now", "", SEEN)
    with pytest.raises(NotFound):
        await resources.remove(elsewhere, crew.id)
    await resources.change(draft.event.id, crew.id, "captioner", "CART", "Remote", SEEN)
    assert await Resource.all().values_list("kind", "name", "note") == [("captioner", "CART", "Remote")]
    await resources.remove(draft.event.id, crew.id)

    assert await SessionResource.all().count() == 0


async def test_two_who_change_one_resource_see_both_states(draft: Conference, ed: httpx.AsyncClient) -> None:
    await ed.post(f"{ROOT}/resources", data=PAIR)
    pair = await Resource.get(name="ASL pair 1")
    path, seen = f"{ROOT}/resources/{pair.id}", {f"seen_{name}": value for name, value in PAIR.items()}
    assert (await ed.post(path, data={**PAIR, **seen, "note": "Evenings"})).status_code == 303

    stale = await ed.post(path, data={**PAIR, **seen, "note": "Never"})
    over = {**PAIR, **seen, "note": "Never", "seen_note": "Evenings"}

    assert stale.status_code == 409
    assert '<th scope="row">Note</th><td>Evenings</td><td>Never</td>' in stale.text
    assert 'name="seen_note" value="Evenings"' in stale.text
    assert (await ed.post(path, data=over)).status_code == 303
    assert (await Resource.get(id=pair.id)).note == "Never"
