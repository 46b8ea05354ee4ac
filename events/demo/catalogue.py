"""The events of the five kinds, with dates relative to today. Celebrations come from the catalogue's own facts."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from events.demo.loading import Loader, guid


@dataclass(frozen=True)
class Draft:
    """An event to be made."""

    slug: str
    kind: str
    mode: str
    title: str
    summary: str
    unit: int
    zone: str
    starts_on: date
    ends_on: date
    venue: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    state: str = "on_sale"
    topics: list[str] = field(default_factory=list)
    level: str = ""
    accent: str = "blue"
    join_link: str = ""
    description: str = ""
    reminders: tuple[int, ...] = (1440, 30)


def next_weekday(day: date, weekday: int) -> date:
    """The first such weekday (Monday is 0) on or after a day."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def moment(day: date, hour: float, zone: str) -> datetime:
    """A local hour as an aware time."""
    return datetime.combine(day, time(int(hour), round(hour % 1 * 60)), ZoneInfo(zone))


async def events(loader: Loader, drafts: list[Draft], at: datetime) -> dict[str, int]:
    """Write the events; returns their ids by slug."""
    ids = await loader.ids("event", len(drafts))
    await loader.copy(
        "event",
        "id guid slug kind mode state title summary description unit_id venue_id timezone starts_on ends_on starts_at ends_at"
        " language level topics accent currency join_link contact_email reminder_minutes translations version created_at changed_at",
        [
            (
                number, guid("event", one.slug), one.slug, one.kind, one.mode, one.state, one.title, one.summary, one.description,
                one.unit, one.venue, one.zone, one.starts_on, one.ends_on, one.starts_at, one.ends_at,
                "en", one.level, one.topics, one.accent, "USD", one.join_link, "events@example.org", list(one.reminders),
                json.dumps({}), 1, at, at,
            )
            for number, one in zip(ids, drafts, strict=True)
        ],
    )  # fmt: skip
    await loader.copy(
        "event_slug", "slug event_id", [(one.slug, number) for number, one in zip(ids, drafts, strict=True)]
    )
    return {one.slug: number for number, one in zip(ids, drafts, strict=True)}
