"""Which of many texts contain some words, wherever in a word they stand and however they are accented. Pure.

Every text is folded and cut at its spaces once. What is looked for has no space inside, so a text contains it exactly
when one of its words does: a search looks through the different words (a programme of 2,792 sessions has 9,000, some
100 KB), not through the texts. Everything lies in one string and two arrays, which the garbage collector never visits.
"""

import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

_ENDS = "\n"
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
"""Letters that Unicode takes for letters of their own, and readers without that key for the plain one."""


def folded(text: str) -> str:
    """Without case and accents: "Łódź Straße" is "lodz strasse"."""
    if text.isascii():
        return text.lower()
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return plain.casefold().translate(_LETTERS)


class WordIndex:
    """Texts by number, in the order they are given."""

    def __init__(self, texts: Iterable[str]) -> None:
        found: dict[str, list[int]] = {}
        self._count = 0
        for number, text in enumerate(texts):
            self._count += 1
            for word in set(folded(text).split()):
                found.setdefault(word, []).append(number)
        self._words = _ENDS + "".join(word + _ENDS for word in found)
        self._starts = array("I", accumulate((len(word) + 1 for word in found), initial=1))
        self._ends = array("I", accumulate((len(numbers) for numbers in found.values()), initial=0))
        self._numbers = array("I", (number for numbers in found.values() for number in numbers))

    def matching(self, query: str) -> list[int]:
        """The numbers of the texts that contain every word of the query, in order; without words all."""
        left: set[int] | None = None
        for wanted in sorted(set(folded(query).split()), key=len, reverse=True):
            found = self._containing(wanted)
            left = found if left is None else left & found
            if not left:
                return []
        return list(range(self._count)) if left is None else sorted(left)

    def _containing(self, wanted: str) -> set[int]:
        found: set[int] = set()
        at = self._words.find(wanted)
        while at >= 0:
            word = bisect_right(self._starts, at) - 1
            found.update(self._numbers[self._ends[word] : self._ends[word + 1]])
            at = self._words.find(wanted, self._starts[word + 1] - 1)
        return found
