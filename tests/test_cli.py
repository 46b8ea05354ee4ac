import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from events import commands
from events.cli import COMMANDS, main


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does(name: str) -> None:
    said = CliRunner().invoke(main, [name, "--help"])

    assert said.exit_code == 0
    assert said.output.startswith(f"Usage: main {name} ")


def test_every_file_of_the_room_is_a_command_and_stands_on_its_door() -> None:
    files = [path.stem for path in Path(commands.__path__[0]).glob("*.py") if path.stem != "__init__"]

    assert sorted(files) == sorted(
        module.removeprefix("events.commands.") for module in COMMANDS.values() if "commands" in module
    )
    assert commands.__doc__
    assert [name for name in COMMANDS if f"\n{name} " not in commands.__doc__] == []


def test_an_unknown_command_is_told() -> None:
    said = CliRunner().invoke(main, ["dance"])

    assert said.exit_code == 2
    assert "No such command 'dance'" in said.output


def test_the_installed_program_is_this_one() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]

    assert project["scripts"] == {"colloquy": "events.cli:main"}


def test_a_wrong_setting_is_named_and_its_value_is_not_shown() -> None:
    said = CliRunner().invoke(main, ["migrate"], env={"COLLOQUY_POOL_SIZE": "secret", "COLLOQUY_PROXIES": "9"})

    assert said.exit_code == 1
    assert said.output.splitlines() == [
        "Error: COLLOQUY_POOL_SIZE: Input should be a valid integer, unable to parse string as an integer",
        "COLLOQUY_PROXIES: Input should be less than or equal to 5",
    ]


@pytest.mark.parametrize("name", ["web", "worker"])
def test_what_a_production_start_misses_is_listed(name: str) -> None:
    said = CliRunner().invoke(main, [name], env={"COLLOQUY_REDIS_URL": "redis://127.0.0.1"})

    assert said.exit_code == 1
    assert [line.split(" is not set: ")[0] for line in said.output.splitlines()] == [
        "COLLOQUY_DATABASE_URL",
        "COLLOQUY_SECRET_KEY",
    ]
