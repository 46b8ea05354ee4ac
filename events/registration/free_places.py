"""Complimentary places and scholarships: a budget of places with who granted it and why; the rule for groups."""

from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.locales import _
from events.registration.discounts import Group


@dataclass(frozen=True, slots=True)
class Budget:
    """given: places its codes are for; used: taken by people now."""

    id: int
    name: str
    unit: str
    unit_id: int | None
    places: int
    reason: str
    granted_at: datetime
    by: str
    version: int
    given: int
    used: int


async def budgets(event_id: int) -> list[Budget]:
    rows = await database.rows(
        "SELECT b.id, b.name, coalesce(u.name, '') AS unit, b.unit_id, b.places, b.reason, b.granted_at,"
        " coalesce(p.name, '') AS by, b.version,"
        " coalesce(sum(CASE WHEN v.ended_at IS NULL THEN v.max_uses ELSE v.used END), 0)::int AS given,"
        " coalesce(sum(v.used), 0)::int AS used"
        " FROM free_places b LEFT JOIN unit u ON u.id = b.unit_id LEFT JOIN person p ON p.id = b.granted_by_id"
        " LEFT JOIN voucher v ON v.budget_id = b.id WHERE b.event_id = $1 GROUP BY b.id, u.name, p.name"
        " ORDER BY b.name",
        event_id,
    )
    return [Budget(**dict(row)) for row in rows]


async def units() -> list[tuple[int, str]]:
    return [(row["id"], row["name"]) for row in await database.rows("SELECT id, name FROM unit ORDER BY name")]


async def grant(event_id: int, name: str, unit: int | None, places: int, reason: str, by: int, at: datetime) -> None:
    """A new budget. Raises Unreadable."""
    if unit is not None and not await database.value("SELECT EXISTS (SELECT FROM unit WHERE id = $1)", unit):
        raise Unreadable({"unit": _("Choose one of the list.")})
    done = await database.execute(
        "INSERT INTO free_places (event_id, unit_id, name, places, reason, granted_at, granted_by_id)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (event_id, name) DO NOTHING",
        event_id,
        unit,
        name,
        places,
        reason,
        at,
        by,
    )
    if not done:
        raise Unreadable({"name": _("This event has a budget of this name.")})


async def change(event_id: int, budget: int, places: int, reason: str, version: int) -> None:
    """More or fewer places, with why. Raises NotFound, StaleWrite, Unreadable when more are given out already."""
    async with database.transaction():
        row = await database.row(
            "SELECT * FROM free_places WHERE id = $1 AND event_id = $2 FOR UPDATE", budget, event_id
        )
        if row is None:
            raise NotFound
        if row["version"] != version:
            raise StaleWrite(
                _("Somebody else saved this budget meanwhile. Look at it, and make your change again."),
                {"places": row["places"], "reason": row["reason"]},
                {"places": places, "reason": reason},
            )
        given: int = await database.value(
            "SELECT coalesce(sum(CASE WHEN ended_at IS NULL THEN max_uses ELSE used END), 0)::int FROM voucher"
            " WHERE budget_id = $1",
            budget,
        )
        if places < given:
            words = _("%(given)s are given out already. End a code first.") % {"given": given}
            raise Unreadable({"places": words})
        await database.execute(
            "UPDATE free_places SET places = $2, reason = $3, version = version + 1 WHERE id = $1",
            budget,
            places,
            reason,
        )


async def group_rule(event_id: int) -> tuple[Group | None, int]:
    """The event's rule for groups, and its version (0: there is none)."""
    row = await database.row("SELECT people, percent, version FROM group_rule WHERE event_id = $1", event_id)
    return (Group(row["people"], row["percent"]), row["version"]) if row else (None, 0)


async def save_group_rule(event_id: int, rule: Group | None, version: int) -> None:
    """Write the rule, or take it away. Raises StaleWrite."""
    async with database.transaction():
        now = await database.value("SELECT version FROM group_rule WHERE event_id = $1 FOR UPDATE", event_id) or 0
        if now != version:
            raise StaleWrite(
                _("Somebody else saved the rule for groups meanwhile. Look at it, and make your change again."),
                {},
                {},
            )
        if rule is None:
            await database.execute("DELETE FROM group_rule WHERE event_id = $1", event_id)
            return
        await database.execute(
            "INSERT INTO group_rule (event_id, people, percent) VALUES ($1, $2, $3) ON CONFLICT (event_id)"
            " DO UPDATE SET people = excluded.people, percent = excluded.percent, version = group_rule.version + 1",
            event_id,
            rule.people,
            rule.percent,
        )
