"""Statements as banks write them, and which order a line pays."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.invoicing import bank_csv, bank_matching
from events.invoicing.bank_csv import NoStatement, Reading, Table
from events.invoicing.bank_matching import Match, Open

AMERICAN = b"""Posting Date,Description,Amount,Balance
06/25/2026,"ACH INVOICE 2026-00017, CITY LIBRARY","1,234.50",9999.00
06/26/2026,FEE,-12.00,9987.00
"""
GERMAN = """Kontoauszug;;;;
Buchungstag;Auftraggeber;Verwendungszweck;Betrag;W\xe4hrung
25.06.2026;Stadtb\xfccherei K\xf6ln;Rechnung 2026 00017;1.234,50;EUR
26.06.2026;Bank;Geb\xfchr;-12,00;EUR
""".encode("cp1252")
TWO_SUMS = b"Date\tMoney in\tMoney out\tReference\n2026-06-25\t10.00\t\tORDER ABCD2345\n2026-06-26\t\t3.00\tFEE\n"


def read(data: bytes, currency: str = "USD") -> list[tuple[date, int, str, str]]:
    table = bank_csv.read(data)
    lines, wrong = bank_csv.lines(table, bank_csv.guess(table, currency))
    assert wrong == []
    return [(one.dated, one.amount, one.reference, one.payer) for one in lines]


def test_each_bank_is_read_as_it_writes() -> None:
    assert read(AMERICAN) == [
        (date(2026, 6, 25), 123450, "ACH INVOICE 2026-00017, CITY LIBRARY", ""),
        (date(2026, 6, 26), -1200, "FEE", ""),
    ]
    assert read(GERMAN, "EUR") == [
        (date(2026, 6, 25), 123450, "Rechnung 2026 00017", "Stadtbücherei Köln"),
        (date(2026, 6, 26), -1200, "Gebühr", "Bank"),
    ]
    assert read(TWO_SUMS) == [
        (date(2026, 6, 25), 1000, "ORDER ABCD2345", ""),
        (date(2026, 6, 26), -300, "FEE", ""),
    ]


def test_what_is_no_statement_is_said_in_words() -> None:
    for data in (b"", b"hello", b"\x00\x01\x02" * 50):
        with pytest.raises(NoStatement):
            bank_csv.read(data)


def test_rows_that_are_none_are_named() -> None:
    table = bank_csv.read(AMERICAN + b"soon,FEE,1.00,2\n06/27/2026,FEE,much,2\n")
    lines, wrong = bank_csv.lines(table, bank_csv.guess(table, "USD"))
    assert len(lines) == 2
    assert [number for number, _words in wrong] == [3, 4]


def test_sums_have_the_decimals_of_their_currency() -> None:
    table = Table(("a", "b"), (("2026-06-25", "1234"), ("2026-06-25", "12.5")))
    yen, wrong = bank_csv.lines(table, Reading(("date", "amount"), "%Y-%m-%d", False, "JPY"))
    dinar, _none = bank_csv.lines(table, Reading(("date", "amount"), "%Y-%m-%d", False, "KWD"))
    assert ([one.amount for one in yen], len(wrong)) == ([1234], 1)
    assert [one.amount for one in dinar] == [1234000, 12500]


@given(st.lists(st.tuples(st.integers(-99999, 99999), st.sampled_from(["INV 1", "FEE", "x"])), min_size=1, max_size=20))
def test_the_same_line_has_the_same_fingerprint_in_any_file(rows: list[tuple[int, str]]) -> None:
    reading = Reading(("date", "amount", "reference"), "%Y-%m-%d", False, "USD")
    table = Table(("a", "b", "c"), tuple(("2026-06-25", f"{amount / 100:.2f}", text) for amount, text in rows))
    longer = Table(table.head, (*table.rows, ("2026-06-26", "1.00", "later")))
    marks, more = ([one.fingerprint for one in bank_csv.lines(one, reading)[0]] for one in (table, longer))
    assert len(set(marks)) == len(rows)
    assert more[: len(marks)] == marks


ORDERS = [
    Open(1, ("ABCD2345", "PO-77812", "2026-00017"), 123450, "USD", ("City Library",)),
    Open(2, ("WXYZ6789", "2026-00170"), 5000, "USD", ("County Library",)),
    Open(3, ("MNPQ4567",), 5000, "USD", ("State Library",)),
]


@pytest.mark.parametrize(
    ("reference", "payer", "amount", "found"),
    [
        ("Invoice 2026 / 00017", "", 123450, Match(1, sure=True)),
        ("order abcd-2345 part one", "", 100, Match(1, sure=False)),
        ("your po 77 812", "", 123450, Match(1, sure=True)),
        ("INV 2026-00170", "", 5000, Match(2, sure=True)),
        ("ABCD2345 and WXYZ6789", "", 5000, Match(2, sure=False)),
        ("ABCD2345 and WXYZ6789", "", 128450, None),
        ("thank you", "COUNTY LIBRARY SYSTEM", 5000, Match(2, sure=False)),
        ("thank you", "A Library", 5000, None),
        ("thank you", "County Library", 4999, None),
        ("ABCD2345", "", -123450, None),
    ],
)
def test_the_order_that_is_named_is_found(reference: str, payer: str, amount: int, found: Match | None) -> None:
    assert bank_matching.match(reference, payer, amount, "USD", ORDERS) == found
    assert bank_matching.match(reference, payer, amount, "EUR", ORDERS) is None
