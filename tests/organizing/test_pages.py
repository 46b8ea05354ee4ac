"""The organizers' home, and the letter before publishing."""

import re
from datetime import timedelta

import httpx
import pytest

from events.agenda import saves
from events.core import database
from events.planning.models import Block
from events.schedule.models import Session, SessionPerson
from tests import make
from tests.agenda.conftest import MORNING, Programme
from tests.make import NOON

ORIGIN = {"origin": "http://testserver"}
PUBLISH = "/organize/events/annual/publish"


@pytest.fixture
async def manager(client: httpx.AsyncClient, programme: Programme) -> httpx.AsyncClient:
    """A programme manager's browser."""
    person = await make.person("Mona Manager")
    await make.role(person, "programme_manager")
    client.cookies.set("signin", await make.sign_in(person))
    return client


async def releases() -> int:
    found: int = await database.value("SELECT count(*) FROM release")
    return found


def version(page: httpx.Response) -> str:
    found = re.search(r'name="version" value="([0-9a-f]+)"', page.text)
    assert found
    return found[1]


async def test_the_letter_says_what_publishing_would_do(manager: httpx.AsyncClient, programme: Programme) -> None:
    for number in range(6):
        reader = await make.person(f"Reader {number}")
        for session in (programme.late, programme.workshop):
            await saves.save(reader.id, programme.event.id, session.code, NOON)
    await make.move(programme.late, MORNING + timedelta(hours=5))

    page = await manager.get(PUBLISH)

    words = " ".join(re.sub(r"<[^>]+>", "", page.text).split())
    assert "1 session gets another time" in words
    assert "They were saved by 6 people." in words
    assert "For 6 of these people, something they keep would now clash" in words
    assert "Publish release 2" in words
    assert "Reader 1" not in page.text


async def test_publishing_what_was_shown_publishes_it(manager: httpx.AsyncClient, programme: Programme) -> None:
    await make.move(programme.late, MORNING + timedelta(hours=5))
    page = await manager.get(PUBLISH)

    said = {"version": version(page), "name": "Final programme", "note": "Moved"}
    answer = await manager.post(PUBLISH, data=said, headers=ORIGIN)

    assert (answer.status_code, answer.headers["location"]) == (303, "/organize/events/annual")
    assert await releases() == 2
    [kept] = await database.rows("SELECT name, note FROM release WHERE number = 2")
    assert tuple(kept) == ("Final programme", "Moved")
    topics = await database.rows("SELECT topic FROM outbox_message")
    assert [row["topic"] for row in topics] == ["release.published"]


async def test_a_draft_that_changed_meanwhile_is_noticed_and_not_published(
    manager: httpx.AsyncClient, programme: Programme
) -> None:
    await make.move(programme.late, MORNING + timedelta(hours=5))
    page = await manager.get(PUBLISH)
    await make.move(programme.early, MORNING + timedelta(hours=8))

    said = {"version": version(page), "name": "Final programme", "note": "Moved"}
    answer = await manager.post(PUBLISH, data=said, headers=ORIGIN)

    assert answer.status_code == 409
    assert "The draft changed since you opened this page" in answer.text
    assert "2 sessions get another time" in answer.text
    assert 'value="Final programme"' in answer.text
    assert ">Moved<" in answer.text or 'value="Moved"' in answer.text
    assert await releases() == 1
    assert await database.value("SELECT count(*) FROM outbox_message") == 0
    again = await manager.post(PUBLISH, data={"version": version(answer)}, headers=ORIGIN)
    assert again.status_code == 303


async def test_publishing_twice_with_one_page_publishes_once(manager: httpx.AsyncClient, programme: Programme) -> None:
    await make.move(programme.late, MORNING + timedelta(hours=5))
    page = await manager.get(PUBLISH)

    answers = [await manager.post(PUBLISH, data={"version": version(page)}, headers=ORIGIN) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 409]
    assert await releases() == 2


async def test_a_break_that_changed_can_be_published_alone_and_is_noticed_when_it_changes_again(
    manager: httpx.AsyncClient, programme: Programme
) -> None:
    lunch = await make.block(programme.event, MORNING + timedelta(hours=3), title="Lunch")
    page = await manager.get(PUBLISH)
    await Block.filter(id=lunch.id).update(title="Long lunch", version=2)

    stale = await manager.post(PUBLISH, data={"version": version(page)}, headers=ORIGIN)
    done = await manager.post(PUBLISH, data={"version": version(stale)}, headers=ORIGIN)

    assert "The breaks in the timetable change" in page.text
    assert (stale.status_code, done.status_code) == (409, 303)
    assert await releases() == 2


async def test_the_letter_names_who_is_in_it_and_shows_the_mails(
    manager: httpx.AsyncClient, programme: Programme
) -> None:
    reader = await make.person("Secret Reader")
    await saves.save(reader.id, programme.event.id, programme.late.code, NOON)
    for name, email, role in (("Grace Hopper", "", "interpreter"), ("Hedy <b>Lamarr", None, "speaker")):
        await SessionPerson.create(session=programme.late, person=await make.person(name, email), role=role)
    await programme.publish(NOON + timedelta(hours=1))
    await make.move(programme.late, MORNING + timedelta(days=3650))

    page = await manager.get(PUBLISH)

    words = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert "1 person gets one mail, at once, with all that changes for them. 1 more has no address with us" in words
    assert "Grace Hopper Interpreter Zines in the stacks (changes) by mail" in words
    assert "Hedy &lt;b&gt;Lamarr Speaker Zines in the stacks (changes) by nobody" in words
    assert "Subject: Changed: Zines in the stacks is now" in " ".join(words.split()).replace("Subject :", "Subject:")
    assert "Secret Reader" not in page.text


async def test_an_unchanged_draft_says_so_and_has_no_button(manager: httpx.AsyncClient, programme: Programme) -> None:
    page = await manager.get(PUBLISH)

    assert "The draft is what is published" in page.text
    assert 'name="version"' not in page.text


async def test_what_is_laid_and_only_planned_is_named_because_a_release_leaves_it_out(
    manager: httpx.AsyncClient, programme: Programme
) -> None:
    await Session.filter(id=programme.late.id).update(state="planned")

    page = await manager.get(PUBLISH)

    assert "1 session has a time and is only planned" in page.text


async def test_the_home_says_what_needs_somebody_today(manager: httpx.AsyncClient, programme: Programme) -> None:
    await database.execute("UPDATE session SET changed_at = $1", NOON - timedelta(hours=1))
    await Session.filter(id=programme.late.id).update(changed_at=NOON + timedelta(days=1))
    await database.execute("UPDATE event SET ends_on = now()::date + 5, starts_on = now()::date")

    home = await manager.get("/organize")
    event = await manager.get("/organize/events/annual")

    assert "1 session was edited since release 1." in home.text
    assert "2 sessions have a time and no room." in home.text
    assert "1 session was edited since release 1." in event.text
    assert "Registrations in the last four weeks" in event.text


async def test_the_pages_are_for_those_who_may(client: httpx.AsyncClient, programme: Programme) -> None:
    assert (await client.get("/organize")).headers["location"] == "/sign-in?next=/organize"
    visitor, editor = await make.person(), await make.person("Eve Editor")
    await make.role(editor, "editor", event_id=programme.event.id)

    client.cookies.set("signin", await make.sign_in(visitor))
    assert [(await client.get(path)).status_code for path in ("/organize", PUBLISH)] == [403, 403]
    assert (await client.get("/organize/events/no-such-event/publish")).status_code == 403

    client.cookies.set("signin", await make.sign_in(editor))
    assert [(await client.get(path)).status_code for path in ("/organize", "/organize/events/annual", PUBLISH)] == [
        200,
        200,
        403,
    ]
