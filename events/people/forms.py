"""What people typed, as values the rest can trust."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

from events.core import locales
from events.core.errors import Unreadable
from events.core.locales import _
from events.people import roles, units


def line(form: Mapping[str, object], name: str, longest: int) -> str:
    """One line of text: spaces made single, control signs dropped. Raises Unreadable when it is too long."""
    typed = form.get(name, "")
    text = typed if isinstance(typed, str) else ""
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(sign)[0] in "CZ" and sign != "\u200d" else sign for sign in text)
    text = " ".join(text.split())
    if len(text) > longest:
        words = _("This is %(length)s signs long; there is room for %(longest)s.")
        raise Unreadable({name: words % {"length": len(text), "longest": longest}})
    return text


@cache
def timezones() -> dict[str, tuple[str, ...]]:
    """The zones one may live in, by continent: {"Europe": ("Europe/Amsterdam", …)}."""
    continents = (
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    )
    found = sorted(available_timezones())
    return {place: tuple(zone for zone in found if zone.startswith(f"{place}/")) for place in continents}


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """name and timezone may be empty: no name is asked for, and times are shown in the event's zone."""

    name: str
    locale: str
    timezone: str

    @classmethod
    def read(cls, form: Mapping[str, object]) -> "SettingsForm":
        name = line(form, "name", 200)
        locale = line(form, "locale", 12) or locales.DEFAULT
        if locale not in locales.languages() and locale != locales.PSEUDO:
            raise Unreadable({"locale": _("Choose one of the languages in the list.")})
        timezone = line(form, "timezone", 60)
        if timezone and timezone not in available_timezones():
            raise Unreadable({"timezone": _("Choose one of the time zones in the list.")})
        return cls(name, locale, timezone)


def membership_number(form: Mapping[str, object]) -> str:
    """The number as the roster has it: without spaces, letters large."""
    number = line(form, "number", 40).replace(" ", "").upper()
    if not number:
        raise Unreadable({"number": _("Type the number on your membership card.")})
    return number


@dataclass(frozen=True, slots=True)
class UnitForm:
    """slug is made from the name when left empty; parent is a unit's slug, or "" for the top."""

    name: str
    short_name: str
    slug: str
    kind: str
    parent: str

    @classmethod
    def read(cls, form: Mapping[str, object]) -> "UnitForm":
        name = line(form, "name", 200)
        if not name:
            raise Unreadable({"name": _("Give the unit a name.")})
        kind = line(form, "kind", 20)
        if kind not in units.KINDS:
            raise Unreadable({"kind": _("Choose one of the kinds in the list.")})
        slug = line(form, "slug", 60) or units.slug_of(name)
        if not slug or slug != units.slug_of(slug):
            raise Unreadable({"slug": _("Use small letters a–z, digits and hyphens, as in public-libraries.")})
        return cls(name, line(form, "short_name", 30), slug, kind, line(form, "parent", 60))


@dataclass(frozen=True, slots=True)
class RoleForm:
    """A role and where it counts: a unit's or an event's slug, or neither for the whole association, chosen by name."""

    role: str
    unit: str
    event: str

    @classmethod
    def read(cls, form: Mapping[str, object]) -> "RoleForm":
        role = line(form, "role", 30)
        if role not in roles.WORDS:
            raise Unreadable({"role": _("Choose one of the roles in the list.")})
        scope = line(form, "scope", 20)
        if scope not in {"association", "unit", "event"}:
            raise Unreadable({"scope": _("Choose where the role counts.")})
        unit, event = line(form, "unit", 60), line(form, "event", 300).rstrip("/").rpartition("/")[2]
        if scope == "unit" and not unit:
            raise Unreadable({"unit": _("Choose the unit.")})
        if scope == "event" and not event:
            raise Unreadable({"event": _("Type the event’s address.")})
        return cls(role, unit if scope == "unit" else "", event if scope == "event" else "")


def page(typed: str) -> int:
    """The number of a page of a list, 1 for whatever is none."""
    return min(int(typed), 10_000) if typed.isdecimal() and len(typed) < 6 and int(typed) > 0 else 1
