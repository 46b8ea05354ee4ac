"""The process of one embedded server: started, waited for, stopped, and what an earlier run left behind."""

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

from events.core.embedded import leash
from events.core.embedded.errors import EmbeddedError
from events.core.embedded.home import Home


class Process:
    """A server that works in a directory of its own.

    name     of its program, as the system lists it
    ladder   signals that end it, each with the seconds it is given, the gentle one first
    """

    def __init__(self, home: Home, name: str, directory: Path, ladder: Sequence[tuple[signal.Signals, float]]) -> None:
        self.home = home
        self.name = name
        self.directory = directory
        self.ladder = ladder
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def start(
        self,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        answers: Callable[[], bool],
        patience: float = 60,
    ) -> None:
        """Start it and return when it answers."""
        log = self.home.log(self.name)
        with log.open("ab") as output:
            begin = output.tell()
            self._child = leash.spawn(
                command,
                last=self.ladder[0][0],
                account=self.home.account,
                directory=self.directory,
                environment=environment,
                output=output,
            )
        until = time.monotonic() + patience
        while not answers():
            if not self.running or time.monotonic() > until:
                self.stop()
                said = log.read_bytes()[begin:].decode(errors="replace")
                raise EmbeddedError(f"{self.name} did not start. It said:\n{said[-2000:]}\nAll of it is in {log}")
            time.sleep(0.02)

    def stop(self) -> None:
        """End it, gently first. Stopping twice is fine."""
        child = self._child
        if child is None:
            return
        for number, patience in self.ladder:
            if child.poll() is None:
                child.send_signal(number)
                try:
                    child.wait(patience)
                except subprocess.TimeoutExpired:
                    continue
        child.wait()
        self._child = None

    def end_leftovers(self) -> None:
        """End what an earlier run left working in this directory. Holding the home's lock, nobody else may."""
        for number, patience in self.ladder:
            left = self._left()
            for process in left:
                try:
                    process.send_signal(number)
                except psutil.NoSuchProcess:
                    continue
            psutil.wait_procs(left, patience)
        if left := self._left():
            raise EmbeddedError(f"An old {self.name} does not end. Try: kill -9 {left[0].pid}")

    def _left(self) -> list[psutil.Process]:
        # By name and working directory: a number in a pid file may belong to somebody else by now.
        return [found for found in psutil.process_iter() if _is(found, self.name, self.directory)]


def _is(process: psutil.Process, name: str, directory: Path) -> bool:
    try:
        return process.name() == name and Path(process.cwd()) == directory
    except (psutil.Error, OSError):
        return False
