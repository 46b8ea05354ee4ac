"""The registrar's pages: orders as a table and as files, one as a timeline, cancelling with a refund."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from events.catalogue.queries import EventRow, event_by_slug
from events.core import database, pages
from events.core.errors import NotFound, Unreadable
from events.core.locales import _, lazy
from events.core.money import Money
from events.people import permissions
from events.people.actors import Actor
from events.registration import (
    accounts,
    cancellations,
    declarations,
    disputes,
    evidence,
    exemptions,
    offering,
    order_exports,
    order_list,
    order_story,
    saved_lists,
)
from events.registration.accounts import Account
from events.registration.order_list import Filter
from events.registration.order_pages import taxes_of
from events.registration.order_story import Told
from events.registration.pricing import PRICE_WORDS
from events.registration.states import OrderState


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of an order's timeline. amount: what moved on its account, or None."""

    at: datetime
    words: str
    note: str = ""
    amount: Money | None = None


async def _event(request: Request, permission: permissions.Permission) -> tuple[EventRow, Actor]:
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    return event, permissions.require(request.state.actor, permission, event=event.id, unit=event.unit_id)


async def orders(request: Request) -> Response:
    event, actor = await _event(request, permissions.READ_ORDERS)
    return await _orders(request, event, actor, Filter.read(request.query_params), {})


async def _orders(
    request: Request, event: EventRow, actor: Actor, which: Filter, errors: Mapping[str, str], status: int = 200
) -> Response:
    typed = request.query_params.get("page", "1")
    page = max(1, min(int(typed), 100_000)) if typed.isdecimal() and len(typed) < 7 else 1
    found = await order_list.search(event.id, event.currency, which, page)
    return pages.render(
        request,
        "registration/organizing/orders.html",
        status,
        event=event,
        here="orders",
        found=found,
        which=which,
        page=page,
        pages=max(1, -(-found.found // order_list.PAGE)),
        per_page=order_list.PAGE,
        states=[*(state.value for state in OrderState), *([order_list.DISPUTED] if found.disputed else [])],
        tickets=[(ticket.id, ticket.name) for ticket in await offering.tickets(event.id)],
        lists=await saved_lists.of(event.id, actor.id),
        errors=errors,
    )


async def save_list(request: Request) -> Response:
    """POST: keep the filter of the address under a name."""
    event, actor = await _event(request, permissions.READ_ORDERS)
    which = Filter.read(request.query_params)
    async with request.form() as form:
        name, shared = str(form.get("name", "")), form.get("shared") == "1"
    try:
        await saved_lists.save(event.id, actor.id, name, which, shared, request.state.now)
    except Unreadable as error:
        return await _orders(request, event, actor, which, error.errors, error.status)
    path = pages.path_of(request, "organize_orders", slug=event.slug)
    return pages.redirect(request, f"{path}?{which.query}", _("The list is saved."))


async def remove_list(request: Request) -> Response:
    event, actor = await _event(request, permissions.READ_ORDERS)
    await saved_lists.remove(event.id, actor.id, request.path_params["saved"])
    path = pages.path_of(request, "organize_orders", slug=event.slug)
    return pages.redirect(request, str(path), _("The list is taken away; the orders stay."))


async def orders_csv(request: Request) -> Response:
    event, _actor = await _event(request, permissions.READ_ORDERS)
    body = order_exports.as_csv(event.id, event.currency, Filter.read(request.query_params))
    return StreamingResponse(body, media_type="text/csv; charset=utf-8", headers=_attached(f"orders-{event.slug}.csv"))


async def orders_workbook(request: Request) -> Response:
    event, _actor = await _event(request, permissions.READ_ORDERS)
    body = order_exports.as_workbook(event.id, event.currency, Filter.read(request.query_params))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return StreamingResponse(body, media_type=kind, headers=_attached(f"orders-{event.slug}.xlsx"))


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


async def order(request: Request) -> Response:
    event, _actor = await _event(request, permissions.READ_ORDERS)
    return await _order(request, event, await _account(request, event), {})


async def _order(
    request: Request, event: EventRow, account: Account, errors: Mapping[str, str], status: int = 200
) -> Response:
    open_ = [one for one in account.attendees if not one.cancelled]
    may = permissions.can(request.state.actor, permissions.MANAGE_REGISTRATION, event=event.id, unit=event.unit_id)
    labels = await database.rows("SELECT id, label FROM question WHERE event_id = $1 ORDER BY position, id", event.id)
    return pages.render(
        request,
        "registration/organizing/order.html",
        status,
        event=event,
        here="orders",
        account=account,
        audience=PRICE_WORDS[account.audience],
        timeline=timeline(account, await order_story.of(account.id, _tellers(request))),
        declared=await declarations.of_order(account.id),
        exempt=await exemptions.of_order(account.id),
        taxes=await taxes_of(account),
        disputes=await disputes.of_order(account.id),
        questions=[(str(row["id"]), row["label"]) for row in labels],
        attendees=open_ if may and account.state is OrderState.CONFIRMED else [],
        backs={one.id: cancellations.preview(account, [one.id], request.state.now) for one in open_},
        errors=errors,
    )


async def dispute(request: Request) -> Response:
    """What can be said to the bank, to be copied into Stripe's form."""
    event, _actor = await _event(request, permissions.READ_ORDERS)
    account = await _account(request, event)
    found = [one for one in await disputes.of_order(account.id) if one.stripe_id == request.path_params["dispute"]]
    if not found:
        raise NotFound
    return pages.render(
        request,
        "registration/organizing/dispute.html",
        event=event,
        here="orders",
        account=account,
        dispute=found[0],
        fields=evidence.of_dispute(account, found[0], await order_story.of(account.id, _tellers(request))),
    )


async def cancel(request: Request) -> Response:
    """POST: cancel for some people, with what the policy gives back or with everything."""
    event, actor = await _event(request, permissions.MANAGE_REGISTRATION)
    account = await _account(request, event)
    async with request.form() as form:
        ids = [int(one) for one in form.getlist("registration") if isinstance(one, str) and one.isdecimal()]
        reason = " ".join(str(form.get("reason", "")).split())[:200]
        kept = 0 if form.get("back") == "all" else None
    errors = {}
    if not ids:
        errors["registration"] = _("Tick at least one person.")
    if len(reason) < 3:
        errors["reason"] = _("Say in a few words why.")
    if errors:
        return await _order(request, event, account, errors, Unreadable.status)
    known = [one.id for one in account.attendees if one.id in ids]
    back = await cancellations.cancel(account, known, request.state.now, reason, actor.id, kept)
    words = _("Cancelled. %(amount)s goes back.") % {"amount": pages.money(back)}
    path = pages.path_of(request, "organize_order", slug=event.slug, code=account.code)
    return pages.redirect(request, str(path), words)


async def _account(request: Request, event: EventRow) -> Account:
    account = await accounts.by_code(request.path_params["code"][:12].upper())
    if account is None or account.event != event.id:
        raise NotFound
    return account


_STATES = {
    OrderState.HELD: lazy("Held"),
    OrderState.PENDING: lazy("Payment on its way"),
    OrderState.CONFIRMED: lazy("Confirmed"),
    OrderState.EXPIRED: lazy("Expired"),
    OrderState.CANCELLED: lazy("Cancelled"),
}
_REASONS = {
    reason.message: reason
    for reason in (
        lazy("paid"),
        lazy("paid late, and the places were still free"),
        lazy("nothing to pay"),
        lazy("the hold ran out"),
        lazy("chosen again"),
        lazy("the bank declined the payment"),
        lazy("not paid in time"),
        lazy("the amount paid is not what the order costs"),
        lazy("paid after the places were given to others"),
        lazy("paid twice, or after the order was given back"),
        lazy("the dispute is over"),
        lazy("made in Stripe’s own pages"),
    )
}
"""Why the house itself moved an order or sent money back, as it stands in the tables. Other reasons somebody typed."""


def _tellers(request: Request) -> Sequence[order_story.Teller]:
    found: Sequence[order_story.Teller] = getattr(request.app.state, "tellers", ())
    return found


def timeline(account: Account, told: Sequence[Told] = ()) -> list[Happening]:
    """What happened to an order, in words and money, the oldest first; `told`: beside what the account has. Pure."""
    kinds = {
        "charge": _("Charged"),
        "payment": _("Paid"),
        "refund": _("Given back"),
        "waiver": _("Waived"),
        "fee": _("Kept for handling"),
        "dispute": _("Taken back by the buyer’s bank"),
        "dispute_won": _("Given to us again by the buyer’s bank"),
        "write_off": _("Written off"),
    }
    found = [
        Happening(account.created_at, _("Places held for %(name)s") % {"name": account.name}, amount=account.total)
    ]
    found += [
        Happening(
            move.moved_at,
            _("%(old)s → %(new)s") % {"old": _STATES[OrderState(move.old)], "new": _STATES[OrderState(move.new)]},
            " · ".join(part for part in (str(_REASONS.get(move.reason, move.reason)), move.by) if part),
        )
        for move in account.moves
    ]
    found += [
        Happening(
            one.created_at,
            _("Payment page %(number)s opened") % {"number": one.attempt},
            " ".join(
                part for part in (one.state, one.paid_with, one.last4 and f"•••• {one.last4}", one.stripe_id) if part
            ),
        )
        for one in account.checkouts
    ]
    found += [Happening(row.booked_at, kinds.get(row.kind, row.kind), row.source, row.amount) for row in account.ledger]
    found += [
        Happening(
            one.requested_at, _("Refund asked for"), f"{_REASONS.get(one.reason, one.reason)} · {one.state}", one.amount
        )
        for one in account.refunds
    ]
    found += [Happening(one.at, one.words, one.note) for one in told]
    return sorted(found, key=lambda happening: happening.at)


_ROOT = "/organize/events/{slug}/orders"
routes = [
    Route(_ROOT, orders, methods=["GET"], name="organize_orders"),
    Route("/organize/events/{slug}/orders.csv", orders_csv, methods=["GET"], name="organize_orders_csv"),
    Route("/organize/events/{slug}/orders.xlsx", orders_workbook, methods=["GET"], name="organize_orders_workbook"),
    Route(f"{_ROOT}/lists", save_list, methods=["POST"], name="organize_save_list"),
    Route(f"{_ROOT}/lists/{{saved:int}}/removal", remove_list, methods=["POST"], name="organize_remove_list"),
    Route(f"{_ROOT}/{{code}}", order, methods=["GET"], name="organize_order"),
    Route(f"{_ROOT}/{{code}}/disputes/{{dispute}}", dispute, methods=["GET"], name="organize_dispute"),
    Route(f"{_ROOT}/{{code}}/cancellations", cancel, methods=["POST"], name="organize_cancel"),
]
