"""The organizers' forms of planning: text that was typed into values, or Unreadable naming each field."""

from collections.abc import Collection
from datetime import date
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from events.core.errors import Unreadable
from events.core.locales import _
from events.planning import blocks, days, resources
from events.planning.blocks import Wanted
from events.planning.days import Hours


def texts(form: FormData) -> dict[str, str]:
    """What stood in the form, to show it again."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


def several(form: FormData, name: str) -> list[str]:
    return [value for value in form.getlist(name) if isinstance(value, str) and value]


def line(text: str) -> str:
    """One line without control characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def block(form: FormData, zone: ZoneInfo, rooms: Collection[int]) -> tuple[Wanted, tuple[date, ...]]:
    """A block and its days. rooms: the ones it may be about. Raises Unreadable."""
    errors: dict[str, str] = {}
    typed = texts(form)
    kind, title = typed.get("kind", ""), _title(typed, "title", 200, errors)
    if kind not in blocks.KINDS:
        errors["kind"] = _("Please choose one of these.")
    chosen = several(form, "rooms")
    if not all(text.isdecimal() and len(text) <= 9 and int(text) in rooms for text in chosen):
        errors["rooms"] = _("Choose rooms of this event’s venue.")
    hours = days.hours(typed, zone, errors)
    on = days.days([*several(form, "days"), typed.get("day", "")], errors)
    if errors or hours is None:
        raise Unreadable(errors)
    return Wanted(kind, title, tuple(sorted({int(text) for text in chosen})), hours), on


def times(form: FormData, zone: ZoneInfo) -> tuple[Hours, tuple[date, ...]]:
    """Hours, and the days they are for. Raises Unreadable."""
    errors: dict[str, str] = {}
    typed = texts(form)
    hours = days.hours(typed, zone, errors)
    on = days.days([*several(form, "days"), typed.get("day", "")], errors)
    if errors or hours is None:
        raise Unreadable(errors)
    return hours, on


def resource(form: FormData) -> tuple[str, str, str]:
    """Kind, name and note. Raises Unreadable."""
    errors: dict[str, str] = {}
    typed = texts(form)
    kind, name = typed.get("kind", ""), _title(typed, "name", 120, errors)
    note = line(typed.get("note", ""))
    if kind not in resources.KINDS:
        errors["kind"] = _("Please choose one of these.")
    if len(note) > 300:
        errors["note"] = _("This is longer than %(max_length)s characters.") % {"max_length": 300}
    if errors:
        raise Unreadable(errors)
    return kind, name, note


def seen(form: FormData, *names: str) -> dict[str, str]:
    """What the fields of a form said when it was opened: kept beside them, as `seen_…`."""
    typed = texts(form)
    return {name: typed.get(f"seen_{name}", "") for name in names}


def number(text: str) -> int:
    """A row's number or a version; 0, which nothing has, for what is none."""
    return int(text) if text.isdecimal() and len(text) <= 9 else 0


def _title(typed: dict[str, str], name: str, most: int, errors: dict[str, str]) -> str:
    found = line(typed.get(name, ""))
    if not found:
        errors[name] = _("Please fill this in.")
    elif len(found) > most:
        errors[name] = _("This is longer than %(max_length)s characters.") % {"max_length": most}
    return found
