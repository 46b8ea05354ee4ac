from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from events.schedule import grid
from events.schedule.grid import Cell, Column, Item

CHICAGO = ZoneInfo("America/Chicago")
NINE = datetime(2026, 7, 9, 14, tzinfo=UTC)


def item(key: str, room: str, hours: float, minutes: int = 60) -> Item:
    starts = NINE + timedelta(hours=hours)
    return Item(key, room, starts, starts + timedelta(minutes=minutes))


def test_rows_are_five_minutes_from_the_half_hour_before_the_first() -> None:
    made = grid.lay_out([item("a", "A", 0.25, 20), item("b", "B", 1)], ["A", "B"], CHICAGO)

    assert made.starts_at == NINE
    assert made.rows == 24
    assert made.cells == (Cell("a", 4, 4, 1, 1), Cell("b", 13, 12, 2, 1))
    assert made.ticks == [(row, NINE + timedelta(minutes=30 * n)) for n, row in enumerate((1, 7, 13, 19))]


def test_columns_follow_the_order_of_the_rooms_and_leave_out_empty_ones() -> None:
    made = grid.lay_out(
        [item("a", "Zoo", 0), item("b", "Attic", 0), item("c", "", 0)], ["Zoo", "Empty", "Attic"], CHICAGO
    )

    assert made.columns == (Column("Zoo", 1, 1), Column("Attic", 2, 1), Column("", 3, 1))


def test_two_at_once_in_a_room_lie_side_by_side_and_who_is_alone_takes_it_whole() -> None:
    made = grid.lay_out([item("a", "A", 0), item("b", "A", 0.5), item("c", "A", 2)], ["A"], CHICAGO)

    assert made.columns == (Column("A", 1, 2),)
    assert made.cells == (Cell("a", 1, 12, 1, 1), Cell("b", 7, 12, 2, 1), Cell("c", 25, 12, 1, 2))


def test_touching_sessions_share_a_lane() -> None:
    made = grid.lay_out([item("a", "A", 0), item("b", "A", 1)], ["A"], CHICAGO)

    assert made.width == 1


def test_odd_minutes_are_rounded_outwards() -> None:
    [cell] = grid.lay_out([item("a", "A", 0.05, 1)], ["A"], CHICAGO).cells

    assert (cell.row, cell.span) == (1, 1)


def test_a_party_after_midnight_belongs_to_the_evening_before() -> None:
    late = datetime(2026, 7, 10, 6, tzinfo=UTC)  # 01:00 in Chicago

    assert grid.day_of(late, CHICAGO) == date(2026, 7, 9)
    assert grid.day_of(late + timedelta(hours=3), CHICAGO) == date(2026, 7, 10)


def test_the_day_on_which_the_clocks_change_is_an_hour_shorter_or_longer() -> None:
    spring = grid.bounds(date(2026, 3, 7), CHICAGO)
    autumn = grid.bounds(date(2026, 10, 31), CHICAGO)

    assert spring[1] - spring[0] == timedelta(hours=23)
    assert autumn[1] - autumn[0] == timedelta(hours=25)


def test_across_the_change_of_clocks_rows_are_time_that_really_passes() -> None:
    before = datetime(2026, 11, 1, 6, tzinfo=UTC)  # 01:00 the first time
    items = [Item(f"{n}", "A", before + timedelta(hours=n), before + timedelta(hours=n + 1)) for n in range(3)]

    assert [cell.row for cell in grid.lay_out(items, ["A"], CHICAGO).cells] == [1, 13, 25]


def test_many_rooms_are_split_into_grids_in_their_order() -> None:
    assert grid.pages([("A", 2), ("B", 1), ("C", 2)], most=3) == [["A", "B"], ["C"]]
    assert grid.pages([("A", 5)], most=3) == [["A"]]


spans = st.tuples(st.integers(0, 100), st.integers(1, 40), st.sampled_from("ABC"))


@given(st.lists(spans, min_size=1, max_size=30))
def test_no_two_cells_ever_lie_on_each_other(placed: list[tuple[int, int, str]]) -> None:
    items = [
        Item(f"{n}", room, NINE + timedelta(minutes=5 * start), NINE + timedelta(minutes=5 * (start + length)))
        for n, (start, length, room) in enumerate(placed)
    ]
    made = grid.lay_out(items, ["A", "B", "C"], CHICAGO)

    taken: set[tuple[int, int]] = set()
    for cell in made.cells:
        fields = {
            (r, c) for r in range(cell.row, cell.row + cell.span) for c in range(cell.column, cell.column + cell.width)
        }
        assert taken.isdisjoint(fields)
        taken |= fields
        assert cell.row + cell.span - 1 <= made.rows
        assert cell.column + cell.width - 1 <= made.width
    assert len(made.cells) == len(items)


def test_a_break_lies_across_and_the_grid_has_room_for_it() -> None:
    early, late = (NINE - timedelta(minutes=30), NINE - timedelta(minutes=5)), (NINE, NINE + timedelta(hours=4))
    made = grid.lay_out([item("a", "A", 0), item("b", "B", 0), item("c", "C", 0)], "ABC", CHICAGO, [early, late])

    assert (made.starts_at, made.rows) == (NINE - timedelta(minutes=30), 54)
    assert grid.across(made, "x", *early) == [Cell("x", 1, 5, 1, 3)]
    assert grid.across(made, "x", *late, ["A", "B"]) == [Cell("x", 7, 48, 1, 2)]
    assert grid.across(made, "x", *late, ["C", "A"]) == [Cell("x", 7, 48, 1, 1), Cell("x", 7, 48, 3, 1)]
    assert grid.across(made, "x", *late, ["Elsewhere"]) == []
