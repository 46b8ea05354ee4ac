"""The child process from its parent's side: started in a directory, read while it works, told to end.

It is on a leash: when the worker is gone, even by `kill -9`, so is it. It gets no setting of ours and no secret.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from signal import SIGKILL
from typing import Any, Self

from events.core.embedded import leash
from events.solver.problem import Problem, to_json


def installed() -> bool:
    """Whether the extra `colloquy[solver]` is."""
    return importlib.util.find_spec("ortools") is not None


class Child:
    """Open, it works; closed, it has ended and its directory is gone."""

    def __init__(self, problem: Problem) -> None:
        self.place = Path(tempfile.mkdtemp(prefix="colloquy-solver-"))
        self._problem = problem
        self._read = 0

    def __enter__(self) -> Self:
        (self.place / "problem.json").write_bytes(to_json(self._problem))
        with (self.place / "said.txt").open("wb") as said:
            self.process: subprocess.Popen[bytes] = leash.spawn(
                [sys.executable, "-m", "events.solver", self.place],
                last=SIGKILL,
                environment=_environment(),
                output=said,
            )
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        shutil.rmtree(self.place, ignore_errors=True)

    @property
    def over(self) -> bool:
        return self.process.poll() is not None

    @property
    def failed(self) -> bool:
        return self.process.poll() not in (None, 0)

    def stop(self) -> None:
        """Ask it to end with the best it has; it takes a few seconds."""
        self.process.terminate()

    def progress(self) -> dict[str, Any]:
        """The last it told; empty before the first word."""
        return _read(self.place / "progress.json")

    def result(self) -> dict[str, Any]:
        """The best so far, when it is another one than at the last asking; else empty."""
        path = self.place / "result.json"
        written = path.stat().st_mtime_ns if path.exists() else 0
        if written == self._read:
            return {}
        self._read = written
        return _read(path)

    def said(self) -> str:
        """The last line of what it said on its way out."""
        lines = (self.place / "said.txt").read_text("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    return found


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COLLOQUY_")}
    return kept | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
