"""A pasted list of people, one a line: an address, or a name and an address. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from events.core.errors import Unreadable
from events.core.locales import _
from events.people import addresses

MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class Line:
    """number: of the line, from 1. problem: in words, "" for a line that can be done."""

    number: int
    text: str
    name: str = ""
    email: str = ""
    problem: str = ""


def read(text: str, taken: Collection[str], free: int) -> list[Line]:
    """Every line that is not empty, in order.

    taken  addresses that have one of these places already
    free   places that are left: the lines after so many good ones get none
    """
    seen: set[str] = set()
    found = []
    for number, line in enumerate(text.splitlines()[:MOST_LINES], 1):
        told = " ".join("".join(letter for letter in line if letter.isprintable() or letter == "\t").split())[:300]
        if told:
            found.append(_read(number, told, taken, seen, free))
    return found


def _read(number: int, text: str, taken: Collection[str], seen: set[str], free: int) -> Line:
    name, email = split(text)
    try:
        email = addresses.read(email)
    except Unreadable as error:
        return Line(number, text, name, email, " ".join(error.errors.values()))
    if email in seen:
        return Line(number, text, name, email, _("This address stands above already."))
    if email in taken:
        return Line(number, text, name, email, _("This address has one of your places already."))
    if len(seen) >= free:
        return Line(number, text, name, email, _("There is no place left for this line."))
    seen.add(email)
    return Line(number, text, name, email)


def split(text: str) -> tuple[str, str]:
    """Name and address of `Ada Lovelace <ada@example.org>`, `Ada Lovelace, ada@example.org`, `ada@example.org`."""
    words = text.replace("<", " ").replace(">", " ").replace(",", " ").replace(";", " ").replace('"', " ").split()
    at = next((place for place, word in enumerate(words) if "@" in word), None)
    if at is None:
        return "", text
    return " ".join(words[:at] + words[at + 1 :])[:200], words[at].removeprefix("mailto:")
