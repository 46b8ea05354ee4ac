"""A session's request: what its unit asks staff for, and the way it goes. Every change is a step: who, when, what.

A unit writes while a request is open to it (`Hand`); staff answer in `request_decisions`, and may change it always.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

import asyncpg

from events.core import database
from events.core.errors import DomainError, NotFound, StaleWrite
from events.core.locales import _, lazy
from events.schedule import request_words


class RequestState(StrEnum):
    """draft: the unit's alone; submitted: waits for staff; asked_back: waits for the unit; granted: staff place it."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ASKED_BACK = "asked_back"
    GRANTED = "granted"
    DECLINED = "declined"


DRAFT, SUBMITTED, ASKED_BACK, GRANTED, DECLINED = RequestState

MOVES: dict[RequestState, frozenset[RequestState]] = {
    DRAFT: frozenset({SUBMITTED}),
    SUBMITTED: frozenset({ASKED_BACK, GRANTED, DECLINED, DRAFT}),
    ASKED_BACK: frozenset({SUBMITTED, GRANTED, DECLINED, DRAFT}),
    GRANTED: frozenset({ASKED_BACK, DECLINED}),
    DECLINED: frozenset({ASKED_BACK, GRANTED}),
}

WORDS = {
    DRAFT: lazy("Draft"),
    SUBMITTED: lazy("Submitted"),
    ASKED_BACK: lazy("Asked back"),
    GRANTED: lazy("Granted"),
    DECLINED: lazy("Declined"),
}

NEEDS = request_words.NEEDS


class IllegalStep(DomainError):
    status = 409

    def __init__(self, old: RequestState, new: RequestState) -> None:
        words = _("A request that is %(old)s cannot become %(new)s.")
        super().__init__(words % {"old": str(WORDS[old]).lower(), "new": str(WORDS[new]).lower()})


class NotOpen(DomainError):
    """The unit may not change its request now. `words` say whom to ask."""

    status = 409


@dataclass(frozen=True, slots=True)
class Wish:
    """kind: preferred, or impossible; aware UTC."""

    kind: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What is asked for; see `models.SessionRequest`."""

    headcount: int | None = None
    room_set: str = ""
    minutes: int = 60
    equipment: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    food: str = ""
    note: str = ""
    wishes: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class Hand:
    """Who writes. staff: of the event, not of the unit; late: the unit's last day is over."""

    person: int
    staff: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A session's request; version 0 and id None while nobody has written one."""

    id: int | None = None
    state: RequestState = DRAFT
    version: int = 0
    submitted_at: datetime | None = None
    facts: Facts = field(default_factory=Facts)

    def open_to(self, hand: Hand) -> bool:
        """Whether this hand may change it. What staff ask back may be answered after the last day too."""
        if hand.staff or self.state is ASKED_BACK:
            return True
        return not hand.late and self.state in (DRAFT, SUBMITTED)


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step as its page shows it; name: "" for who is erased; changes: {field: [before, after]}."""

    at: datetime
    name: str
    what: str
    words: str
    changes: dict[str, list[Any]]


_PLAIN = ("headcount", "room_set", "minutes", "equipment", "needs", "food", "note")


def step(old: RequestState, new: RequestState) -> RequestState:
    """`new`, or raise IllegalStep when MOVES has no such arrow. Staying is no move."""
    if new is not old and new not in MOVES[old]:
        raise IllegalStep(old, new)
    return new


async def of(session_id: int) -> RequestRow:
    row = await database.row("SELECT * FROM session_request WHERE session_id = $1", session_id)
    wishes = await database.rows(
        "SELECT kind, starts_at, ends_at FROM session_wish WHERE session_id = $1 ORDER BY starts_at, id", session_id
    )
    return RequestRow() if row is None else _request(row, tuple(Wish(**wish) for wish in wishes))


async def history(request_id: int | None) -> list[StepRow]:
    """The steps of a request, the oldest first."""
    rows = await database.rows(
        "SELECT t.at, coalesce(p.name, '') AS name, t.what, t.words, t.changes FROM request_step t"
        " LEFT JOIN person p ON p.id = t.by_id WHERE t.request_id = $1 ORDER BY t.id",
        request_id,
    )
    return [StepRow(**{**row, "changes": json.loads(row["changes"])}) for row in rows]


async def save(
    session_id: int, facts: Facts, version: int, hand: Hand, at: datetime, *, submit: bool = False
) -> RequestRow:
    """Keep what was typed, and hand it to staff when `submit`.

    version   the one they saw, 0 for none; raises StaleWrite with both states when somebody was faster, NotOpen when
              the unit may not, IllegalStep for what cannot be submitted
    """
    async with database.transaction():
        before = await _held(session_id)
        if before.version != version:
            words = _("This request was changed while you had it open. Nothing was saved; look at both and choose.")
            theirs, yours = plain(before.facts), plain(facts)
            names = [name for name in theirs if theirs[name] != yours[name]]
            raise StaleWrite(words, {name: theirs[name] for name in names}, {name: yours[name] for name in names})
        require_open(before, hand)
        state = step(before.state, SUBMITTED) if submit else before.state
        changes = differing(before.facts, facts)
        if before.id is not None and not changes and state is before.state:
            return before
        values = [list(value) if isinstance(value := getattr(facts, name), tuple) else value for name in _PLAIN]
        request_id: int = await database.value(_SAVE, session_id, state.value, at, *values)
        await database.execute("DELETE FROM session_wish WHERE session_id = $1", session_id)
        await database.execute_many(
            "INSERT INTO session_wish (session_id, kind, starts_at, ends_at) VALUES ($1, $2, $3, $4)",
            [(session_id, one.kind, one.starts_at, one.ends_at) for one in facts.wishes],
        )
        what = "submitted" if state is not before.state else "changed"
        await record(request_id, hand.person, what, "", at, changes)
        return await of(session_id)


_SAVE = """
INSERT INTO session_request (session_id, state, changed_at, headcount, room_set, minutes, equipment, needs, food, note,
    submitted_at)
VALUES ($1, $2::text, $3, $4, $5, $6, $7, $8, $9, $10, CASE WHEN $2::text = 'submitted' THEN $3::timestamptz END)
ON CONFLICT (session_id) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at,
    headcount = excluded.headcount, room_set = excluded.room_set, minutes = excluded.minutes,
    equipment = excluded.equipment, needs = excluded.needs, food = excluded.food, note = excluded.note,
    version = session_request.version + 1, submitted_at = CASE WHEN session_request.state = excluded.state
        THEN session_request.submitted_at ELSE excluded.submitted_at END
RETURNING id
"""


async def withdraw(session_id: int, words: str, hand: Hand, at: datetime) -> None:
    """Take a request back: it is a draft again. Raises NotFound, NotOpen, IllegalStep."""
    async with database.transaction():
        before = await _held(session_id)
        if before.id is None:
            raise NotFound
        require_open(before, hand)
        if before.state is DRAFT:
            return
        step(before.state, DRAFT)
        await database.execute(
            "UPDATE session_request SET state = 'draft', submitted_at = NULL, version = version + 1, changed_at = $2"
            " WHERE id = $1",
            before.id,
            at,
        )
        await record(before.id, hand.person, "withdrawn", words, at)


async def record(
    request_id: int,
    person: int | None,
    what: str,
    words: str,
    at: datetime,
    changes: Mapping[str, object] | None = None,
) -> int:
    """Keep one step; returns its id. person: None for the machine."""
    made: int = await database.value(
        "INSERT INTO request_step (request_id, at, by_id, what, words, changes) VALUES ($1, $2, $3, $4, $5, $6)"
        " RETURNING id",
        request_id,
        at,
        person,
        what,
        words,
        json.dumps(changes or {}),
    )
    return made


def require_open(request: RequestRow, hand: Hand) -> None:
    """Raises NotOpen."""
    if request.open_to(hand):
        return
    if request.state in (GRANTED, DECLINED):
        raise NotOpen(_("Staff have answered this request. Write to them below, and they open it again."))
    raise NotOpen(_("The last day for this unit is over. Only staff change requests now; write to them below."))


def differing(before: Facts, after: Facts) -> dict[str, list[object]]:
    """The fields in which two states differ, as a step keeps them."""
    old, new = plain(before), plain(after)
    return {name: [old[name], new[name]] for name in old if old[name] != new[name]}


def plain(facts: Facts) -> dict[str, object]:
    """Facts as JSON can say them."""
    values: dict[str, object] = {one.name: getattr(facts, one.name) for one in fields(facts) if one.name != "wishes"}
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    wishes = sorted(facts.wishes, key=lambda one: (one.starts_at, one.ends_at, one.kind))
    return values | {"wishes": [[one.kind, one.starts_at.isoformat(), one.ends_at.isoformat()] for one in wishes]}


async def _held(session_id: int) -> RequestRow:
    """The request as it is; nobody else writes it until the transaction ends. Raises NotFound without a session.

    The session's row is held, because the request's may not be there yet; then its own, which staff's decisions hold.
    """
    if await database.value("SELECT id FROM session WHERE id = $1 FOR UPDATE", session_id) is None:
        raise NotFound
    await database.execute("SELECT id FROM session_request WHERE session_id = $1 FOR UPDATE", session_id)
    return await of(session_id)


def _request(row: asyncpg.Record, wishes: tuple[Wish, ...]) -> RequestRow:
    values: dict[str, Any] = {name: tuple(row[name]) if isinstance(row[name], list) else row[name] for name in _PLAIN}
    return RequestRow(
        row["id"], RequestState(row["state"]), row["version"], row["submitted_at"], Facts(**values, wishes=wishes)
    )
