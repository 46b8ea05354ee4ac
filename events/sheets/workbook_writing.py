"""A workbook (XLSX) of our sheets: headings that stay, days as days, numbers as numbers, and no formula. Pure."""

import io
import re
from collections.abc import Sequence
from datetime import date, time

import xlsxwriter

from events.core.wall_time import read_clock, read_day
from events.sheets import tables
from events.sheets.columns import COLUMNS
from events.sheets.tables import LONGEST_CELL, Table

_WIDEST = 60


def write(sheets: Sequence[Table]) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        plain = book.add_format({"valign": "top", "num_format": "@"})
        long = book.add_format({"valign": "top", "num_format": "@", "text_wrap": False})
        number = book.add_format({"valign": "top"})
        day = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"})
        clock = book.add_format({"valign": "top", "num_format": "hh:mm"})
        for table in sheets:
            columns = {column.name: column for column in COLUMNS[table.name]}
            sheet = book.add_worksheet(table.name)
            rows = tables.write(table, LONGEST_CELL)
            headings = [re.sub(r" \([0-9]\)$", "", heading) for heading in rows[0]]
            for place, heading in enumerate(headings):
                sheet.set_column(place, place, min(columns[heading].width, _WIDEST))
            sheet.freeze_panes(1, 2)
            if len(rows) > 1:
                sheet.autofilter(0, 0, len(rows) - 1, len(headings) - 1)
            for place, cell in enumerate(rows[0]):
                sheet.write_string(0, place, cell, bold)
            for line, row in enumerate(rows[1:], 1):
                for place, cell in enumerate(row):
                    if not cell:
                        continue
                    heading = headings[place]
                    if columns[heading].number and re.fullmatch("[0-9]{1,7}", cell):
                        sheet.write_number(line, place, int(cell), number)
                    elif heading in ("day", "last day") and (on := _exact_day(cell)):
                        sheet.write_datetime(line, place, on, day)
                    elif heading in ("start", "end") and (at := _exact_clock(cell)):
                        sheet.write_datetime(line, place, at, clock)
                    else:
                        sheet.write_string(line, place, cell, long if len(cell) > 80 else plain)
    return out.getvalue()


def _exact_day(cell: str) -> date | None:
    found = read_day(cell)
    return found if found and found.isoformat() == cell else None


def _exact_clock(cell: str) -> time | None:
    found = read_clock(cell)
    return found if found is not None and f"{found:%H:%M}" == cell else None
