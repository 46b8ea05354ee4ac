"""One measured line of the table, and the table."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Row:
    """ours and ceiling in `unit`; ratio is ours / ceiling; goal in words; reached: None where there is no goal yet."""

    what: str
    how: str
    ours: float
    unit: str
    ceiling: float | None = None
    goal: str = ""
    reached: bool | None = None
    more: dict[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        return self.ours / self.ceiling if self.ceiling else None


def table(rows: Sequence[Row]) -> str:
    lines = [f"{'what':<46} {'ours':>12} {'ceiling':>10} {'ratio':>6}  goal"]
    for row in rows:
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
        ceiling = f"{row.ceiling:,.0f}" if row.ceiling else ""
        mark = {True: "reached", False: "NOT REACHED", None: ""}[row.reached]
        lines.append(f"{row.what:<46} {row.ours:>8,.1f} {row.unit:<4} {ceiling:>9} {ratio:>6}  {row.goal} {mark}")
        extra = ", ".join(f"{name} {value:,.2f}" for name, value in row.more.items())
        lines.append(f"    {row.how}{'; ' + extra if extra else ''}")
    return "\n".join(lines)


def keep(rows: Sequence[Row], name: str) -> Path:
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps([asdict(row) | {"ratio": row.ratio} for row in rows], indent=1), "utf-8")
    return path
