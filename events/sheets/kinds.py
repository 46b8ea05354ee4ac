"""The kinds of columns: how a value becomes the text of a cell, and how a cell is read. Pure."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from events.core.locales import _
from events.schedule.frab import clean, clean_text
from events.sheets.cells import Wrong, joined, parts

TEXT = 100_000
MOST_VALUES = 200


@dataclass(frozen=True, slots=True)
class Known:
    """What a cell may name. zone: the event's; units: slugs by every name in small letters; resources: names."""

    zone: ZoneInfo
    units: Mapping[str, str] = field(default_factory=dict)
    resources: Collection[str] = ()


Read = Callable[[str, Known], Any]
Write = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet. name: its heading, and the value's name; also: other headings that mean it; width: letters.

    read    raises Wrong
    empty   what a new row has where the file has no such column, or an empty cell
    number  shown as a number in a workbook
    """

    name: str
    read: Read
    write: Write
    empty: Any = ""
    also: tuple[str, ...] = ()
    width: int = 16
    number: bool = False


def line(name: str, most: int, *, width: int = 16, also: tuple[str, ...] = ()) -> Column:
    def read(text: str, _known: Known) -> str:
        return _bounded(clean(text), most)

    return Column(name, read, str, "", also, width)


def text(name: str, most: int = TEXT, *, width: int = 40, also: tuple[str, ...] = ()) -> Column:
    def read(typed: str, _known: Known) -> str:
        return _bounded(clean_text(typed), most)

    return Column(name, read, str, "", also, width)


def number(name: str, least: int, most: int, *, also: tuple[str, ...] = (), empty: int | None = None) -> Column:
    """A whole number; an empty cell is `empty`."""

    def read(typed: str, _known: Known) -> int | None:
        if not typed.strip():
            return empty
        plain = re.sub(r"[.,]0+$", "", typed.strip())
        if not re.fullmatch("[0-9]{1,7}", plain) or not least <= int(plain) <= most:
            raise Wrong(_("A whole number from %(least)s to %(most)s.") % {"least": least, "most": f"{most:,}"})
        return int(plain)

    return Column(name, read, lambda value: "" if value is None else str(value), empty, also, 12, number=True)


_YES = frozenset({"yes", "y", "true", "1", "x", "ja", "sí", "si", "oui"})
_NO = frozenset({"no", "n", "false", "0", "nein", "non"})


def yes_no(name: str, *, unknown: bool = False, also: tuple[str, ...] = ()) -> Column:
    """unknown: an empty cell is neither, and says so."""

    def read(typed: str, _known: Known) -> bool | None:
        said = typed.strip().lower()
        if not said:
            return None if unknown else False
        if said not in _YES | _NO:
            raise Wrong(_("Write yes or no."))
        return said in _YES

    def write(value: bool | None) -> str:
        return "" if value is None else "yes" if value else "no"

    return Column(name, read, write, None if unknown else False, also, 12)


def choice(name: str, options: Collection[str], empty: str, *, also: tuple[str, ...] = ()) -> Column:
    """One of our words, as they stand in an export; an empty cell is `empty`."""

    def read(typed: str, _known: Known) -> str:
        said = "_".join(typed.lower().replace("-", " ").replace("_", " ").split())
        if said and said not in options:
            raise Wrong(_("One of these: %(words)s.") % {"words": ", ".join(options)})
        return said or empty

    return Column(name, read, str, empty, also, 14)


def words(name: str, most: int, *, options: Collection[str] = (), also: tuple[str, ...] = ()) -> Column:
    """Several short values, or several of our words, with a semicolon between."""

    def read(typed: str, _known: Known) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(_bounded(clean(one), most) for one in values(typed)))
        if options and (strange := [one for one in found if one not in options]):
            said = {"word": strange[0][:60], "words": ", ".join(options)}
            raise Wrong(_("“%(word)s” is none of these: %(words)s.") % said)
        return found

    return Column(name, read, joined, (), also, 24)


def values(typed: str) -> list[str]:
    """The values of a cell, within bounds. Raises Wrong."""
    found = parts(typed)
    if len(found) > MOST_VALUES:
        raise Wrong(_("%(most)s are the most in one cell.") % {"most": MOST_VALUES})
    return found


def _bounded(said: str, most: int) -> str:
    if len(said) > most:
        words = _("%(most)s characters are the most; this has %(count)s.")
        raise Wrong(words % {"most": f"{most:,}", "count": f"{len(said):,}"})
    return said
