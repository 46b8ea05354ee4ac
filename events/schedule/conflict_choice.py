"""The conflicts of a draft that somebody asked for: searched, of some kinds, levels or units, a page of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from events.core import database
from events.schedule import accepting, conflict_lists, placed
from events.schedule.accepting import Acceptance
from events.schedule.conflict_lists import ConflictLine
from events.schedule.conflicts import Accepted, Conflict, Kind, Level, find
from events.schedule.forms import page

PAGE = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for.

    query         words of a title, a code or a name
    kind, level   None for all; unit: its slug, or "" for all
    """

    query: str = ""
    kind: Kind | None = None
    level: Level | None = None
    unit: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """One page of conflicts, the serious ones first. acceptances: of those in `lines` that were accepted.

    total    how many were asked for; everything: how many there are
    kinds, levels   how many of each there are in all
    units    slug and name of the units that have one
    """

    lines: list[ConflictLine]
    total: int
    everything: int
    kinds: Mapping[Kind, int]
    levels: Mapping[Level, int]
    units: list[tuple[str, str]]
    acceptances: Mapping[Accepted, Acceptance]


_SERIOUS = {Level.BLOCK: 0, Level.WARN: 1, Level.IGNORE: 2}


def choice(query: Mapping[str, str]) -> Choice:
    """What an address asks for; what makes no sense is not asked."""
    kind, level = query.get("kind", ""), query.get("level", "")
    return Choice(
        query=" ".join(query.get("q", "").replace("\0", "").split())[:100],
        kind=Kind(kind) if kind in list(Kind) else None,
        level=Level(level) if level in list(Level) else None,
        unit=query.get("unit", "").replace("\0", "")[:80],
        page=page(query),
    )


async def found(event_id: int, wanted: Choice) -> Found:
    bookings = await placed.bookings(event_id)
    everything = find(bookings, await placed.frame(event_id))
    owners = {booking.slot: booking.units for booking in bookings}
    names = await _units({unit for one in everything for unit in _units_of(one, owners)})
    asked = [one for one in everything if wanted.kind in (None, one.kind) and wanted.level in (None, one.level)]
    if wanted.unit:
        slugs = {number: slug for number, slug, _name in names}
        asked = [one for one in asked if wanted.unit in {slugs.get(unit) for unit in _units_of(one, owners)}]
    asked.sort(key=lambda one: _SERIOUS[one.level])  # stable: in order of time within a level
    start = (wanted.page - 1) * PAGE
    if wanted.query:
        told = [line for line in await conflict_lists.named(asked) if _has(line, wanted.query.casefold())]
        total, lines = len(told), told[start : start + PAGE]
    else:
        total, lines = len(asked), await conflict_lists.named(asked[start : start + PAGE])
    return Found(
        lines,
        total,
        len(everything),
        Counter(one.kind for one in everything),
        Counter(one.level for one in everything),
        sorted(((slug, name) for _number, slug, name in names), key=lambda pair: pair[1].casefold()),
        await accepting.of(event_id),
    )


def _units_of(one: Conflict, owners: Mapping[int, tuple[int, ...]]) -> set[int]:
    return {*owners.get(one.one, ()), *owners.get(one.other, ())}


def _has(line: ConflictLine, words: str) -> bool:
    said = (line.subject, line.words, line.one.title, line.one.code, line.other.title, line.other.code)
    return any(words in one.casefold() for one in said)


async def _units(ids: set[int]) -> list[tuple[int, str, str]]:
    rows = await database.rows("SELECT id, slug, name FROM unit WHERE id = any($1)", list(ids))
    return [(row["id"], row["slug"], row["name"]) for row in rows]
