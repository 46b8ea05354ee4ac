"""Conflicts in words: what each is about, by name, and the sessions on both sides."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.locales import Lazy, lazy
from events.schedule.conflicts import Conflict, Kind, Level, topic_number

WORDS: dict[Kind, Lazy] = {
    Kind.ROOM: lazy("Two sessions in one room"),
    Kind.PERSON: lazy("Needed in two sessions at once"),
    Kind.RESOURCE: lazy("Booked for two sessions at once"),
    Kind.CAPACITY: lazy("More people than the room holds"),
    Kind.SET: lazy("The room cannot be set as asked"),
    Kind.CLOSED: lazy("The room is closed then"),
    Kind.AWAY: lazy("Not there at that time"),
    Kind.BLOCK: lazy("In a block or break"),
    Kind.PROTECTED: lazy("In a unit’s protected time"),
    Kind.IMPOSSIBLE: lazy("At a time the unit cannot have"),
    Kind.BUDGET: lazy("More than the unit’s slots"),
    Kind.WALK: lazy("Not enough time to walk there"),
    Kind.TOPIC: lazy("For the same readers at once"),
}

LEVEL_WORDS: dict[Level, Lazy] = {
    Level.BLOCK: lazy("Cannot be published"),
    Level.WARN: lazy("Worth a look"),
    Level.IGNORE: lazy("Accepted, or no matter here"),
}


def counted(conflicts: Iterable[Conflict]) -> list[tuple[str, int]]:
    """The kinds of these conflicts in words, the most frequent first, with how many there are of each."""
    counts = Counter(one.kind for one in conflicts)
    return [(str(WORDS[kind]), count) for kind, count in counts.most_common()]


_TABLES = {
    Kind.ROOM: "room",
    Kind.CAPACITY: "room",
    Kind.SET: "room",
    Kind.CLOSED: "room",
    Kind.PERSON: "person",
    Kind.AWAY: "person",
    Kind.WALK: "person",
    Kind.RESOURCE: "resource",
    Kind.BUDGET: "unit",
    Kind.BLOCK: "block",
    Kind.PROTECTED: "protected_time",
}
Subject = tuple[Kind, int]

_TITLED = {"block", "protected_time"}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a conflict."""

    slot: int
    code: str
    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """A conflict with names. subject: the name of the room, person, unit … it is about, or ""."""

    conflict: Conflict
    subject: str
    one: Side
    other: Side

    @property
    def kind(self) -> Kind:
        return self.conflict.kind

    @property
    def level(self) -> Level:
        return self.conflict.level

    @property
    def words(self) -> str:
        return str(WORDS[self.conflict.kind])

    @property
    def of_two(self) -> bool:
        return self.conflict.one != self.conflict.other


async def named(conflicts: Iterable[Conflict]) -> list[ConflictLine]:
    """Conflicts with the names of what they are about; those whose slot has gone meanwhile are left out."""
    found = list(conflicts)
    sides = await _sides({slot for one in found for slot in (one.one, one.other)})
    names = await subjects((one.kind, one.subject) for one in found)
    return [
        ConflictLine(one, names.get((one.kind, one.subject), ""), sides[one.one], sides[one.other])
        for one in found
        if one.one in sides and one.other in sides
    ]


async def _sides(slots: set[int]) -> dict[int, Side]:
    return {
        row["id"]: Side(row["id"], row["code"], row["title"], row["starts_at"], row["ends_at"])
        for row in await database.rows(
            "SELECT l.id, s.code, s.title, l.starts_at, l.ends_at FROM slot l JOIN session s ON s.id = l.session_id"
            " WHERE l.id = any($1)",
            list(slots),
        )
    }


async def subjects(about: Iterable[Subject]) -> dict[Subject, str]:
    """The names of what conflicts are about."""
    asked: dict[str, set[int]] = defaultdict(set)
    wanted = set(about)
    for kind, subject in wanted:
        if kind in _TABLES:
            asked[_TABLES[kind]].add(subject)
    found = {table: await _of(table, ids) for table, ids in asked.items()}
    topics = await _topics() if any(kind is Kind.TOPIC for kind, _subject in wanted) else {}
    return {
        (kind, subject): topics.get(subject, "")
        if kind is Kind.TOPIC
        else found.get(_TABLES.get(kind, ""), {}).get(subject, "")
        for kind, subject in wanted
    }


async def _of(table: str, ids: set[int]) -> dict[int, str]:
    name = "title" if table in _TITLED else "name"
    rows = await database.rows(f"SELECT id, {name} AS name FROM {table} WHERE id = any($1)", list(ids))  # noqa: S608
    return {row["id"]: row["name"] for row in rows}


async def _topics() -> dict[int, str]:
    rows = await database.rows("SELECT DISTINCT unnest(topics) AS topic FROM session WHERE topics <> '{}'")
    return {topic_number(row["topic"]): row["topic"] for row in rows}
