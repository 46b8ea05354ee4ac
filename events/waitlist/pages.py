"""Getting in line, and the page of one's place in it."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow, event_by_slug
from events.catalogue.states import EventState
from events.core import locales, pages
from events.core.access import Limit, limiter_of, network_of
from events.core.errors import DomainError, NotFound, Unreadable
from events.core.locales import _
from events.people.actors import Actor
from events.people.audiences import audience_of
from events.registration import offers, pricing
from events.registration.offers import Offer
from events.registration.order_pages import order_path
from events.registration.pricing import Tariff, Ticket
from events.registration.shelves import shelves
from events.waitlist import entries, forms, rules
from events.waitlist.entries import Entry, InLineAlready, Wish
from events.waitlist.forms import Typed
from events.waitlist.states import MARKS, WORDS, EntryState

JOINING = Limit("getting in line, from a network", "60/hour")
SECRET = {"Cache-Control": "no-store"}


class Shut(DomainError):
    status = 409

    @property
    def title(self) -> str:
        return _("The line is closed")


async def join_page(request: Request) -> Response:
    event, offer = await _shop(request)
    ticket = request.query_params.get("ticket", "")[:12]
    return await _form(request, event, offer, forms.blank(ticket, request.state.actor))


async def join(request: Request) -> Response:
    """POST: get in line, and on to the page of one's place."""
    event, offer = await _shop(request)
    async with request.form() as form:
        typed = forms.read(form)
    actor: Actor | None = request.state.actor
    person = actor.id if actor and actor.email and typed.email.lower() == actor.email else None
    try:
        wanted = forms.wanted(typed, _to_wait_for(offer))
        await _refuse_impossible(request, event, offer, wanted, int(typed.party), person)
        settings = request.app.state.settings
        await limiter_of(request).hit(JOINING, network_of(request, settings.proxies))
        wish = Wish(
            event.id,
            typed.name,
            typed.email,
            person,
            locales.current(),
            wanted,
            int(typed.party),
            typed.together == "1",
        )
        entry = await entries.join(wish, request.state.now)
    except Unreadable as error:
        return await _form(request, event, offer, typed, error.errors, error.status)
    except InLineAlready as error:
        return await _form(request, event, offer, typed, {"email": error.words}, error.status)
    return pages.redirect(
        request, _path(request, entry), _("You are in line. A mail says the same, with the way back here.")
    )


async def _refuse_impossible(
    request: Request, event: EventRow, offer: Offer, wanted: tuple[int, ...], party: int, person: int | None
) -> None:
    """What could never be offered is said at once: an extra without its ticket, what is not for sale to them."""
    audience = await audience_of(person, request.state.now, event.unit_id)
    already = await offers.held(person, event.id) if person is not None else frozenset()
    tariff = Tariff(audience.name, offer.windows, event.timezone, event.currency)
    held = dict.fromkeys(range(-1, party), already) if already else None
    for ticket in wanted:
        quote = pricing.quote([[ticket]] * party, offer.by_id, tariff, request.state.now, held)
        if quote.problems:
            field = "ticket" if ticket == wanted[0] else "others"
            raise Unreadable({field: quote.problems[0].words})


async def entry_page(request: Request) -> Response:
    entry = await _entry(request)
    return pages.render(
        request,
        "waitlist/entry.html",
        headers=SECRET,
        entry=entry,
        parts=await entries.parts(entry.id),
        standing=await entries.standing(entry) if entry.state is EntryState.WAITING else None,
        order_url=order_path(request, entry.order) if entry.order else "",
        words=WORDS,
        marks=MARKS,
        query=f"?{request.url.query}" if request.url.query else "",
    )


async def leave(request: Request) -> Response:
    """POST: out of the line, or what was offered given back."""
    entry = await _entry(request)
    if entry.state in {EntryState.WAITING, EntryState.OFFERED}:
        await entries.leave(entry, request.state.now, request.state.actor.id if request.state.actor else None)
    return pages.redirect(request, _path(request, entry.id), _("You are out of the line."))


async def _shop(request: Request) -> tuple[EventRow, Offer]:
    event = await event_by_slug(request.path_params["slug"])
    if event.state != EventState.ON_SALE or event.over(request.state.now):
        raise Shut(_("Nobody can register for %(event)s now.") % {"event": event.title})
    if (await rules.of(event.id)).shut:
        raise Shut(_("Nobody new gets in line for %(event)s.") % {"event": event.title})
    return event, await shelves.get(event.id)


def _to_wait_for(offer: Offer) -> list[Ticket]:
    """What has an end of places; memberships have none."""
    return [ticket for ticket in offer.tickets if ticket.free is not None and not ticket.grants]


async def _form(
    request: Request,
    event: EventRow,
    offer: Offer,
    typed: Typed,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    actor: Actor | None = request.state.actor
    tickets = _to_wait_for(offer)
    return pages.render(
        request,
        "waitlist/join.html",
        status,
        SECRET,
        event=event,
        typed=typed,
        tickets=[_option(ticket) for ticket in tickets],
        free=[ticket.name for ticket in tickets if str(ticket.id) == typed.ticket and (ticket.free or 0) > 0],
        mine=await entries.of_person(actor.id, event.id) if actor else [],
        link=lambda entry: _path(request, entry),
        hours=(await rules.of(event.id)).hours,
        most=forms.MOST,
        errors=errors or {},
    )


def _option(ticket: Ticket) -> dict[str, Any]:
    there = ticket.free is not None and ticket.free > 0
    return {
        "value": str(ticket.id),
        "label": ticket.name,
        "hint": _("There are places now: you can simply register.") if there else "",
        "side": "",
        "disabled": False,
    }


async def _entry(request: Request) -> Entry:
    """The entry of the address, for who has its link or owns it. Raises NotFound."""
    number: int = request.path_params["entry"]
    entry = await entries.load(number) if number < 2**62 else None
    if entry is None:
        raise NotFound
    key = request.app.state.settings.secret_key.get_secret_value()
    actor: Actor | None = request.state.actor
    if not entries.opens(request.query_params.get("key", ""), number, key) and not (actor and entry.person == actor.id):
        raise NotFound
    return entry


def _path(request: Request, entry: int) -> str:
    key = request.app.state.settings.secret_key.get_secret_value()
    return f"{pages.path_of(request, 'waitlist_entry', entry=entry)}?key={entries.secret(entry, key)}"


routes = [
    Route("/events/{slug}/waitlist", join_page, methods=["GET"], name="waitlist_join"),
    Route("/events/{slug}/waitlist", join, methods=["POST"], name="waitlist_join_post"),
    Route("/waitlist/{entry:int}", entry_page, methods=["GET"], name="waitlist_entry"),
    Route("/waitlist/{entry:int}/leave", leave, methods=["POST"], name="waitlist_leave"),
]
