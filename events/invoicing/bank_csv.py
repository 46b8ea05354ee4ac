"""A bank's statement as CSV: which delimiter, which columns, which way of writing days and sums. Pure.

No two banks write one alike, so everything is guessed and shown, and a person says what is what before a line counts.
"""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from events.core.locales import _, lazy
from events.core.money import decimals

MOST_LINES = 20_000
COLUMNS = {
    "date": lazy("Day"),
    "amount": lazy("Amount, with its sign"),
    "credit": lazy("Money in"),
    "debit": lazy("Money out"),
    "reference": lazy("What for"),
    "payer": lazy("Who"),
    "": lazy("Not needed"),
}
DAYS = {
    "%Y-%m-%d": lazy("year-month-day"),
    "%m/%d/%Y": lazy("month/day/year"),
    "%d/%m/%Y": lazy("day/month/year"),
    "%d.%m.%Y": lazy("day.month.year"),
}
_HEADS = {
    "date": r"booking date|posting date|transaction date|value date|\bdate\b|buchungstag|valuta|datum|fecha|\bday\b",
    "amount": r"amount|betrag|montant|importe|umsatz|\bsum\b",
    "credit": r"credit|deposit|money in|paid in|haben|gutschrift|crédit|abono",
    "debit": r"debit|withdrawal|money out|paid out|soll|lastschrift|débit|cargo",
    "payer": r"payer|name|counterparty|sender|from\b|auftraggeber|beguenstigter|begünstigter|nom\b|ordenante",
    "reference": r"reference|description|details|memo|narrative|purpose|remittance|verwendungszweck|libell|concepto",
}


class NoStatement(ValueError):
    """The file is none, in words."""


@dataclass(frozen=True, slots=True)
class Table:
    """head: the names of the columns, or Column 1 … where the file has none; rows: the others, all as long."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table is read. columns: for each of its columns a key of COLUMNS; days: a key of DAYS; comma: whether the
    decimals stand after a comma."""

    columns: tuple[str, ...]
    days: str
    comma: bool
    currency: str


@dataclass(frozen=True, slots=True)
class BankLine:
    """amount: minor units, below nothing for what went out; fingerprint: the same for the same line of any file."""

    dated: date
    amount: int
    reference: str
    payer: str
    fingerprint: str


def read(data: bytes) -> Table:
    """Raises NoStatement."""
    text = _decoded(data)
    rows = [row for row in _rows(text) if any(row)]
    width = Counter(len(row) for row in rows if len(row) > 1).most_common(1)
    if not width:
        raise NoStatement(_("This is no table with columns. Export the statement as CSV and send that."))
    if len(rows) > MOST_LINES:
        raise NoStatement(_("These are more than %(most)s lines. Send a shorter time.") % {"most": MOST_LINES})
    wide = max(width[0][0], max(len(row) for row in rows if len(row) >= width[0][0]))
    table = [tuple(row + [""] * (wide - len(row))) for row in rows if len(row) >= min(width[0][0], wide)]
    first = next((n for n, row in enumerate(table) if _is_head(row)), None)
    if first is None:
        return Table(tuple(_("Column %(n)s") % {"n": n + 1} for n in range(wide)), tuple(table))
    return Table(table[first], tuple(table[first + 1 :]))


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig",):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", "replace")


def _rows(text: str) -> list[list[str]]:
    """By the delimiter that gives most lines the same number of columns."""
    found: list[tuple[int, list[list[str]]]] = []
    for delimiter in ",;\t|":
        try:
            found_rows = csv.reader(io.StringIO(text), delimiter=delimiter)
            rows = [[" ".join(cell.split()) for cell in row] for row in found_rows]
        except csv.Error:
            continue
        counts = Counter(len(row) for row in rows if len(row) > 1)
        found.append((max(counts.values(), default=0), rows))
    return max(found, key=lambda pair: pair[0])[1] if found else []


def _is_head(row: Sequence[str]) -> bool:
    known = sum(any(re.search(one, cell, re.IGNORECASE) for one in _HEADS.values()) for cell in row)
    return known >= 2 and not any(_sum(cell, comma=False) is not None for cell in row if cell)


def guess(table: Table, currency: str) -> Reading:
    """What the columns are most likely; each of date, amount, credit and debit once."""
    columns = []
    for name in table.head:
        fits = [key for key, one in _HEADS.items() if re.search(one, name, re.IGNORECASE)]
        once = [key for key in fits if key in {"reference", "payer"} or key not in columns]
        columns.append(once[0] if once else "")
    if "credit" in columns and "debit" in columns and "amount" in columns:
        columns[columns.index("amount")] = ""
    dated = [row[columns.index("date")] for row in table.rows] if "date" in columns else []
    days = max(DAYS, key=lambda one: sum(_day(cell, one) is not None for cell in dated))
    places = [n for n, key in enumerate(columns) if key in {"amount", "credit", "debit"}]
    cells = [row[n] for row in table.rows for n in places if row[n]]
    commas = sum(bool(re.search(r",\d{1,2}$", cell.rstrip(" -)€$£"))) for cell in cells)
    return Reading(tuple(columns), days, commas * 2 > len(cells), currency)


def lines(table: Table, reading: Reading) -> tuple[list[BankLine], list[tuple[int, str]]]:
    """The statement's lines, and for each row that is none its number in the table (from 1) and why."""
    found: list[BankLine] = []
    wrong: list[tuple[int, str]] = []
    seen: Counter[tuple[object, ...]] = Counter()
    for number, row in enumerate(table.rows, 1):
        cells = _by_column(row, reading.columns)
        dated = _day(cells["date"], reading.days)
        amount = _amount(cells, reading)
        if dated is None:
            wrong.append((number, _("“%(cell)s” is no day.") % {"cell": cells["date"][:40]}))
        elif amount is None:
            wrong.append((number, _("There is no sum.")))
        else:
            same = (dated, amount, reading.currency, _bare(cells["reference"]), _bare(cells["payer"]))
            seen[same] += 1
            mark = hashlib.sha256("\n".join(map(str, (*same, seen[same]))).encode()).hexdigest()
            found.append(BankLine(dated, amount, cells["reference"][:1000], cells["payer"][:300], mark))
    return found, wrong


def _by_column(row: Sequence[str], columns: Sequence[str]) -> Mapping[str, str]:
    cells = dict.fromkeys(COLUMNS, "")
    for key, cell in zip(columns, row, strict=True):
        cells[key] = f"{cells[key]} {cell}".strip()
    return cells


def _amount(cells: Mapping[str, str], reading: Reading) -> int | None:
    if cells["amount"]:
        return _minor(cells["amount"], reading)
    came, went = (_minor(cells[key], reading) for key in ("credit", "debit"))
    if came is None and went is None:
        return None
    return abs(came or 0) - abs(went or 0)


def _minor(cell: str, reading: Reading) -> int | None:
    found = _sum(cell, comma=reading.comma)
    if found is None:
        return None
    minor = found.scaleb(decimals(reading.currency))
    return int(minor) if minor == minor.to_integral_value() and abs(minor) < 10**15 else None


def _sum(cell: str, *, comma: bool) -> Decimal | None:
    """ "1.234,50-", "(12.00)", "+ 7" and "USD 1,234.50" are sums."""
    text = re.sub(r"^[A-Z]{3}\s|\s[A-Z]{3}$|[€$£\s'’\u00a0\u202f]", "", cell.strip().replace("\u2212", "-"))
    less = text.startswith(("-", "(")) or text.endswith("-")
    text = text.strip("+-()")
    text = text.replace(".", "").replace(",", ".") if comma else text.replace(",", "")
    if not re.fullmatch(r"\d{1,13}(\.\d{1,3})?", text):
        return None
    try:
        return -Decimal(text) if less else Decimal(text)
    except InvalidOperation:
        return None


def _day(cell: str, days: str) -> date | None:
    try:
        return datetime.strptime(cell.split(" ")[0].split("T")[0], days).date()  # noqa: DTZ007 - a day has no zone
    except (ValueError, IndexError):
        return None


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text).upper()
