"""The registrar's page of buyers who said to be students or retired, and answering them."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow, event_by_slug
from events.core import pages
from events.core.errors import NotFound
from events.core.locales import _
from events.people import permissions
from events.people.actors import Actor
from events.registration import declarations
from events.registration.declarations import KINDS, PAGE, Answered
from events.registration.states import DECLARATION_MOVES, DeclarationState


async def page(request: Request) -> Response:
    event, _actor = await _event(request)
    return await _page(request, event)


async def answer(request: Request) -> Response:
    """POST: accept one, or refuse it with a reason that its buyer gets by mail."""
    event, actor = await _event(request)
    number: int = request.path_params["declaration"]
    if number > 2**62 or not await declarations.is_of(event.id, number):
        raise NotFound
    async with request.form() as form:
        accepted, words = form.get("do") == "accept", " ".join(str(form.get("answer", "")).split())[:300]
    if not accepted and len(words) < 3:
        return await _page(request, event, {f"{number}-answer": _("Say in a few words why.")}, words, 422)
    new = DeclarationState.accepted if accepted else DeclarationState.refused
    try:
        await declarations.answer(event.id, number, new, words, request.state.now, actor.id)
    except Answered as error:
        return await _page(request, event, {f"{number}-answer": error.words}, words, error.status)
    notice = _("Accepted.") if accepted else _("Refused. They get a mail.")
    return pages.redirect(request, str(pages.path_of(request, "organize_declarations", slug=event.slug)), notice)


async def _page(
    request: Request, event: EventRow, errors: Mapping[str, str] | None = None, kept: str = "", status: int = 200
) -> Response:
    query = request.query_params
    state = query.get("state", "") if query.get("state", "") in DeclarationState.__members__ else ""
    words, typed = query.get("q", "").strip()[:100], query.get("page", "1")
    number = max(1, int(typed)) if typed.isdecimal() and len(typed) < 7 else 1
    found, total = await declarations.of_event(event.id, state, words, number)
    return pages.render(
        request,
        "registration/organizing/declarations.html",
        status,
        event=event,
        here="declarations",
        found=found,
        total=total,
        counts=await declarations.counts(event.id),
        kinds=KINDS,
        moves=DECLARATION_MOVES,
        words=words,
        state=state,
        page=number,
        page_count=max(1, -(-total // PAGE)),
        per_page=PAGE,
        errors=errors or {},
        kept=kept,
    )


async def _event(request: Request) -> tuple[EventRow, Actor]:
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    actor = permissions.require(
        request.state.actor, permissions.MANAGE_REGISTRATION, event=event.id, unit=event.unit_id
    )
    return event, actor


_PATH = "/organize/events/{slug}/declarations"
routes = [
    Route(_PATH, page, methods=["GET"], name="organize_declarations"),
    Route(f"{_PATH}/{{declaration:int}}", answer, methods=["POST"], name="organize_declaration"),
]
