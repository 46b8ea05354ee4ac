"""What organizers' forms show and offer: the events somebody may see, an event as it was typed, units, venues."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from starlette.datastructures import FormData

from events.catalogue.forms import Values
from events.catalogue.queries import EventRow
from events.core import database
from events.core.errors import Unreadable
from events.core.locales import _
from events.people.permissions import Reach

PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the organizers' list."""

    slug: str
    title: str
    kind: str
    state: str
    unit: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Rows:
    rows: Sequence[Row]
    total: int
    page: int
    pages: int


_REACHED = "($1 OR e.unit_id = any($2) OR e.id = any($3)) AND ($4 = '' OR strpos(lower(e.title), lower($4)) > 0)"


async def events(reach: Reach, q: str, page: int, at: datetime) -> Rows:
    """The events within reach: what is coming first, then what is over, latest first; celebrations last."""
    values = (reach.everywhere, list(reach.units), list(reach.events), q)
    total: int = await database.value("SELECT count(*) FROM event e WHERE " + _REACHED, *values)  # noqa: S608 - a constant
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = await database.rows(
        "SELECT e.slug, e.title, e.kind, e.state, coalesce(nullif(u.short_name, ''), u.name) AS unit,"  # noqa: S608
        " e.starts_on, e.ends_on FROM event e JOIN unit u ON u.id = e.unit_id WHERE "
        + _REACHED
        + " ORDER BY e.starts_on IS NULL, e.ends_on < $5,"
        " CASE WHEN e.ends_on >= $5 THEN e.starts_on END, e.starts_on DESC, e.title, e.id LIMIT $6 OFFSET $7",
        *values,
        at.date(),
        PAGE,
        (page - 1) * PAGE,
    )
    return Rows([Row(**dict(row)) for row in rows], total, page, pages)


async def check(values: Values) -> None:
    """Raise Unreadable for a unit, a venue or a celebration that is not there."""
    errors = {}
    if not await database.value("SELECT 1 FROM unit WHERE id = $1", values.unit_id):
        errors["unit"] = _("Choose one of the units.")
    if values.venue_id and not await database.value("SELECT 1 FROM venue WHERE id = $1", values.venue_id):
        errors["venue"] = _("Choose one of the venues.")
    base = values.celebration.base if values.celebration else None
    if base and not await database.value("SELECT 1 FROM celebration WHERE id = $1", base):
        errors["base"] = _("Choose one of the celebrations.")
    if errors:
        raise Unreadable(errors)


async def units(reach: Reach, own: int | None) -> list[tuple[int, str]]:
    """The units an event can be given to by this person, and the one it has."""
    rows = await database.rows(
        "SELECT id, name FROM unit WHERE $1 OR id = any($2) OR id = $3 ORDER BY name",
        reach.everywhere,
        list(reach.units),
        own,
    )
    return [(row["id"], row["name"]) for row in rows]


async def venues() -> list[tuple[int, str]]:
    rows = await database.rows("SELECT id, name, city FROM venue ORDER BY name, id")
    return [(row["id"], ", ".join(part for part in (row["name"], row["city"]) if part)) for row in rows]


async def celebrations(event_id: int | None) -> list[tuple[int, str]]:
    """What a celebration can be counted from."""
    rows = await database.rows(
        "SELECT c.id, e.title FROM celebration c JOIN event e ON e.id = c.event_id"
        " WHERE e.id IS DISTINCT FROM $1 ORDER BY e.title",
        event_id,
    )
    return [(row["id"], row["title"]) for row in rows]


def as_typed(form: FormData) -> dict[str, Any]:
    """A form that came back, exactly as it was typed."""
    typed: dict[str, Any] = {name: value for name, value in form.items() if isinstance(value, str)}
    typed["reminder_minutes"] = [value for value in form.getlist("reminder_minutes") if isinstance(value, str)]
    return typed


def blank(kind: str) -> dict[str, Any]:
    return {
        "timezone": "America/Chicago",
        "language": "en",
        "currency": "USD",
        "accent": "blue",
        "mode": "in_person",
        "minutes": "75",
        "dates": "rule",
        "duration_days": "7",
        "reminder_minutes": [] if kind == "celebration" else ["1440", "30"],
    }


async def typed_of(event: EventRow) -> dict[str, Any]:
    """An event as its form shows it."""
    typed: dict[str, Any] = {
        "title": event.title,
        "slug": event.slug,
        "summary": event.summary,
        "description": event.description,
        "unit": event.unit_id,
        "timezone": event.timezone,
        "language": event.language,
        "level": event.level,
        "topics": ", ".join(event.topics),
        "accent": event.accent,
        "contact_email": event.contact_email,
        "currency": event.currency,
        "reminder_minutes": [str(minutes) for minutes in event.reminder_minutes],
        "mode": event.mode,
        "venue": event.venue_id or "",
        "join_link": event.join_link,
        "starts_on": event.starts_on or "",
        "ends_on": event.ends_on or "",
        "version": event.version,
    }
    if event.starts_at and event.ends_at:
        local = event.starts_at.astimezone(event.zone)
        typed |= {
            "day": local.date(),
            "begins": local.strftime("%H:%M"),
            "minutes": int((event.ends_at - event.starts_at).total_seconds()) // 60,
            "second": local.fold if _twice(event) else "",
        }
    if event.kind == "celebration":
        typed |= await _celebration(event.id)
    return typed


def _twice(event: EventRow) -> bool:
    """Whether the clocks show the beginning twice."""
    assert event.starts_at is not None
    local = event.starts_at.astimezone(event.zone)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


async def _celebration(event_id: int) -> Mapping[str, Any]:
    row = await database.row(
        "SELECT id, rule, duration_days, derived_from_id, offset_days, resources FROM celebration WHERE event_id = $1",
        event_id,
    )
    if row is None:
        return {}
    years = await database.rows(
        "SELECT starts_on, ends_on FROM celebration_year WHERE celebration_id = $1 AND source = 'listed' ORDER BY year",
        row["id"],
    )
    return {
        "dates": "rule" if row["rule"] else "derived" if row["derived_from_id"] else "listed",
        "rule": row["rule"],
        "duration_days": row["duration_days"],
        "base": row["derived_from_id"] or "",
        "offset_days": row["offset_days"],
        "listed": "\n".join(f"{year['starts_on']} to {year['ends_on']}" for year in years),
        "resources": "\n".join(f"{one['title']} {one['url']}" for one in json.loads(row["resources"] or "[]")),
    }
