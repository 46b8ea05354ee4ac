"""Workbooks for tests, with what is wrong in them put in by hand."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence

import xlsxwriter


def book(rows: Sequence[Sequence[object]], name: str = "Sessions", **more: Sequence[Sequence[object]]) -> bytes:
    """A workbook as a spreadsheet saves it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as made:
        for title, content in {name: rows, **more}.items():
            sheet = made.add_worksheet(title)
            for line, row in enumerate(content):
                sheet.write_row(line, 0, row)
    return out.getvalue()


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            content = old.read(one)
            new.writestr(one.filename, change(content) if one.filename == part else content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def with_rows(data: bytes, rows: str) -> bytes:
    """With more rows at the end of its first sheet, as XML."""
    return changed(data, SHEET, lambda xml: xml.replace(b"</sheetData>", rows.encode() + b"</sheetData>"))


def without(data: bytes, pattern: str) -> bytes:
    return changed(data, SHEET, lambda xml: re.sub(pattern.encode(), b"", xml))
