from xml.etree import ElementTree

import pytest

from benchmarks import plots
from benchmarks.plots import Bar, Line, exponent

SVG = "{http://www.w3.org/2000/svg}"


def test_the_exponent_is_the_slope_on_two_logarithmic_axes() -> None:
    assert exponent([(n, 3 * n**0.5) for n in (100, 1000, 10_000)]) == pytest.approx(0.5)
    assert exponent([(n, 7.0) for n in (100, 300)]) == pytest.approx(0)
    assert exponent([(1, 1), (10, 20), (100, 100)]) == pytest.approx(1)


def test_one_size_has_no_exponent() -> None:
    with pytest.raises(ValueError, match="two sizes"):
        exponent([(100, 1.0), (100, 2.0)])


def test_bars_begin_at_zero_and_keep_their_proportion() -> None:
    svg = ElementTree.fromstring(plots.bars("T", "n", [Bar("a", (1.0, 1.0), "2"), Bar("b & c", (1.0,), "1", 1.5)]))
    widths = [float(one.get("width", "")) for one in svg.iter(f"{SVG}rect")]

    assert widths[0] == widths[1] == widths[2]
    assert [one.get("x") for one in svg.iter(f"{SVG}rect")][::2] == [f"{plots.LABELS:.1f}"] * 2
    goals = [one for one in svg.iter(f"{SVG}line") if one.get("class") == "goal"]
    assert [float(one.get("x1", "")) for one in goals] == [pytest.approx(plots.LABELS + 1.5 * widths[0], abs=0.1)]
    assert "b & c" in "".join(svg.itertext())


def test_growth_has_a_mark_a_figure_and_names_the_exponent() -> None:
    drawn = plots.growth("T", "n", "sessions", [Line("orders", ((100, 1.0), (1000, 10.0), (10_000, 100.0)))])
    svg = ElementTree.fromstring(drawn)
    dots = [(float(one.get("cx", "")), float(one.get("cy", ""))) for one in svg.iter(f"{SVG}circle")]

    assert len(dots) == 3
    assert dots[1][0] - dots[0][0] == pytest.approx(dots[2][0] - dots[1][0], abs=0.2)
    assert dots[0][1] > dots[1][1] > dots[2][1]
    assert "orders, exponent 1.00" in "".join(svg.itertext())


def test_a_plot_brings_its_colours_for_the_dark() -> None:
    assert "prefers-color-scheme: dark" in plots.bars("T", "n", [Bar("a", (1.0,), "1")])
