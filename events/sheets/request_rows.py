"""Writing the requests a file asks for: what a unit needs, with a step of its history for each that changes."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from events.core import database
from events.schedule import requests
from events.schedule.requests import Facts, Wish
from events.sheets import cells
from events.sheets.columns import OF_REQUEST
from events.sheets.draft import Values
from events.sheets.wanted_sessions import SessionWanted

_NAMES = frozenset(column.name for column in OF_REQUEST)


async def write(
    sessions: Sequence[SessionWanted], where: Sequence[int], zone: ZoneInfo, person: int | None, at: datetime
) -> None:
    """Only those whose cells differ; a session without a request gets one when there is something to ask for."""
    for one, session_id in zip(sessions, where, strict=True):
        if _NAMES.isdisjoint(one.values):
            continue
        before = await requests.of(session_id)
        values = (one.now.values if one.now else {}) | one.values
        state = values["request"] or ("draft" if any(values[name] for name in _NAMES) else "")
        if not state and before.id is None:
            continue
        facts = _facts(values, zone)
        request_id: int = await database.value(_SAVE, session_id, state or before.state.value, at, *_plain(facts))
        await database.execute("DELETE FROM session_wish WHERE session_id = $1", session_id)
        await database.execute_many(
            "INSERT INTO session_wish (session_id, kind, starts_at, ends_at) VALUES ($1, $2, $3, $4)",
            [(session_id, wish.kind, wish.starts_at, wish.ends_at) for wish in facts.wishes],
        )
        changes = requests.differing(before.facts, facts)
        await requests.record(request_id, person, "changed", "", at, changes)


def _facts(values: Values, zone: ZoneInfo) -> Facts:
    wishes = [
        Wish(kind, *cells.read_span(text, zone))
        for kind in ("preferred", "impossible")
        for text in values[f"{kind} times"]
    ]
    minutes = values["minutes"]
    return Facts(
        values["headcount"],
        values["room set"],
        60 if minutes is None else minutes,
        tuple(values["equipment"]),
        tuple(values["needs"]),
        values["food"],
        values["note"],
        tuple(wishes),
    )


def _plain(facts: Facts) -> tuple[object, ...]:
    return (
        facts.headcount,
        facts.room_set,
        facts.minutes,
        list(facts.equipment),
        list(facts.needs),
        facts.food,
        facts.note,
    )


_SAVE = """
INSERT INTO session_request (session_id, state, changed_at, headcount, room_set, minutes, equipment, needs, food, note,
    submitted_at)
VALUES ($1, $2::text, $3, $4, $5, $6, $7, $8, $9, $10, CASE WHEN $2::text <> 'draft' THEN $3::timestamptz END)
ON CONFLICT (session_id) DO UPDATE SET changed_at = excluded.changed_at, headcount = excluded.headcount,
    room_set = excluded.room_set, minutes = excluded.minutes, equipment = excluded.equipment, needs = excluded.needs,
    food = excluded.food, note = excluded.note, version = session_request.version + 1
RETURNING id
"""
