"""Rows: the memory of every process after a hundred thousand requests each, and how a web process starts."""

import http.client
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import processes
from benchmarks.feeds import personal_paths
from benchmarks.house import free_port
from benchmarks.pages import sign_in_many
from benchmarks.rows import Row
from benchmarks.scene import GZIP, Scene
from events.core.embedded import leash

GROUP = "footprint"
EACH = 100_000
MOST = 90.0
STARTS = 3


def measure(scene: Scene) -> list[Row]:
    return [*_memory(scene), *_start(scene)]


def _memory(scene: Scene) -> list[Row]:
    """Anonymous pages, every public session's page, feeds of all kinds, and a signed-in person's pages among them."""
    web = scene.house.web_processes
    at_first = [processes.memory(pid) for pid in web]
    start = f"/events/{scene.conference}"
    codes = scene.rows(
        "SELECT DISTINCT en.session_code FROM entry en JOIN event e ON e.id = en.event_id WHERE e.slug = $1"
        " AND en.kind = 'slot' AND en.audience = 'public' ORDER BY 1",
        scene.conference,
    )
    paths = [f"{start}/sessions/{row['session_code']}" for row in codes]
    paths += [f"{start}/sessions/{row['session_code']}.ics" for row in codes[::10]]
    paths += personal_paths(scene, 2000)
    paths += [start, f"{start}/schedule", f"{start}/schedule.ics", f"{start}/schedule.json"] * 200
    own: list[dict[str, str]] = [{} for _path in paths]
    for cookie in sign_in_many(scene, 30):
        paths += ["/my/schedule", start]
        own += [{"Cookie": f"signin={cookie}"}] * 2
    mixed = sorted(range(len(paths)), key=lambda place: place * 7919 % len(paths))
    wanted = int(EACH * len(web) * min(1.0, scene.seconds / 4))
    loaded = scene.load(
        [paths[place] for place in mixed], "200", headers=GZIP, own=[own[place] for place in mixed], answers=wanted
    )
    after = [processes.memory(pid) for pid in web]
    how = f"PSS after {loaded.outcome.answers // len(web):,} requests each over {len(paths):,} addresses of all kinds"
    rows = [
        Row(
            GROUP,
            "web memory",
            "memory of a web process, the larger one",
            how,
            max(after),
            "MiB",
            goal="≤ 90 MB",
            reached=max(after) * 2**20 <= MOST * 1e6,
            more={"before": max(at_first), "the other": min(after), "requests /s": loaded.outcome.rate},
        )
    ]
    for key, what, pid in (
        ("worker memory", "memory of the worker", scene.house.worker),
        ("database memory", "memory of PostgreSQL, all of it", scene.house.postgres),
        ("redis memory", "memory of Redis", scene.house.redis),
    ):
        rows.append(Row(GROUP, key, what, "PSS, at the end of the run", processes.family_memory(pid), "MiB"))
    return rows


def _start(scene: Scene) -> list[Row]:
    """One more web process, from nothing: until it answers, its first page, its second."""
    starts = [_one_start(scene) for _time in range(STARTS)]
    until, first, second = min(starts)
    page = f"/events/{scene.conference}/schedule"
    return [
        Row(
            GROUP,
            "start",
            "start of a web process",
            f"from `colloquy web` to the first answer of /healthz; best of {STARTS}",
            until,
            "s",
            more={"worst s": max(starts)[0]},
        ),
        Row(
            GROUP,
            "first request",
            "the first page after the start",
            f"{page.replace(scene.conference, '…')}, nothing read before",
            first * 1000,
            "ms",
            more={"the second, ms": second * 1000},
        ),
    ]


def _one_start(scene: Scene) -> tuple[float, float, float]:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "web.log"
        with log.open("wb") as output:
            command = [sys.executable, "-m", "events.cli", "web", "--port", str(port)]
            began = time.perf_counter()
            child = leash.spawn(command, environment=scene.house.environment, output=output)
        try:
            until = _answers(port, "/healthz", began, child, log)
            first = _page(port, f"/events/{scene.conference}/schedule")
            second = _page(port, f"/events/{scene.conference}/schedule")
        finally:
            child.terminate()
            child.wait()
    return until, first, second


def _answers(port: int, path: str, began: float, child: "subprocess.Popen[bytes]", log: Path) -> float:
    while child.poll() is None and time.perf_counter() - began < 60:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return time.perf_counter() - began
        except OSError:
            time.sleep(0.01)
    raise RuntimeError(f"the web process did not start:\n{log.read_text()[-1500:]}")


def _page(port: int, path: str) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    began = time.perf_counter()
    connection.request("GET", path, headers=GZIP)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answers {answer.status}")
    return time.perf_counter() - began
