import pytest

from events.calls import ranking
from events.calls.ranking import Measure, Ranked

CLEAR, NEW, READ = Measure(1, 5, 3), Measure(2, 10, 1), Measure(3, 5, 0)


def test_a_score_is_the_weighted_mean_of_the_shares_of_the_tops() -> None:
    assert ranking.score([CLEAR, NEW], {1: 4, 2: 5}) == pytest.approx((3 * 80 + 1 * 50) / 4)
    assert ranking.score([CLEAR, NEW], {1: 5, 2: 10}) == 100
    assert ranking.score([CLEAR, NEW], {1: 0, 2: 0}) == 0


def test_what_a_reviewer_cannot_say_does_not_pull_the_score_down() -> None:
    assert ranking.score([CLEAR, NEW], {1: 4, 2: None}) == 80
    assert ranking.score([CLEAR, NEW], {1: 4}) == 80


def test_a_criterion_without_weight_is_read_and_does_not_count() -> None:
    assert ranking.score([CLEAR, READ], {1: 4, 3: 0}) == 80
    assert ranking.score([READ], {3: 5}) is None


def test_a_review_without_points_has_no_score() -> None:
    assert ranking.score([CLEAR, NEW], {1: None, 2: None}) is None
    assert ranking.score([], {}) is None


def test_points_of_a_criterion_that_is_gone_do_not_count() -> None:
    assert ranking.score([CLEAR], {1: 4, 99: 7}) == 80


def test_a_proposal_has_the_mean_of_its_reviewers_and_their_standard_deviation() -> None:
    assert ranking.together(7, [20.0, 80.0], conflicts=1) == Ranked(7, 2, 50, 30, 1)
    assert ranking.together(7, [50.0, 50.0, 50.0]).spread == 0


def test_one_reviewer_alone_has_no_spread() -> None:
    assert ranking.together(7, [40.0]) == Ranked(7, 1, 40, None, 0)


def test_a_review_without_points_is_one_of_the_reviews_and_none_of_the_mean() -> None:
    assert ranking.together(7, [40.0, None]) == Ranked(7, 2, 40, None, 0)
    assert ranking.together(7, [None]) == Ranked(7, 1, None, None, 0)


def test_nobody_reviewed() -> None:
    assert ranking.together(7, []) == Ranked(7, 0, None, None, 0)
