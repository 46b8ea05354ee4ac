"""The buyer's pages: choose another way to pay, what is to be paid, the invoices."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.core import pages
from events.core.errors import NotFound, Unreadable
from events.core.locales import _
from events.invoicing import billings, drawing, dues, forms, invoices, terms
from events.invoicing.invoices import Invoice
from events.registration.accounts import Account
from events.registration.order_pages import OtherWay, open_order, order_path, person_of, query_of, taxes_of
from events.registration.states import OrderState

_EMPTY: dict[str, object] = dict.fromkeys(("way", "number", "institution", "address", "reference"), "")


async def other_way(request: Request, account: Account) -> OtherWay | None:
    """What the order page says of these ways to pay; None where there is nothing to say."""
    path = pages.path_of(request, "order_invoice", code=account.code) + query_of(request)
    if account.state is OrderState.HELD:
        known = await terms.of_event(account.event)
        return OtherWay(path, _("Pay another way")) if known.ways else None
    due = await dues.of_order(account)
    if due is None:
        if await invoices.of_order(account.id):
            return OtherWay(path, _("Invoices"))
        return OtherWay(path, _("Get an invoice")) if account.state is OrderState.CONFIRMED else None
    words = ""
    if account.state is OrderState.PENDING or (account.state is OrderState.CONFIRMED and due.left.amount > 0):
        words = _("%(amount)s is to be paid by %(day)s.") % {
            "amount": pages.money(due.left),
            "day": pages.day(due.due_on),
        }
    return OtherWay(path, _("How to pay, and the invoice"), words)


async def page(request: Request) -> Response:
    return await _page(request, await open_order(request, request.path_params["code"]))


async def _page(
    request: Request,
    account: Account,
    typed: Mapping[str, object] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    return pages.render(
        request,
        "invoicing/order.html",
        status,
        account=account,
        taxes=await taxes_of(account),
        accent=account.accent,
        due=await dues.of_order(account),
        terms=await terms.of_event(account.event),
        invoices=await invoices.of_order(account.id),
        way_words=terms.WAYS,
        typed=_EMPTY | (dict(typed) if typed is not None else {"address": account.name}),
        errors=errors or {},
        query=query_of(request),
    )


async def choose(request: Request) -> Response:
    """POST: pay by purchase order, check or transfer."""
    account = await open_order(request, request.path_params["code"])
    async with request.form() as form:
        typed = form
    try:
        chosen = forms.read_choice(typed)
    except Unreadable as error:
        return await _page(request, account, dict(typed), error.errors, error.status)
    await dues.choose(account, chosen, request.state.now, person_of(request))
    words = _("Your places are kept. We sent you a mail with what is to be paid.")
    return pages.redirect(request, order_path(request, account.code), words)


async def bill(request: Request) -> Response:
    """POST: the invoice of an order that was paid by card."""
    account = await open_order(request, request.path_params["code"])
    async with request.form() as form:
        typed = form
    try:
        await billings.bill(account.id, forms.read_billing(typed), request.state.now)
    except Unreadable as error:
        return await _page(request, account, dict(typed), error.errors, error.status)
    path = pages.path_of(request, "order_invoice", code=account.code) + query_of(request)
    return pages.redirect(request, path, _("Here is your invoice."))


async def paper_of(request: Request) -> Response:
    """One invoice of this order as PDF."""
    account = await open_order(request, request.path_params["code"])
    found = await invoices.by_number(request.path_params["number"])
    if found is None or found[0] != account.id:
        raise NotFound
    return await answer([found[1]], found[1].number)


async def answer(of: list[Invoice], name: str) -> Response:
    """Invoices as one PDF, in the language they were issued in."""
    body = await drawing.draw(of)
    headers = {
        "Content-Disposition": f'attachment; filename="invoice-{name}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return Response(body, media_type="application/pdf", headers=headers)


routes = [
    Route("/orders/{code}/invoice", page, methods=["GET"], name="order_invoice"),
    Route("/orders/{code}/invoice", choose, methods=["POST"], name="order_invoice_choose"),
    Route("/orders/{code}/invoice/billing", bill, methods=["POST"], name="order_invoice_bill"),
    Route("/orders/{code}/invoices/{number}.pdf", paper_of, methods=["GET"], name="order_invoice_paper"),
]
