"""The edge of the web process: one ASGI middleware around every request.

It reads the clock, names the request, refuses what comes from another site, chooses the language, finds who is signed
in, sets the headers of every answer, turns errors into the one error page, and counts and logs what happened.
"""

import asyncio
import hashlib
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

import asyncpg
import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request, cookie_parser
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from events.core import clock, database, locales, metrics, pages
from events.core.errors import (
    Away,
    DomainError,
    Forbidden,
    Later,
    NotFound,
    NotSignedIn,
    StaleWrite,
    TooMany,
    Unreadable,
    Way,
)
from events.core.locales import _
from events.core.logs import log

FindActor = Callable[[bytes, datetime], Awaitable[Any]]
"""Given by app.py: from the hash of a sign-in cookie to who it is, or None."""

SIGN_IN_COOKIE = "signin"
LOCALE_COOKIE = "locale"
MAX_BODY = 8 * 1024 * 1024
MAX_UPLOAD = 160 * 1024 * 1024
"""A form with files, at the addresses that take some: they read it piece by piece onto the disk, and what is larger
than its field takes they read to the end and throw away, so that the sender gets an answer and not a broken line."""
BODY_PATIENCE = 30.0
BODY_RATE = 4096
"""A body has 30 seconds, and one more for every 4 KB of it that came: a slow line sends a file, and a client that sends
a byte a second is told to go (the measure of Apache's mod_reqtimeout)."""

_EXPECTED = (DomainError, HTTPException, asyncpg.CharacterNotInRepertoireError)
_SAFE = {"GET", "HEAD", "OPTIONS"}
_ANONYMOUS = ("/static/", "/calendars/", "/.well-known/", "/healthz", "/readyz", "/metrics")
"""Answers that are the same for everyone: no cookie is looked at, none is set."""


class CrossSite(Forbidden):
    """A form of another site posted here in somebody's name."""

    def __init__(self) -> None:
        super().__init__(_("This form came from another site. Open the page here and send it again."))


class TooLarge(DomainError):
    status = 413

    def __init__(self, most: int = MAX_BODY) -> None:
        super().__init__(
            _("That is more than %(limit)s MB, the most one form may carry.") % {"limit": most // 1024 // 1024}
        )


class TooSlow(DomainError):
    status = 408

    def __init__(self) -> None:
        super().__init__(_("The form took too long to arrive, so nothing was done. Please send it again."))


def cookie_name(secure: bool) -> str:
    """`__Host-` binds the sign-in to this very host, where https makes it possible."""
    return f"__Host-{SIGN_IN_COOKIE}" if secure else SIGN_IN_COOKIE


def token_hash(token: str) -> bytes:
    """What the database keeps of a 256-bit token."""
    return hashlib.sha256(token.encode()).digest()


def content_security_policy(form_actions: Sequence[str]) -> str:
    """No inline script or style, nothing from strangers. Forms may lead on to the hosted payment page."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            " ".join(("form-action 'self'", *form_actions)),
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


class Edge:
    def __init__(
        self,
        app: ASGIApp,
        *,
        find_actor: FindActor,
        secure: bool,
        base_url: str,
        form_actions: Sequence[str],
        uploads: Callable[[str], bool] = lambda _path: False,
    ) -> None:
        """uploads   whether the address of a path takes files"""
        self.app = app
        self.uploads = uploads
        self.find_actor = find_actor
        self.cookie = cookie_name(secure)
        self.origin = "{0.scheme}://{0.netloc}".format(urlsplit(base_url))
        self.headers: list[tuple[bytes, bytes]] = [
            (b"content-security-policy", content_security_policy(form_actions).encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
            (b"cross-origin-opener-policy", b"same-origin"),
        ]
        if secure:
            self.headers.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = secrets.token_hex(6)
        status = 500
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                status, started = message["status"], True
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                if "cache-control" not in headers:
                    headers["Cache-Control"] = "private, no-cache"
                message["headers"] = [*headers.raw, *self.headers, (b"x-request-id", request_id.encode())]
            await send(message)

        state: dict[str, Any] = {**scope.get("state", {}), "now": clock.now(), "request_id": request_id, "actor": None}
        scope["state"] = state
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id)
        try:
            await self._answer(scope, receive, send_with_headers, state)
        except Exception as error:
            if not started:
                await (await answer_error(Request(scope, receive), error))(scope, receive, send_with_headers)
            if isinstance(error, database.AWAY):
                log.warning("PostgreSQL does not answer", path=scope["path"], error=f"{type(error).__name__}: {error}")
            elif not isinstance(error, _EXPECTED):
                log.error("a request failed", path=scope["path"], exc_info=error)
        finally:
            took = time.perf_counter() - began
            route = getattr(scope.get("route"), "path", "") or "unmatched"
            metrics.requests.labels(scope["method"], route, status).inc()
            metrics.seconds.labels(route).observe(took)
            log.info("answered", method=scope["method"], path=scope["path"], status=status, ms=round(took * 1000, 1))

    async def _answer(self, scope: Scope, receive: Receive, send: Send, state: dict[str, Any]) -> None:
        if "\0" in scope["path"]:
            raise NotFound  # no text of ours has this character, and PostgreSQL knows no such text
        if b"%00" in scope["query_string"]:
            scope["query_string"] = scope["query_string"].replace(b"%00", b"")
        headers = Headers(scope=scope)
        cookies: dict[str, str] = {}
        if not scope["path"].startswith(_ANONYMOUS):
            cookies = cookie_parser(headers.get("cookie", ""))
            locales.speak(locales.choose(cookies.get(LOCALE_COOKIE, ""), headers.get("accept-language", "")))
            if token := cookies.get(self.cookie):
                state["actor"] = await self.find_actor(token_hash(token), state["now"])
        if scope["method"] not in _SAFE:
            self._refuse_cross_site(headers, has_cookies=bool(cookies))
            files = headers.get("content-type", "").startswith("multipart/form-data") and self.uploads(scope["path"])
            most = MAX_UPLOAD if files else MAX_BODY
            if int(headers.get("content-length") or 0) > most:
                raise TooLarge(most)
            receive = _bounded(receive, most)
        await self.app(scope, receive, send)

    def _refuse_cross_site(self, headers: Headers, has_cookies: bool) -> None:
        """Fetch metadata first, Origin where a browser does not send it; a request with cookies and neither is refused.

        A form in another site's page carries `Sec-Fetch-Site: cross-site` or a foreign Origin, whatever it tries
        (OWASP CSRF cheat sheet, Fetch Metadata). Programs without cookies (Stripe) send neither and act for nobody.
        """
        site = headers.get("sec-fetch-site")
        origin = headers.get("origin")
        if site is not None:
            if site not in {"same-origin", "none"}:
                raise CrossSite
        elif origin is not None:
            if origin != self.origin and urlsplit(origin).netloc != headers.get("host"):
                raise CrossSite
        elif has_cookies:
            raise CrossSite


def _bounded(receive: Receive, most: int) -> Receive:
    """Stop reading a body that is larger than a form may be, or that comes too slowly. What follows it is let through:
    a long answer listens there for who goes away."""
    seen, more = 0, True
    began = asyncio.get_running_loop().time()

    async def read() -> Message:
        nonlocal seen, more
        if not more:
            return await receive()
        try:
            async with asyncio.timeout_at(began + BODY_PATIENCE + seen / BODY_RATE):
                message = await receive()
        except TimeoutError:
            raise TooSlow from None
        seen += len(message.get("body", b""))
        if seen > most:
            raise TooLarge(most)
        more = message.get("more_body", False)
        return message

    return read


async def answer_error(request: Request, error: Exception) -> Response:
    """The one page for every error, or its facts as JSON or a line of text where a page makes no sense."""
    if isinstance(error, HTTPException):
        error = NotFound() if error.status_code == 404 else _Refused(error.status_code, str(error.detail))
    if isinstance(error, asyncpg.CharacterNotInRepertoireError):
        error = Unreadable({"": _("The text contains a character that cannot be kept.")})
    if isinstance(error, database.AWAY):
        error = Away()
    if not isinstance(error, DomainError):
        error = _Defect(request.state.request_id)
    if isinstance(error, NotSignedIn) and request.method in _SAFE and _wants_page(request):
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(here, safe='/')}", 303)
    headers = {"Retry-After": str(error.seconds)} if isinstance(error, (TooMany, Later)) else {}
    if not _wants_page(request):
        if "json" in request.headers.get("accept", ""):
            problem: dict[str, Any] = {"title": error.title, "status": error.status, "detail": error.words}
            if isinstance(error, StaleWrite):
                problem |= {"theirs": dict(error.theirs), "yours": dict(error.yours)}
            return JSONResponse(problem, error.status, headers=headers, media_type="application/problem+json")
        return PlainTextResponse(f"{error.title}. {error.words}\n", error.status, headers=headers)
    if isinstance(error, Later):
        error.next = [_again(request)]
    return pages.render(request, "error.html", error.status, headers, error=error)


def _again(request: Request) -> Way:
    """The way on once we answer again: the same address, or for a form the page it stood on.

    A form is never sent again from here: whether the first one arrived is not known, and its reader can see.
    """
    if request.method in _SAFE:
        query = f"?{request.url.query}" if request.url.query else ""
        return Way(pages.local_path(request.url.path) + query, _("Try again"))
    referer = urlsplit(request.headers.get("referer", ""))
    here = referer.netloc == request.headers.get("host", "")
    query = f"?{referer.query}" if referer.query else ""
    return Way(pages.local_path(referer.path, "/events") + query if here else "/my/orders", _("Back to the page"))


def _wants_page(request: Request) -> bool:
    path = request.url.path
    if path.endswith((".ics", ".json", ".xml", ".atom", ".csv")) or path.startswith("/webhooks/"):
        return False
    accept = request.headers.get("accept", "*/*")
    return "text/html" in accept or "*/*" in accept


class _Refused(DomainError):
    """What the framework itself refuses: a method, a malformed request."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(_("This address does not take that request.") if status == 405 else detail)
        self.status = status


class _Defect(DomainError):
    """Our fault. Says so, with the number by which it is found in the log."""

    status = 500

    def __init__(self, request_id: str) -> None:
        words = _(
            "Something broke on our side, and we have noted it. Nothing you paid is lost."
            " If it happens again, tell us the number %(id)s."
        )
        super().__init__(words % {"id": request_id}, request_id=request_id)

    @property
    def title(self) -> str:
        return _("This is our fault")
