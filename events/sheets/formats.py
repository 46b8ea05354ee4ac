"""What a file is, by what is in it and never by its name: a programme, or our sheets. Pure."""

import json
import re
from collections.abc import Sequence

from events.core.locales import _
from events.schedule import frab
from events.schedule.frab import Programme
from events.schedule.frab_xml import MAX_BYTES, NotReadable
from events.sheets import csv_tables, pretalx, tables, workbooks
from events.sheets.tables import Table, Unknown

_OTHERS = (
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
    (b"{\\rtf", "RTF"),
)
_MARK = b"\xef\xbb\xbf"


def read(data: bytes, name: str, timezone: str) -> Programme | list[Table]:
    """What a file says. timezone: of times that name none. Raises Unknown, with words for who chose the file."""
    if not data.strip(b"\0 \r\n\t"):
        raise Unknown(_("This file is empty."))
    if len(data) > MAX_BYTES:
        raise Unknown(_("This file is larger than %(limit)s MB.") % {"limit": MAX_BYTES // 1024 // 1024})
    if data.startswith(b"PK\x03\x04"):
        return tables.read(workbooks.read(data))
    for start, kind in _OTHERS:
        if data.startswith(start):
            raise Unknown(_other(kind))
    first = data.removeprefix(_MARK).lstrip()[:1]
    try:
        if first == b"<":
            return frab.read(data, timezone)
        if first in (b"{", b"["):
            return _of_json(data, timezone)
    except NotReadable as error:
        where = _("Line %(line)s: ") % {"line": error.line} if error.line else ""
        raise Unknown(_("This file cannot be read. %(where)s%(why)s.") % {"where": where, "why": error.why}) from None
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unknown(_("This is neither text nor a workbook. Choose a CSV, XLSX, XML or JSON file."))
    return tables.read([csv_tables.read(data, re.sub(r"\.[^.]*$", "", name))])


def _other(kind: str) -> str:
    if kind == "XLS":
        return _("This is an old or a locked Excel file. Save it as XLSX without a password, or as CSV.")
    words = _("This is a %(kind)s file. Choose a CSV, XLSX, XML or JSON file.")
    return words % {"kind": kind}


def _of_json(data: bytes, timezone: str) -> Programme:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotReadable(_("it is not UTF-8"), data[: error.start].count(b"\n") + 1) from None
    if text.count("{") + text.count("[") > _MOST_HOLDERS:
        raise NotReadable(_("it has too many objects and lists"))
    try:
        whole = json.loads(text)
    except RecursionError:
        raise NotReadable(_("values lie too deep inside each other")) from None
    except json.JSONDecodeError as error:
        raise NotReadable(f"JSON: {error.msg}", error.lineno) from None
    except ValueError as error:
        raise NotReadable(f"JSON: {error}") from None
    if isinstance(whole, dict) and isinstance(whole.get("schedule"), dict):
        return frab.read(data, timezone)
    if pretalx.sessions_of(whole) is None:
        raise NotReadable(_("it is neither a frab schedule nor a list of sessions with speakers"))
    return pretalx.read(text, timezone)


_MOST_HOLDERS = 500_000


def words(found: Programme | Sequence[Table]) -> str:
    """What was found in it, in a few words."""
    if isinstance(found, Programme):
        return _("A programme of %(count)s sessions") % {"count": f"{len(found.sessions):,}"}
    return ", ".join(f"{table.name} ({len(table.rows):,})" for table in found)
