"""What every page that sells does: look up what is sold to whom, price what was chosen, place the order."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from starlette.requests import Request

from events.catalogue.queries import EventRow, event_by_slug
from events.catalogue.states import EventState
from events.core import locales
from events.core.access import limiter_of, network_of
from events.core.errors import DomainError
from events.core.locales import _
from events.people.actors import Actor
from events.people.audiences import Audience, audience_of
from events.registration import accounts, declarations, discounts, holds, joining, offers, vouchers
from events.registration.declarations import Declared
from events.registration.forms import Typed
from events.registration.holds import AlreadyPlaced, Attendee, Basket
from events.registration.offers import Offer
from events.registration.order_pages import person_of
from events.registration.pricing import Quote, Tariff
from events.registration.shelves import shelves
from events.registration.states import OrderState
from events.registration.vouchers import Buyer, Found

Beside = Callable[[int], Awaitable[None]]


class NotOnSale(DomainError):
    """The event exists, and nobody can register for it now."""

    status = 409

    @property
    def title(self) -> str:
        return _("Registration is not open")


async def shop(request: Request) -> tuple[EventRow, Offer, Audience]:
    """The event of the address, what it sells, and whose prices hold for who asks. Raises NotOnSale."""
    event = await event_by_slug(request.path_params["slug"])
    if event.state != EventState.ON_SALE or event.over(request.state.now):
        raise NotOnSale(_("Nobody can register for %(event)s now.") % {"event": event.title})
    person = person_of(request)
    audience = await audience_of(person, request.state.now, event.unit_id)
    offer = await shelves.get(event.id)
    if person is not None and (already := await offers.held(person, event.id)):
        offer = replace(offer, already=already)
    return event, offer, audience


async def by_code(request: Request, event: EventRow, offer: Offer, typed: Typed) -> tuple[Offer, Found]:
    """The offer with what the typed code opens, and what the code is. Nothing is asked where none was typed."""
    if not typed.voucher:
        return offer, vouchers.NONE
    actor: Actor | None = request.state.actor
    emails = {typed.email or typed.people[0].email, actor.email if actor else ""}
    buyer = Buyer(frozenset(one.lower() for one in emails if one), actor.id if actor else None, typed.form_key)
    network = network_of(request, request.app.state.settings.proxies)
    found = await vouchers.find(
        event.id, event.timezone, typed.voucher, buyer, limiter_of(request), network, request.state.now
    )
    return await vouchers.shown(event.id, offer, found)


def paying(offer: Offer, audience: Audience, typed: Typed) -> str:
    """Whose price this form gets: of who joins with it or declares something, that from now on."""
    declared = typed.declared if typed.declared in declarations.kinds(offer, audience) else ""
    return declarations.audience_with(audience, joining.granted(offer, typed.join), declared)


def quote(
    request: Request, event: EventRow, offer: Offer, audience: Audience, typed: Typed, found: Found = vouchers.NONE
) -> Quote:
    """What is chosen, priced for who asks."""
    tariff = Tariff(paying(offer, audience, typed), offer.windows, event.timezone, event.currency)
    actor: Actor | None = request.state.actor
    already = {
        number: offer.already
        for number, person in enumerate(typed.people)
        if actor and actor.email and person.email.lower() == actor.email
    }
    if offer.already:
        already[-1] = offer.already
    return discounts.quote(typed.chosen, offer.by_id, tariff, request.state.now, already, found.discount, offer.group)


async def place(
    request: Request,
    event: EventRow,
    offer: Offer,
    audience: Audience,
    typed: Typed,
    attendees: Sequence[Attendee],
    quote: Quote,
    found: Found,
    beside: Beside | None = None,
) -> str:
    """The code of the order this form makes. Sent again, it is the same order; changed while held, it replaces it.

    beside   an institution buys: what it writes beside the order (`holds.place`)
    """
    actor: Actor | None = request.state.actor
    basket = Basket(
        event=event.id,
        name=typed.name or attendees[0].name,
        email=(typed.email or attendees[0].email).lower(),
        person=actor.id if actor else None,
        locale=locales.current(),
        audience=(paid := paying(offer, audience, typed)),
        membership=audience.membership,
        currency=event.currency,
        attendees=attendees,
        lines=quote.lines,
        form_key=typed.form_key,
        code=found.code if any(line.voucher for line in quote.lines) else None,
        for_staff=beside is not None,
        accepted=[one.id for one in offer.documents if one.id in typed.accepted or (beside and one.required)],
        declared=Declared(typed.declared, typed.declared_words) if paid.startswith("declared_") else None,
    )
    code, held = "", None
    for _click in range(3):
        try:
            return (await holds.place(basket, request.state.now, replaces=held, beside=beside)).code
        except AlreadyPlaced as already:
            account = await accounts.by_code(already.code)
            assert account is not None
            code, held = account.code, account.id
            if account.state is not OrderState.HELD:
                break
    return code  # of a form that came several times at once, what another of them holds is as good
