"""The way of a file through an organizer's pages, with the worker in between."""

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable

import httpx
import pytest

from events.core import database, outbox
from events.people.models import Person
from events.schedule import editing, slots
from events.schedule.models import Session
from events.sheets import exports, runs, workbooks
from events.sheets.models import ImportRun
from tests import make
from tests.make import NOON
from tests.sheets.conftest import Full

SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]
ROOT = "/organize/events/annual"


async def choose(carla: httpx.AsyncClient, data: bytes, name: str = "sessions.csv") -> str:
    """Post a file; returns the address of its page."""
    answer = await carla.post(f"{ROOT}/import", files={"file": (name, data)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def work(times: int = 1) -> None:
    """What the worker does with the messages that are due."""
    messages = [
        one for one in await outbox.claim(10, make.NOON.replace(year=2100), runs.KEPT) if one.topic == runs.TOPIC
    ]
    assert len(messages) == times
    for message in messages:
        await runs.work(message.number("run"), NOON)
    await outbox.finish([message.id for message in messages], NOON)


async def seen(address: str) -> dict[str, str]:
    return {"seen": await database.value("SELECT seen FROM import_run WHERE id = $1", int(address.rsplit("/", 1)[1]))}


async def test_a_file_is_previewed_and_then_imported(full: Full, signed_in: SignIn) -> None:
    carla = await signed_in(full.carla)
    data = f"code,title,seats\n{full.zines.code},Zines & more,40\n,A new one,\n".encode()

    page = await choose(carla, data)
    waiting = await carla.get(page)
    await work()
    preview = await carla.get(page)
    before = await Session.get(id=full.zines.id)
    assert (await carla.post(f"{page}/writing", data=await seen(page))).status_code == 303
    await work()
    done = await carla.get(page)

    assert (waiting.headers["refresh"], "refresh" in preview.headers, "refresh" in done.headers) == ("2", False, False)
    assert "Ready to import" in preview.text
    assert "Zines in the stacks" in preview.text
    assert "Zines &amp; more" in preview.text
    assert (before.title, before.version) == ("Zines in the stacks", 1)
    assert "Imported" in done.text
    zines = await Session.get(id=full.zines.id)
    assert (zines.title, zines.capacity, zines.version) == ("Zines & more", 40, 2)
    assert await Session.filter(title="A new one").count() == 1
    run = await ImportRun.get()
    assert (run.state, run.data, run.counts) == (
        "done",
        None,
        {"created": 1, "changed": 1, "unchanged": 0, "missing": 2, "refused": 0, "more": 0},
    )


async def test_a_draft_that_changed_since_the_preview_is_not_written_over(full: Full, signed_in: SignIn) -> None:
    carla = await signed_in(full.carla)
    page = await choose(carla, f"code,title\n{full.zines.code},Zines!\n".encode())
    await work()
    held = await editing.session(full.event.id, full.zines.code)
    await editing.change(held.id, editing.Values(title="Somebody was faster"), held.version, NOON)

    await carla.post(f"{page}/writing", data=await seen(page))
    await work()

    assert "The draft was changed since you looked" in (await carla.get(page)).text
    assert (await Session.get(id=full.zines.id)).title == "Somebody was faster"
    await carla.post(f"{page}/looks")
    await work()
    assert "Somebody was faster" in (await carla.get(page)).text
    await carla.post(f"{page}/writing", data=await seen(page))
    await work()
    assert (await Session.get(id=full.zines.id)).title == "Zines!"


async def test_an_import_with_every_row_wrong_writes_nothing_and_names_every_row(full: Full, signed_in: SignIn) -> None:
    carla = await signed_in(full.carla)
    await make.event("other")
    before = await database.rows("SELECT * FROM session ORDER BY id")
    head = "code,title,state,day,start,end,rooms,people,seats\n"
    rows = [f",Session {n},confrmed,09.07.2026,9 o'clock,25:00,Nowhere {n},[NOBODY],many" for n in range(600)]

    page = await choose(carla, (head + "\n".join(rows)).encode())
    await work()

    first, last = await carla.get(page), await carla.get(f"{page}?show=error&page=84")
    assert "Nothing was written" in first.text
    assert "Write days as year-month-day" in first.text
    assert "Nowhere 599" in last.text
    sheet = await carla.get(f"{page}/errors.csv")
    named = list(csv.DictReader(io.StringIO(sheet.text.removeprefix("\ufeff"))))
    assert {int(one["line"]) for one in named} == set(range(2, 602))
    assert {one["column"] for one in named if one["line"] == "2"} == {
        "state",
        "people",
        "seats",
        "day",
        "start",
        "end",
        "rooms",
    }
    assert await database.rows("SELECT * FROM session ORDER BY id") == before
    assert (await carla.post(f"{page}/writing", data=await seen(page))).status_code == 409
    assert (await ImportRun.get()).data is not None  # nothing that was sent is lost


async def test_times_that_an_import_moves_stand_in_the_history_as_one_command(full: Full, signed_in: SignIn) -> None:
    carla = await signed_in(full.carla)
    data = b"".join(await exports.csv(full.event.id, "Sessions", emails=False))
    page = await choose(carla, data.replace(b"2026-07-09,09:00,10:00", b"2026-07-10,14:00,15:00"))
    await work()
    assert "2026-07-10 14:00–15:00" in (await carla.get(page)).text
    await carla.post(f"{page}/writing", data=await seen(page))
    await work()

    edits = await database.rows("SELECT what, by_id, command FROM edit WHERE by_id IS NOT NULL ORDER BY number")

    assert [(one["what"], one["by_id"]) for one in edits] == [("move", full.carla.id)]
    lying = [one.place.starts_at for one in await slots.slots_of(full.opening.id)]
    assert [at.isoformat() for at in lying if at] == ["2026-07-10T14:00:00+00:00", "2026-07-10T19:00:00+00:00"]


async def test_two_jobs_at_once_import_once(full: Full, signed_in: SignIn) -> None:
    carla = await signed_in(full.carla)
    page = await choose(carla, b"title\nA new one\n")
    await work()
    await carla.post(f"{page}/writing", data=await seen(page))
    run = (await ImportRun.get()).id

    await asyncio.gather(runs.work(run, NOON), runs.work(run, NOON))

    assert await Session.filter(title="A new one").count() == 1
    assert (await ImportRun.get()).state == "done"


async def test_what_breaks_while_writing_leaves_nothing_behind(
    full: Full, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    carla = await signed_in(full.carla)
    page = await choose(carla, f"code,title\n{full.zines.code},Zines!\n,New\n".encode())
    await work()
    await carla.post(f"{page}/writing", data=await seen(page))

    async def broken(*_given: object) -> None:
        raise RuntimeError("in the middle")

    monkeypatch.setattr("events.sheets.brought.request_rows.write", broken)
    await work()

    assert "Something broke on our side" in (await carla.get(page)).text
    assert (await Session.get(id=full.zines.id)).title == "Zines in the stacks"
    assert await Session.filter(title="New").count() == 0
    monkeypatch.undo()
    await carla.post(f"{page}/looks")
    await work()
    assert "Ready to import" in (await carla.get(page)).text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Choose a file"),
        (b"x" * (runs.LARGEST + 1), "The file has more than 7 MB"),
    ],
)
async def test_a_file_that_cannot_be_kept_is_refused_at_once(
    full: Full, signed_in: SignIn, data: bytes, words: str
) -> None:
    carla = await signed_in(full.carla)

    answer = await carla.post(f"{ROOT}/import", files={"file": ("a.csv", data)})

    assert answer.status_code == 422
    assert words in answer.text
    assert await ImportRun.all().count() == 0


async def test_a_script_in_a_title_is_shown_and_not_run(full: Full, signed_in: SignIn) -> None:
    carla = await signed_in(full.carla)
    page = await choose(carla, b"title\n<script>alert(1)</script>\n", name="<b>.csv")
    await work()

    shown = (await carla.get(page)).text

    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown
    assert "<b>.csv" not in shown


async def test_rooms_are_changed_only_by_who_keeps_the_venues(full: Full, signed_in: SignIn) -> None:
    erin = await make.person("Erin")
    await make.role(erin, "programme_manager", event_id=full.event.id)
    manager = await signed_in(erin)
    page = await choose(manager, b"name,capacity\nBallroom A,9\nHall Z,900\n", "rooms.csv")
    await work()
    assert "only who keeps the venues may" in (await manager.get(page)).text

    carla = await signed_in(full.carla)
    await carla.post(f"{page}/looks")
    await work()
    assert "Ready to import" in (await carla.get(page)).text


async def test_a_unit_editor_gets_their_sessions_and_cannot_import(full: Full, signed_in: SignIn) -> None:
    tom = await make.person("Tom")
    await make.role(tom, "editor", unit=full.teens)
    editor = await signed_in(tom)

    sheet = (await editor.get(f"{ROOT}/export/sessions.csv")).text
    people = (await editor.get(f"{ROOT}/export/people.csv")).text

    rows = list(csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff"))))
    assert {row["code"] for row in rows} == {full.opening.code}
    assert "Ada Lovelace" in people
    assert (await editor.get(f"{ROOT}/import")).status_code == 403
    assert (await editor.post(f"{ROOT}/import", files={"file": ("a.csv", b"title\nx\n")})).status_code == 403


async def test_addresses_are_only_for_who_looks_after_people(full: Full, signed_in: SignIn) -> None:
    elif_ = await make.person("Elif")
    await make.role(elif_, "administrator")
    email = await database.value("SELECT email FROM address WHERE person_id = $1", full.grace.id)

    for person, given in ((full.carla, False), (elif_, True)):
        client = await signed_in(person)
        assert (email in (await client.get(f"{ROOT}/export/people.csv")).text) is given
        book = (await client.get(f"{ROOT}/export/programme.xlsx")).content
        assert (email in str(workbooks.read(book))) is given


async def test_an_import_of_another_event_is_not_there(full: Full, signed_in: SignIn) -> None:
    carla = await signed_in(full.carla)
    other = await make.event("other")
    page = await choose(carla, b"title\nx\n")
    number = page.rsplit("/", 1)[1]

    assert (await carla.get(f"/organize/events/{other.slug}/import/{number}")).status_code == 404
    assert (await carla.post(f"/organize/events/{other.slug}/import/{number}/removal")).status_code == 404
    assert (await ImportRun.get()).state == "waiting"


async def test_old_files_and_what_they_said_go(full: Full, signed_in: SignIn) -> None:
    carla = await signed_in(full.carla)
    page = await choose(carla, b"title\nx\n")
    await work()

    assert await runs.forget(NOON + runs.KEPT, 10) == 0
    await ImportRun.all().update(changed_at=NOON)
    assert await runs.forget(NOON + runs.KEPT * 2, 10) == 1

    run = await ImportRun.get()
    assert (run.data, run.lines) == (None, [])
    assert (await carla.post(f"{page}/looks")).status_code == 422


async def test_the_latest_imports_are_listed(full: Full, signed_in: SignIn) -> None:
    carla = await signed_in(full.carla)
    for _n in range(3):
        await choose(carla, b"title\nx\n")

    listed = await carla.get(f"{ROOT}/import")

    assert listed.text.count("sessions.csv") == 3
    assert (await carla.get(f"{ROOT}/export")).status_code == 200
