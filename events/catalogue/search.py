"""Looking for events: the filters of the catalogue as SQL, a page of it at a time, and what there is to choose from."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from events.catalogue.filters import Filters
from events.core import database
from events.core.fresh import Fresh
from events.core.locales import current

PAGE = 50


@dataclass(frozen=True, slots=True)
class Card:
    """One line of the catalogue."""

    id: int
    slug: str
    kind: str
    mode: str
    state: str
    title: str
    unit: str
    timezone: str
    starts_on: date
    ends_on: date
    starts_at: datetime | None
    ends_at: datetime | None
    venue: str
    city: str
    accent: str
    currency: str


@dataclass(frozen=True, slots=True)
class Band:
    """One year of a celebration: a span of days across the month."""

    slug: str
    title: str
    summary: str
    unit: str
    first: date
    last: date
    state: str


@dataclass(frozen=True)
class Found:
    cards: Sequence[Card]
    bands: Sequence[Band]
    total: int
    page: int
    pages: int


@dataclass
class _Where:
    """Conditions and their values, numbered as they come."""

    parts: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, condition: str, *values: object) -> None:
        for value in values:
            self.values.append(value)
            condition = condition.replace("?", f"${len(self.values)}", 1)
        self.parts.append(condition)

    @property
    def sql(self) -> str:
        return " AND ".join(self.parts) or "true"


def where(filters: Filters, *, days: bool = True) -> _Where:
    """The conditions over `event e` that the filters mean; `days`: also those on dates (a celebration has its own)."""
    found = _Where()
    found.add("e.state <> 'draft'")
    if filters.kinds:
        found.add("e.kind = any(?)", list(filters.kinds))
    if filters.unit:
        found.add(
            "e.unit_id IN (WITH RECURSIVE below AS (SELECT id FROM unit WHERE slug = ?"
            " UNION SELECT n.id FROM unit n JOIN below b ON n.parent_id = b.id) SELECT id FROM below)",
            filters.unit,
        )
    if filters.topic:
        found.add("? = any(e.topics)", filters.topic)
    if filters.mode:
        # who looks for "online" also means what is in person and online, and the other way round; a celebration has
        # no place
        found.add(
            "e.kind <> 'celebration' AND e.mode = any(?)",
            [filters.mode, *(["hybrid"] if filters.mode in ("virtual", "in_person") else [])],
        )
    if filters.language:
        found.add("e.language = ?", filters.language)
    if filters.q:
        words = "websearch_to_tsquery('english', ?) || websearch_to_tsquery('simple', ?)"
        last = filters.q.split()[-1]
        if last.isalnum():
            found.add(f"e.search @@ ({words} || (websearch_to_tsquery('simple', ?) && to_tsquery('simple', ?)))",
                      filters.q, filters.q, filters.q.removesuffix(last), last + ":*")  # fmt: skip
        else:
            found.add(f"e.search @@ ({words})", filters.q, filters.q)
    if days:
        first, last_day = filters.days
        if first:
            found.add("e.ends_on >= ?", first)
        if last_day:
            found.add("e.starts_on <= ?", last_day)
    return found


async def search(filters: Filters, today: date, page: int = 1, *, only: Sequence[int] | None = None) -> Found:
    """A page of the catalogue by date, with the celebrations that lie in the same months.

    today    without dates asked for, what is over is left out
    only     ids to choose from (free events, say)
    """
    upcoming = filters.days == (None, None)
    cards, total = await _cards(filters, today, page, only, upcoming)
    pages = max(1, -(-total // PAGE))
    bands: Sequence[Band] = ()
    if only is None and (not filters.kinds or "celebration" in filters.kinds):
        first, last = filters.days
        since = first or today
        if page > 1:
            since = cards[0].starts_on.replace(day=1) if cards else since
        until = last
        if page < pages:
            until = cards[-1].starts_on
        elif until is None:
            until = max(since.replace(year=since.year + 1), cards[-1].starts_on if cards else since)
        bands = await celebrations(since, until, filters)
    return Found(cards, bands, total, page, pages)


async def _cards(
    filters: Filters, today: date, page: int, only: Sequence[int] | None, upcoming: bool
) -> tuple[Sequence[Card], int]:
    if filters.kinds == ("celebration",):
        return [], 0
    conditions = where(filters)
    conditions.add("e.kind <> 'celebration'")
    if upcoming:
        conditions.add("e.ends_on >= ?", today)
    if only is not None:
        conditions.add("e.id = any(?)", list(only))
    total: int = await database.value(_COUNT + conditions.sql, *conditions.values)
    if not total:
        return [], 0
    size = len(conditions.values)
    rows = await database.rows(
        _CARDS + f"WHERE {conditions.sql} ORDER BY e.starts_on, e.id LIMIT {PAGE} OFFSET ${size + 1}",
        *conditions.values,
        (page - 1) * PAGE,
    )
    return [_card(row) for row in rows], total


_COUNT = "SELECT count(*) FROM event e WHERE "
_CARDS = """
SELECT e.id, e.slug, e.kind, e.mode, e.state, e.title, e.translations,
       coalesce(nullif(u.short_name, ''), u.name) AS unit, e.timezone, e.starts_on, e.ends_on, e.starts_at, e.ends_at,
       coalesce(v.name, '') AS venue, coalesce(v.city, '') AS city, e.accent, e.currency
FROM event e JOIN unit u ON u.id = e.unit_id LEFT JOIN venue v ON v.id = e.venue_id
"""


def _card(row: Any) -> Card:
    values = dict(row)
    translated = json.loads(values.pop("translations") or "{}").get(current(), {}).get("title")
    return Card(**values | ({"title": translated} if translated else {}))


async def celebrations(since: date, until: date, filters: Filters | None = None) -> list[Band]:
    """The celebrations that lie in a span of days, by date."""
    conditions = where(filters or Filters(), days=False)
    conditions.add("y.ends_on >= ? AND y.starts_on <= ?", since, until)
    rows = await database.rows(
        _BANDS + f"WHERE {conditions.sql} ORDER BY y.starts_on, y.ends_on DESC, e.title", *conditions.values
    )
    return [Band(**dict(row)) for row in rows]


_BANDS = """
SELECT e.slug, e.title, e.summary, coalesce(nullif(u.short_name, ''), u.name) AS unit,
       y.starts_on AS first, y.ends_on AS last, e.state
FROM celebration_year y JOIN celebration c ON c.id = y.celebration_id JOIN event e ON e.id = c.event_id
JOIN unit u ON u.id = e.unit_id
"""


@dataclass(frozen=True)
class Choices:
    """What the filters of the catalogue can be set to: (value, label), only what some public event has."""

    units: Sequence[tuple[str, str]]
    topics: Sequence[str]
    languages: Sequence[str]
    unit_words: Mapping[str, str]


async def _choices(_key: str) -> Choices:
    units = await database.rows(
        "WITH RECURSIVE used AS (SELECT u.id, u.parent_id FROM unit u WHERE EXISTS"
        " (SELECT FROM event e WHERE e.unit_id = u.id AND e.state <> 'draft')"
        " UNION SELECT u.id, u.parent_id FROM unit u JOIN used ON u.id = used.parent_id)"
        " SELECT u.slug, u.name, u.short_name, u.parent_id IS NULL AS root"
        " FROM unit u JOIN used USING (id) ORDER BY u.name"
    )
    topics = await database.rows(
        "SELECT DISTINCT unnest(topics) AS topic FROM event WHERE state <> 'draft' ORDER BY 1 LIMIT 200"
    )
    languages = await database.rows("SELECT DISTINCT language FROM event WHERE state <> 'draft' ORDER BY 1")
    words = {row["name"].lower(): row["slug"] for row in units}
    words |= {row["short_name"].lower(): row["slug"] for row in units if row["short_name"]}
    return Choices(
        # the association itself stands for everything, so it is no choice
        units=[(row["slug"], row["short_name"] or row["name"]) for row in units if not row["root"]],
        topics=[row["topic"] for row in topics],
        languages=[row["language"] for row in languages],
        unit_words=words,
    )


_kept_choices: Fresh[str, Choices] = Fresh(_choices, seconds=10)


async def choices() -> Choices:
    """At most ten seconds old."""
    return await _kept_choices.get("")
