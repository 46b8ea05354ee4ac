"""`/dev/mail`: every message that `colloquy run` sent, to read instead of an inbox. Served in dev only."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import nh3
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from events.core import pages
from events.core.errors import NotFound


def _files(request: Request) -> list[Path]:
    folder: Path | None = request.app.state.settings.mail_dir
    return sorted(folder.glob("[0-9]*.eml")) if folder and folder.is_dir() else []


def _read(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    if not isinstance(message, EmailMessage):
        raise NotFound
    return message


def _facts(number: int, message: EmailMessage) -> dict[str, Any]:
    text = message.get_body(("plain",))
    calendar = next((part for part in message.walk() if part.get_content_type() == "text/calendar"), None)
    return {
        "n": number,
        "to": str(message["To"]),
        "from": str(message["From"]),
        "subject": str(message["Subject"]),
        "date": str(message["Date"]),
        "text": text.get_content() if text else "",
        "calendar": calendar.get_content() if calendar else "",
    }


async def list_mail(request: Request) -> Response:
    found = [_facts(number, _read(path)) for number, path in enumerate(_files(request), 1)]
    return pages.render(request, "site/mailbox.html", messages=found[::-1], html=None, chosen=None)


async def list_mail_json(request: Request) -> Response:
    return JSONResponse([_facts(number, _read(path)) for number, path in enumerate(_files(request), 1)])


def _chosen(request: Request) -> Path:
    files = _files(request)
    number = int(request.path_params["n"])
    if not 1 <= number <= len(files):
        raise NotFound
    return files[number - 1]


async def read_mail(request: Request) -> Response:
    message = _read(_chosen(request))
    body = message.get_body(("html",))
    cleaned = nh3.clean(body.get_content()) if body else ""
    below = cleaned.replace("<h1>", "<h3>").replace("</h1>", "</h3>")  # the page around it has the h1
    html = Markup(below) if body else None  # noqa: S704 - cleaned two lines above
    chosen = _facts(int(request.path_params["n"]), message)
    return pages.render(request, "site/mailbox.html", messages=[], html=html, chosen=chosen)


async def raw_mail(request: Request) -> Response:
    return Response(_chosen(request).read_bytes(), media_type="message/rfc822")


routes = [
    Route("/dev/mail", list_mail, name="dev_mail"),
    Route("/dev/mail.json", list_mail_json, name="dev_mail_json"),
    Route("/dev/mail/{n:int}", read_mail, name="dev_mail_read"),
    Route("/dev/mail/{n:int}.eml", raw_mail, name="dev_mail_raw"),
]
