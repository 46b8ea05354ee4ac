"""What a call asks: questions added, changed, ordered and taken away."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from events.calls import calls
from events.calls.answers import DECIDING, WITH_OPTIONS, Condition, Question
from events.core import database
from events.core.errors import DomainError, NotFound, Unreadable
from events.core.locales import _

MOST = 60


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
    about: str = "proposal"
    anew: bool = False
    """It asks something else now: what was answered stays as asked before, and everybody is asked again."""


async def save(call: int, question: int | None, values: QuestionValues) -> None:
    """Add a question at the end, or change one. Raises Unreadable, NotFound.

    One that was answered, and whose answers do not fit any more or were to something else, is retired, and a new one
    stands in its place.
    """
    async with database.transaction():
        everything = await _locked(call)
        own = next((one for one in everything if one.id == question), None)
        if question is not None and own is None:
            raise NotFound
        if own is not None:
            values = replace(values, about=own.about)
        _check([one for one in everything if one.about == values.about], own, values, len(everything))
        fields = (
            values.kind,
            values.label,
            values.help,
            values.required,
            values.words,
            json.dumps([{"value": one, "words": one} for one in values.options]),
            json.dumps({"question": values.shown_if.question, "in": values.shown_if.values} if values.shown_if else {}),
            values.reviewers,
            values.about,
        )
        if own is not None and not (_means_another(own, values) and await is_answered(own.id)):
            await database.execute(
                "UPDATE call_question SET (kind, label, help, required, words, options, shown_if, reviewers, about)"
                " = ($2, $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9, $10) WHERE id = $1",
                own.id,
                *fields,
            )
            return
        made: int = await database.value(
            "INSERT INTO call_question (call_id, position, kind, label, help, required, words, options, shown_if,"
            " reviewers, about) VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9::jsonb, $10, $11) RETURNING id",
            call,
            own.position if own is not None else max((one.position for one in everything), default=0) + 1,
            *fields,
        )
        if own is not None:
            await _retire(own.id)
            await database.execute(
                "UPDATE call_question SET shown_if = jsonb_set(shown_if, '{question}', to_jsonb($3::int))"
                " WHERE call_id = $1 AND shown_if ->> 'question' = $2 AND retired_at IS NULL",
                call,
                str(own.id),
                made,
            )


def _means_another(own: Question, values: QuestionValues) -> bool:
    """Whether old answers would be read wrongly: another kind, an answer less to choose from, or somebody says so."""
    gone = {value for value, _words in own.options} - set(values.options)
    return values.anew or own.kind != values.kind or bool(gone)


async def is_answered(question: int) -> bool:
    """Whether anybody wrote something there, also in a draft."""
    found: bool = await database.value(
        "SELECT EXISTS (SELECT FROM call_question q JOIN proposal p ON p.call_id = q.call_id"
        " LEFT JOIN proposal_person x ON x.proposal_id = p.id AND q.about = 'presenter'"
        " WHERE q.id = $1 AND coalesce(CASE q.about WHEN 'presenter' THEN x.answers ELSE p.answers END"
        " ->> q.id::text, '') NOT IN ('', '[]'))",
        question,
    )
    return found


async def _retire(question: int) -> None:
    await database.execute("UPDATE call_question SET retired_at = now() WHERE id = $1", question)


async def remove(call: int, question: int) -> None:
    """Take a question away; what depended on it is asked always. What was answered stays. Raises NotFound."""
    async with database.transaction():
        if question not in {one.id for one in await _locked(call)}:
            raise NotFound
        await database.execute(
            "UPDATE call_question SET shown_if = '{}' WHERE call_id = $1 AND shown_if ->> 'question' = $2"
            " AND retired_at IS NULL",
            call,
            str(question),
        )
        if await is_answered(question):
            await _retire(question)
        else:
            await database.execute("DELETE FROM call_question WHERE id = $1", question)


async def move(call: int, question: int, up: bool) -> None:
    """One place up or down; at the end of the list nothing happens. Raises NotFound, BeforeItsCondition."""
    async with database.transaction():
        known = await _locked(call)
        about = next((one.about for one in known if one.id == question), None)
        known = [one for one in known if one.about == about]
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
    """The questions that are asked, of both sorts, while nobody else changes them."""
    await database.execute("SELECT FROM call WHERE id = $1 FOR UPDATE", call)
    return [one for one, retired in await calls.all_questions(call) if not retired]


def deciding(known: Sequence[Question], own: Question | None) -> list[Question]:
    """The questions that `own` (None: a new one) may depend on: those before it that have answers to choose."""
    place = next((n for n, one in enumerate(known) if own is not None and one.id == own.id), len(known))
    return [one for one in known[:place] if one.kind in DECIDING]


def _check(known: Sequence[Question], own: Question | None, values: QuestionValues, count: int) -> None:
    """known: of the same sort; count: of all."""
    errors: dict[str, str] = {}
    if own is None and count >= MOST:
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
