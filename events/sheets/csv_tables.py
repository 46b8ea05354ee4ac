"""CSV, read and written: UTF-8 with a mark, commas; semicolons, tabs and old encodings are understood too. Pure."""

import csv
import io
from collections.abc import Iterator

from events.core.locales import _
from events.sheets import tables
from events.sheets.tables import Raw, Table, Unknown

_LONGEST = 1_000_000


def read(data: bytes, name: str) -> Raw:
    """The rows of a file. name: the file's, without what stands behind its dot. Raises Unknown."""
    text = _decoded(data)
    first = text.lstrip("\r\n\ufeff").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(_LONGEST)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in lines:
            if any(cells):
                rows.append((begins, cells))
            if len(rows) > tables.MOST_ROWS + 1 or len(cells) > tables.MOST_COLUMNS:
                words = _("This file has more than %(rows)s rows or %(columns)s columns. Split it.")
                most = {"rows": f"{tables.MOST_ROWS:,}", "columns": tables.MOST_COLUMNS}
                raise Unknown(words % most)
            begins = lines.line_num + 1
    except csv.Error as error:
        words = _("This is no CSV file: line %(line)s cannot be read (%(reason)s).")
        raise Unknown(words % {"line": begins, "reason": error}) from None
    return Raw(name, rows)


def write(table: Table) -> Iterator[bytes]:
    """A file a few hundred rows at a time."""
    out = io.StringIO(newline="")
    out.write("\ufeff")
    writer = csv.writer(out)
    for number, row in enumerate(tables.write(table)):
        writer.writerow(row)
        if number % 200 == 199:
            yield out.getvalue().encode("utf-8", "replace")
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode("utf-8", "replace")


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
