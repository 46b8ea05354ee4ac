"""Sessions from pretalx: the shape that conferences publish, made here, and read where it lies beside the checkout."""

import json
from pathlib import Path
from typing import Any

import pytest

from events.core import database
from events.schedule.importing import Wish
from events.sheets import bringing
from events.sheets.bringing import Ask, Outcome
from tests import make
from tests.make import NOON

EUROPYTHON = Path(__file__).parents[3] / "shared" / "data" / "programmes" / "europython-2022-sessions.json"


def talk(code: str = "LTMDS9", title: str = "The Geometry of the Universe", **values: Any) -> dict[str, Any]:
    usual = {
        "code": code,
        "title": title,
        "speakers": [
            {"code": "SVGULC", "name": "John Gill", "biography": "Yorkshire\r\n\r\nand skiing", "avatar": None}
        ],
        "submission_type": "Poster",
        "slug": "the-geometry",
        "track": "Python Friends",
        "state": "confirmed",
        "abstract": "A place to **come**",
        "description": "",
        "duration": "60",
    }
    return usual | values


async def bring(whole: object, event: str = "annual", **values: object) -> Outcome:
    data = json.dumps(whole, indent=1).encode()
    return await bringing.bring(data, Ask(Wish(event=event, source="sessions.json"), **values), NOON)  # type: ignore[arg-type]


def counts(outcome: Outcome) -> tuple[int, int, int, int]:
    report = outcome.report
    return report.created, report.changed, report.unchanged, report.refused


async def test_sessions_come_with_their_people_tracks_and_types_and_wait_for_a_time(db: None) -> None:
    await make.event("annual")

    first = await bring([talk(), talk("7DJJMK", "PySnooper", speakers=[])])
    again = await bring([talk(), talk("7DJJMK", "PySnooper", speakers=[])])
    changed = await bring([talk(title="Geometry"), talk("7DJJMK", "PySnooper", speakers=[])])

    assert (counts(first), counts(again), counts(changed)) == ((2, 0, 0, 0), (0, 0, 2, 0), (0, 1, 1, 0))
    row = await database.row(
        "SELECT s.code, s.title, t.name AS track, y.name AS type, p.name, p.biography,"
        " (SELECT count(*) FROM slot l WHERE l.session_id = s.id) AS slots FROM session s"
        " JOIN track t ON t.id = s.track_id JOIN session_type y ON y.id = s.type_id"
        " JOIN session_person r ON r.session_id = s.id JOIN person p ON p.id = r.person_id"
    )
    assert dict(row or {}) == {
        "code": "LTMDS9",
        "title": "Geometry",
        "track": "Python Friends",
        "type": "Poster",
        "name": "John Gill",
        "biography": "Yorkshire\n\nand skiing",
        "slots": 0,
    }


async def test_the_shape_of_its_api_brings_times_and_rooms(db: None) -> None:
    await make.event("annual")
    slot = {"start": "2026-07-09T09:00:00-05:00", "end": "2026-07-09T09:45:00-05:00", "room": {"en": "Main Hall"}}
    told = talk(submission_type={"en": "Talk"}, track={"en": "Data"}, slot=slot, content_locale="en")

    outcome = await bring({"count": 1, "results": [told]})

    assert counts(outcome) == (1, 0, 0, 0)
    row = await database.row(
        "SELECT r.name, l.starts_at, l.ends_at - l.starts_at AS lasts FROM slot l"
        " JOIN slot_room x ON x.slot_id = l.id JOIN room r ON r.id = x.named_id"
    )
    assert row is not None
    assert (row["name"], row["starts_at"].isoformat(), row["lasts"].seconds) == (
        "Main Hall",
        "2026-07-09T14:00:00+00:00",
        45 * 60,
    )


async def test_what_was_not_accepted_is_left_out_and_counted(db: None) -> None:
    await make.event("annual")

    outcome = await bring([talk(), talk("AAAAAA", state="rejected"), talk("BBBBBB", state="rejected")])

    assert counts(outcome) == (1, 0, 0, 0)
    assert [(one.level, one.words) for one in outcome.faults] == [("warning", "2 are rejected; they are left out")]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (talk(title=""), "it has no title"),
        (talk(title="x" * 301), "its title has 301 characters"),
        (talk("A B"), "is no code"),
        (talk(), "it is there twice (line 3)"),
        (talk("CCCCCC", slot={"start": "yesterday", "end": "today"}), "no time of day"),
        (talk("CCCCCC", slot={"start": "2026-07-09T10:00:00Z", "end": "2026-07-09T09:00:00Z"}), "it lasts no time"),
    ],
)
async def test_a_session_that_cannot_be_read_is_named_and_nothing_is_written(
    db: None, wrong: dict[str, Any], words: str
) -> None:
    await make.event("annual")

    outcome = await bring([talk(), wrong])

    assert outcome.refused
    assert [one.words for one in outcome.faults if words in one.words], outcome.faults
    assert all(one.line for one in outcome.faults if one.column != "a session without a title")
    assert await database.value("SELECT count(*) FROM session") == 0


async def test_the_sessions_of_europython_come_in_whole(db: None) -> None:
    if not EUROPYTHON.exists():
        pytest.skip("the programme of EuroPython 2022 does not lie beside this checkout")
    await make.event("annual")
    data = EUROPYTHON.read_bytes()

    first = await bringing.bring(data, Ask(Wish(event="annual", source="ep.json")), NOON)
    again = await bringing.bring(data, Ask(Wish(event="annual", source="ep.json")), NOON)

    told = json.loads(data)
    assert (counts(first), counts(again)) == ((len(told), 0, 0, 0), (0, 0, len(told), 0))
    people = {one["code"] for session in told for one in session["speakers"]}
    assert await database.value("SELECT count(*) FROM person") == len(people)
    assert again.lines == []
