"""`python -m events.solver DIRECTORY`: the child process. It reads problem.json there, and keeps progress.json and
result.json as they are known, each written whole or not at all.

It asks no database and knows no secret. SIGTERM ends it within a few seconds, with its best so far written.
"""

import json
import os
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path
from types import FrameType

from events.solver import checking
from events.solver.problem import from_json
from events.solver.search import Point, Progress, Search

TELL, KEEP = 0.5, 3.0
"""Seconds between two words on how it goes, and between two results."""


def main(place: Path) -> None:
    stopped = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True

    signal.signal(signal.SIGTERM, stop)
    os.nice(10)  # people in front of a screen first
    search = Search(from_json((place / "problem.json").read_bytes()), time.monotonic, lambda: stopped)
    told, kept, best = -TELL, -KEEP, (-1, -1)
    for progress in search.steps():
        if progress.phase != "better" or progress.seconds - told >= TELL:
            progress.hard = len(checking.hard_conflicts(search.layout))
            told = progress.seconds
            if progress.phase != "better" or (
                (progress.left, progress.cost) != best and progress.seconds - kept >= KEEP
            ):
                _write(place / "result.json", _result(search))
                kept, best = progress.seconds, (progress.left, progress.cost)
            _write(place / "progress.json", _told(progress))


def _told(progress: Progress) -> object:
    return asdict(progress) | {"course": _thinned(progress.course)}


def _thinned(course: list[Point], most: int = 100) -> list[Point]:
    """The first, the last, and of those between as many as there is room for."""
    step = -(-len(course) // most)
    return course if step <= 1 else [*course[:-1:step], course[-1]]


def _result(search: Search) -> object:
    found = search.result()
    return {
        "at": [[slot, at.start, at.where] for slot, at in found.at.items()],
        "moved": [[slot, [asdict(one) for one in why]] for slot, why in found.moved.items()],
        "left": [[slot, [asdict(one) for one in why]] for slot, why in found.left.items()],
    }


def _write(path: Path, value: object) -> None:
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(value), "utf-8")
    beside.replace(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
