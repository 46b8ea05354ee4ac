"""The registrar's page of the waiting room."""

from collections.abc import Awaitable, Callable

import httpx
from starlette.applications import Starlette

from events.catalogue.models import Event
from events.core import fresh
from events.people.models import Person
from tests import make
from tests.lobby.conftest import Now, Visit
from tests.lobby.test_forms import TYPED

SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]
FORM = {**TYPED, "inside": "1", "per_minute": "600", "opens_at": "", "version": "0", "network_most": "300"}


async def registrar(event: Event, signed_in: SignIn, role: str = "registrar") -> httpx.AsyncClient:
    person = await make.person("Rita Registrar")
    await make.role(person, role, event_id=event.id)
    return await signed_in(person)


async def test_on_with_live_counts_and_ended_now(visitor: Visit, now: Now, signed_in: SignIn) -> None:
    event = await make.event()
    await make.ticket_type(event, places=5)
    rita = await registrar(event, signed_in)
    page, path = f"/organize/events/{event.slug}/lobby", f"/events/{event.slug}/register"
    off = (await rita.get(page)).text
    saved = await rita.post(page, data=FORM)
    now.later(seconds=2)
    people = [await visitor() for _ in range(4)]
    fresh.clear_all()
    for one in people:
        await one.get(path)

    on = (await rita.get(f"{page}?live=1")).text
    ended = await rita.post(f"{page}/ending")
    fresh.clear_all()
    after = await people[3].get(path)

    assert ("Everybody goes straight to the tickets." in off, saved.status_code) == (True, 303)
    assert [part in on for part in ("<dd>1 of 1</dd>", "<dd>3</dd>", 'http-equiv="refresh"', "End it")] == [True] * 4
    assert (ended.status_code, 'name="p0-main"' in after.text) == (303, True)


async def test_what_cannot_be_read_comes_back_as_it_was_typed(now: Now, signed_in: SignIn, db: None) -> None:
    event = await make.event()
    rita = await registrar(event, signed_in)

    answer = await rita.post(
        f"/organize/events/{event.slug}/lobby", data={**FORM, "inside": "lots", "opens_at": "soon"}
    )

    assert answer.status_code == 422
    assert [part in answer.text for part in ('value="lots"', 'value="soon"', "Write a day and a time.")] == [True] * 3


async def test_two_registrars_see_both_states(now: Now, signed_in: SignIn, db: None) -> None:
    event = await make.event()
    rita = await registrar(event, signed_in)
    page = f"/organize/events/{event.slug}/lobby"
    await rita.post(page, data=FORM)

    late = await rita.post(page, data={**FORM, "inside": "77"})
    again = await rita.post(page, data={**FORM, "inside": "77", "version": "1"})

    assert (late.status_code, "Both states" in late.text, 'name="version" value="1"' in late.text) == (409, True, True)
    assert again.status_code == 303


async def test_it_is_for_registrars_of_this_event(now: Now, signed_in: SignIn, db: None) -> None:
    event, other = await make.event(), await make.event(slug="other")
    stranger = await registrar(other, signed_in)
    editor = await registrar(event, signed_in, "programme_manager")
    page = f"/organize/events/{event.slug}/lobby"

    for one in (stranger, editor):
        answers = [await one.get(page), await one.post(page, data=FORM), await one.post(f"{page}/ending")]
        assert [answer.status_code for answer in answers] == [403] * 3


async def test_without_redis_the_page_says_that_everybody_is_let_in(
    application: Starlette, now: Now, signed_in: SignIn
) -> None:
    event = await make.event()
    rita = await registrar(event, signed_in)
    page = f"/organize/events/{event.slug}/lobby"
    await rita.post(page, data=FORM)
    application.state.redis = None

    assert "so everybody is let in" in (await rita.get(page)).text
