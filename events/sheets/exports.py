"""A draft as files: its sessions, people and rooms as CSV, or all of them as one workbook."""

import asyncio
from collections.abc import Iterator

from events.sheets import csv_tables, draft, workbook_writing
from events.sheets.columns import (
    COLUMNS,
    EMAIL,
    OF_REQUEST,
    OF_SESSION,
    OF_SLOT,
    PEOPLE,
    PERSON_COLUMNS,
    ROOM_COLUMNS,
    ROOMS,
    SESSIONS,
)
from events.sheets.draft import Draft, text_of
from events.sheets.tables import Table

_NO_SLOT = {column.name: "" for column in OF_SLOT}


async def workbook(event_id: int, *, emails: bool, units: frozenset[int] | None = None) -> bytes:
    """All three sheets. emails: whether people's addresses are in it; units: only what these have a part in."""
    now = await draft.load(event_id, units)
    return await asyncio.to_thread(workbook_writing.write, sheets(now, emails=emails))


async def csv(event_id: int, sheet: str, *, emails: bool, units: frozenset[int] | None = None) -> Iterator[bytes]:
    """One sheet, a piece at a time."""
    now = await draft.load(event_id, units)
    return csv_tables.write(next(table for table in sheets(now, emails=emails) if table.name == sheet))


def sheets(now: Draft, *, emails: bool) -> list[Table]:
    """A draft as tables; a session with several times has a row for each, which says everything again. Pure."""
    people = [column for column in PERSON_COLUMNS if emails or column is not EMAIL]
    return [
        _table(SESSIONS, _sessions(now)),
        _table(PEOPLE, (text_of(people, one.values) for one in now.people.values()), [one.name for one in people]),
        _table(ROOMS, (text_of(ROOM_COLUMNS, one.values) for one in now.rooms.values())),
    ]


def _table(name: str, rows: Iterator[dict[str, str]], columns: list[str] | None = None) -> Table:
    named = columns or [column.name for column in COLUMNS[name]]
    return Table(name, named, list(enumerate(rows, 2)))


def _sessions(now: Draft) -> Iterator[dict[str, str]]:
    for one in now.sessions.values():
        said = {"code": one.code} | text_of((*OF_SESSION, *OF_REQUEST), one.values)
        for cells in [slot.cells for slot in one.slots] or [_NO_SLOT]:
            yield said | cells
