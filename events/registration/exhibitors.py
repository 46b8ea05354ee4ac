"""Who has a stand at an event: a list that a registrar pastes and keeps."""

import csv
from dataclasses import dataclass

from events.catalogue.fields import read_address
from events.core import database
from events.core.errors import NotFound, Unreadable
from events.core.locales import _

PAGE = 50
LARGEST = 1000
"""Booths of one stand."""
MOST = 2000
"""Lines of one list."""


@dataclass(frozen=True, slots=True)
class Exhibitor:
    name: str
    email: str
    booth: str
    size: int
    id: int = 0


def read(text: str) -> list[Exhibitor]:
    """Name, e-mail, booth, size in booths: a line each, with tabs, semicolons or commas between.

    Raises Unreadable with every line that is wrong, by its number.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    wrong, found = [], []
    for number, line in lines[:MOST]:
        mark = next((mark for mark in "\t;" if mark in line), ",")
        cells = [" ".join(cell.split()) for cell in next(csv.reader([line], delimiter=mark))]
        name, email, booth, size = (*cells, "", "", "", "")[:4]
        if number == lines[0][0] and len(lines) > 1 and "@" not in email and not size.isdecimal():
            continue  # a heading
        try:
            found.append(_exhibitor(name, email, booth, size))
        except ValueError as error:
            wrong.append(_("Line %(number)s: %(words)s") % {"number": number, "words": error})
    if len(lines) > MOST:
        wrong.append(_("At most %(most)s lines at once.") % {"most": MOST})
    if not found and not wrong:
        wrong.append(_("Write at least one line."))
    if wrong:
        raise Unreadable({"list": " ".join(wrong[:10])})
    return found


def _exhibitor(name: str, email: str, booth: str, size: str) -> Exhibitor:
    """Raises ValueError with words."""
    if len(name) < 2:
        raise ValueError(_("The name is missing."))
    address = str(read_address(email)).lower()
    if size and not (size.isdecimal() and 1 <= int(size[:6]) <= LARGEST):
        raise ValueError(_("The size is a number of booths from 1."))
    return Exhibitor(name[:200], address, booth[:60], int(size or 1))


async def add(event_id: int, many: list[Exhibitor]) -> tuple[int, int]:
    """Write them; one of a name that is there already is brought up to date. Returns how many were new, and changed."""
    rows = await database.rows(
        "INSERT INTO exhibitor (event_id, name, email, booth, size)"
        " SELECT DISTINCT ON (lower(name)) $1::int, name, email, booth, size"
        " FROM unnest($2::text[], $3::text[], $4::text[], $5::int[]) t (name, email, booth, size)"
        " ON CONFLICT (event_id, lower(name)) DO UPDATE SET email = excluded.email, booth = excluded.booth,"
        " size = excluded.size RETURNING xmax = 0 AS fresh",
        event_id,
        [one.name for one in many],
        [one.email for one in many],
        [one.booth for one in many],
        [one.size for one in many],
    )
    new = sum(row["fresh"] for row in rows)
    return new, len(rows) - new


async def search(event_id: int, words: str, page: int) -> tuple[list[Exhibitor], int]:
    """A page by name, and how many there are."""
    rows = await database.rows(
        "SELECT id, name, email, booth, size, count(*) OVER () AS found FROM exhibitor WHERE event_id = $1"
        " AND ($2 = '' OR strpos(lower(concat_ws(' ', name, email, booth)), lower($2)) > 0)"
        " ORDER BY lower(name), id LIMIT $3 OFFSET $4",
        event_id,
        words,
        PAGE,
        (page - 1) * PAGE,
    )
    found = [Exhibitor(row["name"], row["email"], row["booth"], row["size"], row["id"]) for row in rows]
    return found, rows[0]["found"] if rows else 0


async def take_away(event_id: int, exhibitor: int) -> None:
    """Raises NotFound, Unreadable for one that was given places."""
    done = await database.execute(
        "DELETE FROM exhibitor WHERE id = $1 AND event_id = $2"
        " AND NOT EXISTS (SELECT FROM allotted WHERE exhibitor_id = $1)",
        exhibitor,
        event_id,
    )
    if done:
        return
    if await database.value(
        "SELECT EXISTS (SELECT FROM exhibitor WHERE id = $1 AND event_id = $2)", exhibitor, event_id
    ):
        raise Unreadable({f"exhibitor-{exhibitor}": _("Places were given to it; take its code back instead.")})
    raise NotFound
