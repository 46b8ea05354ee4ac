"""`make bench`: measures, prints the table, keeps it as JSON under benchmarks/results/."""

import argparse
import asyncio
import http.client
import json
import sys

import asyncpg

from benchmarks import feeds_and_pages, orders
from benchmarks.house import House, house
from benchmarks.rows import keep, table


def main() -> None:
    ask = argparse.ArgumentParser(prog="make bench", description="Measure, on the demo association of one size.")
    ask.add_argument("--size", choices=["small", "annual"], default="annual")
    ask.add_argument("--seconds", type=float, default=4.0, help="of each load")
    wish = ask.parse_args()
    with house(wish.size) as found:
        _warm(found)
        conference = asyncio.run(_conference(found.dsn))
        rows = feeds_and_pages.measure(found, conference, wish.seconds)
        fixed_cpu = rows[0].more["ms CPU"] / 1000
        rows += orders.measure(found, asyncio.run(orders.free_webinar(found.dsn)), fixed_cpu, wish.seconds)
    print(table(rows))
    print(f"\nkept in {keep(rows, wish.size)}", file=sys.stderr)


async def _conference(dsn: str) -> str:
    connection = await asyncpg.connect(dsn)
    try:
        slug: str = await connection.fetchval("SELECT slug FROM event WHERE kind = 'conference' ORDER BY id LIMIT 1")
        return slug
    finally:
        await connection.close()


def _warm(found: House) -> None:
    for _time in range(8):
        connection = http.client.HTTPConnection("127.0.0.1", found.port)
        connection.request("GET", "/readyz")
        json.load(connection.getresponse())


if __name__ == "__main__":
    main()
