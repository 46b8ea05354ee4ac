"""Proposals: begun, saved while somebody writes, handed in, changed until the call closes, withdrawn."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from events.calls import answers, files, presenters, proposal_checks, withdrawing
from events.calls.calls import CallRow
from events.calls.files import FileRow
from events.calls.presenters import Presenter
from events.calls.proposal_checks import ProposalValues
from events.calls.states import WRITABLE, ProposalState, Window, step
from events.core import database, outbox
from events.core.errors import DomainError, NotFound, StaleWrite, Unreadable
from events.core.locales import _
from events.schedule import codes
from events.schedule.session_forms import Choices

DRAFTS = 20
"""Drafts one person may have in one call, so that nobody fills the house with them."""


class NotOpen(DomainError):
    """The call does not take this now."""

    status = 409

    @property
    def title(self) -> str:
        return _("This call is not open")


class TooManyProposals(DomainError):
    status = 409

    def __init__(self, most: int) -> None:
        super().__init__(_("One person may hand in at most %(num)s here.") % {"num": most}, most=most)


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal with its presenters, as its writers see it."""

    id: int
    call_id: int
    code: str
    owner_id: int
    state: ProposalState
    title: str
    abstract: str
    description: str
    language: str
    track_id: int | None
    type_id: int | None
    note: str
    answers: Mapping[str, object]
    version: int
    created_at: datetime
    changed_at: datetime
    submitted_at: datetime | None
    presenters: tuple[Presenter, ...]
    files: tuple[FileRow, ...] = ()


def writable(call: CallRow, proposal: ProposalRow, at: datetime) -> bool:
    """Whether it may be saved now: before a decision, and while the call takes it."""
    return proposal.state in WRITABLE and _taken(call, proposal, at)


def _taken(call: CallRow, proposal: ProposalRow, at: datetime) -> bool:
    window = call.window(at)
    return window is Window.OPEN or (window is Window.GRACE and proposal.created_at < call.closes_at)


_FIND = """
SELECT p.* FROM proposal p WHERE p.call_id = $1 AND p.code = $2 AND (p.owner_id = $3 OR EXISTS (
    SELECT FROM proposal_person x WHERE x.proposal_id = p.id AND x.person_id = $3 AND x.state = 'accepted'))
"""
_FIND_LOCKED = _FIND + " FOR UPDATE OF p"


async def find(call: CallRow, code: str, person: int, *, lock: bool = False) -> ProposalRow:
    """A proposal, for its owner and its accepted presenters; for everybody else there is none. Raises NotFound."""
    row = await database.row(_FIND_LOCKED if lock else _FIND, call.id, code[:12], person)
    if row is None:
        raise NotFound
    values = {name: row[name] for name in ProposalRow.__slots__ if name not in {"presenters", "files"}}
    values |= {"state": ProposalState(row["state"]), "answers": json.loads(row["answers"] or "{}")}
    return ProposalRow(**values, presenters=await presenters.of(row["id"]), files=await files.of(row["id"]))


async def begin(call: CallRow, person: int, name: str, email: str, language: str, at: datetime) -> str:
    """A new draft of this person; returns its code. Raises NotOpen, TooManyProposals."""
    if call.window(at) is not Window.OPEN:
        raise NotOpen(_("New proposals can be begun only while the call is open."))
    async with database.transaction():
        await _in_turn(call.id, person)
        drafts: int = await database.value(
            "SELECT count(*) FROM proposal WHERE call_id = $1 AND owner_id = $2 AND state IN ('draft', 'withdrawn')",
            call.id,
            person,
        )
        if drafts >= DRAFTS:
            raise TooManyProposals(DRAFTS)
        taken = {row["code"] for row in await database.rows("SELECT code FROM proposal WHERE call_id = $1", call.id)}
        code = codes.new(taken.__contains__)
        made: int = await database.value(
            "INSERT INTO proposal (call_id, code, owner_id, language, answers, created_at, changed_at)"
            " VALUES ($1, $2, $3, $4, '{}', $5, $5) RETURNING id",
            call.id,
            code,
            person,
            language,
            at,
        )
        await database.execute(
            "INSERT INTO proposal_person (proposal_id, person_id, name, email, state, answers, answered_at)"
            " VALUES ($1, $2, $3, $4, 'accepted', '{}', $5)",
            made,
            person,
            name,
            email,
            at,
        )
    return code


async def save(
    call: CallRow,
    code: str,
    person: int,
    values: ProposalValues,
    version: int,
    choices: Choices,
    key: bytes,
    at: datetime,
) -> int:
    """Keep what was typed; returns the new version. A draft may hold anything, what is handed in has to stay whole.

    Raises NotFound, NotOpen, StaleWrite, Unreadable.
    """
    async with database.transaction():
        own, values = await _open(call, code, person, version, values, at)
        if own.state is ProposalState.SUBMITTED:
            _require_whole(call, values, choices)
        await _write(own, values, own.state, own.submitted_at, at)
        if own.state is ProposalState.SUBMITTED:
            await presenters.invite(own.id, key, at)
    return own.version + 1


async def hand_in(
    call: CallRow,
    code: str,
    person: int,
    values: ProposalValues,
    version: int,
    choices: Choices,
    key: bytes,
    at: datetime,
) -> None:
    """Save and hand in: its presenters are invited, and its owner gets a receipt. By its owner only.

    Raises NotFound, NotOpen, StaleWrite, Unreadable (every field that is not whole), TooManyProposals.
    """
    async with database.transaction():
        await _in_turn(call.id, person)
        own, values = await _open(call, code, person, version, values, at)
        if own.owner_id != person:
            raise NotFound
        _require_whole(call, values, choices)
        _require_own_answers(call, own)
        step(own.state, ProposalState.SUBMITTED)
        if call.most_per_person is not None:
            others: int = await database.value(
                "SELECT count(*) FROM proposal WHERE call_id = $1 AND owner_id = $2 AND id <> $3"
                " AND state NOT IN ('draft', 'withdrawn')",
                call.id,
                person,
                own.id,
            )
            if others >= call.most_per_person:
                raise TooManyProposals(call.most_per_person)
        await _write(own, values, ProposalState.SUBMITTED, at, at)
        await presenters.invite(own.id, key, at)
        if own.state is not ProposalState.SUBMITTED:
            await outbox.write("mail.proposal_received", {"proposal": own.id})


async def withdraw(call: CallRow, code: str, person: int, at: datetime) -> None:
    """By its owner only, also after the call closed. Raises NotFound, IllegalMove."""
    async with database.transaction():
        own = await find(call, code, person, lock=True)
        if own.owner_id != person:
            raise NotFound
        step(own.state, ProposalState.WITHDRAWN)
        await database.execute(
            "UPDATE proposal SET state = 'withdrawn', version = version + 1, changed_at = $2 WHERE id = $1", own.id, at
        )
        await presenters.take_back(own.id)
        await withdrawing.follow(own.id, at)


async def _in_turn(call: int, person: int) -> None:
    """One after another: two tabs of one person count each other's proposals."""
    await database.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"proposals {call} {person}")


async def _open(
    call: CallRow, code: str, person: int, version: int, values: ProposalValues, at: datetime
) -> tuple[ProposalRow, ProposalValues]:
    """The proposal, locked, and the values with what no form sends: names of files, and what was asked before."""
    own = await find(call, code, person, lock=True)
    require_writable(call, own, at)
    values = replace(values, answers={**own.answers, **values.answers})
    if own.version != version:
        raise StaleWrite(_("This proposal was saved in another window, or by somebody else."), told(own), told(values))
    return own, values


def require_writable(call: CallRow, own: ProposalRow, at: datetime) -> None:
    """Raises NotOpen."""
    if own.state not in WRITABLE:
        raise NotOpen(_("This proposal is decided, so it cannot be changed here any more."))
    if not _taken(call, own, at):
        raise NotOpen(_("The call has closed. What you typed last was not saved; what was saved before stays."))


def _require_whole(call: CallRow, values: ProposalValues, choices: Choices) -> None:
    if errors := proposal_checks.problems(call, values, choices):
        raise Unreadable(errors)


def _require_own_answers(call: CallRow, own: ProposalRow) -> None:
    """Who hands in answers as a presenter before; the others when they take part."""
    you = next((one for one in own.presenters if one.position == 0), None)
    if you is not None and answers.problems(call.presenter_questions, you.answers):
        raise Unreadable({"presenter-answers": _("Answer the questions to you as a presenter first.")})


async def _write(
    own: ProposalRow, values: ProposalValues, state: ProposalState, submitted_at: datetime | None, at: datetime
) -> None:
    await database.execute(
        "UPDATE proposal SET title = $2, abstract = $3, description = $4, language = $5, track_id = $6, type_id = $7,"
        " note = $8, answers = $9::jsonb, state = $10, submitted_at = $11, changed_at = $12, version = version + 1"
        " WHERE id = $1",
        own.id,
        values.title,
        values.abstract,
        values.description,
        values.language,
        values.track_id,
        values.type_id,
        values.note,
        json.dumps(values.answers),
        state,
        submitted_at,
        at,
    )
    await presenters.write(own.id, values.presenters)


def told(values: ProposalRow | ProposalValues) -> Mapping[str, object]:
    """What two writers may disagree about, for both to see."""
    return {
        _("Title"): values.title,
        _("Abstract"): values.abstract,
        _("Description"): values.description,
        _("Note"): values.note,
        _("Presenters"): ", ".join(one.name for one in values.presenters),
        _("Answers"): "; ".join(_words(value) for value in values.answers.values()),
    }


def _words(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
