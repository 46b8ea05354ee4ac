"""The buyer's pages: choose tickets, the order with its tickets, pay, give back, all orders of a person."""

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

import segno
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow, event_by_slug
from events.catalogue.states import EventState
from events.core import locales, pages
from events.core.errors import DomainError, NotFound
from events.core.locales import _
from events.core.logs import log
from events.core.money import Money
from events.people import permissions
from events.people.actors import Actor
from events.people.audiences import Audience, audience_of
from events.registration import accounts, cancellations, forms, holds, offers, orders, payments, pricing, queries
from events.registration.accounts import Account
from events.registration.forms import Typed
from events.registration.holds import AlreadyPlaced, Basket
from events.registration.offers import Offer
from events.registration.pricing import Quote, Tariff
from events.registration.quotas import SoldOut
from events.registration.states import OrderState
from events.registration.stripe_api import Stripe, StripeAway, StripeRefused


class NotOnSale(DomainError):
    """The event exists, and nobody can register for it now."""

    status = 409

    @property
    def title(self) -> str:
        return _("Registration is not open")


# Choosing


async def register_page(request: Request) -> Response:
    event, offer, audience = await _shop(request)
    account = await _held(request, event)
    typed = (
        forms.again(account)
        if account
        else forms.blank(offer, request.state.actor, request.query_params.get("ticket", ""))
    )
    return _form(request, event, offer, audience, typed)


async def register(request: Request) -> Response:
    """POST: add or take away a person, bring the sum up to date, or place the order."""
    event, offer, audience = await _shop(request)
    async with request.form(max_fields=2000) as form:
        typed = forms.read(form, offer)
        do = _button(form)
    if do == "add":
        mains = [ticket for ticket in offer.tickets if ticket.is_main]
        return _form(request, event, offer, audience, typed.add(str(mains[0].id) if len(mains) == 1 else ""))
    if do.startswith("remove-"):
        return _form(request, event, offer, audience, typed.without(int(do[7:] or -1)))
    quote = _quote(request, event, offer, audience, typed)
    if do == "update":
        return _form(request, event, offer, audience, typed)
    if errors := forms.errors(typed, offer, quote.problems):
        return _form(request, event, offer, audience, typed, errors, 422)
    try:
        code = await _place(request, event, offer, audience, typed, quote)
    except SoldOut as sold_out:
        return _form(
            request,
            event,
            await offers.offer(event.id, _person(request)),
            audience,
            typed,
            _short(typed, offer, sold_out),
            409,
        )
    return pages.redirect(request, _order_path(request, code))


async def _place(
    request: Request, event: EventRow, offer: Offer, audience: Audience, typed: Typed, quote: Quote
) -> str:
    """The code of the order this form makes. Sent again, it is the same order; changed while held, it replaces it."""
    actor: Actor | None = request.state.actor
    attendees = forms.attendees(typed, offer, actor)
    basket = Basket(
        event=event.id,
        name=typed.name or attendees[0].name,
        email=(typed.email or attendees[0].email).lower(),
        person=actor.id if actor else None,
        locale=locales.current(),
        audience=audience.name,
        membership=audience.membership,
        currency=event.currency,
        attendees=attendees,
        lines=quote.lines,
        form_key=typed.form_key,
    )
    try:
        placed = await holds.place(basket, request.state.now)
    except AlreadyPlaced as already:
        account = await accounts.by_code(already.code)
        assert account is not None
        if account.state is not OrderState.HELD:
            return account.code
        placed = await holds.place(basket, request.state.now, replaces=account.id)
    return placed.code


async def _shop(request: Request) -> tuple[EventRow, Offer, Audience]:
    event = await event_by_slug(request.path_params["slug"])
    if event.state != EventState.ON_SALE or event.over(request.state.now):
        raise NotOnSale(_("Nobody can register for %(event)s now.") % {"event": event.title})
    person = _person(request)
    audience = await audience_of(person, request.state.now, event.unit_id)
    return event, await offers.offer(event.id, person), audience


async def _held(request: Request, event: EventRow) -> Account | None:
    """The order somebody wants to change: ?again=CODE with what opens it."""
    code = request.query_params.get("again", "")
    if not code:
        return None
    account = await _open(request, code)
    return account if account.event == event.id and account.state is OrderState.HELD else None


def _quote(request: Request, event: EventRow, offer: Offer, audience: Audience, typed: Typed) -> Quote:
    tariff = Tariff(audience.name, offer.windows, event.timezone, event.currency)
    actor: Actor | None = request.state.actor
    already = {
        number: offer.already
        for number, person in enumerate(typed.people)
        if actor and actor.email and person.email.lower() == actor.email
    }
    return pricing.quote(typed.chosen, offer.by_id, tariff, request.state.now, already)


def _form(
    request: Request,
    event: EventRow,
    offer: Offer,
    audience: Audience,
    typed: Typed,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    tariff = Tariff(audience.name, offer.windows, event.timezone, event.currency)
    at: datetime = request.state.now
    priced = [line for ticket in offer.tickets if (line := pricing.price(ticket, tariff, at)) is not None]
    return pages.render(
        request,
        "registration/register.html",
        status,
        event=event,
        mains=[_option(line) for line in priced if line.ticket.is_main],
        extras=[_option(line, offer) for line in priced if not line.ticket.is_main],
        extras_alone=any(not line.ticket.is_main and line.ticket.requires is None for line in priced)
        or (bool(offer.already) and any(not line.ticket.is_main for line in priced)),
        questions=offer.questions,
        typed=typed,
        quote=_quote(request, event, offer, audience, typed),
        audience=audience,
        errors=errors or {},
        labels=_labels(typed, offer),
        most=forms.MOST_PEOPLE,
        hold_minutes=int(holds.HOLD.total_seconds() // 60),
    )


def _option(line: pricing.Line, offer: Offer | None = None) -> dict[str, Any]:
    """A ticket as a choice: what it is, why it costs what it costs, what is left of it."""
    ticket = line.ticket
    parent = offer.by_id.get(ticket.requires) if offer and ticket.requires else None
    hints = [
        ticket.description,
        line.words if line.amount else "",
        _("%(amount)s less than the nonmember price") % {"amount": line.saved.words(locales.babel_locale())}
        if line.saved
        else "",
        _("Goes with %(ticket)s") % {"ticket": parent.name} if parent else "",
    ]
    if ticket.free is not None and ticket.free <= 0:
        hints.append(_("Sold out"))
    elif ticket.free is not None and ticket.free <= 20:
        hints.append(locales.ngettext("%(n)s place left", "%(n)s places left", ticket.free) % {"n": ticket.free})
    return {
        "value": str(ticket.id),
        "label": ticket.name,
        "hint": " · ".join(hint for hint in hints if hint),
        "side": line.amount.words(locales.babel_locale()) if line.amount else _("Free"),
        "disabled": ticket.free is not None and ticket.free <= 0,
    }


def _labels(typed: Typed, offer: Offer) -> dict[str, str]:
    """The names of the fields, for the summary of errors."""
    names = {"email": _("E-mail for the receipt")}
    for number, person in enumerate(typed.people):
        who = person.name or _("Person %(number)s") % {"number": number + 1}
        for field in ("main", "extra", "name", "email", *(f"q{question.id}" for question in offer.questions)):
            names[f"p{number}-{field}"] = who
    return names


def _short(typed: Typed, offer: Offer, sold_out: SoldOut) -> dict[str, str]:
    """At which fields it is said that places are gone."""
    found: dict[str, str] = {}
    for number, person in enumerate(typed.people):
        for one in person.chosen:
            if sold_out.short.keys() & offer.quotas.get(one, frozenset()):
                found[f"p{number}-{'main' if offer.by_id[one].is_main else 'extra'}"] = sold_out.words
    return found or {"": sold_out.words}


def _button(form: FormData) -> str:
    do = form.get("do", "")
    return (
        do if isinstance(do, str) and (do in {"add", "update"} or (do[:7] == "remove-" and do[7:].isdecimal())) else ""
    )


def _person(request: Request) -> int | None:
    actor: Actor | None = request.state.actor
    return actor.id if actor else None


# The order


async def order_page(request: Request) -> Response:
    account = await _account(request)
    return pages.render(
        request,
        "registration/order.html",
        account=account,
        event=account,
        accent=account.accent,
        clock=holds.visible_until(account.held_until)
        if account.state is OrderState.HELD and account.held_until
        else None,
        lapsed=account.state is OrderState.HELD
        and account.held_until is not None
        and account.held_until <= request.state.now,
        query=_query(request),
        card=_stripe(request).ready,
    )


async def ticket_picture(request: Request) -> Response:
    """The code of one ticket as a picture, for a door to read."""
    account = await _account(request)
    wanted = request.path_params["registration"]
    if account.state is not OrderState.CONFIRMED or not any(
        one.code == wanted and not one.cancelled for one in account.attendees
    ):
        raise NotFound
    # A fixed mask is as readable (ISO/IEC 18004 asks for the best of eight), and a third of the work.
    drawn = segno.make(orders.ticket_mark(wanted, _key(request)), error="m", boost_error=False, micro=False, mask=2)
    picture = BytesIO()
    drawn.save(picture, kind="svg", border=2, light="#fff", xmldecl=False)
    return Response(
        picture.getvalue(), media_type="image/svg+xml", headers={"Cache-Control": "private, max-age=86400, immutable"}
    )


async def check_out(request: Request) -> Response:
    """POST: on to the hosted payment page."""
    account = await _account(request)
    base, query = request.app.state.settings.base_url, _query(request)
    path = request.app.url_path_for("order", code=account.code)
    paid = request.app.url_path_for("order_paid", code=account.code)
    joined = f"{query}&" if query else "?"
    to = payments.Pages(paid=f"{base}{paid}{joined}checkout={{CHECKOUT_SESSION_ID}}", back=f"{base}{path}{query}")
    try:
        url = await payments.check_out(account, _stripe(request), to, request.state.now)
    except (StripeAway, StripeRefused) as error:
        log.error("a checkout could not be opened", order=account.id, exc_info=error)
        notice = _("The payment page did not open. Nothing was charged; your places are still held. Please try again.")
        return pages.redirect(request, f"{path}{query}", notice)
    return pages.redirect(request, url)


async def order_paid(request: Request) -> Response:
    """Where the payment page sends the buyer back to. It asks Stripe what is true, as the webhook does."""
    account = await _account(request)
    checkout = request.query_params.get("checkout", "")
    if any(checkout == one.stripe_id for one in account.checkouts if one.stripe_id):
        try:
            await payments.fulfil(checkout, _stripe(request), request.state.now)
        except (StripeAway, StripeRefused) as error:
            log.warning("a payment will be looked at later", order=account.id, reason=str(error)[:200])
    return pages.redirect(request, _order_path(request, account.code))


async def release(request: Request) -> Response:
    """POST: give a hold back."""
    account = await _account(request)
    await orders.give_up(account.id, request.state.now, _person(request))
    return pages.redirect(
        request, _order_path(request, account.code), _("Your places are free for others. Nothing was charged.")
    )


async def cancellation_page(request: Request) -> Response:
    return _cancellation(request, await _account(request), {})


def _cancellation(request: Request, account: Account, errors: Mapping[str, str], status: int = 200) -> Response:
    if account.state is not OrderState.CONFIRMED:
        raise orders.TooLate(_("Only a confirmed order can be cancelled."), account.state)
    open_ = [one for one in account.attendees if not one.cancelled]
    backs = {one.id: cancellations.preview(account, [one.id], request.state.now) for one in open_}
    return pages.render(
        request,
        "registration/cancellation.html",
        status,
        account=account,
        accent=account.accent,
        attendees=open_,
        backs=backs,
        sums={one: Money.sum((back.amount for back in of), account.currency) for one, of in backs.items()},
        errors=errors,
        query=_query(request),
    )


async def cancel(request: Request) -> Response:
    """POST: give up the places of the people who were ticked."""
    account = await _account(request)
    async with request.form() as form:
        ids = [int(one) for one in form.getlist("registration") if isinstance(one, str) and one.isdecimal()]
    if not ids:
        return _cancellation(request, account, {"registration": _("Tick at least one person.")}, 422)
    known = [one.id for one in account.attendees if one.id in ids]
    back = await cancellations.cancel(account, known, request.state.now, _("cancelled by the buyer"), _person(request))
    words = _("Cancelled. We sent you a mail about it.")
    if back:
        words = _("Cancelled. %(amount)s goes back to the card you paid with.") % {"amount": pages.money(back)}
    return pages.redirect(request, _order_path(request, account.code), words)


async def my_orders(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    return pages.render(request, "registration/my_orders.html", orders=await queries.orders_of(actor.id))


async def _account(request: Request) -> Account:
    return await _open(request, request.path_params["code"])


async def _open(request: Request, code: str) -> Account:
    """An order, for who has its secret or is its owner. Others learn nothing, not even that it exists."""
    actor: Actor | None = request.state.actor
    given = request.query_params.get("key", "")
    code = code[:12].upper()
    opened = orders.opens(given, code, _key(request))
    if not opened and actor is None:
        permissions.signed_in(actor)
    account = await accounts.by_code(code)
    if account is None or not (opened or (actor is not None and actor.id == account.person)):
        raise NotFound
    return account


def _key(request: Request) -> str:
    key: str = request.app.state.settings.secret_key.get_secret_value()
    return key


def _stripe(request: Request) -> Stripe:
    stripe: Stripe = request.app.state.stripe
    return stripe


def _query(request: Request) -> str:
    """What opens the order, to be carried by its links and forms."""
    given = request.query_params.get("key", "")
    return f"?key={given}" if given.isalnum() else ""


def _order_path(request: Request, code: str) -> str:
    return f"{request.app.url_path_for('order', code=code)}?key={orders.secret(code, _key(request))}"


routes = [
    Route("/events/{slug}/register", register_page, methods=["GET"], name="register"),
    Route("/events/{slug}/register", register, methods=["POST"], name="register_post"),
    Route("/orders/{code}", order_page, methods=["GET"], name="order"),
    Route("/orders/{code}/tickets/{registration}.svg", ticket_picture, methods=["GET"], name="ticket_picture"),
    Route("/orders/{code}/checkouts", check_out, methods=["POST"], name="order_checkouts"),
    Route("/orders/{code}/paid", order_paid, methods=["GET"], name="order_paid"),
    Route("/orders/{code}/release", release, methods=["POST"], name="order_release"),
    Route("/orders/{code}/cancellation", cancellation_page, methods=["GET"], name="order_cancellation"),
    Route("/orders/{code}/cancellation", cancel, methods=["POST"], name="order_cancel"),
    Route("/my/orders", my_orders, methods=["GET"], name="my_orders"),
]
