import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from events.core.embedded import leash

HOLDS = ["watch", "kernel"] if sys.platform == "linux" else ["watch"]

STARTER = """
import sys, time
from events.core.embedded import leash
child = leash.spawn([sys.executable, "-c", "import time; time.sleep(600)"], hold=sys.argv[1])
print(child.pid, flush=True)
time.sleep(600)
"""

POLITE = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
pathlib.Path(sys.argv[1]).touch()
time.sleep(600)
"""


@pytest.mark.parametrize("hold", HOLDS)
def test_a_program_ends_when_the_one_who_started_it_is_killed(hold: str) -> None:
    starter = subprocess.Popen([sys.executable, "-c", STARTER, hold], stdout=subprocess.PIPE)
    assert starter.stdout is not None
    child = psutil.Process(int(starter.stdout.readline()))
    _until(lambda: hold == "kernel" or child.children())
    family = [child, *child.children()]

    starter.kill()
    starter.wait()
    starter.stdout.close()

    assert psutil.wait_procs(family, timeout=5)[1] == []


@pytest.mark.parametrize("hold", HOLDS)
def test_a_signal_reaches_the_program_and_its_end_is_told(hold: str, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    child = leash.spawn([sys.executable, "-c", POLITE, ready], hold=hold)
    _until(ready.exists)

    child.send_signal(signal.SIGTERM)

    assert child.wait(5) == 7


def test_a_program_run_to_its_end_says_what_it_said() -> None:
    done = leash.run([sys.executable, "-c", "print(input() + '!')"], typed="hello")

    assert (done.returncode, done.stdout) == (0, "hello!\n")


def _until(condition: Callable[[], object]) -> None:
    for _ in range(500):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it never happened")
