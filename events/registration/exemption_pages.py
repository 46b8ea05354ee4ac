"""A buyer's page of one order: the certificate that they pay no tax."""

import re
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import date

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.core import pages, uploads
from events.core.access import Limit, limiter_of
from events.core.errors import NotFound, Unreadable
from events.core.files import Store
from events.core.locales import _
from events.registration import exemptions, taxes
from events.registration.accounts import Account
from events.registration.exemptions import PAPER, Certificate
from events.registration.order_pages import open_order, order_path, query_of

SENDING = Limit("certificates sent with one order", "20/hour")

_TAKES_FILES = re.compile(r"/orders/[^/]+/exemption")


def takes_files(path: str) -> bool:
    """Whether a form with a file may be sent here: for the edge."""
    return _TAKES_FILES.fullmatch(path) is not None


async def page(request: Request) -> Response:
    return await _page(request, await open_order(request, request.path_params["code"]))


async def _page(
    request: Request,
    account: Account,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    parts, sent = await taxes.of_order(account.id), await exemptions.of_order(account.id)
    if not parts and sent is None:
        raise NotFound
    return pages.render(
        request,
        "registration/exemption.html",
        status,
        account=account,
        accent=account.accent,
        taxes=parts,
        sent=sent,
        typed={**_again(sent), **(typed or {})},
        rules=PAPER,
        query=query_of(request),
        errors=errors or {},
    )


def _again(sent: exemptions.Exemption | None) -> Mapping[str, str]:
    if sent is None:
        return dict.fromkeys(("institution", "number", "issued_by", "valid_until"), "")
    said = sent.certificate
    until = said.valid_until.isoformat() if said.valid_until else ""
    return {"institution": said.institution, "number": said.number, "issued_by": said.issued_by, "valid_until": until}


async def send(request: Request) -> Response:
    """POST: a certificate, with its paper or without."""
    account = await open_order(request, request.path_params["code"])
    store = Store(request.app.state.settings.var)
    async with uploads.read(request, store, {"paper": PAPER}) as (form, sent), AsyncExitStack() as stack:
        try:
            await limiter_of(request).hit(SENDING, account.code)
            certificate = _read(form)
            paper = None
            if "paper" in sent:
                paper = await _check(sent["paper"], store, stack)
            await exemptions.ask(account.id, certificate, paper, store, request.state.now)
        except Unreadable as error:
            typed = {name: value for name, value in form.items() if isinstance(value, str)}
            return await _page(request, account, typed, error.errors, error.status)
    notice = _("Sent. The registrar looks at it, and you get a mail.")
    return pages.redirect(request, order_path(request, account.code), notice)


async def _check(sent: uploads.Sent, store: Store, stack: AsyncExitStack) -> uploads.Checked:
    try:
        return await uploads.check(sent, store, stack)
    except Unreadable as error:
        raise Unreadable({"paper": next(iter(error.errors.values()))}) from None


def _read(form: FormData) -> Certificate:
    """Raises Unreadable, naming each field."""
    errors, until = {}, None
    institution, number, issued_by = (
        _line(form, name, most) for name, most in (("institution", 200), ("number", 60), ("issued_by", 80))
    )
    if len(institution) < 2:
        errors["institution"] = _("Write whose certificate it is.")
    if not number:
        errors["number"] = _("Write the number that stands on it.")
    if not issued_by:
        errors["issued_by"] = _("Write which state or country gave it.")
    try:
        until = date.fromisoformat(typed) if (typed := _line(form, "valid_until", 10)) else None
    except ValueError:
        errors["valid_until"] = _("This is no day.")
    if errors:
        raise Unreadable(errors)
    return Certificate(institution, number, issued_by, until)


def _line(form: FormData, name: str, most: int) -> str:
    return " ".join("".join(one for one in str(form.get(name, "")) if one.isprintable()).split())[:most]


routes = [
    Route("/orders/{code}/exemption", page, methods=["GET"], name="order_exemption"),
    Route("/orders/{code}/exemption", send, methods=["POST"], name="order_exemption_send"),
]
