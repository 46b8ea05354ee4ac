"""`make bench`: measures, prints the table, keeps it as JSON and plots, and writes it into the papers."""

import argparse
import asyncio
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping

import asyncpg

from benchmarks import (
    editor,
    feeds,
    footprint,
    invitations,
    machine,
    orders,
    pages,
    papers,
    programme,
    sign_in,
    solver,
    statements,
)
from benchmarks.house import House, house
from benchmarks.rows import Row, failed, table
from benchmarks.scene import Scene

Group = Callable[[Scene], list[Row]]

GROUPS: Mapping[str, Group] = {
    "feeds": feeds.measure,
    "pages": pages.measure,
    "search": pages.search,
    "orders": orders.measure,
    "statements": statements.measure,
    "rush": orders.rush,
    "sign-in": sign_in.measure,
    "import": programme.imported,
    "conflicts": programme.conflicts,
    "editor": editor.measure,
    "publish": programme.published,
    "solver": solver.measure,
    "invitations": invitations.measure,
    "footprint": footprint.measure,
}
"""In this order: what fills the database comes late."""


def main() -> None:
    ask = argparse.ArgumentParser(prog="make bench", description="Measure, on the demo association of one size.")
    ask.add_argument("--size", choices=["small", "annual"], default="annual")
    ask.add_argument("--seconds", type=float, default=4.0, help="of each load")
    ask.add_argument("--rows", default="", help=f"only these groups: {','.join(GROUPS)}")
    ask.add_argument("--no-papers", action="store_true", help="leave docs/benchmarks.md and the README as they are")
    wish = ask.parse_args()
    groups = [name for name in wish.rows.split(",") if name] or list(GROUPS)
    if unknown := set(groups) - set(GROUPS):
        ask.error(f"no such rows: {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    began = time.perf_counter()
    with house(wish.size) as found:
        scene = Scene(found, wish.seconds, asyncio.run(_conference(found)))
        facts = machine.facts(found, wish.seconds)
        rows: list[Row] = []
        try:
            for name in groups:
                rows += _measured(name, scene)
        except KeyboardInterrupt:
            groups = []
            print("interrupted: what was measured so far", file=sys.stderr)
    facts["minutes"] = f"{(time.perf_counter() - began) / 60:.0f}"
    print(table(rows))
    kept = papers.keep(wish.size, rows, facts)
    print(f"\nkept in {kept}", file=sys.stderr)
    whole = not wish.rows and wish.size == "annual" and bool(groups)
    if whole and not wish.no_papers:
        print(f"written: {', '.join(papers.publish(rows, facts))}", file=sys.stderr)
    if any(row.failed for row in rows):
        sys.exit(1)


def _measured(name: str, scene: Scene) -> list[Row]:
    """The rows of a group; one that says why, when it could not be measured: the others are measured all the same."""
    print(f"{name} …", end=" ", file=sys.stderr, flush=True)
    began = time.perf_counter()
    try:
        rows = GROUPS[name](scene)
    except Exception as error:
        traceback.print_exc()
        rows = [failed(name, error)]
    print(f"{time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return rows


async def _conference(found: House) -> str:
    connection = await asyncpg.connect(found.dsn)
    try:
        slug: str = await connection.fetchval("SELECT slug FROM event WHERE kind = 'conference' ORDER BY id LIMIT 1")
        return slug
    finally:
        await connection.close()


if __name__ == "__main__":
    main()
