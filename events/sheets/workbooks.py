"""A workbook (XLSX, ISO/IEC 29500) read as rows of text, a piece at a time and inside bounds. Pure.

What is inside is counted while it is unpacked, whatever the archive says of itself, and cells are kept by the row they
stand in: one cell at XFD1048576 costs one cell (docs/decisions/0010).
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from events.core.locales import _
from events.sheets.tables import MOST_COLUMNS, MOST_ROWS, Fault, Raw, Unknown

MOST_BYTES = 64 * 1024 * 1024
"""Unpacked, all that is read together."""
MOST_FILES = 1_000
MOST_CELLS = 1_000_000
_SHEETS = 20
_PIECE = 1 << 16


def read(data: bytes) -> list[Raw]:
    """The sheets of a workbook. Raises Unknown."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _Workbook(archive).sheets()
    except (zipfile.BadZipFile, zlib.error, ExpatError, EOFError, OSError, NotImplementedError, RuntimeError):
        raise Unknown(_("This workbook is damaged. Save it again as XLSX, or as CSV.")) from None


class _Workbook:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = {one.filename.lstrip("/") for one in archive.infolist()}
        self.left = MOST_BYTES
        self.cells = 0
        if len(self.names) > MOST_FILES:
            raise _too_large()

    def sheets(self) -> list[Raw]:
        if "xl/workbook.xml" not in self.names:
            raise Unknown(_("This is an archive, but no workbook. Save it as XLSX, or as CSV."))
        book = _Book()
        self._parse("xl/workbook.xml", book)
        targets = _Relations()
        self._parse("xl/_rels/workbook.xml.rels", targets)
        strings, styles = _Strings(), _Styles()
        for name, handler in (("xl/sharedStrings.xml", strings), ("xl/styles.xml", styles)):
            if name in self.names:
                self._parse(name, handler)
        found = []
        for name, relation in book.sheets[:_SHEETS]:
            path = targets.found.get(relation, "")
            path = path.lstrip("/") if path.startswith("/") else posixpath.normpath(f"xl/{path}")
            if path not in self.names:
                continue
            sheet = _Sheet(name, strings.texts, styles.kinds, book.epoch, MOST_CELLS - self.cells)
            self._parse(path, sheet)
            self.cells += sheet.count
            found.append(Raw(name, sheet.read(), sheet.faults))
        return found

    def _parse(self, name: str, handler: Any) -> None:
        """Feed a part of the archive to a handler, counting what comes out."""
        parser = ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, values: handler.start(_local(tag), values)
        parser.EndElementHandler = lambda tag: handler.end(_local(tag))
        parser.CharacterDataHandler = handler.text
        parser.StartDoctypeDeclHandler = _refuse
        try:
            stream = self.archive.open(name)
        except KeyError:
            stream = self.archive.open(f"/{name}")
        with stream:
            while piece := stream.read(_PIECE):
                self.left -= len(piece)
                if self.left < 0:
                    raise _too_large()
                parser.Parse(piece, False)
            parser.Parse(b"", True)


def _refuse(*_declared: object) -> None:
    """No part of a workbook declares a document type; entities that grow are declared in one."""
    raise Unknown(_("This workbook is damaged. Save it again as XLSX, or as CSV."))


def _too_large() -> Unknown:
    words = _("This workbook is too large: %(rows)s rows of %(columns)s columns are the most. Save a part of it.")
    return Unknown(words % {"rows": f"{MOST_ROWS:,}", "columns": MOST_COLUMNS})


def _local(tag: str) -> str:
    return tag.rpartition(" ")[2]


class _Book:
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.epoch = date(1899, 12, 30)

    def start(self, tag: str, values: dict[str, str]) -> None:
        if tag == "sheet":
            relation = next((value for name, value in values.items() if name.endswith("relationships id")), "")
            self.sheets.append((values.get("name", ""), relation))
        elif tag == "workbookPr" and values.get("date1904") in ("1", "true"):
            self.epoch = date(1904, 1, 1)

    def end(self, tag: str) -> None: ...
    def text(self, text: str) -> None: ...


class _Relations:
    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def start(self, tag: str, values: dict[str, str]) -> None:
        if tag == "Relationship" and values.get("Type", "").endswith("/worksheet"):
            self.found[values.get("Id", "")] = values.get("Target", "")

    def end(self, tag: str) -> None: ...
    def text(self, text: str) -> None: ...


class _Strings:
    """The shared strings; what is written above letters (rPh) is not part of them."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.pieces: list[str] = []
        self.inside = False
        self.above = 0

    def start(self, tag: str, values: dict[str, str]) -> None:
        if tag == "si":
            self.pieces = []
        elif tag == "rPh":
            self.above += 1
        self.inside = tag == "t" and not self.above

    def end(self, tag: str) -> None:
        self.inside = False
        if tag == "rPh":
            self.above -= 1
        elif tag == "si":
            self.texts.append(_unescaped("".join(self.pieces)))

    def text(self, text: str) -> None:
        if self.inside:
            self.pieces.append(text)


_DATES = {*range(14, 18), *range(27, 37), 22, *range(50, 59)}
_TIMES = {*range(18, 22), 45, 46, 47}


class _Styles:
    """kinds: by style, whether its number is a day, a time of day or just a number."""

    def __init__(self) -> None:
        self.formats: dict[str, str] = {}
        self.kinds: list[str] = []
        self.inside = False

    def start(self, tag: str, values: dict[str, str]) -> None:
        if tag == "numFmt":
            self.formats[values.get("numFmtId", "")] = values.get("formatCode", "")
        elif tag == "cellXfs":
            self.inside = True
        elif tag == "xf" and self.inside:
            self.kinds.append(self._kind(values.get("numFmtId", "0")))

    def end(self, tag: str) -> None:
        self.inside = self.inside and tag != "cellXfs"

    def text(self, text: str) -> None: ...

    def _kind(self, number: str) -> str:
        code = self.formats.get(number)
        if code is None:
            return (
                "day" if number.isdecimal() and int(number) in _DATES else "time" if number in map(str, _TIMES) else ""
            )
        plain = re.sub(r'"[^"]*"|\\.|\[[^\]hms]*\]|_.|\*.', "", code.lower()).partition(";")[0]
        if re.search("[yd]", plain):
            return "day"
        return "time" if re.search("[hs]", plain) else ""


class _Sheet:
    """One sheet, row by row. Faults name the cells that have nothing to read."""

    def __init__(self, name: str, strings: list[str], kinds: list[str], epoch: date, most: int) -> None:
        self.name, self.strings, self.kinds, self.epoch, self.most = name, strings, kinds, epoch, most
        self.rows: dict[int, dict[int, str]] = {}
        self.faults: list[Fault] = []
        self.row = self.column = self.count = 0
        self.type = self.style = ""
        self.value: list[str] = []
        self.inside = self.formula = False
        self.above = 0

    def start(self, tag: str, values: dict[str, str]) -> None:
        if tag == "row":
            self.row = _number(values.get("r"), self.row + 1)
            self.column = 0
        elif tag == "c":
            found = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", values.get("r", ""))
            self.column = _column(found[1]) if found else self.column + 1
            self.row = int(found[2]) if found else self.row
            self.type, self.style = values.get("t", "n"), values.get("s", "0")
            self.value, self.formula = [], False
        elif tag == "f":
            self.formula = True
        elif tag == "rPh":
            self.above += 1
        elif tag == "mergeCell":
            self._merged(values.get("ref", ""))
        self.inside = tag in ("v", "t") and not self.above

    def end(self, tag: str) -> None:
        self.inside = False
        if tag == "rPh":
            self.above -= 1
        elif tag == "c":
            self._keep()

    def text(self, text: str) -> None:
        if self.inside:
            self.value.append(text)

    def read(self) -> list[tuple[int, list[str]]]:
        return [
            (number, [cells.get(place, "") for place in range(1, max(cells) + 1)])
            for number, cells in sorted(self.rows.items())
        ]

    def _keep(self) -> None:
        said = "".join(self.value)
        if not said:
            if self.formula:
                words = _("A formula without its result. Open the file in a spreadsheet, and save it again.")
                self._fault("error", words)
            return
        self.count += 1
        if (
            self.count > self.most
            or self.column > MOST_COLUMNS
            or (self.row not in self.rows and len(self.rows) > MOST_ROWS)
        ):
            raise _too_large()
        self.rows.setdefault(self.row, {})[self.column] = self._text(said)

    def _text(self, said: str) -> str:
        if self.type == "s":
            return self.strings[int(said)] if said.isdecimal() and int(said) < len(self.strings) else ""
        if self.type in ("inlineStr", "str"):
            return _unescaped(said)
        if self.type == "b":
            return "yes" if said == "1" else "no"
        if self.type == "e":
            self._fault("error", _("A formula that could not be calculated. Write its value."), said)
            return ""
        if self.type == "d":
            return said.partition("T")[0] if said.endswith("T00:00:00") else said.replace("T", " ")
        kind = self.kinds[int(self.style)] if self.style.isdecimal() and int(self.style) < len(self.kinds) else ""
        return _of_number(said, kind, self.epoch)

    def _merged(self, where: str) -> None:
        found = re.fullmatch(r"[A-Z]{1,3}([0-9]{1,7}):[A-Z]{1,3}[0-9]{1,7}", where)
        words = _("The cells %(cells)s are merged; only the first one has a value. Split them, and fill each row.")
        line = int(found[1]) if found else 0
        if len(self.faults) < MOST_ROWS:
            self.faults.append(Fault("error", self.name, line, "", where, words % {"cells": where}))

    def _fault(self, level: str, words: str, value: str = "") -> None:
        if len(self.faults) < MOST_ROWS:
            self.faults.append(Fault(level, self.name, self.row, _letters(self.column), value, words))


def _of_number(said: str, kind: str, epoch: date) -> str:
    """A number as people write it: 45, 0.5, 2026-07-09, 09:30, 2026-07-09 09:30."""
    try:
        value = float(said)
    except ValueError:
        return said
    if kind and 0 <= value < 2_900_000:
        minutes = round(value * 1440)
        at = datetime.combine(epoch, datetime.min.time()) + timedelta(minutes=minutes)
        if kind == "time" or minutes < 1440:
            return f"{at:%H:%M}"
        return f"{at:%Y-%m-%d}" if minutes % 1440 == 0 else f"{at:%Y-%m-%d %H:%M}"
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else said


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) <= 7 else otherwise


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(number: int) -> str:
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def _unescaped(text: str) -> str:
    """A character that XML has no room for is written _x000D_ (ST_Xstring, 22.9.2.19)."""
    if "_x" not in text:
        return text
    decode: Callable[[re.Match[str]], str] = lambda found: chr(int(found[1], 16))  # noqa: E731
    return _ESCAPED.sub(decode, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
