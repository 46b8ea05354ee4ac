"""Answers to a call's questions: which questions count, and what is wrong with what somebody wrote. Pure.

An answer is kept as it was typed, so a draft may hold anything: a text, or for `choices` a list of texts. What counts
is decided here and nowhere else; a page only shows and hides.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from events.core.locales import Lazy, _, lazy

KINDS: dict[str, Lazy] = {
    "text": lazy("A line of text"),
    "long": lazy("A longer text"),
    "number": lazy("A number"),
    "yes_no": lazy("Yes or no"),
    "choice": lazy("One of several"),
    "choices": lazy("Any of several"),
    "link": lazy("A link"),
    "file": lazy("A file"),
}
"""What an organizer may ask for."""

ABOUT: dict[str, Lazy] = {
    "proposal": lazy("About the proposal"),
    "presenter": lazy("To each presenter"),
}

WITH_OPTIONS = frozenset({"choice", "choices"})
DECIDING = WITH_OPTIONS | {"yes_no"}
"""Kinds that another question may depend on."""

LINE = 1_000
LONG = 20_000
"""Characters an answer may have, whatever its word limit."""

Answer = str | list[str]
Answers = Mapping[str, object]
"""By the question's id as text, as JSON keeps it."""

_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Condition:
    """The question is asked only when `question` was asked and has one of `values` as its answer, or among them."""

    question: int
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """words: the most an answer may have, None for no limit; options: (value, words) of choice and choices; about:
    proposal or presenter. The answer to one of kind file is the file's name (`calls.files`)."""

    id: int
    kind: str
    label: str
    help: str = ""
    required: bool = False
    words: int | None = None
    options: tuple[tuple[str, str], ...] = ()
    shown_if: Condition | None = None
    reviewers: bool = True
    position: int = 0
    about: str = "proposal"

    @property
    def name(self) -> str:
        """Of its field in a form."""
        return f"q-{self.id}"

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """(value, words) of everything that can be answered; empty where anything can."""
        if self.kind == "yes_no":
            return ("yes", _("Yes")), ("no", _("No"))
        return self.options if self.kind in WITH_OPTIONS else ()


def count_words(text: str) -> int:
    """Words as the counter beside the field counts them: what white space separates."""
    return len(text.split())


def given(answers: Answers, question: Question) -> list[str]:
    """What was answered: no texts for nothing, several only for `choices`."""
    value = answers.get(str(question.id))
    texts = value if isinstance(value, list) else [value]
    return [text.strip() for text in texts if isinstance(text, str) and text.strip()]


def asked(questions: Sequence[Question], answers: Answers) -> list[Question]:
    """The questions that count, in their order: a condition is met only by a question before it that counts itself."""
    found: dict[int, list[str]] = {}
    counting = []
    for question in questions:
        condition = question.shown_if
        if condition is not None and not set(condition.values) & set(found.get(condition.question, ())):
            continue
        found[question.id] = given(answers, question)
        counting.append(question)
    return counting


def counted(questions: Sequence[Question], answers: Answers) -> dict[int, list[str]]:
    """What was answered to the questions that count; what was written before a condition fell away is left out."""
    return {one.id: texts for one in asked(questions, answers) if (texts := given(answers, one))}


def problems(questions: Sequence[Question], answers: Answers) -> dict[str, str]:
    """What keeps the answers from being handed in: words by the field's name, in the order of the questions."""
    found = {}
    for question in asked(questions, answers):
        if words := _problem(question, given(answers, question)):
            found[question.name] = words
    return found


def _problem(question: Question, texts: Sequence[str]) -> str:
    if not texts:
        if question.kind == "file" and question.required:
            return _("Please add a file.")
        return _("Please answer this.") if question.required else ""
    if question.choices:
        known = {value for value, _words in question.choices}
        return "" if known.issuperset(texts) else _("Please choose one of these.")
    text = texts[0]
    if question.kind == "number" and not _NUMBER.fullmatch(text.replace(",", ".")):
        return _("Write a number, such as 12 or 2.5.")
    if question.kind == "link" and not _is_link(text):
        return _("Write the whole address, beginning with https://")
    return too_many_words(text, question.words)


def too_many_words(text: str, limit: int | None) -> str:
    """What to say of a text that is too long; empty for one that is not."""
    count = count_words(text)
    if limit is None or count <= limit:
        return ""
    return _("These are %(count)s words; at most %(limit)s fit.") % {"count": count, "limit": limit}


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not set(text) & set(' \n\t<>"')
