"""Administrators' pages of duplicates: looked at, merged, undone, told apart; and what still leads to who went."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest_asyncio

from events.core import database
from events.people import candidates, merges
from events.people.models import Person, PersonMerge
from events.schedule import imported_rows, releases
from events.schedule.frab import PersonRead
from events.schedule.imported_rows import Target
from events.schedule.models import SessionPerson
from tests import make
from tests.make import NOON
from tests.people.test_merging import merged

SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]


@pytest_asyncio.fixture
async def administrator(db: None) -> Person:
    elif_ = await make.person("Elif")
    await make.role(elif_, "administrator")
    return elif_


async def pair(client: httpx.AsyncClient, kept: Person, gone: Person) -> tuple[str, dict[str, str]]:
    """The page of a pair, and what its form would send."""
    page = (await client.get(f"/organize/people/duplicates/{kept.code}/{gone.code}")).text
    return page, dict(re.findall(r'name="(digest)" value="(\w*)"', page))


async def test_a_pair_is_found_compared_merged_and_undone(administrator: Person, signed_in: SignIn) -> None:
    event = await make.event("annual")
    ada, again = await make.person("Ada Lovelace"), await make.person("Lovelace, Ada", None)
    for hour, person in enumerate((ada, again)):
        session = await make.session(event, NOON + timedelta(minutes=30 * hour), title=f"Talk {hour}")
        await SessionPerson.create(session=session, person=person)
    await make.seat(again, await make.session(event, NOON, ticketed=True))
    await make.seat(ada, await make.session(event, NOON, ticketed=True))
    await candidates.look(NOON)
    client = await signed_in(administrator)

    listed = (await client.get("/organize/people/duplicates?event=annual&q=love")).text
    page, form = await pair(client, ada, again)
    done = await client.post(
        f"/organize/people/duplicates/{ada.code}/{again.code}/merges", data={**form, "name": "gone", "why": "Twice"}
    )
    log = (await client.get("/organize/people/merges?q=lovelace")).text
    shown = (await client.get(done.headers["location"])).text
    there = await client.get(f"/organize/people/{again.code}")
    undone = await client.post(done.headers["location"] + "/undoing")

    assert f"/organize/people/duplicates/{ada.code}/{again.code}" in listed
    for words in ("Talk 0", "Talk 1", "in two places at once", "registration for the same event", "the same name"):
        assert words in page
    assert done.status_code == 303
    assert "Twice" in log
    assert "parts in sessions" in shown
    assert there.headers["location"] == f"/organize/people/{ada.code}"
    assert undone.status_code == 303
    assert [one.code for one in await Person.filter(name="Lovelace, Ada")] == [again.code]
    assert (await PersonMerge.get()).why == "Twice"


async def test_a_preview_that_is_out_of_date_merges_nothing(administrator: Person, signed_in: SignIn) -> None:
    ada, again = await make.person("Ada Lovelace"), await make.person("Ada Lovelace")
    client = await signed_in(administrator)
    _page, form = await pair(client, ada, again)
    await SessionPerson.create(session=await make.session(await make.event(), NOON), person=again)

    done = await client.post(f"/organize/people/duplicates/{ada.code}/{again.code}/merges", data=form)

    assert done.status_code == 409
    assert await PersonMerge.all().count() == 0


async def test_what_was_typed_wrong_comes_back(administrator: Person, signed_in: SignIn) -> None:
    ada, again = await make.person("Ada Lovelace"), await make.person("A. Lovelace")
    client = await signed_in(administrator)
    _page, form = await pair(client, ada, again)

    answer = await client.post(
        f"/organize/people/duplicates/{ada.code}/{again.code}/merges", data={**form, "name": "gone", "why": "x" * 301}
    )

    assert answer.status_code == 422
    assert "x" * 301 in answer.text
    assert re.search(r'value="gone"[^>]* checked', answer.text)


async def test_two_people_are_told_apart_and_may_be_one_again(administrator: Person, signed_in: SignIn) -> None:
    ada, again = await make.person("Ada Lovelace"), await make.person("Ada Lovelace")
    await candidates.look(NOON)
    client = await signed_in(administrator)
    path = f"/organize/people/duplicates/{ada.code}/{again.code}"

    await client.post(f"{path}/difference")
    await candidates.look(NOON)
    apart = await candidates.listed("", None, "-score", 1)
    await client.post(f"{path}/difference", data={"together": "1"})
    await candidates.look(NOON)

    assert apart == ([], 0)
    assert (await candidates.listed("", None, "-score", 1))[1] == 1


async def test_how_many_sessions_somebody_saved_is_not_shown(administrator: Person, signed_in: SignIn) -> None:
    ada, again = await make.person("Ada Lovelace"), await make.person("Ada Lovelace")
    event = await make.event()
    for _ in range(7):
        session = await make.session(event, NOON, title="Private")
        await database.execute(
            "INSERT INTO saved (person_id, session_id, saved_at) VALUES ($1, $2, $3)", again.id, session.id, NOON
        )
    client = await signed_in(administrator)

    page, _form = await pair(client, ada, again)

    row = re.search(r"<tr>\s*<th[^>]*>saved sessions.*?</tr>", page, re.S)
    assert row is not None
    assert "private" in row[0]
    assert "7" not in row[0]
    assert "Private" not in page


async def test_a_speakers_page_leads_on_once_the_release_knows(client: httpx.AsyncClient, db: None) -> None:
    event = await make.event("annual")
    ada, again, grace = [await make.person(name) for name in ("Ada", "Ada L.", "Grace")]
    await SessionPerson.create(session=await make.session(event, NOON), person=again)
    await releases.publish(event.id, None, "", NOON)
    path = f"/events/annual/speakers/{again.code}"
    await merged(ada, again, actor=grace)
    before = await client.get(path)
    await releases.publish(event.id, None, "", NOON + timedelta(hours=1))
    after = await client.get(path)

    assert before.status_code == 200
    assert (after.status_code, after.headers["location"]) == (302, f"/events/annual/speakers/{ada.code}")
    assert await merges.code_now(again.code) == ada.code


async def test_an_import_that_comes_again_means_who_stayed_and_changes_none_of_their_words(db: None) -> None:
    event = await make.event("annual")
    target = Target(event.id, event.guid, None, "UTC", "fosdem:")
    read = {"1": PersonRead("1", "Ada L.")}
    first = await imported_rows.write_people(target, read, NOON)
    ada = await make.person("Ada Lovelace", None)
    await merged(ada, await Person.get(id=first["1"]), actor=await make.person("Grace"))

    again = await imported_rows.write_people(target, read, NOON)

    assert again == {"1": ada.id}
    assert (await Person.get(id=ada.id)).name == "Ada Lovelace"
    assert await Person.all().count() == 2
