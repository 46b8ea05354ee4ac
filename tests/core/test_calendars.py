"""Entries and feeds are read back by icalendar's parser, and by rules of RFC 5545 that no parser checks."""

import gzip
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, vUri

from events.core import calendars
from events.core.calendars import (
    FOOTER,
    Party,
    Vevent,
    _line,
    _property,
    _said,
    _text,
    block,
    calendar,
    fold,
    gzip_of,
    header,
    invitation,
    render,
)

JUNE = datetime(2026, 6, 25, 14, 0, tzinfo=UTC)
CHANGED = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
KEYNOTE = Vevent(
    "0f5b@colloquy.example",
    "Opening keynote",
    JUNE,
    JUNE + timedelta(hours=1),
    "America/Chicago",
    last_modified=CHANGED,
    description="Who reads, and why.",
    location="Ballroom A, McCormick Place",
    url="https://colloquy.example/events/annual/sessions/ABCDEF",
    sequence=2,
    categories=("Plenary",),
)
WEEK = Vevent(
    "77aa-2026@colloquy.example",
    "National Library Week",
    date(2026, 4, 19),
    date(2026, 4, 26),
    "",
    last_modified=CHANGED,
    transparent=True,
)
RSVP = Party("rsvp+k3@colloquy.example", "The Library Association")
ADA = Party("ada@example.org", 'Ada "Countess" Lovelace')


def read(ics: bytes) -> Any:
    """The one VEVENT of a calendar, as another program reads it."""
    (event,) = parts(ics, "VEVENT")
    return event


def parts(ics: bytes, name: str) -> list[Any]:
    return Calendar.from_ical(ics).walk(name)


def feed(*vevents: Vevent, zone: str = "America/Chicago", year: int = 2026) -> bytes:
    return calendar(header("A feed", zone, date(year, 1, 1), date(year, 12, 31)), map(render, vevents))


def test_an_entry_is_written_line_by_line_as_rfc_5545_wants_it() -> None:
    assert render(KEYNOTE).decode() == (
        "BEGIN:VEVENT\r\n"
        "SUMMARY:Opening keynote\r\n"
        "DTSTART;TZID=America/Chicago:20260625T090000\r\n"
        "DTEND;TZID=America/Chicago:20260625T100000\r\n"
        "DTSTAMP:20260501T093000Z\r\n"
        "UID:0f5b@colloquy.example\r\n"
        "SEQUENCE:2\r\n"
        "CATEGORIES:Plenary\r\n"
        "DESCRIPTION:Who reads\\, and why.\r\n"
        "LAST-MODIFIED:20260501T093000Z\r\n"
        "LOCATION:Ballroom A\\, McCormick Place\r\n"
        "STATUS:CONFIRMED\r\n"
        "TRANSP:OPAQUE\r\n"
        "URL:https://colloquy.example/events/annual/sessions/ABCDEF\r\n"
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY\r\n"
        "END:VEVENT\r\n"
    )


def test_a_celebration_is_a_span_of_days_that_keeps_nobody_busy() -> None:
    lines = render(WEEK).decode().splitlines()

    assert "DTSTART;VALUE=DATE:20260419" in lines
    assert "DTEND;VALUE=DATE:20260426" in lines
    assert "TRANSP:TRANSPARENT" in lines
    assert "X-MICROSOFT-CDO-BUSYSTATUS:FREE" in lines


def test_what_is_cancelled_says_so_and_frees_its_time() -> None:
    event = read(feed(replace(KEYNOTE, status="CANCELLED", join_link="https://colloquy.example/join/1")))

    assert event["summary"] == "Cancelled: Opening keynote"
    assert event["status"] == "CANCELLED"
    assert event["transp"] == "TRANSPARENT"
    assert "conference" not in event


def test_a_join_link_is_where_any_client_finds_it() -> None:
    event = read(feed(replace(KEYNOTE, join_link="https://colloquy.example/join/1")))

    assert event["conference"] == "https://colloquy.example/join/1"
    assert event["conference"].params["VALUE"] == "URI"
    assert event["description"].startswith("https://colloquy.example/join/1\n\n")


def test_a_feed_says_how_often_to_come_back_in_both_dialects() -> None:
    lines = header("Everything, always; more", "", None, None, refresh=timedelta(minutes=15)).decode().splitlines()

    assert "REFRESH-INTERVAL;VALUE=DURATION:PT15M" in lines
    assert "X-PUBLISHED-TTL:PT15M" in lines
    assert "NAME:Everything\\, always\\; more" in lines
    assert "X-WR-CALNAME:Everything\\, always\\; more" in lines


def test_a_feed_names_no_method_organizer_or_attendee() -> None:
    text = feed(KEYNOTE, WEEK)

    assert not any(word in text for word in (b"METHOD", b"ORGANIZER", b"ATTENDEE"))


def test_control_characters_never_reach_a_calendar() -> None:
    event = read(
        feed(replace(KEYNOTE, summary="Bell\x07 and\nbreak", description="one\r\ntwo\x0b\x7f", location="a\tb"))
    )

    assert event["summary"] == "Bell and break"
    assert read(feed(replace(KEYNOTE, summary="one\rtwo")))["summary"] == "one two"
    assert event["description"] == "one\ntwo"
    assert event["location"] == "a b"


@pytest.mark.parametrize(
    ("zone", "year", "expected"),
    [
        ("America/Chicago", 2026, [("DAYLIGHT", "20260308T020000"), ("STANDARD", "20261101T020000")]),
        ("Europe/Berlin", 2026, [("DAYLIGHT", "20260329T020000"), ("STANDARD", "20261025T030000")]),
        ("Australia/Lord_Howe", 2026, [("STANDARD", "20260405T020000"), ("DAYLIGHT", "20261004T020000")]),
        ("Asia/Tokyo", 2026, []),
    ],
)
def test_a_zone_changes_when_its_clocks_do_measured_before_the_change(
    zone: str, year: int, expected: list[tuple[str, str]]
) -> None:
    text = header("x", zone, date(year, 3, 1), date(year, 9, 1))
    (timezone,) = parts(text + FOOTER, "VTIMEZONE")

    changes = [(part.name, part["dtstart"].to_ical().decode()) for part in timezone.subcomponents]

    assert timezone["tzid"] == zone
    assert changes[1:] == expected


def test_a_zone_is_bounded_to_the_years_of_the_feed() -> None:
    text = header("x", "America/New_York", date(2026, 6, 1), date(2027, 2, 1)).decode()

    assert text.count("BEGIN:DAYLIGHT") == 2
    assert text.count("BEGIN:STANDARD") == 3
    assert "LMT" not in text


def test_several_zones_are_written_in_one_order_and_utc_needs_none() -> None:
    zones = {"UTC", "Europe/Paris", "America/Chicago", "Asia/Tokyo", "America/Denver"}
    text = header("x", "", date(2026, 1, 1), date(2026, 2, 1), zones=zones).decode()

    named = [line for line in text.splitlines() if line.startswith("TZID")]

    assert named == ["TZID:America/Chicago", "TZID:America/Denver", "TZID:Asia/Tokyo", "TZID:Europe/Paris"]


@given(
    st.integers(1_577_836_800, 2_051_222_400),
    st.sampled_from(["America/Chicago", "Europe/Dublin", "UTC"]),
)
def test_every_moment_of_every_year_comes_back_as_the_same_moment(second: int, zone: str) -> None:
    starts = datetime.fromtimestamp(second, UTC)
    vevent = replace(KEYNOTE, starts=starts, ends=starts + timedelta(minutes=75), timezone=zone)
    event = read(calendar(header("x", zone, starts, vevent.ends), [render(vevent)]))

    assert event["dtstart"].dt.astimezone(UTC) == starts
    assert event["dtend"].dt.astimezone(UTC) == vevent.ends


def test_the_hour_that_happens_twice_is_told_apart() -> None:
    first = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # 01:30 in Chicago, an hour before 01:30 in Chicago
    second = first + timedelta(hours=1)

    lines = render(replace(KEYNOTE, starts=first, ends=second)).decode().splitlines()

    assert "DTSTART;TZID=America/Chicago:20261101T013000" in lines
    assert "DTEND:20261101T073000Z" in lines


def test_a_feed_gives_the_hour_after_the_change_of_clocks_to_readers_that_trust_only_the_file() -> None:
    """The zone's own rules, read from the file alone: 03:00 in Chicago on 8 March 2026 is 08:00 UTC."""
    (timezone,) = parts(feed(KEYNOTE), "VTIMEZONE")
    onsets = [(part["dtstart"].dt - part["tzoffsetfrom"].td, part["tzoffsetto"].td) for part in timezone.subcomponents]
    local = datetime.fromisoformat("2026-03-08T03:00")

    offset = max((onset, offset) for onset, offset in onsets if onset + offset <= local)[1]

    assert local - offset == datetime.fromisoformat("2026-03-08T08:00")


texts = st.text(st.characters(codec=None), max_size=300)


@settings(max_examples=150, deadline=None)
@given(summary=texts, description=texts, location=texts, categories=st.lists(texts, max_size=3), url=texts)
def test_any_words_make_lines_of_75_octets_that_read_back(
    summary: str, description: str, location: str, categories: list[str], url: str
) -> None:
    vevent = replace(
        KEYNOTE,
        summary=summary,
        description=description,
        location=location,
        categories=tuple(category for category in categories if category.strip()),
        url=url,
    )

    ics = render(vevent)

    assert ics.endswith(b"\r\n")
    for line in ics.split(b"\r\n"):
        assert len(line) <= 75
        assert not any((octet < 32 and octet != 9) or octet == 127 for octet in line)
        line.decode()  # a character is never broken
    event = read(feed(vevent))
    assert event["uid"] == KEYNOTE.uid
    assert event["dtstart"].dt == KEYNOTE.starts
    assert str(event["summary"]).split() == _words(summary)
    assert str(event.get("description", "")).split() == _words(description)


@given(texts.filter(lambda text: r"\N" not in text))
def test_a_text_is_written_fast_and_as_icalendar_writes_it(text: str) -> None:
    for name, words in (("description", _text(text)), ("summary", _line(text)), ("uid", _line(text))):
        assert _said(name, words) == _property(name, words)
    assert fold(f"URL:{_line(text)}") == _property("url", vUri(_line(text)))


def _words(text: str) -> list[str]:
    """Words without what may not stand in a calendar."""
    kept = "".join(letter for letter in text if (ord(letter) >= 32 or letter in "\t\n\r") and ord(letter) != 127)
    return "".join(letter for letter in kept if not 0xD800 <= ord(letter) < 0xE000).split()


@given(st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), min_size=1, max_size=400))
def test_folding_and_unfolding_is_nothing(line: str) -> None:
    folded = fold(line)

    assert folded.removesuffix(b"\r\n").replace(b"\r\n ", b"").decode() == line
    assert max(len(part) for part in folded.split(b"\r\n")) <= 75


@settings(deadline=None)
@given(st.lists(texts, max_size=12))
def test_the_joined_gzip_holds_exactly_the_plain_feed(found: list[str]) -> None:
    entries = [render(replace(KEYNOTE, uid=f"{place}@x", summary=text)) for place, text in enumerate(found)]
    head = header("x", "America/Chicago", date(2026, 1, 1), date(2026, 12, 1))

    joined = gzip_of(head, map(block, entries))

    assert gzip.decompress(joined) == calendar(head, entries)
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    reader.decompress(joined)
    assert reader.eof
    assert reader.unused_data == b""


def test_the_same_values_give_the_same_bytes_whatever_the_hour() -> None:
    once = feed(KEYNOTE, WEEK)

    calendars._timezone.cache_clear()

    assert feed(KEYNOTE, WEEK) == once


def test_an_invitation_carries_method_organizer_and_one_attendee() -> None:
    sent = datetime(2026, 5, 2, tzinfo=UTC)
    message = invitation(KEYNOTE, "REQUEST", RSVP, ADA, sent)
    event = read(message)

    assert Calendar.from_ical(message)["method"] == "REQUEST"
    assert event["organizer"] == "mailto:rsvp+k3@colloquy.example"
    assert event["attendee"] == "mailto:ada@example.org"
    assert dict(event["attendee"].params) == {
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
        "CN": "Ada 'Countess' Lovelace",
    }
    assert event["dtstamp"].dt == sent
    assert event["sequence"] == 2
    assert event["dtstart"].dt == datetime(2026, 6, 25, 9, tzinfo=ZoneInfo("America/Chicago"))
    assert b"BEGIN:VTIMEZONE" in message


def test_a_cancelling_invitation_cancels_and_asks_for_no_answer() -> None:
    message = invitation(replace(KEYNOTE, sequence=3), "CANCEL", RSVP, ADA, CHANGED)
    event = read(message)

    assert Calendar.from_ical(message)["method"] == "CANCEL"
    assert event["status"] == "CANCELLED"
    assert event["sequence"] == 3
    assert "RSVP" not in event["attendee"].params


def test_one_persons_invitation_is_not_seen_by_the_next() -> None:
    to_ada = invitation(KEYNOTE, "REQUEST", RSVP, ADA, CHANGED)
    to_alan = invitation(KEYNOTE, "REQUEST", RSVP, Party("alan@example.org"), CHANGED)

    assert b"ada" not in to_alan
    assert b"alan" not in to_ada


def test_a_name_cannot_smuggle_a_property_into_an_invitation() -> None:
    message = invitation(KEYNOTE, "REQUEST", RSVP, Party("a@example.org\r\nX-EVIL:1", 'M"\r\nX-EVIL:1'), CHANGED)

    assert not any(line.startswith(b"X-EVIL") for line in message.split(b"\r\n"))
    assert len([line for line in message.split(b"\r\n") if line.startswith(b"ATTENDEE")]) == 1


@pytest.mark.parametrize(
    "vevent",
    [
        KEYNOTE,
        WEEK,
        replace(KEYNOTE, join_link="https://colloquy.example/join/1", description="", categories=("a, b", "c")),
        replace(KEYNOTE, status="CANCELLED", tombstone="Postponed"),
        replace(KEYNOTE, timezone="UTC", summary="Cancelled: a talk about lists"),
    ],
)
def test_a_stored_entry_reads_back_as_what_it_was_rendered_from(vevent: Vevent) -> None:
    assert render(calendars.read(render(vevent))) == render(vevent)


def test_nothing_that_is_cancelled_can_be_requested() -> None:
    with pytest.raises(ValueError, match="cannot be requested"):
        invitation(replace(KEYNOTE, status="CANCELLED"), "REQUEST", RSVP, ADA, CHANGED)


def test_a_time_without_a_zone_is_a_defect() -> None:
    with pytest.raises(ValueError, match="aware"):
        render(replace(KEYNOTE, starts=datetime(2026, 6, 25, 9)))  # noqa: DTZ001 - the mistake that is refused
