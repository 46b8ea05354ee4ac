"""`make bench-growth`: what grows with a programme's sessions and with an event's registrations, and how fast.

CPU milliseconds of web, worker and database together for what visitors do, milliseconds by the clock for what
organizers wait for. On the small demo, whose other rows then do not hide what grows.

The speed of a shared machine moves by half, and the goal is a tenth: so every CPU figure is measured in turn with the
fixed answer, as a multiple of it, and told in milliseconds at the speed of the run's beginning.
"""

import argparse
import asyncio
import signal
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from benchmarks import machine, made, papers
from benchmarks.house import house
from benchmarks.orders import Rush, make_room, send, webinar
from benchmarks.plots import Line, exponent
from benchmarks.programme import connected, publish_and_follow, timed
from benchmarks.rows import number
from benchmarks.scene import GZIP, Scene
from events.core import clock
from events.schedule import placed, releases

SESSIONS = (100, 300, 500, 1000, 3000, 10_000)
REGISTRATIONS = (100, 1000, 10_000, 100_000)
MOST = 1.1
FLAT_SESSIONS = ("feed 304", "order")
FLAT_REGISTRATIONS = ("order", "feed 304")

TURNS = 3
"""How often a load and the fixed answer take turns."""

Figures = dict[str, list[tuple[float, float]]]
"""By what was measured: (size, milliseconds)."""


def main() -> None:
    ask = argparse.ArgumentParser(prog="make bench-growth", description="Measure at growing sizes.")
    ask.add_argument("--seconds", type=float, default=4.0, help="of each load")
    ask.add_argument("--sessions", default=",".join(map(str, SESSIONS)))
    ask.add_argument("--registrations", default=",".join(map(str, REGISTRATIONS)))
    ask.add_argument("--no-papers", action="store_true", help="leave docs/benchmarks.md as it is")
    wish = ask.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with house("small") as found:
        began = time.perf_counter()
        scene = Scene(found, wish.seconds, "")
        facts = machine.facts(found, wish.seconds)
        slug = webinar(scene, free=True)
        make_room(scene, slug)
        send(Rush(found.port, slug, 16, min(2.0, wish.seconds)))
        bench = Bench(scene)
        by_sessions = with_sessions(bench, slug, _sizes(wish.sessions))
        by_registrations = with_registrations(bench, slug, _sizes(wish.registrations))
        facts["minutes"] = f"{(time.perf_counter() - began) / 60:.0f}"
    axes = {"sessions": by_sessions, "registrations": by_registrations}
    lines = {axis: [Line(name, tuple(points)) for name, points in found.items()] for axis, found in axes.items()}
    words = table(by_sessions, by_registrations)
    print(words)
    told = {
        "machine": facts,
        **{
            axis: {name: {"points": points, "exponent": exponent(points)} for name, points in found.items()}
            for axis, found in axes.items()
        },
    }
    kept = papers.keep_growth("growth", lines, told)
    print(f"\nkept in {kept}", file=sys.stderr)
    if not wish.no_papers:
        papers.publish_growth(lines, f"{papers.machine_words(facts)}\n\n{words}")


def _sizes(text: str) -> list[int]:
    return sorted(int(size) for size in text.split(","))


class Bench:
    """Measures CPU milliseconds at one speed, that of the machine when the run began."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._speed = statistics.median([self._load("/bench/fixed", {}, "200") for _turn in range(TURNS)])

    def answer(self, path: str, etag: str = "") -> float:
        """An answer; with an ETag, the 304."""
        asked = {"If-None-Match": etag} if etag else {}
        status = "304" if etag else "200"
        return self._steady(lambda: self._load(path, asked, status))

    def unchanged(self, path: str) -> float:
        [etag] = self.scene.etags([path], GZIP)
        return self.answer(path, etag)

    def order(self, slug: str) -> float:
        """A whole free order, mail included."""
        return self._steady(lambda: self._order(slug), turns=2)

    def _steady(self, measure: Callable[[], float], turns: int = TURNS) -> float:
        """The median of some turns, each as a multiple of the fixed answer before and after it."""
        fixed = [self._fixed()]
        found = []
        for _turn in range(turns):
            found.append(measure())
            fixed.append(self._fixed())
        beside = [(before + after) / 2 for before, after in pairwise(fixed)]
        return self._speed * statistics.median(ours / theirs for ours, theirs in zip(found, beside, strict=True))

    def _fixed(self) -> float:
        return self._load("/bench/fixed", {}, "200")

    def _load(self, path: str, asked: Mapping[str, str], status: str) -> float:
        seconds = self.scene.seconds / TURNS
        loaded = self.scene.load([path], status, headers={**GZIP, **asked}, seconds=seconds)
        return loaded.cpu.all / loaded.outcome.answers * 1000

    def _order(self, slug: str) -> float:
        scene = self.scene
        scene.drained()
        before = scene.house.cpu()
        first = time.time_ns() // 1_000_000 % 1_000_000_000 * 10
        bought = send(Rush(scene.house.port, slug, 16, scene.seconds / 2, first=first))
        scene.drained()
        if bought.errors or not bought.orders:
            raise RuntimeError(f"orders ended so: {bought.ends}")
        return (scene.house.cpu() - before).all / bought.orders * 1000


def with_sessions(bench: Bench, shop: str, sizes: Sequence[int]) -> Figures:
    """A programme of each size: its feed, its pages, an order beside it, its conflicts and its releases."""
    found: Figures = {}
    for size in sizes:
        _say(f"{size:,} sessions")
        slug = f"made-{size}"
        for name, figure in asyncio.run(_organized(bench.scene, slug, size)).items():
            found.setdefault(name, []).append((size, figure))
        start = f"/events/{slug}"
        code = bench.scene.value(
            "SELECT s.code FROM session s JOIN event e ON e.id = s.event_id WHERE e.slug = $1 LIMIT 1", slug
        )
        for name, figure in (
            ("day grid", bench.answer(f"{start}/schedule")),
            ("session page", bench.answer(f"{start}/sessions/{code}")),
            ("feed 304", bench.unchanged(f"{start}/schedule.ics")),
            ("order", bench.order(shop)),
        ):
            found.setdefault(name, []).append((size, figure))
    return found


async def _organized(scene: Scene, slug: str, size: int) -> dict[str, float]:
    """Milliseconds of the first release, of one with a tenth moved, and of all conflicts."""
    async with connected(scene) as connection:
        event = await made.programme(connection, slug, size)
        first = await timed(lambda: releases.publish(event, None, "", clock.now()))
        again = []
        for number_ in range(2):
            await made.begin_later(connection, event, 10, number_)
            again.append(sum(await publish_and_follow(connection, event)))
        conflicts = statistics.median([await timed(lambda: placed.conflicts(event)) for _time in range(5)])
    return {"first release": first * 1000, "publish, 10 % moved": min(again) * 1000, "conflicts": conflicts * 1000}


def with_registrations(bench: Bench, slug: str, sizes: Sequence[int]) -> Figures:
    """An event that sold so many places: its page, its feed, an order in it."""
    found: Figures = {}
    had = 0
    for size in sizes:
        _say(f"{size:,} registrations")
        asyncio.run(_sell(bench.scene, slug, had + 1, size))
        had = size
        for name, figure in (
            ("order", bench.order(slug)),
            ("event page", bench.answer(f"/events/{slug}")),
            ("feed 304", bench.unchanged(f"/events/{slug}/schedule.ics")),
        ):
            found.setdefault(name, []).append((size, figure))
    return found


async def _sell(scene: Scene, slug: str, first: int, last: int) -> None:
    async with connected(scene) as connection:
        event = await connection.fetchval("SELECT id FROM event WHERE slug = $1", slug)
        await made.registrations(connection, event, first, last)


def table(by_sessions: Figures, by_registrations: Figures) -> str:
    """Markdown: each figure at each size, how often the largest is the smallest, and the exponent."""
    parts = []
    for axis, found, flat, least in (
        ("sessions", by_sessions, FLAT_SESSIONS, 500),
        ("registrations", by_registrations, FLAT_REGISTRATIONS, 0),
    ):
        sizes = [size for size, _figure in next(iter(found.values()))]
        lines = [
            f"| ms with so many {axis} | {' | '.join(f'{size:,}' for size in sizes)} | exponent | times | goal |",
            f"|---|{'--:|' * (len(sizes) + 2)}---|",
        ]
        for name, points in found.items():
            from_ = next((figure for size, figure in points if size >= least), points[0][1])
            times = points[-1][1] / from_
            goal = f"≤ {MOST:g}: {'reached' if times <= MOST else 'not reached'}" if name in flat else ""
            figures = " | ".join(number(figure) for _size, figure in points)
            lines.append(f"| {name} | {figures} | {exponent(points):.2f} | {times:.2f} | {goal} |")
        parts.append("\n".join(lines))
    parts.append(
        "Orders, pages and feeds in CPU milliseconds of web, worker and database, each measured in turn with a fixed"
        " answer and told at the speed the machine had in the beginning; releases and conflicts by the clock."
        " “Times”: the largest size as a multiple of the smallest, of 500 for sessions."
    )
    return "\n\n".join(parts)


def _say(words: str) -> None:
    print(f"{words} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
