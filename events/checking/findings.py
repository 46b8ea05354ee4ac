"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    error = "error"
    """A calendar app may refuse it, or show something wrong."""
    warning = "warning"
    """Known apps behave badly with it, or learn of changes late."""
    note = "note"
    """Worth knowing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """line: of the file, 0 for what has none; source: where the rule stands."""

    level: Level
    words: str
    source: str
    line: int = 0


def error(words: str, source: str, line: int = 0) -> Finding:
    return Finding(Level.error, words, source, line)


def warning(words: str, source: str, line: int = 0) -> Finding:
    return Finding(Level.warning, words, source, line)


def note(words: str, source: str, line: int = 0) -> Finding:
    return Finding(Level.note, words, source, line)
