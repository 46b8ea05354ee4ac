"""Saved sessions of somebody who is not signed in: in their own browser, signed, and nowhere else.

The value is `12:ABC123.DEF456-13:QRS789` (event id, codes) in the order of saving, a dot and a MAC. It says nothing
about its owner; the signature only keeps a stranger's page or a typing error from filling a schedule.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import NamedTuple

from events.core.errors import DomainError
from events.core.locales import _

NAME = "saved"
LIMIT = 200
"""Sessions one cookie holds: under 2.5 kB, and browsers carry 4."""
MAX_AGE = 180 * 24 * 3600

_EVENT = r"[0-9]{1,9}:[A-Z0-9]{6,12}(?:\.[A-Z0-9]{6,12})*"
_SHAPE = re.compile(f"{_EVENT}(?:-{_EVENT})*")


class Pick(NamedTuple):
    """A session as the public knows it."""

    event: int
    code: str


class CookieFull(DomainError):
    """The cookie holds as many as it can."""

    status = 409

    def __init__(self) -> None:
        words = _("Your browser keeps %(limit)s sessions without an account. Sign in, and there is no limit.")
        super().__init__(words % {"limit": LIMIT}, limit=LIMIT)


def read(cookies: Mapping[str, str], key: bytes) -> tuple[Pick, ...]:
    """What the visitor saved, in their order. A cookie that is not ours is no cookie."""
    value, _dot, mac = cookies.get(NAME, "").rpartition(".")
    if not value or len(value) > 4000 or not hmac.compare_digest(mac.encode(), _mac(value, key).encode()):
        return ()
    if not _SHAPE.fullmatch(value):
        return ()
    picks = []
    for part in value.split("-"):
        event, _colon, codes = part.partition(":")
        picks += [Pick(int(event), code) for code in codes.split(".")]
    return tuple(dict.fromkeys(picks))[:LIMIT]


def write(picks: tuple[Pick, ...], key: bytes) -> str:
    """The cookie's value; "" when nothing is saved."""
    if not picks:
        return ""
    events: dict[int, list[str]] = {}
    for pick in picks:
        events.setdefault(pick.event, []).append(pick.code)
    value = "-".join(f"{event}:{'.'.join(codes)}" for event, codes in events.items())
    return f"{value}.{_mac(value, key)}"


def with_pick(picks: tuple[Pick, ...], pick: Pick) -> tuple[Pick, ...]:
    """Raises CookieFull."""
    if pick in picks:
        return picks
    if len(picks) >= LIMIT:
        raise CookieFull
    return (*picks, pick)


def without_pick(picks: tuple[Pick, ...], pick: Pick) -> tuple[Pick, ...]:
    return tuple(one for one in picks if one != pick)


def _mac(value: str, key: bytes) -> str:
    digest = hmac.digest(key, b"saved-sessions\0" + value.encode(), hashlib.sha256)[:16]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
