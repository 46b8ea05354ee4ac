"""Signing in and out. After a sign-in the callables in `app.state.after_sign_in` run (`AfterSignIn`), before the answer
leaves: a higher slice merges what it kept in a cookie, and may set or drop cookies on the response.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.core import pages, web
from events.core.access import limiter_of, network_of
from events.core.errors import Unreadable
from events.core.locales import _
from events.people import account_pages, addresses, browsers, codes, sign_in
from events.people.sign_in import SignedIn
from events.settings import Settings

AfterSignIn = Callable[[Request, Response, int], Awaitable[None]]
"""`await merge(request, response, person_id)`"""

ASKED = "asked"
"""The cookie with the handle of the mail this browser asked for."""

AFTERWARDS = "/my/schedule"
_LONGEST = 60 * 60 * 24 * 400
"""Browsers keep no cookie longer (RFC 6265bis 5.5); when a sign-in ends is the server's to say."""


def key_of(request: Request) -> bytes:
    secret: str = request.app.state.settings.secret_key.get_secret_value()
    return secret.encode()


def _next(wanted: object) -> str:
    """A local path, or "". The sign-in pages themselves lead nowhere."""
    path = pages.local_path(str(wanted or ""), "")
    return "" if path.startswith("/sign-") or len(path) > 400 else path


def _asked_cookie(settings: Settings) -> str:
    return f"__Host-{ASKED}" if settings.secure else ASKED


def _replaced(request: Request) -> bytes | None:
    token = request.cookies.get(web.cookie_name(request.app.state.settings.secure))
    return web.token_hash(token) if token else None


async def show_sign_in(request: Request) -> Response:
    return _sign_in_page(request, _next(request.query_params.get("next")))


def _sign_in_page(request: Request, next_path: str, email: str = "", error: Unreadable | None = None) -> Response:
    return pages.render(
        request,
        "people/sign_in.html",
        error.status if error else 200,
        next=next_path,
        email=email,
        errors=error.errors if error else {},
    )


async def ask_for_mail(request: Request) -> Response:
    form = await request.form()
    typed, next_path = str(form.get("email", "")), _next(form.get("next"))
    settings: Settings = request.app.state.settings
    limiter = limiter_of(request)
    try:
        email = addresses.read(typed)
    except Unreadable as error:
        return _sign_in_page(request, next_path, typed[:300], error)
    network = network_of(request, settings.proxies)
    handle = await sign_in.ask(email, next_path, network, limiter, key_of(request), request.state.now)
    answer = pages.redirect(request, pages.path_of(request, "sign_in_code"))
    answer.set_cookie(
        _asked_cookie(settings),
        handle,
        max_age=int(codes.LIFETIME.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings.secure,
    )
    return answer


async def show_code(request: Request) -> Response:
    return await _code_page(request)


async def _code_page(request: Request, typed: str = "", error: Unreadable | None = None) -> Response:
    handle = request.cookies.get(_asked_cookie(request.app.state.settings), "")
    asked = await codes.peek_handle(handle, request.state.now) if handle else None
    if asked is None and error is None:
        return pages.redirect(request, pages.path_of(request, "sign_in"))
    return pages.render(
        request,
        "people/sign_in_code.html",
        error.status if error else 200,
        email=asked.email if asked else "",
        typed=typed,
        errors=error.errors if error else {},
        over=asked is None,
    )


async def sign_in_by_code(request: Request) -> Response:
    form = await request.form()
    typed = str(form.get("code", ""))
    try:
        done = await sign_in.by_code(
            request.cookies.get(_asked_cookie(request.app.state.settings), ""),
            typed,
            key_of(request),
            request.state.now,
            browsers.client_name(request.headers.get("user-agent", "")),
            _replaced(request),
        )
    except Unreadable as error:
        return await _code_page(request, typed[:40], error)
    except codes.ProofOver as error:
        return _over_page(request, error)
    return await _signed_in(request, done)


async def show_link(request: Request) -> Response:
    """A button, nothing more: scanners of mail follow links, and a GET changes nothing."""
    proof = await codes.peek_token(codes.SIGN_IN, request.path_params["token"], request.state.now)
    if proof is None:
        return _over_page(request, codes.ProofOver())
    return pages.render(request, "people/sign_in_link.html", email=proof.email)


async def sign_in_by_link(request: Request) -> Response:
    client = browsers.client_name(request.headers.get("user-agent", ""))
    try:
        done = await sign_in.by_link(request.path_params["token"], request.state.now, client, _replaced(request))
    except codes.ProofOver as error:
        return _over_page(request, error)
    return await _signed_in(request, done)


def _over_page(request: Request, error: codes.ProofOver) -> Response:
    return pages.render(request, "people/sign_in_over.html", error.status, error=error)


async def _signed_in(request: Request, done: SignedIn) -> Response:
    settings: Settings = request.app.state.settings
    to = done.next or (pages.path_of(request, "my_settings") if done.first else AFTERWARDS)
    answer = pages.redirect(request, to, _("You are signed in."))
    answer.delete_cookie(_asked_cookie(settings), secure=settings.secure, httponly=True, samesite="lax")
    await keep_signed_in(request, answer, done.person, done.token)
    return answer


async def keep_signed_in(request: Request, answer: Response, person: int, token: str) -> None:
    """Give the browser its cookie, and let the higher slices do what is theirs."""
    settings: Settings = request.app.state.settings
    answer.set_cookie(
        web.cookie_name(settings.secure),
        token,
        max_age=_LONGEST,
        httponly=True,
        samesite="lax",
        secure=settings.secure,
    )
    after: list[AfterSignIn] = request.app.state.after_sign_in
    for merge in after:
        await merge(request, answer, person)


async def sign_out(request: Request) -> Response:
    settings: Settings = request.app.state.settings
    if token_hash := _replaced(request):
        await browsers.sign_out(token_hash)
    answer = pages.redirect(request, "/", _("You are signed out."))
    answer.delete_cookie(web.cookie_name(settings.secure), secure=settings.secure, httponly=True, samesite="lax")
    return answer


routes = [
    Route("/sign-in", show_sign_in, name="sign_in"),
    Route("/sign-in", ask_for_mail, methods=["POST"], name="sign_in_mail"),
    Route("/sign-in/code", show_code, name="sign_in_code"),
    Route("/sign-in/code", sign_in_by_code, methods=["POST"], name="sign_in_by_code"),
    Route("/sign-in/{token:str}", show_link, name="sign_in_link"),
    Route("/sign-in/{token:str}", sign_in_by_link, methods=["POST"], name="sign_in_by_link"),
    Route("/sign-out", sign_out, methods=["POST"], name="sign_out"),
    *account_pages.routes,
]
