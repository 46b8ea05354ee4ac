import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from events.schedule import snapshots
from tests.schedule.programmes import ADA, NINE, ROOMS, TRACKS, session, slot, snapshot

OPEN = session(1, track="teens", abstract="All", links=(("Notes", "https://example.org"),))
FOR_REGISTRANTS = session(
    2, slot(2, 1, rooms=(2,)), visibility="registrants", people=(("GRACE2", "chair"),), join="abc"
)
CLOSED = session(3, slot(3, 2, rooms=(3,)), visibility="closed", track="data", abstract="Secret", join="def")
INTERNAL = session(4, slot(4, 3), visibility="internal")
WHOLE = snapshot(OPEN, FOR_REGISTRANTS, CLOSED, INTERNAL, number=3)


def test_everybody_sees_what_is_public_and_that_something_is_closed() -> None:
    view = snapshots.public_view(WHOLE)

    assert [one.code for one in view.sessions] == ["CODE01", "CODE03"]
    assert view.by_code["CODE01"] == OPEN


def test_of_a_closed_session_only_the_time_is_left() -> None:
    [_open, closed] = snapshots.public_view(WHOLE).sessions

    assert closed.slots[0].starts_at == CLOSED.slots[0].starts_at
    assert (closed.title, closed.abstract, closed.track, closed.people, closed.join) == ("", "", "", (), "")
    assert closed.slots[0].rooms == ()
    assert "Secret" not in json.dumps(snapshots.to_json(snapshots.public_view(WHOLE)))


def test_only_rooms_tracks_and_people_that_are_needed_leave_the_house() -> None:
    view = snapshots.public_view(WHOLE)

    assert (view.rooms, view.tracks, view.people) == ({1: ROOMS[1]}, TRACKS[:1], {"ADA222": ADA})


def test_registrants_see_more_and_nobody_sees_what_is_internal() -> None:
    view = snapshots.registrants_view(WHOLE)

    assert [one.code for one in view.sessions] == ["CODE01", "CODE02", "CODE03"]


def test_a_view_comes_back_from_json_as_it_was() -> None:
    public, registrants = snapshots.public_view(WHOLE), snapshots.registrants_view(WHOLE)
    stored = json.loads(json.dumps([snapshots.to_json(public), snapshots.extra_json(public, registrants)]))
    given: dict[str, Any] = {"number": 3, "published_at": WHOLE.published_at}

    assert snapshots.from_json(stored[0], **given) == public
    assert snapshots.from_json(*stored, **given) == registrants


def test_a_join_link_is_stored_as_a_digest_and_only_for_registrants() -> None:
    public, registrants = snapshots.public_view(WHOLE), snapshots.registrants_view(WHOLE)

    assert "abc" not in json.dumps(snapshots.to_json(public))
    assert snapshots.extra_json(public, registrants)["joins"] == {"CODE02": "abc"}
    assert snapshots.join_digest("https://meet.example.org/1") != snapshots.join_digest("https://meet.example.org/2")
    assert snapshots.join_digest("") == ""


def test_a_place_is_said_with_its_building() -> None:
    both = slot(1, rooms=(1, 3))

    assert WHOLE.place(both) == "Ballroom A, North; Library, South"
    assert WHOLE.room_names(both) == ("Ballroom A", "Library")


def test_sessions_are_found_by_person_and_by_slot() -> None:
    assert [one.code for one in WHOLE.sessions_of["ADA222"]] == ["CODE01", "CODE03", "CODE04"]
    assert WHOLE.by_slot[2][0].code == "CODE02"
    assert WHOLE.names(replace(OPEN, people=(("ADA222", "chair"), ("ADA222", "speaker")))) == ["Ada Lovelace"]


LUNCH = snapshots.BreakView("Lunch", NINE + timedelta(hours=3), NINE + timedelta(hours=4), ("Ballroom A",))


def test_breaks_are_stored_once_and_what_was_stored_without_any_is_still_read() -> None:
    whole = replace(WHOLE, breaks=(LUNCH,))
    public, extra = snapshots.public_view(whole), snapshots.registrants_view(whole)
    stored, more = snapshots.to_json(public), snapshots.extra_json(public, extra)

    again = snapshots.from_json(json.loads(json.dumps(stored)), more, number=3, published_at=None)
    before = snapshots.from_json({k: v for k, v in stored.items() if k != "breaks"}, more, number=3, published_at=None)

    assert (again.breaks, before.breaks, "breaks" in more) == ((LUNCH,), (), False)
    assert "breaks" not in snapshots.to_json(snapshots.public_view(WHOLE))
