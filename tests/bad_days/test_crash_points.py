"""kill -9 of a worker in the middle of its work: a sample of the points that `make soak` walks one by one."""

import re
import signal
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
SUICIDE = """
import asyncio, sys
from soak import steps

async def part():
    await asyncio.sleep(0)

async def work():
    print("began", flush=True)
    await asyncio.sleep(0)
    print("went on", flush=True)
    await asyncio.create_task(part())
    print("ended", flush=True)

points = steps.Points(int(sys.argv[1]))
asyncio.run(steps.walk(work(), points))
print(points.count)
"""


def stepped(last: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SUICIDE, str(last)]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)


def test_a_process_dies_at_the_very_await_it_should() -> None:
    """Before and after each of three awaits; one of them is in a task that the work started."""
    assert stepped(0).stdout.split("\n")[-2] == "6"
    assert (stepped(1).returncode, stepped(1).stdout) == (-signal.SIGKILL, "began\n")
    assert stepped(2).stdout == "began\n"
    assert stepped(3).stdout == "began\nwent on\n"
    assert stepped(6).stdout == "began\nwent on\n"
    assert stepped(7).returncode == 0


def test_a_worker_killed_at_any_await_loses_nothing_and_does_nothing_twice() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "soak.crash_points", "--sample", "2"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    points = [
        (int(found[1]), int(found[2])) for found in re.finditer(r"(\d+) points, killed +(\d+) times", done.stdout)
    ]
    assert len(points) == 9
    assert [(count, killed) for count, killed in points if count < 10 or killed < 2] == []
