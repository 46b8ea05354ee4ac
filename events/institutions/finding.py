"""Orders found at the registrar's desk by the institution that bought them, or by who is invited to a place."""

from events.core import database
from events.registration.order_search import prefixes, words_of

_FIND = """
(SELECT order_id FROM institution WHERE search_words(name) @@ $1::text::tsquery ORDER BY id DESC LIMIT $2)
UNION (SELECT i.order_id FROM staff_place p JOIN institution i ON i.id = p.institution_id
    WHERE p.email <> '' AND search_words(p.name || ' ' || p.email) @@ $1::text::tsquery ORDER BY p.id DESC LIMIT $2)
"""


_INVITED = """
SELECT DISTINCT ON (a.person_id) a.person_id, i.name
FROM staff_place p JOIN institution i ON i.id = p.institution_id
JOIN orders o ON o.id = i.order_id AND o.event_id = $1 AND o.state = 'CONFIRMED'
JOIN address a ON a.email = p.email
WHERE p.state = 'invited' AND p.email <> '' ORDER BY a.person_id, p.id
"""


async def invited(event_id: int) -> dict[int, str]:
    """Who is invited to a place at an event and has not taken it: person → the institution's name."""
    return {row["person_id"]: row["name"] for row in await database.rows(_INVITED, event_id)}


async def find(typed: str, most: int) -> list[int]:
    """Ids of orders: each word begins one of the institution's name, or of a place's name or address."""
    rows = await database.rows(_FIND, prefixes(words_of(typed)), most)
    return [row["order_id"] for row in rows]
