"""The papers agree with the program."""

import re
from pathlib import Path

from prometheus_client import generate_latest

from events.commands import web
from events.core import closing, metrics
from events.settings import Settings

DEPLOY = Path("docs/deploy.md")


def default(name: str) -> str:
    """As the table shows it."""
    value = Settings.model_fields[name].default
    plain = value.get_secret_value() if hasattr(value, "get_secret_value") else value
    return f"`{str(plain).lower() if isinstance(plain, bool) else plain}`" if plain not in ("", None) else ""


def test_every_setting_is_explained_with_its_default() -> None:
    rows = [line for line in DEPLOY.read_text("utf-8").splitlines() if line.startswith("| `COLLOQUY_")]

    assert rows == [
        f"| `COLLOQUY_{name.upper()}` | {default(name)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]


def test_every_promise_names_a_test_that_exists() -> None:
    promised = re.findall(r"\[(test_\w+)\]", DEPLOY.read_text("utf-8"))
    there = {
        name
        for path in Path("tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text("utf-8"), re.M)
    }

    assert [name for name in promised if name not in there] == []
    assert len(promised) > 15


def test_every_number_of_ours_to_watch_is_one_that_is_shown() -> None:
    watched = set(re.findall(r"\b(?:colloquy|process)_[a-z_]+", _part("## What to watch")))
    shown = {line.split("{")[0].split(" ")[0] for line in generate_latest(metrics.registry).decode().splitlines()}
    families = {family.name for family in metrics.registry.collect()}

    assert sorted(name for name in watched if name not in shown | families | _samples(families)) == []


def _samples(families: set[str]) -> set[str]:
    """What a family without a single sample yet will be called."""
    return {f"{name}_{ending}" for name in families for ending in ("total", "bucket")}


def _part(heading: str) -> str:
    return DEPLOY.read_text("utf-8").split(heading)[1].split("\n## ")[0]


def test_the_unit_sends_its_signal_to_the_first_process_only() -> None:
    """The others would end at once, with whom they serve: core/closing.py works from the first."""
    unit = _part("### systemd")
    patience = closing.PATIENCE + web.KILL

    assert "KillMode=mixed" in unit
    [seconds] = re.findall(r"TimeoutStopSec=(\d+)", unit)
    assert int(seconds) > patience


def test_every_link_in_the_papers_leads_somewhere() -> None:
    papers = [Path("README.md"), Path("CHANGELOG.md"), *Path("docs").rglob("*.md")]
    broken = [
        f"{paper}: {target}"
        for paper in papers
        for target in re.findall(r"\]\(([^)#:]+)\)", paper.read_text("utf-8"))
        if not (paper.parent / target).exists()
    ]

    assert broken == []
