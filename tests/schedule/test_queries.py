import asyncio

import pytest

from events.schedule import atom, queries
from events.schedule.feeds import Filter
from tests import make
from tests.schedule.conftest import Conference
from tests.schedule.programmes import NINE


async def test_before_the_first_release_there_is_nothing(draft: Conference) -> None:
    assert await queries.current(draft.event.id) is None
    assert await queries.last(draft.event.id) is None
    assert await queries.feed(draft.event.id, Filter()) is None


async def test_a_release_is_parsed_once_for_everybody_who_asks(conference: Conference) -> None:
    asked = await asyncio.gather(*(queries.current(conference.event.id) for _n in range(20)))

    assert len({id(one) for one in asked}) == 1


async def test_who_publishes_sees_it_at_once(conference: Conference) -> None:
    before = await queries.current(conference.event.id)
    await make.move(conference.opening, NINE.replace(hour=20))
    await conference.publish(5)
    after = await queries.current(conference.event.id)

    assert before is not None
    assert after is not None
    assert (before.number, after.number) == (1, 2)


async def test_the_last_release_is_what_registrants_see(conference: Conference) -> None:
    await type(conference.opening).filter(id=conference.opening.id).update(visibility="registrants")
    await conference.publish(5)

    everybody, registrants = await queries.current(conference.event.id), await queries.last(conference.event.id)

    assert everybody is not None
    assert registrants is not None
    assert conference.opening.code not in everybody.by_code
    assert conference.opening.code in registrants.by_code


async def test_what_was_just_published_is_remembered_as_it_is_stored(conference: Conference) -> None:
    remembered = await queries.last(conference.event.id)
    queries._last.clear()

    assert await queries.last(conference.event.id) == remembered


async def test_releases_are_listed_newest_first(conference: Conference) -> None:
    await make.move(conference.opening, NINE.replace(hour=20))
    await conference.publish(5)

    listed = await queries.releases(conference.event.id)

    assert [(one.number, len(one.changes), one.more) for one in listed] == [(2, 1, 0), (1, 0, 0)]


async def test_of_many_changes_the_first_are_listed_and_the_others_counted(
    conference: Conference, monkeypatch: pytest.MonkeyPatch
) -> None:
    await type(conference.opening).filter(event_id=conference.event.id).update(abstract="Other words.")
    await conference.publish(5)
    [every, _first] = await queries.releases(conference.event.id)
    monkeypatch.setattr(atom, "MOST", 1)
    [some, _first] = await queries.releases(conference.event.id)

    assert len(every.changes) > 1
    assert (some.changes.changes, some.more) == (every.changes.changes[:1], len(every.changes) - 1)
