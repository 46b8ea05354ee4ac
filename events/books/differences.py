"""The tasks that a comparison with Stripe's books leaves: listed, and settled with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.errors import NotFound, Unreadable
from events.core.locales import Lazy, _, lazy
from events.core.money import Money

PAGE = 50

KINDS: Mapping[str, Lazy] = {
    "payment": lazy("Paid"),
    "refund": lazy("Paid back"),
    "dispute": lazy("Taken back by a bank"),
    "payout": lazy("Paid out"),
}

SHOWS: Mapping[str, Lazy] = {
    "open": lazy("Open"),
    "settled": lazy("Settled"),
    "gone": lazy("Agreed by itself"),
}

_SHOWN = {
    "open": "d.settled_at IS NULL AND d.gone_at IS NULL",
    "settled": "d.settled_at IS NOT NULL",
    "gone": "d.gone_at IS NOT NULL AND d.settled_at IS NULL",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """about: Stripe's id; order, event: where it belongs, "" for no order of ours."""

    id: int
    about: str
    kind: str
    ours: Money
    theirs: Money
    found_at: datetime
    settled_at: datetime | None
    note: str
    by: str
    order: str
    event: str


@dataclass(frozen=True, slots=True)
class Found:
    rows: list[Difference]
    found: int
    counts: Mapping[str, int]


async def listed(show: str, words: str, page: int) -> Found:
    """One page (from 1), the newest first. words: an order's code or an id of Stripe's."""
    rows = await database.rows(
        "SELECT d.*, coalesce(p.name, '') AS by, coalesce(o.code, '') AS order_code, coalesce(e.slug, '') AS slug,"  # noqa: S608
        " count(*) OVER () AS found FROM difference d LEFT JOIN person p ON p.id = d.settled_by_id"
        " LEFT JOIN checkout_session c ON c.payment_intent = d.about LEFT JOIN orders o ON o.id = c.order_id"
        " LEFT JOIN event e ON e.id = o.event_id"
        f" WHERE {_SHOWN[show]} AND ($1 = '' OR o.code = upper($1) OR d.about = $1)"
        " ORDER BY d.found_at DESC, d.id DESC LIMIT $2 OFFSET $3",
        words.strip(),
        PAGE,
        (page - 1) * PAGE,
    )
    counts = await database.row(
        "SELECT "  # noqa: S608 - texts of ours
        + ", ".join(f"count(*) FILTER (WHERE {sql}) AS {name}" for name, sql in _SHOWN.items())
        + " FROM difference d"
    )
    return Found(
        [
            Difference(
                row["id"],
                row["about"],
                row["kind"],
                Money(row["ours"], row["currency"]),
                Money(row["theirs"], row["currency"]),
                row["found_at"],
                row["settled_at"],
                row["note"],
                row["by"],
                row["order_code"],
                row["slug"],
            )
            for row in rows
        ],
        rows[0]["found"] if rows else 0,
        dict(counts or {}),
    )


async def settle(difference: int, note: str, by: int, at: datetime) -> None:
    """Say why both sides differ, and that nothing is to be done. It opens again when its sums change.

    Raises Unreadable without a reason, NotFound. What was settled already, or agrees by now, stays as it is.
    """
    note = " ".join(note.split())
    if not 3 <= len(note) <= 400:
        raise Unreadable({"note": _("Say why, in 3 to 400 characters: it stands in the books.")})
    if await database.value("SELECT id FROM difference WHERE id = $1", difference) is None:
        raise NotFound
    await database.execute(
        "UPDATE difference SET settled_at = $2, settled_by_id = $3, note = $4"
        " WHERE id = $1 AND settled_at IS NULL AND gone_at IS NULL",
        difference,
        at,
        by,
        note,
    )
