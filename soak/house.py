"""One installation on one machine, as parts that can be stopped, killed and started again.

    with house(folder) as house:
        house.webs[0].kill()
        house.postgres.restart(immediate=True)
        house.postbox.mood("die")

PostgreSQL, Redis, the mail server and the Stripe sandbox are its own; `colloquy web` and `colloquy worker` are the
real programs. Everything is on our leash: it ends when we do.

A part has to be started by a thread that lives on (see core/embedded/leash.py): call `start` from the main thread,
with `wait=False` where an event loop runs, and look at `ready`. `stop` and `kill` may be called from any thread.
"""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import asyncpg

from events.core.database import credentials
from events.core.embedded import Home, Postgres, Redis, leash
from events.settings import Settings
from events.supervisor import SANDBOX_KEY, answers, program
from soak import postbox
from soak.postbox import Mail
from tests import servers

PATIENCE = 60.0
"""Seconds for a start or a stop, on a machine that is busy with something else."""

KILLED = -signal.SIGKILL


class Part:
    """A program of ours. Started again it has the same port and the same log.

    command      what is run; may be changed before the next start
    environment  what it is told
    port         where it listens, 0 for nowhere
    """

    def __init__(
        self, name: str, command: list[str], environment: Mapping[str, str], log: Path, port: int = 0, says: str = ""
    ) -> None:
        self.name = name
        self.command = command
        self.environment = dict(environment)
        self.log = log
        self.port = port
        self._says = says
        self._child: subprocess.Popen[bytes] | None = None
        self._began = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Of the program that was started; granian's workers are its children. 0 before the first start."""
        return self._child.pid if self._child else 0

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    @property
    def ready(self) -> bool:
        """Whether it does its work: a web process answers /readyz, a worker has taken up its queue."""
        if not self.alive:
            return False
        if self._says:
            return self._says in self.words()
        return _listens(self.port)

    def start(self, environment: Mapping[str, str] | None = None, wait: bool = True) -> None:
        """Start it, and return when it is ready. `environment` is told besides, this time only."""
        assert not self.alive, f"{self.name} runs already"
        with self.log.open("ab") as output:
            self._began = output.tell()
            self._child = leash.spawn(
                self.command, environment={**self.environment, **(environment or {})}, output=output
            )
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self) -> None:
        until = time.monotonic() + PATIENCE
        while not self.ready:
            if not self.alive or time.monotonic() > until:
                raise AssertionError(f"{self.name} did not start. It said:\n{self.words()[-4000:]}")
            time.sleep(0.02)

    def stop(self, patience: float = PATIENCE) -> int:
        """SIGTERM, and wait; returns the exit code. What does not end in `patience` seconds is killed."""
        if self._child is None:
            return 0
        with contextlib.suppress(ProcessLookupError):
            self._child.terminate()
        try:
            code = self._child.wait(patience)
        except subprocess.TimeoutExpired:
            return self.kill()
        self._kill_group()
        return code

    def kill(self) -> int:
        """SIGKILL to it and everything it started, as a machine that loses power does."""
        if self._child is None:
            return 0
        self._kill_group()
        return self._child.wait()

    def signal(self, number: signal.Signals) -> None:
        """Any other signal, to all of it: SIGSTOP and SIGCONT make it hang and go on."""
        assert self._child is not None
        os.killpg(self._child.pid, number)

    def words(self) -> str:
        """What it said since its last start."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as file:
            file.seek(self._began)
            return file.read().decode(errors="replace")

    def _kill_group(self) -> None:
        assert self._child is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)


class WebPart(Part):
    @property
    def ready(self) -> bool:
        return self.alive and answers(self.port)


class PostboxPart(Part):
    """The mail server. `mood` changes how it behaves; `mails` is everything it ever took, the oldest first."""

    def __init__(self, folder: Path, environment: Mapping[str, str], log: Path, port: int) -> None:
        self.folder = folder
        self._mails: list[Mail] = []
        self._read = 0
        folder.mkdir()
        self.mood("ok")
        super().__init__(
            "postbox", [sys.executable, "-m", "soak.postbox", str(port), str(folder)], environment, log, port
        )

    def mood(self, name: str) -> None:
        """One of postbox.MOODS, from the next mail on."""
        assert name in postbox.MOODS, name
        unfinished = self.folder / f".{postbox.MOOD}"
        unfinished.write_text(name)
        unfinished.rename(self.folder / postbox.MOOD)

    @property
    def mails(self) -> list[Mail]:
        book = self.folder / postbox.MAILS
        if book.exists():
            with book.open("rb") as file:
                file.seek(self._read)
                for line in file:
                    if not line.endswith(b"\n"):
                        break
                    self._read += len(line)
                    self._mails.append(Mail(**json.loads(line)))
        return list(self._mails)

    def counts(self) -> Counter[str]:
        """How often each mail came, by its Message-ID."""
        return Counter(mail.id for mail in self.mails)


class Server:
    """PostgreSQL or Redis."""

    def __init__(self, server: Postgres | Redis) -> None:
        self.server = server

    @property
    def pid(self) -> int:
        return self.server.process.pid or 0

    @property
    def alive(self) -> bool:
        return self.server.running

    def start(self) -> None:
        """Start it again, and return when it answers."""
        self.server.start()

    def stop(self) -> None:
        """In order: everybody is disconnected, everything is written."""
        self.server.stop()

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """At once. SIGQUIT is what `pg_ctl stop -m immediate` sends."""
        if pid := self.pid:  # 0 would be everybody in our own process group
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        self.server.stop()

    def restart(self, immediate: bool = False) -> None:
        """immediate: as `pg_ctl restart -m immediate`; Redis is killed."""
        if immediate:
            self.kill(signal.SIGQUIT if isinstance(self.server, Postgres) else signal.SIGKILL)
        else:
            self.stop()
        self.start()


class House:
    """Everything of one installation.

    webs, workers   as many as were asked for
    sandbox         Stripe, as `colloquy sandbox` plays it
    postbox, mails  the mail server, and what reached it
    secret_key      what addresses and cookies are signed with
    """

    def __init__(
        self, folder: Path, webs: int, workers: int, environment: Mapping[str, str], secret_key: str | None
    ) -> None:
        self.folder = folder
        self.home = Home(folder / "house")
        self._postgres, self._redis = Postgres(self.home), Redis(self.home)
        self.postgres, self.redis = Server(self._postgres), Server(self._redis)
        self.secret_key = secret_key or secrets.token_hex(32)
        ports = _free_ports(webs + 2)
        mail, stripe, *own = ports
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("COLLOQUY_")} | {
            "COLLOQUY_VAR": str(self.home.var),
            "COLLOQUY_DATABASE_URL": self._postgres.dsn,
            "COLLOQUY_REDIS_URL": self._redis.url,
            "COLLOQUY_SECRET_KEY": self.secret_key,
            "COLLOQUY_BASE_URL": f"http://127.0.0.1:{own[0] if own else 8000}",
            "COLLOQUY_SMTP_URL": f"smtp://127.0.0.1:{mail}",
            "COLLOQUY_STRIPE_KEY": SANDBOX_KEY,
            "COLLOQUY_STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(16)}",
            "COLLOQUY_STRIPE_URL": f"http://127.0.0.1:{stripe}",
            "COLLOQUY_LOG_LEVEL": "WARNING",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self.postbox = PostboxPart(folder / "mails", self.environment, self.home.log("postbox"), mail)
        self.sandbox = Part("sandbox", program("sandbox"), self.environment, self.home.log("sandbox"), stripe)
        self.webs: list[Part] = [
            WebPart(f"web-{n}", program("web", "--port", str(port)), self.environment, self.home.log(f"web-{n}"), port)
            for n, port in enumerate(own, 1)
        ]
        talkative = {**self.environment, "COLLOQUY_LOG_LEVEL": "INFO"}  # arq says then that it took up its queue
        self.workers = [
            Part(f"worker-{n}", program("worker"), talkative, self.home.log(f"worker-{n}"), says="Starting worker")
            for n in range(1, workers + 1)
        ]

    @property
    def url(self) -> str:
        """COLLOQUY_BASE_URL: the first web process, to which links in mails and Stripe's webhooks lead."""
        return self.environment["COLLOQUY_BASE_URL"]

    @property
    def dsn(self) -> str:
        return self._postgres.dsn

    @property
    def redis_url(self) -> str:
        return self._redis.url

    @property
    def programs(self) -> Path:
        """Where `pg_dump`, `psql` and the others are."""
        return self._postgres.programs / "bin"

    @property
    def parts(self) -> list[Part]:
        return [self.postbox, self.sandbox, *self.webs, *self.workers]

    @property
    def mails(self) -> list[Mail]:
        return self.postbox.mails

    def settings(self) -> Settings:
        """The settings of its processes."""
        told = {name.removeprefix("COLLOQUY_").lower(): value for name, value in self.environment.items()}
        return Settings.model_validate({name: told[name] for name in Settings.model_fields if name in told})

    def command(self, *words: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """`colloquy` with these words, run to its end as one of the house."""
        return subprocess.run(
            program(*words),
            env={**self.environment, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    async def ask(self, sql: str, *values: Any) -> list[asyncpg.Record]:
        """Rows of its database, over a connection of their own."""
        connection = await asyncpg.connect(**credentials(self.dsn))
        try:
            rows: list[asyncpg.Record] = await connection.fetch(sql, *values)
            return rows
        finally:
            await connection.close()

    def errors(self) -> list[str]:
        """What web, worker and sandbox logged as errors since the house was opened, each with who said it."""
        return [
            f"{part.name}: {line}"
            for part in (self.sandbox, *self.webs, *self.workers)
            if part.log.exists()
            for line in part.log.read_text(errors="replace").splitlines()
            if _is_error(line)
        ]

    def open(self, demo: str, migrate: bool) -> None:
        """Start everything, the database first."""
        if not self._postgres.running:
            self._postgres.start()
        self._redis.start()
        if migrate:
            servers.fill(self.dsn, self.programs)
        if demo != "none":
            self._must("demo", demo)
        for part in self.parts:
            part.start(wait=False)
        for part in self.parts:
            part.wait_until_ready()

    def close(self) -> None:
        """Stop everything, the database last. The logs stay in the folder."""
        for part in self.parts:
            if part.alive:
                part.signal(signal.SIGCONT)
                os.kill(part.pid, signal.SIGTERM)
        for part in self.parts:
            part.stop()
        self._redis.stop()
        self._postgres.stop()
        self.home.discard()

    def _must(self, *words: str) -> None:
        done = self.command(*words)
        assert done.returncode == 0, f"colloquy {' '.join(words)} failed:\n{done.stdout}\n{done.stderr}"


@contextmanager
def house(
    folder: Path,
    webs: int = 2,
    workers: int = 2,
    demo: Literal["none", "small", "annual"] = "none",
    environment: Mapping[str, str] | None = None,
    *,
    secret_key: str | None = None,
    prepare: Callable[[House], None] | None = None,
) -> Iterator[House]:
    """Open a house in `folder`, and close it in the end, however it ends.

    environment  settings that differ, and what its processes are told besides
    secret_key   the key of an installation that is opened again from its dump; None makes one
    prepare      fills the empty database instead of the migrations, before anything else starts
    """
    made = House(folder, webs, workers, environment or {}, secret_key)
    try:
        if prepare:
            made._postgres.start()
            prepare(made)
        made.open(demo, migrate=prepare is None)
        yield made
    finally:
        made.close()


def _free_ports(count: int) -> list[int]:
    """All of them held at once, so that they differ."""
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(socket.socket()) for _ in range(count)]
        for line in lines:
            line.bind(("127.0.0.1", 0))
        return [int(line.getsockname()[1]) for line in lines]


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _is_error(line: str) -> bool:
    """At error level, or a traceback that no logger caught."""
    try:
        said = json.loads(line)
    except ValueError:
        return line.startswith("Traceback ") or "[ERROR]" in line
    return isinstance(said, dict) and said.get("level") in {"error", "critical"}
