"""Languages: which one this request speaks, and every text of ours in it.

The texts live in `events/locales/<language>/messages.po`, read as they are when the process starts. `en-XA` is the
pseudo-locale: every text that went through gettext comes back accented and bracketed, so that what did not is seen.
"""

import re
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent.parent / "locales"
PSEUDO = "en-XA"
DEFAULT = "en"

_current: ContextVar[str] = ContextVar("locale", default=DEFAULT)

_ACCENTED = str.maketrans("aceinouyACEINOUY", "áçéíñóúýÁÇÉÍÑÓÚÝ")
_KEPT = re.compile(r"(%\([a-z_]+\)[sd]|\{[^{}]*\}|<[^<>]*>|&[a-z#0-9]+;|%%)")


class _Pseudo(NullTranslations):
    """Accents every letter that is not in a placeholder or a tag, and puts brackets around."""

    def gettext(self, message: str) -> str:
        parts = _KEPT.split(message)
        return "⟦" + "".join(part if i % 2 else part.translate(_ACCENTED) for i, part in enumerate(parts)) + "⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@cache
def languages() -> tuple[str, ...]:
    """The languages there are texts for; English is the source and always there."""
    found = sorted(path.parent.name for path in FOLDER.glob("*/messages.po"))
    return (DEFAULT, *(name for name in found if name != DEFAULT))


@cache
def texts(language: str) -> NullTranslations:
    if language == PSEUDO:
        return _Pseudo()
    path = FOLDER / language / "messages.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as source:
        catalog = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


def choose(wanted: str, accepted: str) -> str:
    """The language of a request: the one asked for, else the best of an Accept-Language header, else English."""
    if wanted == PSEUDO or wanted in languages():
        return wanted
    ranked: list[tuple[float, str]] = []
    for part in accepted[:200].split(","):
        name, _sep, rest = part.strip().partition(";")
        try:
            weight = float(rest.partition("q=")[2] or 1)
        except ValueError:
            weight = 0
        ranked.append((weight, name.split("-")[0].lower()))
    for weight, name in sorted(ranked, key=lambda pair: -pair[0]):
        if weight > 0 and name in languages():
            return name
    return DEFAULT


def speak(language: str) -> None:
    """Set the language of this request or job."""
    _current.set(language)


def current() -> str:
    return _current.get()


def babel_locale() -> str:
    """The current language as Babel names it; the pseudo-locale formats like English."""
    language = _current.get()
    return DEFAULT if language == PSEUDO else language.replace("-", "_")


def _(message: str) -> str:
    """A text in the current language."""
    return texts(_current.get()).gettext(message)


def ngettext(one: str, many: str, n: int) -> str:
    return texts(_current.get()).ngettext(one, many, n)


class Lazy:
    """A text that is translated when it is shown; for constants."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __str__(self) -> str:
        return _(self.message)

    def __html__(self) -> str:
        return str(self)


def lazy(message: str) -> Lazy:
    return Lazy(message)
