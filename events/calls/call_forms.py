"""What organizers typed about a call and its questions, as values; what is wrong is said at its field."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints
from starlette.datastructures import FormData

from events.calls.answers import WITH_OPTIONS, Condition
from events.calls.calls import CallRow, CallValues
from events.calls.questions import QuestionValues
from events.catalogue.fields import Form, Line, Text
from events.core.errors import Unreadable
from events.core.locales import _
from events.core.wall_time import AmbiguousTime, NoSuchTime, is_second, moment, wall, zone_named
from events.schedule.session_forms import Choices

Limit = Annotated[int, Field(ge=1, le=10_000)]


class CallForm(Form):
    lists: ClassVar[frozenset[str]] = frozenset({"tracks", "types"})
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"abstract_words", "description_words", "most_per_person"})

    title: Annotated[Line, StringConstraints(min_length=2, max_length=200)]
    words: Text = ""
    opens: Annotated[Line, StringConstraints(min_length=1, max_length=20)]
    closes: Annotated[Line, StringConstraints(min_length=1, max_length=20)]
    opens_again: Literal["", "first", "second"] = ""
    closes_again: Literal["", "first", "second"] = ""
    grace_minutes: Annotated[int, Field(ge=0, le=1440)] = 15
    who: Literal["anyone", "members", "by_code"]
    code: Annotated[Line, StringConstraints(max_length=60)] = ""
    tracks: tuple[int, ...] = ()
    types: tuple[int, ...] = ()
    abstract_words: Limit | None = None
    description_words: Limit | None = None
    most_per_person: Annotated[int, Field(ge=1, le=100)] | None = None
    announced: bool = False
    version: int = 0

    def values(self, zone: str, choices: Choices) -> CallValues:
        """Raises Unreadable for times that are none, and for tracks and types of another event."""
        errors: dict[str, str] = {}
        opens = read_moment("opens", self.opens, self.opens_again, zone, errors)
        closes = read_moment("closes", self.closes, self.closes_again, zone, errors)
        if opens and closes and closes <= opens:
            errors["closes"] = _("The call closes before it opens.")
        for name, chosen, known in (("tracks", self.tracks, choices.tracks), ("types", self.types, choices.types)):
            if not {id_ for id_, _name in known}.issuperset(chosen):
                errors[name] = _("Please choose one of these.")
        if errors or opens is None or closes is None:
            raise Unreadable(errors)
        return CallValues(
            self.title,
            self.words,
            opens,
            closes,
            self.grace_minutes,
            self.who,
            self.code,
            self.tracks,
            self.types,
            self.abstract_words,
            self.description_words,
            self.most_per_person,
            self.announced,
        )


def read_moment(name: str, typed: str, again: str, zone: str, errors: dict[str, str]) -> datetime | None:
    """The moment a form's wall time means; None, with words at `name` or `name`_again, when it means none."""
    try:
        local = datetime.strptime(typed[:16].replace(" ", "T"), "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - wall time of `zone`
    except ValueError:
        errors[name] = _("Write day and time, such as 2027-04-04 17:00.")
        return None
    try:
        return moment(local, zone_named(zone), zone, second={"first": False, "second": True}.get(again))
    except NoSuchTime as error:
        errors[name] = error.words
    except AmbiguousTime as error:
        errors[f"{name}_again"] = error.words
    return None


def call_fields(call: CallRow | None, zone: str) -> dict[str, Any]:
    """A stored call as the form's fields hold it; for a new one what is usual."""
    if call is None:
        return {"grace_minutes": 15, "who": "anyone", "version": 0}
    there = zone_named(zone)
    fields: dict[str, Any] = {
        name: getattr(call, name)
        for name in (
            "title",
            "words",
            "grace_minutes",
            "who",
            "abstract_words",
            "description_words",
            "most_per_person",
            "announced",
            "version",
        )
    }
    for name, at in (("opens", call.opens_at), ("closes", call.closes_at)):
        fields[name] = wall(at, there)
        fields[f"{name}_again"] = "second" if is_second(at, there) else ""
    return fields | {"tracks": list(call.track_ids), "types": list(call.type_ids)}


def typed(form: FormData) -> dict[str, Any]:
    """What was typed, for the form that comes back."""
    fields: dict[str, Any] = {name: value for name, value in form.items() if isinstance(value, str)}
    return fields | {name: [str(one) for one in form.getlist(name)] for name in ("tracks", "types")}


class QuestionForm(Form):
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"words"})

    kind: Literal["text", "long", "number", "yes_no", "choice", "choices", "link", "file"]
    label: Annotated[Line, StringConstraints(min_length=2, max_length=300)]
    help: Annotated[Line, StringConstraints(max_length=1000)] = ""
    required: bool = False
    words: Limit | None = None
    options: Text = ""
    shown_if: Annotated[Line, StringConstraints(max_length=20)] = ""
    reviewers: bool = False
    about: Literal["proposal", "presenter"] = "proposal"
    anew: bool = False

    def values(self, chosen: FormData) -> QuestionValues:
        """`if-ID` are the answers of the question ID that this one depends on."""
        condition = None
        if self.shown_if.isdecimal() and len(self.shown_if) < 10:
            answers = tuple(str(one)[:200] for one in chosen.getlist(f"if-{self.shown_if}"))
            condition = Condition(int(self.shown_if), answers)
        lines = [" ".join(line.split())[:200] for line in self.options.splitlines()]
        options = tuple(dict.fromkeys(line for line in lines if line))[:50] if self.kind in WITH_OPTIONS else ()
        limit = self.words if self.kind in {"text", "long"} else None
        return QuestionValues(
            self.kind,
            self.label,
            self.help,
            self.required,
            limit,
            options,
            condition,
            self.reviewers,
            self.about,
            self.anew,
        )


def question_fields(question: Any, about: str = "proposal") -> dict[str, Any]:
    """A stored question as the form's fields hold it; for a new one what is usual."""
    if question is None:
        return {"kind": "text", "reviewers": about == "proposal", "about": about}
    fields: dict[str, Any] = {
        name: getattr(question, name) for name in ("kind", "label", "help", "required", "words", "reviewers", "about")
    }
    fields["options"] = "\n".join(value for value, _words in question.options)
    if question.shown_if is not None:
        fields["shown_if"] = question.shown_if.question
        fields[f"if-{question.shown_if.question}"] = list(question.shown_if.values)
    return fields


def typed_question(form: FormData) -> Mapping[str, Any]:
    """What was typed; the answers a condition names as lists."""
    return {
        name: [str(one) for one in form.getlist(name)] if name.startswith("if-") else str(form[name]) for name in form
    }
