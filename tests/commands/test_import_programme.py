import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from events.core import database
from tests.schedule.programmes import event_xml, schedule_xml

CHECKOUT = Path(__file__).parents[2]
PERSON = "<persons><person id='1'>Ada</person></persons>"


@pytest.fixture
def programme(tmp_path: Path) -> Path:
    path = tmp_path / "annual.xml"
    path.write_bytes(schedule_xml(event_xml("Opening", more=PERSON)))
    return path


async def colloquy(url: str, *arguments: str | Path) -> tuple[int, str, str]:
    """Run the program itself; returns its exit code, what it said, and what it said on the side."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "events.cli",
        *map(str, arguments),
        cwd=CHECKOUT,
        env=os.environ | {"COLLOQUY_DATABASE_URL": url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_it_says_what_it_did_and_the_second_time_that_it_did_nothing(
    db: None, database_url: str, programme: Path
) -> None:
    first = await colloquy(database_url, "import", programme, "--publish", "--json")
    second = await colloquy(database_url, "import", programme, "--publish", "--json")
    exported = await colloquy(database_url, "export", "annual-2026", "--format", "xml")

    assert (first[0], second[0], exported[0]) == (0, 0, 0)
    assert "read 1 sessions" in first[2]
    assert first[1].splitlines()[0] == (
        "annual-2026: 1 created, 0 changed, 0 unchanged, 0 refused; published as release 1"
    )
    facts = [json.loads(said[1].splitlines()[-1]) for said in (first, second)]
    assert [(one["created"], one["changed"], one["unchanged"], one["refused"]) for one in facts] == [
        (1, 0, 0, 0),
        (0, 0, 1, 0),
    ]
    assert "<title>Opening</title>" in exported[1]


async def test_a_bad_row_ends_with_a_list_and_one(db: None, database_url: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.xml"
    bad.write_bytes(schedule_xml(event_xml("Opening"), event_xml("", guid="")))

    code, out, err = await colloquy(database_url, "import", bad, "--json")

    assert code == 1
    assert "error: line 5: a session without a title: it has no title" in err
    assert "1 refused, so nothing was written." in err
    assert json.loads(out)["refused"] == 1


async def test_without_a_database_it_says_what_is_missing(programme: Path) -> None:
    code, _out, err = await colloquy("", "import", programme)

    assert code == 1
    assert "COLLOQUY_DATABASE_URL" in err


async def test_sheets_come_in_by_what_is_in_them_and_a_dry_run_writes_nothing(
    db: None, database_url: str, tmp_path: Path
) -> None:
    sheet = tmp_path / "programme.dat"
    sheet.write_text("title;day;start;end;rooms;time zone\nOpening;2026-07-09;09:00;10:00;Hall;America/Chicago\n")

    dry = await colloquy(database_url, "import", sheet, "--event", "annual", "--create", "--dry-run", "--json")
    assert await database.value("SELECT count(*) FROM event") == 0
    first = await colloquy(database_url, "import", sheet, "--event", "annual", "--create", "--publish")
    second = await colloquy(database_url, "import", sheet, "--event", "annual", "--json")

    assert (dry[0], first[0], second[0]) == (0, 0, 0), (dry, first, second)
    assert "created: Sessions" in dry[1]
    assert "annual (nothing was written): 1 created" in dry[1]
    assert first[1].splitlines()[0] == "annual: 1 created, 0 changed, 0 unchanged, 0 refused; published as release 1"
    assert json.loads(second[1].splitlines()[-1])["unchanged"] == 1
    row = await database.row("SELECT e.timezone, e.starts_on::text, l.local_start FROM event e, slot l")
    assert tuple(row or ()) == ("America/Chicago", "2026-07-09", "2026-07-09T09:00")


async def test_a_wrong_row_of_a_sheet_is_named_by_line_and_column(db: None, database_url: str, tmp_path: Path) -> None:
    sheet = tmp_path / "programme.csv"
    sheet.write_text("title,seats\nOpening,many\n")

    said = await colloquy(database_url, "import", sheet, "--event", "annual", "--create")

    assert said[0] == 1
    assert "error: line 2: Sessions seats: A whole number from 0 to 1,000,000." in said[2]
    assert await database.value("SELECT count(*) FROM event") == 0
