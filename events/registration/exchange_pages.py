"""A ticket changed into another type: the buyer's choice and its payment, and the registrar's way for the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow, event_by_slug
from events.catalogue.states import EventState
from events.core import locales, pages
from events.core.errors import NotFound, Unreadable
from events.core.locales import _
from events.core.logs import log
from events.people import permissions
from events.people.actors import Actor
from events.registration import accounts, change_rules, exchanges, order_pages, payments
from events.registration.accounts import Account, Attendee, OrderLine
from events.registration.exchanges import Choice, Exchange, NoExchange
from events.registration.order_pages import open_order, order_path, person_of
from events.registration.pricing import Tariff
from events.registration.quotas import SoldOut
from events.registration.shelves import shelves
from events.registration.states import ExchangeState, OrderState
from events.registration.stripe_api import StripeAway, StripeRefused


@dataclass(frozen=True, slots=True)
class Offered:
    """One ticket of somebody, and what it can become: as a form's choices."""

    line: OrderLine
    choices: Sequence[Choice]

    @property
    def options(self) -> list[dict[str, object]]:
        return [
            {
                "value": f"{one.ticket.id}-{one.price.amount}",
                "label": one.ticket.name,
                "hint": " · ".join(part for part in (one.ticket.description.removesuffix("."), one.words) if part),
                "side": side(one),
                "disabled": one.ticket.free is not None and one.ticket.free <= 0,
            }
            for one in self.choices
        ]

    def chosen(self, typed: str) -> Choice:
        """Raises Unreadable for what is not offered, or not at that price any more."""
        ticket, _dash, price = typed.partition("-")
        found = next((one for one in self.choices if str(one.ticket.id) == ticket), None)
        if found is None:
            raise Unreadable({"ticket": _("Choose one of the list.")})
        if str(found.price.amount) != price:
            raise Unreadable({"ticket": _("Its price changed meanwhile. Look at it again.")})
        return found


def side(one: Choice) -> str:
    locale = locales.babel_locale()
    if one.difference.amount > 0:
        return _("%(amount)s more") % {"amount": one.difference.words(locale)}
    if one.back.amount:
        return _("%(amount)s comes back") % {"amount": one.back.words(locale)}
    return _("Nothing to pay") if not one.difference.amount else _("Nothing comes back")


async def offered(account: Account, attendee: Attendee, request: Request) -> list[Offered]:
    """What each live ticket of somebody can become now; nothing for an event whose tickets nobody can buy."""
    event = await event_by_slug(account.slug, drafts=True)
    if event.state != EventState.ON_SALE or event.over(request.state.now):
        return []
    shelf = await shelves.get(account.event)
    tariff = Tariff(account.audience, shelf.windows, account.zone, account.currency)
    lines = [line for line in attendee.lines if not line.cancelled]
    found = [
        Offered(line, exchanges.choices(line, attendee, shelf.tickets, tariff, account.starts_on, request.state.now))
        for line in lines
    ]
    return [one for one in found if one.choices]


def by_card(account: Account) -> bool:
    """Whether its money came by card, or none came yet: then a difference is paid by card as well."""
    paid = [row for row in account.ledger if row.kind == "payment"]
    return all(row.source.startswith("checkout-") for row in paid) and account.balance.amount <= 0


async def waiting(account: Account, registration: int) -> Exchange | None:
    """The exchange of somebody that waits for its payment."""
    return next(
        (
            one
            for one in await exchanges.of_order(account.id)
            if one.registration == registration and one.state is ExchangeState.open
        ),
        None,
    )


async def page(request: Request) -> Response:
    account, attendee = await _ticket(request)
    return await _page(request, account, attendee, {})


async def _page(
    request: Request,
    account: Account,
    attendee: Attendee,
    errors: Mapping[str, str],
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    rules = await change_rules.of(account.event)
    return pages.render(
        request,
        "registration/exchange.html",
        status,
        account=account,
        accent=account.accent,
        attendee=attendee,
        offered=await offered(account, attendee, request),
        open=rules.open(account, request.state.now),
        last_day=rules.last_day(account.starts_on),
        by_card=by_card(account),
        waiting=await waiting(account, attendee.id),
        errors=errors,
        typed=typed or {},
        query=order_pages.query_of(request),
    )


async def begin(request: Request) -> Response:
    """POST: change it at once, or hold the other ticket and go on to pay the difference."""
    account, attendee = await _ticket(request)
    typed = await _typed(request)
    if not (await change_rules.of(account.event)).open(account, request.state.now):
        raise NoExchange(_("The last day for that is over. The registrar can still do it."))
    try:
        line, choice = await _chosen(request, account, attendee, typed)
        if choice.difference.amount > 0 and not by_card(account):
            raise Unreadable({"ticket": _("This order is not paid by card: ask the registrar for a dearer ticket.")})
        made = await exchanges.begin(account, attendee.id, line.id, choice, request.state.now, person_of(request))
    except Unreadable as error:
        return await _page(request, account, attendee, error.errors, typed, error.status)
    except SoldOut as error:
        return await _page(request, account, attendee, {"ticket": error.words}, typed, error.status)
    if made.state is ExchangeState.done:
        notice = _("The ticket is changed. You get a mail.")
        return pages.redirect(request, order_path(request, account.code), notice)
    return await _pay(request, account, attendee, made)


async def pay(request: Request) -> Response:
    """POST: on to the payment page of an exchange that waits."""
    account, attendee = await _ticket(request)
    found = await waiting(account, attendee.id)
    if found is None:
        raise NoExchange(_("Nothing waits to be paid here."))
    return await _pay(request, account, attendee, found)


async def _pay(request: Request, account: Account, attendee: Attendee, exchange: Exchange) -> Response:
    base, query = request.app.state.settings.base_url, order_pages.query_of(request)
    back = pages.path_of(request, "order_ticket_exchange", code=account.code, registration=attendee.code)
    paid = pages.path_of(request, "order_paid", code=account.code)
    joined = f"{query}&" if query else "?"
    to = payments.Pages(paid=f"{base}{paid}{joined}checkout={{CHECKOUT_SESSION_ID}}", back=f"{base}{back}{query}")
    try:
        stripe = request.app.state.stripe
        url = await payments.check_out_difference(account, exchange, stripe, to, request.state.now)
    except (StripeAway, StripeRefused) as error:
        log.error("a checkout could not be opened", order=account.id, exc_info=error)
        notice = _("The payment page did not open. Nothing was charged; the other ticket is still held.")
        return pages.redirect(request, f"{back}{query}", notice)
    return pages.redirect(request, url)


async def withdraw(request: Request) -> Response:
    """POST: keep the old ticket."""
    account, attendee = await _ticket(request)
    found = await waiting(account, attendee.id)
    if found is not None:
        await exchanges.withdraw(account, found.id, request.state.now)
    path = pages.path_of(request, "order_ticket_exchange", code=account.code, registration=attendee.code)
    return pages.redirect(request, f"{path}{order_pages.query_of(request)}", _("The ticket stays as it was."))


async def registrars_page(request: Request) -> Response:
    event, _actor, account, attendee = await _for_registrar(request)
    return await _registrars_page(request, event, account, attendee, {}, {})


async def _registrars_page(
    request: Request,
    event: EventRow,
    account: Account,
    attendee: Attendee,
    errors: Mapping[str, str],
    typed: Mapping[str, str],
    status: int = 200,
) -> Response:
    return pages.render(
        request,
        "registration/organizing/exchange.html",
        status,
        event=event,
        here="orders",
        account=account,
        attendee=attendee,
        offered=await offered(account, attendee, request),
        errors=errors,
        typed=typed,
    )


async def registrars_exchange(request: Request) -> Response:
    """POST: change it at once; a difference is owed, or goes back by the terms."""
    event, actor, account, attendee = await _for_registrar(request)
    typed = await _typed(request)
    try:
        line, choice = await _chosen(request, account, attendee, typed)
        await exchanges.begin(account, attendee.id, line.id, choice, request.state.now, actor.id, wait=False)
    except Unreadable as error:
        return await _registrars_page(request, event, account, attendee, error.errors, typed, error.status)
    except SoldOut as error:
        return await _registrars_page(request, event, account, attendee, {"ticket": error.words}, typed, error.status)
    path = pages.path_of(request, "organize_order", slug=event.slug, code=account.code)
    return pages.redirect(request, path, _("The ticket is changed. The buyer gets a mail."))


async def _chosen(
    request: Request, account: Account, attendee: Attendee, typed: Mapping[str, str]
) -> tuple[OrderLine, Choice]:
    for one in await offered(account, attendee, request):
        if str(one.line.id) == typed.get("line"):
            return one.line, one.chosen(typed.get("ticket", ""))
    raise Unreadable({"ticket": _("This ticket cannot be changed any more.")})


async def _typed(request: Request) -> Mapping[str, str]:
    async with request.form() as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


async def _ticket(request: Request) -> tuple[Account, Attendee]:
    account = await open_order(request, request.path_params["code"])
    return account, _attendee(request, account)


def _attendee(request: Request, account: Account) -> Attendee:
    code = request.path_params["registration"]
    attendee = next((one for one in account.attendees if one.code == code and not one.cancelled), None)
    if attendee is None:
        raise NotFound
    if account.state is not OrderState.CONFIRMED:
        raise NoExchange(_("Only the tickets of a confirmed order can be changed."))
    return attendee


async def _for_registrar(request: Request) -> tuple[EventRow, Actor, Account, Attendee]:
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    actor = permissions.require(
        request.state.actor, permissions.MANAGE_REGISTRATION, event=event.id, unit=event.unit_id
    )
    account = await accounts.by_code(request.path_params["code"])
    if account is None or account.event != event.id:
        raise NotFound
    return event, actor, account, _attendee(request, account)


_PATH = "/orders/{code}/people/{registration}/exchange"
_OFFICE = "/organize/events/{slug}/orders/{code}/people/{registration}/exchange"
routes = [
    Route(_PATH, page, methods=["GET"], name="order_ticket_exchange"),
    Route(_PATH, begin, methods=["POST"], name="order_ticket_exchange_begin"),
    Route(f"{_PATH}/checkouts", pay, methods=["POST"], name="order_ticket_exchange_pay"),
    Route(f"{_PATH}/withdrawal", withdraw, methods=["POST"], name="order_ticket_exchange_withdraw"),
    Route(_OFFICE, registrars_page, methods=["GET"], name="organize_exchange"),
    Route(_OFFICE, registrars_exchange, methods=["POST"], name="organize_exchange_save"),
]
