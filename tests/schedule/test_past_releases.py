"""What was published can be read again, compared, and brought back into the draft."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from events.core import database
from events.core.errors import NotFound
from events.people.models import Person
from events.schedule import moves, past_releases, queries, redactions, releases, slots, undoing
from events.schedule.models import Edit, Session, Slot
from events.schedule.moves import RoomTaken
from events.schedule.past_releases import Returned
from tests import make
from tests.make import NOON
from tests.schedule.conftest import Conference
from tests.schedule.programmes import NINE
from tests.schedule.rows import slot_of

SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]
HOUR = timedelta(hours=1)


async def later(session: Session, hours: float) -> None:
    row = await slots.slot((await slot_of(session)).id)
    starts = NINE + hours * HOUR
    place = replace(row.place, starts_at=starts, ends_at=starts + HOUR)
    await moves.move(row.id, place, row.version, NOON)


async def much_changed(conference: Conference) -> None:
    """Moved, said otherwise, cancelled, added: and published as release 2."""
    await later(conference.zines, 6)
    await Session.filter(id=conference.opening.id).update(title="Welcome")
    await Session.filter(id=conference.data.id).update(state="cancelled")
    await make.session(conference.event, NINE + 3 * HOUR, title="New", room=conference.library)
    await conference.publish(60)


async def published(conference: Conference) -> dict[str, tuple[str, str]]:
    snapshot = await queries.last(conference.event.id)
    assert snapshot is not None
    return {
        session.title: (session.state, f"{slot.starts_at:%H:%M}")
        for session in snapshot.sessions
        for slot in session.slots
    }


async def test_an_old_release_is_what_it_was(conference: Conference) -> None:
    await much_changed(conference)

    old = await past_releases.release(conference.event.id, 1)
    found = await past_releases.lines(conference.event.id)

    assert {session.title for session in old.sessions} == {"Opening", "Zines in the stacks", "Metadata"}
    assert [(line.number, line.sessions) for line in found] == [(2, 4), (1, 3)]
    with pytest.raises(NotFound):
        await past_releases.release(conference.event.id, 3)


async def test_any_two_are_compared_either_way(conference: Conference) -> None:
    await much_changed(conference)

    there = await past_releases.between(conference.event.id, 1, 2)
    back = await past_releases.between(conference.event.id, 2, 1)

    assert {(one.title, *one.what) for one in there.changes} == {
        ("Zines in the stacks", "time"),
        ("Welcome", "words"),
        ("Metadata", "cancelled"),
        ("New", "added"),
    }
    assert {(one.title, *one.what) for one in back.changes} >= {("Metadata", "restored"), ("New", "removed")}


async def test_returning_makes_the_draft_say_what_the_release_said(conference: Conference) -> None:
    before = await published(conference)
    await much_changed(conference)
    planned = await make.session(conference.event, NINE + 9 * HOUR, title="Only planned", state="planned")

    done = await past_releases.return_to(conference.event.id, 1, NOON, conference.ada.id)
    assert await published(conference) != before  # nothing is public before somebody publishes
    await conference.publish(120)

    assert done == Returned(moved=1, taken_out=1, states=2, words=1)
    after = await published(conference)
    assert {title: after[title] for title in before} == before
    assert (await slot_of(planned)).starts_at == NINE + 9 * HOUR
    assert (await Session.get(title="New")).state == "planned"


async def test_a_time_that_was_taken_away_comes_back_with_its_uid(conference: Conference) -> None:
    slot = await slot_of(conference.zines)
    await moves.remove(slot.id, slot.version, NOON)

    done = await past_releases.return_to(conference.event.id, 1, NOON, None)

    assert done == Returned(brought_back=1)
    assert (await Slot.get(id=slot.id)).uid == slot.uid


async def test_what_is_deleted_is_told_by_name(conference: Conference) -> None:
    await Session.filter(id=conference.zines.id).delete()

    done = await past_releases.return_to(conference.event.id, 1, NOON, None)

    assert done.lost == ("Zines in the stacks",)


async def test_a_room_that_another_event_has_meanwhile_changes_nothing(conference: Conference) -> None:
    await later(conference.zines, 6)
    await Session.filter(id=conference.opening.id).update(title="Welcome")
    await make.session(await make.event("elsewhere"), NINE + HOUR, room=conference.ballroom)

    with pytest.raises(RoomTaken):
        await past_releases.return_to(conference.event.id, 1, NOON, None)

    assert (await Session.get(id=conference.opening.id)).title == "Welcome"


async def test_the_times_of_a_return_are_taken_back_like_any_gesture(conference: Conference) -> None:
    await later(conference.zines, 6)
    await past_releases.return_to(conference.event.id, 1, NOON, None)
    edit = await Edit.filter(event=conference.event).order_by("-number").first()
    assert edit is not None

    await undoing.undo(conference.event.id, edit.command, NOON, None)

    assert (await slot_of(conference.zines)).starts_at == NINE + 6 * HOUR


async def test_everybody_reads_what_changed_and_how_it_was(conference: Conference, client: httpx.AsyncClient) -> None:
    await much_changed(conference)

    changes = (await client.get("/events/annual/changes")).text
    old = (await client.get("/events/annual/releases/1")).text
    new = (await client.get("/events/annual/releases/2")).text

    assert [words in changes for words in ("Version 2", "Zines in the stacks", "moved from", "cancelled")] == [True] * 4
    assert ("This is not how the programme is now" in old, "Opening" in old, "Welcome" in old) == (True, True, False)
    assert ("This is not how the programme is now" in new, "Welcome" in new) == (False, True)
    assert (await client.get("/events/annual/releases/9")).status_code == 404


async def test_pages_about_releases_are_rendered_once_and_follow_what_is_published_and_redacted(
    conference: Conference, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await much_changed(conference)
    asked: list[str] = []
    real = database.rows

    async def noted(statement: str, *args: Any) -> Any:
        asked.append(statement)
        return await real(statement, *args)

    monkeypatch.setattr(database, "rows", noted)
    for page in ("changes", "releases/1"):
        first, again = [await client.get(f"/events/annual/{page}") for _time in range(2)]
        assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    assert sum("FROM release r CROSS JOIN" in statement for statement in asked) == 1

    await redactions.redact_text(conference.event.id, conference.opening.code, "title", "They asked", None, NOON)

    for page in ("changes", "releases/1"):
        assert "Opening" not in (await client.get(f"/events/annual/{page}")).text
    await later(conference.zines, 7)
    await conference.publish(120)
    assert "Version 3" in (await client.get("/events/annual/changes")).text
    assert "Open version 3" in (await client.get("/events/annual/releases/1")).text


async def test_what_was_redacted_is_not_brought_back(conference: Conference) -> None:
    await much_changed(conference)
    await past_releases.release(conference.event.id, 1, True)
    await redactions.redact_text(conference.event.id, conference.opening.code, "title", "They asked", None, NOON)

    await past_releases.return_to(conference.event.id, 1, NOON, None)

    assert (await Session.get(id=conference.opening.id)).title == redactions.BLANK


async def test_a_cancelled_session_is_still_found_and_its_page_says_so(
    conference: Conference, client: httpx.AsyncClient
) -> None:
    await Session.filter(id=conference.zines.id).update(state="cancelled")
    await conference.publish(60)
    await later(conference.data, 6)
    await conference.publish(120)

    found = (await client.get("/events/annual/schedule?q=zines")).text
    page = await client.get(f"/events/annual/sessions/{conference.zines.code}")
    listed = (await client.get("/events/annual/releases/3")).text

    assert f"/events/annual/sessions/{conference.zines.code}" in found
    assert (page.status_code, "Cancelled" in page.text) == (200, True)
    assert re.search(r"Zines in the stacks</a>.*Cancelled", listed)


async def test_what_only_registrants_see_is_in_neither(conference: Conference, client: httpx.AsyncClient) -> None:
    await Session.filter(id=conference.zines.id).update(visibility="registrants")
    await conference.publish(60)

    for page in ("changes", "releases/2"):
        assert "Zines" not in (await client.get(f"/events/annual/{page}")).text.replace(
            "Zines in the stacks</a>: no longer", ""
        )


async def test_a_manager_compares_and_brings_one_back(conference: Conference, signed_in: SignIn) -> None:
    await much_changed(conference)
    person = await make.person("Mary Manager", "mary@example.org")
    await make.role(person, "programme_manager", event_id=conference.event.id)
    mary = await signed_in(person)
    root = "/organize/events/annual/releases"

    listed = (await mary.get(root)).text
    compared = (await mary.get(f"{root}/comparison?from=1&to=2")).text
    done = await mary.post(f"{root}/1/return")

    assert "Bring back into the draft" in listed
    assert ("4 changes" in compared, "Welcome" in compared) == (True, True)
    assert (done.status_code, done.headers["location"]) == (303, "/organize/events/annual/publish")
    assert (await Session.get(id=conference.opening.id)).title == "Opening"
    assert (await mary.get(f"{root}/comparison?from=x&to=7")).status_code == 404


async def test_publishing_twice_the_same_is_still_nothing(conference: Conference) -> None:
    await past_releases.return_to(conference.event.id, 1, NOON, None)

    with pytest.raises(releases.NothingToPublish):
        await conference.publish(60)
