"""The association's roster as a CSV file, read row by row with what is wrong in it. Pure.

    number,email,kind,valid_from,valid_to,division
    M001234,ada@example.org,member,2026-01-01,2026-12-31,
    M001234,ada@example.org,member,2026-01-01,2026-12-31,public-libraries

A row without a division is the membership of the association, one with a division (its address, name or short name)
the membership in that. A number comes once for each.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from events.core.errors import Unreadable
from events.core.locales import _
from events.people import addresses, forms

LARGEST = 4 * 1024 * 1024
"""Bytes of a file; some 50,000 rows."""

MOST_ERRORS = 5_000
"""Wrong cells after which a file is taken for another one; nobody corrects so many by hand."""

KINDS = ("member", "student", "retired")
COLUMNS = ("number", "email", "kind", "valid_from", "valid_to")
_ALSO_CALLED = {
    "e-mail": "email",
    "mail": "email",
    "e-mail address": "email",
    "email address": "email",
    "membership number": "number",
    "member number": "number",
    "type": "kind",
    "from": "valid_from",
    "to": "valid_to",
    "through": "valid_to",
    "unit": "division",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One good row. unit: the division's id, or None. valid_to is included."""

    line: int
    number: str
    email: str
    kind: str
    valid_from: date
    valid_to: date
    unit: int | None


@dataclass(frozen=True, slots=True)
class RowError:
    """line: in the file, from 1. value: what stands there, cut to what a page can show."""

    line: int
    column: str
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Roster:
    """A file as it was read; encoding: how its letters were understood."""

    rows: list[Row]
    errors: list[RowError]
    encoding: str

    @property
    def lines(self) -> int:
        return len(self.rows) + len({error.line for error in self.errors})


@dataclass(slots=True)
class _Line:
    """The cells of one line on their way to a Row, gathering what is wrong with them."""

    number: int
    cells: Mapping[str, str]
    errors: list[RowError] = field(default_factory=list)

    def wrong(self, column: str, words: str) -> None:
        self.errors.append(RowError(self.number, column, self.cells.get(column, "")[:80], words))

    def day(self, column: str) -> date:
        try:
            return date.fromisoformat(self.cells[column])
        except ValueError:
            self.wrong(column, _("Write days as year-month-day, for example 2026-12-31."))
            return date.min


def read(data: bytes, divisions: Mapping[str, int]) -> Roster:
    """Read a file. divisions: ids by slug, name and short name, in small letters.

    UTF-8 with or without its mark, UTF-16 with one, else Windows-1252; commas, semicolons or tabs; any line ends.
    Raises Unreadable at `file` when nothing can be read at all.
    """
    if len(data) > LARGEST:
        words = _("The file has more than %(limit)s MB. Split it, or leave out what has ended.")
        raise Unreadable({"file": words % {"limit": LARGEST // 1024 // 1024}})
    text, encoding = _decode(data)
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    records = _records(text, delimiter)
    header = [_column(cell) for cell in records[0][1]] if records else []
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        words = _("The first line has to name the columns. Missing: %(columns)s.")
        raise Unreadable({"file": words % {"columns": ", ".join(missing)}})
    return _read_rows(records[1:], header, divisions, encoding)


def _read_rows(
    records: list[tuple[int, list[str]]], header: list[str], divisions: Mapping[str, int], encoding: str
) -> Roster:
    rows: list[Row] = []
    errors: list[RowError] = []
    seen: dict[tuple[str, int | None], int] = {}
    for number, cells in records:
        line = _Line(number, {name: " ".join(cell.split()) for name, cell in zip(header, cells, strict=False)})
        if not any(line.cells.values()):
            continue
        row = _read_row(line, divisions)
        if row is not None:
            before = seen.setdefault((row.number, row.unit), number)
            if before != number:
                line.wrong("number", _("This number was in line %(line)s already.") % {"line": before})
                row = None
        errors += line.errors
        if len(errors) > MOST_ERRORS:
            words = _("More than %(count)s cells are wrong by line %(line)s. Is it another file? The first: %(reason)s")
            raise Unreadable({"file": words % {"count": f"{MOST_ERRORS:,}", "line": number, "reason": errors[0].words}})
        if row is not None:
            rows.append(row)
    return Roster(rows, errors, encoding)


def _read_row(line: _Line, divisions: Mapping[str, int]) -> Row | None:
    missing = [column for column in COLUMNS if not line.cells.get(column)]
    for column in missing:
        line.wrong(column, _("This cell is empty."))
    if missing:
        return None
    number = ""
    try:
        number = forms.membership_number(line.cells)
    except Unreadable as error:
        line.wrong("number", error.errors["number"])
    email = ""
    try:
        email = addresses.read(line.cells["email"])
    except Unreadable as error:
        line.wrong("email", error.errors["email"])
    kind = line.cells["kind"].lower()
    if kind not in KINDS:
        line.wrong("kind", _("The kind is one of: %(kinds)s.") % {"kinds": ", ".join(KINDS)})
    starts, ends = line.day("valid_from"), line.day("valid_to")
    if not line.errors and ends < starts:
        line.wrong("valid_to", _("This membership ends before it begins."))
    division = line.cells.get("division", "").lower()
    if division and division not in divisions:
        line.wrong("division", _("There is no unit by this name."))
    if line.errors:
        return None
    return Row(line.number, number, email, kind, starts, ends, divisions[division] if division else None)


def _decode(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), "UTF-16"
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), "Windows-1252"


def _records(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Each record with the line it begins on; a quoted cell may hold line ends. Raises Unreadable."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    records: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in lines:
            if any(cell.strip() for cell in cells):
                records.append((begins, cells))
            begins = lines.line_num + 1
    except csv.Error as error:
        words = _("This is no CSV file: line %(line)s cannot be read (%(reason)s).")
        raise Unreadable({"file": words % {"line": begins, "reason": error}}) from None
    return records


def _column(cell: str) -> str:
    name = " ".join(cell.replace("_", " ").lower().split())
    return _ALSO_CALLED.get(name, name.replace(" ", "_"))
