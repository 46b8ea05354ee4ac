"""An arrangement beside the draft of now: what it would place and move, with reasons; what is stale or has no place."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from events.core import database
from events.core.locales import Lazy, lazy
from events.schedule import conflict_lists
from events.schedule.conflicts import Kind
from events.solver import reasons as rules
from events.solver.weights import WORDS as WEIGHTS

PAGE = 100

NEW, MOVED, LEFT = "new", "moved", "left"
KINDS: dict[str, Lazy] = {
    NEW: lazy("Placed for the first time"),
    MOVED: lazy("Moved"),
    LEFT: lazy("Without a place"),
}

RULES: dict[str, Lazy] = {
    rules.LENGTH: lazy("Too long for what is left of the day"),
    rules.ROOMS: lazy("There is no room"),
    rules.TIMES: lazy("There is no time to begin at"),
    rules.NOT_LOOKED: lazy("The time was over before it was looked at"),
    rules.OTHERS: lazy("Makes room for others"),
    Kind.ROOM.value: lazy("Every room that fits is taken or closed"),
}
"""In the place of, or beside, the words of conflicts: a rule is about a session that is not placed."""


@dataclass(frozen=True, slots=True)
class Why:
    """A reason in words. about: a name, or ""; count of `of` times or rooms (`what`), 0 where nothing is counted."""

    words: str
    about: str
    count: int
    of: int
    what: str


@dataclass(frozen=True, slots=True)
class Line:
    """One place of an arrangement.

    kind       new, moved, left
    old_*      where the draft of now has it (once it is accepted: there); None and "" for nowhere
    stale      somebody changed the session or its time since the machine looked
    command    the edit by which it was taken over, or None
    """

    id: int
    kind: str
    session: int
    slot: int | None
    slot_version: int | None
    code: str
    title: str
    track: str
    track_id: int | None
    unit: str
    starts_at: datetime | None
    ends_at: datetime | None
    room_ids: tuple[int, ...]
    rooms: str
    old_starts_at: datetime | None
    old_ends_at: datetime | None
    old_rooms: str
    stale: bool
    command: UUID | None
    reasons: tuple[Why, ...]

    @property
    def choosable(self) -> bool:
        return self.kind != LEFT and not self.stale and self.command is None

    def day(self, zone: ZoneInfo) -> date | None:
        return None if self.starts_at is None else self.starts_at.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class Asked:
    """What part of an arrangement is asked for; empty is no matter."""

    query: str = ""
    kind: str = ""
    day: str = ""
    track: str = ""
    room: str = ""

    def about(self, line: Line, zone: ZoneInfo) -> bool:
        words = self.query.casefold()
        return (
            (not words or words in line.title.casefold() or words == line.code.casefold())
            and self.kind in ("", line.kind)
            and (not self.day or self.day == str(line.day(zone)))
            and self.track in ("", str(line.track_id))
            and (not self.room or self.room in map(str, line.room_ids))
        )


_LINES = """
SELECT p.id, p.session_id AS session, p.slot_id AS slot, p.slot_version, s.code, s.title, coalesce(t.name, '') AS track,
       s.track_id, coalesce(nullif(u.short_name, ''), u.name, '') AS unit, p.starts_at, p.ends_at, p.room_ids,
       p.command, p.reasons, l.starts_at AS old_starts_at, l.ends_at AS old_ends_at,
       coalesce((SELECT string_agg(r.name, ', ' ORDER BY r.name) FROM room r
                 WHERE r.id = any(p.room_ids)), '') AS rooms,
       coalesce((SELECT string_agg(DISTINCT r.name, ', ') FROM slot_room x JOIN room r ON r.id = x.named_id
                 WHERE x.slot_id = l.id), '') AS old_rooms,
       s.state = 'cancelled' OR s.version <> p.session_version
           OR CASE WHEN p.slot_id IS NULL THEN EXISTS (SELECT FROM slot o WHERE o.session_id = s.id)
                   ELSE l.id IS NULL OR l.version <> p.slot_version END
           OR (SELECT count(*) FROM room r WHERE r.id = any(p.room_ids)) < cardinality(p.room_ids) AS stale
FROM arrangement_place p JOIN session s ON s.id = p.session_id LEFT JOIN slot l ON l.id = p.slot_id
LEFT JOIN track t ON t.id = s.track_id LEFT JOIN unit u ON u.id = s.unit_id
WHERE p.arrangement_id = $1 ORDER BY p.starts_at NULLS LAST, rooms, s.code, p.id
"""


async def lines(run_id: int) -> list[Line]:
    """All of it, in order of time; what has no place comes last."""
    rows = await database.rows(_LINES, run_id)
    told = {row["id"]: json.loads(row["reasons"]) for row in rows}
    names = await conflict_lists.subjects(
        (Kind(one["rule"]), one["subject"]) for some in told.values() for one in some if _named(one)
    )
    return [_line(row, _whys(told[row["id"]], names)) for row in rows]


def _line(row: asyncpg.Record, reasons: tuple[Why, ...]) -> Line:
    kind = LEFT if row["starts_at"] is None else MOVED if reasons else NEW  # whoever is moved is moved for a reason
    values = dict(row.items())
    return Line(kind=kind, **values | {"room_ids": tuple(row["room_ids"]), "reasons": reasons})


def _named(reason: Mapping[str, Any]) -> bool:
    return reason["subject"] and reason["rule"] in list(Kind)


def _whys(reasons: Sequence[Mapping[str, Any]], names: Mapping[tuple[Kind, int], str]) -> tuple[Why, ...]:
    return tuple(
        Why(
            _words(one["rule"], one["what"]),
            names.get((Kind(one["rule"]), one["subject"]), "") if _named(one) else "",
            one["count"],
            one["of"],
            one["what"],
        )
        for one in reasons
    )


def _words(rule: str, what: str) -> str:
    if rule in WEIGHTS:
        return str(WEIGHTS[rule][0])
    if rule in RULES and what != "conflict":
        return str(RULES[rule])
    return str(conflict_lists.WORDS[Kind(rule)])


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from, each with how many: days, tracks and rooms of what is placed or moved."""

    kinds: Counter[str]
    days: Counter[str]
    tracks: list[tuple[str, str]]
    rooms: list[tuple[str, str]]


def choices(found: Iterable[Line], zone: ZoneInfo) -> Choices:
    found = list(found)
    tracks = {str(one.track_id): one.track for one in found if one.track_id is not None and one.kind != LEFT}
    rooms = {str(one.room_ids[0]): one.rooms for one in found if len(one.room_ids) == 1}
    return Choices(
        Counter(one.kind for one in found),
        Counter(str(day) for one in found if (day := one.day(zone))),
        sorted(tracks.items(), key=lambda pair: pair[1]),
        sorted(rooms.items(), key=lambda pair: pair[1]),
    )
