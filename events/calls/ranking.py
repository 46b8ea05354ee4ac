"""From points to a ranking: what one review gives a proposal, and what several give it together. Pure.

Points of criteria with different tops are made comparable by their share of the top; a criterion counts as often as its
weight says; what a reviewer could not say is left out of both sides. A proposal has the mean of its reviewers, each
counted once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

TOP = 100
"""Of a score: every criterion with all its points."""

Points = Mapping[int, int | None]
"""By criterion; None: could not say."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What of a criterion counts in a score. most: points; weight: 0 for one that is only read."""

    id: int
    most: int
    weight: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """What reviewers gave a proposal together.

    reviews     how many gave one
    score       mean of the reviewers, 0 to TOP; None when nobody gave points that count
    spread      standard deviation between them, in the same measure; None for fewer than two
    conflicts   how many reviewers have a conflict of interest
    """

    proposal: int
    reviews: int = 0
    score: float | None = None
    spread: float | None = None
    conflicts: int = 0


def score(measures: Sequence[Measure], points: Points) -> float | None:
    """One review's score, 0 to TOP. None when nothing that counts has points."""
    counted = [(one, given) for one in measures if (given := points.get(one.id)) is not None and one.weight]
    weights = sum(one.weight for one, _given in counted)
    if not weights:
        return None
    return TOP * fsum(one.weight * given / one.most for one, given in counted) / weights


def together(proposal: int, scores: Sequence[float | None], conflicts: int = 0) -> Ranked:
    """scores: one for each review that was given, None for one without points that count."""
    counted = [one for one in scores if one is not None]
    mean = fsum(counted) / len(counted) if counted else None
    spread = None
    if mean is not None and len(counted) > 1:
        spread = sqrt(fsum((one - mean) ** 2 for one in counted) / len(counted))
    return Ranked(proposal, len(scores), mean, spread, conflicts)
