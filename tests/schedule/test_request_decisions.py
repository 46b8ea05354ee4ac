import json

import pytest

from events.core import database
from events.core.errors import NotFound
from events.schedule import request_decisions, requests, sponsors
from events.schedule.models import RequestStep, Session
from events.schedule.request_decisions import Chosen, NotReady, Overtaken
from events.schedule.requests import Hand, RequestState
from tests import make
from tests.make import NOON
from tests.schedule.asking import FACTS, Asking, asking
from tests.schedule.conftest import Conference


async def told() -> dict[int, int]:
    """How many steps each person is told of, a message each."""
    rows = await database.rows("SELECT body FROM outbox_message WHERE topic = 'mail.request_answered'")
    bodies = [json.loads(row["body"]) for row in rows]
    assert len({body["person"] for body in bodies}) == len(bodies)
    return {body["person"]: len(body["steps"]) for body in bodies}


async def two(draft: Conference) -> tuple[Asking, list[Chosen]]:
    asked = await asking(draft)
    await Session.filter(id=draft.data.id).update(unit=asked.teens)
    return asked, [await asked.submitted(), await asked.submitted(draft.data)]


async def states(*sessions: Session) -> list[str]:
    return [(await requests.of(one.id)).state.value for one in sessions]


async def test_many_are_granted_at_once_each_with_its_step_and_one_mail_a_person(draft: Conference) -> None:
    asked, chosen = await two(draft)
    second = await make.person("Emil Editor")
    await make.role(second, "editor", unit=asked.teens)

    count = await request_decisions.decide(draft.event.id, chosen, RequestState.GRANTED, "Welcome", asked.mary.id, NOON)

    assert (count, await states(draft.zines, draft.data)) == (2, ["granted", "granted"])
    steps = await RequestStep.filter(what="granted").values_list("by_id", "words", "at")
    assert steps == [(asked.mary.id, "Welcome", NOON)] * 2
    assert await told() == {asked.erin.id: 2, second.id: 2}


async def test_a_planned_session_is_confirmed_by_the_grant_and_by_no_other_answer(draft: Conference) -> None:
    asked, [granted, declined] = await two(draft)
    await Session.filter(id__in=[draft.zines.id, draft.data.id]).update(state="planned")
    before = await Session.get(id=draft.zines.id)

    for one, answer in ((granted, RequestState.GRANTED), (declined, RequestState.DECLINED)):
        await request_decisions.decide(draft.event.id, [one], answer, "So be it", asked.mary.id, NOON)

    zines, data = await Session.get(id=draft.zines.id), await Session.get(id=draft.data.id)
    assert (zines.state, zines.version, data.state) == ("confirmed", before.version + 1, "planned")


async def test_one_that_was_changed_meanwhile_stops_all(draft: Conference) -> None:
    asked, chosen = await two(draft)
    await requests.withdraw(draft.data.id, "", asked.hand, NOON)

    with pytest.raises(Overtaken) as error:
        await request_decisions.decide(draft.event.id, chosen, RequestState.GRANTED, "", asked.mary.id, NOON)

    assert error.value.titles == ["Metadata"]
    assert (await states(draft.zines, draft.data), await told()) == (["submitted", "draft"], {})


async def test_a_draft_is_not_granted_and_stops_all(draft: Conference) -> None:
    asked, chosen = await two(draft)
    await requests.withdraw(draft.data.id, "", asked.hand, NOON)
    both = [chosen[0], Chosen(chosen[1].id, 2)]

    with pytest.raises(NotReady, match="Metadata"):
        await request_decisions.decide(draft.event.id, both, RequestState.GRANTED, "", asked.mary.id, NOON)

    assert await states(draft.zines) == ["submitted"]


async def test_another_events_request_is_not_found(draft: Conference) -> None:
    asked, chosen = await two(draft)
    other = await make.event("other")

    for act in (
        request_decisions.decide(other.id, chosen, RequestState.DECLINED, "No", asked.mary.id, NOON),
        request_decisions.change(other.id, chosen, 5, "", asked.mary.id, NOON),
    ):
        with pytest.raises(NotFound):
            await act


async def test_headcount_and_set_change_where_they_differ_and_the_step_says_from_what(draft: Conference) -> None:
    asked, chosen = await two(draft)
    await request_decisions.change(draft.event.id, chosen[:1], None, "theatre", asked.mary.id, NOON)
    chosen[0] = Chosen(chosen[0].id, 2)

    count = await request_decisions.change(draft.event.id, chosen, None, "theatre", asked.mary.id, NOON)

    assert count == 1
    assert [(await requests.of(one.id)).facts.room_set for one in (draft.zines, draft.data)] == ["theatre"] * 2
    changed = await RequestStep.filter(what="changed")
    assert [one.changes for one in changed] == [{"room_set": ["rounds", "theatre"]}] * 2
    assert await told() == {}


async def test_co_sponsors_hear_of_it_and_who_did_it_does_not(draft: Conference) -> None:
    asked = await asking(draft)
    chosen = await asked.submitted()
    youth = await make.unit("Youth Division")
    sam = await make.person("Sam Sponsor")
    for person in (sam, asked.mary):
        await make.role(person, "editor", unit=youth)
    await sponsors.change(draft.zines.id, youth.id, [], NOON)

    await request_decisions.decide(draft.event.id, [chosen], RequestState.DECLINED, "Full", asked.mary.id, NOON)

    assert await told() == {asked.erin.id: 1, sam.id: 1}


async def test_a_committee_without_an_editor_is_looked_after_from_above(draft: Conference) -> None:
    division = await make.unit("Division")
    committee = await make.unit("Committee", parent=await make.unit("Section", parent=division))
    dora, mary, reader = [await make.person(name) for name in ("Dora", "Mary", "Rea Reader")]
    await make.role(dora, "editor", unit=division)
    await make.role(reader, "reader", unit=committee)
    await Session.filter(id=draft.zines.id).update(unit=committee)
    held = await requests.save(draft.zines.id, FACTS, 0, Hand(dora.id), NOON, submit=True)
    assert held.id is not None

    await request_decisions.decide(draft.event.id, [Chosen(held.id, 1)], RequestState.GRANTED, "", mary.id, NOON)

    assert await told() == {dora.id: 1}


async def test_what_staff_write_is_mailed_and_what_the_unit_writes_is_not(draft: Conference) -> None:
    asked = await asking(draft)
    await asked.submitted()

    await request_decisions.say(draft.zines.id, "Any news?", asked.erin.id, NOON, staff=False)
    assert await told() == {}
    await request_decisions.say(draft.zines.id, "Soon", asked.mary.id, NOON, staff=True)
    assert await told() == {asked.erin.id: 1}
    with pytest.raises(NotFound):
        await request_decisions.say(draft.opening.id, "Nothing there", asked.mary.id, NOON, staff=True)
