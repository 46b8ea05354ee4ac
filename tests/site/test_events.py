"""The catalogue as visitors see it."""

import re
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from events.catalogue import entries, observances
from events.core import clock
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.usefixtures("db", "at_noon")


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


async def test_events_stand_by_month_with_their_price_and_the_last_seats(client: httpx.AsyncClient) -> None:
    at = datetime(2026, 8, 4, 18, tzinfo=UTC)
    webinar = await make.event(
        title="Zines", kind="webinar", mode="virtual", starts_on=at.date(), ends_on=at.date(), starts_at=at,
        ends_at=at + timedelta(hours=1),
    )  # fmt: skip
    await make.ticket_type(webinar, price=5900, places=7)
    free = await make.event(title="Open day", starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 1))
    await make.ticket_type(free, price=0)

    page = (await client.get("/events")).text

    assert page.index("July 2026") < page.index("Open day") < page.index("August 2026") < page.index("Zines")
    assert "$59.00" in page
    assert "7 seats left" in page
    assert ">Free<" in page
    assert re.search(r"1:00\sPM\sCDT", page)


async def test_the_filters_stay_in_the_address_and_the_feed_has_the_same(client: httpx.AsyncClient) -> None:
    await make.event(title="Zines", topics=["Making"])

    page = (await client.get("/events?kind=conference&topic=Making&q=zines")).text

    assert 'href="/calendars/events.ics?kind=conference&amp;q=zines&amp;topic=Making"' in page
    assert 'href="/events?topic=Making&amp;q=zines&amp;kind=conference&amp;kind=webinar"' in page
    assert "Clear all" in page
    assert "Zines" in page


async def test_a_search_line_says_what_it_understood(client: httpx.AsyncClient) -> None:
    page = (await client.get("/events", params={"q": "free webinars May"})).text

    assert "Understood as: Free · Webinars · May 2027" in page


async def test_free_leaves_only_what_costs_nothing(client: httpx.AsyncClient) -> None:
    dear, free = await make.event(title="Dear thing"), await make.event(title="Gift")
    await make.ticket_type(dear, price=100)
    await make.ticket_type(free, price=0)
    await make.event(title="Not on sale", state="announced")

    page = (await client.get("/events", params={"q": "free"})).text

    assert "Gift" in page
    assert "Dear thing" not in page
    assert "Not on sale" not in page
    for event in (dear, free):
        await entries.write_event_entry(event.id, NOON)
    feed = (await client.get("/calendars/events.ics", params={"q": "free"})).text
    assert "SUMMARY:Gift" in feed
    assert "Dear thing" not in feed


async def test_celebrations_lie_across_their_months(client: httpx.AsyncClient) -> None:
    await observances.establish((await make.unit()).id, NOON)

    page = (await client.get("/events")).text

    assert page.index("September 2026") < page.index("Library Card Sign-up Month") < page.index("October 2026")


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=99999999", "page=x", "month=2026-99", "kind=%00", "q=%27%22%3C", "q=" + "x" * 5000],
)
async def test_no_address_breaks_the_catalogue(client: httpx.AsyncClient, query: str) -> None:
    await make.event()

    assert (await client.get(f"/events?{query}")).status_code == 200


async def test_a_page_after_the_last_shows_the_last(client: httpx.AsyncClient) -> None:
    unit = await make.unit()
    for number in range(51):
        await make.event(title=f"Event {number}", unit=unit)

    assert "Page 2 of 2" in (await client.get("/events?page=7")).text


async def test_a_list_with_nothing_in_it_says_what_to_do(client: httpx.AsyncClient) -> None:
    page = (await client.get("/events?q=nothing-like-this")).text

    assert "Nothing here yet" in page
    assert "Show all events" in page


async def test_somebodys_words_are_never_markup(client: httpx.AsyncClient) -> None:
    await make.event(title="<script>alert(1)</script>", topics=["<b>"])

    page = (await client.get("/events?topic=%3Cb%3E&q=%3Ci%3E")).text

    assert "<script>alert" not in page
    assert "<b>" not in page
    assert "<i>" not in page


async def test_the_front_page_shows_what_comes_next(client: httpx.AsyncClient) -> None:
    await make.event(title="Annual Conference")
    await make.event(title="A course", kind="course", mode="asynchronous")

    page = (await client.get("/")).text

    assert page.index("Coming up") < page.index("Annual Conference") < page.index("A course")
    assert "See all 2 events" in page


async def test_an_empty_house_has_a_front_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")

    assert answer.status_code == 200
    assert "Nothing is announced yet" in answer.text
