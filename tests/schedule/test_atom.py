from datetime import timedelta
from uuid import UUID

from lxml import etree

from events.schedule import atom, diffs
from events.schedule.atom import Told
from events.schedule.diffs import Changes
from tests.schedule.programmes import NINE, moved, session, slot, snapshot

GUID = UUID("0b0f0a4e-9f3c-4a52-8f0e-000000000007")
ONE, TWO = session(1, title="A <b> & c"), session(2, slot(2, 1, rooms=(2,)))
CHANGES = diffs.compare(snapshot(ONE, TWO, number=1), snapshot(moved(ONE, hours=1, rooms=(3,))))


def written() -> bytes:
    releases = [
        Told(2, NINE, "Final <programme>", "Rooms <changed>", CHANGES, 0),
        Told(1, NINE - timedelta(days=1), "", "", Changes(0, ()), 0),
    ]
    return atom.feed("Annual & more", GUID, "https://events.example.org/events/annual", releases)


def test_it_is_a_feed_with_an_entry_a_release() -> None:
    root = etree.fromstring(written())

    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    assert [one.text for one in root.findall("{*}entry/{*}id")] == [
        f"urn:uuid:{GUID}:release:2",
        f"urn:uuid:{GUID}:release:1",
    ]
    assert root.findtext("{*}updated") == "2026-07-09T14:00:00Z"


def test_an_entry_is_called_by_number_and_by_name_where_it_has_one() -> None:
    titles = [one.text for one in etree.fromstring(written()).findall("{*}entry/{*}title")]

    assert titles == ["Programme, version 2: Final <programme>", "Programme, version 1"]


def test_titles_and_notes_stay_text() -> None:
    content = etree.fromstring(written()).findtext("{*}entry/{*}content")

    assert content is not None
    assert "A &lt;b&gt; &amp; c" in content
    assert "Rooms &lt;changed&gt;" in content


def test_a_change_is_said_in_words() -> None:
    assert [atom.words(change) for change in CHANGES.changes] == [
        "moved from Thu, Jul 9, 9:00 AM CDT to Thu, Jul 9, 10:00 AM CDT; new room: Library, South",
        "no longer in the programme",
    ]


def test_the_same_releases_give_the_same_bytes() -> None:
    assert written() == written()


def test_of_a_release_with_thousands_of_changes_some_are_said_and_the_others_counted() -> None:
    content = etree.fromstring(
        atom.feed("Annual", GUID, "https://events.example.org/events/annual", [Told(2, NINE, "", "", CHANGES, 7)])
    ).findtext("{*}entry/{*}content")

    assert content is not None
    assert content.count("<li>") == len(CHANGES)
    assert content.endswith("<p>7 changes more</p>")
