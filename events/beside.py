"""Commands typed beside a running `colloquy run`: `colloquy import FILE` finds its database without being told.

The run leaves a note in its directory, for its owner only and without secrets, and takes it away when it ends. Where
COLLOQUY_DATABASE_URL is set nobody looks for a note.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from events.settings import Settings

NOTE = "running.json"
TOLD = ("COLLOQUY_DATABASE_URL", "COLLOQUY_REDIS_URL", "COLLOQUY_BASE_URL")


def leave(var: Path, environment: Mapping[str, str]) -> None:
    """Write the note of a run that has started."""
    unfinished = var / f"{NOTE}.unfinished"
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({name: environment[name] for name in TOLD if name in environment}, file)
    unfinished.rename(var / NOTE)


def take_away(var: Path) -> None:
    (var / NOTE).unlink(missing_ok=True)


def settings(*needed: str) -> Settings:
    """The settings of this command: from the environment, else those of the run that uses our directory.

    What is missing then ends the program with a list.
    """
    found = Settings()
    if not found.database_url and (found.var / NOTE).exists():
        os.environ.update(json.loads((found.var / NOTE).read_text()))
        found = Settings()
    return found.require(*needed)
