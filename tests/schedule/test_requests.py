import itertools
from dataclasses import replace

import pytest

from events.core.errors import StaleWrite
from events.schedule import request_decisions, requests
from events.schedule.models import RequestStep
from events.schedule.requests import MOVES, NotOpen, RequestState, step
from tests.make import NOON
from tests.schedule.asking import FACTS, asking
from tests.schedule.conftest import Conference


@pytest.mark.parametrize(("old", "new"), list(itertools.product(RequestState, RequestState)))
def test_a_request_moves_along_the_arrows_and_nowhere_else(old: RequestState, new: RequestState) -> None:
    if new is old or new in MOVES[old]:
        assert step(old, new) is new
    else:
        with pytest.raises(requests.IllegalStep):
            step(old, new)


async def test_what_was_asked_is_read_back_and_each_change_is_a_step(draft: Conference) -> None:
    asked = await asking(draft)
    first = await requests.save(draft.zines.id, FACTS, 0, asked.hand, NOON)
    more = replace(FACTS, headcount=120, wishes=())
    second = await requests.save(draft.zines.id, more, first.version, asked.hand, NOON, submit=True)

    assert (first.facts, first.state, first.version) == (FACTS, RequestState.DRAFT, 1)
    assert (second.facts, second.state, second.version) == (more, RequestState.SUBMITTED, 2)
    steps = await requests.history(second.id)
    assert [(one.what, one.name) for one in steps] == [("changed", "Erin Editor"), ("submitted", "Erin Editor")]
    wish = ["preferred", "2026-07-10T14:00:00+00:00", "2026-07-10T17:00:00+00:00"]
    assert steps[1].changes == {"headcount": [80, 120], "wishes": [[wish], []]}


async def test_saving_the_same_again_is_no_step(draft: Conference) -> None:
    asked = await asking(draft)
    first = await requests.save(draft.zines.id, FACTS, 0, asked.hand, NOON)

    again = await requests.save(draft.zines.id, FACTS, first.version, asked.hand, NOON)

    assert (again.version, await RequestStep.all().count()) == (1, 1)


async def test_who_was_slower_sees_both_states(draft: Conference) -> None:
    asked = await asking(draft)
    await requests.save(draft.zines.id, FACTS, 0, asked.hand, NOON)

    with pytest.raises(StaleWrite) as error:
        await requests.save(draft.zines.id, replace(FACTS, headcount=5), 0, asked.hand, NOON)

    assert (error.value.theirs, error.value.yours) == ({"headcount": 80}, {"headcount": 5})
    assert (await requests.of(draft.zines.id)).facts == FACTS


async def test_after_the_last_day_only_staff_change_a_request(draft: Conference) -> None:
    asked = await asking(draft)
    chosen = await asked.submitted()
    late, other = replace(asked.hand, late=True), replace(FACTS, headcount=5)

    with pytest.raises(NotOpen):
        await requests.save(draft.zines.id, other, chosen.version, late, NOON)
    with pytest.raises(NotOpen):
        await requests.withdraw(draft.zines.id, "", late, NOON)

    staff = requests.Hand(asked.mary.id, staff=True, late=True)
    assert (await requests.save(draft.zines.id, other, chosen.version, staff, NOON)).facts.headcount == 5


async def test_what_staff_ask_back_may_be_answered_after_the_last_day(draft: Conference) -> None:
    asked = await asking(draft)
    chosen = await asked.submitted()
    await request_decisions.decide(draft.event.id, [chosen], RequestState.ASKED_BACK, "How many?", asked.mary.id, NOON)

    late = replace(asked.hand, late=True)
    held = await requests.save(draft.zines.id, replace(FACTS, headcount=9), 2, late, NOON, submit=True)

    assert (held.state, held.facts.headcount) == (RequestState.SUBMITTED, 9)


async def test_a_granted_request_is_closed_to_its_unit(draft: Conference) -> None:
    asked = await asking(draft)
    await request_decisions.decide(
        draft.event.id, [await asked.submitted()], RequestState.GRANTED, "", asked.mary.id, NOON
    )

    with pytest.raises(NotOpen):
        await requests.save(draft.zines.id, replace(FACTS, headcount=9), 2, asked.hand, NOON)
    with pytest.raises(NotOpen):
        await requests.withdraw(draft.zines.id, "", asked.hand, NOON)


async def test_a_withdrawn_request_is_a_draft_again_and_says_so(draft: Conference) -> None:
    asked = await asking(draft)
    await asked.submitted()

    await requests.withdraw(draft.zines.id, "We moved it to the forum", asked.hand, NOON)

    held = await requests.of(draft.zines.id)
    assert (held.state, held.submitted_at, held.version) == (RequestState.DRAFT, None, 2)
    assert [one.words for one in await requests.history(held.id)][-1] == "We moved it to the forum"
