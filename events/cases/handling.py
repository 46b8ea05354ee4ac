"""What those who handle a case decide: whose it is, until when, and what became of it."""

from dataclasses import dataclass
from datetime import date, datetime

from events.cases import cases, handlers, messages
from events.cases.states import MOVES, OF_HANDLERS, WORDS, CaseState
from events.core import database, outbox
from events.core.errors import StaleWrite, Unreadable
from events.core.locales import _


@dataclass(frozen=True, slots=True)
class Decision:
    """reason: what the person reads of it; needed where it cannot be met."""

    owner: int | None
    due_on: date | None
    state: CaseState
    reason: str = ""


async def decide(event: int, code: str, wanted: Decision, version: int, by: int, at: datetime) -> None:
    """Raises NotFound, also for another event's case, Unreadable, and StaleWrite with both states when somebody was
    faster. The person is told by mail that something is new, where the state changed."""
    async with database.transaction():
        case = await cases.of_event(event, code, lock=True)
        there = {one.id: one.name for one in await handlers.of(event)}
        if wanted.owner is not None and wanted.owner not in there and wanted.owner != case.owner_id:
            raise Unreadable({"owner": _("Choose somebody who handles requests here.")})
        if case.version != version:
            raise _stale(case, wanted, there)
        moving = wanted.state is not case.state
        if moving and wanted.state not in MOVES[case.state] & OF_HANDLERS:
            raise Unreadable({"state": _("It cannot become this from “%(state)s”.") % {"state": WORDS[case.state]}})
        if wanted.state is CaseState.CANNOT and moving and not wanted.reason:
            raise Unreadable({"reason": _("Say why it cannot be met, and what else may help. The person reads it.")})
        await database.execute(
            "UPDATE care_case SET owner_id = $2, due_on = $3, version = version + 1, changed_at = $4 WHERE id = $1",
            case.id,
            wanted.owner,
            wanted.due_on,
            at,
        )
        if moving:
            await cases.move(case, wanted.state, by, at, wanted.reason)
            await outbox.write(messages.MESSAGE, {"case": case.id})
        if wanted.owner not in (None, case.owner_id, by):
            await outbox.write(cases.NEWS, {"case": case.id, "person": wanted.owner})


def _stale(case: cases.Case, wanted: Decision, names: dict[int, str]) -> StaleWrite:
    words = _("Somebody else saved this request while you had it open. Nothing was saved; look at both and choose.")

    def told(owner: str, due_on: date | None, state: CaseState) -> dict[str, object]:
        return {"owner": owner or "–", "due_on": due_on.isoformat() if due_on else "–", "state": str(WORDS[state])}

    theirs = told(case.owner, case.due_on, case.state)
    return StaleWrite(words, theirs, told(names.get(wanted.owner or 0, ""), wanted.due_on, wanted.state))


@dataclass(frozen=True, slots=True)
class Move:
    """name: of who did it, "" of somebody who is gone."""

    state: CaseState
    reason: str
    name: str
    moved_at: datetime


async def moves(case: int) -> list[Move]:
    """The first one first."""
    rows = await database.rows(
        "SELECT m.new, m.reason, coalesce(p.name, '') AS name, m.moved_at FROM care_move m"
        " LEFT JOIN person p ON p.id = m.by_id WHERE m.case_id = $1 ORDER BY m.id",
        case,
    )
    return [Move(CaseState(row["new"]), row["reason"], row["name"], row["moved_at"]) for row in rows]
