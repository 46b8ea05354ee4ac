"""A request's fields and values as people read them: in its history, and where two states stand side by side. Pure."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from events.catalogue.room_sets import EQUIPMENT, SETS
from events.core import pages
from events.core.locales import Lazy, _, lazy

NEEDS: dict[str, Lazy] = {
    "step_free": lazy("Step-free access to the stage"),
    "hearing_loop": lazy("Hearing loop"),
    "captions": lazy("Live captions (CART)"),
    "sign_language": lazy("Sign-language interpreters"),
    "interpreters": lazy("Interpreters between languages"),
    "quiet": lazy("A quiet room nearby"),
}

LABELS: dict[str, Lazy] = {
    "headcount": lazy("People expected"),
    "room_set": lazy("Room set"),
    "minutes": lazy("Minutes"),
    "equipment": lazy("Equipment"),
    "needs": lazy("Access and services"),
    "food": lazy("Food and drink"),
    "note": lazy("Note to staff"),
    "wishes": lazy("Times"),
}

STEPS: dict[str, Lazy] = {
    "changed": lazy("Changed"),
    "submitted": lazy("Submitted"),
    "asked_back": lazy("Asked back"),
    "granted": lazy("Granted"),
    "declined": lazy("Declined"),
    "withdrawn": lazy("Withdrawn"),
    "said": lazy("Wrote"),
}

WISHES: dict[str, Lazy] = {"preferred": lazy("Preferred"), "impossible": lazy("Impossible")}


def label(name: str) -> str:
    return str(LABELS[name])


def told(name: str, value: object, zone: ZoneInfo) -> str:
    """A value, as `requests.plain` keeps it, in words."""
    if name == "room_set":
        return str(SETS[str(value)]) if value in SETS else "–"
    if isinstance(value, list):
        if name == "wishes":
            return "; ".join(_wish(one, zone) for one in value) or "–"
        names: Mapping[str, Lazy] = EQUIPMENT if name == "equipment" else NEEDS
        return ", ".join(str(names[one]) for one in value if one in names) or "–"
    return "–" if value is None or value == "" else str(value)


def _wish(one: list[str], zone: ZoneInfo) -> str:
    kind, starts, ends = one
    start, end = datetime.fromisoformat(starts), datetime.fromisoformat(ends)
    return _("%(kind)s: %(day)s, %(start)s to %(end)s") % {
        "kind": WISHES[kind],
        "day": pages.short_day(start, zone.key),
        "start": pages.time(start, zone.key, named=False),
        "end": pages.time(end, zone.key),
    }
