from events.schedule import draft_lists
from events.schedule.models import Session
from tests import make
from tests.schedule.conftest import Conference
from tests.schedule.programmes import NINE


async def test_lines_come_a_page_at_a_time_in_the_order_asked_for(draft: Conference) -> None:
    for n in range(60):
        await make.session(draft.event, NINE.replace(hour=22), title=f"Extra {n:02}")

    first, total = await draft_lists.lines(draft.event.id, "", "", "time", 1)
    second, _total = await draft_lists.lines(draft.event.id, "", "", "time", 2)
    by_title, _total = await draft_lists.lines(draft.event.id, "", "", "-title", 1)

    assert (len(first), len(second), total) == (50, 13, 63)
    assert (first[0].title, first[0].room, first[0].people) == ("Opening", "Ballroom A", 1)
    assert by_title[0].title == "Zines in the stacks"


async def test_only_some_kinds_are_listed(draft: Conference) -> None:
    await Session.filter(id=draft.zines.id).update(state="planned", visibility="internal")

    for which in ("planned", "internal"):
        found, total = await draft_lists.lines(draft.event.id, "", which, "time", 1)
        assert ([one.title for one in found], total) == (["Zines in the stacks"], 1)


async def test_choices_are_the_events_own(draft: Conference) -> None:
    choices = await draft_lists.choices(draft.event.id)

    assert [words for _id, words in choices.rooms] == ["Ballroom A, North", "Library, South"]
    assert [words for _id, words in choices.tracks] == ["Data"]


async def test_the_units_that_own_sessions_are_known(draft: Conference) -> None:
    unit = await make.unit()
    await Session.filter(id=draft.zines.id).update(unit_id=unit.id)

    assert await draft_lists.owners(draft.event.id) == [unit.id]
