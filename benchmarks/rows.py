"""One measured line of the table, and the table."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from benchmarks.goals import Part, wish_of


@dataclass(frozen=True)
class Row:
    """ours and ceiling in `unit`; ratio is ours / ceiling; goal in words; reached: None where there is no goal.

    parts    of the goal, judged one by one; `judged` makes goal and reached of them
    group    of rows that are measured together
    key      names the row for ever, so that runs can be compared
    more     what was measured beside it: CPU ms of web, worker and database for each, p50 ms, …
    failed   why there is no figure, or ""
    """

    group: str
    key: str
    what: str
    how: str
    ours: float
    unit: str
    ceiling: float | None = None
    goal: str = ""
    reached: bool | None = None
    more: Mapping[str, float] = field(default_factory=dict)
    failed: str = ""
    parts: tuple[Part, ...] = ()

    def judged(self, *parts: Part) -> "Row":
        """The row with its goal, which is reached when every part is. Without parts it has none."""
        if not parts:
            return self
        return replace(self, goal=wish_of(parts), reached=all(part.reached for part in parts), parts=parts)

    @property
    def ratio(self) -> float | None:
        return self.ours / self.ceiling if self.ceiling else None

    @property
    def verdict(self) -> str:
        if self.failed:
            return "FAILED"
        if len(self.parts) > 1 and not self.reached:
            return "; ".join(part.words.replace("not reached", "NOT REACHED") for part in self.parts)
        return {True: "reached", False: "NOT REACHED", None: ""}[self.reached]

    @property
    def quiet_verdict(self) -> str:
        """The same for a page, where nothing shouts."""
        return self.verdict.replace("FAILED", "failed").replace("NOT REACHED", "not reached")

    def as_json(self) -> dict[str, object]:
        return asdict(self) | {"ratio": self.ratio}


def failed(group: str, error: BaseException) -> Row:
    """The row of a group that could not be measured."""
    words = f"{type(error).__name__}: {error}".strip()
    return Row(group, f"{group}.failed", f"{group}: not measured", "", 0.0, "", reached=False, failed=words[-600:])


def number(value: float) -> str:
    """Three figures or all of them before the point."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.3f}"


def ratio_of(row: Row) -> str:
    return f"{row.ratio:.2f}" if row.ratio is not None else ""


def extras(row: Row) -> str:
    """What was measured beside it, in words."""
    return ", ".join(f"{name} {number(value)}" for name, value in row.more.items())


def table(rows: Sequence[Row]) -> str:
    """For a terminal."""
    lines = [f"{'what':<58} {'ours':>9} {'unit':<7} {'ceiling':>8} {'ratio':>6}  goal"]
    group = ""
    for row in rows:
        if row.group != group:
            group = row.group
            lines.append(f"\n{group}")
        if row.failed:
            lines.append(f"  {row.what:<56} FAILED: {row.failed}")
            continue
        ceiling = number(row.ceiling) if row.ceiling else ""
        goal = f"{row.goal}  {row.verdict}".strip()
        lines.append(
            f"  {row.what:<56} {number(row.ours):>9} {row.unit:<7} {ceiling:>8} {ratio_of(row):>6}  {goal}".rstrip()
        )
        lines.append(f"      {'; '.join(part for part in (row.how, extras(row)) if part)}")
    goals = [row for row in rows if row.reached is not None]
    lines.append(f"\n{sum(row.reached is True for row in goals)} of {len(goals)} goals reached")
    return "\n".join(lines)
