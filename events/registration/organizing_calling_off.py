"""The registrar's page of an event that is cancelled as a whole: the reckoning, then how far it is."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow, event_by_slug
from events.catalogue.states import EventState
from events.core import pages
from events.core.errors import Unreadable
from events.core.locales import _
from events.core.money import Money
from events.people import permissions
from events.people.actors import Actor
from events.registration import calling_off

ALL, LESS, TERMS = "all", "fee", "terms"


async def page(request: Request) -> Response:
    """The reckoning by the rule of the address (?rule=all|fee|terms&fee=25), or how far the work is."""
    event, _actor = await _event(request)
    query = request.query_params
    return await _page(request, event, query.get("rule", ALL), query.get("fee", ""), {})


async def start(request: Request) -> Response:
    """POST: cancel every order. What was reckoned is said once more by the field `orders`: it has to be typed."""
    event, actor = await _event(request)
    async with request.form() as form:
        rule, fee, words = (str(form.get(name, "")) for name in ("rule", "fee", "words"))
        sure = form.get("sure") == "1"
    words = " ".join(words.split())[:1000]
    found = await calling_off.progress(event)
    if found is not None:  # goes on with what is left, by the rule of the first time
        await calling_off.start(event, found.keep, found.words, actor.id, request.state.now)
        return _back(request, event, _("It goes on."))
    errors = {}
    if len(words) < 3:
        errors["words"] = _("Say in a few words why. Everybody reads it.")
    if not sure:
        errors["sure"] = _("Tick this to go on.")
    try:
        keep = _keep(rule, fee, event.currency)
    except Unreadable as error:
        errors |= error.errors
    if errors:
        return await _page(request, event, rule, fee, errors, words, Unreadable.status)
    await calling_off.start(event, keep, words, actor.id, request.state.now)
    return _back(request, event, _("It has begun. You can leave this page."))


async def _page(
    request: Request, event: EventRow, rule: str, fee: str, errors: dict[str, str], words: str = "", status: int = 200
) -> Response:
    found = await calling_off.progress(event)
    reckoned = None
    if found is None:
        try:
            keep = _keep(rule, fee, event.currency)
        except Unreadable as error:
            keep, errors = 0, {**error.errors, **errors}
        reckoned = await calling_off.reckon(event, keep, request.state.now)
    return pages.render(
        request,
        "registration/organizing/calling_off.html",
        status,
        event=event,
        here="orders",
        found=found,
        reckoned=reckoned,
        rule=rule if rule in (ALL, LESS, TERMS) else ALL,
        fee=fee,
        words=words,
        kept=Money(found.keep, event.currency) if found and found.keep else None,
        may_start=event.state == EventState.CANCELLED,
        errors=errors,
        refresh=5 if found and found.state == "running" else 0,
    )


def _keep(rule: str, fee: str, currency: str) -> int | None:
    """Minor units kept of each ticket; None: by the terms of each order. Raises Unreadable."""
    if rule == TERMS:
        return None
    if rule != LESS:
        return 0
    try:
        return Money.read(fee, currency).amount
    except ValueError:
        raise Unreadable({"fee": _("Write an amount, such as 25.00.")}) from None


def _back(request: Request, event: EventRow, notice: str) -> Response:
    return pages.redirect(request, str(pages.path_of(request, "organize_calling_off", slug=event.slug)), notice)


async def _event(request: Request) -> tuple[EventRow, Actor]:
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    actor = permissions.require(
        request.state.actor, permissions.MANAGE_REGISTRATION, event=event.id, unit=event.unit_id
    )
    return event, actor


_PATH = "/organize/events/{slug}/calling-off"
routes = [
    Route(_PATH, page, methods=["GET"], name="organize_calling_off"),
    Route(_PATH, start, methods=["POST"], name="organize_calling_off_start"),
]
