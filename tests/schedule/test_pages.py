import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import httpx
import pytest
from lxml import etree

from events.catalogue import queries as catalogue
from events.catalogue.models import Event, EventSlug
from events.core import database
from events.schedule import queries, releases, timetable
from events.schedule.models import Session, SessionType
from tests import make
from tests.schedule.conftest import Conference
from tests.schedule.programmes import NINE


@pytest.fixture
def annual(conference: Conference, client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A visitor of the published conference."""
    return client


async def test_the_timetable_shows_the_first_day(annual: httpx.AsyncClient) -> None:
    page = await annual.get("/events/annual/schedule")

    assert page.status_code == 200
    for words in ("Opening", "Ballroom A", "Ada Lovelace", "9:00", "CDT", "America/Chicago", "Thu, Jul 9"):
        assert words in page.text


async def test_the_same_page_is_answered_with_304_until_something_is_published(
    annual: httpx.AsyncClient, conference: Conference
) -> None:
    first = await annual.get("/events/annual/schedule")
    headers = {"If-None-Match": first.headers["etag"]}

    assert (await annual.get("/events/annual/schedule", headers=headers)).status_code == 304
    await make.move(conference.opening, NINE + timedelta(hours=3))
    assert (await annual.get("/events/annual/schedule", headers=headers)).status_code == 304
    await conference.publish(5)
    again = await annual.get("/events/annual/schedule", headers=headers)
    assert (again.status_code, "12:00" in again.text) == (200, True)


@pytest.mark.parametrize(
    ("address", "there", "away"),
    [
        ("?track=data", ["Metadata"], ["Zines"]),
        ("?track=data&view=list", ["Metadata"], ["Opening"]),
        ("?room=Library&view=list", ["Metadata"], ["Opening"]),
        ("?building=North&view=list", ["Opening", "Zines"], ["Metadata"]),
        ("?q=grace", ["Metadata"], ["Opening", "Zines"]),
        ("?q=zines+stacks", ["Zines"], ["Metadata"]),
        ("?q=nothing+at+all", ["Nothing in the programme fits"], ["Zines"]),
        ("?tz=Europe/Berlin", ["4:00", "Europe/Berlin"], []),
        ("?day=1999-01-01&tz=Mars&view=sideways&track=none", ["Nothing in the programme fits"], []),
        ("?day=%00&room=%00&q=%00", ["Opening"], []),
    ],
)
async def test_filters_stay_in_the_address(
    annual: httpx.AsyncClient, address: str, there: list[str], away: list[str]
) -> None:
    page = await annual.get(f"/events/annual/schedule{address}")

    body = page.text[page.text.index("<main") :]
    assert page.status_code == 200
    assert [words for words in there if words not in body] == []
    assert [words for words in away if words in body] == []


async def test_a_search_that_finds_many_goes_on_over_pages(
    annual: httpx.AsyncClient, conference: Conference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timetable, "FOUND", 2)

    first = await annual.get("/events/annual/schedule?q=a&tz=UTC")
    [onward] = re.findall('rel="next" href="([^"]+)"', first.text)
    second = await annual.get(unescape(onward))

    assert ("3 sessions found" in first.text, "1–2 of 3" in first.text, "Zines" in first.text) == (True, True, False)
    assert ("3–3 of 3" in second.text, "Zines" in second.text, "Metadata" in second.text) == (True, True, False)
    assert "q=a" in onward
    assert "tz=UTC" in onward


async def test_a_search_is_answered_anew_after_a_release(annual: httpx.AsyncClient, conference: Conference) -> None:
    assert "Nothing in the programme fits" in (await annual.get("/events/annual/schedule?q=cafe")).text

    await Session.filter(id=conference.zines.id).update(title="Zines in the Café")
    await conference.publish(5)

    assert "Zines in the Café" in (await annual.get("/events/annual/schedule?q=cafe")).text


async def test_without_a_release_the_page_says_so(draft: Conference, client: httpx.AsyncClient) -> None:
    page = await client.get("/events/annual/schedule")

    assert "not published yet" in page.text
    assert (await client.get("/events/annual/schedule.ics")).status_code == 404


async def test_a_draft_event_is_nobodys_business(conference: Conference, client: httpx.AsyncClient) -> None:
    await Event.filter(id=conference.event.id).update(state="draft")
    catalogue.forget("annual")

    for path in ("schedule", "schedule.ics", "schedule.json", "speakers", "feed.atom"):
        assert (await client.get(f"/events/annual/{path}")).status_code == 404


async def test_imported_html_does_nothing(conference: Conference, client: httpx.AsyncClient) -> None:
    evil = "<p>Fine</p><script>alert(1)</script><img src=x onerror=alert(2)><a href='javascript:alert(3)'>x</a>"
    await Session.filter(id=conference.opening.id).update(abstract=evil, title="<b>Title</b>")
    await conference.publish(5)

    page = await client.get(f"/events/annual/sessions/{conference.opening.code}")

    assert page.status_code == 200
    assert "<p>Fine</p>" in page.text
    assert "&lt;b&gt;Title" in page.text
    for words in ("alert(1)", "onerror", "javascript:"):
        assert words not in page.text


async def test_speakers_are_listed_and_have_a_page(annual: httpx.AsyncClient, conference: Conference) -> None:
    listed = await annual.get("/events/annual/speakers")
    found = await annual.get("/events/annual/speakers?q=grace")
    page = await annual.get(f"/events/annual/speakers/{conference.grace.code}")

    assert "Ada Lovelace" in listed.text
    assert ("Grace Hopper" in found.text, "Ada Lovelace" in found.text) == (True, False)
    assert ("Metadata" in page.text, "Moderator" in page.text) == (True, True)
    assert (await annual.get("/events/annual/speakers/NOBODY")).status_code == 404


async def test_the_feed_is_the_stored_bytes_with_a_strong_etag(annual: httpx.AsyncClient) -> None:
    feed = await annual.get("/events/annual/schedule.ics")
    again = await annual.get("/events/annual/schedule.ics", headers={"If-None-Match": feed.headers["etag"]})

    assert feed.headers["content-type"] == "text/calendar; charset=utf-8"
    assert (feed.text.count("BEGIN:VEVENT"), feed.text.count("BEGIN:VTIMEZONE")) == (3, 1)
    assert "METHOD" not in feed.text
    assert "set-cookie" not in feed.headers
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("track=data", 1),
        ("room=Ballroom%20A", 2),
        ("track=none", 0),
        ("unit=nobody", 0),
        ("track=data&room=Library", 1),
        ("room=Library&room=Ballroom%20A", 3),
        ("track=data&track=none", 1),
        ("language=es", 1),
        ("language=es&language=en", 3),
        ("language=es&room=Library", 0),
        ("kind=talk", 2),
        ("kind=talk&kind=poster&track=data", 1),
        ("kind=nothing", 0),
        ("kind=%00&room=", 3),
        ("&".join(f"room={n}" for n in range(400)), 0),
    ],
)
async def test_a_feed_may_be_a_part(draft: Conference, client: httpx.AsyncClient, asked: str, count: int) -> None:
    talk = await SessionType.create(event=draft.event, slug="talk", name="Talk")
    await Session.filter(id__in=[draft.opening.id, draft.data.id]).update(type_id=talk.id)
    await Session.filter(id=draft.zines.id).update(language="es")
    await draft.publish()
    annual = client

    feed = await annual.get(f"/events/annual/schedule.ics?{asked}")

    assert (feed.status_code, feed.text.count("BEGIN:VEVENT")) == (200, count)


async def test_times_may_be_in_utc(annual: httpx.AsyncClient) -> None:
    feed = await annual.get("/events/annual/schedule.ics?tz=utc")

    assert "DTSTART:20260709T140000Z" in feed.text
    assert "VTIMEZONE" not in feed.text
    assert "TZID" not in feed.text


async def test_one_session_is_a_file_of_its_own(annual: httpx.AsyncClient, conference: Conference) -> None:
    file = await annual.get(f"/events/annual/sessions/{conference.zines.code}.ics")

    assert file.text.count("BEGIN:VEVENT") == 1
    assert "SUMMARY:Zines in the stacks" in file.text


async def test_an_old_slug_leads_pages_on_and_still_serves_the_feed(
    annual: httpx.AsyncClient, conference: Conference
) -> None:
    await Event.filter(id=conference.event.id).update(slug="annual-2026")
    await EventSlug.create(slug="annual-2026", event=conference.event)
    catalogue.forget("annual", "annual-2026")

    page = await annual.get("/events/annual/schedule?view=list")
    feed = await annual.get("/events/annual/schedule.ics")

    assert (page.status_code, page.headers["location"]) == (301, "/events/annual-2026/schedule?view=list")
    assert feed.status_code == 200


async def test_the_exports_are_files_with_an_etag(annual: httpx.AsyncClient) -> None:
    for name, kind in (("schedule.xml", "application/xml; charset=utf-8"), ("schedule.json", "application/json")):
        file = await annual.get(f"/events/annual/{name}")
        again = await annual.get(f"/events/annual/{name}", headers={"If-None-Match": file.headers["etag"]})
        assert (file.status_code, file.headers["content-type"], again.status_code) == (200, kind, 304)


async def test_the_atom_feed_tells_what_changed_and_nothing_private(
    annual: httpx.AsyncClient, conference: Conference
) -> None:
    await make.move(conference.opening, NINE + timedelta(hours=3))
    await Session.filter(id=conference.zines.id).update(visibility="registrants", title="For registrants")
    await conference.publish(5)

    feed = etree.fromstring((await annual.get("/events/annual/feed.atom")).content)

    text = "".join(feed.itertext())
    assert [one.text for one in feed.iter("{*}title")][1:] == ["Programme, version 2", "Programme, version 1"]
    assert "moved from Thu, Jul 9, 9:00 AM CDT to Thu, Jul 9, 12:00 PM CDT" in text
    assert "For registrants" not in text


async def test_a_redaction_is_seen_although_the_release_is_the_same(
    annual: httpx.AsyncClient, conference: Conference
) -> None:
    await annual.get("/events/annual/schedule")
    await database.execute("UPDATE release SET public = replace(public::text, 'Ada Lovelace', 'Somebody')::jsonb")
    await database.execute(
        "INSERT INTO redaction (event_id, what, reason, made_at) VALUES ($1, 'x', 'y', now())", conference.event.id
    )
    queries.forget(conference.event.id)

    assert "Somebody" in (await annual.get("/events/annual/schedule")).text


async def test_pages_of_two_events_with_one_id_are_never_confused(
    annual: httpx.AsyncClient, conference: Conference
) -> None:
    await annual.get("/events/annual/schedule")
    await Event.filter(id=conference.event.id).update(guid=uuid4(), title="Another")
    catalogue.forget("annual")

    assert "Another" in (await annual.get("/events/annual/schedule")).text


async def test_breaks_are_in_the_timetable_once_they_are_published_and_blocks_never(
    conference: Conference, client: httpx.AsyncClient
) -> None:
    await make.block(conference.event, NINE + timedelta(hours=2), title="Lunch for all")
    await make.block(conference.event, NINE + timedelta(hours=2), kind="block", title="Cleaning")
    before = (await client.get("/events/annual/schedule")).text
    await conference.publish(60)

    after = (await client.get("/events/annual/schedule")).text
    listed = (await client.get("/events/annual/schedule?view=list")).text

    assert ("Lunch" in before, "Lunch for all" in after, "Lunch for all" in listed) == (False, True, True)
    assert "Cleaning" not in after
    with pytest.raises(releases.NothingToPublish):
        await conference.publish(120)
