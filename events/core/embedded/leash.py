"""Starts a program that ends when the one who started it is gone, even by `kill -9`.

    python leash.py PARENT SIGNAL ACCOUNT HOLD PROGRAM ARGUMENTS...

On Linux the kernel holds the leash (PR_SET_PDEATHSIG) and this process becomes the program. Elsewhere it stays, watches
its parent and passes signals on. ACCOUNT is a system user to become first, or `-`: changing user clears the kernel's
leash (prctl(2)), so it has to come before.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO

PR_SET_PDEATHSIG = 1  # linux/prctl.h
KERNEL = "kernel" if sys.platform == "linux" else "watch"


def spawn(
    command: Sequence[str | Path],
    *,
    last: signal.Signals = signal.SIGTERM,
    account: str | None = None,
    directory: Path | None = None,
    environment: Mapping[str, str] | None = None,
    output: IO[bytes] | int | None = None,
    hold: str = KERNEL,
) -> subprocess.Popen[bytes]:
    """Start `command` in a process group of its own, so that Ctrl-C reaches only us.

    last     what it gets when we are gone
    account  the system user it runs as; None stays who we are
    hold     "kernel" or "watch"; tests choose, everybody else takes what the system has

    The calling thread must outlive the program: to the kernel, the thread is the parent.
    """
    return subprocess.Popen(
        _leashed(command, last, account, hold),
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
    )


def run(
    command: Sequence[str | Path],
    *,
    account: str | None = None,
    directory: Path | None = None,
    environment: Mapping[str, str] | None = None,
    typed: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `command` to its end and return what it said."""
    return subprocess.run(
        _leashed(command, signal.SIGTERM, account, KERNEL),
        cwd=directory,
        env=environment,
        input=typed or "",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _leashed(command: Sequence[str | Path], last: signal.Signals, account: str | None, hold: str) -> list[str]:
    held = [str(os.getpid()), str(int(last)), account or "-", hold]
    return [sys.executable, "-I", "-S", __file__, *held, *map(str, command)]


def main(parent: int, last: int, account: str, hold: str, command: list[str]) -> None:
    if account != "-":
        _become(account)
    if hold == "kernel":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, last)
        if os.getppid() != parent:  # gone before the leash was on
            sys.exit(1)
        os.execvp(command[0], command)
    _watch(parent, last, command)


def _become(account: str) -> None:
    person = pwd.getpwnam(account)
    os.setgroups([])
    os.setgid(person.pw_gid)
    os.setuid(person.pw_uid)


def _watch(parent: int, last: int, command: list[str]) -> None:
    child = subprocess.Popen(command)

    def pass_on(number: int, _: FrameType | None) -> None:
        child.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, pass_on)
    while child.poll() is None:
        if os.getppid() != parent:
            child.send_signal(last)
            child.wait()
        time.sleep(0.2)
    sys.exit(child.returncode if child.returncode >= 0 else 128 - child.returncode)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5:])
