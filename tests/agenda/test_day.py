"""A day as a column: gaps, clashes, what is cancelled."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from events.agenda.day import days, overlap
from events.agenda.queries import Item

ZONE = "America/Chicago"


def item(code: str, start: str, end: str, status: str = "CONFIRMED") -> Item:
    def at(words: str) -> datetime:
        return datetime.fromisoformat(f"2026-07-09T{words}:00+00:00")

    return Item(1, "annual", "Annual", code, code, ZONE, at(start), at(end), status=status)


def test_what_ends_when_the_other_begins_does_not_clash() -> None:
    assert not overlap(item("A", "14:00", "15:00"), item("B", "15:00", "16:00"))
    assert overlap(item("A", "14:00", "15:01"), item("B", "15:00", "16:00"))


def test_what_overlaps_stands_side_by_side_and_names_the_other() -> None:
    [day] = days([item("A", "14:00", "15:00"), item("B", "14:30", "16:00"), item("C", "15:30", "17:00")])

    [block] = day.blocks
    assert [(card.item.code, [other.code for other in card.clashes]) for card in block.cards] == [
        ("A", ["B"]),
        ("B", ["A", "C"]),
        ("C", ["B"]),
    ]
    assert day.clashes == 1


def test_a_gap_is_said_in_minutes_and_a_short_one_is_not() -> None:
    [day] = days([item("A", "14:00", "15:00"), item("B", "15:10", "16:00"), item("C", "17:30", "18:00")])

    assert [(block.cards[0].item.code, block.gap) for block in day.blocks] == [("A", 0), ("B", 0), ("C", 90)]


def test_a_cancelled_session_clashes_with_nothing_and_leaves_its_time_free() -> None:
    found = [item("A", "14:00", "15:00"), item("B", "14:30", "16:00", "CANCELLED"), item("C", "16:00", "17:00")]
    [day] = days(found)

    assert [(block.cards[0].item.code, block.gap, block.clashes) for block in day.blocks] == [
        ("A", 0, False),
        ("B", 0, False),
        ("C", 60, False),
    ]


def test_a_session_stands_on_the_day_it_begins_in_its_own_zone() -> None:
    late = item("A", "02:00", "03:00")
    tokyo = replace(late, code="B", zone="Asia/Tokyo", starts_at=datetime(2026, 7, 9, 20, tzinfo=UTC))
    tokyo = replace(tokyo, ends_at=tokyo.starts_at + timedelta(hours=1))

    assert [day.day for day in days([late, tokyo])] == [date(2026, 7, 8), date(2026, 7, 10)]
