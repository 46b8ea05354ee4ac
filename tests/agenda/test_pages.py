"""My schedule, as a page."""

from datetime import timedelta

import httpx

from events.agenda import freshness, personal_feeds, saves
from events.core import clock
from events.schedule.models import Session
from events.settings import Settings
from tests import make
from tests.agenda.conftest import Programme
from tests.make import NOON

ORIGIN = {"origin": "http://testserver"}


async def test_sessions_that_overlap_stand_side_by_side(client: httpx.AsyncClient, programme: Programme) -> None:
    for session in (programme.early, programme.side):
        await client.post("/events/annual/saved", data={"session": session.code}, headers=ORIGIN)

    page = await client.get("/my/schedule")

    assert "These overlap" in page.text
    assert "1 overlap" in page.text
    assert "9:00" in page.text


async def test_a_cancelled_session_stays_in_sight_with_a_way_to_remove_it(
    client: httpx.AsyncClient, programme: Programme
) -> None:
    await client.post("/events/annual/saved", data={"session": programme.late.code}, headers=ORIGIN)
    await Session.filter(id=programme.late.id).update(state="cancelled")
    await programme.publish(NOON + timedelta(hours=1))

    page = await client.get("/my/schedule")

    assert "Cancelled" in page.text
    assert "Zines in the stacks" in page.text
    assert "Remove" in page.text


async def test_a_signed_in_person_finds_their_calendars_address_again_and_again(
    client: httpx.AsyncClient, programme: Programme, settings: Settings
) -> None:
    ada = await make.person()
    client.cookies.set("signin", await make.sign_in(ada))
    await client.post("/events/annual/saved", data={"session": programme.late.code}, headers=ORIGIN)

    page = await client.get("/my/schedule")

    feed = await personal_feeds.of_person(ada.id)
    assert feed is not None
    address = personal_feeds.address(feed, settings.secret_key.get_secret_value().encode(), "http://testserver")
    assert address in page.text
    assert "webcal://testserver/calendars/my/" in page.text
    assert "None in the last 14 days." in page.text


async def test_the_panel_shows_which_apps_use_the_feed(client: httpx.AsyncClient, programme: Programme) -> None:

    ada = await make.person()
    await saves.save(ada.id, programme.event.id, programme.late.code, NOON)
    feed = await personal_feeds.of_person(ada.id)
    assert feed is not None
    ledger = freshness.Ledger()
    client.cookies.set("signin", await make.sign_in(ada))

    ledger.note(feed.id, "Google Calendar", feed.revision, clock.now())
    await ledger.flush()

    page = await client.get("/my/schedule")
    assert "Google Calendar" in page.text
    assert "up to date" in page.text


async def test_the_feed_pages_ask_who_it_is(client: httpx.AsyncClient, db: None) -> None:
    for path in ("feed", "feed/address", "feed/revocation", "feed/choices"):
        answer = await client.post(f"/my/schedule/{path}", headers=ORIGIN)
        assert answer.status_code == 401, path


async def test_an_empty_schedule_says_what_to_do(client: httpx.AsyncClient, db: None) -> None:
    page = await client.get("/my/schedule")

    assert page.status_code == 200
    assert "Nothing saved yet" in page.text


async def test_who_saved_a_session_and_who_has_a_seat_in_it_see_their_own(
    client: httpx.AsyncClient, programme: Programme
) -> None:
    ada, grace = await make.person("Ada"), await make.person("Grace", "grace@example.org")
    await saves.save(ada.id, programme.event.id, programme.late.code, NOON)
    await make.seat(grace, programme.late)

    shown = []
    for person in (ada, grace, ada):
        client.cookies.set("signin", await make.sign_in(person))
        shown.append((await client.get("/my/schedule")).text)
    client.cookies.set("locale", "en-XA")
    accented = (await client.get("/my/schedule")).text

    assert ['action="/events/annual/unsaved"' in page for page in shown] == [True, False, True]
    assert ["Your seat" in page for page in shown] == [False, True, False]
    assert ["Zines in the stacks" in page for page in shown] == [True, True, True]
    assert "Remove" in shown[0]
    assert "Remove" not in accented  # a card drawn in one language is not shown in another
