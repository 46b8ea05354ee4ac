"""`/my/settings`: the signed-in person's own pages."""

import json
from datetime import datetime
from typing import Any

from babel import Locale
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.core import database, locales, pages, web
from events.core.access import limiter_of
from events.core.errors import NotFound, Unreadable
from events.core.locales import _
from events.people import account, addresses, browsers, codes, forms, memberships, permissions
from events.people.actors import Actor
from events.people.codes import Proof

_A_YEAR = 60 * 60 * 24 * 365


async def show_settings(request: Request) -> Response:
    return await _settings_page(request, permissions.signed_in(request.state.actor))


async def _settings_page(
    request: Request, actor: Actor, error: Unreadable | None = None, typed: FormData | None = None
) -> Response:
    kept = {"name": actor.name, "locale": actor.locale, "timezone": actor.timezone, "email": "", "number": ""}
    values = kept | {name: str(value)[:300] for name, value in (typed or FormData()).items() if name in kept}
    return pages.render(
        request,
        "people/settings.html",
        error.status if error else 200,
        errors=error.errors if error else {},
        values=values,
        addresses=await account.addresses_of(actor.id),
        browsers=await browsers.of(actor.id, request.state.now),
        memberships=await memberships.of(actor.id),
        names_of_languages=_languages(),
        timezones=forms.timezones(),
        today=request.state.now.date(),
    )


def _languages() -> list[tuple[str, str]]:
    """Each language by its own name."""
    return [
        (name, (Locale.parse(name, sep="-").get_display_name() or name).capitalize()) for name in locales.languages()
    ]


def _answer(request: Request, notice: str, part: str = "") -> Response:
    return pages.redirect(request, pages.path_of(request, "my_settings") + part, notice)


async def change_settings(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    typed = await request.form()
    try:
        form = forms.SettingsForm.read(typed)
    except Unreadable as error:
        return await _settings_page(request, actor, error, typed)
    await account.change(actor.id, form.name, form.locale, form.timezone)
    locales.speak(form.locale)
    answer = _answer(request, _("Your settings are saved."))
    secure = request.app.state.settings.secure
    answer.set_cookie(web.LOCALE_COOKIE, form.locale, max_age=_A_YEAR, httponly=True, samesite="lax", secure=secure)
    return answer


async def add_address(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    typed = await request.form()
    try:
        email = addresses.read(str(typed.get("email", "")))
    except Unreadable as error:
        return await _settings_page(request, actor, error, typed)
    handle = await account.ask_for_address(actor.id, email, limiter_of(request), _key(request), request.state.now)
    return pages.redirect(request, pages.path_of(request, "my_code", handle=handle))


async def make_primary(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    await account.make_primary(actor.id, request.path_params["address"])
    return _answer(request, _("From now on we write to this address."), "#addresses")


async def remove_address(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    await account.remove_address(actor.id, request.path_params["address"])
    return _answer(request, _("The address is removed. It no longer signs in here."), "#addresses")


async def sign_out_browser(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    if not await browsers.sign_out_there(actor.id, request.path_params["browser"]):
        raise NotFound
    return _answer(request, _("That browser is signed out."), "#browsers")


async def claim_membership(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    typed = await request.form()
    try:
        number = forms.membership_number(typed)
    except Unreadable as error:
        return await _settings_page(request, actor, error, typed)
    handle = await memberships.ask_to_claim(actor.id, number, limiter_of(request), _key(request), request.state.now)
    return pages.redirect(request, pages.path_of(request, "my_code", handle=handle))


async def show_code(request: Request) -> Response:
    """Where the code of an added address or a claimed membership is typed."""
    return await _code_page(request, permissions.signed_in(request.state.actor))


async def _code_page(request: Request, actor: Actor, error: Unreadable | None = None, typed: str = "") -> Response:
    proof = await codes.peek_handle(request.path_params["handle"], request.state.now)
    if error is None and (proof is None or proof.person != actor.id):
        raise codes.ProofOver
    return pages.render(
        request,
        "people/settings_code.html",
        error.status if error else 200,
        proof=proof,
        typed=typed,
        errors=error.errors if error else {},
    )


async def type_code(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    typed = str((await request.form()).get("code", ""))[:40]
    handle, at = request.path_params["handle"], request.state.now
    asked = await codes.peek_handle(handle, at)
    if asked is None or asked.person != actor.id:
        raise codes.ProofOver
    try:
        notice = await _prove(asked, codes.read_code(typed), _key(request), at)
    except Unreadable as error:
        return await _code_page(request, actor, error, typed)
    return _answer(request, notice)


async def _prove(asked: Proof, code: str, key: bytes, at: datetime) -> str:
    """Spend the proof and do what it was for, together; a wrong code is counted. Returns what to tell."""
    async with database.transaction():
        proof = await codes.use_code(asked.purpose, asked.handle, code, key, at)
        if isinstance(proof, Proof) and proof.purpose == codes.ADD_ADDRESS:
            await account.add_address(proof, at)
            return _("The address is added. It signs in here, too.")
        if isinstance(proof, Proof):
            await memberships.claim(proof, at)
            return _("The membership is yours. Prices now count it.")
    raise codes.WrongCode(proof.left)


async def export(request: Request) -> Response:
    """What this room keeps about the person, for them to take along."""
    actor = permissions.signed_in(request.state.actor)
    person = await database.row(
        "SELECT guid, code, name, biography, affiliation, locale, timezone, created_at FROM person WHERE id = $1",
        actor.id,
    )
    roles = await database.rows(
        "SELECT r.name, u.name AS unit, r.event_id, r.granted_at FROM role r LEFT JOIN unit u ON u.id = r.unit_id"
        " WHERE r.person_id = $1 ORDER BY r.id",
        actor.id,
    )
    kept: dict[str, Any] = {
        "person": dict(person) if person else {},
        "addresses": [_fields(one) for one in await account.addresses_of(actor.id)],
        "memberships": [_fields(one) for one in await memberships.of(actor.id)],
        "roles": [dict(role) for role in roles],
        "signed_in_browsers": [_fields(one) for one in await browsers.of(actor.id, request.state.now)],
    }
    body = json.dumps(kept, default=str, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": 'attachment; filename="my-account.json"'}
    return Response(body, headers=headers, media_type="application/json")


def _fields(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in type(one).__slots__ if name != "id"}


def _key(request: Request) -> bytes:
    secret: str = request.app.state.settings.secret_key.get_secret_value()
    return secret.encode()


routes = [
    Route("/my/settings", show_settings, name="my_settings"),
    Route("/my/settings", change_settings, methods=["POST"], name="my_settings_change"),
    Route("/my/settings/account.json", export, name="my_account"),
    Route("/my/settings/addresses", add_address, methods=["POST"], name="my_address_add"),
    Route("/my/settings/addresses/{address:int}/primary", make_primary, methods=["POST"], name="my_address_primary"),
    Route("/my/settings/addresses/{address:int}/removal", remove_address, methods=["POST"], name="my_address_remove"),
    Route("/my/settings/browsers/{browser:int}/removal", sign_out_browser, methods=["POST"], name="my_browser_remove"),
    Route("/my/settings/memberships", claim_membership, methods=["POST"], name="my_membership_claim"),
    Route("/my/settings/code/{handle}", show_code, name="my_code"),
    Route("/my/settings/code/{handle}", type_code, methods=["POST"], name="my_code_type"),
]
