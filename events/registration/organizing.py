"""Organizers' pages about what is sold: ticket types with their prices, windows, quotas, questions."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow, event_by_slug
from events.core import pages
from events.core.errors import NotFound, Unreadable
from events.core.locales import _
from events.core.money import Money
from events.people import permissions
from events.people.actors import Actor
from events.registration import (
    document_pages,
    offering,
    offers,
    organizing_allotments,
    organizing_calling_off,
    organizing_declarations,
    organizing_desk,
    organizing_questions,
    organizing_refunds,
    organizing_requests,
    organizing_taxes,
    organizing_unregistered,
    organizing_vouchers,
    quotas,
    registrar,
)
from events.registration.offering import AUDIENCES, TicketRow
from events.registration.organizing_forms import (
    GRANTED,
    KINDS,
    MODES,
    QuotaForm,
    TicketForm,
    event_days,
    read_windows,
)
from events.registration.pricing import PRICE_WORDS


class Filled(dict[str, Any]):
    """What a form's fields hold; one that holds nothing is empty, not an error."""

    def __missing__(self, name: str) -> str:
        return ""


async def _event(request: Request) -> tuple[EventRow, Actor]:
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    actor = permissions.require(
        request.state.actor, permissions.MANAGE_REGISTRATION, event=event.id, unit=event.unit_id
    )
    return event, actor


async def overview(request: Request) -> Response:
    event, _actor = await _event(request)
    return await _overview(request, event, {}, {})


async def _overview(
    request: Request, event: EventRow, errors: Mapping[str, str], typed: Mapping[str, Any], status: int = 200
) -> Response:
    return pages.render(
        request,
        "registration/organizing/tickets.html",
        status,
        event=event,
        here="tickets",
        tickets=await offering.tickets(event.id),
        windows=await offering.windows(event.id),
        quotas=await offering.quotas(event.id),
        questions=(await offers.offer(event.id)).questions,
        kinds=KINDS,
        audiences=AUDIENCES,
        words=PRICE_WORDS,
        money_of=lambda amount: Money(amount, event.currency),
        errors=Filled(errors),
        typed=Filled(typed),
    )


async def windows(request: Request) -> Response:
    """POST: the price windows of the event."""
    event, _actor = await _event(request)
    async with request.form() as form:
        try:
            await offering.save_windows(event.id, read_windows(form, await offering.windows(event.id)))
        except Unreadable as error:
            return await _overview(request, event, error.errors, _kept(form), 422)
    return _back(request, event, _("The price windows are saved."))


async def new_quota(request: Request) -> Response:
    event, _actor = await _event(request)
    async with request.form() as form:
        try:
            read = QuotaForm.read(form)
            await quotas.create(event.id, read.name, read.capacity)
        except Unreadable as error:
            found = {f"quota-{name}": words for name, words in error.errors.items()}
            return await _overview(request, event, found, _kept(form), 422)
    return _back(request, event, _("The quota is made."))


async def quota(request: Request) -> Response:
    """POST: another capacity or extra places, with the reason."""
    event, actor = await _event(request)
    known = {one.id: one for one in await offering.quotas(event.id)}
    number = int(request.path_params["quota"])
    if number not in known:
        raise NotFound
    async with request.form() as form:
        try:
            read = QuotaForm.read(form)
            if len(read.reason) < 3:
                raise Unreadable({"reason": _("Say in a few words why.")})
        except Unreadable as error:
            found = {f"quota-{number}-{name}": words for name, words in error.errors.items()}
            return await _overview(request, event, found, {"quota": number, **_kept(form)}, 422)
    await quotas.change(number, read.capacity, read.overbook, read.reason, actor.id, request.state.now)
    return _back(request, event, _("%(quota)s is saved.") % {"quota": known[number].name})


async def ticket_page(request: Request) -> Response:
    event, _actor = await _event(request)
    ticket = await _ticket(request, event)
    return await _ticket_form(request, event, ticket, {}, None)


async def save_ticket(request: Request) -> Response:
    """POST: a new ticket type, or a changed one with its prices."""
    event, _actor = await _event(request)
    ticket = await _ticket(request, event)
    async with request.form() as form:
        try:
            read = TicketForm.read(form)
            values = read.values(event, await offering.windows(event.id), form)
            await offering.save_ticket(event.id, ticket.id if ticket else None, values, read.version)
        except Unreadable as error:
            return await _ticket_form(request, event, ticket, error.errors, form, 422)
    return _back(request, event, _("%(ticket)s is saved.") % {"ticket": values.name})


async def _ticket(request: Request, event: EventRow) -> TicketRow | None:
    number = request.path_params.get("ticket")
    if number is None:
        return None
    found = next((one for one in await offering.tickets(event.id) if one.id == int(number)), None)
    if found is None:
        raise NotFound
    return found


async def _ticket_form(
    request: Request,
    event: EventRow,
    ticket: TicketRow | None,
    errors: Mapping[str, str],
    typed: FormData | None,
    status: int = 200,
) -> Response:
    windows_, quotas_ = await offering.windows(event.id), await offering.quotas(event.id)
    others = [one for one in await offering.tickets(event.id) if ticket is None or one.id != ticket.id]
    return pages.render(
        request,
        "registration/organizing/ticket.html",
        status,
        event=event,
        here="tickets",
        ticket=ticket,
        values=Filled(_typed_ticket(typed) if typed is not None else _stored_ticket(ticket, event)),
        windows=windows_,
        quotas=quotas_,
        quota_options=[(one.id, one.name) for one in quotas_],
        sessions=await offering.ticketed_sessions(event.id),
        others=[(one.id, one.name) for one in others],
        day_options=[(day, pages.short_day(date.fromisoformat(day))) for day in event_days(event)],
        kinds=[(kind, str(words)) for kind, words in KINDS.items()],
        modes=[(mode, str(words)) for mode, words in MODES.items()],
        granted=[(audience, str(PRICE_WORDS[audience])) for audience in GRANTED],
        audiences=[(audience, str(PRICE_WORDS[audience])) for audience in AUDIENCES],
        errors=Filled(errors),
    )


def _typed_ticket(typed: FormData) -> dict[str, Any]:
    values: dict[str, Any] = _kept(typed)
    for name in ("quotas", "days", "modes"):
        values[name] = [one for one in typed.getlist(name) if isinstance(one, str)]
    return values


def _stored_ticket(ticket: TicketRow | None, event: EventRow) -> dict[str, Any]:
    """The stored values as the form's fields hold them."""
    if ticket is None:
        return {"kind": "full", "min_per_order": 1, "max_per_order": 10, "position": 0, "version": 0}
    values: dict[str, Any] = {
        name: getattr(ticket, name)
        for name in (
            "name",
            "description",
            "kind",
            "session",
            "requires",
            "min_per_order",
            "max_per_order",
            "position",
            "version",
        )
    }
    for name in ("sale_from", "sale_until"):
        moment = getattr(ticket, name)
        values[name] = moment.astimezone(event.zone).strftime("%Y-%m-%dT%H:%M") if moment else ""
    values |= {
        "hidden": "1" if ticket.hidden else "",
        "quotas": sorted(ticket.quotas),
        "granted": (ticket.grants or {}).get("audience", ""),
        "months": (ticket.grants or {}).get("months", ""),
        "days": list(ticket.admits.get("days", ())),
        "modes": list(ticket.admits.get("modes", ())),
    }
    for (audience, window), amount in ticket.prices.items():
        values[f"price-{audience}-{window or 0}"] = Money(amount, event.currency).plain
    return values


def _kept(form: FormData) -> dict[str, Any]:
    """What was typed, for the page that comes back."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _back(request: Request, event: EventRow, notice: str) -> Response:
    return pages.redirect(request, pages.path_of(request, "organize_tickets", slug=event.slug), notice)


_ROOT = "/organize/events/{slug}/tickets"
routes = [
    Route(_ROOT, overview, methods=["GET"], name="organize_tickets"),
    Route(f"{_ROOT}/windows", windows, methods=["POST"], name="organize_windows"),
    Route(f"{_ROOT}/quotas", new_quota, methods=["POST"], name="organize_new_quota"),
    Route(f"{_ROOT}/quotas/{{quota:int}}", quota, methods=["POST"], name="organize_quota"),
    Route(f"{_ROOT}/new", ticket_page, methods=["GET"], name="organize_new_ticket"),
    Route(f"{_ROOT}/new", save_ticket, methods=["POST"], name="organize_make_ticket"),
    Route(f"{_ROOT}/{{ticket:int}}", ticket_page, methods=["GET"], name="organize_ticket"),
    Route(f"{_ROOT}/{{ticket:int}}", save_ticket, methods=["POST"], name="organize_save_ticket"),
    *registrar.routes,
    *organizing_unregistered.routes,
    *organizing_refunds.routes,
    *organizing_calling_off.routes,
    *organizing_desk.routes,
    *organizing_requests.routes,
    *organizing_questions.routes,
    *document_pages.organizing_routes,
    *organizing_declarations.routes,
    *organizing_vouchers.routes,
    *organizing_taxes.routes,
    *organizing_allotments.routes,
]
