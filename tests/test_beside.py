import os
import stat
from pathlib import Path

import pytest

from events import beside

RUN = {
    "COLLOQUY_DATABASE_URL": "postgres://colloquy@/colloquy?host=%2Fsockets",
    "COLLOQUY_BASE_URL": "http://127.0.0.1:8123",
    "COLLOQUY_SECRET_KEY": "secret" * 8,
    "PATH": "/bin",
}


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLLOQUY_VAR", str(tmp_path))
    for name in beside.TOLD:
        monkeypatch.setenv(name, "")  # put back afterwards, whatever the command sets
        monkeypatch.delenv(name)
    return tmp_path


def test_a_command_finds_the_run_that_uses_its_directory(var: Path) -> None:
    beside.leave(var, RUN)

    found = beside.settings("database_url")

    assert (found.database_url, found.base_url) == (RUN["COLLOQUY_DATABASE_URL"], RUN["COLLOQUY_BASE_URL"])


def test_the_note_is_for_its_owner_and_has_no_secrets(var: Path) -> None:
    beside.leave(var, RUN)

    note = var / beside.NOTE
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    assert "secret" not in note.read_text()


def test_the_environment_comes_first(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beside.leave(var, RUN)
    monkeypatch.setenv("COLLOQUY_DATABASE_URL", "postgres://elsewhere/colloquy")

    assert beside.settings("database_url").database_url == "postgres://elsewhere/colloquy"
    assert os.environ.get("COLLOQUY_BASE_URL") is None


def test_when_the_run_is_over_it_says_what_is_missing(var: Path) -> None:
    beside.leave(var, RUN)
    beside.take_away(var)
    beside.take_away(var)

    with pytest.raises(SystemExit, match="COLLOQUY_DATABASE_URL is not set"):
        beside.settings("database_url")
