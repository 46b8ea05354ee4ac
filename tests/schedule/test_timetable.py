from dataclasses import replace
from datetime import date, timedelta

import pytest

from events.schedule import timetable
from events.schedule.snapshots import BreakView
from events.schedule.timetable import Choice, Timetable
from tests.schedule.programmes import ROOMS, moved, session, slot, snapshot

ONE = session(1, track="teens")
TWO = session(2, slot(2, 1), people=(("GRACE2", "chair"),))
THREE = session(3, slot(3, 0, rooms=(3,)), track="data")
TOMORROW = session(4, slot(4, 24))
PROGRAMME = snapshot(ONE, TWO, THREE, TOMORROW, number=1)
TODAY = date(2026, 1, 1)


ANY = Choice()


def build(choice: Choice = ANY, programme: object = PROGRAMME, today: date = TODAY) -> Timetable:
    return timetable.build(programme, choice, "/s", today)  # type: ignore[arg-type]


def codes(table: Timetable, dimmed: bool = False) -> list[str]:
    return [
        one["code"] for grid in table.grids for at in grid["moments"] for one in at["slots"] if one["dimmed"] is dimmed
    ]


def test_the_first_day_is_shown_or_the_one_chosen_or_today() -> None:
    assert build().day == date(2026, 7, 9)
    assert build(Choice(day=date(2026, 7, 10))).day == date(2026, 7, 10)
    assert build(today=date(2026, 7, 10)).day == date(2026, 7, 10)
    assert build(Choice(day=date(1999, 1, 1))).day == date(2026, 7, 9)


def test_days_count_what_matches() -> None:
    assert [(day.date.day, day.count) for day in build(Choice(track="teens")).days] == [(9, 1), (10, 0)]


def test_in_the_grid_other_rooms_fold_away_and_other_sessions_are_dimmed() -> None:
    table = build(Choice(track="teens"))

    assert (codes(table), codes(table, dimmed=True)) == (["CODE01"], ["CODE02"])
    assert [room["name"] for room in table.grids[0]["rooms"]] == ["Ballroom A"]
    assert table.count == 1


def test_the_list_leaves_out_what_does_not_match() -> None:
    table = build(Choice(track="teens", view="list"))

    assert (codes(table), codes(table, dimmed=True)) == (["CODE01"], [])


def test_buildings_stand_over_their_rooms() -> None:
    [grid] = build().grids

    assert [(one["name"], one["column"], one["width"]) for one in grid["buildings"]] == [
        ("North", 1, 1),
        ("South", 2, 1),
    ]
    assert grid["buildings"][0]["url"] == "/s?building=North"
    assert grid["rooms"][0] | {"url": ""} == {
        "name": "Ballroom A",
        "column": 1,
        "width": 1,
        "note": "100 seats",
        "url": "",
    }


def test_a_search_finds_on_every_day() -> None:
    table = build(Choice(query="session"))

    assert [(day.day, [one.session.code for one in found]) for day, found in table.found] == [
        (9, ["CODE01", "CODE03", "CODE02"]),
        (10, ["CODE04"]),
    ]
    assert build(Choice(query="grace")).count == 1


def test_a_reader_may_have_another_zone() -> None:
    [grid] = build(Choice(zone="Europe/Berlin")).grids

    assert (grid["zone"], grid["zone_name"]) == ("Europe/Berlin", "CEST")


def test_what_runs_for_days_stands_above_the_hours_on_each() -> None:
    long = session(9, slot(9, 0, minutes=60 * 30, rooms=()))
    programme = snapshot(ONE, TOMORROW, long, number=1)

    for day in (9, 10):
        table = build(Choice(day=date(2026, 7, day)), programme)
        assert [one.session.code for one in table.running] == ["CODE09"]
        assert "CODE09" not in codes(table)


def test_a_session_without_a_room_has_a_column_of_its_own() -> None:
    [grid] = build(programme=snapshot(session(1, slot(1, rooms=())))).grids

    assert [(room["name"], room["url"]) for room in grid["rooms"]] == [("No room yet", "")]


def test_more_rooms_than_a_grid_has_columns_make_more_grids() -> None:
    rooms = {n: replace(ROOMS[1], id=n, name=f"Room {n:03}", position=n) for n in range(1, 131)}
    sessions = [session(n, slot(n, rooms=(n,))) for n in rooms]
    programme = replace(snapshot(*sessions, number=1), rooms=rooms)

    assert [len(grid["rooms"]) for grid in build(programme=programme).grids] == [120, 10]


def test_no_programme_no_grid() -> None:
    table = build(programme=snapshot())

    assert (table.day, table.days, table.grids) == (None, [], [])


@pytest.mark.parametrize(
    ("choice", "address"),
    [
        (Choice(), ""),
        (Choice(day=date(2026, 7, 9), view="list"), "?day=2026-07-09&view=list"),
        (Choice(room="A & B", query="x y", zone="UTC"), "?room=A+%26+B&q=x+y&tz=UTC"),
    ],
)
def test_a_choice_is_an_address(choice: Choice, address: str) -> None:
    assert choice.address() == address


def test_around_a_session_is_its_room_before_and_after_and_what_runs_beside() -> None:
    before = moved(session(5, slot(5)), hours=-1)
    programme = snapshot(before, ONE, TWO, THREE, session(6, slot(6, 9)), session(7, slot(7, 0), state="cancelled"))

    around = programme.around.of(ONE.slots[0])

    assert around.before is not None
    assert around.after is not None
    assert (around.before.session.code, around.after.session.code) == ("CODE05", "CODE02")
    assert [one.session.code for one in around.beside] == ["CODE03"]


def test_many_names_are_counted() -> None:
    names = ["Ann", "Bob", "Cy", "Di", "Ed"]

    assert timetable._some(names) == "Ann, Bob, Cy and 2 more"
    assert timetable._some(names[:3]) == "Ann, Bob, Cy"


def test_a_search_that_finds_many_shows_a_page_of_them_and_says_how_many_there_are() -> None:
    programme = snapshot(*(session(n, slot(n, n / 2)) for n in range(1, timetable.FOUND + 12)))
    query = Choice(query="session")

    first, second, beyond = (timetable.build(programme, query, "/s", TODAY, page) for page in (1, 2, 99))

    def shown(table: Timetable) -> list[int]:
        return [one.session.id for _day, found in table.found for one in found]

    assert shown(first) + shown(second) == list(range(1, timetable.FOUND + 12))
    assert (first.count, first.pages, first.first, first.last) == (41, 2, 1, 30)
    assert (second.first, second.last, beyond.page, shown(beyond)) == (31, 41, 2, shown(second))


def test_a_search_keeps_to_the_filters_that_are_on() -> None:
    assert build(Choice(query="session", track="teens")).count == 1
    assert build(Choice(query="session", building="South")).count == 1
    assert build(Choice(query="ballroom", room="Library")).count == 0
    assert build(Choice(query="library")).count == 1


def test_breaks_of_the_day_lie_in_its_grid_and_a_holiday_does_not() -> None:
    [slot_one] = ONE.slots
    start = slot_one.starts_at
    breaks = (
        BreakView("Lunch", start + timedelta(hours=3), start + timedelta(hours=4)),
        BreakView("Coffee", start, start + timedelta(minutes=15), (ROOMS[1].name,)),
        BreakView("Another day", start + timedelta(hours=24), start + timedelta(hours=25)),
        BreakView("Holiday", start - timedelta(hours=2), start + timedelta(hours=20)),
    )
    table = build(programme=replace(PROGRAMME, breaks=breaks))

    [grid] = table.grids
    rests = [one for at in grid["moments"] for one in at["slots"] if one.get("rest")]
    assert [(one["title"], one["width"], one["room"]) for one in rests] == [
        ("Coffee", 1, ROOMS[1].name),
        ("Lunch", grid["columns"], ""),
    ]
    assert table.count == build().count
