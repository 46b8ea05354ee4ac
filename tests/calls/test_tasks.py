"""Presenters' tasks: who owes them, how they are done, and who is reminded when."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest_asyncio

from events.calls import task_answers, task_lists, task_reminders, tasks
from events.calls.models import Call, Proposal, ProposalPerson, Task, TaskAnswer
from events.calls.task_lists import Filter
from events.catalogue.models import Event
from events.core import clock, database
from events.core.models import OutboxMessage
from events.core.outbox import Message
from events.people.models import Person
from events.schedule.models import Session, SessionPerson
from events.settings import Settings
from tests import make
from tests.calls.conftest import SignIn
from tests.core.test_files import picture
from tests.make import NOON

ROOT = "/organize/events/annual/tasks"
TODAY = NOON.date()


@dataclass
class Stage:
    """Ada speaks in two sessions of the event “annual”, Moira moderates one of them and has no address."""

    event: Event
    ada: Person
    moira: Person
    first: Session
    second: Session

    async def task(self, kind: str = "slides", **values: object) -> Task:
        given: dict[str, Any] = {"title": f"Your {kind}", "due_on": TODAY + timedelta(days=14), "roles": ["speaker"]}
        given |= {"type_ids": [], "remind_days": [14, 3]} | values
        return await Task.create(event=self.event, kind=kind, **given)

    async def owed(self, state: str = "") -> list[tuple[str, str, str]]:
        """(name, task, session) as organizers see it."""
        found = await task_lists.lines(self.event.id, Filter("", None, state, TODAY), "name", 1)
        return [(one.owed.name, one.owed.title, one.owed.session_title) for one in found]


@pytest_asyncio.fixture
async def stage(db: None) -> Stage:
    event = await make.event("annual")
    ada, moira = await make.person("Ada", "ada@example.org"), await make.person("Moira", None)
    first = await make.session(event, NOON, title="First")
    second = await make.session(event, NOON + timedelta(hours=2), title="Second")
    for session in (first, second):
        await SessionPerson.create(session=session, person=ada, role="speaker")
    await SessionPerson.create(session=first, person=moira, role="moderator")
    return Stage(event, ada, moira, first, second)


async def test_a_biography_is_owed_once_and_slides_once_a_session(stage: Stage) -> None:
    await stage.task("slides")
    await stage.task("biography", roles=[])

    assert await stage.owed() == [
        ("Ada", "Your slides", "First"),
        ("Ada", "Your slides", "Second"),
        ("Ada", "Your biography", ""),
        ("Moira", "Your biography", ""),
    ]


async def test_who_is_in_a_cancelled_session_or_was_taken_out_owes_nothing(stage: Stage) -> None:
    await stage.task("slides")
    await Session.filter(id=stage.first.id).update(state="cancelled")
    assert await stage.owed() == [("Ada", "Your slides", "Second")]

    await SessionPerson.filter(session=stage.second).delete()
    assert await stage.owed() == []


async def test_a_session_of_a_call_counts_from_its_confirmation_on_and_not_for_who_stepped_back(
    stage: Stage,
) -> None:
    await stage.task("slides")
    now = clock.now()
    call = await Call.create(event=stage.event, slug="papers", title="Papers", opens_at=NOON, closes_at=now)
    proposal = await Proposal.create(
        call=call,
        code="ABC123",
        owner=stage.ada,
        state="accepted",
        session=stage.first,
        created_at=now,
        changed_at=now,
        submitted_at=now,
        answers={},
    )
    presenter = await ProposalPerson.create(
        proposal=proposal, person=stage.ada, name="Ada", state="accepted", answers={}
    )

    async def sessions() -> list[str]:
        return [session for _name, _title, session in await stage.owed()]

    seen = [await sessions()]
    for state in ("confirmed", "withdrawn", "confirmed"):
        await Proposal.all().update(state=state)
        seen.append(await sessions())
    presenter.state = "declined"
    await presenter.save()
    seen.append(await sessions())

    assert seen == [["Second"], ["First", "Second"], ["Second"], ["First", "Second"], ["Second"]]


async def test_a_presenter_does_their_tasks(stage: Stage, signed_in: SignIn) -> None:
    biography, headshot = await stage.task("biography"), await stage.task("headshot")
    release, slides = await stage.task("release_form", words="We **film** you."), await stage.task("slides")
    ada = await signed_in(stage.ada)
    first = f"/{stage.first.code}"

    page = await ada.get("/my/tasks")
    assert [page.text.count(words) for words in ("Your biography", "Your slides", "Late")] == [1, 2, 6]
    empty = await ada.post(f"/my/tasks/{biography.id}", data={"words": ""})
    wrong = await ada.post(f"/my/tasks/{headshot.id}", files={"file": ("me.png", b"MZ", "image/png")})
    assert (empty.status_code, wrong.status_code, "none of what is taken" in wrong.text) == (422, 422, True)

    done = [
        await ada.post(f"/my/tasks/{biography.id}", data={"words": "Wrote the first program."}),
        await ada.post(f"/my/tasks/{headshot.id}", files={"file": ("me.jpg", picture(size=(3000, 2000)), "")}),
        await ada.post(f"/my/tasks/{release.id}{first}", data={"agree": "1"}),
        await ada.post(f"/my/tasks/{slides.id}{first}", files={"file": ("talk.pdf", b"%PDF-1.7", "")}),
    ]

    assert [one.status_code for one in done] == [303] * 4
    assert "<strong>film</strong>" in (await ada.get(f"/my/tasks/{release.id}/{stage.second.code}")).text
    assert (await Person.get(id=stage.ada.id)).biography == "Wrote the first program."
    assert (await ada.get(f"/my/tasks/{headshot.id}/file")).headers["content-type"] == "image/jpeg"
    assert (await ada.get(f"/my/tasks/{slides.id}{first}/file")).content == b"%PDF-1.7"
    assert await stage.owed("missing") == [("Ada", "Your release_form", "Second"), ("Ada", "Your slides", "Second")]


async def test_a_task_is_taken_back_and_is_to_be_done_again(stage: Stage, signed_in: SignIn) -> None:
    task = await stage.task("av")
    ada = await signed_in(stage.ada)
    path = f"/my/tasks/{task.id}/{stage.first.code}"
    await ada.post(path, data={"words": "A piano"})
    await ada.post(path, data={"words": "Two pianos"})
    assert [one.words for one in await TaskAnswer.all()] == ["Two pianos"]

    await ada.post(path, data={"words": "", "do": "take_back"})

    assert await TaskAnswer.all().count() == 0


async def test_tasks_and_files_of_others_are_not_there(stage: Stage, signed_in: SignIn) -> None:
    task = await stage.task("slides")
    ada, mallory = await signed_in(stage.ada), await signed_in(await make.person("Mallory"))
    path = f"/my/tasks/{task.id}/{stage.first.code}"
    await ada.post(path, files={"file": ("talk.pdf", b"%PDF-1.7", "")})

    answers = [
        await mallory.get(path),
        await mallory.get(f"{path}/file"),
        await mallory.post(path, data={"words": "x"}),
    ]
    answers += [await ada.get(f"/my/tasks/{task.id}"), await ada.get(f"/my/tasks/{task.id}/NOSUCH")]

    assert [one.status_code for one in answers] == [404] * 5
    assert "talk.pdf" not in (await mallory.get("/my/tasks")).text


# Organizers.


async def manager(stage: Stage, signed_in: SignIn) -> httpx.AsyncClient:
    person = await make.person("Mary Manager")
    await make.role(person, "programme_manager", event_id=stage.event.id)
    return await signed_in(person)


def typed(**changes: object) -> dict[str, object]:
    given: dict[str, object] = {"kind": "av", "title": "What you need", "due_on": "2026-07-01", "roles": ["speaker"]}
    return given | {"remind_days": "7, 1", "words": ""} | changes


async def test_an_organizer_asks_for_something_and_sees_who_has_done_it(stage: Stage, signed_in: SignIn) -> None:
    mary, ada = await manager(stage, signed_in), await signed_in(stage.ada)

    made = await mary.post(f"{ROOT}/new", data=typed())
    task = await Task.get()
    await ada.post(f"/my/tasks/{task.id}/{stage.first.code}", data={"words": "=1+1"})
    page = await mary.get(f"{ROOT}?task={task.id}&state=done&q=first&sort=-name")
    table = (await mary.get(f"{ROOT}.csv?state=done")).text

    assert (made.status_code, task.remind_days, task.due_on) == (303, [7, 1], date(2026, 7, 1))
    assert ("1 of 2" in page.text, page.text.count("/people/")) == (True, 1)
    assert (table.startswith("\ufeffname,task"), "'=1+1" in table, table.count("\n")) == (True, True, 2)


async def test_what_is_wrong_with_a_task_is_said_at_its_field(stage: Stage, signed_in: SignIn) -> None:
    mary = await manager(stage, signed_in)

    answer = await mary.post(f"{ROOT}/new", data=typed(title="", due_on="soon", remind_days="7"))
    days = await mary.post(f"{ROOT}/new", data=typed(remind_days="often", roles=["boss"], types=["99"]))

    assert [f'href="#f-{name}"' in answer.text for name in ("title", "due_on")] == [True, True]
    assert [f'href="#f-{name}"' in days.text for name in ("remind_days", "roles", "types")] == [True] * 3
    assert (answer.status_code, days.status_code, await Task.all().count()) == (422, 422, 0)


async def test_an_organizer_notes_what_came_by_mail_from_who_has_no_account(stage: Stage, signed_in: SignIn) -> None:
    task = await stage.task("headshot", roles=["moderator"])
    mary = await manager(stage, signed_in)
    assert "no account, gets no mail" in (await mary.get(ROOT)).text
    path = f"{ROOT}/{task.id}/people/{stage.moira.code}"

    answer = await mary.post(path, files={"file": ("moira.png", picture("PNG"), "")})

    assert (answer.status_code, (await mary.get(f"{path}/file")).headers["content-type"]) == (303, "image/png")
    assert await stage.owed("done") == [("Moira", "Your headshot", "")]


async def test_another_events_tasks_are_not_there(stage: Stage, signed_in: SignIn) -> None:
    mary = await manager(stage, signed_in)
    other = await make.event("other")
    foreign = await Task.create(event=other, kind="av", title="Theirs", due_on=TODAY)

    assert (await mary.get(f"{ROOT}/{foreign.id}")).status_code == 404
    assert (await mary.post(f"{ROOT}/{foreign.id}/removal")).status_code == 404
    assert (await mary.get(f"{ROOT}/{foreign.id}/people/{stage.ada.code}")).status_code == 404
    assert (await mary.get("/organize/events/other/tasks")).status_code == 403
    assert await Task.filter(id=foreign.id).exists()


async def test_a_task_that_is_taken_away_takes_its_answers_along(stage: Stage, signed_in: SignIn) -> None:
    task = await stage.task("biography")
    mary, ada = await manager(stage, signed_in), await signed_in(stage.ada)
    await ada.post(f"/my/tasks/{task.id}", data={"words": "Me"})

    await mary.post(f"{ROOT}/{task.id}/removal")

    assert (await Task.all().count(), await TaskAnswer.all().count()) == (0, 0)


# Reminders.


async def rung() -> list[tuple[str | None, object]]:
    return [(row.key, row.body) for row in await OutboxMessage.all().order_by("id")]


async def body_of(stage: Stage, settings: Settings, at: datetime = NOON) -> str:
    message = Message(1, task_reminders.TOPIC, {"person": stage.ada.id}, 1)
    letter = await task_reminders.letter(message, settings, at)
    return letter.body.decode().replace("=\r\n", "") if letter else ""


async def test_one_mail_a_person_and_day_has_all_that_is_open(stage: Stage, settings: Settings) -> None:
    await stage.task("slides")
    await stage.task("biography", roles=[], due_on=TODAY + timedelta(days=3))
    await stage.task("av", remind_days=[])

    first, again = await task_reminders.ring_due(NOON), await task_reminders.ring_due(NOON + timedelta(hours=5))

    assert (first, again) == (1, 0)  # Moira owes a biography too, and has no address
    assert await rung() == [(f"task-reminder-{stage.ada.id}-{TODAY}", {"person": stage.ada.id})]
    body = await body_of(stage, settings)
    assert "To: Ada <ada@example.org>" in body
    assert [
        body.count(words) > 0 for words in ("Your slides", "Your biography", "Your av", "Second", "/my/tasks/")
    ] == [True] * 5


async def test_nobody_is_reminded_on_other_days_or_of_what_is_done(stage: Stage) -> None:
    task = await stage.task("biography")
    assert await task_reminders.ring_due(NOON - timedelta(days=1)) == 0

    owed = await task_answers.find(task.id, stage.ada.id, "")
    await TaskAnswer.create(task=task, person_id=owed.person_id, words="Me", done_at=NOON)

    assert await task_reminders.ring_due(NOON) == 0


async def test_what_a_closed_house_missed_is_rung_the_days_after_once(stage: Stage) -> None:
    await stage.task("slides")
    rung_on = [await task_reminders.ring_due(NOON + timedelta(days=n)) for n in (1, 2, 3, 4)]

    assert rung_on == [1, 0, 0, 0]
    await OutboxMessage.all().delete()
    assert await task_reminders.ring_due(NOON + timedelta(days=3)) == 0  # too late for that one


async def test_a_mail_whose_tasks_are_done_or_gone_meanwhile_is_not_sent(stage: Stage, settings: Settings) -> None:
    await stage.task("slides")
    assert "Your slides" in await body_of(stage, settings)

    await Session.all().update(state="cancelled")

    assert await body_of(stage, settings) == ""


async def test_events_that_are_not_public_or_cancelled_remind_nobody(stage: Stage) -> None:
    await stage.task("slides")
    found = []
    for state in ("draft", "cancelled", "announced"):
        await Event.all().update(state=state)
        found.append(await task_reminders.ring_due(NOON))

    assert found == [0, 0, 1]


async def test_three_thousand_lines_are_a_page_at_a_time_by_a_handful_of_statements(stage: Stage) -> None:
    await stage.task("slides")
    await database.execute(
        "INSERT INTO person (guid, code, name, created_at) SELECT gen_random_uuid(), 'P' || n, 'Person ' || n, $1"
        " FROM generate_series(10000, 12999) n",
        datetime.now(UTC),
    )
    await database.execute(
        "INSERT INTO session_person (session_id, person_id, role, position)"
        " SELECT $1, id, 'speaker', 0 FROM person WHERE name LIKE 'Person %'",
        stage.first.id,
    )
    asked = Filter("person 1", None, "missing", TODAY)

    counts = await task_lists.counts(stage.event.id, asked)
    last = await task_lists.lines(stage.event.id, asked, "name", 30)

    assert counts == {"missing": 3000}
    assert (len(last), last[-1].owed.name, last[-1].reachable) == (100, "Person 12999", False)
    assert (await tasks.of_event(stage.event.id))[0].owed == 3002
