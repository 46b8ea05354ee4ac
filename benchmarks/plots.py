"""Plots as SVG, written by hand: bars, stacked bars, and lines on two logarithmic axes. Pure: figures in, text out.

Nothing is coloured in; a style sheet in each file names ink, lines and series for light and for dark, so that a plot
reads on either. Every figure stands beside its mark as text as well.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

STYLE = """
text { font: 12px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 14px }
.soft { fill: #57606a; font-size: 11px }
.axis, .grid { stroke: #8c959f; stroke-width: 1; fill: none }
.grid { stroke: #d0d7de }
.goal { stroke: #24292f; stroke-width: 2 }
.s0 { fill: #0969da; stroke: #0969da } .s1 { fill: #bf5b04; stroke: #bf5b04 } .s2 { fill: #1a7f64; stroke: #1a7f64 }
.s3 { fill: #8250df; stroke: #8250df } .s4 { fill: #a40e4c; stroke: #a40e4c } .s5 { fill: #57606a; stroke: #57606a }
.s6 { fill: #8a6d00; stroke: #8a6d00 }
.bar { stroke: none } .line { fill: none; stroke-width: 2 } .fit { fill: none; stroke-width: 1; stroke-dasharray: 4 4 }
.missed { fill-opacity: .45 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .soft { fill: #9198a1 } .axis { stroke: #656c76 } .grid { stroke: #30363d }
  .goal { stroke: #e6edf3 }
  .s0 { fill: #58a6ff; stroke: #58a6ff } .s1 { fill: #f0883e; stroke: #f0883e } .s2 { fill: #3fb99b; stroke: #3fb99b }
  .s3 { fill: #bc8cff; stroke: #bc8cff } .s4 { fill: #ff7b9c; stroke: #ff7b9c } .s5 { fill: #9198a1; stroke: #9198a1 }
  .s6 { fill: #d4b106; stroke: #d4b106 }
  .bar { stroke: none } .line, .fit { fill: none }
}
"""
WIDTH = 760
SERIES = 7
"""Colours of the style sheet."""
LABELS = 300
"""Pixels left of the bars, for their names."""
STEP = 26


@dataclass(frozen=True)
class Bar:
    """goal: where its mark stands, None for none; parts: widths of a stacked bar in the order of the legend."""

    name: str
    parts: tuple[float, ...]
    words: str
    goal: float | None = None
    missed: bool = False


def bars(title: str, note: str, found: Sequence[Bar], legend: Sequence[str] = ()) -> str:
    """Horizontal bars from zero, the largest as wide as there is room."""
    top = 62 + (20 if legend else 0)
    height = top + STEP * len(found) + 14
    largest = max([sum(bar.parts) for bar in found] + [bar.goal or 0 for bar in found] + [1e-9])
    scale = (WIDTH - LABELS - 90) / largest
    marks = [*_keys(legend, 62)]
    for place, bar in enumerate(found):
        y = top + STEP * place
        marks.append(f'<text x="{LABELS - 10}" y="{y + 13}" text-anchor="end">{escape(bar.name)}</text>')
        x = float(LABELS)
        for series, part in enumerate(bar.parts):
            kind = f"s{series % SERIES} bar{' missed' if bar.missed else ''}"
            marks.append(f'<rect class="{kind}" x="{x:.1f}" y="{y}" width="{part * scale:.1f}" height="17"/>')
            x += part * scale
        if bar.goal is not None:
            at = LABELS + bar.goal * scale
            marks.append(f'<line class="goal" x1="{at:.1f}" x2="{at:.1f}" y1="{y - 3}" y2="{y + 20}"/>')
            x = max(x, at)
        marks.append(f'<text class="soft" x="{x + 7:.1f}" y="{y + 13}">{escape(bar.words)}</text>')
    marks.append(f'<line class="axis" x1="{LABELS}" x2="{LABELS}" y1="{top - 6}" y2="{height - 12}"/>')
    return _svg(title, note, height, marks)


@dataclass(frozen=True)
class Line:
    """points: (size, figure), both above zero."""

    name: str
    points: tuple[tuple[float, float], ...]


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """The slope of the straight line through the points on two logarithmic axes, by least squares: 0 does not grow, 1
    grows as the size does. Raises ValueError for fewer than two sizes, or a point that is not above zero."""
    logs = [(math.log(size), math.log(figure)) for size, figure in points]
    mean = sum(x for x, _y in logs) / len(logs) if logs else 0.0
    spread = sum((x - mean) ** 2 for x, _y in logs)
    if not spread:
        raise ValueError("a fit needs two sizes")
    return sum((x - mean) * y for x, y in logs) / spread


def growth(title: str, note: str, axis: str, lines: Sequence[Line]) -> str:
    """Lines over sizes, both axes logarithmic, with what was fitted dashed and its exponent in the legend."""
    left, right, top, bottom = 64, WIDTH - 16, 62 + 18 * len(lines) + 12, 62 + 18 * len(lines) + 292
    sizes = [size for line in lines for size, _figure in line.points]
    figures = [figure for line in lines for _size, figure in line.points]
    low, high = math.log10(min(sizes)), math.log10(max(sizes))
    floor, roof = math.floor(math.log10(min(figures))), math.ceil(math.log10(max(figures)) + 1e-9)
    roof = max(roof, floor + 1)

    def across(size: float) -> float:
        return left + (math.log10(size) - low) / ((high - low) or 1) * (right - left - 20) + 10

    def up(figure: float) -> float:
        return bottom - (math.log10(figure) - floor) / (roof - floor) * (bottom - top)

    marks = []
    for power in range(floor, roof + 1):
        y = up(10.0**power)
        marks.append(f'<line class="grid" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        marks.append(f'<text class="soft" x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{_tick(power)}</text>')
    for size in sorted(set(sizes)):
        x = across(size)
        marks.append(f'<text class="soft" x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{size:,.0f}</text>')
    marks.append(
        f'<text class="soft" x="{(left + right) / 2}" y="{bottom + 38}" text-anchor="middle">{escape(axis)}</text>'
    )
    marks.append(f'<path class="axis" d="M{left} {top - 8}V{bottom}H{right}"/>')
    for place, line in enumerate(lines):
        series = f"s{place % SERIES}"
        path = " ".join(f"{across(size):.1f},{up(figure):.1f}" for size, figure in line.points)
        marks.append(f'<polyline class="{series} line" points="{path}"/>')
        marks += [f'<circle class="{series}" cx="{across(x):.1f}" cy="{up(y):.1f}" r="3"/>' for x, y in line.points]
        slope = exponent(line.points)
        middle = sum(math.log(y) - slope * math.log(x) for x, y in line.points) / len(line.points)
        ends = [(size, math.exp(middle + slope * math.log(size))) for size in (min(sizes), max(sizes))]
        fit = " ".join(f"{across(x):.1f},{up(min(max(y, 10.0**floor), 10.0**roof)):.1f}" for x, y in ends)
        marks.append(f'<polyline class="{series} fit" points="{fit}"/>')
        y = 62 + 18 * place
        marks.append(f'<rect class="{series} bar" x="{left}" y="{y - 9}" width="10" height="10"/>')
        marks.append(f'<text x="{left + 16}" y="{y}">{escape(line.name)}, exponent {_signed(slope)}</text>')
    return _svg(title, note, bottom + 52, marks)


def _tick(power: int) -> str:
    return f"{10**power:,}" if power >= 0 else f"{10.0**power:g}"


def _signed(slope: float) -> str:
    """With a minus, not a hyphen, and without one before nothing."""
    return f"{round(slope, 2) + 0.0:.2f}".replace("-", "\N{MINUS SIGN}")


def _keys(legend: Sequence[str], y: int) -> list[str]:
    marks, x = [], LABELS
    for series, name in enumerate(legend):
        marks.append(f'<rect class="s{series % SERIES} bar" x="{x}" y="{y - 9}" width="10" height="10"/>')
        marks.append(f'<text x="{x + 16}" y="{y}">{escape(name)}</text>')
        x += 30 + 8 * len(name)
    return marks


def _svg(title: str, note: str, height: float, marks: Sequence[str]) -> str:
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img"'
            f' aria-label="{escape(title)}">',
            f"<style>{STYLE}</style>",
            f'<text class="title" x="16" y="22">{escape(title)}</text>',
            f'<text class="soft" x="16" y="40">{escape(note)}</text>',
            *marks,
            "</svg>\n",
        )
    )


def split_of(more: Mapping[str, float]) -> tuple[float, float, float]:
    """CPU ms of web, worker and database."""
    return more["web"], more["worker"], more["database"]
