from dataclasses import replace
from datetime import timedelta

from events.core import database
from events.schedule import request_lists, requests, sponsors
from events.schedule.models import Session, Slot
from events.schedule.request_lists import Filter
from tests import make
from tests.make import NOON
from tests.schedule.asking import FACTS, Asking, asking
from tests.schedule.conftest import Conference


async def three(draft: Conference) -> Asking:
    """zines: rounds, food, timed, submitted; data: theatre, no food, no time, submitted later; opening: a draft."""
    asked = await asking(draft)
    await asked.submitted()
    await Slot.filter(session=draft.data).update(starts_at=None, ends_at=None)
    other = replace(FACTS, room_set="theatre", food="", headcount=20)
    await requests.save(draft.data.id, other, 0, asked.hand, NOON + timedelta(hours=1), submit=True)
    await requests.save(draft.opening.id, replace(other, headcount=None), 0, asked.hand, NOON)
    return asked


async def titles(draft: Conference, asked: Filter, sort: str = "title") -> list[str]:
    return [one.title for one in (await request_lists.lines(draft.event.id, asked, sort, 1))[0]]


async def test_each_filter_keeps_what_it_says(draft: Conference) -> None:
    asked = await three(draft)

    assert await titles(draft, Filter()) == ["Metadata", "Opening", "Zines in the stacks"]
    assert await titles(draft, Filter(state="draft")) == ["Opening"]
    assert await titles(draft, Filter(query="TEEN serv")) == ["Zines in the stacks"]
    assert await titles(draft, Filter(query="%")) == []
    assert await titles(draft, Filter(unit=asked.teens.slug)) == ["Zines in the stacks"]
    assert await titles(draft, Filter(room_set="theatre")) == ["Metadata", "Opening"]
    assert await titles(draft, Filter(food=True)) == ["Zines in the stacks"]
    assert await titles(draft, Filter(untimed=True)) == ["Metadata"]


async def test_the_states_are_counted_whatever_state_is_asked_for(draft: Conference) -> None:
    await three(draft)

    _lines, counts = await request_lists.lines(draft.event.id, Filter(state="draft"), "title", 1)

    assert counts == {"draft": 1, "submitted": 2}


async def test_it_sorts_both_ways(draft: Conference) -> None:
    await three(draft)

    assert await titles(draft, Filter(), "submitted") == ["Zines in the stacks", "Metadata", "Opening"]
    assert await titles(draft, Filter(), "people") == ["Metadata", "Zines in the stacks", "Opening"]
    assert await titles(draft, Filter(), "-title") == ["Zines in the stacks", "Opening", "Metadata"]
    for sort in request_lists.SORTS:
        assert len(await titles(draft, Filter(), f"-{sort}")) == 3


async def test_a_units_reader_sees_what_it_owns_or_sponsors(draft: Conference) -> None:
    asked = await three(draft)
    youth = await make.unit("Youth Division")
    await sponsors.change(draft.data.id, youth.id, [], NOON)

    assert await titles(draft, Filter(units=frozenset({youth.id}))) == ["Metadata"]
    assert await titles(draft, Filter(units=frozenset())) == []
    assert await titles(draft, Filter(unit=youth.slug)) == ["Metadata"]
    assert [name for _slug, name in await request_lists.asking_units(draft.event.id, None)] == [
        "Teen Services",
        "Youth Division",
    ]
    assert await request_lists.asking_units(draft.event.id, [asked.teens.id]) == [(asked.teens.slug, "Teen Services")]


async def test_a_line_names_the_last_step(draft: Conference) -> None:
    asked = await three(draft)
    await requests.withdraw(draft.zines.id, "", asked.hand, NOON)

    [line], _counts = await request_lists.lines(draft.event.id, Filter(query="zines"), "title", 1)

    assert (line.last_what, line.last_by, line.last_at, line.version) == ("withdrawn", "Erin Editor", NOON, 2)


async def test_three_thousand_requests_come_in_pages(draft: Conference) -> None:
    await database.execute(
        "INSERT INTO session (event_id, guid, code, title, changed_at, links, attachments, translations)"
        " SELECT $1, gen_random_uuid(), 'X' || lpad(n::text, 5, '0'), 'Wish ' || n, now(), '[]', '[]', '{}'"
        " FROM generate_series(1, 3000) n",
        draft.event.id,
    )
    await database.execute(
        "INSERT INTO session_request (session_id, state, equipment, needs, changed_at)"
        " SELECT id, 'submitted', '{}', '{}', now() FROM session WHERE title LIKE 'Wish%'"
    )

    first, counts = await request_lists.lines(draft.event.id, Filter(), "title", 1)
    last, _counts = await request_lists.lines(draft.event.id, Filter(), "title", 30)

    assert (len(first), len(last), counts) == (100, 100, {"submitted": 3000})
    assert (await request_lists.lines(draft.event.id, Filter(), "title", 31))[0] == []
    assert await Session.filter(event=draft.event).count() == 3003
