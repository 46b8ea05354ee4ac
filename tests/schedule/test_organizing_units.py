from collections.abc import Awaitable, Callable
from datetime import date

import httpx

from events.people.models import Person
from events.planning import budgets
from events.planning.budgets import Budget as BudgetValues
from events.planning.models import Budget, ProtectedTime
from events.schedule.models import Session
from tests import make
from tests.schedule.asking import asking
from tests.schedule.conftest import Conference

SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]
ROOT = "/organize/events/annual"


async def test_a_unit_sees_its_slots_its_last_day_and_what_is_missing(draft: Conference, signed_in: SignIn) -> None:
    asked = await asking(draft)
    erin = await signed_in(asked.erin)

    page = (await erin.get(f"{ROOT}/units/{asked.teens.slug}")).text

    for words in ("1 of 4 used", "days left", "Four as last year", "Zines in the stacks", "No abstract", "No request"):
        assert words in page
    assert ("Opening" in page, "protected times" in page) == (False, False)


async def test_a_unit_asks_for_a_new_session_and_goes_on_to_its_request(draft: Conference, signed_in: SignIn) -> None:
    asked = await asking(draft)
    erin = await signed_in(asked.erin)
    path = f"{ROOT}/units/{asked.teens.slug}/sessions"

    empty = await erin.post(path, data={"title": " "})
    answer = await erin.post(path, data={"title": "Manga night"})

    made = await Session.get(title="Manga night")
    assert (empty.status_code, "Give the session a title" in empty.text) == (422, True)
    assert answer.headers["location"] == f"{ROOT}/sessions/{made.code}/request"
    assert (made.state, made.unit_id) == ("planned", asked.teens.id)  # type: ignore[attr-defined]
    assert (await erin.get(answer.headers["location"])).status_code == 200


async def test_after_the_last_day_no_new_session_is_asked_for_and_its_title_comes_back(
    draft: Conference, signed_in: SignIn
) -> None:
    asked = await asking(draft)
    erin, mary = await signed_in(asked.erin), await signed_in(asked.mary)
    await Budget.all().update(due_on=date(2026, 1, 1))
    path = f"{ROOT}/units/{asked.teens.slug}/sessions"

    late = await erin.post(path, data={"title": "Manga night"})

    assert (late.status_code, "The last day for this unit is over" in late.text) == (409, True)
    assert await Session.filter(title="Manga night").count() == 0
    assert (await mary.post(path, data={"title": "Manga night"})).status_code == 303


async def test_a_unit_without_a_part_in_the_event_asks_for_nothing(draft: Conference, signed_in: SignIn) -> None:
    stranger, youth = await make.person("Olga Other"), await make.unit("Youth Division")
    await make.role(stranger, "editor", unit=youth)
    olga = await signed_in(stranger)

    refused = await olga.post(f"{ROOT}/units/{youth.slug}/sessions", data={"title": "Mine"})
    await budgets.put(draft.event.id, youth.id, None, BudgetValues(1))

    assert refused.status_code == 403
    assert (await olga.post(f"{ROOT}/units/{youth.slug}/sessions", data={"title": "Mine"})).status_code == 303
    assert (await olga.get(f"{ROOT}/units/no-such-unit")).status_code == 404


async def test_staff_give_slots_and_a_last_day_and_two_of_them_see_both_states(
    draft: Conference, signed_in: SignIn
) -> None:
    asked, youth = await asking(draft), await make.unit("Youth Division")
    mary = await signed_in(asked.mary)
    path = f"{ROOT}/units/{youth.slug}/budget"

    wrong = await mary.post(path, data={"slots": "many", "due_on": "2026-05-02"})
    first = await mary.post(path, data={"slots": "3", "due_on": "2026-05-02", "note": "Three"})
    stale = await mary.post(path, data={"slots": "9"})

    assert [one.status_code for one in (wrong, first, stale)] == [422, 303, 409]
    assert ('value="many"' in wrong.text, "Somebody else changed this meanwhile" in stale.text) == (True, True)
    assert await budgets.of(draft.event.id, youth.id) == BudgetValues(3, date(2026, 5, 2), "Three")
    seen = {"seen_slots": "3", "seen_due_on": "2026-05-02", "seen_note": "Three"}
    assert (await mary.post(path, data={"slots": "9"} | seen)).status_code == 303
    assert (await budgets.of(draft.event.id, youth.id)) == BudgetValues(9)
    page = (await mary.get(f"{ROOT}/units?q=youth&which=with&sort=-slots")).text
    assert ("Youth Division" in page, "Teen Services" in page) == (True, False)


async def test_staff_protect_a_time_of_a_unit_and_free_it(draft: Conference, signed_in: SignIn) -> None:
    asked = await asking(draft)
    mary, erin = await signed_in(asked.mary), await signed_in(asked.erin)
    path = f"{ROOT}/units/{asked.teens.slug}"
    form = {"title": "Awards lunch", "day": "2026-07-10", "from": "12:00", "until": "13:30"}

    wrong = await mary.post(f"{path}/protected-times", data=form | {"until": "11:00"})
    await mary.post(f"{path}/protected-times", data=form)

    assert (wrong.status_code, "Awards lunch" in wrong.text, 'value="11:00"' in wrong.text) == (422, True, True)
    [made] = await ProtectedTime.all()
    assert made.starts_at.isoformat() == "2026-07-10T17:00:00+00:00"
    assert "Awards lunch" in (await erin.get(path)).text
    removal = f"{path}/protected-times/{made.id}/removal"
    assert (await erin.post(removal)).status_code == 403
    assert (await mary.post(removal)).status_code == 303
    assert await ProtectedTime.all().count() == 0
