"""What a call asks: questions added, changed, ordered and taken away."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from events.calls import calls
from events.calls.answers import DECIDING, WITH_OPTIONS, Condition, Question
from events.core import database
from events.core.errors import DomainError, NotFound, Unreadable
from events.core.locales import _

MOST = 60


class Answered(DomainError):
    """People have answered it already: taking it away would take their answers along."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("Somebody has answered this question already, so it stays. You can still change its words."))


class BeforeItsCondition(DomainError):
    status = 409

    def __init__(self) -> None:
        super().__init__(_("A question stands behind the one it depends on."))


@dataclass(frozen=True, slots=True)
class QuestionValues:
    kind: str
    label: str
    help: str
    required: bool
    words: int | None
    options: tuple[str, ...]
    shown_if: Condition | None
    reviewers: bool


async def save(call: int, question: int | None, values: QuestionValues) -> None:
    """Add a question at the end, or change one. Raises Unreadable, NotFound."""
    async with database.transaction():
        known = await _locked(call)
        own = next((one for one in known if one.id == question), None)
        if question is not None and own is None:
            raise NotFound
        _check(known, own, values)
        fields = (
            values.kind,
            values.label,
            values.help,
            values.required,
            values.words,
            json.dumps([{"value": one, "words": one} for one in values.options]),
            json.dumps({"question": values.shown_if.question, "in": values.shown_if.values} if values.shown_if else {}),
            values.reviewers,
        )
        if own is not None:
            await database.execute(
                "UPDATE call_question SET (kind, label, help, required, words, options, shown_if, reviewers)"
                " = ($2, $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9) WHERE id = $1",
                own.id,
                *fields,
            )
            return
        await database.execute(
            "INSERT INTO call_question (call_id, position, kind, label, help, required, words, options, shown_if,"
            " reviewers) VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9::jsonb, $10)",
            call,
            max((one.position for one in known), default=0) + 1,
            *fields,
        )


async def remove(call: int, question: int) -> None:
    """Take an unanswered question away; what depended on it is asked always. Raises NotFound, Answered."""
    async with database.transaction():
        if question not in {one.id for one in await _locked(call)}:
            raise NotFound
        if await database.value(
            "SELECT EXISTS (SELECT FROM proposal WHERE call_id = $1"
            " AND coalesce(answers ->> $2::text, '') NOT IN ('', '[]'))",
            call,
            str(question),
        ):
            raise Answered
        await database.execute(
            "UPDATE call_question SET shown_if = '{}' WHERE call_id = $1 AND shown_if ->> 'question' = $2",
            call,
            str(question),
        )
        await database.execute("DELETE FROM call_question WHERE id = $1", question)


async def move(call: int, question: int, up: bool) -> None:
    """One place up or down; at the end of the list nothing happens. Raises NotFound, BeforeItsCondition."""
    async with database.transaction():
        known = await _locked(call)
        place = next((n for n, one in enumerate(known) if one.id == question), None)
        if place is None:
            raise NotFound
        other = place - 1 if up else place + 1
        if not 0 <= other < len(known):
            return
        known[place], known[other] = known[other], known[place]
        before: set[int] = set()
        for one in known:
            if one.shown_if is not None and one.shown_if.question not in before:
                raise BeforeItsCondition
            before.add(one.id)
        await database.execute_many(
            "UPDATE call_question SET position = $2 WHERE id = $1", [(one.id, n) for n, one in enumerate(known, 1)]
        )


async def _locked(call: int) -> list[Question]:
    """The questions, while nobody else changes them."""
    await database.execute("SELECT FROM call WHERE id = $1 FOR UPDATE", call)
    return list(await calls.questions(call))


def deciding(known: Sequence[Question], own: Question | None) -> list[Question]:
    """The questions that `own` (None: a new one) may depend on: those before it that have answers to choose."""
    place = next((n for n, one in enumerate(known) if own is not None and one.id == own.id), len(known))
    return [one for one in known[:place] if one.kind in DECIDING]


def _check(known: Sequence[Question], own: Question | None, values: QuestionValues) -> None:
    errors: dict[str, str] = {}
    if own is None and len(known) >= MOST:
        errors[""] = _("A call asks at most %(num)s questions.") % {"num": MOST}
    if values.kind in WITH_OPTIONS and len(values.options) < 2:
        errors["options"] = _("Write two answers or more, one a line.")
    condition = values.shown_if
    if condition is not None:
        on = next((one for one in deciding(known, own) if one.id == condition.question), None)
        if on is None:
            errors["shown_if"] = _("Choose a question that stands before this one.")
        elif not condition.values or not {value for value, _words in on.choices}.issuperset(condition.values):
            errors["shown_if"] = _("Choose at least one of its answers.")
    if own is not None:
        yes_no = {"yes", "no"} if values.kind == "yes_no" else set()
        left = set(values.options) if values.kind in WITH_OPTIONS else yes_no
        waiting = [one.shown_if for one in known if one.shown_if is not None and one.shown_if.question == own.id]
        if any(not left.issuperset(one.values) for one in waiting):
            errors["options"] = _("Another question is asked only after one of its answers, so that answer stays.")
    if errors:
        raise Unreadable(errors)
