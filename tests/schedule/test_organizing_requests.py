from collections.abc import Awaitable, Callable
from datetime import date

import httpx
import pytest

from events.core import database
from events.people.models import Person
from events.planning.models import Budget
from events.schedule import requests, sponsors
from events.schedule.models import RequestStep, Session, SessionRequest, SessionUnit
from tests import make
from tests.make import NOON
from tests.schedule.asking import asking
from tests.schedule.conftest import Conference

SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]
ROOT = "/organize/events/annual"
FORM = {"version": "0", "headcount": "80", "minutes": "60", "room_set": "rounds", "note": "Near the lifts"}


def path(session: Session) -> str:
    return f"{ROOT}/sessions/{session.code}/request"


async def test_a_unit_asks_and_staff_grant_it_and_both_read_who_did_what(draft: Conference, signed_in: SignIn) -> None:
    asked = await asking(draft)
    erin, mary = await signed_in(asked.erin), await signed_in(asked.mary)

    sent = await erin.post(path(draft.zines), data=FORM | {"submit": "1", "equipment": ["projector", "laptop"]})
    row = await SessionRequest.get(session=draft.zines)
    table = await mary.get(f"{ROOT}/requests?state=submitted")
    form = {"chosen": f"{row.id}.{row.version}", "action": "grant", "words": "See you there"}
    granted = await mary.post(f"{ROOT}/requests?state=submitted", data=form)

    assert (sent.status_code, row.state, row.equipment) == (303, "submitted", ["projector", "laptop"])
    assert ("Zines in the stacks" in table.text, f'value="{row.id}.{row.version}"' in table.text) == (True, True)
    assert (granted.status_code, granted.headers["location"]) == (303, f"{ROOT}/requests?state=submitted")
    page = (await erin.get(path(draft.zines))).text
    for words in ("Granted", "Mary Manager", "See you there", "Erin Editor", "This request is answered"):
        assert words in page
    assert "Submit to staff" not in page


async def test_everything_typed_comes_back_with_words_at_its_field(draft: Conference, signed_in: SignIn) -> None:
    asked = await asking(draft)
    erin = await signed_in(asked.erin)
    typed = FORM | {"headcount": "lots", "day-3": "2026-03-08", "from-3": "02:30", "until-3": "05:00", "food": "Cake"}

    answer = await erin.post(path(draft.zines), data=typed | {"submit": "1", "needs": "captions"})

    assert answer.status_code == 422
    for words in ('value="lots"', "Near the lifts", "Cake", 'value="2026-03-08"', 'value="02:30"', "does not exist"):
        assert words in answer.text
    assert 'value="captions" checked' in answer.text
    assert await SessionRequest.all().count() == 0


async def test_two_editors_of_one_request_see_both_states(draft: Conference, signed_in: SignIn) -> None:
    asked = await asking(draft)
    erin = await signed_in(asked.erin)
    assert (await erin.post(path(draft.zines), data=FORM)).status_code == 303

    stale = await erin.post(path(draft.zines), data=FORM | {"headcount": "200", "room_set": "theatre"})

    assert stale.status_code == 409
    for words in ("Somebody else changed this meanwhile", "<td>80</td><td>200</td>", "<td>Rounds</td><td>Theatre</td>"):
        assert words in stale.text
    assert 'value="200"' in stale.text
    assert (await requests.of(draft.zines.id)).facts.headcount == 80


async def test_after_the_last_day_the_unit_is_told_whom_to_ask_and_keeps_its_words(
    draft: Conference, signed_in: SignIn
) -> None:
    asked = await asking(draft)
    await type(draft.event).filter(id=draft.event.id).update(contact_email="staff@example.org")
    erin, mary = await signed_in(asked.erin), await signed_in(asked.mary)
    await Budget.all().update(due_on=date(2026, 1, 1))

    late = await erin.post(path(draft.zines), data=FORM | {"note": "Typed while it closed"})

    assert late.status_code == 409
    for words in ("Typed while it closed", "The last day for this unit is over", "staff@example.org"):
        assert words in late.text
    assert "Save</button>" not in late.text
    assert (await mary.post(path(draft.zines), data=FORM)).status_code == 303


async def test_an_editor_of_another_unit_reaches_nothing_by_changing_the_address(
    draft: Conference, signed_in: SignIn
) -> None:
    asked = await asking(draft)
    chosen = await asked.submitted()
    stranger, youth = await make.person("Olga Other"), await make.unit("Youth Division")
    await make.role(stranger, "editor", unit=youth)
    await Session.filter(id=draft.data.id).update(unit=youth)
    olga = await signed_in(stranger)

    table = await olga.get(f"{ROOT}/requests")
    answers = [
        await olga.get(path(draft.zines)),
        await olga.post(path(draft.zines), data=FORM | {"version": "1"}),
        await olga.post(f"{path(draft.zines)}/steps", data={"action": "withdraw"}),
        await olga.post(f"{ROOT}/requests", data={"chosen": f"{chosen.id}.1", "action": "grant"}),
        await olga.get(f"{ROOT}/sessions/{draft.zines.code}"),
        await olga.post(f"{ROOT}/sessions/{draft.zines.code}/sponsors", data={"unit_id": str(youth.id)}),
        await olga.get(f"{ROOT}/units/{asked.teens.slug}"),
        await olga.get(f"{ROOT}/units"),
    ]

    assert (table.status_code, "Zines" in table.text, "With those" in table.text) == (200, False, False)
    assert [one.status_code for one in answers] == [403] * 8
    assert (await olga.get(path(draft.data))).status_code == 200
    assert ((await requests.of(draft.zines.id)).state, await SessionUnit.all().count()) == ("submitted", 0)


async def test_a_unit_does_not_answer_its_own_request(draft: Conference, signed_in: SignIn) -> None:
    asked = await asking(draft)
    await asked.submitted()
    erin = await signed_in(asked.erin)

    answer = await erin.post(f"{path(draft.zines)}/steps", data={"action": "grant", "version": "1"})

    assert (answer.status_code, (await requests.of(draft.zines.id)).state) == (403, "submitted")


async def test_a_sponsors_editor_edits_the_session_and_its_request_but_does_not_take_it(
    draft: Conference, signed_in: SignIn
) -> None:
    asked = await asking(draft)
    sam, youth = await make.person("Sam Sponsor"), await make.unit("Youth Division")
    await make.role(sam, "editor", unit=youth)
    erin = await signed_in(asked.erin)
    form = {"unit_id": str(youth.id)}
    await erin.post(f"{ROOT}/sessions/{draft.zines.code}/sponsors", data=form)
    client, session = await signed_in(sam), f"{ROOT}/sessions/{draft.zines.code}"
    words = {"title": "Zines for all", "visibility": "public", "state": "confirmed", "version": "1"}

    assert (await client.post(path(draft.zines), data=FORM)).status_code == 303
    assert (await client.post(session, data=words | {"unit_id": str(asked.teens.id)})).status_code == 303
    assert (await client.post(session, data=words | {"version": "2", "unit_id": str(youth.id)})).status_code == 403
    assert (await client.post(f"{session}/sponsors", data=form)).status_code == 403
    assert "Save the co-sponsors" not in (await client.get(session)).text
    assert (await client.get(f"{ROOT}/units/{youth.slug}")).status_code == 200

    await erin.post(f"{session}/sponsors", data={f"gone-{youth.id}": "on"})
    assert (await client.get(path(draft.zines))).status_code == 403


async def test_a_bulk_no_without_words_comes_back_with_the_rows_ticked(draft: Conference, signed_in: SignIn) -> None:
    asked = await asking(draft)
    chosen = await asked.submitted()
    mary = await signed_in(asked.mary)
    row = f"{chosen.id}.{chosen.version}"

    silent = await mary.post(f"{ROOT}/requests", data={"chosen": row, "action": "decline", "headcount": "7"})
    nothing = await mary.post(f"{ROOT}/requests", data={"action": "grant"})
    stale = await mary.post(f"{ROOT}/requests", data={"chosen": f"{chosen.id}.9", "action": "grant", "words": "Yes"})

    assert [one.status_code for one in (silent, nothing, stale)] == [422, 422, 409]
    assert ("Say why" in silent.text, f'value="{row}" checked' in silent.text, 'value="7"' in silent.text) == (
        True,
    ) * 3
    assert "Tick the requests" in nothing.text
    assert ("Changed since you opened this table" in stale.text, f'value="{row}" checked' in stale.text) == (True, True)


async def test_headcount_and_set_change_for_all_that_are_ticked(draft: Conference, signed_in: SignIn) -> None:
    asked = await asking(draft)
    rows = [await asked.submitted(), await asked.submitted(draft.data)]
    mary = await signed_in(asked.mary)
    assert f'value="{rows[0].id}.1" checked' in (await mary.get(f"{ROOT}/requests?all=1")).text

    form = {"chosen": [f"{one.id}.1" for one in rows], "action": "change", "room_set": "boardroom", "headcount": "12"}
    answer = await mary.post(f"{ROOT}/requests", data=form)

    assert answer.status_code == 303
    assert await SessionRequest.all().values_list("room_set", "headcount", "version") == [("boardroom", 12, 2)] * 2
    assert await RequestStep.filter(by_id=asked.mary.id, what="changed").count() == 2


@pytest.mark.parametrize(
    ("form", "state", "status"),
    [
        ({"action": "ask_back", "words": "How many?", "version": "1"}, "asked_back", 303),
        ({"action": "ask_back", "words": "How many?", "version": "7"}, "submitted", 409),
        ({"action": "decline", "version": "1"}, "submitted", 422),
        ({"action": "say", "words": "We look into it"}, "submitted", 303),
        ({"action": "say", "words": ""}, "submitted", 422),
    ],
)
async def test_staff_answer_on_the_requests_own_page(
    draft: Conference, signed_in: SignIn, form: dict[str, str], state: str, status: int
) -> None:
    asked = await asking(draft)
    await asked.submitted()
    mary = await signed_in(asked.mary)

    answer = await mary.post(f"{path(draft.zines)}/steps", data=form)

    assert (answer.status_code, (await requests.of(draft.zines.id)).state) == (status, state)
    if status == 303 and "words" in form:
        assert form["words"] in (await mary.get(path(draft.zines))).text


async def test_a_unit_withdraws_what_it_asked(draft: Conference, signed_in: SignIn) -> None:
    asked = await asking(draft)
    await asked.submitted()
    erin = await signed_in(asked.erin)

    await erin.post(f"{path(draft.zines)}/steps", data={"action": "withdraw", "words": "Not this year"})

    assert (await requests.of(draft.zines.id)).state == "draft"
    assert "Not this year" in (await erin.get(path(draft.zines))).text


async def test_words_with_scripts_in_them_are_only_words(draft: Conference, signed_in: SignIn) -> None:
    asked = await asking(draft)
    erin, mary = await signed_in(asked.erin), await signed_in(asked.mary)
    evil = "<script>alert(1)</script>"
    await Session.filter(id=draft.zines.id).update(title=evil)
    await erin.post(path(draft.zines), data=FORM | {"food": evil, "note": evil, "submit": "1"})
    await erin.post(f"{path(draft.zines)}/steps", data={"words": evil})

    for address in (path(draft.zines), f"{ROOT}/requests", f"{ROOT}/units/{asked.teens.slug}"):
        assert evil not in (await mary.get(address)).text


async def test_the_table_asks_as_many_questions_for_three_rows_as_for_one(
    draft: Conference, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await asking(draft)
    mary = await signed_in(asked.mary)
    await asked.submitted()
    counts = []
    for session in (draft.data, draft.opening):
        counts.append(await _questions(mary, monkeypatch))
        await asked.submitted(session)
        await sponsors.change(session.id, asked.teens.id, [], NOON)
    counts.append(await _questions(mary, monkeypatch))

    assert len(set(counts)) == 1


async def _questions(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> int:
    asked = 0
    ask = database._ask

    async def counted(*args: object) -> object:
        nonlocal asked
        asked += "FROM event" not in str(args[1])  # a process reads the event anew now and then
        return await ask(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(database, "_ask", counted)
        assert (await client.get(f"{ROOT}/requests")).status_code == 200
    return asked
