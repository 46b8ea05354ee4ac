"""What stands before the program: a Python that fits, a node that fits, and the words when there is none."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import chromium

TOOLS = Path("tools").absolute()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A PATH with what any system has, and nothing of ours."""
    for name in ("sh", "dirname", "env"):
        found = shutil.which(name)
        assert found is not None
        (tmp_path / name).symlink_to(found)
    return tmp_path


def put(path: Path, name: str, script: str) -> None:
    (path / name).write_text(f"#!/bin/sh\n{script}\n")
    (path / name).chmod(0o755)


def run(path: Path, *command: str | Path) -> tuple[int, str]:
    environment = {"PATH": str(path), "HOME": str(path)}
    done = subprocess.run(command, env=environment, cwd=path, capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout + done.stderr).strip()


def test_the_newest_python_that_fits_is_taken(path: Path) -> None:
    put(path, "python3.12", "exit 127")  # a version manager's name without a program behind it
    put(path, "python3.11", 'case "$2" in *executable*) echo /here/python3.11;; esac')

    assert run(path, TOOLS / "python") == (0, "/here/python3.11")


def test_a_newer_python_gets_the_command_that_helps(path: Path) -> None:
    put(path, "python3", 'case "$2" in *"here is"*) echo here is 3.14;; *) exit 1;; esac')

    assert run(path, TOOLS / "python") == (
        1,
        "Colloquy runs on Python 3.11 or 3.12; here is 3.14. "
        "This brings 3.12 (into .python, nothing else changes): make python",
    )


def test_a_python_that_cannot_make_environments_gets_the_command_that_helps(path: Path) -> None:
    put(path, "python3", 'case "$2" in *ensurepip*) exit 1;; *print*) echo python3.11;; esac')

    assert run(path, TOOLS / "python") == (
        1,
        "python3.11 is here, but it cannot make a virtual environment. This helps: apt-get install python3.11-venv",
    )


@pytest.mark.parametrize("node", [None, "exit 1"], ids=["no node", "an old node"])
def test_npm_runs_on_the_node_of_the_wheel(path: Path, node: str | None) -> None:
    if node:
        put(path, "node", node)
        put(path, "npm", "echo 6.0.0")

    code, said = run(path, TOOLS / "npm", "--version")

    assert code == 0
    assert int(said.split(".")[0]) >= 10


def test_a_browser_that_does_not_start_is_none(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(path, "chromium", "exit 1")
    monkeypatch.setenv("PATH", str(path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(path))

    assert chromium.find() is None

    put(path, "chromium", "exit 0")
    assert chromium.find() == path / "chromium"


def test_in_ci_a_run_without_a_browser_does_not_begin(path: Path) -> None:
    python = Path(".venv/bin/python").absolute()
    environment = {"PATH": str(path), "PLAYWRIGHT_BROWSERS_PATH": str(path)}
    command: list[str | Path] = [python, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "tests/test_deploy.py"]

    in_ci = subprocess.run(command, env=environment | {"CI": "true"}, capture_output=True, text=True, check=False)
    elsewhere = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert in_ci.returncode == 1
    assert "There is no browser, and in CI every test runs. This helps: " in in_ci.stdout + in_ci.stderr
    assert elsewhere.returncode == 0
    assert "the browser tests were not run" in elsewhere.stdout
    assert f"This helps: {chromium.HOW}" in elsewhere.stdout


def test_ci_says_that_it_is_ci() -> None:
    assert os.access(".ci/run", os.X_OK)
    assert "export CI=true" in Path(".ci/run").read_text()
