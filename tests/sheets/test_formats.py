"""A file is what is in it, whatever its name says."""

import json

import pytest

from events.schedule.frab import Programme
from events.sheets import formats
from events.sheets.columns import PEOPLE, ROOMS, SESSIONS
from events.sheets.tables import Table, Unknown
from tests.schedule.programmes import schedule_xml
from tests.sheets.books import book


def sheets(data: bytes, name: str = "a.csv") -> list[Table]:
    found = formats.read(data, name, "UTC")
    assert not isinstance(found, Programme)
    return found


PRETALX = json.dumps([{"code": "ABCDEF", "title": "x", "speakers": [], "state": "confirmed"}]).encode()


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.jpg"])
def test_a_programme_is_known_by_what_is_in_it(name: str) -> None:
    for data in (schedule_xml(), b"\xef\xbb\xbf" + schedule_xml(), PRETALX):
        found = formats.read(data, name, "UTC")
        assert isinstance(found, Programme)
        assert len(found.sessions) == 1
    for data in (book([["title"], ["x"]]), b"title\nx\n", "title\nx\n".encode("utf-16")):
        [table] = sheets(data, name)
        assert (table.name, [cells for _line, cells in table.rows]) == (SESSIONS, [{"title": "x"}])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"%PDF-1.7 ...", "This is a PDF file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old or a locked Excel file"),
        (b"\x89PNG\r\n", "PNG"),
        (b"a,b\0c", "neither text nor a workbook"),
        (b"<html><body/></html>", "not a <schedule>"),
        (b"{", "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (b'{"schedule": 3}', "neither a frab schedule nor a list of sessions"),
        (b"[1, 2]", "neither a frab schedule nor a list of sessions"),
        (b"hello\nworld\n", "The first line has to name the columns"),
        (b'title\n"unfinished', "no CSV|title"),
        (b"title\n" + b"x\n" * 20_002, "more than 20,000 rows"),
    ],
)
def test_what_is_not_what_it_says_is_refused_in_words(data: bytes, words: str) -> None:
    if words == "no CSV|title":
        [table] = sheets(data)
        assert [cells for _line, cells in table.rows] == [{"title": "unfinished"}]
        return
    with pytest.raises(Unknown, match=words):
        formats.read(data, "a.csv", "UTC")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_csv_is_read_with_any_delimiter_mark_and_line_end(mark: bytes, delimiter: str, ends: str) -> None:
    lines = [["Title", "Abstract"], ["Zines", f'"two{ends}lines{delimiter} and ""more"""'], ["Data", ""]]

    [table] = sheets(mark + ends.join(delimiter.join(row) for row in lines).encode())

    assert [(line, cells["title"]) for line, cells in table.rows] == [(2, "Zines"), (4, "Data")]
    assert table.rows[0][1]["abstract"] == f'two{ends}lines{delimiter} and "more"'


def test_old_windows_letters_are_understood() -> None:
    [table] = sheets("title\nCafé – “x”\n".encode("cp1252"))

    assert table.rows[0][1]["title"] == "Café – “x”"


def test_sheets_are_found_by_name_or_by_headings_and_others_are_told_of() -> None:
    rows: list[list[object]] = [["name", "capacity"], ["Ballroom", 100]]
    people: list[list[object]] = [["Name", "E-Mail", "Shoe size"], ["Ada", "ada@example.org", 38]]

    found = sheets(book([["Title"], ["x"]], "Tabelle1", Halls=rows, Folks=people, Notes=[["hello"]]), "x")

    assert [table.name for table in found] == [SESSIONS, ROOMS, PEOPLE]
    told = [(one.level, one.sheet, one.column) for table in found for one in table.faults]
    assert told == [("warning", "Notes", ""), ("warning", PEOPLE, "Shoe size")]


def test_a_workbook_with_none_of_our_sheets_says_which_it_has_and_which_it_should() -> None:
    with pytest.raises(Unknown, match=r"called Sessions, People and Rooms; this one has “Tabelle1”"):
        formats.read(book([["hello"], ["x"]], "Tabelle1"), "x", "UTC")


def test_a_column_that_is_there_twice_is_an_error() -> None:
    [table] = sheets(b"title,Track,track\nx,a,b\n")

    assert [(one.level, one.column) for one in table.faults] == [("error", "track")]
