"""Before an event's tickets: who goes on, who waits, and what happens without Redis. Through pages, as people do."""

import re
from datetime import timedelta
from html import unescape
from types import SimpleNamespace

import httpx
import pytest
from redis.asyncio import Redis
from starlette.applications import Starlette

from events import app
from events.core import metrics
from events.lobby import door, places
from events.registration.models import Order
from events.settings import Settings
from tests import make
from tests.lobby.conftest import Now, Visit, open_lobby
from tests.make import NOON
from tests.registration.test_pages import typed


def again(page: httpx.Response) -> str:
    """The address a waiting page looks at by itself."""
    found = re.search(r'http-equiv="refresh" content="([0-9]+); url=([^"]+)"', page.text)
    assert found, page.text
    assert 1 <= int(found[1]) <= 120
    return unescape(found[2])


def waits(page: httpx.Response) -> bool:
    return 'http-equiv="refresh"' in page.text


async def test_who_is_let_in_buys_and_the_next_comes_in(visitor: Visit, now: Now) -> None:
    event = await make.event()
    ticket = await make.ticket_type(event, places=5)
    await open_lobby(event.id)
    path = f"/events/{event.slug}/register"
    ada, bob = await visitor(), await visitor()

    page = await ada.get(path)
    waiting = await bob.get(path)
    bought = await ada.post(path, data=typed(page.text, ticket.id))
    twice = await ada.post(path, data=typed(page.text, ticket.id))
    turn = await bob.get(again(waiting))

    assert (waits(page), waits(waiting), "You are next in line." in waiting.text) == (False, True, True)
    assert (bought.status_code, twice.headers["location"]) == (303, bought.headers["location"])
    assert 'name="p0-main"' in turn.text


async def test_a_reload_or_another_tab_is_the_same_place(visitor: Visit, now: Now) -> None:
    event = await make.event()
    await make.ticket_type(event, places=5)
    await open_lobby(event.id)
    path = f"/events/{event.slug}/register"
    ada, bob, cleo = await visitor(), await visitor(), await visitor()
    for one in (ada, bob, cleo):
        await one.get(path)

    pages = [await bob.get(path) for _tab in range(5)]
    now.later(seconds=100)
    last = await cleo.get(path)

    assert ["You are next in line." in page.text for page in pages] == [True] * 5
    assert "You are number 2 in line." in last.text


async def test_without_cookies_the_address_holds_the_place_and_a_foreign_one_does_not(visitor: Visit) -> None:
    event = await make.event()
    ticket = await make.ticket_type(event, places=5)
    await open_lobby(event.id)
    path = f"/events/{event.slug}/register"
    ada, bob, thief = await visitor(), await visitor(), await visitor(network="198.51.100.1")
    page = await ada.get(path)
    address = again(await bob.get(f"{path}?ticket={ticket.id}&code=SPRING"))
    bob.cookies.clear()
    second = again(await bob.get(address))
    stolen = await thief.get(address)
    await ada.post(path, data=typed(page.text, ticket.id))
    bob.cookies.clear()

    inside = await bob.get(second)
    bob.cookies.clear()
    order = await bob.post(second, data=typed(inside.text, ticket.id, **{"p0-email": "bob@example.org"}))

    assert ("code=SPRING" in address, f"ticket={ticket.id}" in address, "place=" in second) == (True, True, True)
    assert "You are number 2 in line." in stolen.text
    assert '<form class="form" method="post" id="register">' in inside.text  # to its own address, with the place
    assert (order.status_code, await Order.all().count()) == (303, 2)


async def test_a_forged_place_or_another_events_is_a_fresh_one_at_the_end(visitor: Visit) -> None:
    event, other = await make.event(), await make.event(slug="other")
    for one in (event, other):
        await make.ticket_type(one, places=5)
        await open_lobby(one.id)
    path = f"/events/{event.slug}/register"
    ada, bob, eve = await visitor(), await visitor(), await visitor()
    await ada.get(path)
    await bob.get(path)
    await eve.get("/events/other/register")
    cookie = eve.cookies[places.cookie_name(other.id)]

    eve.cookies.set(places.cookie_name(event.id), cookie, path="/events/")
    foreign = await eve.get(path)
    eve.cookies.clear()
    forged = ada.cookies[places.cookie_name(event.id)][:-1] + "_"
    eve.cookies.set(places.cookie_name(event.id), forged, path="/events/")
    made_up = await eve.get(path)

    assert "You are number 2 in line." in foreign.text
    assert "You are number 3 in line." in made_up.text


async def test_a_person_has_one_place_on_phone_and_desk(visitor: Visit) -> None:
    event = await make.event()
    await make.ticket_type(event, places=5)
    await open_lobby(event.id)
    path = f"/events/{event.slug}/register"
    person = await make.person("Ada Lovelace")
    someone, phone, desk, last = await visitor(), await visitor(person), await visitor(person), await visitor()

    pages = [await one.get(path) for one in (someone, phone, desk, last)]

    assert [waits(page) for page in pages] == [False, True, True, True]
    assert "You are next in line." in pages[2].text
    assert "You are number 2 in line." in pages[3].text


async def test_before_the_opening_nobody_is_let_in_not_even_by_posting(visitor: Visit, now: Now) -> None:
    event = await make.event()
    ticket = await make.ticket_type(event, places=5)
    await open_lobby(event.id, opens_at=NOON + timedelta(hours=2), early_minutes=60)
    path = f"/events/{event.slug}/register"
    ada = await visitor()
    form = {"form_key": "0" * 32, "people": "1", "p0-main": str(ticket.id), "p0-name": "Ada", "do": "order"}
    form["p0-email"] = "ada@example.org"

    early = await ada.get(path)
    now.later(minutes=61)
    gathered = await ada.get(path)
    posted = await ada.post(path, data=form)
    now.later(minutes=59)
    inside = await ada.get(path)

    assert ("Not open yet" in early.text, "You are here in time" in gathered.text) == (True, True)
    assert (posted.status_code, await Order.all().count()) == (200, 0)
    assert 'value="ada@example.org"' in posted.text  # kept, to be sent again
    assert 'name="p0-main"' in inside.text


async def test_a_form_of_an_entry_that_ended_is_kept_and_sent_again_makes_the_order(visitor: Visit, now: Now) -> None:
    event = await make.event()
    ticket = await make.ticket_type(event, places=5)
    await open_lobby(event.id, stay_minutes=5)
    path = f"/events/{event.slug}/register"
    ada, bob = await visitor(), await visitor()
    page = await ada.get(path)
    await bob.get(path)
    now.later(minutes=6)
    inside = await bob.get(path)
    form = typed(page.text, ticket.id, **{"p0-name": 'Ada "<b>" Lovelace'}) | {"p0-extra": ["1", "2"]}

    kept = await ada.post(path, data=form)
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', kept.text)
    await bob.post(path, data=typed(inside.text, ticket.id))
    order = await ada.post(path, data={name: unescape(value) for name, value in fields if name != "p0-extra"})

    assert not waits(kept)  # a page that looked again by itself would lose it
    assert [(name, unescape(value)) for name, value in fields] == [
        (name, one) for name, value in form.items() for one in ([value] if isinstance(value, str) else value)
    ]
    assert order.status_code == 303


async def test_who_changes_an_order_that_holds_places_never_waits(visitor: Visit) -> None:
    event = await make.event()
    ticket = await make.ticket_type(event, price=1000, places=5)
    path = f"/events/{event.slug}/register"
    ada, bob, eve = await visitor(), await visitor(), await visitor()
    held = await ada.post(path, data=typed((await ada.get(path)).text, ticket.id))
    code, _mark, key = held.headers["location"].removeprefix("/orders/").partition("?")
    await open_lobby(event.id)
    await bob.get(path)

    back = await ada.get(f"{path}?again={code}&{key}")
    changed = await ada.post(f"{path}?again={code}&{key}", data=typed(back.text, ticket.id, **{"p0-name": "Ada B."}))
    guessed = await eve.get(f"{path}?again={code}&key=0000")

    assert ('name="p0-main"' in back.text, changed.status_code) == (True, 303)
    assert waits(guessed)


async def test_two_processes_have_one_line(visitor: Visit, settings: Settings, redis: Redis) -> None:
    event = await make.event()
    await make.ticket_type(event, places=5)
    await open_lobby(event.id)
    path = f"/events/{event.slug}/register"
    other = app.create(settings)
    other.state.redis = redis
    here = [await visitor() for _ in range(2)]
    there = [await visitor(app=other) for _ in range(2)]

    pages = [await one.get(path) for pair in zip(here, there, strict=True) for one in pair]

    found = [re.search(r"<h1>(.*?)</h1>", page.text) for page in pages]
    assert [one[1] for one in found if one] == [
        "Register",
        "You are next in line.",
        "You are number 2 in line.",
        "You are number 3 in line.",
    ]


async def test_without_redis_everybody_goes_on_and_it_is_counted(
    visitor: Visit, application: Starlette, now: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    monkeypatch.setattr(door, "log", SimpleNamespace(warning=lambda words, **_more: lines.append(words)))
    event = await make.event()
    ticket = await make.ticket_type(event, places=5)
    await open_lobby(event.id)
    path = f"/events/{event.slug}/register"
    here = application.state.redis
    ada, bob = await visitor(), await visitor()
    counted = metrics.lobby.labels("let in without Redis")
    before = counted._value.get()
    async with Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.2) as away:
        application.state.redis = away
        pages = [await one.get(path) for one in (ada, bob)]
        order = await ada.post(path, data=typed(pages[0].text, ticket.id))
        application.state.redis = here
        resting = await bob.get(path)
    now.later(seconds=6)
    cleo = await visitor()
    back = [await one.get(path) for one in (bob, cleo)]

    assert [waits(page) for page in (*pages, resting)] == [False] * 3
    assert (order.status_code, counted._value.get() - before) == (303, 4)
    assert lines == ["the waiting room lets everybody in, Redis does not answer"]  # once, then it is left alone
    assert [waits(page) for page in back] == [False, True]


async def test_when_it_is_off_redis_is_not_asked_and_no_cookie_set(visitor: Visit, application: Starlette) -> None:
    event = await make.event()
    await make.ticket_type(event, places=5)
    await open_lobby(event.id, is_on=False)
    application.state.redis = None

    page = await (await visitor()).get(f"/events/{event.slug}/register")

    assert ('name="p0-main"' in page.text, "set-cookie" in page.headers) == (True, False)


async def test_the_cookie_is_out_of_scripts_reach_and_for_the_events_alone(visitor: Visit) -> None:
    event = await make.event()
    await make.ticket_type(event, places=5)
    await open_lobby(event.id)

    page = await (await visitor()).get(f"/events/{event.slug}/register")

    said = page.headers["set-cookie"].lower()
    assert re.fullmatch(rf"line-{event.id}=[\w-]+\.[\w-]+; httponly; max-age=86400; path=/events/; samesite=lax", said)
