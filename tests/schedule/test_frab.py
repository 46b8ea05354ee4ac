from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from events.schedule import frab
from events.schedule.frab_xml import NotReadable
from tests.schedule.programmes import event_xml, schedule_xml

SHARED = Path(__file__).parents[3] / "shared" / "data"


def test_a_session_is_read_with_all_it_has() -> None:
    more = (
        "<subtitle>Sub</subtitle><track slug='teens'>Teens</track><type>Panel</type><language>en</language>"
        "<abstract>&lt;p&gt;Short&lt;/p&gt;</abstract><description>Long</description>"
        "<recording><license/><optout>true</optout></recording>"
        "<persons><person id='4'>Ada Lovelace</person><person id='5'>Grace  Hopper</person></persons>"
        "<links><link href='https://example.org/a'>A</link></links>"
        "<attachments><attachment href='https://example.org/b'></attachment></attachments>"
    )
    programme = frab.read(schedule_xml(event_xml("Opening", more=more)))

    assert programme.problems == []
    [session] = programme.sessions
    assert session.key == "guid:fdbc5919-f702-524c-9331-3a2c670f6ff3"
    assert session.guid == UUID("fdbc5919-f702-524c-9331-3a2c670f6ff3")
    assert (session.title, session.subtitle, session.track, session.type) == ("Opening", "Sub", "Teens", "Panel")
    assert (session.abstract, session.description, session.language) == ("<p>Short</p>", "Long", "en")
    assert session.do_not_record
    assert [(person.key, person.name) for person in session.people] == [
        ("id:4", "Ada Lovelace"),
        ("id:5", "Grace Hopper"),
    ]
    assert session.links == (("A", "https://example.org/a"),)
    assert session.attachments == (("https://example.org/b", "https://example.org/b"),)
    [slot] = session.slots
    assert (slot.room, slot.starts_at) == ("Ballroom A", datetime(2026, 7, 9, 14, tzinfo=UTC))
    assert [(track.slug, track.name) for track in programme.tracks] == [("teens", "Teens")]
    assert (programme.conference.acronym, programme.conference.timezone) == ("annual-2026", "America/Chicago")


def test_pentabarf_has_a_start_a_day_and_a_day_change() -> None:
    conference = "<day_change>06:00:00</day_change><time_zone_name>Europe/Brussels</time_zone_name>"
    late = event_xml("Party", guid="", date="", start="05:30", attributes=" id='17'")

    [session] = frab.read(schedule_xml(late, conference=conference)).sessions

    assert session.key == "id:17"
    assert session.slots[0].starts_at == datetime(2026, 7, 10, 3, 30, tzinfo=UTC)


def test_pretalx_writes_one_session_with_several_slots_under_one_code() -> None:
    first = event_xml("Lab", guid="11111111-f702-524c-9331-3a2c670f6ff3", attributes=" code='ABC234'")
    again = event_xml(
        "Lab",
        guid="22222222-f702-524c-9331-3a2c670f6ff3",
        date="2026-07-09T13:00:00-05:00",
        attributes=" code='ABC234'",
    )

    programme = frab.read(schedule_xml(first, again))

    [session] = programme.sessions
    assert (session.key, session.code) == ("code:ABC234", "ABC234")
    assert [slot.key for slot in session.slots] == [
        "guid:11111111-f702-524c-9331-3a2c670f6ff3",
        "guid:22222222-f702-524c-9331-3a2c670f6ff3",
    ]
    assert programme.problems == []


def test_the_same_guid_with_another_title_is_refused_and_names_both_lines() -> None:
    programme = frab.read(schedule_xml(event_xml("Opening"), event_xml("Closing", start="10:00")))

    assert [str(problem) for problem in programme.errors] == [
        "line 5: session “Closing”: it has the guid fdbc5919-f702-524c-9331-3a2c670f6ff3 of “Opening” (line 4)"
    ]


def test_a_session_that_stands_twice_is_taken_once() -> None:
    programme = frab.read(schedule_xml(event_xml(), event_xml()))

    assert (len(programme.sessions), programme.slot_count) == (1, 1)
    assert [problem.level for problem in programme.problems] == ["warning"]


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (event_xml(""), "it has no title"),
        (event_xml("x" * 301), "its title has 301 characters; 300 is the most"),
        (event_xml(guid="not-a-guid"), "“not-a-guid” is no guid"),
        (event_xml(date="yesterday", start=""), "it has no start"),
        (event_xml(duration=""), "it has no duration"),
        (event_xml(more=f"<abstract>{'a' * 100_001}</abstract>"), "its abstract has 100,001 characters"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_with_its_line(event: str, why: str) -> None:
    good = event_xml("Good", guid="33333333-f702-524c-9331-3a2c670f6ff3")
    programme = frab.read(schedule_xml(good, event))

    [problem] = programme.errors
    assert (problem.line, [session.title for session in programme.sessions]) == (5, ["Good"])
    assert why in problem.why


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (event_xml(more="<links><link href='javascript:alert(1)'>x</link></links>"), "is no web address; left out"),
        (event_xml(more="<language>the language of the birds</language>"), "is no language code; left out"),
        (event_xml(guid=""), "only its title finds it again"),
    ],
)
def test_a_gap_is_a_warning(event: str, why: str) -> None:
    programme = frab.read(schedule_xml(event))

    assert [problem.level for problem in programme.problems] == ["warning"]
    assert why in programme.problems[0].why
    assert programme.sessions[0].links == ()


def test_a_file_without_a_zone_takes_the_events() -> None:
    plain = schedule_xml(event_xml(date="2026-07-09T09:00:00"), conference="")

    assert frab.read(plain, "Europe/Berlin").sessions[0].slots[0].starts_at == datetime(2026, 7, 9, 7, tzinfo=UTC)
    assert [problem.why for problem in frab.read(plain).problems] == ["it names no time zone; UTC is used"]


@pytest.mark.parametrize("zone", ["CEST", "Europe/Atlantis"])
def test_a_zone_that_is_none_is_told(zone: str) -> None:
    programme = frab.read(schedule_xml(conference=f"<time_zone_name>{zone}</time_zone_name>"), "Europe/Berlin")

    assert programme.problems[0].why == f"“{zone}” is no IANA time zone; Europe/Berlin is used"
    assert programme.conference.timezone == "Europe/Berlin"


def test_control_characters_stay_outside() -> None:
    assert frab.clean("a\x07b \n c") == "ab c"
    assert frab.clean_text("a\x07\r\nb") == "a\nb"


@pytest.mark.parametrize(
    ("text", "slug"), [("Data & Métadonnées", "data-metadonnees"), ("Größe", "groesse"), ("日本", "")]
)
def test_a_slug_has_letters_digits_and_dashes(text: str, slug: str) -> None:
    assert frab.slug(text) == slug


@pytest.mark.parametrize(
    "data", [b"<html/>", b"<schedule/>", b"<schedule><conference><title>x</title></conference></schedule>", b'{"a": 1}']
)
def test_another_file_is_no_programme(data: bytes) -> None:
    with pytest.raises(NotReadable):
        frab.read(data)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared programmes are not beside this checkout")
def test_a_real_programme_is_read_whole() -> None:
    programme = frab.read((SHARED / "programmes" / "fosdem-2025.xml").read_bytes())

    assert (len(programme.sessions), len(programme.rooms), programme.problems) == (1105, 35, [])
