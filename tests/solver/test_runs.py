"""Arrangements as rows."""

from datetime import timedelta

import pytest

from events.core.errors import NotFound
from events.solver import runs
from events.solver.models import Arrangement, ArrangementPlace
from events.solver.runs import AtWorkAlready
from events.solver.states import IllegalMove, RunState
from events.solver.watching import wishes_of
from events.solver.weights import Weights
from tests import make
from tests.make import NOON
from tests.schedule.conftest import Conference
from tests.solver.arrangements import in_the_tray, proposed, slot_of, wishes


async def test_what_was_wished_is_written_down_whole(draft: Conference) -> None:
    asked = wishes("unpinned", weights=Weights(topics=10, stay=0), seconds=600)

    run = await runs.begin(draft.event.id, asked, None, NOON)

    assert wishes_of((await runs.run(draft.event.id, run)).wishes) == asked


async def test_two_workers_take_up_two_and_each_one_only_once(draft: Conference) -> None:
    other = await make.event("forum")
    asked = [await runs.begin(event.id, wishes(), None, NOON) for event in (draft.event, other)]

    taken = [await runs.take_up(NOON) for _worker in range(3)]

    assert [one and one[0] for one in taken] == [*asked, None]
    with pytest.raises(AtWorkAlready):
        await runs.begin(draft.event.id, wishes(), None, NOON)


async def test_what_is_over_is_not_stopped_nor_ended_twice(draft: Conference) -> None:
    run = await runs.begin(draft.event.id, wishes(), None, NOON)
    await runs.take_up(NOON)

    assert await runs.end(run, RunState.DONE, NOON) is True
    assert await runs.end(run, RunState.FAILED, NOON) is False

    with pytest.raises(IllegalMove):
        await runs.stop(draft.event.id, run, NOON)
    with pytest.raises(NotFound):
        await runs.stop((await make.event("forum")).id, run, NOON)


async def test_a_worker_that_came_too_late_writes_nothing(draft: Conference) -> None:
    tray = await in_the_tray(draft.event)
    run = await proposed(draft.event, {(await slot_of(tray)).id: (1, draft.library.id)})
    held = await ArrangementPlace.all().values_list("id", flat=True)

    from_old = await runs.still_here(run, {"placed": 9}, NOON)

    assert from_old is None
    assert (await Arrangement.get(id=run)).progress == {}
    assert await ArrangementPlace.all().values_list("id", flat=True) == held


async def test_old_ones_go_with_their_places_and_open_ones_stay(draft: Conference) -> None:
    tray = await in_the_tray(draft.event)
    await proposed(draft.event, {(await slot_of(tray)).id: (1, draft.library.id)})
    still = await runs.begin(draft.event.id, wishes(), None, NOON)
    later = NOON + runs.KEPT + timedelta(minutes=1)

    assert await runs.forget(NOON + runs.KEPT, 10) == 0
    assert await runs.forget(later, 10) == 1

    assert [row.id for row in await Arrangement.all()] == [still]
    assert await ArrangementPlace.all().count() == 0
