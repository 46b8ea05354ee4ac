from dataclasses import replace

from events.core import links
from events.schedule import stored_entries
from events.schedule.snapshots import Snapshot
from events.schedule.stored_entries import Held
from tests.schedule.programmes import moved, session, slot, snapshot

ONE, TWO = session(1), session(2, slot(2, 1, rooms=(2,)))
BEFORE = snapshot(ONE, TWO, number=1)
HELD = {links.uid(one.slots[0].uid): Held(4, False) for one in (ONE, TWO)}


def planned(new: Snapshot, held: dict[str, Held] = HELD, last: Snapshot | None = BEFORE) -> list[tuple[str, int, bool]]:
    return [(one.said.code, one.sequence, one.said.cancelled) for one in stored_entries.plan(last, new, held)]


def test_what_says_the_same_is_not_written() -> None:
    assert planned(snapshot(ONE, TWO)) == []


def test_what_is_new_begins_at_zero() -> None:
    assert planned(snapshot(ONE, TWO), held={}, last=None) == [("CODE01", 0, False), ("CODE02", 0, False)]


def test_what_moved_counts_on_and_new_words_do_not() -> None:
    assert planned(snapshot(moved(ONE, hours=1), replace(TWO, title="New"))) == [
        ("CODE01", 5, False),
        ("CODE02", 4, False),
    ]


def test_what_is_gone_becomes_a_tombstone_once() -> None:
    assert planned(snapshot(ONE)) == [("CODE02", 5, True)]
    assert planned(snapshot(ONE), held=HELD | {links.uid(TWO.slots[0].uid): Held(5, True)}) == []


def test_what_comes_back_counts_on_from_its_tombstone() -> None:
    held = HELD | {links.uid(TWO.slots[0].uid): Held(5, True)}

    assert planned(snapshot(ONE, TWO), held, snapshot(ONE, number=2)) == [("CODE02", 6, False)]


def test_another_slug_of_the_event_writes_its_addresses_anew() -> None:
    renamed = replace(snapshot(ONE, TWO), event=replace(BEFORE.event, slug="annual"))

    assert [sequence for _code, sequence, _cancelled in planned(renamed)] == [4, 4]
