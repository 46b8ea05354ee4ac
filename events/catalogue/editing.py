"""Making, changing and moving an event: the row, its slugs, its celebration, its entries and the feeds, in one fact."""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from events.catalogue import entries, feeds, observances, queries, slugs
from events.catalogue.forms import CelebrationValues, Values
from events.catalogue.states import EventState, step
from events.core import database
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.locales import _


class Written(NamedTuple):
    id: int
    slug: str


async def create(values: Values, at: datetime) -> Written:
    """Make an event as a draft. Raises Unreadable for a slug that somebody has or had."""
    async with database.transaction():
        slug = values.slug or await slugs.free(values.title)
        if await slugs.owner(slug) is not None:
            raise Unreadable({"slug": _taken()})
        columns = values.columns() | {"guid": uuid.uuid4(), "slug": slug, "created_at": at, "changed_at": at}
        columns |= {"state": str(EventState.DRAFT), "translations": "{}"}
        names = list(columns)
        places = ", ".join(f"${number}" for number in range(1, len(names) + 1))
        event_id: int = await database.value(
            f"INSERT INTO event ({', '.join(names)}) VALUES ({places}) RETURNING id",  # noqa: S608 - names of our own
            *columns.values(),
        )
        await database.execute("INSERT INTO event_slug (slug, event_id) VALUES ($1, $2)", slug, event_id)
        if values.celebration is not None:
            await _celebrate(event_id, values.celebration, at)
            await observances.compute(event_id, at)
    queries.forget(slug)
    return Written(event_id, slug)


async def edit(event_id: int, version: int, values: Values, at: datetime) -> Written:
    """Change an event. Its old slug keeps leading to it.

    version   the one whose form was filled in

    Raises StaleWrite with both states when somebody saved since, Unreadable for a slug that another event has or had.
    """
    async with database.transaction():
        row = await _locked(event_id)
        if row["version"] != version:
            raise _stale(row, values)
        slug = values.slug or row["slug"]
        if slug != row["slug"]:
            if await slugs.owner(slug) not in (None, event_id):
                raise Unreadable({"slug": _taken()})
            await database.execute(
                "INSERT INTO event_slug (slug, event_id) VALUES ($1, $2) ON CONFLICT (slug) DO NOTHING", slug, event_id
            )
        columns = values.columns() | {"slug": slug, "changed_at": at}
        changes = ", ".join(f"{name} = ${number}" for number, name in enumerate(columns, 2))
        await database.execute(
            f"UPDATE event SET {changes}, version = version + 1 WHERE id = $1",  # noqa: S608 - names of our own
            event_id,
            *columns.values(),
        )
        if values.celebration is not None:
            await _celebrate(event_id, values.celebration, at)
        await _publish(event_id, at, left=row["unit_id"])
    queries.forget(slug, row["slug"])
    return Written(event_id, slug)


async def move(event_id: int, version: int, state: EventState, at: datetime, by: int | None = None) -> EventState:
    """Move an event to another state: announce it, open or close sales, postpone, cancel, archive.

    Raises IllegalMove, or StaleWrite when somebody changed the event since.
    """
    async with database.transaction():
        row = await _locked(event_id)
        if row["version"] != version:
            raise _stale(row, None)
        new = step(EventState(row["state"]), state)
        await database.execute(
            "UPDATE event SET state = $2, version = version + 1, changed_at = $3 WHERE id = $1", event_id, str(new), at
        )
        await database.execute(
            "INSERT INTO event_move (event_id, old, new, moved_at, moved_by_id) VALUES ($1, $2, $3, $4, $5)",
            event_id,
            row["state"],
            str(new),
            at,
            by,
        )
        await _publish(event_id, at)
    queries.forget(row["slug"])
    return new


async def translate(event_id: int, version: int, language: str, texts: Mapping[str, str], at: datetime) -> None:
    """Keep an event's texts in another language; empty ones go. Raises StaleWrite."""
    async with database.transaction():
        row = await _locked(event_id)
        if row["version"] != version:
            raise _stale(row, None)
        translations = json.loads(row["translations"] or "{}")
        translations[language] = {name: text for name, text in texts.items() if text}
        await database.execute(
            "UPDATE event SET translations = $2, version = version + 1, changed_at = $3 WHERE id = $1",
            event_id,
            json.dumps({name: kept for name, kept in translations.items() if kept}),
            at,
        )
    queries.forget(row["slug"])


async def _locked(event_id: int) -> Any:
    row = await database.row("SELECT * FROM event WHERE id = $1 FOR UPDATE", event_id)
    if row is None:
        raise NotFound
    return row


async def _celebrate(event_id: int, values: CelebrationValues, at: datetime) -> None:
    """Write how the days come about. One that others are counted from cannot be counted from them."""
    circle = await database.value(
        "WITH RECURSIVE above AS (SELECT id, derived_from_id, event_id FROM celebration WHERE id = $2"
        " UNION SELECT c.id, c.derived_from_id, c.event_id FROM celebration c JOIN above a ON c.id = a.derived_from_id)"
        " SELECT 1 FROM above WHERE event_id = $1",
        event_id,
        values.base,
    )
    if circle:
        raise Unreadable({"base": _("That one is counted from this one. Choose another.")})
    celebration_id: int = await database.value(
        "INSERT INTO celebration (event_id, rule, duration_days, derived_from_id, offset_days, resources)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (event_id) DO UPDATE SET rule = excluded.rule,"
        " duration_days = excluded.duration_days, derived_from_id = excluded.derived_from_id,"
        " offset_days = excluded.offset_days, resources = excluded.resources RETURNING id",
        event_id,
        values.rule,
        values.duration_days,
        values.base,
        values.offset_days,
        json.dumps(list(values.resources)),
    )
    if not values.rule and values.base is None:
        await observances.list_years(celebration_id, values.years)


async def _publish(event_id: int, at: datetime, left: int | None = None) -> None:
    """Entries and feeds after a change; those of the unit it `left` as well."""
    celebrated = await observances.compute(event_id, at)
    changed = celebrated or ({event_id} if await entries.write_event_entry(event_id, at) else set())
    for one in sorted(changed | ({event_id} if left is not None else set())):
        await feeds.refresh_event(one, at)
    if left is not None:
        await feeds.refresh_unit(left, at)


def _taken() -> str:
    return _("Another event has or had this address, and addresses are never given away. Choose another one.")


_SHOWN = (
    "title", "slug", "summary", "description", "mode", "timezone", "starts_on", "ends_on", "starts_at", "ends_at",
    "unit_id", "venue_id", "language", "level", "topics", "accent", "currency", "join_link", "contact_email",
    "reminder_minutes",
)  # fmt: skip


def _stale(row: Any, values: Values | None) -> StaleWrite:
    """Both states, of the fields in which they differ."""
    words = _("Somebody else saved this event while you were changing it.")
    if values is None:
        return StaleWrite(words, {"state": row["state"], "version": row["version"]}, {})
    typed = values.columns() | {"slug": values.slug or row["slug"]}
    differ = [name for name in _SHOWN if typed[name] != row[name]]
    return StaleWrite(words, {name: row[name] for name in differ}, {name: typed[name] for name in differ})
