"""What each presenter answers for themselves: on the page of their invitation, or later, signed in.

The owner of a proposal may answer for somebody who has no account there (yet); whoever has one answers alone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from events.calls import answers, files, presenters, proposals
from events.calls.calls import CallRow
from events.calls.presenters import Presenter
from events.calls.proposals import NotOpen, ProposalRow
from events.calls.states import ProposalState
from events.core import database
from events.core.errors import NotFound
from events.core.files import Store
from events.core.locales import _
from events.core.uploads import Checked

CLOSED = frozenset({ProposalState.WITHDRAWN, ProposalState.DECLINED})


@dataclass(frozen=True, slots=True)
class Answered:
    """How far a presenter is. missing: what still has to be answered, by the field's name."""

    presenter: Presenter
    missing: Mapping[str, str]
    yours: bool


def may_answer(own: ProposalRow, presenter: Presenter, person: int) -> bool:
    """Whether this person may answer for that presenter: for oneself, or as the owner for who has no account here."""
    if presenter.person_id is not None:
        return presenter.person_id == person
    return own.owner_id == person and presenter.state != "declined"


def all_of(call: CallRow, own: ProposalRow, person: int) -> list[Answered]:
    """The presenters of a proposal with what each still owes, for its page."""
    return [
        Answered(one, answers.problems(call.presenter_questions, one.answers), may_answer(own, one, person))
        for one in own.presenters
        if one.state != "declined"
    ]


async def find(call: CallRow, code: str, person: int, presenter: int) -> tuple[ProposalRow, Presenter]:
    """A presenter for whom this person may answer. Raises NotFound."""
    own = await proposals.find(call, code, person)
    found = next((one for one in own.presenters if one.id == presenter), None)
    if found is None or not may_answer(own, found, person):
        raise NotFound
    return own, found


async def save(
    call: CallRow, code: str, person: int, presenter: int, typed: Mapping[str, object], at: datetime
) -> Mapping[str, str]:
    """Keep what was typed, whole or not; returns what is still missing, by the field's name.

    Raises NotFound, NotOpen.
    """
    async with database.transaction():
        await _locked(call, code, person, presenter)
        found = await _write(presenter, typed)
    return answers.problems(call.presenter_questions, found)


async def put_file(
    call: CallRow, code: str, person: int, presenter: int, question: int, file: Checked, store: Store, at: datetime
) -> None:
    """Raises NotFound, NotOpen."""
    require_file_question(call, question)
    async with database.transaction():
        own = await _locked(call, code, person, presenter)
        await files.put(own.id, question, presenter, file, store, at)


async def take_file_away(call: CallRow, code: str, person: int, presenter: int, question: int) -> None:
    require_file_question(call, question)
    async with database.transaction():
        own = await _locked(call, code, person, presenter)
        await files.take_away(own.id, question, presenter)


async def save_invited(
    secret: str, typed: Mapping[str, object], sent: Mapping[int, Checked], store: Store, at: datetime
) -> None:
    """The same for who answers by the link of an invitation, before it is spent: in the caller's transaction.

    sent   by the question's id. Raises NotFound.
    """
    asked = await presenters.open_invitation(secret)
    await database.execute("SELECT FROM proposal WHERE id = $1 FOR UPDATE", asked.proposal)
    await _write(asked.id, typed)
    for question, file in sent.items():
        await files.put(asked.proposal, question, asked.id, file, store, at)


def require_file_question(call: CallRow, question: int) -> None:
    if not any(one.id == question and one.kind == "file" for one in call.presenter_questions):
        raise NotFound


async def _locked(call: CallRow, code: str, person: int, presenter: int) -> ProposalRow:
    own = await proposals.find(call, code, person, lock=True)
    found = next((one for one in own.presenters if one.id == presenter), None)
    if found is None or not may_answer(own, found, person):
        raise NotFound
    if own.state in CLOSED:
        raise NotOpen(_("This proposal is not considered any more, so nothing is asked."))
    return own


async def _write(presenter: int, typed: Mapping[str, object]) -> Mapping[str, object]:
    written = await database.value(
        "UPDATE proposal_person SET answers = answers || $2::jsonb WHERE id = $1 RETURNING answers",
        presenter,
        json.dumps(dict(typed)),
    )
    found: Mapping[str, object] = json.loads(written)
    return found
