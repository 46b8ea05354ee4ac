"""Forms of cases: text that was typed into values, or Unreadable naming each field."""

from collections.abc import Collection
from datetime import date

from starlette.datastructures import FormData

from events.cases import messages
from events.cases.cases import SCOPES, Wish
from events.cases.handling import Decision
from events.cases.kinds import ABOUT
from events.cases.states import CaseState
from events.core.errors import Unreadable
from events.core.locales import _


def texts(form: FormData) -> dict[str, str]:
    """What stood in the form, to show it again."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


def several(form: FormData, name: str) -> list[str]:
    return [value for value in form.getlist(name) if isinstance(value, str) and value]


def line(text: str) -> str:
    """One line without control characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def prose(text: str) -> str:
    """Several lines without control characters, and without space around."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(one for one in part if one.isprintable()).rstrip() for part in lines).strip()


def number(text: str) -> int:
    """A row's number or a version; 0, which nothing has, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else 0


def wish(form: FormData, offered: Collection[str]) -> Wish:
    """What somebody asks for. offered: keys of kinds, with those that were chosen before. Raises Unreadable."""
    errors: dict[str, str] = {}
    typed = texts(form)
    chosen = tuple(dict.fromkeys(several(form, "kinds")))
    words = prose(typed.get("words", ""))
    scope = typed.get("scope", "event")
    named = tuple(dict.fromkeys(several(form, "sessions")))
    if not set(chosen) <= set(offered):
        errors["kinds"] = _("Please choose among these.")
    if not chosen and not words:
        errors["words"] = _("Choose something above, or say in your own words what you need.")
    elif len(words) > messages.LONGEST:
        errors["words"] = _("This is longer than %(max_length)s characters.") % {"max_length": messages.LONGEST}
    if scope not in SCOPES:
        errors["scope"] = _("Please choose one of these.")
    if scope == "sessions" and not named:
        errors["sessions"] = _("Choose the sessions, or one of the other answers above.")
    if len(named) > 200:
        errors["sessions"] = _("Choose at most %(num)s.") % {"num": 200}
    if errors:
        raise Unreadable(errors)
    return Wish(chosen, words, scope, named if scope == "sessions" else ())


def message(form: FormData) -> str:
    """Raises Unreadable."""
    words = prose(texts(form).get("words", ""))
    if not words:
        raise Unreadable({"words": _("Please write something.")})
    if len(words) > messages.LONGEST:
        raise Unreadable(
            {"words": _("This is longer than %(max_length)s characters.") % {"max_length": messages.LONGEST}}
        )
    return words


def decision(form: FormData) -> Decision:
    """Raises Unreadable."""
    errors: dict[str, str] = {}
    typed = texts(form)
    owner, due, state = typed.get("owner", ""), typed.get("due_on", "").strip(), typed.get("state", "")
    reason = prose(typed.get("reason", ""))
    due_on = None
    if owner and not number(owner):
        errors["owner"] = _("Choose somebody who handles requests here.")
    if due:
        try:
            due_on = date.fromisoformat(due)
        except ValueError:
            errors["due_on"] = _("This is no date.")
        else:
            if not 2000 <= due_on.year <= 2199:
                errors["due_on"] = _("This is no date.")
    if state not in list(CaseState):
        errors["state"] = _("Please choose one of these.")
    if len(reason) > messages.LONGEST:
        errors["reason"] = _("This is longer than %(max_length)s characters.") % {"max_length": messages.LONGEST}
    if errors:
        raise Unreadable(errors)
    return Decision(number(owner) or None, due_on, CaseState(state), reason)


def booking(form: FormData) -> tuple[str, int | None, str]:
    """A session's code, what is booked, and what else is arranged. Raises Unreadable."""
    errors: dict[str, str] = {}
    typed = texts(form)
    resource, arranged = typed.get("resource", ""), line(typed.get("arranged", ""))
    code = line(typed.get("session", "")).upper()[:12]
    if not code:
        errors["session"] = _("Please fill this in.")
    if resource and not number(resource):
        errors["resource"] = _("Choose of the event’s resources.")
    if len(arranged) > 300:
        errors["arranged"] = _("This is longer than %(max_length)s characters.") % {"max_length": 300}
    if errors:
        raise Unreadable(errors)
    return code, number(resource) or None, arranged


def new_kind(form: FormData) -> tuple[str, str]:
    """What it is about, and its name. Raises Unreadable."""
    errors: dict[str, str] = {}
    typed = texts(form)
    about, name = typed.get("about", ""), line(typed.get("name", ""))
    if about not in ABOUT:
        errors["about"] = _("Please choose one of these.")
    if not name:
        errors["name"] = _("Please fill this in.")
    elif len(name) > 120:
        errors["name"] = _("This is longer than %(max_length)s characters.") % {"max_length": 120}
    if errors:
        raise Unreadable(errors)
    return about, name


def kind(form: FormData) -> tuple[str, bool, int]:
    """Name ("" for the usual one), whether it is offered, and the version it was opened with. Raises Unreadable."""
    typed = texts(form)
    name = line(typed.get("name", ""))
    if len(name) > 120:
        raise Unreadable({"name": _("This is longer than %(max_length)s characters.") % {"max_length": 120}})
    return name, bool(typed.get("offered")), number(typed.get("version", ""))
