"""Public codes of sessions and people: six letters and digits without the ones that look alike. Pure."""

import hashlib
import secrets
from collections.abc import Callable, Container

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 6


def of(key: str, taken: Container[str]) -> str:
    """The code that belongs to a key: the same key gives the same code, unless it is taken."""
    attempt = 0
    while True:
        digest = int.from_bytes(hashlib.sha256(f"{key}#{attempt}".encode()).digest()[:5], "big")
        code = "".join(LETTERS[(digest >> (5 * n)) & 31] for n in range(LENGTH))
        if code not in taken:
            return code
        attempt += 1


def new(taken: Callable[[str], bool] = lambda code: False) -> str:
    """A code that says nothing about what it names."""
    while True:
        code = "".join(secrets.choice(LETTERS) for _n in range(LENGTH))
        if not taken(code):
            return code
