"""The page of those who wait: small, quiet, the same for all but for their own words."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from events.core import fresh, pages
from tests import make
from tests.lobby.conftest import Now, Visit, open_lobby
from tests.make import NOON


async def someone_inside(visitor: Visit, path: str) -> None:
    await (await visitor()).get(path)


def text(page: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2]).split())


async def test_it_says_the_place_and_how_long_and_that_reloading_loses_nothing(visitor: Visit, now: Now) -> None:
    event = await make.event(title="Annual")
    await make.ticket_type(event, places=5)
    await open_lobby(event.id, inside=100, per_minute=6)
    path = f"/events/{event.slug}/register"
    people = [await visitor() for _ in range(11)]
    for one in people:
        await one.get(path)

    page = await people[10].get(path)

    assert "<title>You are number 10 in line. – Annual</title>" in page.text
    assert "It takes about 2 minutes. You keep your place when you reload" in text(page)
    assert (page.headers["cache-control"], int(page.headers["retry-after"]) > 0) == ("private, no-store", True)


async def test_it_has_no_script_no_live_region_and_little_to_load(visitor: Visit, now: Now) -> None:
    event = await make.event()
    await make.ticket_type(event, places=5)
    await open_lobby(event.id)
    path = f"/events/{event.slug}/register"
    await someone_inside(visitor, path)

    page = await (await visitor()).get(path)

    assert [mark for mark in ("<script", "aria-live", "role=") if mark in page.text] == []
    assert (page.text.count("<h1"), page.text.count('rel="stylesheet"'), len(page.content) < 2500) == (1, 1, True)


async def test_who_would_rather_look_by_hand_may_and_keeps_the_place_longer(visitor: Visit, now: Now) -> None:
    event = await make.event()
    await make.ticket_type(event, places=5)
    await open_lobby(event.id)
    path = f"/events/{event.slug}/register"
    await someone_inside(visitor, path)
    ada, bob = await visitor(), await visitor()
    by_hand = await ada.get(f"{path}?still=1")
    await bob.get(path)
    now.later(minutes=9)
    await bob.get(path)

    again = await ada.get(f"{path}?still=1")

    assert ("http-equiv" in by_hand.text, "Look again</a>" in by_hand.text) == (False, True)
    assert "You are next in line." in again.text


async def test_it_is_drawn_once_for_a_crowd(visitor: Visit, now: Now, monkeypatch: pytest.MonkeyPatch) -> None:
    event = await make.event()
    await make.ticket_type(event, places=5)
    await open_lobby(event.id)
    path = f"/events/{event.slug}/register"
    await someone_inside(visitor, path)
    drawn: list[str] = []
    render = pages.render

    def spy(request: Request, name: str, *args: Any, **values: Any) -> Response:
        drawn.append(name)
        return render(request, name, *args, **values)

    monkeypatch.setattr(pages, "render", spy)

    places = [re.search(r"<h1>(.*)</h1>", (await (await visitor()).get(path)).text) for _ in range(5)]

    assert len({found[1] for found in places if found}) == 5
    assert drawn == ["lobby/waiting.html"]


async def test_what_stands_in_the_address_is_written_as_text(visitor: Visit, now: Now) -> None:
    event = await make.event(title="<script>alert(1)</script>")
    await make.ticket_type(event, places=5)
    await open_lobby(event.id)
    path = f"/events/{event.slug}/register"
    await someone_inside(visitor, path)

    page = await (await visitor()).get(path, params={'"><script>': '"><script>alert(1)</script>', "code": "A&B"})

    assert "<script" not in page.text
    assert "code=A%26B" in page.text


async def test_when_all_is_sold_it_says_so_and_the_line_stays(visitor: Visit, now: Now) -> None:
    event = await make.event()
    await make.ticket_type(event, places=0)
    await open_lobby(event.id)
    path = f"/events/{event.slug}/register"
    await someone_inside(visitor, path)

    page = await (await visitor()).get(path)

    assert "You are next in line. At the moment everything is sold. Places come free" in text(page)


async def test_a_crowded_network_is_offered_to_sign_in(visitor: Visit, now: Now) -> None:
    event = await make.event()
    await make.ticket_type(event, places=5)
    await open_lobby(event.id, network_most=1)
    path = f"/events/{event.slug}/register"
    await someone_inside(visitor, path)

    crowded = await (await visitor()).get(f"{path}?ticket=3")
    member = await (await visitor(await make.person("Ada"))).get(path)

    assert "Very many people at your network are in line already." in text(crowded)
    assert f'href="/sign-in?next=%2Fevents%2F{event.slug}%2Fregister%3Fticket%3D3"' in crowded.text
    assert "set-cookie" not in crowded.headers
    assert "You are next in line." in member.text


async def test_before_it_opens_it_says_when_in_the_events_time(visitor: Visit, now: Now) -> None:
    event = await make.event(timezone="America/Chicago")
    await make.ticket_type(event, places=5)
    await open_lobby(event.id, opens_at=NOON + timedelta(hours=3), early_minutes=60)
    path = f"/events/{event.slug}/register"
    ada, bob = await visitor(), await visitor()

    early = text(await ada.get(path))
    now.later(minutes=150)
    await bob.get(path)
    gathered = text(await ada.get(path))

    opens = "Registration opens at 10:00 AM CDT on Thursday, June 25, 2026."
    assert opens in early
    assert "coming early brings nothing" in early
    assert opens in gathered
    assert "1 other person is here." in gathered


async def test_a_line_that_is_stopped_again_says_when_it_goes_on(visitor: Visit, now: Now) -> None:
    event = await make.event()
    await make.ticket_type(event, places=5)
    lobby = await open_lobby(event.id)
    path = f"/events/{event.slug}/register"
    await someone_inside(visitor, path)
    ada = await visitor()
    await ada.get(path)
    lobby.opens_at = NOON + timedelta(minutes=30)
    await lobby.save()
    fresh.clear_all()
    page = text(await ada.get(path))

    assert "You are next in line." in page
    assert "Then it goes on in this order." in page
