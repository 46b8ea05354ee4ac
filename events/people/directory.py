"""Finding people, for organizers who may."""

from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.errors import NotFound

PAGE = 50


@dataclass(frozen=True, slots=True)
class Found:
    """roles: how many they hold; email: the main address, "" for none."""

    id: int
    code: str
    name: str
    email: str
    affiliation: str
    roles: int
    created_at: datetime


_FOUND = """
SELECT p.id, p.code, p.name, coalesce(a.email, '') AS email, p.affiliation, p.created_at,
    (SELECT count(*) FROM role r WHERE r.person_id = p.id) AS roles, count(*) OVER () AS total
FROM person p LEFT JOIN address a ON a.person_id = p.id AND a.is_primary
WHERE p.erased_at IS NULL AND ($1 = '' OR p.name ILIKE $2 OR p.code = upper($1)
    OR p.id IN (SELECT person_id FROM address WHERE email ILIKE $2))
    AND (NOT $3 OR EXISTS (SELECT FROM role r WHERE r.person_id = p.id))
ORDER BY lower(p.name), p.id LIMIT $4 OFFSET $5
"""


async def search(words: str, page: int, with_roles: bool = False) -> tuple[list[Found], int]:
    """People whose name or any address has `words` in it, a page of them by name, and how many there are in all."""
    pattern = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = await database.rows(_FOUND, words, pattern, with_roles, PAGE, (page - 1) * PAGE)
    names = Found.__slots__
    return [Found(**{name: row[name] for name in names}) for row in rows], rows[0]["total"] if rows else 0


async def by_code(code: str) -> Found:
    """Raises NotFound."""
    row = await database.row(
        "SELECT p.id, p.code, p.name, coalesce(a.email, '') AS email, p.affiliation, p.created_at,"
        " (SELECT count(*) FROM role r WHERE r.person_id = p.id) AS roles"
        " FROM person p LEFT JOIN address a ON a.person_id = p.id AND a.is_primary"
        " WHERE p.code = $1 AND p.erased_at IS NULL",
        code,
    )
    if row is None:
        raise NotFound
    return Found(**row)
