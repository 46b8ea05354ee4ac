"""The page of an event: what, when and where first; what it costs you and why; what to do next."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from events.calls import announced
from events.calls.announced import Announced
from events.catalogue import queries, slugs
from events.catalogue.fields import level_words
from events.catalogue.filters import KIND, MODES
from events.catalogue.queries import EventRow
from events.catalogue.states import EventState
from events.core import links, locales, pages
from events.people import blanks, permissions
from events.people.audiences import audience_of
from events.people.blanks import Sheets
from events.schedule import kept_pages
from events.schedule import pages as programme
from events.schedule import queries as schedule
from events.schedule.snapshots import Snapshot
from events.site import offers, structured
from events.site.events import language_name, left_words
from events.site.offers import Price


async def event(request: Request) -> Response:
    found = await queries.event_by_slug(request.path_params["slug"])
    if found.kind == "celebration":
        return RedirectResponse(pages.path_of(request, "celebration", slug=found.slug), 301)
    if answer := slugs.moved(request, found):
        return answer
    at = request.state.now
    snapshot = await schedule.current(found.id)
    price = await offers.price(found.id, found.state, found.timezone, found.currency, at)
    today = at.astimezone(found.zone).date()
    asking = await announced.open_calls(found.id, at)
    if programme.is_nobody(request):
        made_of = (snapshot.token if snapshot else None, price.token if price else None, today, asking)
        key = ("event", found.guid, found.version, found.changed_at, made_of, locales.current())
        return await kept_pages.answer(request, key, at, lambda: _page(request, found, snapshot, asking, price, price))
    yours = price
    if price is not None and request.state.actor is not None:
        audience = await audience_of(request.state.actor.id, at, found.unit_id)
        yours = await offers.price(found.id, found.state, found.timezone, found.currency, at, audience.name)
    may_edit = permissions.can(request.state.actor, permissions.SEE_DRAFT, event=found.id, unit=found.unit_id)
    if pages.NOTICE in request.cookies:
        return _page(request, found, snapshot, asking, price, yours, may_edit)
    anyone = blanks.reader(request)
    tokens = tuple(one.token if one else None for one in (snapshot, price, yours))
    state = (found.version, found.changed_at, tokens, today, asking)
    seen = (found.guid, *state, locales.current(), anyone.state.actor, may_edit)
    words = blanks.words(request.state.actor)
    return _sheets.answer(seen, lambda: _page(anyone, found, snapshot, asking, price, yours, may_edit), words)


_sheets = Sheets()


def _page(
    request: Request,
    event: EventRow,
    snapshot: Snapshot | None,
    asking: Sequence[Announced],
    price: Price | None,
    yours: Price | None,
    may_edit: bool = False,
) -> Response:
    at = request.state.now
    url = links.absolute(event.path)
    listed = [(line.ticket.name, line.amount, line.ticket.free != 0) for line in price.lines] if price else []
    return pages.render(
        request,
        "site/event.html",
        event=event,
        title=event.in_language("title"),
        summary=event.in_language("summary"),
        description=event.in_language("description"),
        price=yours,
        best=yours.best if yours else None,
        left=left_words(yours) if yours else "",
        programme=_programme(snapshot),
        calls=asking,
        over=event.over(at),
        on_sale=event.state == EventState.ON_SALE and not event.over(at),
        kind_name=KIND[event.kind],
        mode_name=MODES[event.mode],
        level_name=level_words(event.level),
        language=language_name(event.language),
        weeks=(event.ends_on - event.starts_on).days // 7 + 1 if event.starts_on and event.ends_on else 0,
        structured=structured.event(event, url, listed),
        url=url,
        may_edit=may_edit,
    )


def _programme(snapshot: Snapshot | None) -> dict[str, int] | None:
    """How big the programme is, in numbers; None before its first release, and of a course, which has no sessions."""
    on = [session for session in snapshot.sessions if not session.cancelled] if snapshot else []
    if snapshot is None or not on:
        return None
    return {
        "sessions": len(on),
        "speakers": len({code for session in on for code, _role in session.people}),
        "tracks": len(snapshot.track),
    }


routes = [Route("/events/{slug}", event, name="event")]
