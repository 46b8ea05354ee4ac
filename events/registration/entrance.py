"""The way to the registration page: past the waiting room of an on-sale rush, where an event has one (`events.lobby`).

Whether it has one stands in what the event sells, which the page reads anyway: without one nothing is asked. Who
changes an order that holds places never waits.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from events.catalogue.queries import EventRow, event_by_slug
from events.catalogue.states import EventState
from events.core.errors import DomainError
from events.lobby import door, waiting
from events.registration.offers import Offer
from events.registration.order_pages import open_order
from events.registration.shelves import shelves
from events.registration.states import OrderState

Page = Callable[[Request], Awaitable[Response]]


def behind_lobby(page: Page) -> Page:
    """The same page, for those whose turn it is."""

    async def entered(request: Request) -> Response:
        event = await event_by_slug(request.path_params["slug"])
        if event.state != EventState.ON_SALE or event.over(request.state.now):
            return await page(request)
        offer = await shelves.get(event.id)
        if offer.lobby is None or await _has_places(request, event):
            return await page(request)
        entry = await door.ask(request, event, offer.lobby)
        if entry.may:
            answer = await page(request)
            if request.method == "POST" and answer.headers.get("location", "").startswith("/orders/"):
                await door.left(request, event, offer.lobby, entry)
        else:
            answer = await waiting.page(request, event, offer.lobby, entry, sold_out=_sold_out(offer))
        door.remember(request, answer, event, entry)
        return answer

    return entered


async def _has_places(request: Request, event: EventRow) -> bool:
    """Whether they come to change an order that holds places: ?again=CODE with what opens it."""
    code = request.query_params.get("again", "")
    if not code:
        return False
    try:
        account = await open_order(request, code)
    except DomainError:
        return False
    return account.event == event.id and account.state is OrderState.HELD


def _sold_out(offer: Offer) -> bool:
    return bool(offer.tickets) and all(ticket.free is not None and ticket.free <= 0 for ticket in offer.tickets)
