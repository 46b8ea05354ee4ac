"""What is wrong with a calendar is found, with its line and where it is written; and ours are right."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from events.checking import checking, lines
from events.checking.checking import Report
from events.checking.findings import Level
from events.cli import main
from events.core import calendars
from events.core.calendars import Party, Vevent

GOOD = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//Example//EN
NAME:Library week
X-WR-CALNAME:Library week
REFRESH-INTERVAL;VALUE=DURATION:PT1H
X-PUBLISHED-TTL:PT1H
BEGIN:VTIMEZONE
TZID:America/Chicago
BEGIN:STANDARD
DTSTART:20261101T020000
TZOFFSETFROM:-0500
TZOFFSETTO:-0600
TZNAME:CST
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20260308T020000
TZOFFSETFROM:-0600
TZOFFSETTO:-0500
TZNAME:CDT
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260501T120000Z
LAST-MODIFIED:20260501T120000Z
SEQUENCE:2
DTSTART;TZID=America/Chicago:20260625T090000
DTEND;TZID=America/Chicago:20260625T100000
SUMMARY:Storytime\\, twice
STATUS:CONFIRMED
TRANSP:OPAQUE
END:VEVENT
BEGIN:VEVENT
UID:2@example.org
DTSTAMP:20260502T120000Z
LAST-MODIFIED:20260502T120000Z
SEQUENCE:0
DTSTART;VALUE=DATE:20260920
DTEND;VALUE=DATE:20260927
SUMMARY:Banned Books Week
STATUS:CONFIRMED
TRANSP:TRANSPARENT
END:VEVENT
END:VCALENDAR
"""


def looked_at(text: str, *, feed: bool = True) -> Report:
    return checking.check(text.replace("\n", "\r\n").encode(), "a file", feed=feed)


def told(report: Report) -> list[tuple[str, int, str]]:
    return [(one.level.value, one.line, one.words) for one in report.findings]


def test_a_good_feed_has_nothing_wrong() -> None:
    report = looked_at(GOOD)

    assert told(report) == []
    assert (report.entries, report.good) == (2, True)


BROKEN = {
    "VERSION is missing.": ("VERSION:2.0\n", ""),
    "VERSION is 1.0, not 2.0.": ("VERSION:2.0", "VERSION:1.0"),
    "PRODID is missing.": ("PRODID:-//Example//Example//EN\n", ""),
    "UID is missing.": ("UID:1@example.org\n", ""),
    "DTSTAMP is missing.": ("DTSTAMP:20260501T120000Z\n", ""),
    "DTSTAMP is not in UTC.": ("DTSTAMP:20260501T120000Z", "DTSTAMP:20260501T120000"),
    "DTSTART is missing.": ("DTSTART;TZID=America/Chicago:20260625T090000\n", ""),
    "DTSTART '2006717T080000Z' is no time (YYYYMMDDTHHMMSS).": (
        "DTSTART;TZID=America/Chicago:20260625T090000",
        "DTSTART:2006717T080000Z",
    ),
    "DTSTART '20260631T090000' is no day of a calendar.": ("20260625T090000", "20260631T090000"),
    "It ends before it begins.": ("20260625T100000", "20260625T083000"),
    "DTSTART is a day and DTEND a time, or the other way.": ("DTEND;VALUE=DATE:20260927", "DTEND:20260927T000000Z"),
    "DTEND and DURATION exclude each other.": ("SEQUENCE:2", "DURATION:PT1H\nSEQUENCE:2"),
    "VEVENT has 2 SUMMARY.": ("SEQUENCE:2", "SUMMARY:Again\nSEQUENCE:2"),
    "SEQUENCE is 'two', and no number.": ("SEQUENCE:2", "SEQUENCE:two"),
    "STATUS is 'OFF'.": ("STATUS:CONFIRMED\nTRANSP:OPAQUE", "STATUS:OFF\nTRANSP:OPAQUE"),
    "TRANSP is 'CLEAR'.": ("TRANSP:OPAQUE", "TRANSP:CLEAR"),
    "SUMMARY has a comma or semicolon without a backslash.": ("Storytime\\,", "Storytime,"),
    "TZID America/Denver has no VTIMEZONE.": ("DTEND;TZID=America/Chicago", "DTEND;TZID=America/Denver"),
    "STANDARD of America/Chicago has no TZOFFSETTO.": ("TZOFFSETTO:-0600\nTZNAME:CST", "TZNAME:CST"),
    "RRULE 'FREQ=SOMETIMES' cannot be followed.": ("SEQUENCE:2", "RRULE:FREQ=SOMETIMES\nSEQUENCE:2"),
    "REFRESH-INTERVAL needs VALUE=DURATION.": ("REFRESH-INTERVAL;VALUE=DURATION", "REFRESH-INTERVAL"),
    "X-PUBLISHED-TTL is '1:00:00', and no duration such as PT1H.": ("TTL:PT1H", "TTL:1:00:00"),
    "The UID 1@example.org stands in line 23 too: apps show one of them.": ("UID:2@", "UID:1@"),
    "VALARM has no TRIGGER.": ("SEQUENCE:2", "SEQUENCE:2\nBEGIN:VALARM\nACTION:DISPLAY\nEND:VALARM"),
    "END:VTODO ends VEVENT.": ("TRANSP:OPAQUE\nEND:VEVENT", "TRANSP:OPAQUE\nEND:VTODO\nEND:VEVENT"),
    "GEO is '41.8\\\\;-87.6', not two numbers with a semicolon.": ("SEQUENCE:2", "GEO:41.8\\;-87.6\nSEQUENCE:2"),
    "The line is no content line: a name, a colon and a value are wanted.": ("SEQUENCE:2", "None\nSEQUENCE:2"),
    "A line is empty.": ("SEQUENCE:2", "\nSEQUENCE:2"),
    "The line has a control character.": ("Storytime", "Story\x07time"),
    "METHOD is 'CREATE'.": ("VERSION:2.0", "VERSION:2.0\nMETHOD:CREATE"),
}


@pytest.mark.parametrize("words", BROKEN)
def test_each_fault_is_an_error_with_its_line(words: str) -> None:
    old, new = BROKEN[words]
    assert old in GOOD

    errors = [one for one in looked_at(GOOD.replace(old, new, 1)).findings if one.level is Level.error]

    assert words in [one.words for one in errors]
    assert all(one.source for one in errors)


def test_the_bytes_are_looked_at_before_the_words() -> None:
    lf = checking.check(GOOD.encode(), "a file", feed=True)
    long = looked_at(GOOD.replace("Storytime", "S" * 80))
    torn = checking.check(
        GOOD.replace("\n", "\r\n").encode().replace(b"Storytime", "Geschicht\u00e4".encode()[:-1] + b"\r\n \xa4"),
        "x",
        feed=True,
    )

    assert any("ends without a carriage return" in one.words for one in lf.findings)
    assert any("lines more" in one.words for one in lf.findings)
    assert [one.words for one in long.findings] == ["The line is longer than 75 octets."]
    assert [one.words for one in torn.findings] == ["The line is no UTF-8, or folded inside a letter."]
    assert not torn.good


PEERS = {
    # pretix, pretalx and Indico (FIELD 4.1): DTSTAMP is the time when the file was made; no SEQUENCE, no LAST-MODIFIED.
    "DTSTAMP of now": (
        re.sub(r"(LAST-MODIFIED|SEQUENCE):.*\n", "", re.sub(r"DTSTAMP:.*", "DTSTAMP:20261123T101112Z", GOOD)),
        ["have no SEQUENCE", "have no LAST-MODIFIED", "All entries have one DTSTAMP"],
    ),
    "a feed with people in it": (
        GOOD.replace("SEQUENCE:2", "ORGANIZER:mailto:a@example.org\nATTENDEE:mailto:b@example.org\nSEQUENCE:2"),
        ["have ATTENDEE", "have ORGANIZER"],
    ),
    "a feed with a METHOD": (GOOD.replace("VERSION:2.0", "VERSION:2.0\nMETHOD:PUBLISH"), ["A feed that has a METHOD"]),
    "no refresh": (GOOD.replace("X-PUBLISHED-TTL:PT1H\n", ""), ["tell apps how often to look"]),
    "a zone with seconds": (GOOD.replace("TZOFFSETFROM:-0600", "TZOFFSETFROM:-055036"), ["has seconds"]),
    "a zone of its own name": (GOOD.replace("America/Chicago", "Central Time"), ["no zone of the IANA database"]),
}


@pytest.mark.parametrize("problem", PEERS)
def test_what_the_peers_do_is_named(problem: str) -> None:
    text, words = PEERS[problem]
    found = [one.words for one in looked_at(text).findings]

    for one in words:
        assert any(one in each for each in found), (one, found)


REQUEST = {
    "A REQUEST has no ATTENDEE.": "ORGANIZER:mailto:rsvp@example.org",
    "A REQUEST has no ORGANIZER.": "ATTENDEE:mailto:a@example.org",
    "ORGANIZER is 'rsvp@example.org'; mailto: is missing.": "ORGANIZER:rsvp@example.org\nATTENDEE:mailto:a@example.org",
}


@pytest.mark.parametrize("words", REQUEST)
def test_an_invitation_says_who_asks_whom(words: str) -> None:
    only = GOOD[: GOOD.index("BEGIN:VEVENT\nUID:2")] + "END:VCALENDAR\n"
    text = only.replace("VERSION:2.0", "VERSION:2.0\nMETHOD:REQUEST").replace(
        "SEQUENCE:2", f"{REQUEST[words]}\nSEQUENCE:2"
    )

    assert words in [one.words for one in looked_at(text, feed=False).findings]


NOON = datetime(2026, 6, 25, 12, tzinfo=UTC)
TEXT = st.text(st.characters(codec="utf-8"), max_size=120)


@given(st.lists(st.tuples(TEXT, TEXT, st.booleans(), st.integers(0, 400)), min_size=1, max_size=6))
def test_whatever_people_write_our_feeds_and_invitations_are_right(said: list[tuple[str, str, bool, int]]) -> None:
    entries = []
    for number, (title, place, all_day, days) in enumerate(said):
        day = date(2026, 1, 1) + timedelta(days=days)
        starts = NOON + timedelta(days=days)
        entries.append(
            Vevent(
                f"{number}@example.org",
                f"x{title}",
                day if all_day else starts,
                day + timedelta(days=1) if all_day else starts + timedelta(hours=1),
                "" if all_day else "America/Chicago",
                last_modified=NOON + timedelta(minutes=number),
                description=place,
                location=place,
                sequence=number,
            )
        )
    feed = calendars.calendar(
        calendars.header("Ours", "America/Chicago", date(2026, 1, 1), date(2027, 12, 31)),
        [calendars.render(one) for one in entries],
    )
    invite = calendars.invitation(
        entries[0], "REQUEST", Party("rsvp@example.org", "Us"), Party("a@example.org", "A"), NOON
    )

    assert [one for one in told(checking.check(feed, "ours", feed=True)) if one[0] != "note"] == []
    assert [one for one in told(checking.check(invite, "ours", feed=False)) if one[0] == "error"] == []


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fall_over(body: bytes) -> None:
    checking.check(body, "noise", feed=True)
    read, _found = lines.read(b"BEGIN:VCALENDAR\r\n" + body)
    assert all(line.name == line.name.upper() for line in read)


def test_the_command_says_it_in_lines_and_in_its_last_word(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.ics", tmp_path / "bad.ics"
    good.write_bytes(GOOD.replace("\n", "\r\n").encode())
    bad.write_bytes(GOOD.replace("\n", "\r\n").replace("VERSION:2.0\r\n", "").encode())
    run = CliRunner()

    right = run.invoke(main, ["calendar-check", str(good), "--feed"])
    wrong = run.invoke(main, ["calendar-check", str(good), str(bad)])
    machine = run.invoke(main, ["calendar-check", "--json", str(bad)])
    absent = run.invoke(main, ["calendar-check", str(tmp_path / "no.ics")])

    assert (right.exit_code, wrong.exit_code, machine.exit_code, absent.exit_code) == (0, 1, 1, 2)
    assert "Nothing is wrong." in right.output
    assert "error: line 1: VERSION is missing.  (RFC 5545 3.7.4)" in wrong.output
    assert '"level": "error"' in machine.output


SHARED = Path(__file__).parents[3] / "shared" / "data" / "calendars"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the calendars of other programs are not on this machine")
def test_other_programs_calendars_are_read_and_the_broken_ones_known() -> None:
    broken = {path.name: checking.check_file(path, feed=False) for path in sorted((SHARED / "invalid").glob("*.ics"))}
    for path in sorted((SHARED / "valid").glob("*.ics")):
        checking.check_file(path, feed=True)

    assert {name for name, report in broken.items() if report.good} == set()
