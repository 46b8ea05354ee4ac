"""What a browser is told of edits: slots, conflicts, budgets and blocks, in its own gesture's answer and of others'."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from events.editor import picture
from events.people.models import Person
from events.planning.models import Budget
from events.schedule import placed
from events.schedule.models import Edit, Session, SessionPerson
from tests import make
from tests.editor.test_pages import ROOT, START, SignIn, as_dict, laid, mary
from tests.schedule.conftest import Conference
from tests.schedule.rows import slot_of

__all__ = ["mary"]

LUNCH = {"kind": "break", "title": "Lunch", "start": "09:30", "end": "10:30", "days": ["2026-07-09"], "rooms": []}


async def post(client: httpx.AsyncClient, **body: Any) -> Any:
    answer = await client.post(f"{ROOT}/commands", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def told_since(client: httpx.AsyncClient, number: int) -> Any:
    return (await client.get(f"{ROOT}/changes.json?since={number}")).json()


def conflicts(told: Any) -> list[tuple[str, str, str]]:
    rows = [as_dict(picture.CONFLICT, row) for row in told["conflicts"]]
    return [(row["kind"], row["level"], row["name"]) for row in rows]


def blocks(told: Any) -> list[tuple[str, int, int]]:
    rows = [as_dict(picture.BLOCK, row) for row in told["blocks"]]
    return [(row["title"], row["start"] - START, row["end"] - START) for row in rows]


async def ada_twice(draft: Conference) -> dict[str, Any]:
    """Ada chairs what runs beside her own session."""
    await SessionPerson.create(session=draft.data, person=draft.ada, role="chair")
    [found] = await placed.conflicts(draft.event.id)
    return {"kind": found.kind, "one": found.one, "other": found.other, "subject": found.subject}


async def test_a_conflict_is_accepted_and_is_one_again_in_everybodys_drawing(
    draft: Conference, mary: httpx.AsyncClient
) -> None:
    conflict = await ada_twice(draft)

    accepted = await post(mary, do="accept", **conflict, reason="She knows")
    others = await told_since(mary, 0)
    undone = await post(mary, do="undo", command=accepted["command"])
    again = await post(mary, do="undo", command=undone["command"])
    taken_back = await post(mary, do="accept", **conflict, reason="")

    levels = [conflicts(told)[0][1] for told in (accepted, others, undone, again, taken_back)]
    assert levels == ["ignore", "ignore", "warn", "ignore", "warn"]
    assert accepted["touched"] == sorted({conflict["one"], conflict["other"]})
    assert [one.what for one in await Edit.all()] == ["accept"] * 4


async def test_only_who_publishes_lets_a_conflict_stand_or_undoes_that(
    draft: Conference, mary: httpx.AsyncClient, signed_in: SignIn
) -> None:
    conflict = await ada_twice(draft)
    done = await post(mary, do="accept", **conflict, reason="She knows")
    editor = await make.person("Ed Itor", "ed@example.org")
    await make.role(editor, "editor", event_id=draft.event.id)
    ed = await signed_in(editor)

    tried = [
        await ed.post(f"{ROOT}/commands", json=body)
        for body in (
            {"do": "accept", **conflict, "reason": ""},
            {"do": "undo", "command": done["command"]},
        )
    ]

    assert [one.status_code for one in tried] == [403, 403]


async def test_lunch_on_three_days_is_laid_moved_taken_away_and_all_taken_back(
    draft: Conference, mary: httpx.AsyncClient
) -> None:
    days = ["2026-07-09", "2026-07-10", "2026-07-11"]

    made = await post(mary, do="block", fields=LUNCH | {"days": days})
    first = as_dict(picture.BLOCK, made["blocks"][0])
    which = {"block": first["id"], "whole": True}
    later = await post(
        mary, do="block", **which, version=1, fields=LUNCH | {"start": "12:00", "end": "13:00", "days": days[:1]}
    )
    gone = await post(mary, do="remove-block", **which, version=2)
    back = [await post(mary, do="undo", command=gone["command"])]
    back.append(await post(mary, do="undo", command=later["command"]))
    back.append(await post(mary, do="undo", command=made["command"]))

    assert blocks(made) == [("Lunch", 30 + day, 90 + day) for day in (0, 1440, 2880)]
    assert {row[0] for row in conflicts(made)} == {"block"}
    assert len(conflicts(made)) == 3
    assert [blocks(told)[0][1:] for told in (later, back[0], back[1])] == [(180, 240), (180, 240), (30, 90)]
    assert (gone["blocks"], back[2]["blocks"]) == ([], [])
    assert conflicts(later) == []
    assert len(conflicts(back[1])) == 3


async def test_a_block_that_cannot_be_read_says_why_by_field_and_a_stale_one_both_states(
    draft: Conference, mary: httpx.AsyncClient
) -> None:
    made = await post(mary, do="block", fields=LUNCH)
    first = as_dict(picture.BLOCK, made["blocks"][0])
    wrong = LUNCH | {"title": " ", "start": "25:00", "days": [], "rooms": [404]}

    unread = await mary.post(f"{ROOT}/commands", json={"do": "block", "fields": wrong})
    stale = await mary.post(
        f"{ROOT}/commands",
        json={"do": "block", "block": first["id"], "version": 7, "fields": LUNCH | {"title": "Supper"}},
    )

    assert (unread.status_code, set(unread.json()["errors"])) == (422, {"title", "start", "days", "rooms"})
    assert [stale.json()[whose]["Title"] for whose in ("theirs", "yours")] == ["Lunch", "Supper"]


async def test_a_block_that_somebody_changed_since_is_not_taken_back(
    draft: Conference, mary: httpx.AsyncClient
) -> None:
    made = await post(mary, do="block", fields=LUNCH)
    first = as_dict(picture.BLOCK, made["blocks"][0])
    await post(mary, do="block", block=first["id"], version=1, fields=LUNCH | {"title": "Supper"})

    late = await mary.post(f"{ROOT}/commands", json={"do": "undo", "command": made["command"]})

    assert (late.status_code, late.json()["detail"]) == (409, "The block “Lunch” has been changed since.")


async def test_an_editor_of_one_unit_lays_no_block(draft: Conference, signed_in: SignIn) -> None:
    unit = await make.unit("Zine Round Table", kind="round_table")
    await Session.filter(id=draft.zines.id).update(unit_id=unit.id)
    person: Person = await make.person("Ed Itor", "ed@example.org")
    await make.role(person, "editor", unit=unit)
    ed = await signed_in(person)

    laid_ = await ed.post(f"{ROOT}/commands", json={"do": "block", "fields": LUNCH})
    gone = await ed.post(f"{ROOT}/commands", json={"do": "remove-block", "block": 1, "version": 1})

    assert (laid_.status_code, gone.status_code) == (403, 403)


async def test_a_budget_is_told_with_the_slot_that_fills_or_frees_it(
    draft: Conference, mary: httpx.AsyncClient
) -> None:
    unit = await make.unit("Zine Round Table", kind="round_table")
    await Session.filter(id__in=[draft.zines.id, draft.data.id]).update(unit_id=unit.id)
    await Budget.create(event=draft.event, unit=unit, slots=2)

    times = {"start": START + 600, "end": START + 660, "rooms": []}
    third = await post(mary, do="add", session=draft.zines.id, **times)
    slot = as_dict(picture.SLOT, third["slots"][0])
    gone = await post(mary, do="remove", slot=slot["id"], version=slot["version"])

    assert (conflicts(third), third["units"]) == ([("budget", "warn", "Zine Round Table")], [unit.id])
    assert (gone["conflicts"], gone["units"], gone["touched"], gone["slots"]) == ([], [unit.id], [slot["id"]], [])


@pytest.mark.parametrize("what", ["move", "add", "block"])
async def test_what_is_sent_twice_because_the_answer_was_lost_is_done_once(
    draft: Conference, mary: httpx.AsyncClient, what: str
) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "move": {"steps": [await laid(draft.zines, 5)]},
        "add": {"session": draft.zines.id, "start": START + 600, "end": START + 660, "rooms": []},
        "block": {"fields": LUNCH},
    }
    body = {"do": what, "id": str(uuid4()), **bodies[what]}

    first, second = await post(mary, **body), await post(mary, **body)

    assert first == second
    assert first["command"] == body["id"]
    assert await Edit.all().count() == 1
    assert (await slot_of(draft.opening)).version == 1
