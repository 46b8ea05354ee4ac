"""What a run needs: PostgreSQL and Redis of its own, the demo association, two web processes, a worker, the Stripe
sandbox, and a sink for mail. Only web, worker and database count; the others play strangers.

Web and worker come to the database as different users, so that its log and its tables tell whose statements they are.
"""

import asyncio
import http.client
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import psutil

from benchmarks.processes import Cpu, cpu
from benchmarks.sink import Asked
from events.core import schema
from events.core.embedded import Home, Postgres, Redis, leash

DATA = Path(__file__).parents[2] / "shared" / "data"
"""More names and real programmes, where there are some; a clone without them has its own."""
NAMES = DATA / "names" / "names-by-locale.json"
SANDBOX_KEY = "sk_test_colloquy_sandbox"


@dataclass(frozen=True)
class House:
    """size: of the demo; port, stripe: where pages and the sandbox answer; web … redis: pids; log: PostgreSQL's."""

    size: str
    port: int
    stripe: int
    web: int
    worker: int
    postgres: int
    redis: int
    dsn: str
    secret: str
    sink: Asked
    sink_port: int
    log: Path
    environment: dict[str, str] = field(repr=False)

    def cpu(self) -> Cpu:
        return Cpu(cpu(self.web), cpu(self.worker), cpu(self.postgres))

    @property
    def web_processes(self) -> list[int]:
        """The processes that answer; the one that started them does not."""
        return sorted(self._answering())

    def _answering(self) -> set[int]:
        found: set[int] = set()
        for _time in range(40):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            connection.request("GET", "/bench/process")
            found.add(int(connection.getresponse().read()))
            connection.close()
        return found


@contextmanager
def house(size: str, web_workers: int = 2) -> Iterator[House]:
    """Everything of one run, stopped in the end."""
    with tempfile.TemporaryDirectory(prefix="colloquy-bench-") as folder:
        home = Home(Path(folder) / "var")
        postgres, redis = Postgres(home), Redis(home)
        children: list[subprocess.Popen[bytes]] = []
        try:
            postgres.start()
            redis.start()
            asyncio.run(_prepare(postgres.dsn))
            port, stripe = free_port(), free_port()
            sink = leash.spawn([sys.executable, "-m", "benchmarks.sink"], output=subprocess.PIPE)
            children.append(sink)
            assert sink.stdout is not None
            sink_port = int(sink.stdout.readline())
            secret = secrets.token_hex(32)
            environment = os.environ | {
                "COLLOQUY_VAR": str(Path(folder) / "var"),
                "COLLOQUY_DATABASE_URL": postgres.dsn,
                "COLLOQUY_REDIS_URL": redis.url,
                "COLLOQUY_SECRET_KEY": secret,
                "COLLOQUY_BASE_URL": f"http://127.0.0.1:{port}",
                "COLLOQUY_SMTP_URL": f"smtp://127.0.0.1:{sink_port}",
                "COLLOQUY_STRIPE_KEY": SANDBOX_KEY,
                "COLLOQUY_STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(16)}",
                "COLLOQUY_STRIPE_URL": f"http://127.0.0.1:{stripe}",
                "COLLOQUY_LOG_LEVEL": "WARNING",
            }
            environment.pop("COLLOQUY_MAIL_DIR", None)
            _fill(size, environment)
            log = Path(folder) / "children.log"
            with log.open("wb") as output:
                web = environment | {"COLLOQUY_DATABASE_URL": as_user(postgres.dsn, "web")}
                worker = environment | {"COLLOQUY_DATABASE_URL": as_user(postgres.dsn, "worker")}
                for arguments, told in (
                    (["-m", "benchmarks.app", str(port), str(web_workers)], web),
                    (["-m", "workers"], worker),
                    (["-m", "events.cli", "sandbox"], environment),
                ):
                    children.append(leash.spawn([sys.executable, *arguments], environment=told, output=output))
            wait_for(port, log)
            found = House(
                size=size,
                port=port,
                stripe=stripe,
                web=children[1].pid,
                worker=children[2].pid,
                postgres=asyncio.run(_postmaster(postgres.dsn)),
                redis=redis.process.pid or 0,
                dsn=postgres.dsn,
                secret=secret,
                sink=Asked(sink_port),
                sink_port=sink_port,
                log=home.log("postgres"),
                environment=environment,
            )
            yield found
            found.sink.close()
        finally:
            for child in children:
                child.terminate()
            for child in children:
                child.wait()
            redis.stop()
            postgres.stop()
            home.discard()


def as_user(dsn: str, user: str) -> str:
    """The same database, as somebody else."""
    return re.sub(r"^postgres://[^@]*@", f"postgres://{user}@", dsn)


async def _prepare(dsn: str) -> None:
    """The tables, and a user each for web and worker, who may do all that the owner may."""
    await schema.migrate(dsn)
    connection = await asyncpg.connect(dsn)
    try:
        for user in ("web", "worker"):
            await connection.execute(f"CREATE ROLE {user} LOGIN SUPERUSER")
    finally:
        await connection.close()


def _fill(size: str, environment: dict[str, str]) -> None:
    demo = [sys.executable, "-m", "events.cli", "demo", size]
    if NAMES.exists():
        demo += ["--names", str(NAMES)]
    print(f"Making the demo association of size {size} …", file=sys.stderr, flush=True)
    began = time.perf_counter()
    done = subprocess.run(demo, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the demo could not be made:\n{done.stderr[-3000:]}")
    print(f"It took {time.perf_counter() - began:.0f} s.", file=sys.stderr, flush=True)


async def _postmaster(dsn: str) -> int:
    """The pid whose children are all of PostgreSQL."""
    connection = await asyncpg.connect(dsn)
    try:
        return int(psutil.Process(await connection.fetchval("SELECT pg_backend_pid()")).ppid())
    finally:
        await connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, log: Path) -> None:
    """Return when the pages answer; raise with the end of the log when they do not."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            if answer.status == 200:
                json.load(answer)
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the web processes did not come up:\n{log.read_text('utf-8')[-4000:]}")
