"""A card is rendered once, and is still everybody's own."""

import pytest

from events.core import locales
from events.schedule import kept_cards
from events.schedule.kept_cards import cards
from tests.schedule.programmes import session, slot, snapshot


def test_a_card_says_what_its_reader_saved_and_the_next_readers_does_not() -> None:
    programme = snapshot(session(1))

    mine = cards(programme, programme.placed, "", {"CODE01"})
    theirs = cards(programme, programme.placed, "")

    assert ("card saved" in mine, "card saved" in theirs) == (True, False)
    assert mine.replace(" saved", "") == theirs


def test_a_card_is_in_its_readers_zone_and_language() -> None:
    programme = snapshot(session(1, state="cancelled"))

    in_chicago, in_berlin = (cards(programme, programme.placed, zone) for zone in ("", "Europe/Berlin"))
    locales.speak("es")
    en_chicago = cards(programme, programme.placed, "")
    locales.speak("en")

    assert ("9:00" in in_chicago, "CDT" in in_chicago) == (True, True)
    assert ("4:00" in in_berlin, "CEST" in in_berlin) == (True, True)
    assert en_chicago != in_chicago


def test_another_release_has_other_cards() -> None:
    before, after = snapshot(session(1)), snapshot(session(1, title="Moved <b>twice</b>"))

    assert "Session 1" in cards(before, before.placed, "")
    assert "Moved &lt;b&gt;twice&lt;/b&gt;" in cards(after, after.placed, "")


def test_no_more_are_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_cards, "MOST", 20)
    monkeypatch.setattr(kept_cards, "_kept", {})
    programme = snapshot(*(session(number, slot(number)) for number in range(1, 31)))

    cards(programme, programme.placed, "")

    assert len(kept_cards._kept) == 20
    assert cards(programme, programme.placed[-1:], "") in kept_cards._kept.values()
