"""`/.well-known/security.txt`: where to report a hole (RFC 9116). Only where the house named an address."""

from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from events.core import locales
from events.core.errors import NotFound
from events.settings import Settings

PATH = "/.well-known/security.txt"
LIFETIME = timedelta(days=180)
"""Section 2.5.5 recommends less than a year. It is counted from today's midnight, so the bytes change once a day."""


def text(contact: str, base_url: str, languages: tuple[str, ...], at: datetime) -> str:
    """contact: a mailto: or https: address."""
    expires = (at + LIFETIME).replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        f"Contact: {contact}\n"
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}\n"
        f"Preferred-Languages: {', '.join(languages)}\n"
        f"Canonical: {base_url.rstrip('/')}{PATH}\n"
    )


async def show(request: Request) -> Response:
    settings: Settings = request.app.state.settings
    if not settings.security_contact:
        raise NotFound
    body = text(settings.security_contact, settings.base_url, locales.languages(), request.state.now)
    return PlainTextResponse(body, headers={"Cache-Control": "public, max-age=3600"})


routes = [Route(PATH, show, name="security_txt")]
