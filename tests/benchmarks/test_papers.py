import pytest

from benchmarks import papers, rows
from benchmarks.rows import Row

FEED = Row("feeds", "event feed 304", "event feed, 304", "16 clients", 8000.0, "/s", 10_000.0, "≥ 0.75", True)
ORDER = Row(
    "orders",
    "free order 16",
    "a whole | free order",
    "mail included",
    150.0,
    "/s",
    goal="≥ 180 /s, ≤ 9 ms CPU",
    reached=False,
    more={"CPU ms": 12.0, "web": 6.0, "worker": 2.0, "database": 4.0},
)
FACTS = {"cores": "2", "measured": "1 June 2026"}


def test_a_part_between_its_marks_is_replaced_and_the_rest_stays() -> None:
    text = "before\n<!-- bench:table -->\nold\n<!-- /bench:table -->\nafter\n"

    assert papers.replace_part(text, "table", "new") == (
        "before\n<!-- bench:table -->\nnew\n<!-- /bench:table -->\nafter\n"
    )


@pytest.mark.parametrize(
    "text", ["nothing", "<!-- /bench:t --> <!-- bench:t -->", "<!-- bench:t --><!-- bench:t --><!-- /bench:t -->"]
)
def test_without_its_marks_nothing_is_written(text: str) -> None:
    with pytest.raises(ValueError, match="have to be there once"):
        papers.replace_part(text, "t", "new")


def test_docs_and_readme_have_the_marks_that_a_run_writes() -> None:
    for path, names in ((papers.DOCS, ("machine", "table", "growth")), (papers.README, ("short",))):
        for name in names:
            assert "@@" in papers.replace_part(path.read_text("utf-8"), name, "@@")


def test_the_long_table_says_ratio_goal_and_what_else_was_measured() -> None:
    table = papers.long_table([FEED, ORDER])

    assert "| event feed, 304 | 8,000 /s | 10,000 /s | 0.80 | ≥ 0.75 | reached | 16 clients |" in table
    assert (
        "a whole \\| free order | 150 /s |  |  | ≥ 180 /s, ≤ 9 ms CPU | not reached | mail included; CPU ms 12.0"
        in table
    )


def test_a_group_that_could_not_be_measured_is_a_row_that_says_why() -> None:
    row = rows.failed("rush", ValueError("no places"))

    assert row.reached is False
    assert "ValueError: no places" in papers.long_table([row])
    assert "FAILED: ValueError: no places" in rows.table([row, FEED])
    assert rows.table([row, FEED]).endswith("1 of 2 goals reached")


def test_the_short_table_counts_all_goals() -> None:
    short = papers.short_table([FEED, ORDER], FACTS)

    assert "| event feed, 304 | 8,000 /s, 0.80 of the ceiling | ≥ 0.75 | reached |" in short
    assert "1 of 2 goals reached, on 2 cores" in short


def test_plots_are_drawn_of_what_a_run_has() -> None:
    assert set(papers.plots_of([FEED, ORDER])) == {"ceiling", "cpu"}
    assert papers.plots_of([]) == {}


@pytest.mark.parametrize(
    ("value", "words"), [(0, "0"), (0.0123, "0.012"), (0.5, "0.50"), (12.34, "12.3"), (12_345.6, "12,346")]
)
def test_figures_have_three_places(value: float, words: str) -> None:
    assert rows.number(value) == words


def test_a_bar_says_what_it_is_in_as_many_letters_as_fit() -> None:
    long = Row("feeds", "x", "personal feed, full, gzip, another person each time (10 kB)", "", 1.0, "/s", 2.0)

    drawn = papers.plots_of([long])["ceiling"]

    assert ">personal feed, full, gzip, another person e…<" in drawn
    assert "10 kB" not in drawn
