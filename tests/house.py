"""The real `colloquy run`, as a person would start it, in a directory of its own."""

import fcntl
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import asyncpg
import psutil

from events.core.embedded import Home, leash

PATIENCE = 180.0


def sample(place: Path) -> Path:
    """The directory of a house with the small demo, which does not run: made once a test run, by whoever asks first."""
    place.mkdir(exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "made").exists():
            house = House(place / "var", demo="small")
            house.start()
            house.stop()
            (place / "made").touch()
    return place / "var"


def discard(var: Path) -> None:
    """Remove the directory of a house that does not run."""
    shutil.rmtree((var / "servers").resolve())
    shutil.rmtree(var)


class House:
    """Open, it answers at `url`; closed, it is stopped and its directory gone.

    like   the directory of a house that does not run: this one begins as a copy of it
    """

    def __init__(self, var: Path, demo: str = "none", like: Path | None = None) -> None:
        self.var = var
        self.demo = demo
        if like is not None:
            _copy(like, var)
        self.url = ""
        self.said = var.with_name(f"{var.name}.txt")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        discard(self.var)

    def start(self) -> None:
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "events.cli",
            "run",
            "--port",
            "0",
            "--var",
            self.var,
            "--demo",
            self.demo,
        ]
        with self.said.open("wb") as output:
            self.process: subprocess.Popen[bytes] = leash.spawn(command, output=output)
        self.wait_for("Colloquy is running")
        found = re.search(r"http://127\.0\.0\.1:\d+", self.words())
        assert found, self.words()
        self.url = found[0]

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def words(self) -> str:
        return self.said.read_text()

    def wait_for(self, words: str) -> None:
        until = time.monotonic() + PATIENCE
        while words not in self.words():
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"`colloquy run` never said {words!r}. It said:\n{self.words()}")
            time.sleep(0.05)

    def family(self) -> list[psutil.Process]:
        """Every process it started, and theirs."""
        found: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return found

    def environment(self) -> dict[str, str]:
        """What the house tells its programs, so that a command can be one of them."""
        return next(found for process in self.family() if "COLLOQUY_DATABASE_URL" in (found := process.environ()))

    async def ask(self, sql: str, *values: Any) -> list[asyncpg.Record]:
        """Rows of its database."""
        connection = await asyncpg.connect(self.environment()["COLLOQUY_DATABASE_URL"])
        try:
            rows: list[asyncpg.Record] = await connection.fetch(sql, *values)
            return rows
        finally:
            await connection.close()


def _copy(like: Path, var: Path) -> None:
    """The files are the servers' own: with their owners, and links as links."""
    shutil.copytree(like, var, ignore=shutil.ignore_patterns("servers", "log"))
    with Home(var) as home:
        for name in ("postgres", "redis"):
            subprocess.run(["cp", "-a", like / "servers" / name, home.root], check=True)
