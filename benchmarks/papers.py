"""What is kept of a run: JSON and plots under benchmarks/results/; and the marked parts of docs and README, rewritten.

A part stands between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`; what is around it is written by people.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import plots
from benchmarks.plots import Bar, Line
from benchmarks.rows import Row, extras, number, ratio_of

CHECKOUT = Path(__file__).parents[1]
RESULTS = CHECKOUT / "benchmarks" / "results"
DOCS = CHECKOUT / "docs" / "benchmarks.md"
PICTURES = CHECKOUT / "docs" / "benchmarks"
README = CHECKOUT / "README.md"
SHORT = (
    "event feed 304",
    "event feed full",
    "personal full",
    "day grid",
    "session page",
    "free order 16",
    "paid order 16",
    "rush",
    "conflicts",
    "publish",
    "visible",
    "invitations",
    "web memory",
)
"""The rows of the README."""


LABEL = 44
"""Letters that fit beside a bar."""


def keep(name: str, rows: Sequence[Row], facts: Mapping[str, str]) -> Path:
    """Write a run under benchmarks/results/; returns the JSON's path."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    for plot, svg in plots_of(rows).items():
        (RESULTS / f"{name}-{plot}.svg").write_text(svg, "utf-8")
    path = RESULTS / f"{name}.json"
    told = {"machine": dict(facts), "rows": [row.as_json() for row in rows]}
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path


def keep_growth(name: str, figures: Mapping[str, Sequence[Line]], told: Mapping[str, object]) -> Path:
    """Write a run of `make bench-growth`: a plot for each axis, and the JSON, whose path is returned."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    for axis, lines in figures.items():
        (RESULTS / f"{name}-{axis}.svg").write_text(growth_plot(axis, lines), "utf-8")
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path


def growth_plot(axis: str, lines: Sequence[Line]) -> str:
    note = "Milliseconds; both axes logarithmic. Exponent 0 does not grow, 1 grows as the size does."
    return plots.growth(f"Growth with {axis}", note, axis, lines)


def publish(rows: Sequence[Row], facts: Mapping[str, str]) -> list[str]:
    """Rewrite the papers and their plots; returns what was written, from the checkout."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    written = []
    pictures = []
    for plot, svg in plots_of(rows).items():
        path = PICTURES / f"{plot}.svg"
        path.write_text(svg, "utf-8")
        written.append(path)
        pictures.append(f"![{_title(svg)}](benchmarks/{plot}.svg)")
    parts = {
        DOCS: {"machine": machine_words(facts), "table": "\n\n".join([*pictures, long_table(rows)])},
        README: {"short": short_table(rows, facts)},
    }
    for path, texts in parts.items():
        before = path.read_text("utf-8")
        after = before
        for name, text in texts.items():
            after = replace_part(after, name, text)
        path.write_text(after, "utf-8")
        written.append(path)
    return [str(path.relative_to(CHECKOUT)) for path in written]


def publish_growth(figures: Mapping[str, Sequence[Line]], words: str) -> list[str]:
    """Rewrite the growth's part of the docs, and its plots."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    pictures = []
    for axis, lines in figures.items():
        (PICTURES / f"growth-{axis}.svg").write_text(growth_plot(axis, lines), "utf-8")
        pictures.append(f"![Growth with {axis}](benchmarks/growth-{axis}.svg)")
    DOCS.write_text(replace_part(DOCS.read_text("utf-8"), "growth", "\n\n".join([*pictures, words])), "utf-8")
    return [str(DOCS.relative_to(CHECKOUT))]


def replace_part(text: str, name: str, part: str) -> str:
    """Put `part` between the marks of `name`. Raises ValueError where the marks are not there, once each, in order."""
    begin, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(f"the marks {begin} and {end} have to be there once, in this order")
    head, rest = text.split(begin)
    return f"{head}{begin}\n{part.strip()}\n{end}{rest.split(end)[1]}"


def machine_words(facts: Mapping[str, str]) -> str:
    return (
        f"Measured {facts['measured']} at commit {facts['commit']}: {facts['cores']} cores ({facts['processor']}),"
        f" {facts['memory']}, {facts['system']}, Python {facts['Python']}, PostgreSQL {facts['PostgreSQL']},"
        f" granian {facts['granian']}, starlette {facts['starlette']}. Size `{facts['size']}`,"
        f" {facts['seconds']} s a load, {facts.get('minutes', '?')} minutes in all."
    )


def long_table(rows: Sequence[Row]) -> str:
    """Every row, with how it was measured and what was measured beside it."""
    lines = ["| what | ours | ceiling | ratio | goal | reached | how, and what else |", "|---|--:|--:|--:|---|---|---|"]
    group = ""
    for row in rows:
        if row.group != group:
            group = row.group
            lines.append(f"| **{group}** | | | | | | |")
        if row.failed and not row.unit:
            lines.append(f"| {_cell(row.what)} | | | | | failed | {_cell(row.failed)} |")
            continue
        ceiling = f"{number(row.ceiling)} {row.unit}" if row.ceiling else ""
        beside = "; ".join(part for part in (row.how, extras(row), row.failed) if part)
        cells = (
            row.what, f"{number(row.ours)} {row.unit}", ceiling, ratio_of(row), row.goal, row.quiet_verdict, beside,
        )  # fmt: skip
        lines.append(f"| {' | '.join(map(_cell, cells))} |")
    return "\n".join(lines)


def short_table(rows: Sequence[Row], facts: Mapping[str, str]) -> str:
    """The rows of the README."""
    by_key = {row.key: row for row in rows}
    lines = ["| | measured | goal | |", "|---|--:|---|---|"]
    for key in SHORT:
        if (row := by_key.get(key)) is None:
            continue
        ours = f"{number(row.ours)} {row.unit}"
        if row.ratio is not None:
            ours += f", {row.ratio:.2f} of the ceiling"
        elif "CPU ms" in row.more:
            ours += f", {number(row.more['CPU ms'])} ms CPU"
        lines.append(f"| {_cell(row.what)} | {ours} | {_cell(row.goal)} | {row.quiet_verdict} |")
    goals = [row for row in rows if row.reached is not None]
    reached = sum(row.reached is True for row in goals)
    lines.append(
        f"\n{reached} of {len(goals)} goals reached, on {facts['cores']} cores with the load generator on them"
        f" ({facts['measured']}); the ceiling is a fixed answer of the same app in the same run."
        " Every row, and how it is measured: [docs/benchmarks.md](docs/benchmarks.md)."
    )
    return "\n".join(lines)


def plots_of(rows: Sequence[Row]) -> dict[str, str]:
    """By name: rates against the ceiling, and what an order costs where. Left out when a run has no such rows."""
    found = {}
    rates = [row for row in rows if row.ratio is not None and row.unit == "/s"]
    if rates:
        found["ceiling"] = plots.bars(
            "Answers, as a share of the ceiling",
            "1 is what the same app answers in the same run for nothing. The mark is the goal; pale: not reached.",
            [
                Bar(
                    _label(row),
                    (row.ratio or 0.0,),
                    f"{row.ratio:.2f}  {number(row.ours)} /s",
                    _least(row),
                    row.reached is False,
                )
                for row in rates
            ],
        )
    costs = [row for row in rows if row.group in {"orders", "sign-in", "invitations"} and "database" in row.more]
    if costs:
        found["cpu"] = plots.bars(
            "CPU of one order, sign-in or invitation, in milliseconds",
            "Web, worker and database; mail and webhook included. The mark is the goal; pale: not all goals reached.",
            [
                Bar(
                    _label(row),
                    plots.split_of(row.more),
                    f"{number(row.more['CPU ms'])} ms",
                    _most_cpu(row),
                    row.reached is False,
                )
                for row in costs
            ],
            ["web", "worker", "database"],
        )
    return found


def _label(row: Row) -> str:
    """What the row is, as short as a bar's name has to be."""
    words = re.sub(r" \([^)]*\)", "", row.what)
    return words if len(words) <= LABEL else words[: LABEL - 1].rstrip(" ,") + "…"


def _least(row: Row) -> float | None:
    found = re.match(r"≥ ([\d.]+)(?:;|$)", row.goal)
    return float(found[1]) if found else None


def _most_cpu(row: Row) -> float | None:
    found = re.search(r"≤ ([\d.]+) ms CPU", row.goal)
    return float(found[1]) if found else None


def _title(svg: str) -> str:
    found = re.search('aria-label="([^"]*)"', svg)
    return found[1] if found else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
