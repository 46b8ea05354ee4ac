"""The real `colloquy run`, as a person would start it, in a directory of its own."""

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

from events.core.embedded import leash

PATIENCE = 180.0


class House:
    """Open, it answers at `url`; closed, it is stopped and its directory gone."""

    def __init__(self, var: Path, demo: str = "none") -> None:
        self.var = var
        self.demo = demo
        self.url = ""
        self.said = var.with_name(f"{var.name}.txt")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree((self.var / "servers").resolve())
        shutil.rmtree(self.var)

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
