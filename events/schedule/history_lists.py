"""The history that somebody asked for: commands, the latest first, by person, session or day, a page of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from events.core import database
from events.core.wall_time import read_day
from events.schedule import history, history_words
from events.schedule.forms import page
from events.schedule.history import EditRow

PAGE = 50
MOST_LINES = 12
"""Of one command's edits that are told; the others are counted."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for.

    query    words of a session's title or code, or of a person's name
    person   the id of who did it, or 0
    day      in the event's zone, or None
    """

    query: str = ""
    person: int = 0
    day: date | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class CommandLine:
    """One gesture in words. undone_by: who took it back, None when nobody has; undoes: it took another one back itself.

    more   how many of its edits are not among `words`
    """

    command: UUID
    number: int
    at: datetime
    name: str
    words: tuple[str, ...]
    more: int
    undoes: bool
    undone_by: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of commands. total: how many were asked for; people: who did anything at all, by name."""

    lines: list[CommandLine]
    total: int
    people: list[tuple[int, str]]


def choice(query: Mapping[str, str]) -> Choice:
    """What an address asks for; what makes no sense is not asked."""
    person = query.get("person", "")
    return Choice(
        query=" ".join(query.get("q", "").replace("\0", "").split())[:100],
        person=int(person) if person.isascii() and person.isdecimal() and len(person) < 10 else 0,
        day=read_day(query.get("day", "")[:10]),
        page=page(query),
    )


_ASKED = """
SELECT e.command, max(e.number) AS number, count(*) OVER () AS total
FROM edit e LEFT JOIN person p ON p.id = e.by_id LEFT JOIN session s ON s.id = e.session_id
WHERE e.event_id = $1
  AND ($2 = '' OR p.name ILIKE $2 OR s.title ILIKE $2 OR s.code ILIKE $2
       OR e.before ->> 'title' ILIKE $2 OR e.after ->> 'title' ILIKE $2
       OR EXISTS (SELECT FROM slot l JOIN session t ON t.id = l.session_id
                  WHERE e.what = 'accept' AND (t.title ILIKE $2 OR t.code ILIKE $2)
                    AND l.id::text IN (coalesce(e.after, e.before) ->> 'one', coalesce(e.after, e.before) ->> 'other')))
  AND ($3 = 0 OR e.by_id = $3)
  AND ($4::timestamptz IS NULL OR e.at >= $4 AND e.at < $5)
GROUP BY e.command ORDER BY 2 DESC LIMIT $6 OFFSET $7
"""

_PEOPLE = """
SELECT p.id, p.name FROM person p WHERE p.id IN (SELECT by_id FROM edit WHERE event_id = $1) ORDER BY p.name, p.id
"""

_UNDONE = """
SELECT e.undoes, min(coalesce(p.name, '')) AS name FROM edit e LEFT JOIN person p ON p.id = e.by_id
WHERE e.event_id = $1 AND e.undoes = any($2) GROUP BY 1
"""


async def found(event_id: int, wanted: Choice, zone: ZoneInfo) -> Found:
    """zone: the event's, in which days begin and times are told."""
    like = "%" + "".join(f"\\{one}" if one in "%_\\" else one for one in wanted.query) + "%" if wanted.query else ""
    first, last = _bounds(wanted.day, zone)
    start = (wanted.page - 1) * PAGE
    asked = await database.rows(_ASKED, event_id, like, wanted.person, first, last, PAGE, start)
    commands = [row["command"] for row in asked]
    edits = await history.commands(event_id, commands)
    undone = {row["undoes"]: row["name"] for row in await database.rows(_UNDONE, event_id, commands)}
    told = await history_words.told([one for each in edits.values() for one in each[:MOST_LINES]], zone)
    return Found(
        [_line(edits[command], told, undone.get(command)) for command in commands],
        asked[0]["total"] if asked else 0,
        [(row["id"], row["name"]) for row in await database.rows(_PEOPLE, event_id)],
    )


def _line(edits: Sequence[EditRow], told: Mapping[int, str], undone_by: str | None) -> CommandLine:
    first = edits[0]
    words = tuple(told[one.number] for one in edits[:MOST_LINES])
    more = max(0, len(edits) - MOST_LINES)
    return CommandLine(
        first.command, first.number, first.at, first.name, words, more, first.undoes is not None, undone_by
    )


def _bounds(day: date | None, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """The moments at which a local day begins and ends."""
    if day is None or day == date.max:
        return None, None
    midnights = (datetime.combine(one, datetime.min.time(), zone) for one in (day, day + timedelta(days=1)))
    first, last = (moment.astimezone(UTC) for moment in midnights)
    return first, last
