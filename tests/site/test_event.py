"""The page of an event: first what, when and where; then what it costs its reader."""

import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from events.calls.models import Call
from events.catalogue import observances
from events.core import clock
from events.people.models import Person
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.usefixtures("db", "at_noon")


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


def structured(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, object] = json.loads(found[1])
    return data


async def test_the_first_lines_say_what_when_and_where(client: httpx.AsyncClient) -> None:
    venue = await make.venue("McCormick Place", "Chicago")
    await make.event("annual", venue=venue, description="Five **days**.")

    page = (await client.get("/events/annual")).text

    assert "<h1>Annual Conference</h1>" in page
    assert "Thursday, July 9, 2026 – Sunday, July 12, 2026 · McCormick Place, Chicago" in page
    assert "<strong>days</strong>" in page


async def test_a_webinar_has_its_hour_with_its_zone_and_hides_its_link(client: httpx.AsyncClient) -> None:
    at = datetime(2026, 7, 14, 18, tzinfo=UTC)
    await make.event(
        "zines", kind="webinar", mode="virtual", starts_on=at.date(), ends_on=at.date(), starts_at=at,
        ends_at=at + timedelta(minutes=75), join_link="https://meet.example/secret",
    )  # fmt: skip

    page = (await client.get("/events/zines")).text

    assert re.search(r"Tuesday, July 14, 2026, 1:00\sPM–2:15\sPM\sCDT · Online", page)
    assert "meet.example" not in page


async def test_a_price_is_yours_and_says_why(
    client: httpx.AsyncClient, signed_in: Callable[[Person], Awaitable[httpx.AsyncClient]]
) -> None:
    unit = await make.unit()
    event = await make.event("annual", unit=unit)
    await make.ticket_type(event, "Full conference", rates={"member": 27500, "nonmember": 44000})
    member = await make.person()
    await make.membership(member)

    anybody, theirs = (
        (await client.get("/events/annual")).text,
        (await (await signed_in(member)).get("/events/annual")).text,
    )

    assert "$440.00" in anybody
    assert "Nonmember price" in anybody
    assert "$275.00" not in anybody
    assert "$275.00" in theirs
    assert "Member price" in theirs
    assert 'href="/events/annual/register"' in anybody


async def test_who_may_edit_finds_the_way_and_nobody_who_comes_after_them(
    signed_in: Callable[[Person], Awaitable[httpx.AsyncClient]],
) -> None:
    unit = await make.unit()
    event = await make.event("annual", unit=unit)
    await make.ticket_type(event, "Full conference", rates={"member": 27500, "nonmember": 44000})
    editor, member = await make.person("Ada <b>Lovelace</b>"), await make.person("Grace")
    reader = await make.person("", "alan@example.org")
    await make.role(editor, unit=unit)
    for person in (editor, member):
        await make.membership(person)

    people = (reader, member, editor, member, reader)
    shown = [(await (await signed_in(one)).get("/events/annual")).text for one in people]

    assert ['href="/organize/events/annual"' in page for page in shown] == [False, False, True, False, False]
    assert ["$275.00" in page for page in shown] == [False, True, True, True, False]
    assert ["Ada &lt;b&gt;Lovelace&lt;/b&gt;" in page for page in shown] == [False, False, True, False, False]
    assert ["Grace" in page for page in shown] == [False, True, False, True, False]
    assert ["alan@example.org" in page for page in shown] == [True, False, False, False, True]


async def test_the_price_is_that_of_the_full_ticket_not_of_the_cheapest(client: httpx.AsyncClient) -> None:
    event = await make.event("annual")
    await make.ticket_type(event, "Exhibits only", kind="exhibits", price=7500, position=0)
    await make.ticket_type(event, "Full registration", rates={"nonmember": 35500}, position=1)

    page = (await client.get("/events/annual")).text

    assert '<span class="price-amount">$355.00</span><br><span class="price-why">Nonmember price</span>' in page


async def test_an_open_call_stands_on_its_events_page_until_it_closes(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await make.event("annual")
    hour = timedelta(hours=1)
    for slug, announced in (("papers", True), ("secret", False)):
        await Call.create(
            event=event, slug=slug, title=slug, opens_at=NOON - hour, closes_at=NOON + hour, announced=announced
        )

    page = (await client.get("/events/annual")).text
    monkeypatch.setattr(clock, "now", lambda: NOON + hour)
    later = (await client.get("/events/annual")).text

    assert ('href="/events/annual/calls/papers"' in page, "calls/secret" in page) == (True, False)
    assert "calls/papers" not in later


async def test_a_level_is_said_in_words_and_a_strange_one_as_it_is(client: httpx.AsyncClient) -> None:
    await make.event("known", level="beginner")
    await make.event("strange", level="for wizards")

    assert "<dd>Beginner</dd>" in (await client.get("/events/known")).text
    assert "<dd>for wizards</dd>" in (await client.get("/events/strange")).text


async def test_what_is_sold_out_cannot_be_registered_for(client: httpx.AsyncClient) -> None:
    event = await make.event("annual")
    await make.ticket_type(event, price=100, places=0)

    page = (await client.get("/events/annual")).text

    assert "Sold out" in page
    assert 'class="button primary" href="/events/annual/register"' not in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("announced", "Registration is not open yet"),
        ("closed", "Registration is closed"),
        ("postponed", "This event is postponed"),
        ("cancelled", "This event is cancelled"),
    ],
)
async def test_a_page_says_what_state_its_event_is_in(client: httpx.AsyncClient, state: str, words: str) -> None:
    event = await make.event("annual", state=state)
    await make.ticket_type(event, price=100)

    page = (await client.get("/events/annual")).text

    assert words in page
    assert "/events/annual/register" not in page


async def test_what_is_over_says_so(client: httpx.AsyncClient) -> None:
    event = await make.event("annual", starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 2))
    await make.ticket_type(event, price=100)

    page = (await client.get("/events/annual")).text

    assert "This event is over" in page
    assert "Register" not in page


async def test_search_engines_get_the_event_as_data(client: httpx.AsyncClient) -> None:
    venue = await make.venue("McCormick Place", "Chicago")
    event = await make.event("annual", title="</script><b>Annual", venue=venue, mode="hybrid", state="on_sale")
    await make.ticket_type(event, "Full", price=44000)

    page = (await client.get("/events/annual")).text

    data = structured(page)
    assert data["name"] == "</script><b>Annual"
    assert (data["startDate"], data["endDate"]) == ("2026-07-09", "2026-07-12")
    assert data["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert data["offers"] == [
        {
            "@type": "Offer",
            "name": "Full",
            "price": "440.00",
            "priceCurrency": "USD",
            "availability": "https://schema.org/InStock",
            "url": data["url"] + "/register",  # type: ignore[operator]
        }
    ]
    assert "</script><b>" not in page


async def test_a_cancelled_event_is_cancelled_for_search_engines_too(client: httpx.AsyncClient) -> None:
    await make.event("annual", state="cancelled")

    data = structured((await client.get("/events/annual")).text)

    assert data["eventStatus"] == "https://schema.org/EventCancelled"


async def test_somebody_in_nobodys_name_gets_304_until_it_changes(client: httpx.AsyncClient) -> None:
    event = await make.event("annual")
    ticket = await make.ticket_type(event, price=100, places=3)
    first = await client.get("/events/annual")

    again = await client.get("/events/annual", headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 304
    await ticket.delete()


async def test_a_celebration_has_its_own_page(client: httpx.AsyncClient) -> None:
    await observances.establish((await make.unit()).id, NOON)

    moved = await client.get("/events/national-library-workers-day")
    page = (await client.get("/celebrations/national-library-workers-day")).text

    assert (moved.status_code, moved.headers["location"]) == (301, "/celebrations/national-library-workers-day")
    assert "The next dates are not decided yet" in page
    assert "Tue, Apr 21, 2026" in page
    assert 'href="/celebrations/national-library-week"' in page


async def test_the_year_of_celebrations_stands_by_month(client: httpx.AsyncClient) -> None:
    await observances.establish((await make.unit()).id, NOON)

    page = (await client.get("/celebrations?year=2027")).text

    assert page.index("April 2027") < page.index("D.E.A.R. Day") < page.index("September 2027")
    assert "National Library Week" not in page
    assert (await client.get("/celebrations?year=never")).status_code == 200
    assert "No dates are known for 2099 yet" in (await client.get("/celebrations?year=2099")).text
    assert (await client.get("/celebrations/nothing")).status_code == 404


async def test_an_event_is_no_celebration(client: httpx.AsyncClient) -> None:
    await make.event("annual")

    assert (await client.get("/celebrations/annual")).status_code == 404
