"""Goals of several parts: each is judged by itself, and CPU also in fixed answers."""

import pytest

from benchmarks import goals, papers, rows
from benchmarks.rows import Row

ORDER = Row("orders", "free order 16", "a whole free order, 16 buyers", "4 requests", 129.0, "/s")


@pytest.mark.parametrize(
    ("milliseconds", "fixed", "reached", "seen"),
    [
        (8.9, 140.0, True, "CPU 8.9 of 9 ms"),
        (14.2, 63.4, True, "CPU 63.4 of 130 fixed answers"),
        (14.2, 131.0, False, "CPU 131 of 130 fixed answers"),
    ],
)
def test_cpu_is_reached_in_milliseconds_or_in_fixed_answers(
    milliseconds: float, fixed: float, reached: bool, seen: str
) -> None:
    part = goals.cpu(milliseconds, 9, fixed, 130)

    assert (part.wish, part.seen, part.reached) == ("≤ 9 ms CPU or ≤ 130 fixed answers", seen, reached)


def test_a_row_that_missed_a_part_says_of_every_part_whether_it_was_reached() -> None:
    parts = goals.least(129, 180, "/s"), goals.cpu(14.2, 9, 63.4, 130), goals.most(308, 250, "ms", "p99")

    row = ORDER.judged(*parts)

    assert row.reached is False
    assert row.goal == "≥ 180 /s; ≤ 9 ms CPU or ≤ 130 fixed answers; p99 ≤ 250 ms"
    assert row.quiet_verdict == (
        "129 of 180 /s: not reached; CPU 63.4 of 130 fixed answers: reached; p99 308 of 250 ms: not reached"
    )
    assert "129 of 180 /s: NOT REACHED; CPU 63.4 of 130 fixed answers: reached" in rows.table([row])
    assert row.quiet_verdict in papers.long_table([row])
    assert row.quiet_verdict in papers.short_table([row], {"cores": "2", "measured": "1 June 2026"})


def test_a_row_that_reached_every_part_says_so_in_a_word() -> None:
    row = ORDER.judged(goals.least(180, 180, "/s"), goals.most(250, 250, "ms", "p99"))

    assert (row.reached, row.verdict, row.quiet_verdict) == (True, "reached", "reached")


def test_a_row_without_a_goal_is_not_judged() -> None:
    assert ORDER.judged() is ORDER
    assert (ORDER.reached, ORDER.verdict, ORDER.quiet_verdict) == (None, "", "")


def test_a_rush_says_how_many_were_sold_and_what_went_wrong() -> None:
    row = ORDER.judged(goals.most(7.4, 8, "s"), goals.exactly(501, 500, "sold"), goals.none(0, "errors"))

    assert row.goal == "≤ 8 s; exactly 500 sold; 0 errors"
    assert row.quiet_verdict == "7.4 of 8 s: reached; 501 of 500 sold: not reached; 0 errors: reached"


def test_a_row_that_failed_says_so_quietly_on_a_page() -> None:
    assert rows.failed("rush", ValueError("no places")).quiet_verdict == "failed"
