"""Signed-in browsers: each holds a random token in a cookie, of which we keep the hash."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from events.core import database, web
from events.people.actors import UNUSED

_BROWSERS = (
    ("Edge", r"\bEdgA?/"),
    ("Opera", r"\bOPR/"),
    ("Firefox", r"\b(Firefox|FxiOS)/"),
    ("Chrome", r"\b(Chrome|CriOS)/"),
    ("Safari", r"\bSafari/"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac", "Macintosh"),
    ("ChromeOS", "CrOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Browser:
    id: int
    client: str
    created_at: datetime
    seen_at: datetime


def client_name(user_agent: str) -> str:
    """ "Firefox on Windows": enough for its owner to know it again, and no more is kept."""
    browser = next((name for name, pattern in _BROWSERS if re.search(pattern, user_agent[:400])), "")
    system = next((name for name, word in _SYSTEMS if word in user_agent[:400]), "")
    return f"{browser} on {system}" if browser and system else browser or system


async def sign_in(person: int, client: str, at: datetime, replaces: bytes | None = None) -> str:
    """Sign a browser in with a new token, whatever cookie it came with. Returns the token for its cookie.

    replaces   the hash of the token it had until now, which stops counting
    """
    token = secrets.token_urlsafe(32)
    if replaces is not None:
        await sign_out(replaces)
    await database.execute(
        "INSERT INTO sign_in (person_id, token_hash, client, created_at, seen_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $4, $5)",
        person,
        web.token_hash(token),
        client[:80],
        at,
        at + UNUSED,
    )
    return token


async def sign_out(token_hash: bytes) -> None:
    await database.execute("DELETE FROM sign_in WHERE token_hash = $1", token_hash)


async def sign_out_there(person: int, sign_in_id: int) -> bool:
    """Sign out another browser of this person. False when there is none such."""
    return await database.execute("DELETE FROM sign_in WHERE id = $1 AND person_id = $2", sign_in_id, person) > 0


async def of(person: int, at: datetime) -> list[Browser]:
    found = await database.rows(
        "SELECT id, client, created_at, seen_at FROM sign_in WHERE person_id = $1 AND expires_at > $2"
        " ORDER BY seen_at DESC, id",
        person,
        at,
    )
    return [Browser(**row) for row in found]


async def forget(at: datetime) -> int:
    """Delete sign-ins that were unused for too long. Returns how many."""
    return await database.execute("DELETE FROM sign_in WHERE expires_at < $1", at)
