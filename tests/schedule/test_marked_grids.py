"""Marking what somebody saved in everybody's grid gives the page that rendering it for them would give."""

from datetime import date

import pytest

from events.core import pages
from events.schedule import marked_grids, queries, timetable
from events.schedule.marked_grids import Kept
from events.schedule.snapshots import Snapshot
from events.schedule.timetable import Choice
from tests.schedule.conftest import Conference

DAY = date(2026, 7, 9)
HERE = "/events/annual/schedule"


async def released(conference: Conference) -> Snapshot:
    snapshot = await queries.current(conference.event.id)
    assert snapshot is not None
    return snapshot


def laid_out(snapshot: Snapshot, choice: Choice, key: object) -> Kept:
    return marked_grids.kept(key, lambda: timetable.build(snapshot, choice, HERE, DAY), "/save")


@pytest.mark.parametrize("view", ["", "list"])
async def test_a_marked_grid_is_the_grid_rendered_for_its_reader(conference: Conference, view: str) -> None:
    snapshot = await released(conference)
    saved = frozenset({conference.zines.code, conference.data.code, "ABSENT"})
    day = laid_out(snapshot, Choice(view=view), object())

    [marked] = marked_grids.marked(day, saved, "/save")

    macro = pages.environment().get_template("parts/timetable.html").module.timetable  # type: ignore[attr-defined]
    [grid] = day.table.grids
    assert marked == macro(grid, "Thursday, July 9, 2026", view=view, save_url="/save", saved=saved)
    assert marked.count('name="unsave"') == 2


async def test_what_one_reader_saved_is_not_marked_for_the_next(conference: Conference) -> None:
    day = laid_out(await released(conference), Choice(), object())

    marked_grids.marked(day, frozenset({conference.zines.code}), "/save")

    [plain] = marked_grids.marked(day, frozenset(), "/save")
    assert 'name="unsave"' not in plain


async def test_a_day_is_laid_out_once_for_its_key(conference: Conference) -> None:
    snapshot, key = await released(conference), object()

    assert laid_out(snapshot, Choice(), key) is laid_out(snapshot, Choice(), key)
    assert laid_out(snapshot, Choice(), object()) is not laid_out(snapshot, Choice(), key)


async def test_only_a_few_days_are_kept(conference: Conference) -> None:
    snapshot, key = await released(conference), object()
    first = laid_out(snapshot, Choice(), key)

    for _n in range(marked_grids.MOST):
        laid_out(snapshot, Choice(), object())

    assert laid_out(snapshot, Choice(), key) is not first
