"""What a run needs: PostgreSQL and Redis of its own, the demo association, two web processes, a worker."""

import asyncio
import http.client
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil

from events.core import schema
from events.core.embedded import Home, Postgres, Redis, leash

NAMES = Path(__file__).parents[2] / "shared" / "data" / "names" / "names-by-locale.json"
"""More names where there are some; a clone without them has its own."""


@dataclass(frozen=True)
class House:
    port: int
    web: int
    worker: int
    postgres: int
    dsn: str


@contextmanager
def house(size: str, web_workers: int = 2) -> Iterator[House]:
    """Everything of one run, stopped in the end."""
    with tempfile.TemporaryDirectory(prefix="colloquy-bench-") as folder, Home(Path(folder) / "var") as home:
        postgres, redis = Postgres(home), Redis(home)
        postgres.start()
        redis.start()
        children: list[subprocess.Popen[bytes]] = []
        try:
            port = _free_port()
            environment = os.environ | {
                "COLLOQUY_DATABASE_URL": postgres.dsn,
                "COLLOQUY_REDIS_URL": redis.url,
                "COLLOQUY_SECRET_KEY": secrets.token_hex(32),
                "COLLOQUY_BASE_URL": f"http://127.0.0.1:{port}",
                "COLLOQUY_MAIL_DIR": str(Path(folder) / "mail"),
                "COLLOQUY_LOG_LEVEL": "WARNING",
            }
            asyncio.run(schema.migrate(postgres.dsn))
            demo = [sys.executable, "-m", "events.cli", "demo", size]
            if NAMES.exists():
                demo += ["--names", str(NAMES)]
            began = time.perf_counter()
            subprocess.run(demo, env=environment, check=True)
            print(f"The demo association of size {size} took {time.perf_counter() - began:.1f} s.", file=sys.stderr)
            server = ["granian", "--interface", "asgi", "--factory", "--no-ws", "--log-level", "warning"]
            server += [
                "--workers",
                str(web_workers),
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
                "benchmarks.app:create",
            ]
            log = (Path(folder) / "children.log").open("wb")
            children.append(leash.spawn([sys.executable, "-m", *server], environment=environment, output=log))
            children.append(leash.spawn([sys.executable, "-m", "workers"], environment=environment, output=log))
            _wait(port, Path(folder) / "children.log")
            yield House(port, children[0].pid, children[1].pid, asyncio.run(_postmaster(postgres.dsn)), postgres.dsn)
        finally:
            for child in children:
                child.terminate()
            for child in children:
                child.wait()
            redis.stop()
            postgres.stop()


async def _postmaster(dsn: str) -> int:
    """The pid whose children are all of PostgreSQL."""
    connection = await asyncpg.connect(dsn)
    try:
        return int(psutil.Process(await connection.fetchval("SELECT pg_backend_pid()")).ppid())
    finally:
        await connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the web processes did not come up:\n{log.read_text('utf-8')[-4000:]}")
