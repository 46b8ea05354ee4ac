"""Saving with and without an account."""

import httpx
import pytest

from events.agenda import cookie, queries, saves
from events.agenda.cookie import Pick
from events.core.errors import NotFound
from events.settings import Settings
from tests import make
from tests.agenda.conftest import Programme
from tests.make import NOON


async def titles(person: int) -> list[str]:
    return [item.title for item in (await queries.schedule_of(person)).items]


async def test_saving_twice_is_saving_once_and_letting_go_is_final(programme: Programme) -> None:
    ada = await make.person()
    event = programme.event.id

    await saves.save(ada.id, event, programme.late.code, NOON)
    await saves.save(ada.id, event, programme.late.code, NOON)
    await saves.save(ada.id, event, programme.early.code, NOON)
    assert await titles(ada.id) == ["Cataloguing for everyone", "Zines in the stacks"]

    await saves.unsave(ada.id, event, programme.early.code, NOON)
    await saves.unsave(ada.id, event, programme.early.code, NOON)
    assert await titles(ada.id) == ["Zines in the stacks"]


async def test_a_draft_cannot_be_saved(programme: Programme) -> None:
    ada = await make.person()
    draft = await make.session(programme.event, NOON, title="Not published")

    with pytest.raises(NotFound):
        await saves.save(ada.id, programme.event.id, draft.code, NOON)


async def test_a_visitor_saves_without_an_account_or_scripts_and_sees_it(
    client: httpx.AsyncClient, programme: Programme
) -> None:
    answer = await client.post(
        "/events/annual/saved",
        data={"session": programme.late.code},
        headers={"referer": "http://testserver/events/annual/schedule?day=1", "origin": "http://testserver"},
    )

    assert (answer.status_code, answer.headers["location"]) == (303, "/events/annual/schedule?day=1")
    page = await client.get("/my/schedule")
    assert "Zines in the stacks" in page.text
    assert "kept in this browser only" in page.text


async def test_letting_go_of_the_last_one_takes_the_cookie_away(
    client: httpx.AsyncClient, programme: Programme
) -> None:
    origin = {"origin": "http://testserver"}
    await client.post("/events/annual/saved", data={"session": programme.late.code}, headers=origin)
    await client.post("/events/annual/saved", data={"unsave": programme.late.code}, headers=origin)

    assert cookie.NAME not in client.cookies
    assert "Nothing saved yet" in (await client.get("/my/schedule")).text


async def test_a_code_nobody_published_is_refused_politely(client: httpx.AsyncClient, programme: Programme) -> None:
    answer = await client.post(
        "/events/annual/saved", data={"session": "NOSUCH"}, headers={"origin": "http://testserver"}
    )

    assert answer.status_code == 404
    assert cookie.NAME not in client.cookies


async def test_nobody_is_led_to_a_strangers_page(client: httpx.AsyncClient, programme: Programme) -> None:
    answer = await client.post(
        "/events/annual/saved",
        data={"session": programme.late.code, "next": "//evil.example/"},
        headers={"origin": "http://testserver"},
    )

    assert answer.headers["location"] == "/my/schedule"


async def test_what_a_browser_kept_comes_along_at_sign_in(programme: Programme, settings: Settings) -> None:
    ada = await make.person()
    event = programme.event.id
    await saves.save(ada.id, event, programme.early.code, NOON)
    key = settings.secret_key.get_secret_value().encode()
    kept = {cookie.NAME: cookie.write((Pick(event, programme.late.code), Pick(event, "GONE00")), key)}

    assert await saves.merge(cookie.read(kept, key), ada.id, NOON) == 1

    assert await titles(ada.id) == ["Cataloguing for everyone", "Zines in the stacks"]
    assert await saves.saved_codes(ada.id, event) == {programme.early.code, programme.late.code}
