"""The registrar's pages: terms of payment, what is open, receipts of one order, invoices."""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from events.catalogue.queries import EventRow, event_by_slug
from events.core import database, pages
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.locales import _, lazy
from events.core.money import Money
from events.invoicing import archive, dues, forms, invoices, open_list, receipts, terms, write_offs
from events.invoicing.pages import answer
from events.invoicing.receipts import Became
from events.people import permissions
from events.people.actors import Actor
from events.registration import accounts, orders
from events.registration.accounts import Account
from events.registration.order_pages import taxes_of

_TOLD = {
    Became.booked: lazy("Booked. Something is still to be paid."),
    Became.paid: lazy("Booked. The order is paid."),
    Became.credit: lazy("Booked. More was paid than owed; the rest stays as a credit to be given back."),
    Became.late: lazy("Booked as a credit: the order has no places any more. Give the money back, and enter it here."),
}

_NO_TERMS: dict[str, object] = dict.fromkeys(
    ("orders_confirm", "due_days", "grace_days", "seller", "pay_to", "reminders"), ""
)
_NO_SLIP: dict[str, object] = dict.fromkeys(
    ("kind", "way", "number", "dated", "amount", "note", "shared", "reason"), ""
)

AT_ONCE = 500
"""Invoices of one file; more are asked for page by page."""


async def page(request: Request) -> Response:
    event, _actor = await _event(request, permissions.READ_ORDERS)
    typed = request.query_params.get("page", "1")
    number = min(int(typed), 100_000) if typed.isdecimal() and len(typed) < 7 else 1
    show, words = request.query_params.get("show", ""), request.query_params.get("q", "")[:100]
    found = await open_list.search(event.id, event.currency, words, show, number, request.state.now)
    return pages.render(
        request,
        "invoicing/organizing/open.html",
        event=event,
        here="invoices",
        found=found,
        words=words,
        show=show if show in open_list.SHOWS else "",
        page=number,
        pages=max(1, -(-found.found // open_list.PAGE)),
        per_page=open_list.PAGE,
        shows=open_list.SHOWS,
        way_words=terms.WAYS,
        may=_may(request, event),
    )


async def terms_page(request: Request) -> Response:
    event, _actor = await _event(request, permissions.MANAGE_REGISTRATION)
    return await _terms(request, event)


async def _terms(
    request: Request,
    event: EventRow,
    typed: Mapping[str, object] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Response:
    kept = await terms.of_event(event.id)
    return pages.render(
        request,
        "invoicing/organizing/terms.html",
        422 if errors and "" not in errors else 409 if errors else 200,
        event=event,
        here="invoices",
        terms=kept,
        typed=_NO_TERMS | dict(typed) if typed is not None else {},
        way_words=terms.WAYS,
        errors=errors or {},
    )


async def save_terms(request: Request) -> Response:
    """POST: which ways to pay, and how long."""
    event, _actor = await _event(request, permissions.MANAGE_REGISTRATION)
    async with request.form() as form:
        typed = form
    kept = {**dict(typed), "ways": typed.getlist("ways")}
    try:
        await terms.save(event.id, forms.read_terms(typed))
    except Unreadable as error:
        return await _terms(request, event, kept, error.errors)
    except StaleWrite as error:
        return await _terms(request, event, kept, {"": error.words})
    path = pages.path_of(request, "organize_invoices", slug=event.slug)
    return pages.redirect(request, path, _("Saved. It holds for orders from now on."))


async def order_page(request: Request) -> Response:
    event, _actor = await _event(request, permissions.READ_ORDERS)
    return await _order(request, event, await _account(request, event))


async def _order(
    request: Request,
    event: EventRow,
    account: Account,
    typed: Mapping[str, object] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    return pages.render(
        request,
        "invoicing/organizing/order.html",
        status,
        event=event,
        here="invoices",
        account=account,
        taxes=await taxes_of(account),
        due=await dues.of_order(account),
        left=dues.left(account),
        receipts=await open_list.receipts_of(account.id),
        invoices=await invoices.of_order(account.id),
        way_words=terms.WAYS,
        today=request.state.now.astimezone(ZoneInfo(account.zone)).date().isoformat(),
        typed=_NO_SLIP | dict(typed or {}),
        errors=errors or {},
        may=_may(request, event),
    )


async def book(request: Request) -> Response:
    """POST: a check or transfer that came, or that was given back."""
    event, actor = await _event(request, permissions.MANAGE_REGISTRATION)
    account = await _account(request, event)
    async with request.form() as form:
        typed = form
    today = request.state.now.astimezone(ZoneInfo(account.zone)).date()
    try:
        slip = forms.read_slip(typed, account.currency, today)
        became = await receipts.book(account.id, slip, actor.id, request.state.now)
    except Unreadable as error:
        return await _order(request, event, account, dict(typed), error.errors, error.status)
    path = pages.path_of(request, "organize_order_invoices", slug=event.slug, code=account.code)
    return pages.redirect(request, path, str(_TOLD[became]))


async def give_up(request: Request) -> Response:
    """POST: what is still owed is written off, with a reason."""
    event, actor = await _event(request, permissions.MANAGE_REGISTRATION)
    account = await _account(request, event)
    async with request.form() as form:
        reason = " ".join(str(form.get("reason", "")).split())[:300]
    try:
        if len(reason) < 3:
            raise Unreadable({"reason": _("Say in a few words why.")})
        owed = await write_offs.write_off(account.id, reason, actor.id, request.state.now)
    except Unreadable as error:
        return await _order(request, event, account, {"reason": reason}, error.errors, error.status)
    path = pages.path_of(request, "organize_order_invoices", slug=event.slug, code=account.code)
    words = _("%(amount)s is written off.") % {"amount": pages.money(Money(owed, account.currency))}
    return pages.redirect(request, path, words)


async def issue(request: Request) -> Response:
    """POST: an invoice for an order that has none, or whose last one is not true any more."""
    event, _actor = await _event(request, permissions.MANAGE_REGISTRATION)
    account = await _account(request, event)
    async with database.transaction():
        await orders.lock(account.id)
        await invoices.bring_up(account.id, request.state.now)
    path = pages.path_of(request, "organize_order_invoices", slug=event.slug, code=account.code)
    return pages.redirect(request, path, _("The invoices say what the order is charged now."))


async def papers(request: Request) -> Response:
    """All invoices and credit notes of the event as one PDF, or one by its number."""
    event, _actor = await _event(request, permissions.READ_ORDERS)
    wanted = request.query_params.get("number", "")
    found = await open_list.invoices_of(event.id, wanted, AT_ONCE)
    if not found:
        raise NotFound(_("There is no such invoice in this event."))
    return await answer(found, wanted or event.slug)


async def papers_of_a_period(request: Request) -> Response:
    """Invoices and credit notes of some days as a ZIP; the bounds are optional."""
    event, _actor = await _event(request, permissions.READ_ORDERS)
    first, last = (_day(request.query_params.get(name, "")) for name in ("from", "through"))
    if not await archive.count(event.id, first, last):
        raise NotFound(_("No invoice was issued in these days."))
    days = "-".join(day.isoformat() for day in (first, last) if day) or "all"
    headers = {"Content-Disposition": f'attachment; filename="invoices-{event.slug}-{days}.zip"'}
    return StreamingResponse(
        archive.pieces(event.id, first, last),
        media_type="application/zip",
        headers={**headers, "Cache-Control": "private, no-store"},
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise NotFound(_("This is no day.")) from None


def _may(request: Request, event: EventRow) -> bool:
    return permissions.can(request.state.actor, permissions.MANAGE_REGISTRATION, event=event.id, unit=event.unit_id)


async def _event(request: Request, permission: permissions.Permission) -> tuple[EventRow, Actor]:
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    return event, permissions.require(request.state.actor, permission, event=event.id, unit=event.unit_id)


async def _account(request: Request, event: EventRow) -> Account:
    account = await accounts.by_code(request.path_params["code"][:12].upper())
    if account is None or account.event != event.id:
        raise NotFound
    return account


_PATH = "/organize/events/{slug}/invoices"
routes = [
    Route(_PATH, page, methods=["GET"], name="organize_invoices"),
    Route(f"{_PATH}/terms", terms_page, methods=["GET"], name="organize_payment_terms"),
    Route(f"{_PATH}/terms", save_terms, methods=["POST"], name="save_payment_terms"),
    Route(f"{_PATH}/all.pdf", papers, methods=["GET"], name="organize_invoice_papers"),
    Route(f"{_PATH}/all.zip", papers_of_a_period, methods=["GET"], name="organize_invoice_archive"),
    Route(f"{_PATH}/{{code}}", order_page, methods=["GET"], name="organize_order_invoices"),
    Route(f"{_PATH}/{{code}}/write-off", give_up, methods=["POST"], name="write_off"),
    Route(f"{_PATH}/{{code}}/receipts", book, methods=["POST"], name="book_receipt"),
    Route(f"{_PATH}/{{code}}/issue", issue, methods=["POST"], name="issue_invoice"),
]
