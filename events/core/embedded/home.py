"""The directory the embedded servers live in, its lock, and the system user they run as.

An ordinary user keeps them in `var/servers`. PostgreSQL refuses to run as root, so under root the servers run as a
system user of their own, `colloquy`, who may not be able to reach `var`: their directory is then made under
/var/lib/colloquy, and `var/servers` links to it. Only directories made here get a mode; what was there keeps its own.
"""

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from events.core.embedded.errors import EmbeddedError, Taken

ACCOUNT = "colloquy"
OUTSIDE = Path("/var/lib/colloquy")
LONGEST_SOCKET = 103  # bytes of sun_path without its NUL: 107 on Linux, 103 on macOS (unix(7), unix(4))
LONGEST_NAME = len("/.s.PGSQL.5432")


class Home:
    """Claimed for one process while open; a context manager.

    var       where `colloquy run` keeps everything; made when missing
    root      the servers' own directory
    sockets   a directory only they and root can enter
    account   the system user they run as, None when that is us
    """

    def __init__(self, var: Path) -> None:
        self.var = var.absolute()
        if not self.var.exists():
            _make(self.var)
        self.root = _settle(self.var)
        owner = self.root.stat().st_uid
        self.account = None if owner == os.geteuid() else pwd.getpwuid(owner).pw_name
        if self.account and os.geteuid() != 0:
            raise EmbeddedError(
                f"{self.root} belongs to {self.account}. Choose another directory: colloquy run --var DIR"
            )
        self._lock = _lock(self.root, self.var)
        self.sockets = _sockets(self.root, owner)

    def close(self) -> None:
        """Let another process have it. The servers have to be stopped before."""
        os.close(self._lock)

    def discard(self) -> None:
        """Close it and remove every trace; for tests."""
        self.close()
        shutil.rmtree(self.root)
        if not self.sockets.is_relative_to(self.root):
            shutil.rmtree(self.sockets)
        (self.var / "servers").unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def directory(self, name: str) -> Path:
        """A directory in `root` that belongs to the servers."""
        path = self.root / name
        if not path.exists():
            _make(path, self.root.stat().st_uid)
        return path

    def log(self, name: str) -> Path:
        """A log file beside, which belongs to us."""
        path = self.var / "log" / f"{name}.log"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if path.exists() and path.stat().st_size > 10_000_000:
            path.replace(path.with_suffix(".old"))
        return path


def _settle(var: Path) -> Path:
    """Find or make the servers' directory of `var`."""
    place = var / "servers"
    if place.is_dir():
        return place.resolve()
    if os.geteuid() != 0:
        _make(place)
        return place.resolve()
    owner = account().pw_uid
    if not OUTSIDE.exists():
        _make(OUTSIDE, mode=0o711)
    root = OUTSIDE / secrets.token_hex(4)
    _make(root, owner)
    place.unlink(missing_ok=True)  # a link to a directory that is gone
    place.symlink_to(root)
    return root


def account() -> pwd.struct_passwd:
    """The system user of our servers, made when it is missing (needs root)."""
    for attempt in range(3):
        try:
            return pwd.getpwnam(ACCOUNT)
        except KeyError:
            if attempt == 2 or not shutil.which("useradd"):
                break
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", str(OUTSIDE), ACCOUNT]
        subprocess.run([*command, "--shell", "/usr/sbin/nologin"], check=False, capture_output=True)
    raise EmbeddedError(
        f"PostgreSQL does not run as root, and a system user named {ACCOUNT} could not be made. "
        "Run as an ordinary user, or make one: adduser -S -D -H colloquy"
    )


def _make(path: Path, owner: int | None = None, mode: int = 0o700) -> None:
    path.mkdir(parents=True)
    path.chmod(mode)
    if owner is not None and owner != os.geteuid():
        person = pwd.getpwuid(owner)
        os.chown(path, person.pw_uid, person.pw_gid)


def _lock(root: Path, var: Path) -> int:
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise Taken(
            f"Another `colloquy run` is using {var}. Stop it, or choose another directory: colloquy run --var DIR"
        ) from None
    return descriptor


def _sockets(root: Path, owner: int) -> Path:
    path = root / "sockets"
    if len(os.fsencode(path)) + LONGEST_NAME > LONGEST_SOCKET:
        name = hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
        path = Path(tempfile.gettempdir()) / f"colloquy-{owner}-{name}"
    if not path.is_symlink() and not path.exists():
        _make(path, owner)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or stat.S_IMODE(found.st_mode) & 0o077:
        raise EmbeddedError(f"{path} should be a directory that only we can enter. Remove it: rm -rf {path}")
    return path
