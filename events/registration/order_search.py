"""Anybody found from one box, over all events whose orders somebody may read: by name, address, order or ticket code,
institution, a card's last four digits. Accents and capitals do not count; a word may be written in part."""

import re
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.money import Money
from events.people.permissions import Reach
from events.registration.states import OrderState

MOST = 50
"""Shown at once; who sees so many writes another letter."""

_DEEP = 2000
"""Rows a word may fit in one table before the newest of them are taken."""

Finder = Callable[[str, int], Awaitable[Sequence[int]]]
"""Orders that a higher room knows by what was typed, such as the number of an invoice: (typed, how many) → their ids,
the newest first. Handed in at start."""


@dataclass(frozen=True, slots=True)
class Found:
    """An order with why it was found. people: who is in it."""

    code: str
    state: OrderState
    name: str
    email: str
    people: str
    total: Money
    created_at: datetime
    event: str
    slug: str
    zone: str


def words_of(typed: str) -> list[str]:
    """The words of what was typed, as the index has them: no capitals, no accents, letters and digits only."""
    folded = unicodedata.normalize("NFKD", typed[:200].lower())
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return re.findall(r"[^\W_]+", plain)[:8]


def prefixes(words: list[str]) -> str:
    """A tsquery: every word has to begin some word of the row."""
    return " & ".join(f"{word}:*" for word in words)


_FIND = f"""
WITH hit AS MATERIALIZED (
    (SELECT id FROM orders WHERE search_words(name || ' ' || email) @@ $1::text::tsquery ORDER BY id DESC LIMIT {_DEEP})
    UNION (SELECT order_id FROM registration WHERE search_words(name || ' ' || email) @@ $1::text::tsquery
        ORDER BY id DESC LIMIT {_DEEP})
    UNION (SELECT id FROM orders WHERE code = $2)
    UNION (SELECT order_id FROM registration WHERE code = $2)
    UNION (SELECT r.order_id FROM person p JOIN registration r ON r.person_id = p.id
        WHERE p.affiliation <> '' AND search_words(p.affiliation) @@ $1::text::tsquery LIMIT {_DEEP})
    UNION (SELECT order_id FROM checkout_session WHERE last4 = $6 AND last4 <> '' ORDER BY id DESC LIMIT {_DEEP})
    UNION (SELECT unnest($7::bigint[]))
)
SELECT o.code, o.state, o.name, o.email, o.total, o.currency, o.created_at, e.title, e.slug, e.timezone,
    (SELECT string_agg(nullif(r.name, ''), ', ' ORDER BY r.id) FROM registration r WHERE r.order_id = o.id) AS people
FROM hit JOIN orders o ON o.id = hit.id JOIN event e ON e.id = o.event_id
WHERE $3 OR e.unit_id = any($4::int[]) OR e.id = any($5::int[])
ORDER BY o.created_at DESC, o.id DESC LIMIT {MOST}
"""  # noqa: S608 - put together from constants


async def find(typed: str, reach: Reach, finders: Sequence[Finder] = ()) -> list[Found]:
    """The newest orders that fit, of the events in reach. Nothing for less than two letters or digits."""
    words = words_of(typed)
    if len("".join(words)) < 2:
        return []
    known = [order for find_more in finders for order in await find_more(typed.strip()[:200], _DEEP)]
    digits = typed.strip(" •*.x")
    rows = await database.rows(
        _FIND,
        prefixes(words),
        typed.strip()[:12].upper(),
        reach.everywhere,
        sorted(reach.units),
        sorted(reach.events),
        digits if re.fullmatch("[0-9]{4}", digits) else "",
        known,
    )
    return [
        Found(
            row["code"],
            OrderState(row["state"]),
            row["name"],
            row["email"],
            row["people"] or "",
            Money(row["total"], row["currency"]),
            row["created_at"],
            row["title"],
            row["slug"],
            row["timezone"],
        )
        for row in rows
    ]
