from dataclasses import replace
from datetime import timedelta

import pytest

from events.schedule import entries
from events.schedule.snapshots import SessionView
from tests.schedule.programmes import NINE, moved, session, slot, snapshot

AT = NINE - timedelta(days=14)


def written(one: SessionView, sequence: int = 0) -> str:
    view = snapshot(one)
    said = entries.said(view, one, one.slots[0])
    return entries.render(one.slots[0].uid, said, sequence, AT).decode().replace("\r\n ", "")


def test_an_entry_says_when_where_and_what() -> None:
    ics = written(session(1, track="teens", abstract="**Bold** words"), sequence=2)

    assert "UID:0b0f0a4e-9f3c-4a52-8f0e-000000000001@colloquy.example" in ics
    assert "DTSTART;TZID=America/Chicago:20260709T090000" in ics
    assert "SEQUENCE:2" in ics
    assert "SUMMARY:Session 1" in ics
    assert "LOCATION:Ballroom A\\, North" in ics
    assert "CATEGORIES:Teens" in ics
    assert "DTSTAMP:20260625T140000Z" in ics
    assert "/events/annual-2026/sessions/CODE01\\n\\nAda Lovelace\\n\\nBold words" in ics


def test_the_same_values_give_the_same_bytes() -> None:
    assert written(session(1)) == written(session(1))


def test_html_becomes_words_and_long_ones_are_cut() -> None:
    ics = written(session(1, abstract="<p>One &amp; <b>two</b></p><script>alert(1)</script>" + "word " * 200))

    description = next(line for line in ics.splitlines() if line.startswith("DESCRIPTION"))
    assert "One & two" in description
    assert "alert" not in description
    assert description.endswith("…")
    assert len(description) < 500


def test_a_closed_session_says_nothing_but_its_time() -> None:
    view = snapshot(session(1, abstract="Secret"))
    closed = replace(view.sessions[0], visibility="closed", title="", abstract="", people=())
    ics = written(closed)

    assert "SUMMARY:Closed session" in ics
    assert "TRANSP:TRANSPARENT" in ics
    assert "DESCRIPTION" not in ics


def test_what_is_cancelled_is_a_transparent_tombstone() -> None:
    ics = written(session(1, state="cancelled"))

    assert "STATUS:CANCELLED" in ics
    assert "TRANSP:TRANSPARENT" in ics
    assert "SUMMARY:Cancelled: Session 1" in ics


ONE = session(1)


@pytest.mark.parametrize(
    ("now", "raises"),
    [
        (moved(ONE, hours=1), True),
        (moved(ONE, rooms=(2,)), True),
        (replace(ONE, state="cancelled"), True),
        (replace(ONE, join="x"), True),
        (replace(ONE, title="New"), False),
        (replace(ONE, abstract="New"), False),
    ],
)
def test_only_time_place_status_and_link_raise_the_sequence(now: SessionView, raises: bool) -> None:
    before = entries.said(snapshot(ONE), ONE, ONE.slots[0])
    after = entries.said(snapshot(now), now, now.slots[0])

    assert before != after
    assert (before.rescheduling != after.rescheduling) is raises


def test_two_rooms_are_both_said() -> None:
    assert "LOCATION:Ballroom A\\, North\\; Library\\, South" in written(session(1, slot(1, rooms=(1, 3))))
