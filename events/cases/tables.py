"""The list of an event's cases, for those who handle them: found, filtered, sorted, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from events.cases import sessions, tickets
from events.cases.states import TO_DO, CaseState
from events.core import database
from events.core.locales import Lazy, lazy

PAGE = 50

FLAGS: dict[str, Lazy] = {
    "answer": lazy("Waits for an answer"),
    "late": lazy("Late"),
    "booking": lazy("A booking needs a look"),
    "ticket": lazy("Ticket cancelled"),
    "nobody": lazy("Nobody’s"),
}

SORTS = {
    "name": "lower(p.name) {way}, c.id",
    "state": "array_position(ARRAY['asked', 'in_work', 'cannot', 'arranged', 'closed', 'withdrawn'], c.state::text)"
    " {way}, c.due_on NULLS LAST, c.id",
    "due": "c.due_on {way} NULLS LAST, c.id",
    "owner": "lower(o.name) {way} NULLS LAST, c.id",
    "changed": "c.changed_at {way}, c.id",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """query: in names, addresses and codes, never in what was written. owner: an id, 0 for nobody, None for all."""

    query: str = ""
    state: str = ""
    kind: str = ""
    owner: int | None = None
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """flags: of FLAGS."""

    id: int
    code: str
    person_id: int
    name: str
    email: str
    state: CaseState
    kinds: tuple[str, ...]
    owner: str
    due_on: date | None
    changed_at: datetime
    flags: tuple[str, ...] = ()


_FOUND = """
FROM care_case c JOIN person p ON p.id = c.person_id LEFT JOIN address a ON a.person_id = p.id AND a.is_primary
LEFT JOIN person o ON o.id = c.owner_id
WHERE c.event_id = $1 AND ($2 = '' OR p.name ILIKE $2 ESCAPE '\\' OR c.code = upper($3)
    OR EXISTS (SELECT FROM address x WHERE x.person_id = p.id AND x.email ILIKE $2 ESCAPE '\\'))
AND ($4 = '' OR c.state = $4) AND ($5 = '' OR $5 = any(c.kinds) OR ($5 = 'words' AND c.kinds = '{}'))
AND ($6::int IS NULL OR coalesce(c.owner_id, 0) = $6)
"""

_COLUMNS = """
SELECT c.id, c.code, c.person_id, p.name, coalesce(a.email, '') AS email, c.state, c.kinds,
    coalesce(o.name, '') AS owner, c.due_on, c.changed_at, (
        SELECT m.kind = 'theirs' FROM care_message m WHERE m.case_id = c.id AND m.kind <> 'note'
        ORDER BY m.id DESC LIMIT 1
    ) AS waits
"""


@dataclass(frozen=True, slots=True)
class Table:
    """total: of all that was found; page: as there are pages."""

    rows: Sequence[Row]
    total: int
    page: int
    pages: int


async def of(event: int, asked: Filter, sort: str, today: date, page: int = 1) -> Table:
    """A page of what the filter finds. A flag is no column: only where one is asked for all rows are looked at."""
    given = _given(event, asked)
    if asked.flag:
        every = [row for row in await _rows(given, sort, today, None, 0) if asked.flag in row.flags]
        total = len(every)
    else:
        every = []
        total = await database.value(f"SELECT count(*)::int {_FOUND}", *given)
    pages = max(1, -(-total // PAGE))
    page = min(page, pages)
    first = (page - 1) * PAGE
    rows = every[first : first + PAGE] if asked.flag else await _rows(given, sort, today, PAGE, first)
    return Table(rows, total, page, pages)


def _given(event: int, asked: Filter) -> tuple[object, ...]:
    escaped = asked.query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    words = f"%{escaped}%" if asked.query else ""
    return event, words, asked.query, asked.state, asked.kind, asked.owner


async def _rows(given: Sequence[object], sort: str, today: date, limit: int | None, first: int) -> list[Row]:
    order = SORTS.get(sort.removeprefix("-"), SORTS["state"]).format(way="DESC" if sort.startswith("-") else "ASC")
    found = await database.rows(f"{_COLUMNS} {_FOUND} ORDER BY {order} LIMIT $7 OFFSET $8", *given, limit, first)
    problems = await sessions.problems([row["id"] for row in found])
    event = given[0]
    has_ticket = await tickets.of(event) if isinstance(event, int) and found else {}
    return [_row(dict(row), problems, has_ticket, today) for row in found]


def _row(row: Mapping[str, Any], problems: Mapping[int, set[str]], has_ticket: Mapping[int, bool], today: date) -> Row:
    values = dict(row)
    waits = values.pop("waits")
    made = Row(**{**values, "state": CaseState(values["state"]), "kinds": tuple(values["kinds"])})
    if made.state in (CaseState.WITHDRAWN, CaseState.CLOSED):
        return made
    flags = {
        "answer": bool(waits),
        "late": made.due_on is not None and made.due_on < today and made.state in TO_DO,
        "booking": made.id in problems,
        "ticket": has_ticket.get(made.person_id) is False,
        "nobody": not made.owner and made.state in TO_DO,
    }
    return replace(made, flags=tuple(name for name, on in flags.items() if on))


async def counts(event: int) -> Mapping[str, int]:
    """How many there are of each state."""
    rows = await database.rows("SELECT state, count(*) AS n FROM care_case WHERE event_id = $1 GROUP BY 1", event)
    return {row["state"]: row["n"] for row in rows}
