"""What somebody typed into a proposal, as values. A draft may hold anything that fits, so little is refused here."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import FormData

from events.calls.answers import LINE, LONG, Question
from events.calls.answers import given as answered
from events.calls.calls import CallRow
from events.calls.presenters import MOST, PresenterValues
from events.calls.proposal_checks import ProposalValues, offered
from events.calls.proposals import ProposalRow
from events.catalogue.fields import clean
from events.core.errors import Unreadable
from events.core.locales import _
from events.schedule.session_forms import Choices

BLANK = 2
"""Empty rows for more presenters."""


def read(form: FormData, call: CallRow, choices: Choices) -> ProposalValues:
    """Raises Unreadable for texts that are too long to keep."""
    errors: dict[str, str] = {}
    tracks, types = offered(call, choices)

    def text(name: str, longest: int) -> str:
        return _text(form, name, longest, errors)

    def line(name: str, longest: int) -> str:
        return " ".join(text(name, longest).split())

    values = ProposalValues(
        title=line("title", 300),
        abstract=text("abstract", LONG),
        description=text("description", LONG),
        language=line("language", 12),
        track_id=_chosen(form, "track", tracks),
        type_id=_chosen(form, "type", types),
        note=text("note", LONG),
        answers=answers(form, call.questions, text),
        presenters=tuple(
            PresenterValues(
                place,
                line(f"p-{place}-name", 200),
                line(f"p-{place}-email", 254).lower(),
                line(f"p-{place}-role", 20) or "speaker",
            )
            for place in range(MOST)
            if place == 0 or clean(form.get(f"p-{place}-name", "")) or clean(form.get(f"p-{place}-email", ""))
        ),
    )
    if errors:
        raise Unreadable(errors)
    return values


def answers(form: FormData, questions: Sequence[Question], text: Any) -> dict[str, object]:
    """By the question's id; files are sent and kept on their own. text: (name, longest) → what was typed."""
    return {str(one.id): _answer(form, one, text) for one in questions if one.kind != "file"}


def read_answers(form: FormData, questions: Sequence[Question]) -> dict[str, object]:
    """A form of answers alone. Raises Unreadable for texts that are too long to keep."""
    errors: dict[str, str] = {}
    found = answers(form, questions, lambda name, longest: _text(form, name, longest, errors))
    if errors:
        raise Unreadable(errors)
    return found


def _text(form: FormData, name: str, longest: int, errors: dict[str, str]) -> str:
    found = clean(form.get(name, ""))
    if len(found) > longest:
        errors[name] = _("This is longer than %(num)s characters.") % {"num": longest}
    return found


def _answer(form: FormData, question: Question, text: Any) -> object:
    if question.kind == "choices":
        return [clean(one)[:200] for one in form.getlist(question.name)][: len(question.options)]
    return text(question.name, LONG if question.kind == "long" else LINE)


def _chosen(form: FormData, name: str, options: Sequence[tuple[int, str]]) -> int | None:
    """The id that a select sent, when it is one of those offered."""
    typed = str(form.get(name, ""))
    return next((id_ for id_, _words in options if str(id_) == typed), None)


def version(form: FormData) -> int:
    typed = str(form.get("version", ""))
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


def stored(proposal: ProposalRow) -> dict[str, Any]:
    """A stored proposal as the form's fields hold it."""
    fields: dict[str, Any] = {
        name: getattr(proposal, name) for name in ("title", "abstract", "description", "language", "note", "version")
    }
    fields |= {"track": proposal.track_id, "type": proposal.type_id}
    fields |= {f"q-{id_}": value for id_, value in proposal.answers.items()}
    for one in proposal.presenters:
        fields |= {f"p-{one.position}-{name}": getattr(one, name) for name in ("name", "email", "role")}
    return fields


def typed(form: FormData, call: CallRow) -> dict[str, Any]:
    """What was typed, for the form that comes back."""
    return typed_answers(form, call.questions)


def typed_answers(form: FormData, questions: Sequence[Question]) -> dict[str, Any]:
    fields: dict[str, Any] = {name: value for name, value in form.items() if isinstance(value, str)}
    return fields | {
        one.name: [str(text) for text in form.getlist(one.name)] for one in questions if one.kind == "choices"
    }


def asked_before(call: CallRow, about: str, given: Mapping[str, object]) -> list[tuple[Question, str]]:
    """Questions that are asked no more with what was answered, as words."""
    found = []
    for question in call.retired:
        if question.about == about and (texts := answered(given, question)):
            known = dict(question.choices)
            found.append((question, ", ".join(known.get(text, text) for text in texts)))
    return found


class Filled(dict[str, Any]):
    """What a form's fields hold; one that holds nothing is empty, not an error."""

    def __missing__(self, name: str) -> str:
        return ""


def places(fields: Mapping[str, Any]) -> list[int]:
    """The rows of presenters that the form shows: those that are filled, and some empty ones."""
    filled = [n for n in range(1, MOST) if fields.get(f"p-{n}-name") or fields.get(f"p-{n}-email")]
    empty = [n for n in range(1, MOST) if n not in filled and n > max(filled, default=0)]
    return filled + empty[:BLANK]
