"""Blocks and breaks, alone and as a series, in the tables and on their pages."""

import re
from datetime import date, time
from zoneinfo import ZoneInfo

import httpx
import pytest

from events.core.errors import NotFound, StaleWrite
from events.planning import blocks
from events.planning.blocks import Wanted
from events.planning.days import Hours
from events.planning.models import Block
from events.schedule import placed
from tests import make
from tests.planning.conftest import ROOT
from tests.schedule.conftest import Conference

CHICAGO = ZoneInfo("America/Chicago")
DAYS = [date(2026, 7, 9), date(2026, 7, 10), date(2026, 7, 11)]


def lunch(start: int = 12, title: str = "Lunch", rooms: tuple[int, ...] = ()) -> Wanted:
    return Wanted("break", title, rooms, Hours(time(start), time(start + 1), CHICAGO))


async def told(draft: Conference) -> list[tuple[str, str, str, int]]:
    return [
        (one.title, one.starts_at.astimezone(CHICAGO).strftime("%d %H:%M"), one.kind, one.version)
        for one in await blocks.of(draft.event.id)
    ]


async def test_a_lunch_on_three_days_is_one_series_in_the_wall_time_of_the_event(draft: Conference) -> None:
    await blocks.create(draft.event.id, lunch(), DAYS)

    assert await told(draft) == [("Lunch", f"{day} 12:00", "break", 1) for day in ("09", "10", "11")]
    assert len(set(await Block.all().values_list("series", flat=True))) == 1
    assert (await Block.all().order_by("id").first().values("local_start", "local_end")) == {
        "local_start": "2026-07-09T12:00",
        "local_end": "2026-07-09T13:00",
    }


async def test_the_whole_series_moves_and_keeps_its_days(draft: Conference) -> None:
    await blocks.create(draft.event.id, lunch(), DAYS)
    first, *_rest = await blocks.of(draft.event.id)

    await blocks.change(draft.event.id, first.id, lunch(13, "Late lunch"), DAYS[2], 1, whole=True)

    assert await told(draft) == [("Late lunch", f"{day} 13:00", "break", 2) for day in ("09", "10", "11")]


async def test_one_that_is_changed_alone_leaves_its_series(draft: Conference) -> None:
    await blocks.create(draft.event.id, lunch(), DAYS)
    first, second, _third = await blocks.of(draft.event.id)

    await blocks.change(draft.event.id, first.id, lunch(11), date(2026, 7, 12), 1, whole=False)
    await blocks.change(draft.event.id, second.id, lunch(14), DAYS[1], 1, whole=True)

    assert [line[1] for line in await told(draft)] == ["10 14:00", "11 14:00", "12 11:00"]
    assert sorted(one.together for one in await blocks.of(draft.event.id)) == [1, 2, 2]


async def test_who_was_slower_is_shown_both_states_and_nothing_is_saved(draft: Conference) -> None:
    await blocks.create(draft.event.id, lunch(), DAYS[:1])
    [held] = await blocks.of(draft.event.id)
    await blocks.change(draft.event.id, held.id, lunch(13, "Theirs"), DAYS[0], 1, whole=False)

    with pytest.raises(StaleWrite) as error:
        await blocks.change(draft.event.id, held.id, lunch(14, "Yours"), DAYS[0], 1, whole=False)

    assert (error.value.theirs["Title"], error.value.yours["Title"]) == ("Theirs", "Yours")
    assert [line[0] for line in await told(draft)] == ["Theirs"]
    with pytest.raises(StaleWrite):
        await blocks.remove(draft.event.id, held.id, 1, whole=False)


async def test_one_or_the_whole_series_is_taken_away(draft: Conference) -> None:
    await blocks.create(draft.event.id, lunch(), DAYS)
    await blocks.create(draft.event.id, lunch(18, "Dinner"), DAYS[:1])
    first, _dinner, second, _third = await blocks.of(draft.event.id)

    assert await blocks.remove(draft.event.id, first.id, 1, whole=False) == 1
    assert await blocks.remove(draft.event.id, second.id, 1, whole=True) == 2

    assert [line[0] for line in await told(draft)] == ["Dinner"]


async def test_another_events_block_is_not_here(draft: Conference) -> None:
    elsewhere = await make.block(await make.event("forum"))

    for tried in (
        blocks.block(draft.event.id, elsewhere.id),
        blocks.change(draft.event.id, elsewhere.id, lunch(), DAYS[0], 1, whole=True),
        blocks.remove(draft.event.id, elsewhere.id, 1, whole=True),
    ):
        with pytest.raises(NotFound):
            await tried


async def test_an_editor_makes_a_break_on_two_days_and_it_is_a_conflict(
    draft: Conference, ed: httpx.AsyncClient
) -> None:
    form = {"kind": "break", "title": "Coffee", "start": "09:30", "end": "09:45", "days": ["2026-07-09", "2026-07-10"]}

    made = await ed.post(f"{ROOT}/blocks/new", data={**form, "rooms": [str(draft.library.id)]})

    page = (await ed.get(made.headers["location"])).text
    assert (made.status_code, page.count(">Coffee</a>"), "Library, South" in page) == (303, 2, True)
    assert [one.kind for one in await placed.conflicts(draft.event.id)] == ["block"]


async def test_what_is_wrong_with_a_block_is_said_at_its_field_and_kept(
    draft: Conference, ed: httpx.AsyncClient
) -> None:
    typed = {"kind": "feast", "title": " ", "start": "9", "end": "", "day": "soon", "rooms": "999999"}

    answer = await ed.post(f"{ROOT}/blocks/new", data=typed)
    gap = {"kind": "block", "title": "Night", "start": "02:30", "end": "05:00", "day": "2026-03-08"}
    missing = await ed.post(f"{ROOT}/blocks/new", data=gap)

    assert answer.status_code == missing.status_code == 422
    for words in ("choose one of these", "fill this in", "A time such as", "A day such as", "this event’s venue"):
        assert words in answer.text
    assert ("does not exist in America/Chicago" in missing.text, 'value="Night"' in missing.text) == (True, True)
    assert await Block.all().count() == 0


async def test_the_form_of_one_shows_it_and_changes_it_or_says_who_was_faster(
    draft: Conference, ed: httpx.AsyncClient
) -> None:
    await blocks.create(draft.event.id, lunch(), DAYS)
    first, *_rest = await blocks.of(draft.event.id)
    address = f"{ROOT}/blocks/{first.id}"
    page = (await ed.get(address)).text
    values = dict(re.findall(r'name="(day|start|end|title|version)"[^>]*?value="([^"]*)"', page))
    values |= dict(re.findall(r'name="(version)" value="([^"]*)"', page))

    saved = await ed.post(address, data={**values, "kind": "break", "start": "12:30", "whole": "1"})
    stale = await ed.post(address, data={**values, "kind": "break", "title": "Mine"})
    gone = await ed.post(f"{address}/removal", data={"version": "2", "whole": "1"})

    assert (values["day"], values["start"], values["title"]) == ("2026-07-09", "12:00", "Lunch")
    assert (saved.status_code, stale.status_code, gone.status_code) == (303, 409, 303)
    assert ("Both states" in stale.text, 'value="Mine"' in stale.text) == (True, True)
    assert await Block.all().count() == 0


async def test_a_combined_room_and_a_hall_are_not_offered(draft: Conference, ed: httpx.AsyncClient) -> None:
    venue = await draft.ballroom.venue
    await make.room(venue, "Both", part_ids=[draft.ballroom.id, draft.library.id])
    await make.room(venue, "Poster court", kind="hall", exclusive=False)

    page = (await ed.get(f"{ROOT}/blocks/new")).text

    assert ("Ballroom A" in page, "Both" in page, "Poster court" in page) == (True, False, False)
