"""The celebrations in the tables: their years computed ahead, and the real ones established from the facts."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from events.catalogue import celebrations, entries
from events.catalogue.celebrations import Days, Fact
from events.core import database


async def compute(event_id: int, at: datetime) -> set[int]:
    """Compute the years of a celebration, and of those counted from it. Returns the events whose entries changed.

    Inside the transaction of the change; also run by upkeep, so that there are always some years ahead. Listed years
    are kept as they are; computed years that are past are kept too, because they are in people's calendars.
    """
    row = await database.row(
        "SELECT c.id, c.event_id, c.rule, c.duration_days, c.derived_from_id, c.offset_days FROM celebration c"
        " WHERE c.event_id = $1 FOR UPDATE",
        event_id,
    )
    if row is None:
        return set()
    this_year = at.year
    wanted = range(this_year - 1, this_year + celebrations.AHEAD + 1)
    if row["rule"]:
        found = {year: celebrations.by_rule(row["rule"], row["duration_days"], year) for year in wanted}
        await _keep(row["id"], {year: days for year, days in found.items() if days}, "rule", this_year)
    elif row["derived_from_id"]:
        base = await database.rows(
            "SELECT year, starts_on, ends_on FROM celebration_year WHERE celebration_id = $1 AND year = any($2)",
            row["derived_from_id"],
            list(wanted),
        )
        counted = {
            one["year"]: celebrations.by_offset(
                Days(one["starts_on"], one["ends_on"]), row["offset_days"], row["duration_days"]
            )
            for one in base
        }
        await _keep(row["id"], counted, "derived", this_year)
    changed = {event_id} if await entries.write_event_entry(event_id, at) else set()
    derived = await database.rows("SELECT event_id FROM celebration WHERE derived_from_id = $1 ORDER BY id", row["id"])
    for one in derived:
        changed |= await compute(one["event_id"], at)
    return changed


async def list_years(celebration_id: int, years: Mapping[int, Days]) -> None:
    """Set the years of a celebration whose dates are decided every year; those not named any more go."""
    await _keep(celebration_id, years, "listed", 0)


async def establish(unit_id: int, at: datetime, *, only: frozenset[str] | None = None) -> dict[str, int]:
    """Make the celebrations of the facts file that are not there yet, announced. Returns slug → event id."""
    made: dict[str, int] = {}
    async with database.transaction():
        for fact in celebrations.facts():
            if only is not None and fact.slug not in only:
                continue
            there = await database.value(
                "SELECT event_id FROM event_slug WHERE slug = $1 AND event_id IN (SELECT event_id FROM celebration)",
                fact.slug,
            )
            made[fact.slug] = there or await _establish(fact, unit_id, at)
            await compute(made[fact.slug], at)
    return made


async def _establish(fact: Fact, unit_id: int, at: datetime) -> int:
    event_id: int = await database.value(
        "INSERT INTO event (guid, slug, kind, mode, state, title, summary, description, unit_id, timezone, topics,"
        " reminder_minutes, translations, accent, created_at, changed_at)"
        " VALUES ($1, $2, 'celebration', 'asynchronous', 'announced', $3, $4, '', $5, 'America/Chicago', $6,"
        " '{}', '{}', 'moss', $7, $7) RETURNING id",
        uuid.uuid4(),
        fact.slug,
        fact.name,
        fact.summary,
        unit_id,
        list(fact.topics),
        at,
    )
    await database.execute("INSERT INTO event_slug (slug, event_id) VALUES ($1, $2)", fact.slug, event_id)
    celebration_id: int = await database.value(
        "INSERT INTO celebration (event_id, rule, duration_days, derived_from_id, offset_days, resources)"
        " SELECT $1, $2, $3,"
        " (SELECT c.id FROM celebration c JOIN event e ON e.id = c.event_id WHERE e.slug = $4), $5, '[]' RETURNING id",
        event_id,
        fact.rule,
        fact.days,
        fact.derived_from,
        fact.offset,
    )
    if fact.dates:
        await list_years(celebration_id, fact.dates)
    return event_id


async def _keep(celebration_id: int, years: Mapping[int, Days], source: str, since: int) -> None:
    """Write the years as they are now known. Others from the year `since` on go; their entries become tombstones."""
    await database.execute(
        "DELETE FROM celebration_year WHERE celebration_id = $1 AND year >= $2 AND NOT year = any($3)",
        celebration_id,
        since,
        list(years),
    )
    await database.execute_many(
        "INSERT INTO celebration_year (celebration_id, year, starts_on, ends_on, source) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (celebration_id, year) DO UPDATE"
        " SET starts_on = excluded.starts_on, ends_on = excluded.ends_on, source = excluded.source",
        [(celebration_id, year, days.first, days.last, source) for year, days in sorted(years.items())],
    )
