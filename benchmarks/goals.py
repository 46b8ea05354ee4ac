"""A goal of several parts, each judged by itself: a row says which of them were reached.

CPU is judged twice, in milliseconds and in fixed answers of the same run, and either will do: machines differ, and what
a request costs beside a fixed answer of the same app differs less.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """wish: the goal in words; seen: what was measured beside it; both without a verdict."""

    wish: str
    seen: str
    reached: bool

    @property
    def words(self) -> str:
        return f"{self.seen}: {'reached' if self.reached else 'not reached'}"


def least(seen: float, goal: float, unit: str = "") -> Part:
    """As much as the goal, or more."""
    unit = f" {unit}" if unit else ""
    return Part(f"≥ {goal:g}{unit}", f"{figure(seen)} of {goal:g}{unit}", seen >= goal)


def most(seen: float, goal: float, unit: str, what: str = "") -> Part:
    """As much as the goal, or less. what: the quantity, where the unit does not say it ("p99")."""
    what = f"{what} " if what else ""
    return Part(f"{what}≤ {goal:g} {unit}", f"{what}{figure(seen)} of {goal:g} {unit}", seen <= goal)


def cpu(milliseconds: float, goal: float, fixed: float, goal_fixed: float) -> Part:
    """CPU of one of whatever was done.

    fixed, goal_fixed   the same as multiples of a fixed answer's CPU
    """
    wish = f"≤ {goal:g} ms CPU or ≤ {goal_fixed:g} fixed answers"
    if milliseconds <= goal:
        return Part(wish, f"CPU {figure(milliseconds)} of {goal:g} ms", True)
    return Part(wish, f"CPU {figure(fixed)} of {goal_fixed:g} fixed answers", fixed <= goal_fixed)


def exactly(seen: int, goal: int, what: str) -> Part:
    return Part(f"exactly {goal} {what}", f"{seen} of {goal} {what}", seen == goal)


def none(seen: int, what: str) -> Part:
    return Part(f"0 {what}", f"{seen} {what}", seen == 0)


def wish_of(parts: Sequence[Part]) -> str:
    return "; ".join(part.wish for part in parts)


def figure(value: float) -> str:
    """Three figures, or all before the point."""
    return f"{value:,.0f}" if value >= 99.5 else f"{value:.3g}"
