"""What the person and those who handle a case write to each other, and notes that only the latter read.

The mail about it says that there is a message, and neither its words nor what the case is about.
"""

from dataclasses import dataclass
from datetime import datetime

from events.cases import cases
from events.cases.cases import Case, CaseOver
from events.cases.states import CaseState
from events.core import database, outbox
from events.core.errors import Unreadable
from events.core.locales import _

MESSAGE = "mail.case_message"
"""To the person: {case}."""

LONGEST = 4000
MOST = 300
"""Messages and notes of one case."""


@dataclass(frozen=True, slots=True)
class Said:
    """kind: theirs, ours, note; name: "" of somebody who is gone."""

    kind: str
    name: str
    words: str
    written_at: datetime


async def of(case: int, *, notes: bool) -> list[Said]:
    """The oldest first. notes: those between handlers too."""
    rows = await database.rows(
        "SELECT m.kind, coalesce(p.name, '') AS name, m.words, m.written_at FROM care_message m"
        " LEFT JOIN person p ON p.id = m.by_id WHERE m.case_id = $1 AND ($2 OR m.kind <> 'note') ORDER BY m.id",
        case,
        notes,
    )
    return [Said(**dict(row)) for row in rows]


async def write(case: Case, by: int, words: str, at: datetime) -> None:
    """The person writes. Raises CaseOver, Unreadable."""
    async with database.transaction():
        now = await cases.own(by, case.code, lock=True)
        if not now.open:
            raise CaseOver(case.slug)
        if await _keep(now.id, "theirs", by, words, at):
            await cases.tell_handlers(now.event_id, now.id, now.owner_id)


async def answer(case: Case, by: int, words: str, at: datetime, *, note: bool) -> None:
    """Somebody who handles it writes to the person, or a note to the others. Raises CaseOver for a withdrawn one."""
    async with database.transaction():
        now = await cases.of_event(case.event_id, case.code, lock=True)
        if not note and now.state is CaseState.WITHDRAWN:
            raise CaseOver(case.slug)
        if await _keep(now.id, "note" if note else "ours", by, words, at) and not note:
            await outbox.write(MESSAGE, {"case": now.id})


async def _keep(case: int, kind: str, by: int, words: str, at: datetime) -> bool:
    """False for the same words again (a double click)."""
    last = await database.row(
        "SELECT kind, by_id, words, count(*) OVER () AS there FROM care_message WHERE case_id = $1"
        " ORDER BY id DESC LIMIT 1",
        case,
    )
    if last and (last["kind"], last["by_id"], last["words"]) == (kind, by, words):
        return False
    if last and last["there"] >= MOST:
        raise Unreadable({"words": _("There are %(num)s messages here, which is the most.") % {"num": MOST}})
    await database.execute(
        "INSERT INTO care_message (case_id, kind, by_id, words, written_at) VALUES ($1, $2, $3, $4, $5)",
        case,
        kind,
        by,
        words,
        at,
    )
    return True
