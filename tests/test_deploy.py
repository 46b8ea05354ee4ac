"""The papers agree with the program."""

import re
from pathlib import Path

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


def test_every_link_in_the_papers_leads_somewhere() -> None:
    papers = [Path("README.md"), Path("CHANGELOG.md"), *Path("docs").rglob("*.md")]
    broken = [
        f"{paper}: {target}"
        for paper in papers
        for target in re.findall(r"\]\(([^)#:]+)\)", paper.read_text("utf-8"))
        if not (paper.parent / target).exists()
    ]

    assert broken == []
