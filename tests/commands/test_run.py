from pathlib import Path

import pytest
from click.testing import CliRunner

from events.cli import main
from events.commands import run
from events.supervisor import Supervisor


def test_without_built_styles_it_says_what_helps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BUILT", tmp_path / "dist")

    said = CliRunner().invoke(main, ["run", "--var", str(tmp_path / "var")])

    assert said.exit_code == 1
    assert said.output == "Error: The styles are not built yet. This helps: make frontend\n"
    assert not (tmp_path / "var").exists()


def test_the_directory_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []
    monkeypatch.setattr(run, "BUILT", tmp_path)
    monkeypatch.setattr(Supervisor, "run", lambda supervisor: asked.append(supervisor.var))

    CliRunner().invoke(main, ["run"], env={"COLLOQUY_VAR": str(tmp_path / "elsewhere")})

    assert asked == [tmp_path / "elsewhere"]
