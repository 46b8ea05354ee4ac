"""Reading the catalogue: SQL and plain values, because these pages are the busiest."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from events.catalogue.states import EventState
from events.core import database
from events.core.errors import NotFound
from events.core.fresh import PUBLISHED, Fresh
from events.core.locales import current


@dataclass(frozen=True)
class EventRow:
    """An event with its unit and venue.

    starts_on, ends_on    local days, both included; None only for a celebration
    starts_at, ends_at    a webinar's hour, aware UTC
    venue_*               empty without a venue
    """

    id: int
    guid: UUID
    slug: str
    kind: str
    mode: str
    state: str
    title: str
    summary: str
    description: str
    unit_id: int
    unit_slug: str
    unit_name: str
    unit_short: str
    venue_id: int | None
    venue_slug: str
    venue_name: str
    venue_address: str
    venue_city: str
    timezone: str
    starts_on: date | None
    ends_on: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    language: str
    level: str
    topics: Sequence[str]
    accent: str
    currency: str
    join_link: str
    contact_email: str
    reminder_minutes: Sequence[int]
    translations: Mapping[str, Mapping[str, str]]
    version: int
    created_at: datetime
    changed_at: datetime

    @property
    def path(self) -> str:
        return f"/celebrations/{self.slug}" if self.kind == "celebration" else f"/events/{self.slug}"

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def cancelled(self) -> bool:
        return self.state == EventState.CANCELLED

    def in_language(self, name: str) -> str:
        """`title`, `summary` or `description` in the reader's language, where there is a translation."""
        return self.translations.get(current(), {}).get(name) or str(getattr(self, name))

    def over(self, at: datetime) -> bool:
        return self.ends_on is not None and at.astimezone(self.zone).date() > self.ends_on


_EVENT = """
SELECT e.id, e.guid, e.slug, e.kind, e.mode, e.state, e.title, e.summary, e.description, e.unit_id, u.slug AS unit_slug,
       u.name AS unit_name, u.short_name AS unit_short, e.venue_id, coalesce(v.slug, '') AS venue_slug,
       coalesce(v.name, '') AS venue_name, coalesce(v.address, '') AS venue_address, coalesce(v.city, '') AS venue_city,
       e.timezone, e.starts_on, e.ends_on, e.starts_at, e.ends_at, e.language, e.level, e.topics, e.accent, e.currency,
       e.join_link, e.contact_email, e.reminder_minutes, e.translations, e.version, e.created_at, e.changed_at
FROM event_slug s JOIN event e ON e.id = s.event_id JOIN unit u ON u.id = e.unit_id
LEFT JOIN venue v ON v.id = e.venue_id
WHERE s.slug = $1
"""


async def _by_slug(slug: str) -> EventRow | None:
    row = await database.row(_EVENT, slug)
    return EventRow(**dict(row) | {"translations": json.loads(row["translations"] or "{}")}) if row else None


_events: Fresh[str, EventRow | None] = Fresh(_by_slug, seconds=PUBLISHED, size=2000)


async def event_by_slug(slug: str, *, drafts: bool = False) -> EventRow:
    """The event that has or ever had this slug, as of a moment ago. Its `slug` is today's.

    drafts   organizers' pages, which then ask for a permission, also get a draft
    Raises NotFound.
    """
    event = await _events.get(slug[:80].replace("\0", ""))
    if event is None or (event.state == EventState.DRAFT and not drafts):
        raise NotFound
    return event


def forget(*slugs: str) -> None:
    """This process has just changed these events."""
    for slug in slugs:
        _events.forget(slug)


@dataclass(frozen=True)
class CelebrationPage:
    """A celebration with its years. `rule`, `base`: how its dates come about, for readers."""

    event: EventRow
    rule: str
    duration_days: int
    base_slug: str
    base_title: str
    offset_days: int
    resources: Sequence[Mapping[str, str]]
    years: Sequence[tuple[int, date, date]]


async def celebration(slug: str, *, drafts: bool = False) -> CelebrationPage:
    """Raises NotFound for what is not a celebration."""
    event = await event_by_slug(slug, drafts=drafts)
    row = await database.row(
        "SELECT c.id, c.rule, c.duration_days, coalesce(b.slug, '') AS base_slug, coalesce(b.title, '') AS base_title,"
        " c.offset_days, c.resources FROM celebration c LEFT JOIN celebration d ON d.id = c.derived_from_id"
        " LEFT JOIN event b ON b.id = d.event_id WHERE c.event_id = $1",
        event.id,
    )
    if row is None:
        raise NotFound
    years = await database.rows(
        "SELECT year, starts_on, ends_on FROM celebration_year WHERE celebration_id = $1 ORDER BY year", row["id"]
    )
    return CelebrationPage(
        event,
        row["rule"],
        row["duration_days"],
        row["base_slug"],
        row["base_title"],
        row["offset_days"],
        json.loads(row["resources"] or "[]"),
        [(one["year"], one["starts_on"], one["ends_on"]) for one in years],
    )
