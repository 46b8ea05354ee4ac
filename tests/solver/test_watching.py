"""A real worker's part with the real child process: watched to its end, stopped, lost, and gone with its parent."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest

from events.core import database
from events.solver import child, differences, runs, watching
from events.solver.models import Arrangement, ArrangementPlace
from events.solver.search import MOST_ITEMS
from events.solver.states import RunState
from tests.make import NOON
from tests.schedule.conftest import Conference
from tests.solver.arrangements import in_the_tray, slot_of, wishes

CLOCK: Callable[[], datetime] = lambda: NOON  # noqa: E731 - a clock that stands still


async def test_a_worker_takes_it_up_watches_it_and_writes_down_what_it_found(draft: Conference) -> None:
    tray = await in_the_tray(draft.event, "Placed by the machine")
    big = await in_the_tray(draft.event, "Too big", capacity=5000)
    run = await runs.begin(draft.event.id, wishes(), None, NOON)

    assert await watching.work(CLOCK, asyncio.Event()) is True

    row = await Arrangement.get(id=run)
    assert (row.state, row.error, row.watched_until) == ("done", "", None)
    assert (row.progress["placed"], row.progress["left"], row.progress["hard"]) == (1, 1, 0)
    lines = {line.slot: line for line in await differences.lines(run)}
    placed = lines[(await slot_of(tray)).id]
    assert (placed.kind, placed.stale, placed.starts_at is None) == ("new", False, False)
    left = lines[(await slot_of(big)).id]
    assert [(why.words, why.count, why.of, why.what) for why in left.reasons] == [
        ("More people than the room holds", 2, 2, "rooms")
    ]
    assert await watching.work(CLOCK, asyncio.Event()) is False


async def test_who_stops_it_gets_the_best_so_far(draft: Conference) -> None:
    await _busy(draft)
    run = await runs.begin(draft.event.id, wishes("unpinned", seconds=600), None, NOON)
    working = asyncio.create_task(watching.work(CLOCK, asyncio.Event()))
    await _until_told(run)

    await runs.stop(draft.event.id, run, NOON)
    await asyncio.wait_for(working, 30)

    assert (await Arrangement.get(id=run)).state == "stopped"
    assert await ArrangementPlace.filter(arrangement_id=run).count() > 0


async def test_a_worker_that_ends_leaves_an_interrupted_run_with_its_best_and_no_process(draft: Conference) -> None:
    await _busy(draft)
    stop = asyncio.Event()
    run = await runs.begin(draft.event.id, wishes("unpinned", seconds=600), None, NOON)
    working = asyncio.create_task(watching.work(CLOCK, stop))
    await _until_told(run)

    stop.set()
    await asyncio.wait_for(working, 30)

    assert (await Arrangement.get(id=run)).state == "interrupted"
    assert await ArrangementPlace.filter(arrangement_id=run).count() > 0
    assert not [one for one in psutil.Process().children(recursive=True) if "events.solver" in " ".join(one.cmdline())]


async def test_a_process_that_dies_fails_its_run_and_says_why(
    draft: Conference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "to_json", lambda _problem: b"{}")
    run = await runs.begin(draft.event.id, wishes(), None, NOON)

    await watching.work(CLOCK, asyncio.Event())

    row = await Arrangement.get(id=run)
    assert row.state == "failed"
    assert row.error != ""


async def test_a_worker_without_the_extra_says_so(draft: Conference, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "installed", lambda: False)
    run = await runs.begin(draft.event.id, wishes(), None, NOON)

    await watching.work(CLOCK, asyncio.Event())

    row = await Arrangement.get(id=run)
    assert (row.state, row.error) == ("failed", runs.NOT_INSTALLED)


async def test_a_run_whose_worker_is_silent_is_interrupted_and_can_be_started_again(draft: Conference) -> None:
    run = await runs.begin(draft.event.id, wishes(), None, NOON)
    await runs.take_up(NOON)

    assert await runs.end_lost(NOON + runs.LEASE) == 0
    assert await runs.end_lost(NOON + runs.LEASE + timedelta(seconds=1)) == 1

    assert (await runs.run(draft.event.id, run)).state is RunState.INTERRUPTED
    assert await runs.still_here(run, {}, NOON) is None
    assert await runs.begin(draft.event.id, wishes(), None, NOON) > run


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the leash watches, see test_leash")
def test_the_process_goes_when_its_worker_is_killed(tmp_path: Path) -> None:
    """kill -9: no farewell, and no orphan that counts on for half an hour."""
    note = tmp_path / "pid"
    program = f"""
        import pathlib, time
        from benchmarks.made_problems import problem
        from events.solver.child import Child
        with Child(problem(300, 600)) as child:
            while not child.progress():
                time.sleep(0.05)
            pathlib.Path({str(note)!r}).write_text(f"{{child.process.pid}} {{child.place}}")
            time.sleep(600)
    """
    root = Path(__file__).parents[2]
    worker = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], cwd=root)
    try:
        pid, place = _noted(note, worker)
        machine = psutil.Process(pid)
        assert "events.solver" in machine.cmdline()
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    until = time.monotonic() + 10
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until, "the machine outlived its worker"
        time.sleep(0.05)
    assert (Path(place) / "result.json").exists()
    shutil.rmtree(place)


def _noted(note: Path, worker: subprocess.Popen[bytes]) -> tuple[int, str]:
    until = time.monotonic() + 60
    while not note.exists() or not note.read_text():
        assert worker.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    pid, _space, place = note.read_text().partition(" ")
    return int(pid), place


def test_the_process_is_told_none_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLOQUY_SECRET_KEY", "tests" * 8)

    assert not [name for name in child._environment() if name.startswith("COLLOQUY_")]
    assert child._environment()["PATH"] == os.environ["PATH"]


async def _busy(draft: Conference) -> None:
    """More than is looked at as one part, so that nothing is proven and it goes on."""
    for number in range(MOST_ITEMS + 2):
        await in_the_tray(draft.event, f"Session {number}", topics=[f"topic {number % 3}"])


async def _until_told(run: int) -> None:
    async with asyncio.timeout(60):
        while not await database.value(  # noqa: ASYNC110 - what is waited for is in the database
            "SELECT EXISTS (SELECT FROM arrangement_place WHERE arrangement_id = $1)", run
        ):
            await asyncio.sleep(0.05)
