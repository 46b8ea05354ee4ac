import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from lxml import etree

from events.schedule import frab, frab_writing
from events.schedule.snapshots import Snapshot
from tests.schedule.programmes import EVENT, moved, session, slot, snapshot

SCHEMAS = Path(__file__).parents[3] / "shared" / "data" / "schemas"
BASE = "https://events.example.org"
TWICE = session(1, slot(1), slot(9, 30), track="teens", abstract="<p>a & b</p>", type="Panel")
PROGRAMME = snapshot(
    TWICE,
    session(2, slot(2, 1, rooms=(2,)), title='Quotes " < > & é', links=(("A&B", "https://example.org/?a=1&b=2"),)),
    session(3, slot(3, 2, rooms=()), people=()),
    session(4, slot(4, 3), state="cancelled"),
    session(5, slot(5, 4), visibility="closed", title="", people=()),
    session(6, slot(6, 5, minutes=60 * 24 * 20), language="es", do_not_record=True),
    number=3,
)
EMPTY = snapshot(number=1)
SHORT = snapshot(session(1), number=1, event=replace(EVENT, slug="ala", timezone="US/Central"))


@pytest.mark.skipif(not SCHEMAS.exists(), reason="the shared schemas are not beside this checkout")
@pytest.mark.parametrize("programme", [PROGRAMME, EMPTY, SHORT])
def test_both_files_are_valid_under_the_schemas(programme: Snapshot) -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "schedule.xml.xsd"))
    schema.assertValid(etree.fromstring(frab_writing.xml(programme, BASE)))

    rules = json.loads((SCHEMAS / "schedule.schema.json").read_text())
    checker = jsonschema.Draft6Validator(rules, format_checker=jsonschema.FormatChecker())
    assert list(checker.iter_errors(json.loads(frab_writing.json_bytes(programme, BASE)))) == []


def test_the_rules_of_the_schema_that_are_easily_broken_hold() -> None:
    root = etree.fromstring(frab_writing.xml(PROGRAMME, BASE))
    events = root.findall("day/room/event")

    for name in ("guid", "id"):
        values = [event.get(name) for event in events]
        assert len(set(values)) == len(values)
    codes = [event.get("code") for event in events if event.get("code")]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"\d\d:\d\d", event.findtext("duration") or "") for event in events)
    assert [element.tag for element in root] == ["generator", "url", "version", "conference", "day", "day"]
    assert re.fullmatch("[a-z0-9_-]{4,}", root.findtext("conference/acronym") or "")


def test_closed_and_cancelled_sessions_are_left_out() -> None:
    titles = [one.text for one in etree.fromstring(frab_writing.xml(PROGRAMME, BASE)).iter("title")]

    assert sorted(str(title) for title in titles) == sorted(
        ["Annual Conference", "Session 1", "Session 1", 'Quotes " < > & é', "Session 3", "Session 6"]
    )


@pytest.mark.parametrize("write", [frab_writing.xml, frab_writing.json_bytes])
def test_what_is_written_reads_back_as_it_was(write: object) -> None:
    programme = frab.read(write(PROGRAMME, BASE))  # type: ignore[operator]

    assert [problem for problem in programme.problems if problem.level == "error"] == []
    sessions = {one.title: one for one in programme.sessions}
    assert set(sessions) == {"Session 1", 'Quotes " < > & é', "Session 3", "Session 6"}
    assert [one.starts_at for one in sessions["Session 1"].slots] == [one.starts_at for one in TWICE.slots]
    assert sessions["Session 1"].abstract == "<p>a & b</p>"
    assert sessions['Quotes " < > & é'].links == (("A&B", "https://example.org/?a=1&b=2"),)
    assert sessions["Session 6"].do_not_record
    assert programme.conference.timezone == "America/Chicago"
    assert frab.slug(programme.conference.acronym) == "annual-2026"


def test_the_same_release_gives_the_same_bytes() -> None:
    assert frab_writing.xml(PROGRAMME, BASE) == frab_writing.xml(PROGRAMME, BASE)
    assert frab_writing.json_bytes(PROGRAMME, BASE) == frab_writing.json_bytes(PROGRAMME, BASE)


def test_a_moved_session_keeps_its_guid_and_id() -> None:
    def names(programme: Snapshot) -> list[tuple[str | None, str | None]]:
        return [
            (one.get("guid"), one.get("id"))
            for one in etree.fromstring(frab_writing.xml(programme, BASE)).iter("event")
        ]

    assert names(snapshot(TWICE, number=1)) == names(snapshot(moved(TWICE, hours=1, rooms=(3,)), number=2))


def test_a_table_has_a_line_a_slot_and_no_formulas() -> None:
    evil = session(1, title="=HYPERLINK(1)", people=(("ADA222", "speaker"), ("GRACE2", "chair")))
    rows = list(csv.reader(io.StringIO(frab_writing.table(snapshot(evil, TWICE), BASE).decode("utf-8-sig"))))

    assert rows[0] == list(frab_writing.COLUMNS)
    assert rows[1][1:4] == ["'=HYPERLINK(1)", "2026-07-09 09:00", "2026-07-09 10:00"]
    assert rows[1][9] == "Ada Lovelace; Grace Hopper"
    assert len(rows) == 4
