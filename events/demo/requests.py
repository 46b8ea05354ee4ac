"""What units ask for at the conference: budgets with their last days, and requests in every state but declined."""

from dataclasses import replace
from datetime import datetime, timedelta

from events.core import database
from events.demo.catalogue import moment
from events.planning import budgets
from events.planning.budgets import Budget
from events.schedule import editing, request_decisions, requests, sponsors
from events.schedule.editing import Values
from events.schedule.request_decisions import Chosen
from events.schedule.requests import Facts, Hand, RequestState, Wish

_ASKED: tuple[tuple[str, str, Facts | None], ...] = (
    (
        "Grief and the public desk",
        "submitted",
        Facts(120, "theatre", 60, ("projector",), ("captions",), "", "Doors that close: people will tell hard things."),
    ),
    ("A budget hearing, rehearsed", "submitted", Facts(60, "rounds", 90, ("flipchart",), (), "Coffee for sixty", "")),
    ("Braille labels for a whole branch", "asked_back", Facts(40, "classroom", 60, (), ("interpreters",), "", "")),
    ("Night at the archive", "granted", Facts(200, "theatre", 60, ("projector", "recording"), (), "", "")),
    ("Members’ meeting", "draft", None),
)
"""Title, state, and what is asked for; None where nobody has written a request yet."""


async def build(at: datetime) -> None:
    """Into the conference, for the unit whose editor is among the known faces, and two others beside it."""
    event = await database.row(
        "SELECT id, starts_on, timezone FROM event WHERE kind = 'conference' ORDER BY id LIMIT 1"
    )
    editor = await database.row("SELECT person_id, unit_id FROM role WHERE name = 'editor' ORDER BY id LIMIT 1")
    manager = await database.value("SELECT person_id FROM role WHERE name = 'programme_manager' ORDER BY id LIMIT 1")
    assert event is not None
    assert editor is not None
    busy = await database.rows(
        "SELECT unit_id AS id, count(*) AS sessions FROM session WHERE event_id = $1 AND unit_id <> $2"
        " GROUP BY unit_id ORDER BY count(*) DESC, unit_id LIMIT 2",
        event["id"],
        editor["unit_id"],
    )
    last = (at + timedelta(days=30)).date()
    await budgets.put(event["id"], editor["unit_id"], None, Budget(24, last))
    for place, unit in enumerate(busy):  # the second has one session too many
        await budgets.put(event["id"], unit["id"], None, Budget(unit["sessions"] - place, last))
    noon = moment(event["starts_on"] + timedelta(days=2), 12, event["timezone"])
    for place, (title, state, facts) in enumerate(_ASKED):
        values = Values(title, unit_id=editor["unit_id"], state="planned")
        made = await editing.create(event["id"], values, at)
        if place == 0 and busy:
            await sponsors.change(made.id, busy[0]["id"], (), at)
        if facts is None:
            continue
        wish = Wish("preferred", noon + timedelta(hours=place), noon + timedelta(hours=place + 2))
        hand = Hand(editor["person_id"])
        held = await requests.save(made.id, replace(facts, wishes=(wish,)), 0, hand, at, submit=True)
        if state != "submitted" and held.id is not None:
            words = "Between which languages?" if state == "asked_back" else ""
            chosen = [Chosen(held.id, held.version)]
            await request_decisions.decide(event["id"], chosen, RequestState(state), words, manager, at)
    # Nobody is written to about what nobody did.
    await database.execute("DELETE FROM outbox_message WHERE topic = $1", request_decisions.TOPIC)
