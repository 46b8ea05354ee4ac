"""Under which general-ledger code a ticket type is booked, and whose income it is.

A code is given from a moment on: what was sold before keeps the code of its day. The first code of a ticket type also
stands for what was sold before it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.errors import StaleWrite, Unreadable
from events.core.locales import _

LENGTH = 40


@dataclass(frozen=True, slots=True)
class Code:
    """code: "" for none yet; unit: whose income it is, None for the unit that owns the event."""

    code: str = ""
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class Sold:
    """A ticket type with what it is booked under now."""

    id: int
    name: str
    now: Code


async def of(event_id: int) -> list[Sold]:
    """Every ticket type of an event, in the order they are sold in."""
    rows = await database.rows(
        "SELECT t.id, t.name, coalesce(g.code, '') AS code, g.unit_id FROM ticket_type t LEFT JOIN LATERAL ("
        " SELECT code, unit_id FROM gl_code WHERE ticket_type_id = t.id ORDER BY since DESC LIMIT 1) g ON true"
        " WHERE t.event_id = $1 ORDER BY t.position, t.id",
        event_id,
    )
    return [Sold(row["id"], row["name"], Code(row["code"], row["unit_id"])) for row in rows]


async def units() -> list[tuple[int, str]]:
    """Whose income it can be: every unit, by name."""
    return [
        (row["id"], row["name"]) for row in await database.rows("SELECT id, name FROM unit ORDER BY lower(name), id")
    ]


async def give(
    event_id: int, seen: Mapping[int, Code], wanted: Mapping[int, Code], by: int | None, at: datetime
) -> int:
    """Book the ticket types of an event under other codes from now on. Returns how many changed.

    seen   what stood on the form: StaleWrite with both states when somebody was faster
    Raises Unreadable with "code-<ticket type>" for a code that cannot be one.
    """
    errors = {}
    for ticket, one in wanted.items():
        if not _is_code(one.code):
            errors[f"code-{ticket}"] = _("At most 40 letters, digits, dots, dashes, slashes or spaces.")
        elif not one.code and (ticket in seen and seen[ticket].code):
            errors[f"code-{ticket}"] = _("A code that was given can be changed, not taken away.")
    if errors:
        raise Unreadable(errors)
    async with database.transaction():
        await database.execute("SELECT FROM event WHERE id = $1 FOR NO KEY UPDATE", event_id)
        held = {one.id: one.now for one in await of(event_id)}
        changed = {ticket: one for ticket, one in wanted.items() if ticket in held and one != seen.get(ticket)}
        overtaken = [ticket for ticket in changed if held[ticket] != seen.get(ticket)]
        if overtaken:
            words = _(
                "Somebody saved other codes while your form was open. Nothing was saved; look at both and choose."
            )
            raise StaleWrite(words, _told(held, overtaken), _told(changed, overtaken))
        await database.execute_many(
            "INSERT INTO gl_code (ticket_type_id, code, unit_id, since, given_by_id) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (ticket_type_id, since) DO UPDATE SET code = excluded.code, unit_id = excluded.unit_id",
            [(ticket, one.code, one.unit, at, by) for ticket, one in changed.items() if one.code],
        )
    return sum(1 for one in changed.values() if one.code)


def _is_code(code: str) -> bool:
    return len(code) <= LENGTH and all(letter.isalnum() or letter in ".-/ " for letter in code)


def _told(codes: Mapping[int, Code], only: Collection[int]) -> dict[str, object]:
    return {f"code-{ticket}": codes[ticket].code or "–" for ticket in only}
