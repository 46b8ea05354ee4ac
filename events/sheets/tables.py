"""A sheet as rows of text under headings, whatever file it came from: which it is, and its columns. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from events.core.locales import _
from events.sheets.cells import guard, unguard
from events.sheets.columns import COLUMNS, PEOPLE, ROOMS, SESSIONS, heading
from events.sheets.kinds import Column

MOST_ROWS = 20_000
MOST_COLUMNS = 300
LONGEST_CELL = 32_000
"""Letters of a workbook's cell (Excel takes 32,767); what is longer goes on in “description (2)”."""


class Unknown(Exception):
    """A file, or a sheet of it, that is none of ours; its text says why, in words."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file. level: error (the row cannot be taken) or warning; line 0: the sheet as a whole.

    value   what stands in the cell, cut to what a page can show
    """

    level: str
    sheet: str
    line: int
    column: str
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Raw:
    """A sheet as a file has it. rows: (line, cells); faults: cells that have no value to read."""

    name: str
    rows: Sequence[tuple[int, Sequence[str]]]
    faults: Sequence[Fault] = ()


@dataclass(slots=True)
class Table:
    """One of our sheets: its rows as (line, {column: text}). columns: those that the file has."""

    name: str
    columns: list[str]
    rows: list[tuple[int, dict[str, str]]]
    faults: list[Fault] = field(default_factory=list)


def read(raws: Sequence[Raw]) -> list[Table]:
    """Our sheets among those of a file. Raises Unknown when there is none of them."""
    found: list[Table] = []
    others: list[str] = []
    for raw in raws:
        rows = [(line, cells) for line, cells in raw.rows if any(cell.strip() for cell in cells)]
        name = _name_of(raw.name, rows[0][1]) if rows else ""
        if name and name not in {table.name for table in found}:
            found.append(_table(name, raw, rows))
        elif rows:
            others.append(raw.name)
    if not found:
        raise Unknown(_none(raws, others))
    for name in others:
        words = _("This sheet is none of Sessions, People and Rooms; it is left out.")
        found[0].faults.append(Fault("warning", name, 0, "", "", words))
    return found


def _none(raws: Sequence[Raw], others: Sequence[str]) -> str:
    if not others:
        return _("There is nothing in this file.")
    names = ", ".join(f"“{name}”" for name in others if name)[:300]
    words = _(
        "The first line has to name the columns: “title” for sessions; “name” and “affiliation” or “biography” for"
        " people; “name” and “capacity” or “building” for rooms."
    )
    if not names:
        return words
    said = _("A workbook’s sheets are called Sessions, People and Rooms; this one has %(names)s.") % {"names": names}
    return f"{said} {words}"


def _name_of(given: str, headings: Sequence[str]) -> str:
    """Which sheet: by its name, or else by its headings."""
    by_name = given.strip().lower()
    titles = {heading(cell) for cell in headings}
    if "title" in titles:
        return SESSIONS
    if "name" in titles:
        if by_name == "people" or titles & {"affiliation", "biography", "bio", "e mail", "email"}:
            return PEOPLE
        if by_name == "rooms" or titles & {"capacity", "building", "venue", "kind", "step free"}:
            return ROOMS
    of_sessions = {heading(column.name) for column in COLUMNS[SESSIONS][1:]}
    return SESSIONS if "code" in titles and titles & of_sessions else ""


def _table(name: str, raw: Raw, rows: Sequence[tuple[int, Sequence[str]]]) -> Table:
    named: dict[str, Column] = {}
    for known in COLUMNS[name]:
        named |= {heading(also): known for also in (known.name, *known.also)}
    faults = list(raw.faults)
    line, first = rows[0]
    places: dict[str, list[int]] = {}
    for place, cell in enumerate(first):
        plain = heading(cell)
        more = re.fullmatch(r"(.+) \(([2-9])\)", plain)
        column: Column | None = named.get(more[1] if more else plain)
        if column is None:
            if plain:
                words = _("There is no such column; it is left out.")
                faults.append(Fault("warning", name, line, cell[:80], "", words))
        elif column.name in places and not more:
            faults.append(Fault("error", name, line, cell[:80], "", _("This column is there twice.")))
        else:
            places.setdefault(column.name, []).append(place)
    if len(rows) - 1 > MOST_ROWS:
        words = _("This sheet has %(count)s rows; %(most)s are the most. Split it.")
        said = words % {"count": f"{len(rows) - 1:,}", "most": f"{MOST_ROWS:,}"}
        faults.append(Fault("error", name, 0, "", "", said))
        rows = rows[:1]
    read = [
        (
            number,
            {
                title: unguard("".join(cells[place] for place in where if place < len(cells)))
                for title, where in places.items()
            },
        )
        for number, cells in rows[1:]
    ]
    return Table(name, list(places), read, faults)


def write(table: Table, longest: int | None = None) -> list[list[str]]:
    """Headings and rows, guarded. longest: letters a cell may have; what is longer goes on in columns of its own."""
    rows = [[guard(cells.get(column, "")) for column in table.columns] for _line, cells in table.rows]
    headings = list(table.columns)
    if longest is None:
        return [headings, *rows]
    for place in reversed(range(len(headings))):
        most = max((len(row[place]) for row in rows), default=0)
        pieces = -(-most // longest)
        if pieces > 1:
            name = headings[place]
            headings[place : place + 1] = [name, *(f"{name} ({n})" for n in range(2, pieces + 1))]
            for row in rows:
                text = row[place]
                row[place : place + 1] = [text[n * longest : (n + 1) * longest] for n in range(pieces)]
    return [headings, *rows]
