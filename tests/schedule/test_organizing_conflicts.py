"""The page of conflicts: what is listed, searched, accepted and taken back, and by whom."""

import re

import httpx
import pytest

from events.people.models import Person
from events.planning.models import ConflictLevel
from events.schedule import conflict_choice, levels
from events.schedule.conflict_choice import PAGE, Choice
from events.schedule.conflicts import Kind, Level
from events.schedule.models import AcceptedConflict, Session, SessionPerson
from tests import make
from tests.schedule.conftest import Conference
from tests.schedule.programmes import NINE
from tests.schedule.test_organizing import ROOT, SignIn, manager

LIST = f"{ROOT}/conflicts"


@pytest.fixture
async def mary(draft: Conference, signed_in: SignIn) -> httpx.AsyncClient:
    return await manager(draft, signed_in)


async def ada_twice(draft: Conference) -> None:
    await SessionPerson.create(session=draft.data, person=draft.ada, role="chair")


def row(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of the first row's form."""
    return dict(re.findall(r'<input type="hidden" name="(kind|one|other|subject)" value="(\w+)">', page.text)[:4])


async def crowd(draft: Conference, sessions: int) -> None:
    """So many sessions at nine, with Ada in each of them."""
    for number in range(sessions):
        session = await make.session(draft.event, NINE, title=f"Beside {number}")
        await SessionPerson.create(session=session, person=draft.ada, role="panelist")


async def test_conflicts_are_listed_with_their_level(draft: Conference, mary: httpx.AsyncClient) -> None:
    assert "No conflicts" in (await mary.get(LIST)).text
    await ada_twice(draft)

    page = await mary.get(LIST)

    assert [words in page.text for words in ("Worth a look", "Ada Lovelace", "Opening", "Metadata")] == [True] * 4


async def test_it_is_accepted_with_a_note_and_taken_back_and_the_filters_stay(
    draft: Conference, mary: httpx.AsyncClient
) -> None:
    await ada_twice(draft)
    form = row(await mary.get(LIST))

    accepted = await mary.post(f"{LIST}/acceptances?kind=person", data={**form, "reason": "She knows"})
    shown = await mary.get(accepted.headers["location"])
    back = await mary.post(f"{LIST}/acceptances/removal?kind=person", data=form)

    assert accepted.headers["location"] == back.headers["location"] == f"{LIST}?kind=person"
    assert ("She knows" in shown.text, "Mary Manager" in shown.text) == (True, True)
    assert await AcceptedConflict.all().count() == 0


async def test_without_a_note_nothing_is_accepted_and_the_row_asks(draft: Conference, mary: httpx.AsyncClient) -> None:
    await ada_twice(draft)
    form = row(await mary.get(LIST))

    empty = await mary.post(f"{LIST}/acceptances", data={**form, "reason": " "})
    long = await mary.post(f"{LIST}/acceptances", data={**form, "reason": "why " * 60})

    assert (empty.status_code, "Say why this may be" in empty.text) == (422, True)
    assert (long.status_code, "why why" in long.text) == (422, True)
    assert f'href="{LIST}?level=warn"' in empty.text
    assert await AcceptedConflict.all().count() == 0


async def test_what_went_meanwhile_is_told_and_what_makes_no_sense_too(
    draft: Conference, mary: httpx.AsyncClient
) -> None:
    await ada_twice(draft)
    form = row(await mary.get(LIST))
    await SessionPerson.filter(person=draft.ada, role="chair").delete()

    gone = await mary.post(f"{LIST}/acceptances", data={**form, "reason": "She knows"})
    nonsense = await mary.post(f"{LIST}/acceptances", data={**form, "one": "x" * 30, "reason": "She knows"})

    assert (gone.status_code, "not there any more" in gone.text) == (409, True)
    assert nonsense.status_code == 422


async def test_search_kind_level_and_unit_narrow_the_list(draft: Conference) -> None:
    unit = await make.unit("Cataloguing Section")
    await ada_twice(draft)
    await Session.filter(id=draft.data.id).update(unit_id=unit.id, topics=["rda"])
    await Session.filter(id=draft.opening.id).update(topics=["RDA"])
    await levels.choose(draft.event.id, {Kind.PERSON: Level.BLOCK})

    async def total(choice: Choice) -> int:
        return (await conflict_choice.found(draft.event.id, choice)).total

    assert await total(Choice()) == 2
    assert await total(Choice(query="lovelace")) == 1
    assert await total(Choice(query="metadata")) == 2
    assert await total(Choice(query="zines")) == 0
    assert await total(Choice(kind=Kind.TOPIC)) == 1
    assert await total(Choice(level=Level.BLOCK)) == 1
    assert await total(Choice(unit=unit.slug)) == 2
    assert await total(Choice(unit="elsewhere")) == 0
    found = await conflict_choice.found(draft.event.id, Choice())
    assert [line.kind for line in found.lines] == [Kind.PERSON, Kind.TOPIC]
    assert found.units == [(unit.slug, "Cataloguing Section")]


async def test_many_are_shown_a_page_at_a_time(draft: Conference, mary: httpx.AsyncClient) -> None:
    await crowd(draft, 77)  # with her own session, 78: 3,003 pairs

    first, last = [await mary.get(f"{LIST}?page={page}&q=beside") for page in (1, 61)]

    assert (f"1–{PAGE} of 3003" in first.text, "3001–3003 of 3003" in last.text) == (True, True)
    assert (await mary.get(f"{LIST}?page=9&kind=castle&level=&unit=%00&q=%00")).status_code == 200


async def test_whoever_publishes_says_how_serious_a_kind_is(draft: Conference, mary: httpx.AsyncClient) -> None:
    await ada_twice(draft)
    usual = {f"level-{kind}": "warn" for kind in Kind} | {"level-room": "block"}

    saved = await mary.post(f"{LIST}/levels", data={**usual, "level-person": "block"})
    wrong = await mary.post(f"{LIST}/levels", data={**usual, "level-person": "grave"})

    assert saved.status_code == 303
    assert wrong.status_code == 422
    assert await ConflictLevel.all().values_list("kind", "level") == [("person", "block")]
    publishing = (await mary.get(f"{ROOT}/publish")).text
    assert "1 conflict stops publishing" in publishing
    assert "Needed in two sessions at once: 1" in publishing


async def test_an_editor_reads_the_list_and_accepts_nothing(draft: Conference, signed_in: SignIn) -> None:
    await ada_twice(draft)
    person: Person = await make.person("Ed Editor")
    await make.role(person, "editor", event_id=draft.event.id)
    ed = await signed_in(person)

    page = await ed.get(LIST)

    assert ("Ada Lovelace" in page.text, "/acceptances" in page.text, "/levels" in page.text) == (True, False, False)
