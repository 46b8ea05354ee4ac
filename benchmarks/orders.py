"""Rows: a whole free order through the pages, every buyer on a connection and with cookies of their own."""

import asyncio
import json
import re
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

import asyncpg

from benchmarks.house import House
from benchmarks.processes import use
from benchmarks.rows import Row

KEY = re.compile(rb'name="form_key"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="form_key"')
TICKET = re.compile(rb'name="p0-main"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="p0-main"')


@dataclass(frozen=True)
class Rush:
    port: int
    slug: str
    buyers: int
    seconds: float


@dataclass(frozen=True)
class Bought:
    """orders confirmed, and how long each took from the event's page to the ticket, in milliseconds."""

    orders: int
    seconds: float
    p50: float
    p99: float


class Visitor:
    """A browser as small as one can be: one connection, its cookies, no more."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, bytes]:
        """Status, Location, body."""
        body = urlencode(form).encode() if form else b""
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Length: {len(body)}\r\n"
        if form:
            head += "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n"
        if self.cookies:
            head += "Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()) + "\r\n"
        self.writer.write(head.encode() + b"\r\n" + body)
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        length, location = 0, ""
        for line in lines[1:]:
            name, _sep, value = line.partition(": ")
            match name.lower():
                case "content-length":
                    length = int(value)
                case "location":
                    location = value
                case "set-cookie":
                    cookie, _sep, content = value.partition(";")[0].partition("=")
                    self.cookies[cookie] = content
        return int(lines[0].split()[1]), location, await self.reader.readexactly(length) if length else b""


async def buy(visitor: Visitor, slug: str, number: int) -> None:
    """The event's page, the tickets, the order, the ticket: what a person sees, in the order they see it."""
    await visitor.ask("GET", f"/events/{slug}")
    status, _to, page = await visitor.ask("GET", f"/events/{slug}/register")
    key, ticket = KEY.search(page), TICKET.search(page)
    if status != 200 or key is None or ticket is None:
        raise RuntimeError(f"the registration page has no form: {status}")
    form = {
        "form_key": next(filter(None, key.groups())).decode(),
        "people": "1",
        "p0-main": next(filter(None, ticket.groups())).decode(),
        "p0-name": f"Buyer {number}",
        "p0-email": f"buyer{number}@example.org",
        "do": "order",
    }
    status, to, page = await visitor.ask("POST", f"/events/{slug}/register", form)
    if status != 303:
        raise RuntimeError(f"the order was answered {status}: {page[:2000]!r}")
    status, _to, page = await visitor.ask("GET", to)
    if status != 200 or b"You are registered" not in page:
        raise RuntimeError(f"the order's page was answered {status}")


async def rush(wish: Rush) -> Bought:
    began = time.perf_counter()
    took: list[float] = []

    async def shop(place: int) -> None:
        number = place * 1_000_000
        while time.perf_counter() - began < wish.seconds:
            number += 1
            visitor = Visitor(wish.port)
            await visitor.open()
            start = time.perf_counter()
            await buy(visitor, wish.slug, number)
            took.append(time.perf_counter() - start)
            visitor.writer.close()

    await asyncio.gather(*(shop(place) for place in range(wish.buyers)))
    seconds = time.perf_counter() - began
    took.sort()
    return Bought(len(took), seconds, took[len(took) // 2] * 1000, took[int(len(took) * 0.99)] * 1000)


def measure(house: House, slug: str, fixed_cpu: float, seconds: float) -> list[Row]:
    """fixed_cpu: CPU seconds of a fixed answer in this run."""
    asyncio.run(_make_room(house.dsn, slug))
    _run(Rush(house.port, slug, 16, 2.0))
    rows = []
    for buyers in (1, 16, 64):
        asyncio.run(_drained(house.dsn))
        before = [use(pid).cpu for pid in (house.web, house.worker, house.postgres)]
        bought = _run(Rush(house.port, slug, buyers, seconds))
        asyncio.run(_drained(house.dsn))
        spent = [use(pid).cpu - was for pid, was in zip((house.web, house.worker, house.postgres), before, strict=True)]
        web, worker, postgres = (one / bought.orders * 1000 for one in spent)
        cpu = web + worker + postgres
        rate = bought.orders / bought.seconds
        reached = {1: None, 16: cpu <= 9 and rate >= 180 and bought.p99 <= 250, 64: rate >= 180}[buyers]
        goal = {1: "", 16: "≥ 180 /s, ≤ 9 ms CPU, p99 ≤ 250 ms", 64: "≥ 180 /s"}[buyers]
        rows.append(
            Row(
                f"a whole free order, {buyers} buyers",
                "4 requests, a connection and cookies each; its mail counted",
                rate,
                "/s",
                goal=goal,
                reached=reached,
                more={
                    "ms CPU": cpu,
                    "web": web,
                    "worker": worker,
                    "database": postgres,
                    "in fixed answers": cpu / 1000 / fixed_cpu,
                    "p50 ms": bought.p50,
                    "p99 ms": bought.p99,
                },
            )
        )
    return rows


def _run(wish: Rush) -> Bought:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.orders"],
        input=json.dumps(asdict(wish)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return Bought(**json.loads(done.stdout))


async def _make_room(dsn: str, slug: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(
            "UPDATE quota SET capacity = 1000000 WHERE event_id = (SELECT id FROM event WHERE slug = $1)", slug
        )
    finally:
        await connection.close()


async def free_webinar(dsn: str) -> str:
    """The slug of an event on sale that costs nothing."""
    connection = await asyncpg.connect(dsn)
    try:
        slug: str = await connection.fetchval(
            "SELECT e.slug FROM event e JOIN ticket_type t ON t.event_id = e.id JOIN price p ON p.ticket_type_id = t.id"
            " WHERE e.kind = 'webinar' AND e.state = 'on_sale' AND e.starts_at > now()"
            " GROUP BY e.slug HAVING max(p.amount) = 0 ORDER BY e.slug LIMIT 1"
        )
        return slug
    finally:
        await connection.close()


async def _drained(dsn: str) -> None:
    """Wait until every due message is told: the mail belongs to the order."""
    connection = await asyncpg.connect(dsn)
    try:
        until = time.monotonic() + 300
        while await connection.fetchval(
            "SELECT EXISTS (SELECT FROM outbox_message WHERE done_at IS NULL AND failed_at IS NULL AND due_at <= now())"
        ):
            if time.monotonic() > until:
                raise RuntimeError("the worker does not keep up")
            await asyncio.sleep(0.2)
    finally:
        await connection.close()


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(rush(Rush(**json.load(sys.stdin)))))))
