"""The page of a draft's history, as organizers read and use it."""

import html
import re
from collections.abc import Awaitable, Callable
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import pytest_asyncio

from events.people.models import Person
from events.planning.blocks import Wanted
from events.planning.days import Hours
from events.schedule import accepting, blocking, moves, placed, undoing
from events.schedule.history import By
from events.schedule.models import Edit, SessionPerson, Slot
from events.schedule.moves import Step
from events.schedule.slots import Place, slot
from tests import make
from tests.make import NOON
from tests.schedule.conftest import Conference
from tests.schedule.programmes import NINE
from tests.schedule.rows import slot_of

SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]
ROOT = "/organize/events/annual/history"
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def carla(draft: Conference, signed_in: SignIn) -> httpx.AsyncClient:
    person = await make.person("Carla Manager", "carla@example.org")
    await make.role(person, "programme_manager", event_id=draft.event.id)
    return await signed_in(person)


def lines(answer: httpx.Response) -> list[str]:
    """What each row says, who did it and what its last cell offers, as plain text."""
    rows = re.findall(r"<tr>\s*(<th scope=\"row\">.*?)</tr>", answer.text, re.DOTALL)
    texts = [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in rows]
    return [text.replace("\xa0", " ") for text in texts]


async def move(draft: Conference, hours: float, by: int | None, rooms: tuple[int, ...] = ()) -> Any:
    """Lay the zines so many hours after nine."""
    held = await slot((await slot_of(draft.zines)).id)
    place = Place(NINE + hours * HOUR, NINE + (hours + 1) * HOUR, "America/Chicago", rooms)
    return await moves.move_all(draft.event.id, [Step(held.id, held.version, place)], NOON, by=By(by))


async def test_every_kind_of_gesture_is_told_in_words_with_who_and_when(
    draft: Conference, carla: httpx.AsyncClient
) -> None:
    event, ada = draft.event, By(draft.ada.id)
    await move(draft, 4, draft.grace.id, (draft.library.id,))
    held = await slot((await slot_of(draft.zines)).id)
    await moves.pin(event.id, [held.id], True, NOON, ada)
    second, _made = await moves.add(draft.zines.id, held.place, NOON, "Both", ada)
    await moves.remove(second, 1, NOON, ada)
    tray = Place(None, None, "America/Chicago")
    await moves.move_all(event.id, [Step(held.id, 2 + 1, tray)], NOON)
    await SessionPerson.create(session=draft.data, person=draft.ada, role="chair")
    [conflict] = await placed.conflicts(event.id)
    await accepting.accept(event.id, conflict.key, "She knows", ada, NOON)
    await accepting.take_back(event.id, conflict.key, ada, NOON)
    lunch = Wanted("break", "Lunch", (), Hours(time(12), time(13), ZoneInfo("America/Chicago")))
    await blocking.create(event.id, lunch, [date(2026, 7, 9), date(2026, 7, 10)], ada, NOON)

    told = lines(await carla.get(ROOT))

    at = "Thu, Jul 9 1:00 PM–2:00 PM, Library"
    assert [line.split(" Ada Lovelace")[0].split(" Grace Hopper")[0].split(" The machine")[0] for line in told] == [
        "Laid the block “Lunch”: Thu, Jul 9 12:00 PM–1:00 PM Laid the block “Lunch”: Fri, Jul 10 12:00 PM–1:00 PM",
        "Made it a conflict again: Needed in two sessions at once, “Opening” and “Metadata”",
        "Let it stand: Needed in two sessions at once, “Opening” and “Metadata”. “She knows”",
        f"Put “Zines in the stacks” into the tray, from {at}",
        f"Took a time of “Zines in the stacks” away: {at}",
        f"Gave “Zines in the stacks” a time: {at}",
        "Pinned “Zines in the stacks”",
        f"Moved “Zines in the stacks” from Thu, Jul 9 10:00 AM–11:00 AM, Ballroom A to {at}",
    ]
    assert "The machine, or an import" in told[3]
    assert told[7].endswith(
        "Take back Moved “Zines in the stacks” from Thu, Jul 9 10:00 AM–11:00 AM, Ballroom A to " + at
    )


async def test_it_is_found_by_session_person_and_day(draft: Conference, carla: httpx.AsyncClient) -> None:
    await move(draft, 4, draft.grace.id)
    opening = await slot_of(draft.opening)
    await moves.pin(draft.event.id, [opening.id], True, NOON - timedelta(days=1), By(draft.ada.id))
    local = NOON.astimezone(ZoneInfo("America/Chicago")).date()

    async def counted(**asked: object) -> int:
        return len(lines(await carla.get(ROOT, params=asked)))  # type: ignore[arg-type]

    assert [await counted(q=words) for words in ("zines", "OPENING", "grace", draft.zines.code, "100%", "")] == [
        1, 1, 1, 1, 0, 2,
    ]  # fmt: skip
    assert [await counted(person=who) for who in (draft.grace.id, draft.ada.id, 999, "x")] == [1, 1, 0, 2]
    days = (local, local - timedelta(days=1), local + HOUR * 24, "x")
    assert [await counted(day=day) for day in days] == [
        1,
        1,
        0,
        2,
    ]
    assert "Nothing like that was done" in (await carla.get(f"{ROOT}?q=nothing")).text


async def test_a_long_history_has_pages(draft: Conference, carla: httpx.AsyncClient) -> None:
    opening = await slot_of(draft.opening)
    for number in range(60):
        await moves.pin(draft.event.id, [opening.id], number % 2 == 0, NOON)

    first, second = await carla.get(ROOT), await carla.get(f"{ROOT}?page=2")

    assert [len(lines(page)) for page in (first, second)] == [50, 10]
    assert "1–50 of 60" in first.text


async def test_from_there_a_gesture_is_taken_back_and_that_again(draft: Conference, carla: httpx.AsyncClient) -> None:
    was = (await slot_of(draft.zines)).starts_at
    command = await move(draft, 4, draft.grace.id)

    done = await carla.post(f"{ROOT}/undo?q=zines", data={"command": str(command)})
    after = (await slot_of(draft.zines)).starts_at
    told = lines(await carla.get(ROOT))
    twice = await carla.post(f"{ROOT}/undo", data={"command": str(command)})
    [again] = await Edit.filter(undoes=command)
    await carla.post(f"{ROOT}/undo", data={"command": str(again.command)})

    assert (done.status_code, done.headers["location"], after) == (303, f"{ROOT}?q=zines", was)
    assert told[0].startswith("Taken back: Moved “Zines in the stacks”")
    assert told[1].endswith("Taken back by Carla Manager")
    assert (twice.status_code, "This is undone already." in twice.text) == (409, True)
    assert (await slot_of(draft.zines)).starts_at == NINE + 4 * HOUR


async def test_what_stands_in_the_way_is_said_and_a_taken_room_is_given_for_a_reason(
    draft: Conference, carla: httpx.AsyncClient
) -> None:
    command = await move(draft, 4, draft.grace.id)
    await Slot.filter(session_id=draft.opening.id).delete()
    ballroom = Place(NINE + HOUR, NINE + 2 * HOUR, "America/Chicago", (draft.ballroom.id,))
    await moves.add(draft.opening.id, ballroom, NOON)

    taken = await carla.post(f"{ROOT}/undo", data={"command": str(command)})
    given = await carla.post(f"{ROOT}/undo", data={"command": str(command), "reason": "A joint session"})

    assert (taken.status_code, "Ballroom A is taken by “Opening”" in html.unescape(taken.text)) == (409, True)
    assert given.status_code == 303


async def test_nobody_undoes_what_they_could_not_have_done(draft: Conference, signed_in: SignIn) -> None:
    unit = await make.unit("Zine Round Table", kind="round_table")
    await draft.zines.filter(id=draft.zines.id).update(unit_id=unit.id)
    person = await make.person("Ed Itor", "ed@example.org")
    await make.role(person, "editor", unit=unit)
    ed = await signed_in(person)
    own = await move(draft, 4, draft.grace.id)
    foreign = await moves.pin(draft.event.id, [(await slot_of(draft.opening)).id], True, NOON)

    answers = [await ed.post(f"{ROOT}/undo", data={"command": str(one)}) for one in (own, foreign, "nonsense")]

    assert [one.status_code for one in answers] == [303, 403, 404]
    with pytest.raises(undoing.AlreadyUndone):
        await undoing.undo(draft.event.id, own, NOON, None)
