"""PostgreSQL of our own: made, started, stopped, started again after a kill. It listens on a private socket only."""

import os
import signal
from pathlib import Path
from urllib.parse import quote

from events.core.embedded import leash, programs
from events.core.embedded.errors import EmbeddedError
from events.core.embedded.home import Home
from events.core.embedded.process import Process

NAME = "colloquy"  # of the role and of the database
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",  # our statements are short; compiling one costs more than it saves
}
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "io_method": "sync"}

# https://www.postgresql.org/docs/current/server-shutdown.html: INT is fast, QUIT immediate
LADDER = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))


class Postgres:
    """One cluster with the role and database `colloquy`.

    durable   False gives up safety against power loss for speed; for tests
    """

    def __init__(self, home: Home, *, durable: bool = True) -> None:
        self.home = home
        self.durable = durable
        self.data = home.root / "postgres"
        self.process = Process(home, "postgres", self.data, LADDER)

    @property
    def dsn(self) -> str:
        return self.address(NAME)

    def address(self, database: str) -> str:
        """The address of one database, as asyncpg and Tortoise read it."""
        return f"postgres://{NAME}@/{database}?host={quote(str(self.home.sockets), safe='')}"

    @property
    def running(self) -> bool:
        return self.process.running

    def start(self) -> None:
        """Start it, making the cluster first where there is none. Returns when it takes connections."""
        made = self.data / "PG_VERSION"
        self.programs, version = programs.postgres(self.home, int(made.read_text()) if made.exists() else None)
        self.process.end_leftovers()
        if not made.exists():
            self._make(version)
        # Whoever wrote these is gone, see end_leftovers; a process id in them that somebody else has now would stop it.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for stale in self.home.sockets.glob(".s.PGSQL.*"):
            stale.unlink()
        settings = SETTINGS | {"unix_socket_directories": f'"{self.home.sockets}"'}
        if not self.durable:
            settings |= {name: value for name, value in CARELESS.items() if name != "io_method" or version >= 18}
        chosen = [f"--{name}={value}" for name, value in settings.items()]
        self.process.start([self._program("postgres"), "-D", self.data, *chosen], _environment(), self._answers)

    def stop(self) -> None:
        """Disconnect everybody and stop. Stopping twice is fine."""
        self.process.stop()

    def _make(self, version: int) -> None:
        """Make the cluster under another name and rename it: a half-made one is never taken for a whole one."""
        unfinished = self.data.with_name("postgres-unfinished")
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8") if version >= 17 else ()
        where = ("--pgdata", str(unfinished), "--username", NAME, "--auth-local=trust", "--auth-host=reject")
        haste = () if self.durable else ("--no-sync",)
        self._run("rm", "-rf", unfinished)
        self._run(
            self._program("initdb"), *where, "--encoding=UTF8", "--locale=C", *locale, "--no-instructions", *haste
        )
        self._run(
            self._program("postgres"), "--single", "-D", unfinished, "postgres", typed=f"CREATE DATABASE {NAME}\n"
        )
        self._run("mv", unfinished, self.data)

    def _run(self, *command: str | Path, typed: str | None = None) -> None:
        done = leash.run(
            command, account=self.home.account, directory=self.home.root, environment=_environment(), typed=typed
        )
        if done.returncode:
            raise EmbeddedError(f"PostgreSQL could not be set up in {self.home.root}. It said:\n{done.stdout[-2000:]}")

    def _answers(self) -> bool:
        asked: list[str | Path] = [
            self._program("pg_isready"),
            "--quiet",
            "--host",
            self.home.sockets,
            "--username",
            NAME,
        ]
        return leash.run(asked, environment=_environment()).returncode == 0

    def _program(self, name: str) -> Path:
        return self.programs / "bin" / name


def _environment() -> dict[str, str]:
    """Ours without PGDATA, PGHOST, locale and time zone, which would change what PostgreSQL does."""
    return {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ} | {"LC_ALL": "C"}
