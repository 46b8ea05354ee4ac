"""Files that are bombs, done to both imports: a refusal in words, in little time and memory.

They are read in a process of their own that may take 700 MB: a bomb that goes off ends that process, not the tests.
More of them are in tests/schedule/test_frab_xml.py (too many elements, encodings, depth, broken documents) and
tests/people/test_roster.py.
"""

import gzip
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from events.supervisor import program

MB = 1024 * 1024
READ = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), int(sys.argv[2])))
from pathlib import Path
from events.core.errors import Unreadable
from events.people import roster_file
from events.schedule import frab
from events.schedule.frab_xml import NotReadable
for file in sorted(Path(sys.argv[1]).iterdir()):
    try:
        if file.name.startswith("roster"):
            found = roster_file.read(file.read_bytes(), {})
            print(file.name, f"{len(found.rows)} rows, {len(found.errors)} errors")
        else:
            found = frab.read(file.read_bytes())
            print(file.name, f"{len(found.sessions)} sessions, {len(found.problems)} problems")
    except NotReadable as error:
        print(file.name, "no:", error.why)
    except Unreadable as error:
        print(file.name, "no:", error.errors["file"])
    sys.stdout.flush()
"""
GUID = b"4ad5fb39-0000-4000-8000-000000000001"
HEAD = b"number,email,kind,valid_from,valid_to,division\n"
EVENT = b'{"guid":"%b","title":"%b","date":"2026-01-01T10:00:00+00:00","start":"10:00","duration":"01:00"}'


def json_of(event: bytes, room: bytes = b"A") -> bytes:
    return (
        b'{"schedule":{"conference":{"acronym":"a","title":"T","days":[{"date":"2026-01-01","rooms":{"%b":[%b]}}]}}}'
        % (room, event)
    )


def zip_bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("schedule.xml", bytes(50 * MB))
    return file.getvalue()


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "ha">%b]><schedule>&l9;</schedule>' % b"".join(
    b'<!ENTITY l%d "%b">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"&a;" * 10) for n in range(10)
)
OUTSIDE = b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><schedule><conference><title>&x;</title></conference></schedule>'
PARAMETER = b'<!DOCTYPE s [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]><schedule/>'
BLOWN_UP = b'<!DOCTYPE s [<!ENTITY a "' + b"a" * 100_000 + b'">]><schedule>' + b"&a;" * 10_000 + b"</schedule>"

PROGRAMMES = {
    "a thousand million laughs": (LAUGHS, "document type or entity"),
    "one long entity many times": (BLOWN_UP, "document type or entity"),
    "a file of this machine": (OUTSIDE, "document type or entity"),
    "an address of this machine": (PARAMETER, "document type or entity"),
    "a zip bomb": (zip_bomb(), "not well-formed"),
    "a gzip bomb": (gzip.compress(bytes(50 * MB)), "not well-formed"),
    "a million rows of CSV": (HEAD + b"M1,a@b.org,member,2026-01-01,2026-12-31,\n" * 1_000_000, "not well-formed"),
    "more than is read at all": (b"<schedule>" + b" " * (64 * MB), "larger than 64 MB"),
    "elements a million deep": (b"<a>" * 1_000_000, "more than 40 deep"),
    "one line of 10 MB": (
        b"<schedule><conference><title>" + b"a" * (10 * MB) + b"</title></conference></schedule>",
        "there is no <day> in it",
    ),
    "one JSON line of 10 MB": (b'{"schedule":{"conference":{"title":"' + b"a" * (10 * MB) + b'"}}}', "no <day>"),
    "JSON five million deep": (b'{"schedule":' + b"[" * 400_000, "too deep"),
    "JSON objects a hundred thousand deep": (b'{"schedule":' + b'{"a":' * 100_000, "too deep"),
    "five million JSON objects": (
        b'{"schedule":{"conference":{"days":[' + b"{}," * 5_000_000 + b"{}]}}}",
        "5,000,005 objects and lists, where 500,000 are the most",
    ),
    "a number of a million digits": (b'{"schedule":{"conference":{"x":' + b"9" * 1_000_000 + b"}}}", "not JSON"),
    "NUL in JSON": (json_of(EVENT % (GUID, b"a\\u0000b")), "1 sessions"),
    "half a letter in JSON": (json_of(EVENT % (GUID, b"a \\ud800 b"), b"A\\udfff"), "1 sessions"),
    "numbers that are none": (b'{"schedule":{"conference":{"x":NaN,"days":[{"date":1e999}]}}}', "0 sessions"),
    "broken UTF-8 in JSON": (json_of(EVENT % (GUID, b"\xff")), "not UTF-8"),
    "NUL in XML": (b"<schedule>\0</schedule>", "not well-formed"),
    "broken UTF-8 in XML": (b"<schedule>\xc3\x28</schedule>", "its bytes are not"),
    "a mark before JSON": (b"\xef\xbb\xbf" + json_of(EVENT % (GUID, b"t")), "1 sessions"),
    "a UTF-7 file": (b'<?xml version="1.0" encoding="utf-7"?><schedule/>', "encoding"),
}
ROSTERS = {
    "a million rows": (HEAD + b"M1,a@b.org,member,2026-01-01,2026-12-31,\n" * 1_000_000, "more than 4 MB"),
    "four MB of wrong rows": (HEAD + b",,,,,x\n" * 590_000, "More than 5,000 cells are wrong by line 1002."),
    "a MB of good rows": (
        HEAD + b"".join(b"M%06d,a%d@b.org,member,2026-01-01,2026-12-31,\n" % (n, n) for n in range(20_000)),
        "20000 rows, 0 errors",
    ),
    "one cell of 4 MB": (HEAD + b"a" * (4 * MB - 100), "line 2 cannot be read"),
    "a quote that does not end": (HEAD + b'"' + b"a,\n" * MB, "line 2 cannot be read"),
    "four million commas": (HEAD + b"," * (4 * MB - 100), "0 rows, 0 errors"),
    "a million line ends": (HEAD + b"\n" * MB, "0 rows, 0 errors"),
    "a million columns": (HEAD.strip() + b",a" * 1_000_000, "0 rows, 0 errors"),
    "NUL": (HEAD + b"M000001,a\0@b.org,member,2026-01-01,2026-12-31,\n", "0 rows, 1 errors"),
    "broken UTF-8": (HEAD + b"M000001,\xff\xfe@b.org,member,2026-01-01,2026-12-31,\n", "0 rows, 1 errors"),
    "half of UTF-16": (b"\xff\xfe" + HEAD[:31], "has to name the columns"),
    "a mark": (b"\xef\xbb\xbf" + HEAD + b"M000001,a@b.org,member,2026-01-01,2026-12-31,\n", "1 rows"),
    "a gzip bomb": (gzip.compress(bytes(50 * MB)), "has to name the columns"),
}
ALL = {
    f"{kind}: {what}": case
    for kind, cases in (("programme", PROGRAMMES), ("roster", ROSTERS))
    for what, case in cases.items()
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What came of each file."""
    folder = tmp_path_factory.mktemp("bombs")
    for what, (data, _expected) in ALL.items():
        (folder / what).write_bytes(data)
    reader = [sys.executable, "-c", READ, str(folder), str(700 * MB)]
    done = subprocess.run(reader, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr[-2000:]
    return {what: line for what in ALL for line in done.stdout.splitlines() if line.startswith(f"{what} ")}


@pytest.mark.parametrize("what", ALL)
def test_a_bomb_is_refused_in_words(said: dict[str, str], what: str) -> None:
    assert ALL[what][1] in said[what]


def test_nothing_of_this_machine_is_in_what_was_read(said: dict[str, str]) -> None:
    assert "root:" not in "".join(said.values())


def test_a_programme_that_is_a_bomb_ends_the_command_with_words(tmp_path: Path, database_url: str) -> None:
    file = tmp_path / "schedule.xml"
    file.write_bytes(LAUGHS)

    done = subprocess.run(
        program("import", str(file), "--event", "annual", "--create", "--json"),
        capture_output=True,
        text=True,
        env=os.environ | {"COLLOQUY_DATABASE_URL": database_url},
        timeout=60,
    )

    assert done.returncode == 1
    assert "document type or entity declaration" in done.stderr
    assert "Traceback" not in done.stderr
    assert '"created": 0' in done.stdout
