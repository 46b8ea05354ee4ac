"""Names as people type them, and what is left of them when they are compared. Pure.

Case, accents, titles before and degrees behind a name, pronouns in brackets and the order "Last, First" say nothing
about who it is. Nicknames are not guessed: a list of them is right for one country and wrong for the next.
"""

import re
import unicodedata
from dataclasses import dataclass

_BEFORE = frozenset("dr doctor prof professor mr mrs ms miss mx rev reverend sir dame hon honorable".split())
_BEHIND = frozenset(
    "phd dphil edd md jd esq mls mlis msls mslis mlib ms msc ma mba mfa mpa mph bs ba bsc dma dba ca cpa".split()
)
_GENERATIONS = {"jr": 2, "junior": 2, "sr": 1, "senior": 1, "ii": 2, "iii": 3, "iv": 4}
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_INSIDE_A_WORD = re.compile(r"[.'’ʼ`´]")
_NO_WORD = re.compile(r"[^\w,]+|_")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in plain letters.

    given, family   words in small letters; a lone name is all family
    generation      2 for Jr. and II, 1 for Sr., None when nothing is said
    """

    given: tuple[str, ...]
    family: tuple[str, ...]
    generation: int | None = None

    @property
    def words(self) -> tuple[str, ...]:
        return (*self.given, *self.family)

    def __bool__(self) -> bool:
        return bool(self.family)


def fold(text: str) -> str:
    """Small letters without accents: "Žižek" and "ZIZEK" are the same text."""
    text = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    return "".join(sign for sign in text if not unicodedata.combining(sign))


def read(text: str) -> Name:
    """Take a name apart: "Smith, Dr. J. Q., Jr., PhD" is given ("j", "q"), family ("smith",), generation 2."""
    text = fold(_BRACKETS.sub(" ", text))
    text = _NO_WORD.sub(" ", _INSIDE_A_WORD.sub(_dot, text))
    parts = [part.split() for part in text.split(",")]
    generation = None
    kept: list[list[str]] = []
    for part in parts:
        words = part
        while len(words) > 1 and words[0] in _BEFORE:
            words = words[1:]
        while words and (_is_behind(words, kept) or (words[-1] in _GENERATIONS and (kept or len(words) > 1))):
            generation = _GENERATIONS.get(words[-1], generation)
            words = words[:-1]
        if words:
            kept.append(words)
    if not kept:
        return Name((), (), generation)
    if len(kept) > 1:
        return Name(tuple(word for part in kept[1:] for word in part), tuple(kept[0]), generation)
    return Name(tuple(kept[0][:-1]), tuple(kept[0][-1:]), generation)


def _is_behind(words: list[str], before: list[list[str]]) -> bool:
    """Whether the last word is a degree. It may be a name where there would be no other: "Ma, Jun", "Jun Ma"."""
    return words[-1] in _BEHIND and (len(words) > 2 or len(before) > 1 or any(len(part) > 1 for part in before))


def _dot(match: re.Match[str]) -> str:
    """A full stop ends a word ("J.Q. Smith"), but not within "Ph.D."; an apostrophe joins ("O’Brien")."""
    if match[0] != ".":
        return ""
    text = match.string
    start, end = match.span()
    degree = text[max(0, start - 2) : start] in {"ph", "ed"} or text[max(0, start - 1) : start + 2] in {"m.d", "j.d"}
    return "" if degree and end < len(text) and text[end].isalpha() else " "
