"""The bytes that people send, by their sha256 in one directory of the house that web and workers share.

    var/files/ab/ab12…   kept; a row of some room names it
    var/files/coming/    being sent, or being looked at; nobody reads there

A file is written under a name of its own, synced and renamed, so under its sha256 there is all of it or nothing. Two
processes that keep the same bytes do no harm. Rows decide: `forget_unnamed` takes away what no row names, and a room
keeps a file and writes its row in one transaction that says `hold` first, so neither comes between the other's steps.
Several machines share the directory by a network file system: see docs/deploy.md.
"""

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from starlette.responses import FileResponse, Response

from events.core import database
from events.core.errors import DomainError
from events.core.locales import _

ABANDONED = timedelta(days=1)
"""A file that nobody wrote on for so long is not coming any more."""

BATCH = 500

_LOCK = "SELECT pg_advisory_xact_lock{kind}(hashtextextended('files', 0))"
_POLICY = "default-src 'none'; sandbox"
"""Beside the policy of every page: what is opened here in spite of all runs nothing and belongs to no site."""

Named = Callable[[list[str]], Awaitable[set[str]]]
"""Of these sha256 those that a row names."""


class Gone(DomainError):
    """A row names a file that is not on the disk: this machine does not share the directory, or it was lost."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_("This file is not here any more. Ask whoever sent it to send it again."))


class Store:
    """The files below `var`."""

    def __init__(self, var: Path) -> None:
        self.root = var / "files"

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256

    def new_coming(self) -> Path:
        """A path to write something new to. Blocks."""
        folder = self.root / "coming"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / secrets.token_hex(16)

    async def keep(self, coming: Path, sha256: str) -> None:
        """Put a synced file to its place. Inside a transaction that holds (`hold`) and writes the row that names it."""
        await asyncio.to_thread(self._keep, coming, sha256)

    def _keep(self, coming: Path, sha256: str) -> None:
        place = self.path(sha256)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        coming.rename(place)
        sync(place.parent)

    def answer(self, sha256: str, name: str, media_type: str, headers: Mapping[str, str] | None = None) -> Response:
        """The file, to be saved and never to be shown as a page. Raises Gone."""
        path = self.path(sha256)
        if not path.is_file():
            raise Gone
        given = {"Content-Disposition": disposition(name), "Content-Security-Policy": _POLICY, **(headers or {})}
        return FileResponse(path, media_type=media_type, headers={"Cache-Control": "private, no-store", **given})


def disposition(name: str) -> str:
    """Content-Disposition of a file to be saved, its name also in letters of any language (RFC 6266, RFC 5987)."""
    letters = "".join(letter if letter.isalnum() or letter in "-_. " else "_" for letter in name)
    plain = letters.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def sync(path: Path) -> None:
    """Until it is on the disk. Blocks."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


async def hold() -> None:
    """From here to the end of the transaction around, nothing is taken away: a file and its row come together."""
    await database.execute(_LOCK.format(kind="_shared"))


async def forget_unnamed(store: Store, named: Named, at: datetime) -> int:
    """Take away every file that no row names, and what was abandoned while it came. Returns how many."""
    gone = await asyncio.to_thread(_forget_abandoned, store.root / "coming", (at - ABANDONED).timestamp())
    names = await asyncio.to_thread(lambda: list(_kept(store.root)))
    for start in range(0, len(names), BATCH):
        some = names[start : start + BATCH]
        if not set(some) - await named(some):
            continue
        async with database.transaction():
            await database.execute(_LOCK.format(kind=""))
            unnamed = set(some) - await named(some)
            await asyncio.to_thread(_unlink, [store.path(name) for name in unnamed])
        gone += len(unnamed)
    return gone


def _kept(root: Path) -> Iterator[str]:
    for folder in root.iterdir() if root.is_dir() else ():
        if len(folder.name) == 2:
            yield from (path.name for path in folder.iterdir())


def _forget_abandoned(folder: Path, before: float) -> int:
    old = [path for path in folder.iterdir() if path.stat().st_mtime < before] if folder.is_dir() else []
    _unlink(old)
    return len(old)


def _unlink(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
