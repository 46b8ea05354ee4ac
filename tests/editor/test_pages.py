"""The editor as its browser meets it: pictures, gestures, others' changes, and noes that change nothing."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from events.editor import picture
from events.people.models import Person
from events.schedule.models import Session, SessionPerson, Slot
from tests import make
from tests.make import NOON
from tests.schedule.conftest import Conference
from tests.schedule.programmes import NINE
from tests.schedule.rows import a_room, a_venue, slot_of

SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]
ROOT = "/organize/events/annual/timetable"
START = int(NINE.timestamp()) // 60


@pytest_asyncio.fixture
async def mary(draft: Conference, signed_in: SignIn) -> httpx.AsyncClient:
    person = await make.person("Mary Manager", "mary@example.org")
    await make.role(person, "programme_manager", event_id=draft.event.id)
    client = await signed_in(person)
    client.headers["accept"] = "application/json"
    return client


async def laid(session: Session, hours: float, **values: Any) -> dict[str, Any]:
    """A step: the session's slot an hour long, so many hours after NINE, in its own rooms unless told otherwise."""
    slot = await slot_of(session)
    start = START + int(hours * 60)
    rooms = sorted({row["named_id"] for row in await slot.rooms.all().values("named_id")})
    return {"slot": slot.id, "version": slot.version, "start": start, "end": start + 60, "rooms": rooms} | values


def as_dict(names: tuple[str, ...], row: list[Any]) -> dict[str, Any]:
    return dict(zip(names, row, strict=True))


async def test_the_picture_has_everything_that_can_be_laid(draft: Conference, mary: httpx.AsyncClient) -> None:
    await Session.filter(id=draft.data.id).update(state="cancelled")

    drawn = (await mary.get(f"{ROOT}/picture.json")).json()

    assert [as_dict(picture.ROOM, row)["name"] for row in drawn["rooms"]] == ["Ballroom A", "Library"]
    assert [as_dict(picture.SESSION, row)["title"] for row in drawn["sessions"]] == ["Opening", "Zines in the stacks"]
    first = as_dict(picture.SLOT, drawn["slots"][0])
    assert (first["start"], first["end"], first["rooms"]) == (START, START + 60, [draft.ballroom.id])
    assert (drawn["number"], drawn["conflicts"], drawn["event"]["timezone"]) == (0, [], "America/Chicago")


async def test_a_session_is_moved_and_what_it_runs_into_is_told(draft: Conference, mary: httpx.AsyncClient) -> None:
    await SessionPerson.create(session=draft.zines, person=draft.grace, role="chair")
    step = await laid(draft.zines, 0.5, rooms=[draft.library.id], start=START - 30, end=START + 30)
    await Slot.filter(session_id=draft.data.id).update(version=1)

    refused = await mary.post(f"{ROOT}/commands", json={"do": "move", "steps": [step]})
    assert (refused.status_code, refused.json()["detail"][:16]) == (409, "Library is taken")
    step["rooms"] = []
    done = (await mary.post(f"{ROOT}/commands", json={"do": "move", "steps": [step]})).json()

    assert as_dict(picture.SLOT, done["slots"][0])["version"] == 2
    [conflict] = [as_dict(picture.CONFLICT, row) for row in done["conflicts"]]
    assert (conflict["kind"], conflict["name"]) == ("person", "Grace Hopper")


async def test_a_session_without_a_time_is_laid_and_goes_back_to_the_tray(
    draft: Conference, mary: httpx.AsyncClient
) -> None:
    new = await make.session(draft.event, NINE, title="New")
    await Slot.filter(session_id=new.id).delete()
    add = {"do": "add", "session": new.id, "start": START + 300, "end": START + 345, "rooms": [draft.library.id]}

    done = (await mary.post(f"{ROOT}/commands", json=add)).json()
    slot = as_dict(picture.SLOT, done["slots"][0])
    back = {"slot": slot["id"], "version": slot["version"], "start": None, "end": None, "rooms": []}
    tray = (await mary.post(f"{ROOT}/commands", json={"do": "move", "steps": [back]})).json()

    assert (slot["start"], slot["end"]) == (START + 300, START + 345)
    assert as_dict(picture.SLOT, tray["slots"][0])["start"] is None


async def test_a_gesture_is_taken_back_and_made_again(draft: Conference, mary: httpx.AsyncClient) -> None:
    step = await laid(draft.zines, 5)
    done = (await mary.post(f"{ROOT}/commands", json={"do": "move", "steps": [step]})).json()

    undone = (await mary.post(f"{ROOT}/commands", json={"do": "undo", "command": done["command"]})).json()
    again = (await mary.post(f"{ROOT}/commands", json={"do": "undo", "command": undone["command"]})).json()

    assert as_dict(picture.SLOT, undone["slots"][0])["start"] == START + 60
    assert as_dict(picture.SLOT, again["slots"][0])["start"] == START + 300


async def test_who_was_slower_is_shown_both_states(draft: Conference, mary: httpx.AsyncClient) -> None:
    step = await laid(draft.zines, 5)
    await mary.post(f"{ROOT}/commands", json={"do": "move", "steps": [step]})

    step |= {"start": START + 600, "end": START + 660}
    late = await mary.post(f"{ROOT}/commands", json={"do": "move", "steps": [step]})

    assert late.status_code == 409
    assert [late.json()[whose]["Starts"] for whose in ("theirs", "yours")] == ["2026-07-09 14:00", "2026-07-09 19:00"]


async def test_others_hear_of_it_and_see_who_is_where(
    draft: Conference, mary: httpx.AsyncClient, signed_in: SignIn
) -> None:
    other = await make.person("Olu Editor", "olu@example.org")
    await make.role(other, "programme_manager", event_id=draft.event.id)
    olu = await signed_in(other)
    step = await laid(draft.zines, 5)
    await olu.get(f"{ROOT}/changes.json?since=0&at={step['slot']}")

    await olu.post(f"{ROOT}/commands", json={"do": "move", "steps": [step]})
    told = (await mary.get(f"{ROOT}/changes.json?since=0")).json()
    quiet = (await mary.get(f"{ROOT}/changes.json?since={told['number']}")).json()

    assert told["here"] == [[other.id, "Olu Editor", step["slot"]]]
    [[number, _command, mine, name, what, slot]] = told["edits"]
    assert (number, mine, name, what, slot) == (1, False, "Olu Editor", "move", step["slot"])
    assert as_dict(picture.SLOT, told["slots"][0])["start"] == START + 300
    assert "edits" not in quiet


async def test_where_it_had_better_not_lie_is_told_before_it_is_dropped(
    draft: Conference, mary: httpx.AsyncClient
) -> None:
    await SessionPerson.create(session=draft.zines, person=draft.grace, role="chair")
    await Session.filter(id=draft.zines.id).update(capacity=5000)
    await a_room(await a_venue(draft.event), "Closet", "North", capacity=10)
    slot = await slot_of(draft.zines)

    told = (await mary.get(f"{ROOT}/places.json?slot={slot.id}")).json()

    assert [row[:4] + row[5:] for row in told["times"]] == [
        ["person", "warn", "Needed in two sessions at once", "Grace Hopper", START, START + 60]
    ]
    assert set(told["rooms"].values()) == {"More people than the room holds"}


async def test_a_first_time_is_shaded_too(draft: Conference, mary: httpx.AsyncClient) -> None:
    await Slot.filter(session_id=draft.zines.id).delete()
    await SessionPerson.create(session=draft.zines, person=draft.grace, role="chair")

    told = (await mary.get(f"{ROOT}/places.json?session={draft.zines.id}")).json()

    assert [row[3] for row in told["times"]] == ["Grace Hopper"]


async def test_an_editor_of_one_unit_moves_its_sessions_and_no_other(draft: Conference, signed_in: SignIn) -> None:
    unit = await make.unit("Zine Round Table", kind="round_table")
    await Session.filter(id=draft.zines.id).update(unit_id=unit.id)
    person = await make.person("Ed Itor", "ed@example.org")
    await make.role(person, "editor", unit=unit)
    ed = await signed_in(person)

    own = await ed.post(f"{ROOT}/commands", json={"do": "move", "steps": [await laid(draft.zines, 5)]})
    both = [await laid(draft.zines, 7), await laid(draft.opening, 9)]
    foreign = await ed.post(f"{ROOT}/commands", json={"do": "move", "steps": both})
    pinned = await ed.post(f"{ROOT}/commands", json={"do": "pin", "slots": [both[1]["slot"]], "pinned": True})

    assert (own.status_code, foreign.status_code, pinned.status_code) == (200, 403, 403)
    assert (await slot_of(draft.zines)).version == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"do": "explode"}',
        b'{"do": "move", "steps": []}',
        b'{"do": "move", "steps": [{"slot": 1, "version": 1, "start": 5, "end": null, "rooms": []}]}',
        b'{"do": "move", "steps": [{"slot": 1, "version": 1, "start": 50, "end": 5, "rooms": []}]}',
        b'{"do": "move", "steps": [{"slot": 1, "version": 1, "start": 5, "end": 50, "rooms": [404]}]}',
        b'{"do": "move", "steps": [{"slot": 1, "version": 1, "start": -5, "end": 50, "rooms": []}]}',
    ],
)
async def test_what_no_editor_sends_is_refused_in_words(
    draft: Conference, mary: httpx.AsyncClient, body: bytes
) -> None:
    answer = await mary.post(f"{ROOT}/commands", content=body)

    assert answer.status_code == 422


async def test_what_is_not_of_this_event_is_not_there(draft: Conference, mary: httpx.AsyncClient) -> None:
    other = await make.session(await make.event("elsewhere"), NINE)
    step = await laid(other, 5, rooms=[])

    answers = [
        await mary.post(f"{ROOT}/commands", json=body)
        for body in (
            {"do": "move", "steps": [step]},
            {"do": "move", "steps": [await laid(draft.zines, 5), step]},
            {"do": "add", "session": other.id, "start": START, "end": START + 60, "rooms": []},
            {"do": "pin", "slots": [step["slot"]], "pinned": True},
            {"do": "remove", "slot": step["slot"], "version": 1},
            {"do": "undo", "command": str(uuid4())},
        )
    ]
    answers.append(await mary.get(f"{ROOT}/places.json?slot={step['slot']}"))

    assert [answer.status_code for answer in answers] == [404] * 7
    assert (await slot_of(draft.zines)).version == 1


async def test_nobody_from_outside_sees_the_draft(
    draft: Conference, signed_in: SignIn, client: httpx.AsyncClient
) -> None:
    reader = await signed_in(await make.person("Just Ada", "just@example.org", NOON))

    for page in ("", "/picture.json", "/changes.json", "/places.json?slot=1"):
        assert (await reader.get(ROOT + page)).status_code == 403
        assert (await client.get(ROOT + page)).status_code in {303, 401}
