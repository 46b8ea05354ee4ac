"""The units of the association as a tree: read whole (a few hundred rows), or one and all below it."""

import re
import unicodedata
from dataclasses import dataclass

import asyncpg

from events.core import database
from events.core.errors import NotFound, Unreadable
from events.core.locales import _, lazy

KINDS = {
    "association": lazy("Association"),
    "division": lazy("Division"),
    "round_table": lazy("Round table"),
    "committee": lazy("Committee"),
    "chapter": lazy("Chapter"),
    "office": lazy("Office"),
    "outside": lazy("Outside group"),
}


@dataclass(frozen=True, slots=True)
class UnitRow:
    """depth: 0 for a root, in the order of a tree read from the top."""

    id: int
    parent_id: int | None
    slug: str
    name: str
    short_name: str
    kind: str
    depth: int


_TREE = """
WITH RECURSIVE tree AS (
    SELECT u.*, 0 AS depth, ARRAY[lower(name), slug] AS path FROM unit u WHERE parent_id IS NULL
    UNION ALL
    SELECT u.*, depth + 1, path || ARRAY[lower(u.name), u.slug] FROM tree JOIN unit u ON u.parent_id = tree.id
)
SELECT id, parent_id, slug, name, short_name, kind, depth FROM tree ORDER BY path
"""


async def tree() -> list[UnitRow]:
    """Every unit, each before those below it, siblings by name."""
    return [UnitRow(**row) for row in await database.rows(_TREE)]


async def by_slug(slug: str) -> UnitRow:
    """Raises NotFound. `depth` is 0: it is counted only in `tree`."""
    row = await database.row(
        "SELECT id, parent_id, slug, name, short_name, kind, 0 AS depth FROM unit WHERE slug = $1", slug
    )
    if row is None:
        raise NotFound
    return UnitRow(**row)


async def subtree(unit: int) -> frozenset[int]:
    """The unit and every one below it."""
    found = await database.rows(
        "WITH RECURSIVE below AS (SELECT id FROM unit WHERE id = $1"
        " UNION SELECT u.id FROM below b JOIN unit u ON u.parent_id = b.id) SELECT id FROM below",
        unit,
    )
    return frozenset(row["id"] for row in found)


class UnitCycle(Unreadable):
    def __init__(self) -> None:
        super().__init__({"parent": _("A unit cannot lie below itself or below one of its own parts.")})


class SlugTaken(Unreadable):
    def __init__(self) -> None:
        super().__init__({"slug": _("Another unit has this address already. Choose a different one.")})


async def create(name: str, short_name: str, slug: str, kind: str, parent: int | None) -> int:
    """Raises SlugTaken."""
    made: int | None = await database.value(
        "INSERT INTO unit (name, short_name, slug, kind, parent_id) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (slug) DO NOTHING RETURNING id",
        name,
        short_name,
        slug,
        kind,
        parent,
    )
    if made is None:
        raise SlugTaken
    return made


async def change(unit: int, name: str, short_name: str, slug: str, kind: str, parent: int | None) -> None:
    """Change a unit or hang it somewhere else, with all below it. Raises UnitCycle, SlugTaken."""
    try:
        async with database.transaction():
            await database.execute("SELECT pg_advisory_xact_lock(hashtext('unit tree'))")
            if parent in await subtree(unit):
                raise UnitCycle
            await database.execute(
                "UPDATE unit SET name = $2, short_name = $3, slug = $4, kind = $5, parent_id = $6 WHERE id = $1",
                unit,
                name,
                short_name,
                slug,
                kind,
                parent,
            )
    except asyncpg.UniqueViolationError:
        raise SlugTaken from None


def slug_of(name: str) -> str:
    """An address made of a name: "Bücher & Medien" gives bucher-medien."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
