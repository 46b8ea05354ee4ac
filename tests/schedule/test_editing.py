from dataclasses import replace

import pytest

from events.core.errors import NotFound, StaleWrite
from events.people.models import Person
from events.schedule import editing
from events.schedule.editing import Values
from events.schedule.models import SessionPerson
from events.schedule.states import IllegalMove
from tests.make import NOON
from tests.schedule.conftest import Conference


async def test_a_new_session_has_a_code_for_good(draft: Conference) -> None:
    made = await editing.create(draft.event.id, Values("Brand new", capacity=30), NOON)

    assert len(made.code) == 6
    assert (await editing.session(draft.event.id, made.code)).values == Values("Brand new", capacity=30)


async def test_a_change_raises_the_version(draft: Conference) -> None:
    before = await editing.session(draft.event.id, draft.opening.code)

    after = await editing.change(before.id, replace(before.values, title="New"), before.version, NOON)

    assert (after.version, after.values.title) == (2, "New")


async def test_a_stale_change_carries_only_what_differs(draft: Conference) -> None:
    before = await editing.session(draft.event.id, draft.opening.code)
    await editing.change(before.id, replace(before.values, title="Theirs"), before.version, NOON)

    with pytest.raises(StaleWrite) as error:
        await editing.change(before.id, replace(before.values, title="Yours"), before.version, NOON)

    assert (error.value.theirs, error.value.yours) == ({"title": "Theirs"}, {"title": "Yours"})


async def test_a_state_that_may_not_follow_is_refused(draft: Conference) -> None:
    before = await editing.session(draft.event.id, draft.opening.code)
    gone = await editing.change(before.id, replace(before.values, state="cancelled"), 1, NOON)

    with pytest.raises(IllegalMove):
        await editing.change(before.id, replace(gone.values, state="planned"), 2, NOON)


async def test_a_name_means_the_person_of_this_programme(draft: Conference) -> None:
    await editing.put_person(draft.zines.id, "ADA LOVELACE", "chair", NOON)
    await editing.put_person(draft.zines.id, draft.grace.code, "speaker", NOON)
    await editing.put_person(draft.zines.id, "Mary Shelley", "speaker", NOON)

    assert [(one.name, one.role) for one in await editing.people(draft.zines.id)] == [
        ("Ada Lovelace", "chair"),
        ("Grace Hopper", "speaker"),
        ("Mary Shelley", "speaker"),
    ]
    assert await Person.filter(name__icontains="ada").count() == 1


async def test_of_two_people_with_one_name_nobody_is_guessed(draft: Conference) -> None:
    await editing.put_person(draft.data.id, "Mary Shelley", "speaker", NOON)
    mary = await Person.create(guid=draft.event.guid, code="MARY22", name="Mary Shelley")
    await SessionPerson.create(session=draft.opening, person=mary, role="speaker")

    await editing.put_person(draft.zines.id, "Mary Shelley", "speaker", NOON)

    assert await Person.filter(name="Mary Shelley").count() == 3


async def test_a_session_that_is_not_there(draft: Conference) -> None:
    with pytest.raises(NotFound):
        await editing.session(draft.event.id, "NOBODY")
