from dataclasses import replace
from datetime import timedelta

import pytest

from events.schedule import diffs
from events.schedule.diffs import What
from events.schedule.snapshots import BreakView, SessionView, Snapshot
from tests.schedule.programmes import NINE, ROOMS, moved, session, slot, snapshot

ONE, TWO = session(1), session(2, slot(2, 1, rooms=(2,)))
OLD = snapshot(ONE, TWO, number=4)


def what(new: Snapshot, old: Snapshot = OLD) -> list[tuple[str, tuple[What, ...]]]:
    return [(change.code, change.what) for change in diffs.compare(old, new).changes]


def test_the_same_programme_has_no_changes() -> None:
    assert not diffs.compare(OLD, snapshot(ONE, TWO))


@pytest.mark.parametrize(
    ("now", "expected", "rescheduled"),
    [
        (moved(ONE, hours=1), (What.TIME,), True),
        (moved(ONE, rooms=(3,)), (What.ROOM,), True),
        (moved(ONE, hours=1, rooms=(3,)), (What.TIME, What.ROOM), True),
        (replace(ONE, state="cancelled"), (What.CANCELLED,), True),
        (replace(ONE, join="x"), (What.JOIN,), True),
        (replace(ONE, title="New"), (What.WORDS,), False),
        (replace(ONE, people=(("GRACE2", "speaker"),)), (What.PEOPLE,), False),
        (replace(ONE, visibility="registrants"), (What.VISIBILITY,), False),
    ],
)
def test_a_change_says_what_it_is(now: SessionView, expected: tuple[What, ...], rescheduled: bool) -> None:
    [change] = diffs.compare(OLD, snapshot(now, TWO)).changes

    assert (change.what, change.rescheduled) == (expected, rescheduled)
    assert (change.session_id, change.slot_id) == (1, 1)


def test_a_renamed_room_is_a_new_room() -> None:
    renamed = replace(OLD, rooms={**ROOMS, 1: replace(ROOMS[1], name="Ballroom Z")})

    assert what(renamed) == [("CODE01", (What.ROOM,))]


def test_new_and_gone_are_told() -> None:
    three = session(3, slot(3, 5))

    assert what(snapshot(TWO, three)) == [("CODE01", (What.REMOVED,)), ("CODE03", (What.ADDED,))]


def test_what_was_cancelled_may_go_quietly_and_come_back() -> None:
    off = snapshot(replace(ONE, state="cancelled"), TWO, number=5)

    assert what(snapshot(TWO), off) == []
    assert what(snapshot(ONE, TWO), off) == [("CODE01", (What.RESTORED,))]


def test_one_of_two_times_may_move_alone() -> None:
    twice = session(1, slot(1), slot(9, 5))
    again = replace(twice, slots=(twice.slots[0], moved(session(1, slot(9, 5)), hours=1).slots[0]))

    [change] = diffs.compare(snapshot(twice, number=1), snapshot(again)).changes

    assert (change.slot_id, change.what) == (9, (What.TIME,))


def test_a_first_release_is_all_new_and_keeps_no_list() -> None:
    changes = diffs.compare(None, OLD)

    assert (changes.since, len(changes), diffs.to_json(changes)) == (0, 2, [])


def test_changes_come_back_from_json_with_their_places() -> None:
    changes = diffs.compare(OLD, snapshot(moved(ONE, hours=1, rooms=(3,)), replace(TWO, visibility="registrants")))

    stored = diffs.to_json(changes)
    [one, two] = diffs.from_json(4, stored).changes

    assert (one.what, one.place_before, one.place_after) == (
        (What.TIME, What.ROOM),
        "Ballroom A, North",
        "Library, South",
    )
    assert one.before is not None
    assert one.before.starts_at == ONE.slots[0].starts_at
    assert (one.public, two.public) == (True, False)


def test_a_break_alone_is_a_change_and_nobody_is_told() -> None:
    old = snapshot(session(1), number=1)
    new = replace(old, breaks=(BreakView("Lunch", NINE, NINE + timedelta(hours=1)),), number=0)

    found = diffs.compare(old, new)

    assert (bool(found), found.changes, diffs.to_json(found)) == (True, (), [])
    assert not diffs.compare(new, new)
