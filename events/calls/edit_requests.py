"""Edits after the deadline: asked for by a proposal's writers, let in or declined by an organizer.

What is asked is kept with what stood there then; `edit_answers` lets it in or not. A proposal has one open request.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from events.calls import proposals, word_diff
from events.calls.answers import Question
from events.calls.calls import CallRow
from events.calls.states import EDITABLE_BY_REQUEST
from events.calls.word_diff import Piece
from events.core import database
from events.core.errors import DomainError, StaleWrite, Unreadable
from events.core.locales import Lazy, _, lazy

LINES: dict[str, Lazy] = {
    "title": lazy("Title"),
    "abstract": lazy("Abstract"),
    "description": lazy("Description"),
    "language": lazy("Language"),
}
"""What of a proposal may be asked for beside its answers; its session has the same."""

Fields = Mapping[str, object]
"""Of LINES and q-ID of answers; a text, or a list of texts."""


class NotOpen(DomainError):
    status = 409

    @property
    def title(self) -> str:
        return _("This request is not open")


@dataclass(frozen=True, slots=True)
class Request:
    """changes: {field: (what stood there when it was asked, what is asked)}."""

    id: int
    state: str
    asked_at: datetime
    asked_by: str
    changes: Mapping[str, tuple[object, object]]
    words: str
    answer: str
    answered_at: datetime | None


def asked_fields(proposal: proposals.ProposalRow, call: CallRow) -> dict[str, object]:
    """What may be asked for, as it stands in the proposal. Files are handed in otherwise."""
    found: dict[str, object] = {name: getattr(proposal, name) for name in LINES}
    return found | {one.name: proposal.answers.get(str(one.id), "") for one in call.questions if one.kind != "file"}


def may_ask(call: CallRow, proposal: proposals.ProposalRow, at: datetime) -> bool:
    """When its writers may not write any more, and it is still to be held."""
    return proposal.state in EDITABLE_BY_REQUEST and not proposals.writable(call, proposal, at)


async def ask(call: CallRow, code: str, person: int, typed: Fields, words: str, seen: str, at: datetime) -> None:
    """Ask for a proposal to say `typed`; an open request is replaced by this one.

    typed   every field of `asked_fields` as the form had it
    seen    `stamp` of the open request the form showed, "" for none

    Raises NotFound, NotOpen, Unreadable when nothing is different, StaleWrite when a co-presenter asked meanwhile.
    """
    async with database.transaction():
        own = await proposals.find(call, code, person, lock=True)
        if not may_ask(call, own, at):
            raise NotOpen(_("This proposal takes no request for an edit now."))
        now = asked_fields(own, call)
        changes = {name: [now[name], typed[name]] for name in now if not same(now[name], typed[name])}
        if not changes:
            raise Unreadable({"": _("Nothing here is different from what the proposal says.")})
        held = await open_of(own.id)
        if stamp(held) != seen:
            theirs = {name: new for name, (_old, new) in held.changes.items()} if held else {}
            both = {**now, **theirs}, {**now, **typed}
            told = differing(*both, call.questions)
            raise StaleWrite(_("Somebody else asked for an edit meanwhile, or it was answered."), *told)
        if held is None:
            await database.execute(
                "INSERT INTO edit_request (proposal_id, asked_by_id, asked_at, changes, words)"
                " VALUES ($1, $2, $3, $4, $5)",
                own.id,
                person,
                at,
                json.dumps(changes),
                words,
            )
        else:
            await database.execute(
                "UPDATE edit_request SET asked_by_id = $2, asked_at = $3, changes = $4, words = $5 WHERE id = $1",
                held.id,
                person,
                at,
                json.dumps(changes),
                words,
            )


async def take_back(call: CallRow, code: str, person: int) -> None:
    """Its writers do not ask any more. Raises NotFound; NotOpen when it was answered meanwhile."""
    async with database.transaction():
        own = await proposals.find(call, code, person, lock=True)
        if not await database.execute("DELETE FROM edit_request WHERE proposal_id = $1 AND state = 'open'", own.id):
            raise NotOpen(_("This request was answered or taken back meanwhile."))


def stamp(request: Request | None) -> str:
    """Which state of an open request somebody saw."""
    return f"{request.id} {request.asked_at.isoformat()}" if request else ""


REQUEST = """
SELECT r.id, r.state, r.asked_at, coalesce(o.name, '') AS asked_by, r.changes, r.words, r.answer, r.answered_at
FROM edit_request r LEFT JOIN person o ON o.id = r.asked_by_id
"""


async def open_of(proposal: int) -> Request | None:
    """The open request of a proposal."""
    row = await database.row(REQUEST + " WHERE r.proposal_id = $1 AND r.state = 'open'", proposal)
    return read(row) if row else None


async def of_proposal(proposal: int) -> list[Request]:
    """All of a proposal's, the latest first."""
    rows = await database.rows(REQUEST + " WHERE r.proposal_id = $1 ORDER BY r.asked_at DESC, r.id DESC", proposal)
    return [read(row) for row in rows]


def read(row: asyncpg.Record) -> Request:
    changes = {name: (old, new) for name, (old, new) in json.loads(row["changes"]).items()}
    return Request(**{**{name: row[name] for name in Request.__slots__}, "changes": changes})


def label(name: str, questions: Sequence[Question]) -> str:
    """A field as people read it."""
    if name in LINES:
        return str(LINES[name])
    return next((one.label for one in questions if one.name == name), _("A question that is gone"))


def words_of(value: object) -> str:
    """A field's value as one text; several answers one a line."""
    return "\n".join(str(one) for one in value) if isinstance(value, list) else str(value or "")


def same(one: object, other: object) -> bool:
    return words_of(one).strip() == words_of(other).strip()


def differing(
    theirs: Mapping[str, object], yours: Mapping[str, object], questions: Sequence[Question]
) -> tuple[dict[str, object], dict[str, object]]:
    names = [name for name in yours if not same(theirs.get(name, ""), yours[name])]
    return (
        {label(name, questions): words_of(theirs.get(name, "")) for name in names},
        {label(name, questions): words_of(yours[name]) for name in names},
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a request beside what stands there.

    old, new    in pieces, word by word
    moved       it is not what stood there when this was asked
    programme   the left side is the session's, which says something else than the proposal
    """

    label: str
    old: list[Piece]
    new: list[Piece]
    moved: bool = False
    programme: bool = False

    @classmethod
    def of(cls, label: str, old: object, new: object, *, moved: bool = False, programme: bool = False) -> "Difference":
        return cls(label, *word_diff.compare(words_of(old), words_of(new)), moved, programme)


def differences(request: Request, questions: Sequence[Question]) -> list[Difference]:
    """What is asked beside what stood there then, for who asked it."""
    return [Difference.of(label(name, questions), old, new) for name, (old, new) in request.changes.items()]
