"""How many slots a unit may fill in an event, and until which day it may ask for them."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from events.core import database
from events.core.errors import StaleWrite
from events.core.locales import _


@dataclass(frozen=True, slots=True)
class Budget:
    """slots: how many; due_on: the last local day of the event's zone on which the unit may ask, None for no end."""

    slots: int
    due_on: date | None = None
    note: str = ""

    def days_left(self, at: datetime, zone: tzinfo) -> int | None:
        """0 on the last day itself, below 0 afterwards; None without a last day."""
        return None if self.due_on is None else (self.due_on - at.astimezone(zone).date()).days

    def over(self, at: datetime, zone: tzinfo) -> bool:
        left = self.days_left(at, zone)
        return left is not None and left < 0


async def of(event_id: int, unit_id: int | None) -> Budget | None:
    """The budget of a unit, None when it was given none (or there is no unit)."""
    row = await database.row(
        "SELECT slots, due_on, note FROM budget WHERE event_id = $1 AND unit_id = $2", event_id, unit_id
    )
    return None if row is None else Budget(**row)


async def put(event_id: int, unit_id: int, seen: Budget | None, wanted: Budget) -> None:
    """Give a unit a budget, or another one.

    seen   what its editor saw; raises StaleWrite with both states when somebody was faster
    """
    async with database.transaction():
        await database.execute("SELECT id FROM unit WHERE id = $1 FOR UPDATE", unit_id)
        held = await of(event_id, unit_id)
        if held != seen:
            words = _("This budget was changed while you had it open. Nothing was saved; look at both and choose.")
            raise StaleWrite(words, _words(held), _words(wanted))
        await database.execute(
            "INSERT INTO budget (event_id, unit_id, slots, due_on, note) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (event_id, unit_id) DO UPDATE SET slots = excluded.slots, due_on = excluded.due_on,"
            " note = excluded.note",
            event_id,
            unit_id,
            wanted.slots,
            wanted.due_on,
            wanted.note,
        )


def _words(budget: Budget | None) -> dict[str, object]:
    if budget is None:
        return {"slots": "–", "due_on": "–", "note": "–"}
    return {"slots": budget.slots, "due_on": budget.due_on or "–", "note": budget.note or "–"}


async def units(event_id: int) -> list[int]:
    """The units that were given a budget."""
    rows = await database.rows("SELECT unit_id FROM budget WHERE event_id = $1", event_id)
    return [row["unit_id"] for row in rows]
