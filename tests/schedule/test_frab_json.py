import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from events.schedule import frab, frab_json
from events.schedule.frab_xml import NotReadable

EXAMPLES = Path(__file__).parents[3] / "shared" / "data" / "schemas" / "examples"


def written(**event: Any) -> bytes:
    one = {
        "id": 3,
        "guid": "8079583e-8321-506c-95af-fd2903a5f075",
        "date": "2026-07-09T09:00:00-05:00",
        "start": "09:00",
        "duration": "00:30",
        "title": "Opening",
        "persons": [{"id": 1, "code": "ADA222", "public_name": "Ada Lovelace", "biography": "Wrote notes."}],
        "links": [{"url": "https://example.org", "title": "Notes"}],
    } | event
    days = [{"index": 1, "date": "2026-07-09", "rooms": {"Ballroom A": [one]}}]
    rooms = [{"name": "Ballroom A", "guid": "b379c473-93b9-4eae-9a09-d482e86cede3", "capacity": 40}]
    conference = {
        "acronym": "annual",
        "title": "Annual",
        "time_zone_name": "America/Chicago",
        "days": days,
        "rooms": rooms,
    }
    return json.dumps({"schedule": {"version": "1", "conference": conference}}, indent=1).encode()


def test_a_session_of_json_is_read_like_one_of_xml() -> None:
    programme = frab.read(written())

    [session] = programme.sessions
    assert programme.problems == []
    assert (session.title, session.slots[0].room) == ("Opening", "Ballroom A")
    assert session.slots[0].starts_at == datetime(2026, 7, 9, 14, tzinfo=UTC)
    assert [(one.key, one.name, one.biography) for one in session.people] == [
        ("code:ADA222", "Ada Lovelace", "Wrote notes.")
    ]
    assert session.links == (("Notes", "https://example.org"),)
    assert programme.rooms[0].capacity == 40


def test_a_problem_names_the_line_of_the_event() -> None:
    data = written(duration="never")

    [problem] = frab.read(data).errors

    assert "8079583e" in data.decode().splitlines()[problem.line - 1]


@pytest.mark.parametrize(
    "data", [b"{", b'{"schedule": []}', b'{"schedule": {"conference": 1}}', b"{\xff", b"{" * 100_000]
)
def test_what_is_no_programme_is_refused(data: bytes) -> None:
    with pytest.raises(NotReadable):
        frab_json.read(data)


@pytest.mark.skipif(not EXAMPLES.exists(), reason="the shared examples are not beside this checkout")
@pytest.mark.parametrize(("name", "count"), [("pretalx-democon.json", 36), ("pretalx-rc3.json", 48)])
def test_real_files_are_read(name: str, count: int) -> None:
    programme = frab.read((EXAMPLES / name).read_bytes())

    assert (len(programme.sessions), programme.errors) == (count, [])
