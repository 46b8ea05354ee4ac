import re
from collections.abc import Awaitable, Callable

import httpx
import pytest

from events.catalogue.models import Event
from events.people.models import Person
from events.schedule import slots
from events.schedule.models import Session, SessionPerson, Slot
from tests import make
from tests.schedule.conftest import Conference
from tests.schedule.rows import slot_of

SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]
ROOT = "/organize/events/annual"


async def manager(draft: Conference, signed_in: SignIn) -> httpx.AsyncClient:
    person = await make.person("Mary Manager")
    await make.role(person, "programme_manager", event_id=draft.event.id)
    return await signed_in(person)


def typed(**values: str) -> dict[str, str]:
    return {"title": "New words", "visibility": "public", "state": "confirmed", "version": "1"} | values


async def test_sessions_are_a_table_one_can_search(draft: Conference, signed_in: SignIn) -> None:
    mary = await manager(draft, signed_in)

    everything = await mary.get(f"{ROOT}/sessions")
    by_name = await mary.get(f"{ROOT}/sessions?q=ada")
    unscheduled = await mary.get(f"{ROOT}/sessions?which=unscheduled&sort=-title&page=7")

    assert [words in everything.text for words in ("Opening", "Zines in the stacks", "Ballroom A", "1–3 of 3")] == [
        True
    ] * 4
    assert ("Opening" in by_name.text, "Zines" in by_name.text) == (True, False)
    assert "No session here" in unscheduled.text


async def test_a_percent_sign_is_only_a_percent_sign(draft: Conference, signed_in: SignIn) -> None:
    mary = await manager(draft, signed_in)

    assert "No session here" in (await mary.get(f"{ROOT}/sessions?q=%25")).text


async def test_a_session_is_made_and_gets_a_code(draft: Conference, signed_in: SignIn) -> None:
    mary = await manager(draft, signed_in)

    answer = await mary.post(f"{ROOT}/sessions/new", data=typed(title="Brand new", state="planned"))

    made = await Session.get(title="Brand new")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ROOT}/sessions/{made.code}")
    assert (await mary.get(answer.headers["location"])).status_code == 200


async def test_topics_are_picked_from_those_the_event_knows(draft: Conference, signed_in: SignIn) -> None:
    mary = await manager(draft, signed_in)
    await Event.filter(id=draft.event.id).update(topics=["cataloguing", "privacy"])
    page = f"{ROOT}/sessions/{draft.zines.code}"
    answer = await mary.post(page, data=typed(title="Zines") | {"topics": ["privacy", "Zines"]})
    assert answer.status_code == 303

    shown = (await mary.get(page)).text
    other = (await mary.get(f"{ROOT}/sessions/{draft.opening.code}")).text

    assert (await Session.get(id=draft.zines.id)).topics == ["privacy", "Zines"]
    assert re.findall(r'name="topics" value="(\w+)"( checked)?', shown) == [
        ("Zines", " checked"),
        ("cataloguing", ""),
        ("privacy", " checked"),
    ]
    assert re.findall(r'name="topics" value="(\w+)"', other) == ["Zines", "cataloguing", "privacy"]


async def test_what_was_typed_comes_back_with_words_at_its_field(draft: Conference, signed_in: SignIn) -> None:
    mary = await manager(draft, signed_in)

    answer = await mary.post(
        f"{ROOT}/sessions/new", data=typed(title="", abstract="Kept", capacity="many", join_link="meet", track_id="9")
    )

    assert answer.status_code == 422
    for words in (
        "Give the session a title",
        "A whole number up to",
        "begins with https://",
        "Choose one of",
        "Kept",
        "many",
    ):
        assert words in answer.text


async def test_saving_over_somebody_elses_words_shows_both(draft: Conference, signed_in: SignIn) -> None:
    mary = await manager(draft, signed_in)
    path = f"{ROOT}/sessions/{draft.opening.code}"
    assert (await mary.post(path, data=typed(title="First"))).status_code == 303

    stale = await mary.post(path, data=typed(title="Second"))

    assert stale.status_code == 409
    assert '<th scope="row">Title</th><td>First</td><td>Second</td>' in stale.text
    assert (await Session.get(id=draft.opening.id)).title == "First"


async def test_people_come_and_go_in_roles(draft: Conference, signed_in: SignIn) -> None:
    mary = await manager(draft, signed_in)
    path = f"{ROOT}/sessions/{draft.opening.code}/people"
    row = await SessionPerson.get(session=draft.opening)

    await mary.post(path, data={"add": "1", "name": "grace hopper", "role": "chair"})
    await mary.post(path, data={"add": "1", "name": "Somebody New", "role": "panelist"})
    await mary.post(path, data={f"role-{row.id}": "moderator"})

    assert await SessionPerson.filter(session=draft.opening).order_by("id").values_list("person__name", "role") == [
        ("Ada Lovelace", "moderator"),
        ("Grace Hopper", "chair"),
        ("Somebody New", "panelist"),
    ]
    assert await Person.filter(name="Grace Hopper").count() == 1
    await mary.post(path, data={f"role-{row.id}": "moderator", f"gone-{row.id}": "1"})
    assert await SessionPerson.filter(session=draft.opening).count() == 2
    assert (await mary.post(path, data={"add": "1", "name": " "})).status_code == 422


async def test_a_slot_is_moved_without_scripts(draft: Conference, signed_in: SignIn) -> None:
    mary = await manager(draft, signed_in)
    slot = await slot_of(draft.zines)
    path = f"{ROOT}/sessions/{draft.zines.code}/slots/{slot.id}"
    form = {"version": "1", "day": "2026-07-10", "start": "23:30", "end": "00:30", "room": str(draft.library.id)}

    assert 'value="2026-07-09"' in (await mary.get(path)).text
    assert (await mary.post(path, data=form)).status_code == 303

    moved = await slots.slot(slot.id)
    assert (moved.version, moved.place.rooms) == (2, (draft.library.id,))
    assert (await Slot.get(id=slot.id)).local_end == "2026-07-11T00:30"


async def test_a_taken_room_can_be_accepted_with_a_reason(draft: Conference, signed_in: SignIn) -> None:
    mary = await manager(draft, signed_in)
    slot = await slot_of(draft.zines)
    path = f"{ROOT}/sessions/{draft.zines.code}/slots/{slot.id}"
    form = {"version": "1", "day": "2026-07-09", "start": "09:30", "end": "10:30", "room": str(draft.ballroom.id)}

    refused = await mary.post(path, data=form)
    accepted = await mary.post(path, data=form | {"accept": "1", "reason": "A joint session"})

    assert (refused.status_code, "taken by “Opening”" in refused.text) == (409, True)
    assert accepted.status_code == 303
    assert "Accepted" in (await mary.get(f"{ROOT}/conflicts")).text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"day": "2026-03-08", "start": "02:30", "end": "03:30"}, "does not exist in America/Chicago"),
        ({"day": "2026-11-01", "start": "01:30", "end": "03:30"}, "happens twice in America/Chicago"),
        ({"day": "soon", "start": "01:30", "end": "03:30"}, "A day such as"),
        ({"day": "2026-07-09", "start": "25:00", "end": ""}, "A time such as"),
        ({"day": "2026-07-09", "start": "09:00", "end": "10:00", "room": "99999"}, "Choose one of the list"),
        ({"day": "2026-07-09", "start": "09:00", "end": "10:00", "setup_minutes": "-5"}, "A whole number"),
    ],
)
async def test_a_time_that_cannot_be_is_refused_at_its_field(
    draft: Conference, signed_in: SignIn, form: dict[str, str], words: str
) -> None:
    mary = await manager(draft, signed_in)

    answer = await mary.post(f"{ROOT}/sessions/{draft.zines.code}/slots/new", data=form)

    assert (answer.status_code, words in answer.text) == (422, True)
    assert len(await slots.slots_of(draft.zines.id)) == 1


async def test_the_second_of_two_times_can_be_chosen(draft: Conference, signed_in: SignIn) -> None:
    mary = await manager(draft, signed_in)
    form = {"day": "2026-11-01", "start": "01:30", "end": "03:30", "second": "second"}

    assert (await mary.post(f"{ROOT}/sessions/{draft.zines.code}/slots/new", data=form)).status_code == 303

    assert [str(one.place.starts_at) for one in await slots.slots_of(draft.zines.id)][1] == "2026-11-01 07:30:00+00:00"


async def test_a_time_is_taken_away_by_a_post(draft: Conference, signed_in: SignIn) -> None:
    mary = await manager(draft, signed_in)
    slot = await slot_of(draft.zines)
    path = f"{ROOT}/sessions/{draft.zines.code}/slots/{slot.id}/removal"

    assert (await mary.get(path)).status_code == 405
    assert (await mary.post(path, data={"version": "1"})).status_code == 303
    assert await slots.slots_of(draft.zines.id) == []


async def test_a_slot_of_another_session_is_not_here(draft: Conference, signed_in: SignIn) -> None:
    mary = await manager(draft, signed_in)
    slot = await slot_of(draft.opening)

    assert (await mary.get(f"{ROOT}/sessions/{draft.zines.code}/slots/{slot.id}")).status_code == 404


async def test_a_units_editor_edits_the_units_own_sessions(draft: Conference, signed_in: SignIn) -> None:
    unit = await make.unit("Young Adult Division")
    person = await make.person("Ed Editor")
    await make.role(person, "editor", unit=unit)
    await Session.filter(id=draft.zines.id).update(unit_id=unit.id)
    ed = await signed_in(person)

    own, other = f"{ROOT}/sessions/{draft.zines.code}", f"{ROOT}/sessions/{draft.opening.code}"
    assert (await ed.get(f"{ROOT}/sessions")).status_code == 200
    assert ((await ed.get(own)).status_code, (await ed.get(other)).status_code) == (200, 403)
    assert (await ed.post(f"{ROOT}/sessions/new", data=typed())).status_code == 403
    assert (await ed.post(own, data=typed(unit_id=""))).status_code == 403


async def test_nobody_sees_a_draft(draft: Conference, client: httpx.AsyncClient, signed_in: SignIn) -> None:
    stranger = await signed_in(await make.person())
    paths = ["sessions", "sessions/new", "conflicts", f"sessions/{draft.opening.code}"]

    for path in paths:
        assert (await client.get(f"{ROOT}/{path}")).status_code == 303
        assert (await stranger.get(f"{ROOT}/{path}")).status_code == 403
