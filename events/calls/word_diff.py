"""What is different between two texts, word by word. Pure.

The shortest edit by Myers' greedy algorithm (Algorithmica 1, 1986, section 3). Its work grows with the number of
differences, so it stops at MOST: texts that share less than that are shown whole, one beside the other, and nobody can
keep a page busy by what they write.
"""

import re
from itertools import groupby
from typing import NamedTuple

MOST = 500
"""Words that may be taken out and put in together."""

_WORD = re.compile(r"\w+|\s+|[^\w\s]")


class Piece(NamedTuple):
    """Some text, and whether the other side has it too."""

    text: str
    same: bool


def compare(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces; each side put together again is the text as it was."""
    left, right = _WORD.findall(old), _WORD.findall(new)
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
        end += 1
    kept = _worth(_common(left[start : len(left) - end], right[start : len(right) - end]), left[start:])
    lefts = {*range(start), *range(len(left) - end, len(left)), *(start + one for one, _other in kept)}
    rights = {*range(start), *range(len(right) - end, len(right)), *(start + other for _one, other in kept)}
    return _pieces(left, lefts), _pieces(right, rights)


def _worth(kept: list[tuple[int, int]], words: list[str]) -> list[tuple[int, int]]:
    """Without what only holds other words apart: of two exchanged words the space between them goes along."""
    runs: list[list[tuple[int, int]]] = []
    for one, other in sorted(kept):
        if runs and runs[-1][-1] == (one - 1, other - 1):
            runs[-1].append((one, other))
        else:
            runs.append([(one, other)])
    return [pair for run in runs if not all(words[one].isspace() for one, _other in run) for pair in run]


def _pieces(words: list[str], same: set[int]) -> list[Piece]:
    marked = [(word, place in same) for place, word in enumerate(words)]
    return [Piece("".join(word for word, _same in run), key) for key, run in groupby(marked, key=lambda one: one[1])]


def _common(left: list[str], right: list[str]) -> list[tuple[int, int]]:
    """The places of a longest common row of words; none when more than MOST words differ."""
    farthest = {1: 0}
    trail: list[dict[int, int]] = []
    for edits in range(min(MOST, len(left) + len(right)) + 1):
        trail.append(dict(farthest))
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (diagonal != edits and farthest[diagonal - 1] < farthest[diagonal + 1])
            x = farthest[diagonal + 1] if down else farthest[diagonal - 1] + 1
            while x < len(left) and x - diagonal < len(right) and left[x] == right[x - diagonal]:
                x += 1
            farthest[diagonal] = x
            if x >= len(left) and x - diagonal >= len(right):
                return _back(trail, len(left), len(right))
    return []


def _back(trail: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    """From the end to the beginning: the words that were passed without an edit."""
    found = []
    for edits in range(len(trail) - 1, -1, -1):
        farthest, diagonal = trail[edits], x - y
        down = diagonal == -edits or (diagonal != edits and farthest[diagonal - 1] < farthest[diagonal + 1])
        before = diagonal + 1 if down else diagonal - 1
        from_x = farthest[before] if edits else 0
        from_y = from_x - before if edits else 0
        while x > from_x and y > from_y:
            x, y = x - 1, y - 1
            found.append((x, y))
        x, y = from_x, from_y
    return found
