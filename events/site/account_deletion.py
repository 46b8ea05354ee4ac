"""Delete my account: what goes, what stays and until when, said before; then a code from a mail, and it is gone."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.agenda import cookie
from events.agenda import retention as agenda
from events.calls import retention as calls
from events.cases import retention as cases
from events.core import database, pages, web
from events.core.access import limiter_of
from events.core.errors import Unreadable
from events.core.locales import _
from events.people import codes, erasing, permissions
from events.people.actors import Actor
from events.people.codes import Wrong
from events.registration import order_pages
from events.registration import retention as registration
from events.settings import Settings


async def show(request: Request) -> Response:
    return await _page(request, permissions.signed_in(request.state.actor))


async def _page(request: Request, actor: Actor, error: Unreadable | None = None) -> Response:
    settings: Settings = request.app.state.settings
    places = await registration.places_of(actor.id, request.state.now)
    return pages.render(
        request,
        "site/account_deletion.html",
        error.status if error else 200,
        errors=error.errors if error else {},
        places=[(place, order_pages.order_path(request, place.order)) for place in places],
        programmes=await erasing.programmes_of(actor.id),
        kept_until=await registration.kept_until(actor.id, settings.accounts_years),
    )


async def ask(request: Request) -> Response:
    """Mail the code. Who still holds places says that they keep them, so that nobody finds out at the door."""
    actor = permissions.signed_in(request.state.actor)
    typed = await request.form()
    if not typed.get("keep") and await registration.places_of(actor.id, request.state.now):
        return await _page(
            request, actor, Unreadable({"keep": _("Cancel these places first, or say that you keep them.")})
        )
    handle = await erasing.ask(actor.id, limiter_of(request), _key(request), request.state.now)
    return pages.redirect(request, pages.path_of(request, "my_deletion_code", handle=handle))


async def show_code(request: Request) -> Response:
    return await _code_page(request, permissions.signed_in(request.state.actor))


async def _code_page(request: Request, actor: Actor, error: Unreadable | None = None, typed: str = "") -> Response:
    proof = await codes.peek_handle(request.path_params["handle"], request.state.now)
    if error is None and (proof is None or proof.person != actor.id):
        raise codes.ProofOver
    return pages.render(
        request,
        "site/account_deletion_code.html",
        error.status if error else 200,
        proof=proof,
        typed=typed,
        errors=error.errors if error else {},
    )


async def confirm(request: Request) -> Response:
    """Erase, and sign out here; every other browser is signed out with it."""
    actor = permissions.signed_in(request.state.actor)
    typed = str((await request.form()).get("code", ""))[:40]
    try:
        await _erase(request, actor, typed)
    except Unreadable as error:
        return await _code_page(request, actor, error, typed)
    settings: Settings = request.app.state.settings
    answer = pages.redirect(request, "/", _("Your account is deleted. Thank you for having been here."))
    for name in (web.cookie_name(settings.secure), cookie.NAME):
        answer.delete_cookie(name, secure=settings.secure, httponly=True, samesite="lax")
    return answer


async def _erase(request: Request, actor: Actor, typed: str) -> None:
    """All of it or nothing. Raises Unreadable, ProofOver, LastAdministrator."""
    at = request.state.now
    async with database.transaction():
        proof = await erasing.confirmed(actor.id, request.path_params["handle"], typed, _key(request), at)
        if not isinstance(proof, Wrong):
            await calls.forget_person(actor.id)  # before the addresses go, by which invitations are found
            await cases.forget_person(actor.id)
            await erasing.erase(actor.id, at)
            await agenda.forget_person(actor.id)
            return
    raise codes.WrongCode(proof.left)


def _key(request: Request) -> bytes:
    secret: str = request.app.state.settings.secret_key.get_secret_value()
    return secret.encode()


routes = [
    Route("/my/settings/deletion", show, name="my_deletion"),
    Route("/my/settings/deletion", ask, methods=["POST"], name="my_deletion_ask"),
    Route("/my/settings/deletion/{handle}", show_code, name="my_deletion_code"),
    Route("/my/settings/deletion/{handle}", confirm, methods=["POST"], name="my_deletion_confirm"),
]
