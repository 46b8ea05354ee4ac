from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx

from events.catalogue.models import Room
from events.people.models import Person
from events.schedule.models import Session
from tests import make
from tests.schedule.conftest import Conference, conference, draft
from tests.schedule.programmes import NINE

__all__ = ["conference", "draft"]  # fixtures of the schedule's room

SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]


def path(session: Session) -> str:
    return f"/events/annual/sessions/{session.code}"


async def test_it_says_when_where_who_and_what(conference: Conference, client: httpx.AsyncClient) -> None:
    page = await client.get(path(conference.opening))

    for words in (
        "Opening",
        "Thursday, July 9, 2026",
        "9:00",
        "CDT",
        "Ballroom A, North",
        "Ada Lovelace",
        "<strong>Welcome</strong>",
    ):
        assert words in page.text


async def test_it_says_who_can_come_in_where_somebody_has_looked(draft: Conference, client: httpx.AsyncClient) -> None:
    await Room.filter(id=draft.ballroom.id).update(step_free=True, hearing_loop=True)
    await Room.filter(id=draft.library.id).update(step_free=False)
    await draft.publish()

    ballroom, library = [(await client.get(path(session))).text for session in (draft.opening, draft.data)]

    assert "Step-free, Hearing loop" in ballroom
    assert ("Not step-free" in library, "Hearing loop" in library) == (True, False)


async def test_nothing_is_said_of_a_room_where_nobody_looked(conference: Conference, client: httpx.AsyncClient) -> None:
    page = (await client.get(path(conference.opening))).text

    assert [words in page for words in ("<dt>Where</dt>", "<dt>Access</dt>")] == [True, False]


async def test_it_shows_what_runs_after_and_beside_it(conference: Conference, client: httpx.AsyncClient) -> None:
    page = await client.get(path(conference.opening))

    after, beside = page.text.index("Zines in the stacks"), page.text.index("Metadata")
    assert after < beside
    assert "1 session at the same time" in page.text


async def test_a_session_is_saved_by_a_form_and_clashes_are_told(
    conference: Conference, client: httpx.AsyncClient
) -> None:
    client.headers["Origin"] = "http://testserver"
    saved = await client.post(
        "/events/annual/saved", data={"session": conference.data.code, "next": path(conference.data)}
    )

    assert saved.status_code == 303
    assert "take it out again" in (await client.get(path(conference.data))).text
    clash = await client.get(path(conference.opening))
    assert "At the same time in your schedule" in clash.text
    assert "At the same time in your schedule" not in (await client.get(path(conference.zines))).text


async def test_the_timetable_shows_what_is_saved(
    conference: Conference, client: httpx.AsyncClient, signed_in: SignIn
) -> None:
    ada = await signed_in(await make.person())
    await ada.post("/events/annual/saved", data={"session": conference.data.code})

    assert 'aria-pressed="true"' in (await ada.get("/events/annual/schedule")).text
    assert 'aria-pressed="true"' not in (await client.get("/events/annual/schedule")).text


async def test_a_closed_session_shows_its_time_alone(conference: Conference, client: httpx.AsyncClient) -> None:
    await Session.filter(id=conference.opening.id).update(visibility="closed")
    await conference.publish(5)

    page = await client.get(path(conference.opening))

    assert ("Closed session" in page.text, "9:00" in page.text) == (True, True)
    for words in ("Welcome", "Ada Lovelace", "Ballroom A", "/saved"):
        assert words not in page.text
    assert (await client.get(f"{path(conference.opening)}.ics")).status_code == 404


async def test_a_cancelled_session_says_so_and_cannot_be_saved(
    conference: Conference, client: httpx.AsyncClient
) -> None:
    await Session.filter(id=conference.opening.id).update(state="cancelled")
    await conference.publish(5)

    page = await client.get(path(conference.opening))

    assert ("does not take place" in page.text, "Save in my schedule" in page.text) == (True, False)


async def test_what_is_not_in_the_release_is_not_there(conference: Conference, client: httpx.AsyncClient) -> None:
    late = await make.session(conference.event, NINE + timedelta(hours=5), title="Not yet")

    assert (await client.get(path(late))).status_code == 404
    assert (await client.get("/events/annual/sessions/%00")).status_code == 404


async def test_a_page_is_the_same_bytes_until_something_changes(
    conference: Conference, client: httpx.AsyncClient
) -> None:
    first = await client.get(path(conference.opening))
    second = await client.get(path(conference.opening), headers={"If-None-Match": first.headers["etag"]})

    assert (second.status_code, second.content) == (304, b"")
