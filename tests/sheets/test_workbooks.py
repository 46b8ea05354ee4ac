"""Workbooks as people's programs write them, and as somebody writes them who means harm."""

import io
import tracemalloc
import zipfile
from contextlib import suppress
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.sheets import tables, workbook_writing, workbooks
from events.sheets.columns import SESSIONS
from events.sheets.tables import Table, Unknown
from tests.sheets.books import SHEET, book, changed, with_rows


def cells_of(data: bytes, sheet: int = 0) -> list[list[str]]:
    return [cells for _line, cells in workbooks.read(data)[sheet].rows]  # type: ignore[misc]


def faults_of(data: bytes) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.words) for one in workbooks.read(data)[0].faults]


def test_days_times_numbers_and_yes_are_read_as_they_are_shown() -> None:
    row = [
        date(2026, 7, 9),
        datetime(2026, 7, 9, 9, 30, tzinfo=UTC).replace(tzinfo=None),
        time(9, 30),
        45,
        4.5,
        True,
        False,
        "text",
        0.1 + 0.2,
    ]
    out = cells_of(book([row]))

    # xlsxwriter's default format shows a day; a time of day is a number less than one
    assert out == [["2026-07-09", "2026-07-09 09:30", "09:30", "45", "4.5", "yes", "no", "text", "0.3"]]


def test_a_formula_gives_its_result_and_one_without_is_named() -> None:
    data = book([["title"], ["x"]])
    data = with_rows(data, '<row r="3"><c r="A3"><f>1+1</f><v>2</v></c><c r="B3"><f>A1</f></c></row>')
    data = with_rows(data, '<row r="4"><c r="A4" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>')

    assert cells_of(data)[2] == ["2"]
    assert [(line, column) for line, column, _words in faults_of(data)] == [(3, "B"), (4, "A")]
    assert "save it again" in faults_of(data)[0][2]


def test_merged_cells_are_named() -> None:
    data = changed(
        book([["title"], ["x"], ["y"]]),
        SHEET,
        lambda xml: xml.replace(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells>'),
    )

    [(line, _column, words)] = faults_of(data)
    assert line == 2
    assert "The cells A2:A3 are merged" in words


def test_rich_text_and_inline_text_are_put_together_without_what_stands_above_letters() -> None:
    inside = "<is><r><t>Ada </t></r><r><t>Lovelace</t></r><rPh><t>above</t></rPh></is>"
    data = with_rows(book([["title"]]), f'<row r="2"><c r="A2" t="inlineStr">{inside}</c></row>')

    assert cells_of(data)[1] == ["Ada Lovelace"]


def test_days_of_a_workbook_that_counts_from_1904_are_right() -> None:
    data = book([[date(2026, 7, 9)]])
    data = changed(data, "xl/workbook.xml", lambda xml: xml.replace(b"<workbookPr ", b'<workbookPr date1904="1" '))

    assert cells_of(data) == [["2030-07-10"]]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n_x0D="), max_size=40)))
def test_every_text_comes_back_from_a_workbook(texts: list[str]) -> None:
    rows = [(n, {"code": f"C{n}", "title": text}) for n, text in enumerate(texts, 2)]
    data = workbook_writing.write([Table(SESSIONS, ["code", "title"], rows)])

    [table] = tables.read(workbooks.read(data))

    assert [cells["title"] for _line, cells in table.rows] == texts


def test_a_text_that_is_longer_than_a_cell_may_be_comes_back_whole() -> None:
    long = "é=" * 45_000
    data = workbook_writing.write([Table(SESSIONS, ["title", "abstract"], [(2, {"title": "x", "abstract": long})])])

    [table] = tables.read(workbooks.read(data))

    assert table.rows == [(2, {"title": "x", "abstract": long})]


def test_no_cell_of_ours_is_a_formula_or_a_link() -> None:
    rows = [(2, {"title": "=HYPERLINK(1)", "join link": "https://example.org", "abstract": "{=1}"})]
    data = workbook_writing.write([Table(SESSIONS, ["title", "join link", "abstract"], rows)])

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read(SHEET)
    assert b"<f>" not in sheet
    assert b"<hyperlink" not in sheet
    assert b'<pane ySplit="1"' in sheet.replace(b'xSplit="2" ', b"")


# What means harm. Nothing of it costs more than a file of its size.


def test_one_cell_at_the_far_end_costs_one_cell() -> None:
    far = with_rows(book([["title"]]), '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    many = with_rows(book([["title"]]), '<row r="1048576"><c r="A1048576" t="str"><v>x</v></c></row>')
    tracemalloc.start()

    with pytest.raises(Unknown, match="too large"):
        workbooks.read(far)
    assert workbooks.read(many)[0].rows == [(1, ["title"]), (1_048_576, ["x"])]

    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_small_archive_of_a_huge_sheet_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_BYTES", 2_000_000)
    bomb = with_rows(book([["title"]]), " " * 50_000_000)
    assert len(bomb) < 100_000
    tracemalloc.start()

    with pytest.raises(Unknown, match="too large"):
        workbooks.read(bomb)

    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_entities_that_grow_are_not_expanded() -> None:
    inside = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'
    data = changed(book([["title"], ["x"]]), "xl/sharedStrings.xml", lambda _xml: inside)

    with pytest.raises(Unknown, match="damaged"):
        workbooks.read(data)


@pytest.mark.parametrize("cut", [30, 200, 1_000, 3_000])
def test_half_a_workbook_is_said_to_be_damaged(cut: int) -> None:
    with pytest.raises(Unknown, match=r"damaged|no workbook"):
        workbooks.read(book([["title"], ["x"]])[:cut])


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
def test_a_part_that_is_no_xml_is_said_to_be_damaged(part: str) -> None:
    with pytest.raises(Unknown, match="damaged"):
        workbooks.read(changed(book([["title"], ["x"]]), part, lambda _xml: b"<a><b></a>"))


def test_an_archive_of_something_else_is_said_to_be_none() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", "<office/>")

    with pytest.raises(Unknown, match="no workbook"):
        workbooks.read(out.getvalue())


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 6_000), st.binary(min_size=1, max_size=8))
def test_a_workbook_with_a_scratch_is_read_or_refused_in_words(where: int, scratch: bytes) -> None:
    data = bytearray(book([["title", "seats"], ["x", 4]]))
    where %= len(data)
    data[where : where + len(scratch)] = scratch

    with suppress(Unknown):
        workbooks.read(bytes(data))
