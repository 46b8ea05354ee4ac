"""What a migration's SQL does to those who are at work meanwhile: pure, it reads the text.

Two things stop the old version while the new one migrates: a statement that keeps others out of a table for as long as
it takes to read or write all of it, and one after which the old version's own statements fail. Both are named here with
the way around. Locks that last a moment (ADD COLUMN with a constant default) are left out: `colloquy migrate` never
waits long for one. Sources: postgresql.org/docs/current/explicit-locking.html and sql-altertable.html, Notes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

CONCURRENTLY = "CREATE INDEX CONCURRENTLY, alone in a migration with atomic = False, keeps nobody out"
VALIDATED = "ADD … NOT VALID and, in a later statement, VALIDATE CONSTRAINT keep nobody out"


@dataclass(frozen=True)
class Strong:
    """table: whom it concerns; words: what happens, and what to write instead."""

    table: str
    words: str


_NAME = r'(?:"?public"?\.)?"?(?P<table>\w+)"?'
_CREATED = re.compile(rf"CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?{_NAME}", re.I)
_ALTER = re.compile(rf"ALTER TABLE (?:IF EXISTS )?(?:ONLY )?{_NAME}\s+(?P<rest>.*)", re.I)

_STATEMENTS = (
    (
        rf"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY).*?\bON (?:ONLY )?{_NAME}",
        f"nobody can write while the index is built; {CONCURRENTLY}",
    ),
    (rf"REINDEX (?:TABLE|INDEX) (?!CONCURRENTLY){_NAME}", "nobody can write meanwhile; REINDEX … CONCURRENTLY"),
    (rf"(?:CLUSTER|VACUUM FULL) {_NAME}", "writes every row anew, and nobody can read meanwhile"),
    (rf"DROP TABLE (?:IF EXISTS )?{_NAME}", "the old version still asks for it; drop it one version later"),
    (rf"LOCK (?:TABLE )?{_NAME}", "keeps others out until the migration ends"),
    (
        rf"(?:UPDATE|DELETE FROM) (?:ONLY )?{_NAME}",
        "keeps the rows it changes locked until the migration ends; change them in portions, in a job",
    ),
)

_COLUMN = r"ADD (?:COLUMN )?(?:IF NOT EXISTS )?(?!(?:CONSTRAINT|CHECK|FOREIGN|UNIQUE|PRIMARY|EXCLUDE)\b)"
_NAMED = r"ADD (?:CONSTRAINT \S+ )?"
_FILLED = r"\b(?:DEFAULT|GENERATED|(?:BIG)?SERIAL)\b"
_EACH = r"DEFAULT \(?(?:\w+\.)?(?:gen_random_uuid|uuidv\d|random|clock_timestamp|nextval)\b"
_REWRITES = "writes every row anew, and nobody can read meanwhile"

_ALTERATIONS = (
    (r"ALTER (?:COLUMN )?\S+ (?:SET DATA )?TYPE\b", _REWRITES),
    (
        r"ALTER (?:COLUMN )?\S+ SET NOT NULL",
        f"reads every row, and nobody can read meanwhile; with a CHECK that says the same it does not: {VALIDATED}",
    ),
    (
        rf"{_COLUMN}(?=.*\bNOT NULL\b)(?!.*{_FILLED})",
        "the old version writes rows without it, and there are rows already; give it a DEFAULT",
    ),
    (
        rf"{_COLUMN}(?=.*(?:\bGENERATED\b|\b(?:BIG)?SERIAL\b|{_EACH}))",
        f"{_REWRITES}; add it empty, fill it in portions",
    ),
    (rf"{_NAMED}(?:CHECK|FOREIGN KEY)\b(?!.*\bNOT VALID\b)", f"reads every row under a lock; {VALIDATED}"),
    (
        rf"{_NAMED}(?:UNIQUE|PRIMARY KEY)\b(?!.*\bUSING INDEX\b)",
        f"builds an index under a lock; {CONCURRENTLY}, and ADD … USING INDEX takes it over",
    ),
    (rf"{_NAMED}EXCLUDE\b", "builds an index while nobody can read; there is no other way"),
    (r"DROP (?:COLUMN )?(?!CONSTRAINT\b)", "the old version still asks for it; drop it one version later"),
    (
        r"RENAME\b(?! CONSTRAINT\b)",
        "the old version asks for the old name; add the new one, drop the old one a version later",
    ),
    (r"SET (?:TABLESPACE|LOGGED|UNLOGGED|ACCESS METHOD)\b", _REWRITES),
)


def strong_locks(sql: str, new: Iterable[str] = ()) -> list[Strong]:
    """What in these statements stops others.

    new   tables that nobody uses yet; those that the SQL itself creates are added
    """
    fresh = {name.lower() for name in new}
    found: list[Strong] = []
    for statement in _statements(sql):
        if created := _CREATED.match(statement):
            fresh.add(created["table"].lower())
            continue
        found += [one for one in _read(statement) if one.table not in fresh]
    return found


def created(sql: str) -> set[str]:
    """The tables that these statements make."""
    return {made["table"].lower() for statement in _statements(sql) if (made := _CREATED.match(statement))}


def _read(statement: str) -> list[Strong]:
    if altered := _ALTER.match(statement):
        table = altered["table"].lower()
        return [
            Strong(table, f"{_short(statement)}: {words}")
            for part in _parts(altered["rest"])
            for pattern, words in _ALTERATIONS
            if re.match(pattern, part, re.I)
        ]
    for pattern, words in _STATEMENTS:
        if found := re.match(pattern, statement, re.I):
            return [Strong(found["table"].lower(), f"{_short(statement)}: {words}")]
    return []


def _statements(sql: str) -> list[str]:
    """Each on one line, without comments, and with nothing in its quotes."""
    plain = re.sub(r"\$(\w*)\$.*?\$\1\$", "''", sql, flags=re.S)
    plain = re.sub(r"'(?:[^']|'')*'", "''", plain)
    plain = re.sub(r"--[^\n]*|/\*.*?\*/", " ", plain, flags=re.S)
    return [" ".join(part.split()) for part in plain.split(";") if part.strip()]


def _parts(alterations: str) -> list[str]:
    """The actions of one ALTER TABLE: split at commas outside of brackets."""
    depth, begin, parts = 0, 0, []
    for place, letter in enumerate(alterations):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append(alterations[begin:place].strip())
            begin = place + 1
    return [*parts, alterations[begin:].strip()]


def _short(statement: str) -> str:
    return statement if len(statement) <= 90 else f"{statement[:87]}…"
