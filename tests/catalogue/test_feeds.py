"""The public feeds: what is in them, byte for byte, and over HTTP."""

import gzip
from datetime import UTC, date, datetime, timedelta
from typing import Any

import brotli
import httpx
import pytest
from icalendar import Calendar

from events.catalogue import entries, feeds, observances
from events.catalogue.filters import Filters
from events.catalogue.models import Event, Feed
from events.core import database, fresh
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.usefixtures("db")


async def published(**values: object) -> Event:
    event = await make.event(**values)  # type: ignore[arg-type]
    await entries.write_event_entry(event.id, NOON)
    await feeds.refresh_event(event.id, NOON)
    return event


async def test_a_stored_feed_is_the_same_plain_gzipped_and_brotlied() -> None:
    await published()
    await published(kind="course", mode="asynchronous")

    feed = await feeds.read("calendars/all")

    assert feed.gzip is not None
    assert feed.brotli is not None
    assert gzip.decompress(feed.gzip) == brotli.decompress(feed.brotli) == feed.body
    assert len(Calendar.from_ical(feed.body).walk("VEVENT")) == 2


async def test_refreshing_without_a_change_moves_nothing() -> None:
    await published()
    await feeds.refresh_all(NOON)  # feeds that nobody was in yet
    before = await Feed.get(key="calendars/all")

    assert await feeds.refresh_all(NOON + timedelta(days=3)) == []

    after = await Feed.get(key="calendars/all")
    assert (after.revision, after.etag, after.last_modified) == (before.revision, before.etag, NOON)


async def test_a_zone_is_only_in_a_feed_that_has_hours_in_it() -> None:
    await published()
    assert b"VTIMEZONE" not in (await feeds.read("calendars/all")).body

    at = datetime(2026, 7, 9, 18, tzinfo=UTC)
    await published(
        kind="webinar", mode="virtual", ends_on=date(2026, 7, 9), starts_at=at, ends_at=at + timedelta(hours=1)
    )
    fresh.clear_all()

    assert (await feeds.read("calendars/all")).body.count(b"BEGIN:VTIMEZONE") == 1


async def test_what_is_long_over_leaves_the_feeds() -> None:
    event = await published()

    assert "calendars/all" in await feeds.refresh_all(NOON + timedelta(days=500))
    fresh.clear_all()

    assert b"BEGIN:VEVENT" not in (await feeds.read("calendars/all")).body
    assert event.slug.encode() not in (await feeds.read("calendars/conferences")).body


async def test_a_feed_of_filters_has_exactly_what_the_catalogue_shows() -> None:
    unit = await make.unit()
    await published(title="Zines", unit=unit, topics=["Making"])
    await published(title="Budgets", unit=unit)
    await published(title="Elsewhere", topics=["Making"])

    feed = await feeds.filtered(Filters(unit=unit.slug, topic="Making"), NOON)

    assert feed.gzip is not None
    assert gzip.decompress(feed.gzip) == feed.body
    assert [str(event["summary"]) for event in Calendar.from_ical(feed.body).walk("VEVENT")] == ["Zines"]


async def test_a_feed_of_days_has_what_lies_in_them() -> None:
    await published(title="July", starts_on=date(2026, 7, 31), ends_on=date(2026, 8, 2))
    await published(title="August", starts_on=date(2026, 8, 1), ends_on=date(2026, 8, 1))

    july = await feeds.filtered(Filters(month="2026-07"), NOON)
    august = await feeds.filtered(Filters(month="2026-08"), NOON)

    assert july.body.count(b"BEGIN:VEVENT") == 1
    assert august.body.count(b"BEGIN:VEVENT") == 2


async def test_celebrations_are_days_in_their_feed_years_ahead() -> None:
    await observances.establish((await make.unit()).id, NOON)
    await feeds.refresh_all(NOON)

    feed = await feeds.read("calendars/celebrations")

    assert b"VTIMEZONE" not in feed.body
    found: list[Any] = Calendar.from_ical(feed.body).walk("VEVENT")
    years = {event["dtstart"].dt.year for event in found}
    assert {2026, 2027, 2028, 2029, 2030, 2031} <= years


async def test_no_feed_names_an_organizer_a_method_or_an_attendee() -> None:
    await published()

    body = (await feeds.read("calendars/all")).body

    assert not any(word in body for word in (b"METHOD", b"ORGANIZER", b"ATTENDEE", b"VALARM"))


async def test_a_calendar_app_gets_304_until_something_changes(client: httpx.AsyncClient) -> None:
    event = await published()
    first = await client.get("/calendars/all.ics")
    assert first.headers["content-type"] == "text/calendar; charset=utf-8"
    assert first.headers["x-robots-tag"] == "noindex"
    assert "set-cookie" not in first.headers
    etag = first.headers["etag"]

    again = await client.get("/calendars/all.ics", headers={"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content) == (304, b"")

    await Event.filter(id=event.id).update(starts_on=date(2026, 7, 8))
    later = NOON + timedelta(minutes=1)
    await entries.write_event_entry(event.id, later)
    await feeds.refresh_event(event.id, later)
    fresh.clear_all()

    changed = await client.get("/calendars/all.ics", headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag
    assert b"SEQUENCE:1" in changed.content


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/calendars/all.ics", 200),
        ("/calendars/webinars.ics", 200),
        ("/calendars/celebrations.ics", 200),
        ("/calendars/events.ics", 200),
        ("/calendars/events.ics?kind=webinar&q=zines&unit=x&month=2026-07", 200),
        ("/calendars/events.ics?kind=nonsense&month=never&since=%00", 200),
        ("/calendars/parties.ics", 404),
        ("/calendars/units/nobody.ics", 404),
        ("/calendars/event.ics", 404),
        ("/calendars/%00.ics", 404),
    ],
)
async def test_feeds_are_there_before_the_first_event_and_others_are_not(
    client: httpx.AsyncClient, path: str, status: int
) -> None:
    response = await client.get(path)

    assert response.status_code == status
    if status == 200:
        assert response.text.startswith("BEGIN:VCALENDAR\r\n")
        assert Calendar.from_ical(response.text)


async def test_a_units_feed_is_there_even_with_nothing_in_it(client: httpx.AsyncClient) -> None:
    unit = await make.unit()

    response = await client.get(f"/calendars/units/{unit.slug}.ics")

    assert response.status_code == 200
    assert f"X-WR-CALNAME:The Library Association: {unit.name}" in response.text


async def test_an_old_slugs_file_is_served_and_its_page_redirects(client: httpx.AsyncClient) -> None:
    event = await published(slug="old-name")
    await database.execute("INSERT INTO event_slug (slug, event_id) VALUES ('new-name', $1)", event.id)
    await Event.filter(id=event.id).update(slug="new-name")

    file = await client.get("/events/old-name/event.ics")
    page = await client.get("/events/old-name?x=1")

    assert file.status_code == 200
    assert file.text.count("BEGIN:VEVENT") == 1
    assert (page.status_code, page.headers["location"]) == (301, "/events/new-name?x=1")


async def test_a_draft_has_no_file_and_no_page(client: httpx.AsyncClient) -> None:
    await make.event("secret", state="draft")

    assert (await client.get("/events/secret/event.ics")).status_code == 404
    assert (await client.get("/events/secret")).status_code == 404
