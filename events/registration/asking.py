"""Which questions somebody is asked, and what their answers mean. Pure.

A question may depend on the answer to another: it is asked of those who are asked the other, too, and gave one of
certain answers. An answer to what is not asked is dropped. Of several choices an answer has a line each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from events.core.locales import _

LONG, SHORT = 4000, 500
KINDS = ("text", "long_text", "number", "date", "choice", "choices", "yes_no")
WITH_OPTIONS = frozenset({"choice", "choices"})


@dataclass(frozen=True, slots=True)
class Question:
    """What an event asks. ticket_types: of whom, none for everybody; help: a line under it.

    minimum, maximum   of a number, or None
    only_if            the id of the question it depends on, and only_answers, of which one has to be given
    """

    id: int
    label: str
    kind: str = "text"
    options: tuple[str, ...] = ()
    required: bool = False
    ticket_types: frozenset[int] = frozenset()
    help: str = ""
    minimum: int | None = None
    maximum: int | None = None
    only_if: int | None = None
    only_answers: tuple[str, ...] = ()

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The options as a form's field wants them: value and label."""
        return [(option, option) for option in self.options]

    @property
    def longest(self) -> int:
        return LONG if self.kind in {"long_text", "choices"} else SHORT

    def asked_of(self, chosen: Iterable[int]) -> bool:
        """Whether somebody with these ticket types is asked; a question without ticket types is for everyone."""
        return not self.ticket_types or not self.ticket_types.isdisjoint(chosen)

    def follows(self, answer: str) -> bool:
        """Whether this answer to the question it depends on is one after which it is asked."""
        return any(line in self.only_answers for line in answer.split("\n"))

    def after(self, questions: "Sequence[Question]") -> tuple[str, str]:
        """The words of the question it depends on, and after which answers it is asked, for reading; "" for none."""
        other = next((one for one in questions if one.id == self.only_if), None)
        return (other.label, ", ".join(shown(other, answer) for answer in self.only_answers)) if other else ("", "")


def asked(questions: Sequence[Question], chosen: Iterable[int], answers: Mapping[int, str]) -> list[Question]:
    """The questions that somebody with these tickets and answers is asked, in their order.

    One that depends on a question which is not there, or on itself in the end, is asked of nobody.
    """
    tickets, by_id = list(chosen), {question.id: question for question in questions}

    def is_asked(question: Question, seen: frozenset[int]) -> bool:
        if question.id in seen or not question.asked_of(tickets):
            return False
        if question.only_if is None:
            return True
        other = by_id.get(question.only_if)
        return (
            other is not None and question.follows(answers.get(other.id, "")) and is_asked(other, seen | {question.id})
        )

    return [question for question in questions if is_asked(question, frozenset())]


def cycle(question: int, only_if: int | None, depends: Mapping[int, int | None]) -> bool:
    """Whether a question would depend on itself. depends: for each question the one it depends on."""
    seen = {question}
    while only_if is not None:
        if only_if in seen:
            return True
        seen.add(only_if)
        only_if = depends.get(only_if)
    return False


def read(question: Question, said: str) -> str:
    """The answer as it is kept; "" for none. Raises ValueError with what is wrong, in words."""
    said = said.strip()[: question.longest]
    if not said:
        return ""
    if question.kind == "choice" and said not in question.options:
        raise ValueError(_("Please choose one of these."))
    if question.kind == "yes_no" and said not in {"yes", "no"}:
        raise ValueError(_("Please choose one of these."))
    if question.kind == "choices":
        given = set(said.split("\n"))
        if not given <= set(question.options):
            raise ValueError(_("Please choose from these."))
        return "\n".join(option for option in question.options if option in given)
    if question.kind == "number":
        return _number(question, said)
    if question.kind == "date":
        try:
            return date.fromisoformat(said).isoformat()
        except ValueError as error:
            raise ValueError(_("Write the day as year-month-day, such as 2027-04-04.")) from error
    return said


def _number(question: Question, said: str) -> str:
    try:
        number = int(said.replace(" ", "")) if len(said) < 12 else None
    except ValueError:
        number = None
    if number is None:
        raise ValueError(_("Write a whole number, such as 3."))
    if question.minimum is not None and number < question.minimum:
        raise ValueError(_("Write a number from %(least)s on.") % {"least": question.minimum})
    if question.maximum is not None and number > question.maximum:
        raise ValueError(_("Write a number up to %(most)s.") % {"most": question.maximum})
    return str(number)


def answered(
    questions: Sequence[Question], chosen: Iterable[int], said: Mapping[int, str]
) -> tuple[dict[int, str], dict[int, str]]:
    """What is kept of what somebody said, and what is wrong with it, both by question. "" and what is not asked go."""
    kept: dict[int, str] = {}
    wrong: dict[int, str] = {}
    for question in questions:
        try:
            kept[question.id] = read(question, said.get(question.id, ""))
        except ValueError as error:
            wrong[question.id] = str(error)
    wanted = {question.id: question for question in asked(questions, chosen, kept)}
    wrong = {id_: words for id_, words in wrong.items() if id_ in wanted}
    for id_, question in wanted.items():
        if question.required and id_ not in wrong and not kept.get(id_):
            wrong[id_] = _("Please answer this.")
    return {id_: answer for id_, answer in kept.items() if answer and id_ in wanted}, wrong


def shown(question: Question, answer: str) -> str:
    """An answer for reading."""
    if question.kind == "yes_no":
        return {"yes": _("Yes"), "no": _("No")}.get(answer, answer)
    return answer.replace("\n", ", ")
