"""A presenter's name typed again: the editor is asked whom they mean before somebody is in the programme twice."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from events.people.models import Person
from events.schedule import editing
from events.schedule.alike import people_like
from events.schedule.models import Session, SessionPerson
from tests import make
from tests.make import NOON

SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]


async def a_programme() -> tuple[Session, Person]:
    """A session of one event, and Ada, who has a part in another."""
    session, elsewhere = [await make.session(await make.event(slug), NOON) for slug in ("annual", "forum")]
    ada = await make.person("Ada Lovelace", None)
    await SessionPerson.create(session=elsewhere, person=ada)
    return session, ada


@pytest.mark.parametrize("typed", ["Lovelace, Ada", "Dr. ADA LOVELACE, PhD", "A. Lovelace", "Ada Lovelaec"])
async def test_who_may_be_meant_is_found_however_the_name_is_typed(db: None, typed: str) -> None:
    session, ada = await a_programme()

    assert [one.code for one in await people_like(session.id, typed)] == [ada.code]


async def test_nobody_is_named_who_has_no_part_in_a_session(db: None) -> None:
    session, _ada = await a_programme()
    await make.person("Grace Hopper")

    assert await people_like(session.id, "Grace Hopper") == []


async def test_a_name_or_a_code_that_means_one_is_not_asked_about(db: None) -> None:
    session, ada = await a_programme()
    await SessionPerson.create(session=session, person=await make.person("Ada Lovelace", None))

    assert await people_like(session.id, "ada lovelace") == []
    assert await people_like(session.id, ada.code) == []


async def test_an_editor_chooses_whom_they_mean(signed_in: SignIn, db: None) -> None:
    session, ada = await a_programme()
    carla = await make.person("Carla")
    await make.role(carla, "programme_manager")
    client = await signed_in(carla)
    path = f"/organize/events/annual/sessions/{session.code}/people"
    typed = {"add": "1", "name": "Lovelace, Ada", "role": "chair"}

    asked = await client.post(path, data=typed)
    none = await editing.people(session.id)
    odd = await client.post(path, data={**typed, "who": "NOBODY"})
    chosen = await client.post(path, data={**typed, "who": ada.code})
    new = await client.post(path, data={**typed, "who": "new"})

    assert (asked.status_code, none, odd.status_code) == (422, [], 422)
    assert f'value="{ada.code}"' in asked.text
    assert 'value="Lovelace, Ada"' in asked.text
    assert (chosen.status_code, new.status_code) == (303, 303)
    assert [(one.name, one.role) for one in await editing.people(session.id)] == [
        ("Ada Lovelace", "chair"),
        ("Lovelace, Ada", "chair"),
    ]
