"""The pages of one order for its buyer: pay, tickets, give back; and all orders of a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

import segno
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.core import pages
from events.core.errors import NotFound
from events.core.locales import _
from events.core.logs import log
from events.core.money import Money
from events.people import permissions
from events.people.actors import Actor
from events.registration import (
    accounts,
    cancellations,
    documents,
    holds,
    orders,
    payments,
    queries,
    refund_policies,
    taxes,
)
from events.registration.accounts import Account
from events.registration.shelves import shelves
from events.registration.states import OrderState
from events.registration.stripe_api import Stripe, StripeAway, StripeRefused


@dataclass(frozen=True, slots=True)
class OtherWay:
    """A page beside the order's own, of a higher room. words: what is to be done there; "" for nothing."""

    url: str
    label: str
    words: str = ""


async def order_page(request: Request) -> Response:
    account = await _account(request)
    other = getattr(request.app.state, "other_way", None) if account.total else None
    staff = getattr(request.app.state, "staff_places", None) if account.for_staff else None
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
        query=query_of(request),
        refunds=_refunds(account),
        card=_stripe(request).ready,
        other=await other(request, account) if other else None,
        staff=await staff(request, account) if staff else None,
        taxes=await taxes_of(account),
    )


async def taxes_of(account: Account) -> list[taxes.Part]:
    """The taxes in an order; nothing is asked for an event that never had one."""
    ever = account.total and (await shelves.get(account.event)).taxes.ever
    return await taxes.of_order(account.id) if ever else []


def _refunds(account: Account) -> list[tuple[list[str], list[str]]]:
    """The terms it was bought under: (names of tickets, none where all have the same; sentences)."""
    found: dict[refund_policies.Steps, list[str]] = {}
    for line in account.lines:
        if line.amount and not line.cancelled and line.ticket not in found.setdefault(line.refunds, []):
            found[line.refunds].append(line.ticket)
    return [
        (names if len(found) > 1 else [], refund_policies.words(steps, account.currency, account.starts_on))
        for steps, names in found.items()
    ]


async def ticket_picture(request: Request) -> Response:
    """The code of one ticket as a picture, for a door to read."""
    account = await _account(request)
    wanted = request.path_params["registration"]
    if account.state is not OrderState.CONFIRMED or not any(
        one.code == wanted and not one.cancelled for one in account.attendees
    ):
        raise NotFound
    return draw_ticket(request, wanted)


def draw_ticket(request: Request, wanted: str) -> Response:
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
    if account.source:  # what others tick before, they agree to by taking it
        asked = (await shelves.get(account.event)).documents
        await documents.accept(account.id, [one.id for one in asked if one.required], request.state.now)
    if not account.total.amount:
        await orders.take(account.id, request.state.now)
        return pages.redirect(request, order_path(request, account.code))
    base, query = request.app.state.settings.base_url, query_of(request)
    path = pages.path_of(request, "order", code=account.code)
    paid = pages.path_of(request, "order_paid", code=account.code)
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
    return pages.redirect(request, order_path(request, account.code))


async def release(request: Request) -> Response:
    """POST: give a hold back."""
    account = await _account(request)
    await orders.give_up(account.id, request.state.now, person_of(request))
    return pages.redirect(
        request, order_path(request, account.code), _("Your places are free for others. Nothing was charged.")
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
        by_card=any(row.kind == "payment" and row.source.startswith("checkout-") for row in account.ledger),
        sums={one: Money.sum((back.amount for back in of), account.currency) for one, of in backs.items()},
        errors=errors,
        query=query_of(request),
    )


async def cancel(request: Request) -> Response:
    """POST: give up the places of the people who were ticked."""
    account = await _account(request)
    async with request.form() as form:
        ids = [int(one) for one in form.getlist("registration") if isinstance(one, str) and one.isdecimal()]
    if not ids:
        return _cancellation(request, account, {"registration": _("Tick at least one person.")}, 422)
    known = [one.id for one in account.attendees if one.id in ids]
    back = await cancellations.cancel(
        account, known, request.state.now, _("cancelled by the buyer"), person_of(request)
    )
    words = _("Cancelled. We sent you a mail about it.")
    if back:
        words = _("Cancelled. %(amount)s goes back to the card you paid with.") % {"amount": pages.money(back)}
    return pages.redirect(request, order_path(request, account.code), words)


async def my_orders(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    return pages.render(request, "registration/my_orders.html", orders=await queries.orders_of(actor.id))


async def _account(request: Request) -> Account:
    return await open_order(request, request.path_params["code"])


async def open_order(request: Request, code: str) -> Account:
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


def query_of(request: Request) -> str:
    """What opens the order, to be carried by its links and forms."""
    given = request.query_params.get("key", "")
    return f"?key={given}" if given.isalnum() else ""


def order_path(request: Request, code: str) -> str:
    return f"{pages.path_of(request, 'order', code=code)}?key={orders.secret(code, _key(request))}"


def person_of(request: Request) -> int | None:
    actor: Actor | None = request.state.actor
    return actor.id if actor else None


routes = [
    Route("/orders/{code}", order_page, methods=["GET"], name="order"),
    Route("/orders/{code}/tickets/{registration}.svg", ticket_picture, methods=["GET"], name="ticket_picture"),
    Route("/orders/{code}/checkouts", check_out, methods=["POST"], name="order_checkouts"),
    Route("/orders/{code}/paid", order_paid, methods=["GET"], name="order_paid"),
    Route("/orders/{code}/release", release, methods=["POST"], name="order_release"),
    Route("/orders/{code}/cancellation", cancellation_page, methods=["GET"], name="order_cancellation"),
    Route("/orders/{code}/cancellation", cancel, methods=["POST"], name="order_cancel"),
    Route("/my/orders", my_orders, methods=["GET"], name="my_orders"),
]
