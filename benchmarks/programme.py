"""Rows: what organizers wait for. Conflicts, a release, an import; and when everybody sees what was published."""

import asyncio
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import asyncpg

from benchmarks import made
from benchmarks.house import DATA
from benchmarks.rows import Row
from benchmarks.scene import GZIP, Scene
from events.agenda import changes, presenters
from events.core import clock, database
from events.schedule import conflicts as rules
from events.schedule import moves, placed, releases, slots
from events.schedule.boards import Board

FOSDEM = DATA / "programmes" / "fosdem-2025.xml"
CONFERENCE_SIZE = 2792
TIMES = 3


@asynccontextmanager
async def connected(scene: Scene) -> AsyncIterator[asyncpg.Connection]:
    """The application's pool in this process, and a connection of our own beside."""
    await database.connect(scene.house.dsn)
    connection = await asyncpg.connect(scene.house.dsn)
    try:
        yield connection
    finally:
        await connection.close()
        await database.close()


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


def conflicts(scene: Scene) -> list[Row]:
    """The whole draft with everything it needs from the database; and what one move asks."""
    return asyncio.run(_conflicts(scene))


async def _conflicts(scene: Scene) -> list[Row]:
    async with connected(scene) as connection:
        event = await connection.fetchval("SELECT id FROM event WHERE slug = $1", scene.conference)
        found = await placed.conflicts(event)
        whole = statistics.median([await timed(lambda: placed.conflicts(event)) for _time in range(10)]) * 1000
        bookings = await placed.bookings(event)
        began = time.perf_counter()
        rules.find(bookings)
        sweep = (time.perf_counter() - began) * 1000
        asked = [_ask(Board(bookings), one) for one in bookings[:500]]
        stored = [await _move(connection, event, number) for number in range(30)]
    rooms = len({room for one in bookings for room in one.rooms})
    roles = sum(len(one.people) for one in bookings)
    return [
        Row(
            "conflicts",
            "conflicts",
            f"conflicts of {len(bookings):,} slots, {rooms} rooms, {roles:,} roles",
            "loaded from the database; median of 10",
            whole,
            "ms",
            goal="≤ 60 ms",
            reached=whole <= 60,
            more={"found": len(found), "the sweep alone, ms": sweep},
        ),
        Row(
            "conflicts",
            "one move",
            "conflicts of one move, on the laid-out programme",
            "another slot each time, half an hour later; median of 500",
            statistics.median(asked),
            "ms",
            goal="≤ 1 ms",
            reached=statistics.median(asked) <= 1,
            more={"longest ms": max(asked), "a whole move in the database, ms": statistics.median(stored)},
        ),
    ]


def _ask(board: Board, booking: rules.Booking) -> float:
    later = booking._replace(
        start=booking.start + 1800,
        end=booking.end + 1800,
        from_=booking.from_ + 1800,
        until=booking.until + 1800,
    )
    began = time.perf_counter()
    board.clashes(later)
    return (time.perf_counter() - began) * 1000


async def _move(connection: asyncpg.Connection, event: int, number: int) -> float:
    """Milliseconds of a move as an editor makes it: five minutes shorter."""
    slot = await connection.fetchval(
        "SELECT l.id FROM slot l JOIN session s ON s.id = l.session_id WHERE s.event_id = $1"
        " AND l.starts_at IS NOT NULL ORDER BY l.id OFFSET $2 LIMIT 1",
        event,
        number,
    )
    row = await slots.slot(slot)
    assert row.place.ends_at is not None
    place = replace(row.place, ends_at=row.place.ends_at - timedelta(minutes=5))
    return await timed(lambda: moves.move(slot, place, row.version, clock.now(), "measured")) * 1000


def imported(scene: Scene) -> list[Row]:
    """A real programme through the command, published; without one, the conference's own export as another event."""
    with tempfile.TemporaryDirectory() as folder:
        file, what = FOSDEM, "import of fosdem-2025.xml, published"
        how = "the whole command: read, written, conflicts, first release"
        if not FOSDEM.exists():
            file = Path(folder) / "conference.xml"
            file.write_bytes(scene.look(f"/events/{scene.conference}/schedule.xml")[1])
            what, how = "import of the conference’s own export, published", f"{how}; there is no fosdem-2025.xml here"
        command = [
            sys.executable,
            "-m",
            "events.cli",
            "import",
            str(file),
            "--event",
            "imported",
            "--create",
            "--publish",
        ]
        began = time.perf_counter()
        done = subprocess.run(
            [*command, "--json"], env=scene.house.environment, capture_output=True, text=True, check=False
        )
        seconds = time.perf_counter() - began
        if done.returncode:
            raise RuntimeError((done.stderr + done.stdout)[-1500:])
        said = json.loads(done.stdout.strip().splitlines()[-1])
        began = time.perf_counter()
        subprocess.run(command, env=scene.house.environment, capture_output=True, check=True)
        again = time.perf_counter() - began
    more = {"sessions": said["created"], "sessions /s": said["created"] / seconds, "the same file again, s": again}
    return [Row("import", "import", what, how, seconds, "s", more=more)]


def published(scene: Scene) -> list[Row]:
    """A first release, a release with a tenth moved, and when every process shows it."""
    return asyncio.run(_published(scene))


async def _published(scene: Scene) -> list[Row]:
    sessions = CONFERENCE_SIZE if scene.house.size == "annual" else 280
    async with connected(scene) as connection:
        new = await made.programme(connection, f"made-{sessions}", sessions)
        first = await timed(lambda: releases.publish(new, None, "", clock.now()))
        event = await connection.fetchval("SELECT id FROM event WHERE slug = $1", scene.conference)
        rounds = []
        for number in range(TIMES):
            moved = await made.begin_later(connection, event, 10, number)
            rounds.append((moved, *await publish_and_follow(connection, event)))
        seen = await _seen(scene, connection, event)
    whole = [publish + follow for _moved, publish, follow in rounds]
    return [
        Row(
            "publish",
            "first release",
            f"first release of {sessions:,} sessions",
            "snapshot, entries and compressed feeds stored; a programme made by SQL",
            first,
            "s",
            goal="≤ 2 s",
            reached=first <= 2,
        ),
        Row(
            "publish",
            "publish",
            f"publish with {rounds[0][0]} sessions moved (10 %)",
            f"feeds stored and compressed, then everybody's messages written; slowest of {TIMES}",
            max(whole),
            "s",
            goal="≤ 0.8 s",
            reached=max(whole) <= 0.8,
            more={
                "median s": statistics.median(whole),
                "the release, s": max(publish for _moved, publish, _follow in rounds),
                "the messages, s": max(follow for _moved, _publish, follow in rounds),
            },
        ),
        seen,
    ]


async def publish_and_follow(connection: asyncpg.Connection, event: int) -> tuple[float, float]:
    """Publish; then do here what the worker does with the message: seconds of each."""
    moment = clock.now()
    began = time.perf_counter()
    release = await releases.publish(event, None, "", moment)
    published = time.perf_counter() - began
    await connection.execute(
        "UPDATE outbox_message SET done_at = now() WHERE topic = 'release.published' AND done_at IS NULL"
        " AND leased_until IS NULL"
    )
    began = time.perf_counter()
    await changes.follow_release(event, release.id, moment)
    followed = time.perf_counter() - began
    # The messages are written; the mails themselves would leave during the next round, and are another row's business.
    await connection.execute(
        "UPDATE outbox_message SET done_at = now() WHERE topic = $1 AND done_at IS NULL", presenters.TOPIC
    )
    return published, followed


async def _seen(scene: Scene, connection: asyncpg.Connection, event: int) -> Row:
    """Publish here, and ask every web process until it shows the change, on each page and feed."""
    code = await connection.fetchval(
        "SELECT s.code FROM slot l JOIN session s ON s.id = l.session_id WHERE s.event_id = $1"
        " AND s.state = 'confirmed' AND s.visibility = 'public' AND l.ends_at - l.starts_at > interval '30 minutes'"
        " ORDER BY l.id LIMIT 1",
        event,
    )
    day = await connection.fetchval(
        "SELECT left(l.local_start, 10) FROM slot l JOIN session s ON s.id = l.session_id"
        " WHERE s.event_id = $1 AND s.code = $2",
        event,
        code,
    )
    start = f"/events/{scene.conference}"
    paths = [
        f"{start}/schedule.ics",
        f"{start}/schedule?day={day}",
        f"{start}/sessions/{code}",
        f"{start}/sessions/{code}.ics",
    ]
    paths += [f"{start}/schedule.json", f"{start}/schedule.xml", f"{start}/feed.atom"]
    watched = await asyncio.to_thread(_watches, scene.house.port, paths)
    await made.begin_later(connection, event, 1)  # all of them, so that the one is among them
    await releases.publish(event, None, "", clock.now())
    began = time.perf_counter()
    seen = await asyncio.to_thread(_until_changed, watched, began)
    seconds = {place: one.new for place, one in seen.items()}
    last = max(seconds, key=lambda place: seconds[place])[1].rpartition("/")[2]
    processes = len({process for process, _connection, _path, _before in watched})
    return Row(
        "publish",
        "visible",
        "a published change is visible, in every process",
        f"{len(paths)} pages and feeds in {processes} web processes, published by another; from its return to the last"
        f" ({last})",
        max(seconds.values()),
        "s",
        goal="≤ 1 s",
        reached=max(seconds.values()) <= 1,
        more={
            "median s": statistics.median(seconds.values()),
            "the last answer that was old, s": max(one.old for one in seen.values()),
            "places": len(seconds),
        },
    )


Watch = tuple[int, http.client.HTTPConnection, str, bytes]
"""The process at the other end, a kept connection to it, a path, and what it says before."""


def _watches(port: int, paths: list[str]) -> list[Watch]:
    """A connection to each process for each path. Asked thrice, so that what is kept is kept."""
    by_process: dict[int, list[http.client.HTTPConnection]] = {}
    for _time in range(200):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        process = int(_body(connection, "/bench/process"))
        by_process.setdefault(process, []).append(connection)
        if min(map(len, by_process.values())) >= len(paths) and len(by_process) > 1:
            break
    found = []
    for process, connections in by_process.items():
        for connection, path in zip(connections, paths, strict=False):
            for _time in range(3):
                before = _body(connection, path)
            found.append((process, connection, path, before))
    return found


def _body(connection: http.client.HTTPConnection, path: str) -> bytes:
    """As nearly everybody takes it, compressed: unpacking megabytes for the watcher is not what is measured."""
    connection.request("GET", path, headers=GZIP)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answers {answer.status}")
    return body


class Seen(NamedTuple):
    """Seconds until the last answer that was old had come, and until the first new one."""

    old: float
    new: float


def _until_changed(watched: list[Watch], began: float) -> dict[tuple[int, str], Seen]:
    """Each place until it says something else: all are watched at the same time, each over its own connection."""
    with ThreadPoolExecutor(len(watched)) as watchers:
        seen = list(watchers.map(lambda watch: _until_this_changed(watch, began), watched))
    return {(watch[0], watch[2]): one for watch, one in zip(watched, seen, strict=True)}


def _until_this_changed(watch: Watch, began: float) -> Seen:
    process, connection, path, before = watch
    old = 0.0
    while _body(connection, path) == before:
        old = time.perf_counter() - began
        if old > 10:
            raise RuntimeError(f"after 10 s process {process} still says at {path} what it said")
        time.sleep(0.02)
    return Seen(old, time.perf_counter() - began)
