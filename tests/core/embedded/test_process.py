import signal
import time
from pathlib import Path

import psutil
import pytest

from events.core.embedded import EmbeddedError, Home, leash
from events.core.embedded.process import Process

LADDER = ((signal.SIGTERM, 5.0),)


def test_what_an_earlier_run_left_behind_is_ended_and_nothing_else(home: Home, tmp_path: Path) -> None:
    place = home.directory("sleepers")
    left = leash.spawn(["sleep", "600"], account=home.account, directory=place)
    elsewhere = leash.spawn(["sleep", "600"], directory=tmp_path)
    another = leash.spawn(["tail", "-f", "/dev/null"], account=home.account, directory=place)
    while {"sleep"} != {psutil.Process(child.pid).name() for child in (left, elsewhere)}:
        time.sleep(0.01)

    Process(home, "sleep", place, LADDER).end_leftovers()

    assert not psutil.pid_exists(left.pid)
    assert (elsewhere.poll(), another.poll()) == (None, None)
    for child in (left, elsewhere, another):
        child.kill()
        child.wait()


def test_a_server_that_ends_at_once_is_told_with_what_it_said(home: Home) -> None:
    process = Process(home, "false", home.root, LADDER)

    with pytest.raises(EmbeddedError, match="no such place"):
        process.start(["sh", "-c", "echo no such place; exit 3"], {"PATH": "/bin:/usr/bin"}, lambda: False)

    assert not process.running


def test_a_server_that_never_answers_is_not_waited_for_forever(home: Home) -> None:
    process = Process(home, "sleep", home.root, LADDER)

    with pytest.raises(EmbeddedError, match="sleep did not start"):
        process.start(["sleep", "600"], {"PATH": "/bin:/usr/bin"}, lambda: False, patience=0.1)

    assert not process.running
