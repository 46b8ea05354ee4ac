"""`colloquy web` and `colloquy sandbox` as they are started for real, over the servers of the test run."""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from events.supervisor import SANDBOX_KEY, program
from soak.house import Part, WebPart


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port


def _clean() -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COLLOQUY_")}
    return clean | {"COLLOQUY_LOG_LEVEL": "WARNING", "PYTHONUNBUFFERED": "1"}


@contextmanager
def _open(part: Part) -> Iterator[Part]:
    part.start()
    try:
        yield part
    finally:
        part.kill()  # at once: what these programs go through is not what ends them politely


@contextmanager
def web(database_url: str, redis_url: str, folder: Path) -> Iterator[Part]:
    """`colloquy web` with one process."""
    port = free_port()
    told = _clean() | {
        "COLLOQUY_DATABASE_URL": database_url,
        "COLLOQUY_REDIS_URL": redis_url,
        "COLLOQUY_SECRET_KEY": "tests" * 8,
        "COLLOQUY_BASE_URL": f"http://127.0.0.1:{port}",
    }
    with _open(WebPart("web", program("web", "--port", str(port)), told, folder / "web.log", port)) as part:
        yield part


def sandbox_environment(port: int, shop: str, var: Path) -> dict[str, str]:
    """What `colloquy sandbox` is told. shop: the address whose /webhooks/stripe it calls."""
    return _clean() | {
        "COLLOQUY_STRIPE_KEY": SANDBOX_KEY,
        "COLLOQUY_STRIPE_URL": f"http://127.0.0.1:{port}",
        "COLLOQUY_STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(16)}",
        "COLLOQUY_BASE_URL": shop,
        "COLLOQUY_VAR": str(var),
    }


@contextmanager
def sandbox(told: dict[str, str], folder: Path) -> Iterator[Part]:
    """`colloquy sandbox`, at the address in its environment."""
    port = int(told["COLLOQUY_STRIPE_URL"].rpartition(":")[2])
    with _open(Part("sandbox", program("sandbox"), told, folder / "sandbox.log", port)) as part:
        yield part
