from events.planning import protected_times
from events.schedule import request_decisions, requests, sponsors, unit_lists
from events.schedule.models import Session
from events.schedule.requests import RequestState
from events.schedule.unit_lists import UnitLine
from tests import make
from tests.make import NOON
from tests.schedule.asking import FACTS, asking
from tests.schedule.conftest import Conference
from tests.schedule.programmes import NINE
from tests.schedule.rows import somebody_in


async def test_a_unit_reads_what_is_still_missing_in_words(draft: Conference) -> None:
    asked = await asking(draft)
    await Session.filter(id__in=[draft.opening.id, draft.data.id]).update(unit=asked.teens)
    await requests.save(draft.data.id, FACTS, 0, asked.hand, NOON)
    chosen = await asked.submitted(draft.opening)

    lines, total = await unit_lists.sessions(draft.event.id, asked.teens.id, "", False, "title", 1)

    assert total == 3
    assert {one.title: one.missing for one in lines} == {
        "Metadata": ["No abstract", "The request is not submitted"],
        "Opening": [],
        "Zines in the stacks": ["No abstract", "Nobody is in it yet", "No request"],
    }
    words = "How many chairs?"
    await request_decisions.decide(draft.event.id, [chosen], RequestState.ASKED_BACK, words, asked.mary.id, NOON)
    [line], _total = await unit_lists.sessions(draft.event.id, asked.teens.id, "open", True, "title", 1)
    assert (line.missing, line.words) == (["Asked back"], "How many chairs?")


async def test_only_what_misses_something_can_be_asked_for(draft: Conference) -> None:
    asked = await asking(draft)
    await somebody_in(draft.zines, "Zoe")
    await Session.filter(id=draft.zines.id).update(abstract="All about zines")
    await asked.submitted()
    await make.session(draft.event, NINE, title="Off", unit=asked.teens, state="cancelled")

    assert await unit_lists.sessions(draft.event.id, asked.teens.id, "", True, "title", 1) == ([], 0)
    lines, _total = await unit_lists.sessions(draft.event.id, asked.teens.id, "", False, "-title", 1)
    assert [(one.title, one.missing) for one in lines] == [("Zines in the stacks", []), ("Off", [])]


async def test_a_sponsored_session_is_on_both_units_pages_and_in_its_owners_budget(draft: Conference) -> None:
    asked, youth = await asking(draft), await make.unit("Youth Division")
    await sponsors.change(draft.zines.id, youth.id, [], NOON)
    await make.session(draft.event, NINE, title="Off", unit=asked.teens, state="cancelled")

    [line], _total = await unit_lists.sessions(draft.event.id, youth.id, "", False, "time", 1)

    assert (line.title, line.sponsored, line.owner) == ("Zines in the stacks", True, "Teen Services")
    assert [await unit_lists.used(draft.event.id, unit.id) for unit in (asked.teens, youth)] == [1, 0]


async def test_staff_read_every_units_budget_and_what_waits(draft: Conference) -> None:
    asked = await asking(draft)
    await asked.submitted()
    await protected_times.add(draft.event.id, asked.teens.id, "Lunch", NINE, NOON.replace(year=2200))

    [line], total = await unit_lists.units(draft.event.id, "teen", "with", "-used", 1)

    assert total == 1
    assert (line.slots, line.used, line.sessions, line.waiting, line.protected) == (4, 1, 1, 1, 1)
    without, _total = await unit_lists.units(draft.event.id, "", "without", "due", 1)
    assert [isinstance(one, UnitLine) and one.slots for one in without] == [None]
    assert await unit_lists.units(draft.event.id, "", "over", "name", 1) == ([], 0)
