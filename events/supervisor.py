"""`colloquy run`: everything on one machine, in one command, for a first look and for working on Colloquy.

It starts PostgreSQL and Redis, brings the database up to date, and keeps the other programs running: web, worker and
the Stripe sandbox. Whatever ends is started again; when this ends, by Ctrl-C or by `kill -9`, everything ends.
"""

import contextlib
import http.client
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from events import beside
from events.core.embedded import EmbeddedError, Home, Postgres, Redis, leash

PATIENCE = 25.0  # seconds a program has to end before it is killed
LONGEST_PAUSE = 30.0
FUTILE = 2.0  # a pause this long before the first page has answered means that it never will
STEADY = 60.0  # seconds after which a start counts as a success
SANDBOX_KEY = "sk_test_colloquy_sandbox"

Say = Callable[[str], None]


class CannotRun(Exception):
    """The words say why, and the one command that helps."""


class Stopped(BaseException):
    """Somebody asked us to end. Not an Exception: nobody on the way may take it for an error."""


@dataclass
class Part:
    """A program that is kept running.

    pause   seconds before it is started again, doubled with each quick death
    """

    name: str
    command: list[str]
    log: Path
    child: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    pause: float = 0.5

    def start(self, environment: Mapping[str, str]) -> None:
        with self.log.open("ab") as output:
            self.child = leash.spawn(self.command, environment=environment, output=output)
        self.started = time.monotonic()

    def stop(self) -> None:
        """End it and whatever it started itself."""
        if self.child is None:
            return
        self.child.terminate()
        try:
            self.child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.clear()

    def clear(self) -> None:
        """Kill what a dead program left in its process group."""
        assert self.child is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child = None

    def look(self, environment: Mapping[str, str], say: Say) -> None:
        """Start it again when it has ended and its pause is over."""
        now = time.monotonic()
        if self.child is not None and self.child.poll() is not None:
            self.pause = 0.5 if now - self.started > STEADY else min(self.pause * 2, LONGEST_PAUSE)
            self.due = now + self.pause
            say(f"{self.name} ended ({ending(self.child.returncode)}); again in {self.pause:g} s. Its log: {self.log}")
            self.clear()
        elif self.child is None and now >= self.due:
            self.start(environment)


@dataclass
class Supervisor:
    """One run.

    var    where everything is kept
    port   of the web pages, on 127.0.0.1; 0 takes a free one
    demo   which demo association is wanted: none, small or annual
    say    tells the person at the terminal
    """

    var: Path
    port: int
    demo: str
    say: Say
    parts: list[Part] = field(default_factory=list)

    def run(self) -> None:
        """Return when somebody asked to stop."""
        self.port = port_for(self.port)
        wake, self._bell = socket.socketpair()
        wake.setblocking(False)
        self._bell.setblocking(False)
        signal.set_wakeup_fd(self._bell.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _stop)
        signal.signal(signal.SIGCHLD, _nothing)
        try:
            with Home(self.var) as home:
                self._run(home, wake)
        except Stopped:
            pass

    def _run(self, home: Home, wake: socket.socket) -> None:
        self.postgres, self.redis = Postgres(home), Redis(home)
        environment = self._environment(home)
        try:
            self.say("Starting PostgreSQL and Redis …")
            self.postgres.start()
            self.redis.start()
            self._migrate(environment)
            beside.leave(home.var, environment)
            self._fill(home, environment)
            self._start(home, environment)
            self._keep(environment, wake)
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)  # leaving already
            self.say("\nStopping …")
            beside.take_away(home.var)
            for part in self.parts:
                part.stop()
            self.redis.stop()
            self.postgres.stop()

    def _start(self, home: Home, environment: Mapping[str, str]) -> None:
        commands = {"web": ["web", "--port", str(self.port)], "worker": ["worker"]}
        if environment.get("COLLOQUY_STRIPE_KEY") == SANDBOX_KEY:
            commands["sandbox"] = ["sandbox"]
        for name, command in commands.items():
            self.parts.append(Part(name, program(*command), home.log(name)))
        for part in self.parts:
            part.start(environment)
        self._greet(environment)

    def _greet(self, environment: Mapping[str, str]) -> None:
        """Say where to look once the first page answers."""
        while not answers(self.port):
            for part in self.parts:
                part.look(environment, self.say)
                if part.name == "web" and part.pause > FUTILE:
                    raise CannotRun(f"The pages do not start. The end of {part.log}:\n{tail(part.log)}")
            time.sleep(0.1)
        address = f"http://127.0.0.1:{self.port}"
        self.say(
            f"\nColloquy is running. Ctrl-C stops it.\n\n"
            f"  {address}/             the catalogue\n"
            f"  {address}/dev/people   look as an attendee, an editor, a manager, a registrar\n"
            f"  {address}/dev/mail     every mail that was sent\n\n"
            f"  data and logs: {self.var.absolute()}\n"
        )

    def _keep(self, environment: Mapping[str, str], wake: socket.socket) -> None:
        pause, due = 0.5, 0.0
        while True:
            select.select([wake], [], [], 0.5)
            with contextlib.suppress(BlockingIOError):
                wake.recv(4096)
            for part in self.parts:
                part.look(environment, self.say)
            for server in (self.postgres, self.redis):
                if not server.running and time.monotonic() >= due:
                    self.say(f"{server.process.name} ended; starting it again.")
                    try:
                        server.start()
                        pause = 0.5
                    except EmbeddedError as error:
                        pause = min(pause * 2, LONGEST_PAUSE)
                        self.say(f"{error}\nAgain in {pause:g} s.")
                    due = time.monotonic() + pause

    def _migrate(self, environment: Mapping[str, str]) -> None:
        done = leash.run(program("migrate"), environment=environment)
        if done.returncode:
            raise CannotRun(f"The database could not be brought up to date:\n{done.stdout[-4000:]}")

    def _fill(self, home: Home, environment: Mapping[str, str]) -> None:
        """Make the demo, once in the life of a directory."""
        made = home.var / "demo"
        if self.demo == "none" or made.exists():
            return
        self.say(f"Making the demo association ({self.demo}) …")
        if leash.spawn(program("demo", self.demo), environment=environment).wait():
            self.say("The demo could not be made; going on without.")
            return
        made.write_text(f"{self.demo}\n")

    def _environment(self, home: Home) -> dict[str, str]:
        """What the children are told: where the servers are, and that this is not production."""
        mail = home.var / "mail"
        mail.mkdir(mode=0o700, exist_ok=True)
        told = {
            "COLLOQUY_VAR": str(home.var),
            "COLLOQUY_DATABASE_URL": self.postgres.dsn,
            "COLLOQUY_REDIS_URL": self.redis.url,
            "COLLOQUY_SECRET_KEY": secret(home.var / "secret-key"),
            "COLLOQUY_BASE_URL": f"http://127.0.0.1:{self.port}",
            "COLLOQUY_MAIL_DIR": str(mail),
            "COLLOQUY_SMTP_URL": "",  # the people of the demo must never get mail
            "COLLOQUY_DEV": "true",
            "PYTHONUNBUFFERED": "1",
        }
        if not os.environ.get("COLLOQUY_STRIPE_KEY"):
            told |= {
                "COLLOQUY_STRIPE_KEY": SANDBOX_KEY,
                "COLLOQUY_STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(16)}",
                "COLLOQUY_STRIPE_URL": f"http://127.0.0.1:{sandbox_port(self.port)}",
            }
        return os.environ | told


def program(*arguments: str) -> list[str]:
    """A command of ours, run by this very Python."""
    return [sys.executable, "-m", "events.cli", *arguments]


def port_for(wanted: int) -> int:
    """`wanted` when it is free, any free one for 0."""
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind(("127.0.0.1", wanted))
        except PermissionError:
            raise CannotRun(f"Port {wanted} is not for everybody. This helps: colloquy run --port 8000") from None
        except OSError:
            raise CannotRun(
                f"Port {wanted} is in use by another program. This helps: colloquy run --port {wanted + 1}"
            ) from None
        port: int = line.getsockname()[1]
        return port


def sandbox_port(port: int) -> int:
    """The same beside the same port where possible: buyers may be on its page while we start again."""
    try:
        return port_for(port + 10_000 if port + 10_000 < 65_536 else 0)
    except CannotRun:
        return port_for(0)


def secret(path: Path) -> str:
    """The application's key, made once and readable by its owner only."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
    return path.read_text().strip()


def answers(port: int) -> bool:
    """Whether the web process serves, with its database."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def tail(log: Path) -> str:
    return log.read_text(errors="replace")[-1500:].strip()


def ending(code: int) -> str:
    return f"exit {code}" if code >= 0 else signal.Signals(-code).name


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def _nothing(number: int, frame: FrameType | None) -> None:
    """A handler must be there for the bell to ring."""
