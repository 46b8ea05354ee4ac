"""Which rows of `person` may be one person, with the reasons named. Pure.

Not all pairs are looked at, but those that share something rare: the words of their names, a family name and the
first letter before it, all letters but one, an address, a biography. Of the people who share a name that many have,
only those are compared who share an affiliation as well.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from events.core.locales import lazy
from events.people import names
from events.people.names import Name, fold

LEAST = 50
"""What scores less is not proposed."""

MANY = 30
"""More people than this under one key are compared only with those of their own affiliation."""

COMMON = 4
"""A name that more people have than this says less."""

BIOGRAPHY = 40
"""Shorter biographies ("Librarian.") are the same by chance."""


class Reason(StrEnum):
    SAME_NAME = "same_name"
    ORDER = "order"
    MIDDLE = "middle"
    INITIAL = "initial"
    TYPO = "typo"
    NO_NAME = "no_name"
    EMAIL = "email"
    MAILBOX = "mailbox"
    BIOGRAPHY = "biography"
    AFFILIATION = "affiliation"
    LIKE_AFFILIATION = "like_affiliation"
    OTHER_AFFILIATION = "other_affiliation"
    COMMON_NAME = "common_name"


POINTS: Mapping[Reason, int] = {
    Reason.SAME_NAME: 60,
    Reason.ORDER: 60,
    Reason.MIDDLE: 50,
    Reason.INITIAL: 35,
    Reason.TYPO: 35,
    Reason.NO_NAME: 20,
    Reason.EMAIL: 40,
    Reason.MAILBOX: 10,
    Reason.BIOGRAPHY: 25,
    Reason.AFFILIATION: 20,
    Reason.LIKE_AFFILIATION: 12,
    Reason.OTHER_AFFILIATION: -10,
    Reason.COMMON_NAME: -15,
}

WORDS: Mapping[Reason, object] = {
    Reason.SAME_NAME: lazy("the same name"),
    Reason.ORDER: lazy("the same words of a name, in another order"),
    Reason.MIDDLE: lazy("the same name, one with more in the middle"),
    Reason.INITIAL: lazy("an initial that fits the other’s first name"),
    Reason.TYPO: lazy("names one letter apart"),
    Reason.NO_NAME: lazy("one has no name yet"),
    Reason.EMAIL: lazy("the same e-mail address, in one’s account or in what was handed in or bought"),
    Reason.MAILBOX: lazy("addresses with the same part before the @"),
    Reason.BIOGRAPHY: lazy("the same biography"),
    Reason.AFFILIATION: lazy("the same affiliation"),
    Reason.LIKE_AFFILIATION: lazy("affiliations that may be the same"),
    Reason.OTHER_AFFILIATION: lazy("but different affiliations"),
    Reason.COMMON_NAME: lazy("but a name that many have"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a person. emails: in small letters, from wherever they stand beside this person."""

    id: int
    name: str
    affiliation: str = ""
    biography: str = ""
    emails: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two people who may be one; one < other. score: 0 to 100."""

    one: int
    other: int
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """A person, taken apart once."""

    id: int
    name: Name
    affiliation: tuple[str, ...]
    biography: str
    emails: frozenset[str]
    mailboxes: frozenset[str]


def find(people: Iterable[Known], told_apart: Collection[tuple[int, int]] = ()) -> list[Candidate]:
    """Pairs that may be one person, the likeliest first.

    told_apart   pairs somebody looked at: these are two people, and are left out
    """
    read = [_read(one) for one in people]
    held: dict[Hashable, int] = defaultdict(int)
    for one in read:
        held[tuple(sorted(one.name.words))] += 1
    apart = {frozenset(pair) for pair in told_apart}
    seen: set[tuple[int, int]] = set()
    found: list[Candidate] = []
    for first, second in _pairs(read):
        one, other = (first, second) if first.id < second.id else (second, first)
        if one.id == other.id or (one.id, other.id) in seen:
            continue
        seen.add((one.id, other.id))
        reasons = compare(one, other, held[tuple(sorted(one.name.words))])
        score = min(100, sum(POINTS[reason] for reason in reasons))
        if score >= LEAST and frozenset((one.id, other.id)) not in apart:
            found.append(Candidate(one.id, other.id, score, reasons))
    return sorted(found, key=lambda pair: (-pair.score, pair.one, pair.other))


def like(name: str, others: Sequence[str]) -> list[int]:
    """The places of names that may be the same person's as `name`, the likeliest first."""
    typed = names.read(name)
    if not typed:
        return []
    found = [(_same_name(typed, other), place) for place, other in enumerate(map(names.read, others)) if other]
    return [place for reason, place in sorted(found, key=_likeliest) if reason is not None]


def _likeliest(found: tuple[Reason | None, int]) -> int:
    return -POINTS[found[0]] if found[0] else 0


def compare(one: _Read, other: _Read, holders: int) -> tuple[Reason, ...]:
    """What speaks for and against two people being one; empty when the names say that they are two.

    holders   how many people have the name of `one`
    """
    name = _same_name(one.name, other.name)
    if name is None:
        return ()
    reasons = [name]
    if one.emails & other.emails:
        reasons.append(Reason.EMAIL)
    elif one.mailboxes & other.mailboxes:
        reasons.append(Reason.MAILBOX)
    if one.biography and one.biography == other.biography:
        reasons.append(Reason.BIOGRAPHY)
    if one.affiliation and other.affiliation:
        reasons.append(_affiliation(one.affiliation, other.affiliation))
    if holders > COMMON and name in {Reason.SAME_NAME, Reason.ORDER}:
        reasons.append(Reason.COMMON_NAME)
    return tuple(reasons)


def _same_name(one: Name, other: Name) -> Reason | None:
    if not one or not other:
        return Reason.NO_NAME
    if one.generation and other.generation and one.generation != other.generation:
        return None
    if one.words == other.words:
        return Reason.SAME_NAME
    if sorted(one.words) == sorted(other.words):
        return Reason.ORDER
    if one.family[-1] == other.family[-1] and one.given and other.given:
        first, second = one.given[0], other.given[0]
        fits = all(
            mine[0] == theirs[0] if 1 in (len(mine), len(theirs)) else mine == theirs
            for mine, theirs in zip(one.words[1:-1], other.words[1:-1], strict=False)
        )
        if first == second and fits:
            return Reason.MIDDLE if len(first) > 1 else Reason.INITIAL
        if fits and first[0] == second[0] and 1 in (len(first), len(second)):
            return Reason.INITIAL
    return Reason.TYPO if _one_apart(" ".join(one.words), " ".join(other.words)) else None


def _one_apart(one: str, other: str) -> bool:
    """One letter more, less or another, or two beside each other exchanged."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return max(len(one), len(other)) <= 1 or (len(one) == 2 and one == other[::-1])


def _affiliation(one: tuple[str, ...], other: tuple[str, ...]) -> Reason:
    if one == other:
        return Reason.AFFILIATION
    short, long = sorted((one, other), key=len)
    initials = "".join(word[0] for word in long if word not in {"of", "the", "and", "for"})
    alike = set(short) <= set(long) or (len(short) == 1 and len(initials) > 1 and short[0] == initials)
    return Reason.LIKE_AFFILIATION if alike else Reason.OTHER_AFFILIATION


def _read(one: Known) -> _Read:
    biography = " ".join(fold(one.biography).split())
    return _Read(
        one.id,
        names.read(one.name),
        tuple(word.strip(".,;:()") for word in fold(one.affiliation).replace("-", " ").split()),
        biography if len(biography) >= BIOGRAPHY else "",
        one.emails,
        frozenset(box for email in one.emails if len(box := email.partition("@")[0]) > 4),
    )


def _pairs(people: Sequence[_Read]) -> Iterator[tuple[_Read, _Read]]:
    """Who is compared with whom; a pair may come more than once."""
    groups: dict[Hashable, list[_Read]] = defaultdict(list)
    initials: dict[Hashable, tuple[list[_Read], list[_Read]]] = defaultdict(lambda: ([], []))
    for one in people:
        for key in _keys(one):
            groups[key].append(one)
        if one.name.given:
            first = one.name.given[0]
            initials[first[0], one.name.family[-1]][len(first) > 1].append(one)
    for group in groups.values():
        yield from _within(group)
    for short, full in initials.values():
        yield from _within(short)
        if len({one.name.given[0] for one in full}) == 1:  # else the initial may be anybody's
            yield from ((one, other) for one in short for other in full[:MANY])
        elif len(short) * len(full) <= MANY * MANY:
            yield from ((one, other) for one in short for other in full if one.affiliation == other.affiliation)


def _keys(one: _Read) -> Iterator[Hashable]:
    name = one.name
    for email in one.emails:
        yield "email", email
    if one.biography:
        yield "biography", hash(one.biography)
    if not name:
        return
    yield "words", tuple(sorted(name.words))
    if name.given:
        yield "middle", name.given[0], name.family[-1]
        text = " ".join(name.words)
        if len(text) > 7:
            for place in range(len(text)):
                yield hash(text[:place] + text[place + 1 :])
            yield hash(text)


def _within(group: Sequence[_Read]) -> Iterator[tuple[_Read, _Read]]:
    if len(group) <= MANY:
        yield from combinations(group, 2)
        return
    own: dict[Hashable, list[_Read]] = defaultdict(list)
    for one in group:
        own[one.affiliation].append(one)
    for same in own.values():
        if same[0].affiliation:
            yield from combinations(same[:MANY], 2)
