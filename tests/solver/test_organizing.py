"""The organizers' pages of the machine."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from events.people.models import Person
from events.solver import acceptances, differences, organizing, runs
from events.solver.models import Arrangement
from events.solver.weights import NAMES
from tests import make
from tests.make import NOON
from tests.schedule.conftest import Conference
from tests.solver.arrangements import in_the_tray, proposed, reason, slot_of, wishes

ROOT = "/organize/events/annual/arrangements"
SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]
FORM = {
    "which": "unplaced",
    "days": ["2026-07-09", "2026-07-10"],
    "hours": "09:00 10:30",
    "until": "18:00",
    "seconds": "60",
    **dict.fromkeys(NAMES, "3"),
}


@pytest.fixture
async def carla(draft: Conference, signed_in: SignIn) -> httpx.AsyncClient:
    person = await make.person("Carla Nowak")
    await make.role(person, "programme_manager", event_id=draft.event.id)
    return await signed_in(person)


async def test_a_manager_chooses_what_counts_and_starts_it(draft: Conference, carla: httpx.AsyncClient) -> None:
    page = await carla.get(ROOT)
    assert "The machine was not asked yet." in page.text
    assert 'value="09:00 10:00"' in page.text  # what the draft uses

    answer = await carla.post(ROOT, data={**FORM, "topics": "10", "fit": "0"})

    row = await Arrangement.get()
    assert answer.headers["location"] == f"{ROOT}/{row.id}"
    assert (row.state, row.wishes["hours"]) == ("waiting", ["09:00", "10:30"])
    assert row.wishes["weights"] == {**dict.fromkeys(NAMES, 3), "topics": 10, "fit": 0}
    waiting = await carla.get(f"{ROOT}/{row.id}")
    assert '<meta http-equiv="refresh"' in waiting.text
    assert "Carla Nowak" in waiting.text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("hours", "nine", "Times such as"),
        ("hours", "", "Times such as"),
        ("days", ["2031-01-01"], "Choose a day"),
        ("until", "late", "A time such as"),
        ("seconds", "86400", "Please choose"),
        ("walking", "99", "Please choose"),
        ("which", "all", "Please choose"),
    ],
)
async def test_what_cannot_be_read_comes_back_with_its_field(
    draft: Conference, carla: httpx.AsyncClient, field: str, value: object, words: str
) -> None:
    answer = await carla.post(ROOT, data={**FORM, field: value})

    assert answer.status_code == 422
    assert words in answer.text
    assert f'href="#f-{field}"' in answer.text
    assert await Arrangement.all().count() == 0


async def test_an_empty_form_is_told_what_it_needs(draft: Conference, carla: httpx.AsyncClient) -> None:
    answer = await carla.post(ROOT, data={})

    assert answer.status_code == 422
    assert "Choose a day at least." in answer.text


async def test_an_event_has_one_machine_at_a_time(draft: Conference, carla: httpx.AsyncClient) -> None:
    await runs.begin(draft.event.id, wishes(), None, NOON)

    answer = await carla.post(ROOT, data=FORM)

    assert answer.status_code == 409
    assert "at work on this programme already" in answer.text
    assert 'value="09:00 10:30"' in answer.text


async def test_without_the_extra_the_page_says_what_is_missing(
    draft: Conference, carla: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(organizing, "installed", lambda: False)

    page = await carla.get(ROOT)

    assert page.status_code == 200
    assert "colloquy[solver]" in page.text
    assert "<form class" not in page.text


async def test_a_waiting_one_is_stopped_at_once_and_a_running_one_by_its_worker(
    draft: Conference, carla: httpx.AsyncClient
) -> None:
    waiting = await runs.begin(draft.event.id, wishes(), None, NOON)
    await carla.post(f"{ROOT}/{waiting}/stop")
    running = await runs.begin(draft.event.id, wishes(), None, NOON)
    await runs.take_up(NOON)
    await runs.still_here(running, {"placed": 3, "moved": 0, "left": 1, "stuck": 0, "hard": 0, "cost": 7}, NOON)
    await carla.post(f"{ROOT}/{running}/stop")

    assert [(row.state, row.stop_asked) for row in await Arrangement.all().order_by("id")] == [
        ("stopped", False),
        ("running", True),
    ]
    assert (await carla.post(f"{ROOT}/{waiting}/stop")).status_code == 409


async def test_differences_are_grouped_by_day_with_reasons_and_accepted_by_ticking(
    draft: Conference, carla: httpx.AsyncClient
) -> None:
    tray, big = await in_the_tray(draft.event, "From the tray"), await in_the_tray(draft.event, "Too big for us")
    slot, data = (await slot_of(tray)).id, (await slot_of(draft.data)).id
    run = await proposed(
        draft.event,
        {slot: (1, draft.library.id), data: (2, draft.library.id)},
        [((await slot_of(big)).id, [reason("away", draft.ada.id, 3, 3)])],
    )

    page = (await carla.get(f"{ROOT}/{run}")).text

    assert "Thursday, July 9, 2026" in page
    for words in ("From the tray", "Metadata", "Topics apart", "Too big for us", "Ada Lovelace", "3 of 3 times"):
        assert words in page

    [place] = [line.id for line in await differences.lines(run) if line.slot == slot]
    answer = await carla.post(f"{ROOT}/{run}/acceptances?kind=new", data={"place": str(place), "do": "ticked"})
    assert answer.headers["location"] == f"{ROOT}/{run}?kind=new"
    assert (await slot_of(tray)).starts_at is not None
    assert "1 session is accepted." in (await carla.get(f"{ROOT}/{run}")).text


async def test_all_that_is_shown_is_accepted_by_the_filter_of_the_address(
    draft: Conference, carla: httpx.AsyncClient
) -> None:
    tray = await in_the_tray(draft.event, "From the tray")
    slot, data = (await slot_of(tray)).id, (await slot_of(draft.data)).id
    run = await proposed(draft.event, {slot: (1, draft.library.id), data: (2, draft.library.id)})

    await carla.post(f"{ROOT}/{run}/acceptances?kind=moved", data={"do": "shown"})

    assert (await slot_of(tray)).starts_at is None
    assert (await slot_of(draft.data)).version == 2


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("room={library}", {"Metadata"}),
        ("track={track}", {"Metadata"}),
        ("day=2026-07-09", {"Metadata", "From the tray"}),
        ("day=2026-07-10", set()),
        ("q=tray", {"From the tray"}),
        ("kind=new", {"From the tray"}),
    ],
)
async def test_the_list_follows_its_filters(
    draft: Conference, carla: httpx.AsyncClient, query: str, titles: set[str]
) -> None:
    tray = await in_the_tray(draft.event, "From the tray")
    slot, data = (await slot_of(tray)).id, (await slot_of(draft.data)).id
    run = await proposed(draft.event, {slot: (2, draft.ballroom.id), data: (2, draft.library.id)})
    track = draft.data.track_id  # type: ignore[attr-defined]

    page = (await carla.get(f"{ROOT}/{run}?{query.format(library=draft.library.id, track=track)}")).text

    assert {title for title in ("Metadata", "From the tray") if f">{title}</label>" in page} == titles


async def test_a_refusal_keeps_what_was_ticked_and_says_why(draft: Conference, carla: httpx.AsyncClient) -> None:
    tray = await in_the_tray(draft.event, "From the tray")
    slot, data = (await slot_of(tray)).id, (await slot_of(draft.data)).id
    run = await proposed(draft.event, {slot: (0, draft.library.id), data: (2, draft.library.id)})
    [place] = [line.id for line in await differences.lines(run) if line.slot == slot]

    answer = await carla.post(f"{ROOT}/{run}/acceptances", data={"place": str(place), "do": "ticked"})

    assert answer.status_code == 409
    assert "Two sessions in one room" in answer.text
    assert f'value="{place}" checked' in answer.text
    assert (await slot_of(tray)).starts_at is None

    nothing = await carla.post(f"{ROOT}/{run}/acceptances", data={"place": ["x", "9" * 30], "do": "ticked"})
    assert nothing.status_code == 422


async def test_what_is_accepted_is_taken_back_and_started_again(draft: Conference, carla: httpx.AsyncClient) -> None:
    tray = await in_the_tray(draft.event, "From the tray")
    run = await proposed(draft.event, {(await slot_of(tray)).id: (1, draft.library.id)})
    await carla.post(f"{ROOT}/{run}/acceptances", data={"do": "shown"})
    [(command, _count, _undone)] = await acceptances.taken_over(run)

    await carla.post(f"{ROOT}/{run}/acceptances/removal", data={"command": str(command)})
    unclear = await carla.post(f"{ROOT}/{run}/acceptances/removal", data={"command": "that one"})
    again = await carla.post(f"{ROOT}/{run}/again")

    assert (await slot_of(tray)).starts_at is None
    assert unclear.status_code == 422
    assert again.headers["location"] == f"{ROOT}/{run + 1}"
    assert (await Arrangement.get(id=run + 1)).wishes == (await Arrangement.get(id=run)).wishes


async def test_an_editor_does_not_ask_the_machine(draft: Conference, signed_in: SignIn) -> None:
    person = await make.person("Ed Editor")
    await make.role(person, "editor", event_id=draft.event.id)
    ed = await signed_in(person)

    assert (await ed.get(ROOT)).status_code == 403
    assert (await ed.post(ROOT, data=FORM)).status_code == 403
    assert await Arrangement.all().count() == 0


async def test_another_events_run_is_not_there(draft: Conference, carla: httpx.AsyncClient) -> None:
    other = await make.event("forum", unit=await draft.event.unit)
    run = await runs.begin(other.id, wishes(), None, NOON)

    for address in (f"{ROOT}/{run}", f"{ROOT}/999"):
        assert (await carla.get(address)).status_code == 404
    assert (await carla.post(f"{ROOT}/{run}/stop")).status_code == 404
    assert (await carla.post(f"{ROOT}/{run}/again")).status_code == 404
    assert (await carla.post(f"{ROOT}/{run}/acceptances", data={"do": "shown"})).status_code == 404
