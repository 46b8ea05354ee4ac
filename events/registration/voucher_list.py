"""An event's codes as a table and as a file; the story of one; complimentary places granted and used."""

import csv
import io
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from urllib.parse import urlencode

import asyncpg

from events.core import database
from events.core.money import Money
from events.registration.order_list import safe
from events.registration.vouchers import key_of

PAGE = 50
STATES = ("good", "used_up", "over", "ended")
EFFECTS = ("percent", "amount", "price", "none")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which codes of an event."""

    words: str = ""
    state: str = ""
    effect: str = ""
    budget: int = 0

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """Of an address; what is none of the words we know counts as nothing."""
        state, effect, budget = (query.get(name, "") for name in ("state", "effect", "budget"))
        return cls(
            query.get("q", "").strip()[:100],
            state if state in STATES else "",
            effect if effect in EFFECTS else "",
            int(budget) if budget.isdecimal() and len(budget) < 10 else 0,
        )

    @property
    def query(self) -> str:
        pairs = {"q": self.words, "state": self.state, "effect": self.effect, "budget": self.budget or ""}
        return urlencode({name: value for name, value in pairs.items() if value})


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    code: str
    note: str
    email: str
    effect: str
    value: int
    window: str
    used: int
    max_uses: int | None
    reserve_left: int
    through: date | None
    state: str
    budget: str


_FOUND = """
SELECT v.id, v.code, v.note, v.email, v.effect, v.value, coalesce(w.name, '') AS window, v.used, v.max_uses,
    v.reserve_left, v.through, s.state, coalesce(b.name, '') AS budget, count(*) OVER () AS found
FROM voucher v JOIN event e ON e.id = v.event_id LEFT JOIN price_window w ON w.id = v.window_id
LEFT JOIN free_places b ON b.id = v.budget_id
CROSS JOIN LATERAL (SELECT CASE WHEN v.ended_at IS NOT NULL THEN 'ended'
    WHEN ((v.through + 1)::timestamp AT TIME ZONE e.timezone) <= $2 THEN 'over'
    WHEN v.used >= v.max_uses THEN 'used_up' ELSE 'good' END AS state) s
WHERE v.event_id = $1 AND ($3 = '' OR position($4 IN v.key) > 0 AND $4 <> '' OR position(lower($3) IN lower(v.note)) > 0
    OR position(lower($3) IN v.email) > 0)
AND ($5 = '' OR s.state = $5) AND ($6 = '' OR v.effect = $6) AND ($7 = 0 OR v.budget_id = $7)
ORDER BY v.id DESC
"""


async def search(event_id: int, which: Filter, page: int, at: datetime) -> tuple[list[Row], int]:
    """A page of codes, the newest first, and how many there are."""
    found = await _rows(event_id, which, at, PAGE, max(page - 1, 0) * PAGE)
    return [_row(row) for row in found], found[0]["found"] if found else 0


async def _rows(event_id: int, which: Filter, at: datetime, limit: int, offset: int) -> list[asyncpg.Record]:
    return await database.rows(
        f"{_FOUND} LIMIT {limit} OFFSET {offset}",
        event_id,
        at,
        which.words,
        key_of(which.words),
        which.state,
        which.effect,
        which.budget,
    )


def _row(row: asyncpg.Record) -> Row:
    return Row(**{name: value for name, value in row.items() if name != "found"})


async def as_csv(event_id: int, currency: str, which: Filter, at: datetime) -> AsyncIterator[bytes]:
    """UTF-8 with a mark, which Excel needs; a thousand codes at a time."""
    head = (
        "code",
        "for",
        "e-mail",
        "effect",
        "value",
        "window",
        "used",
        "uses",
        "set aside",
        "through",
        "state",
        "budget",
    )
    lines: list[list[str]] = [list(head)]
    mark, offset = "\ufeff", 0
    while lines:
        out = io.StringIO(newline="")
        out.write(mark)
        mark = ""
        csv.writer(out).writerows([safe(cell) for cell in line] for line in lines)
        yield out.getvalue().encode("utf-8", "replace")
        found = [_row(row) for row in await _rows(event_id, which, at, 1000, offset)]
        offset += 1000
        lines = [
            [
                one.code,
                one.note,
                one.email,
                one.effect,
                Money(one.value, currency).plain if one.effect in {"amount", "price"} else str(one.value or ""),
                one.window,
                str(one.used),
                "" if one.max_uses is None else str(one.max_uses),
                str(one.reserve_left),
                one.through.isoformat() if one.through else "",
                one.state,
                one.budget,
            ]
            for one in found
        ]


async def voucher(event_id: int, number: int) -> asyncpg.Record | None:
    """One code with all its columns, and its budget's name."""
    return await database.row(
        "SELECT v.*, coalesce(b.name, '') AS budget FROM voucher v LEFT JOIN free_places b ON b.id = v.budget_id"
        " WHERE v.id = $1 AND v.event_id = $2",
        number,
        event_id,
    )


@dataclass(frozen=True, slots=True)
class Use:
    """An order that was placed with a code. people: for how many; now: whose uses still count."""

    order: str
    state: str
    buyer: str
    ordered: datetime
    people: int
    now: int
    less: Money


async def uses(number: int, currency: str) -> list[Use]:
    """The orders of a code, the newest first, those too whose use was given back."""
    rows = await database.rows(
        "SELECT o.code, o.state, o.name, o.created_at, count(DISTINCT n.registration_id)::int AS people,"
        " (SELECT count(*) FROM voucher_use u WHERE u.order_id = o.id)::int AS now,"
        " sum(-(n.quote -> 1 ->> 'amount')::bigint)::bigint AS less"
        " FROM order_line n JOIN orders o ON o.id = n.order_id WHERE n.voucher_id = $1"
        " GROUP BY o.id ORDER BY o.created_at DESC, o.id DESC LIMIT 500",
        number,
    )
    return [
        Use(
            row["code"],
            row["state"],
            row["name"],
            row["created_at"],
            row["people"],
            row["now"],
            Money(row["less"] or 0, currency),
        )
        for row in rows
    ]


async def changes(number: int) -> list[asyncpg.Record]:
    """Who made, changed, ended a code."""
    return await database.rows(
        "SELECT c.what, c.changed_at, coalesce(p.name, '') AS by FROM voucher_change c"
        " LEFT JOIN person p ON p.id = c.changed_by_id WHERE c.voucher_id = $1 ORDER BY c.id",
        number,
    )
