"""A proposal's files, put and taken away by its writers while the call takes them."""

from datetime import datetime

from events.calls import files, proposals
from events.calls.answers import Question, asked
from events.calls.calls import CallRow
from events.calls.states import ProposalState
from events.core import database
from events.core.errors import NotFound, Unreadable
from events.core.files import Store
from events.core.locales import _
from events.core.uploads import Checked


def question_of(call: CallRow, question: int) -> Question:
    """A file question about the proposal. Raises NotFound."""
    found = next((one for one in call.questions if one.id == question and one.kind == "file"), None)
    if found is None:
        raise NotFound
    return found


async def put(call: CallRow, code: str, person: int, question: int, file: Checked, store: Store, at: datetime) -> None:
    """Raises NotFound, NotOpen."""
    question_of(call, question)
    async with database.transaction():
        own = await proposals.find(call, code, person, lock=True)
        proposals.require_writable(call, own, at)
        await files.put(own.id, question, None, file, store, at)


async def take_away(call: CallRow, code: str, person: int, question: int, at: datetime) -> None:
    """What is handed in stays whole: a file that has to be there is replaced, not taken away.

    Raises NotFound, NotOpen, Unreadable.
    """
    needed = question_of(call, question)
    async with database.transaction():
        own = await proposals.find(call, code, person, lock=True)
        proposals.require_writable(call, own, at)
        if own.state is ProposalState.SUBMITTED and needed.required and needed in asked(call.questions, own.answers):
            raise Unreadable({needed.name: _("This has to be there, so send another file in its place.")})
        await files.take_away(own.id, question, None)
