"""A place in line as a token: a random id and a MAC of it under the application's key. Pure.

The id is all that is known of whoever waits. It lies in a cookie of one event; who takes no cookies carries it in the
page's address, where it counts only from the network it was given to: an address is easily passed on.
"""

import base64
import hmac
import re
import secrets
from collections.abc import Mapping

_TOKEN = re.compile(r"([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{22})")
PARAMETER = "place"
MAX_AGE = 24 * 3600


def new() -> str:
    """A fresh id, of 128 bits."""
    return secrets.token_urlsafe(16)


def cookie_name(event: int) -> str:
    return f"line-{event}"


def for_cookie(event: int, place: str, key: str) -> str:
    return f"{place}.{_mac(key, f'{event} cookie {place}')}"


def for_link(event: int, place: str, network: str, key: str) -> str:
    return f"{place}.{_mac(key, f'{event} link {network} {place}')}"


def of_cookie(cookies: Mapping[str, str], event: int, key: str) -> str:
    """The place in a browser's cookie; "" for none, a forged one, or another event's."""
    place, given = _parts(cookies.get(cookie_name(event), ""))
    return place if given and hmac.compare_digest(given, _mac(key, f"{event} cookie {place}")) else ""


def of_link(token: str, event: int, network: str, key: str) -> str:
    """The place in a link; "" for none, a forged one, another event's, or one given to another network."""
    place, given = _parts(token)
    return place if given and hmac.compare_digest(given, _mac(key, f"{event} link {network} {place}")) else ""


def _parts(token: str) -> tuple[str, str]:
    found = _TOKEN.fullmatch(token)
    return (found[1], found[2]) if found else ("", "")


def _mac(key: str, text: str) -> str:
    digest = hmac.digest(key.encode(), f"place in line {text}".encode(), "sha256")[:16]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
