"""`make bench-growth`: what grows with a programme's sessions and with an event's registrations, and how fast.

CPU milliseconds of web, worker and database together for what visitors do, milliseconds by the clock for what
organizers wait for. On the small demo, whose other rows then do not hide what grows.
"""

import argparse
import asyncio
import signal
import statistics
import sys
import time
from collections.abc import Sequence

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
        scene = Scene(found, wish.seconds, "")
        facts = machine.facts(found, wish.seconds)
        slug = webinar(scene, free=True)
        make_room(scene, slug)
        send(Rush(found.port, slug, 16, min(2.0, wish.seconds)))
        by_sessions = with_sessions(scene, slug, _sizes(wish.sessions))
        by_registrations = with_registrations(scene, slug, _sizes(wish.registrations))
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


def with_sessions(scene: Scene, shop: str, sizes: Sequence[int]) -> Figures:
    """A programme of each size: its feed, its pages, an order beside it, its conflicts and its releases."""
    found: Figures = {}
    for size in sizes:
        _say(f"{size:,} sessions")
        slug = f"made-{size}"
        for name, figure in asyncio.run(_organized(scene, slug, size)).items():
            found.setdefault(name, []).append((size, figure))
        start = f"/events/{slug}"
        code = scene.value(
            "SELECT s.code FROM session s JOIN event e ON e.id = s.event_id WHERE e.slug = $1 LIMIT 1", slug
        )
        for name, path in (("day grid", f"{start}/schedule"), ("session page", f"{start}/sessions/{code}")):
            found.setdefault(name, []).append((size, _cost(scene, path)))
        found.setdefault("feed 304", []).append((size, _unchanged(scene, f"{start}/schedule.ics")))
        found.setdefault("order", []).append((size, _order(scene, shop)))
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


def with_registrations(scene: Scene, slug: str, sizes: Sequence[int]) -> Figures:
    """An event that sold so many places: its page, its feed, an order in it."""
    found: Figures = {}
    had = 0
    for size in sizes:
        _say(f"{size:,} registrations")
        asyncio.run(_sell(scene, slug, had + 1, size))
        had = size
        for name, figure in (
            ("order", _order(scene, slug)),
            ("event page", _cost(scene, f"/events/{slug}")),
            ("feed 304", _unchanged(scene, f"/events/{slug}/schedule.ics")),
        ):
            found.setdefault(name, []).append((size, figure))
    return found


async def _sell(scene: Scene, slug: str, first: int, last: int) -> None:
    async with connected(scene) as connection:
        event = await connection.fetchval("SELECT id FROM event WHERE slug = $1", slug)
        await made.registrations(connection, event, first, last)


def _cost(scene: Scene, path: str, etag: str = "") -> float:
    """CPU milliseconds of an answer; with an ETag, of the 304."""
    asked = {**GZIP, "If-None-Match": etag} if etag else GZIP
    loaded = scene.load([path], "304" if etag else "200", headers=asked)
    return loaded.cpu.all / loaded.outcome.answers * 1000


def _unchanged(scene: Scene, path: str) -> float:
    [etag] = scene.etags([path], GZIP)
    return _cost(scene, path, etag)


def _order(scene: Scene, slug: str) -> float:
    """CPU milliseconds of a whole free order, mail included."""
    scene.drained()
    before = scene.house.cpu()
    bought = send(
        Rush(scene.house.port, slug, 16, scene.seconds, first=time.time_ns() // 1_000_000 % 1_000_000_000 * 10)
    )
    scene.drained()
    if bought.errors or not bought.orders:
        raise RuntimeError(f"orders ended so: {bought.ends}")
    return (scene.house.cpu() - before).all / bought.orders * 1000


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
        "Orders, pages and feeds in CPU milliseconds of web, worker and database; releases and conflicts by the clock."
        " “Times”: the largest size as a multiple of the smallest, of 500 for sessions."
    )
    return "\n\n".join(parts)


def _say(words: str) -> None:
    print(f"{words} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
