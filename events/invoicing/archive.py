"""All invoices and credit notes of a period as one ZIP: each as PDF, and a table of them.

It is written as it is read: the first paper is on its way before the second is drawn, however many there are.
"""

import csv
import io
import zipfile
from collections.abc import AsyncIterator
from datetime import date

from events.core import database
from events.core.money import Money
from events.invoicing import drawing, invoices
from events.invoicing.invoices import Invoice
from events.registration.order_list import safe

BATCH = 100

_DATED = (1980, 1, 1, 0, 0, 0)
"""Of every file inside: the same invoices are the same bytes."""


async def count(event_id: int, first: date | None, last: date | None) -> int:
    """How many there are of the local days from `first` through `last`; None: no bound."""
    found: int = await database.value("SELECT count(*)" + _FOUND, event_id, first, last)
    return found


_FOUND = """
FROM invoice i JOIN orders o ON o.id = i.order_id JOIN event e ON e.id = o.event_id
WHERE o.event_id = $1 AND i.blanked_at IS NULL
    AND ($2::date IS NULL OR (i.issued_at AT TIME ZONE e.timezone)::date >= $2)
    AND ($3::date IS NULL OR (i.issued_at AT TIME ZONE e.timezone)::date <= $3)
"""


async def pieces(event_id: int, first: date | None, last: date | None) -> AsyncIterator[bytes]:
    """The ZIP, piece by piece."""
    out = _Pieces()
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["number", "kind", "issued", "order", "institution", "buyer", "total", "tax", "currency"])
    ids = [row["id"] for row in await database.rows("SELECT i.id" + _FOUND + " ORDER BY i.id", event_id, first, last)]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for start in range(0, len(ids), BATCH):
            for one in await invoices.by_ids(ids[start : start + BATCH]):
                if not one.body.get("locale"):  # its names went meanwhile
                    continue
                archive.writestr(zipfile.ZipInfo(_name(one), _DATED), await drawing.draw([one]))
                rows.writerow(_row(one))
                yield out.taken()
        body = b"\xef\xbb\xbf" + table.getvalue().encode()
        archive.writestr(zipfile.ZipInfo("invoices.csv", _DATED), body, zipfile.ZIP_DEFLATED)
    yield out.taken()


def _name(one: Invoice) -> str:
    return f"{'invoice' if one.kind == 'invoice' else 'credit-note'}-{one.number}.pdf"


def _row(one: Invoice) -> list[str]:
    body = one.body
    lines: list[dict[str, int]] = body["lines"]  # type: ignore[assignment]
    tax = Money(sum(line.get("tax", 0) for line in lines), one.total.currency)
    who = (safe(str(body[name])) for name in ("institution", "buyer"))
    day = one.issued_at.date().isoformat()
    return [one.number, one.kind, day, str(body["order"]), *who, one.total.plain, tax.plain, one.total.currency]


class _Pieces(io.RawIOBase):
    """What was written and not yet taken; it knows no way back, so `zipfile` writes each size behind its file."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        self._kept.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        whole = b"".join(self._kept)
        self._kept.clear()
        return whole
