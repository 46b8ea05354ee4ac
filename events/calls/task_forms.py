"""What organizers typed about a task, and what a presenter typed to do it, as values."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import StringConstraints
from starlette.datastructures import FormData

from events.calls.task_answers import AGREED, Owed
from events.calls.tasks import TaskRow, TaskValues
from events.catalogue.fields import Form, Line, Text, clean
from events.core.errors import Unreadable
from events.core.locales import _
from events.schedule.roles import ROLES

LONGEST = 5_000
"""Characters of what somebody writes about a task."""
MOST_DAYS = 10


class TaskForm(Form):
    lists: ClassVar[frozenset[str]] = frozenset({"roles", "types"})

    kind: Literal["biography", "headshot", "av", "release_form", "slides", "other"]
    title: Annotated[Line, StringConstraints(min_length=2, max_length=200)]
    words: Text = ""
    due_on: date
    roles: tuple[str, ...] = ()
    types: tuple[int, ...] = ()
    remind_days: Annotated[Line, StringConstraints(max_length=60)] = ""

    def values(self, types: Mapping[int, str]) -> TaskValues:
        """types: the event's session types by id. Raises Unreadable."""
        errors: dict[str, str] = {}
        if not set(ROLES).issuperset(self.roles):
            errors["roles"] = _("Please choose one of these.")
        if not set(types).issuperset(self.types):
            errors["types"] = _("Please choose one of these.")
        parts = [part.strip() for part in self.remind_days.replace(";", ",").split(",") if part.strip()]
        days = {int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 4}
        if len(days) != len(set(parts)) or len(days) > MOST_DAYS or any(day > 365 for day in days):
            errors["remind_days"] = _("Write days with commas between, such as 14, 3, 1.")
        if errors:
            raise Unreadable(errors)
        found = tuple(sorted(days, reverse=True))
        return TaskValues(self.kind, self.title, self.words, self.due_on, self.roles, self.types, found)


def task_fields(task: TaskRow | None) -> dict[str, Any]:
    """A stored task as the form's fields hold it; for a new one what is usual."""
    if task is None:
        return {"kind": "biography", "remind_days": "14, 3", "roles": ["speaker"], "types": []}
    return {
        "kind": task.kind,
        "title": task.title,
        "words": task.words,
        "due_on": task.due_on.isoformat(),
        "roles": list(task.roles),
        "types": list(task.type_ids),
        "remind_days": ", ".join(map(str, task.remind_days)),
    }


def typed(form: FormData) -> dict[str, Any]:
    """What was typed, for the form that comes back."""
    fields: dict[str, Any] = {name: value for name, value in form.items() if isinstance(value, str)}
    return fields | {name: [str(one) for one in form.getlist(name)] for name in ("roles", "types")}


def read_answer(form: FormData, owed: Owed) -> str:
    """The words of a presenter's answer. Raises Unreadable."""
    if owed.kind == "release_form":
        return AGREED if form.get("agree") else ""
    if owed.kind in {"headshot", "slides"}:
        return ""
    words = clean(form.get("words", ""))
    if len(words) > LONGEST:
        raise Unreadable({"words": _("This is longer than %(num)s characters.") % {"num": LONGEST}})
    return words
