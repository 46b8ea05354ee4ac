"""The roster: what a file may look like, what is said of its rows, what writing it does."""

from collections.abc import Awaitable, Callable
from datetime import date

import httpx
import pytest

from events.core import database
from events.core.errors import Unreadable
from events.people import roster, roster_file
from events.people.models import Person
from events.people.roster_file import LARGEST, RowError
from tests import make

SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]

HEAD = "number,email,kind,valid_from,valid_to,division\n"
ADA = "m 001,Ada@Example.org,Member,2026-01-01,2026-12-31,"


def test_numbers_addresses_and_kinds_are_kept_in_one_form() -> None:
    [row] = roster_file.read((HEAD + ADA).encode(), {}).rows

    assert (row.number, row.email, row.kind) == ("M001", "ada@example.org", "member")
    assert (row.valid_from, row.valid_to, row.unit) == (date(2026, 1, 1), date(2026, 12, 31), None)


@pytest.mark.parametrize(
    "data",
    [
        (HEAD + ADA).encode("utf-8-sig"),
        (HEAD + ADA).encode("utf-16"),
        (HEAD + ADA).replace("\n", "\r\n").encode(),
        (HEAD + ADA).replace(",", ";").encode(),
        (HEAD + ADA).replace(",", "\t").encode(),
        ("\n\n" + HEAD + "\n" + ADA + "\n,,,,,\n").encode(),
        (HEAD + ADA).replace("valid_from", "Valid from").replace("email", "E-Mail").encode(),
    ],
)
def test_files_of_many_programs_are_read_alike(data: bytes) -> None:
    read = roster_file.read(data, {})

    assert [row.number for row in read.rows] == ["M001"]
    assert read.errors == []


def test_a_file_that_is_not_utf_8_is_read_as_windows_1252_and_says_so() -> None:
    read = roster_file.read((HEAD + ADA + "Bücherei").encode("latin-1"), {"bücherei": 7})

    assert ([row.unit for row in read.rows], read.encoding) == ([7], "Windows-1252")


def test_every_wrong_cell_is_told_with_its_line() -> None:
    lines = [
        "M1,ada@example.org,member,2026-01-01,2026-12-31,",
        '"M2","two\nlines",guest,2026-13-01,12/31/2026,Nowhere',
        "M1,other@example.org,member,2026-01-01,2026-12-31,",
        "M3,ada@example.org,member,2026-12-31,2026-01-01,",
        "M4,,member,2026-01-01",
    ]

    read = roster_file.read((HEAD + "\n".join(lines)).encode(), {})

    assert [row.number for row in read.rows] == ["M1"]
    assert [(error.line, error.column, error.value) for error in read.errors] == [
        (3, "email", "two lines"),
        (3, "kind", "guest"),
        (3, "valid_from", "2026-13-01"),
        (3, "valid_to", "12/31/2026"),
        (3, "division", "Nowhere"),
        (5, "number", "M1"),
        (6, "valid_to", "2026-01-01"),
        (7, "email", ""),
        (7, "valid_to", ""),
    ]
    assert read.errors[5] == RowError(5, "number", "M1", "This number was in line 2 already.")
    assert read.lines == 5


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00\x01\x02", b"name,age\nAda,36\n", b"x" * (LARGEST + 1), b"number,email\n" + b'"' + b"x" * 200_000],
)
def test_what_is_no_roster_at_all_is_refused_with_words(data: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        roster_file.read(data, {})

    assert list(refused.value.errors) == ["file"]


async def test_writing_adds_changes_and_leaves_and_doing_it_again_changes_nothing(db: None) -> None:
    division = await make.unit("Public Library Division")
    await make.membership(number="M1", email="ada@example.org")
    await make.membership(number="M2", email="alan@example.org", valid_to=date(2026, 6, 30))
    data = (
        HEAD
        + "M1,ada@example.org,member,2026-01-01,2026-12-31,\n"
        + "M2,alan@example.org,student,2026-01-01,2026-12-31,\n"
        + f"M2,alan@example.org,member,2026-01-01,2026-12-31,{division.slug}\n"
        + "M3,grace@example.org,retired,2026-01-01,2026-12-31,\n"
    ).encode()

    planned = await roster.compare(await roster.read(data))
    first = (await roster.import_file(data))[1]
    second = (await roster.import_file(data))[1]

    assert planned == first == roster.Comparison(created=2, changed=1, unchanged=1)
    assert second == roster.Comparison(created=0, changed=0, unchanged=4)


async def test_one_wrong_row_keeps_the_whole_file_out_unless_the_good_rows_are_asked_for(db: None) -> None:
    data = (HEAD + ADA + "\nM2,nobody,member,2026-01-01,2026-12-31,\n").encode()

    _read, nothing = await roster.import_file(data)
    count = await database.value("SELECT count(*) FROM membership")
    _read, good = await roster.import_file(data, good_rows=True)

    assert (nothing, count) == (None, 0)
    assert good == roster.Comparison(created=1, changed=0, unchanged=0)


async def test_a_division_that_comes_later_belongs_to_whoever_claimed_the_number(db: None) -> None:
    ada = await make.person(email="ada@example.org")
    division = await make.unit()
    await make.membership(ada, number="M1", email="ada@example.org")

    await roster.import_file((HEAD + f"M1,ada@example.org,member,2026-01-01,2026-12-31,{division.slug}\n").encode())

    assert await database.value("SELECT person_id FROM membership WHERE unit_id = $1", division.id) == ada.id


async def test_an_organizer_checks_a_file_sees_the_lines_and_writes_the_good_rows(signed_in: SignIn) -> None:
    admin = await make.person("Admin")
    await make.role(admin, "administrator")
    client = await signed_in(admin)
    data = (HEAD + ADA + "\nM2,nobody,member,2026-01-01,2026-12-31,\n").encode()

    checked = await client.post("/organize/roster", files={"file": ("roster.csv", data, "text/csv")})
    count = await database.value("SELECT count(*) FROM membership")
    packed = checked.text.partition('name="packed" value="')[2].partition('"')[0]
    written = await client.post("/organize/roster/imports", data={"packed": packed, "good_rows": "1"})

    assert (checked.status_code, count) == (422, 0)
    assert "An e-mail address has an @ in it" in checked.text
    assert "Write the one good row" in checked.text
    assert written.status_code == 303
    assert await database.value("SELECT number FROM membership") == "M001"


async def test_what_is_posted_instead_of_a_checked_file_is_refused_with_words(signed_in: SignIn) -> None:
    admin = await make.person("Admin")
    await make.role(admin, "administrator")
    client = await signed_in(admin)

    answers = [
        await client.post("/organize/roster/imports", data={"packed": packed}) for packed in ("", "?", "AAAA", "eJw")
    ]
    empty = await client.post("/organize/roster", data={"file": "no file"})

    assert [answer.status_code for answer in answers] == [422] * 4
    assert empty.status_code == 422
