"""PostgreSQL and Redis of one test run, shared by its processes, and the migrated database that is copied for each.

The keeper is a process of its own, on our leash: it goes when the run is over, however it ends. It starts the servers
when a test first asks for them (the file `wanted`), and says in `ready` where they are, or in `failed` what went wrong.
"""

import asyncio
import contextlib
import hashlib
import json
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from events.core import schema
from events.core.embedded import Home, Postgres, Redis, leash

CHECKOUT = Path(__file__).parents[1]
TEMPLATE = "template"
PATIENCE = 300.0


@dataclass(frozen=True)
class Servers:
    """Where they are.

    database   the address of a database, with {name} in it
    redis      the address of Redis
    """

    database: str
    redis: str

    def address(self, name: str) -> str:
        return self.database.replace("{name}", name)

    async def create_database(self, name: str, template: str) -> str:
        """Make a database anew and return its address."""
        connection = await asyncpg.connect(self.address("postgres"))
        try:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        finally:
            await connection.close()
        return self.address(name)

    async def drop_database(self, name: str) -> None:
        connection = await asyncpg.connect(self.address("postgres"))
        try:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        finally:
            await connection.close()


class Keeper:
    """The side of the process that runs pytest."""

    def __init__(self) -> None:
        self.place = Path(tempfile.mkdtemp(prefix="colloquy-tests-"))
        self._child: subprocess.Popen[bytes] = leash.spawn([sys.executable, "-m", "tests.servers", self.place])

    def stop(self) -> None:
        self._child.terminate()
        self._child.wait()
        shutil.rmtree(self.place)


def wanted(place: Path) -> Servers:
    """Ask the keeper for its servers and wait for them."""
    (place / "wanted").touch()
    until = time.monotonic() + PATIENCE
    while not (place / "ready").exists():
        if (place / "failed").exists() or time.monotonic() > until:
            raise RuntimeError(f"no servers for the tests: {(place / 'failed').read_text()}")
        time.sleep(0.02)
    return Servers(**json.loads((place / "ready").read_text()))


def keep(place: Path) -> None:
    """The keeper: wait to be wanted, start, wait to be told to end, stop."""
    while not (place / "wanted").exists():
        time.sleep(0.02)
    home = Home(place / "var")
    postgres, redis = Postgres(home, durable=False), Redis(home)
    try:
        postgres.start()
        redis.start()
        servers = Servers(postgres.address("{name}"), redis.url)
        asyncio.run(servers.create_database(TEMPLATE, "template0"))
        fill(servers.address(TEMPLATE), postgres.programs / "bin")
        _say(place / "ready", json.dumps(vars(servers)))
        while True:
            signal.pause()
    except Exception as error:
        _say(place / "failed", f"{type(error).__name__}: {error}")
        raise
    finally:
        redis.stop()
        postgres.stop()
        home.discard()


def fill(address: str, programs: Path) -> None:
    """Migrate an empty database, or load what the same migrations made before: Tortoise takes seconds."""
    sources = [*sorted(CHECKOUT.glob("events/*/migrations/*.*")), CHECKOUT / "requirements.lock"]
    mark = hashlib.sha256(b"".join(path.read_bytes() for path in sources if path.is_file())).hexdigest()[:16]
    kept = CHECKOUT / ".pytest_cache" / f"schema-{mark}.sql"
    if kept.exists():
        load = (programs / "psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
        subprocess.run((*load, "--file", kept, "--dbname", address), check=True)
        return
    asyncio.run(schema.migrate(address))
    made = subprocess.run([programs / "pg_dump", "--no-owner", "--dbname", address], check=True, capture_output=True)
    kept.parent.mkdir(exist_ok=True)
    for old in kept.parent.glob("schema-*.sql"):
        old.unlink(missing_ok=True)
    _say(kept, made.stdout.decode())


def _say(path: Path, words: str) -> None:
    """Whole or not at all."""
    unfinished = path.with_suffix(f".{secrets.token_hex(4)}")
    unfinished.write_text(words)
    unfinished.rename(path)


def _end(*_: object) -> None:
    raise SystemExit


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    with contextlib.suppress(SystemExit):
        keep(Path(sys.argv[1]))
