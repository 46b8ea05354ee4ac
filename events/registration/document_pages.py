"""What buyers agree to, for everybody to read; and where organizers write it."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow, event_by_slug
from events.core import pages
from events.core.errors import NotFound, StaleWrite
from events.core.locales import _
from events.people import permissions
from events.people.actors import Actor
from events.registration import documents
from events.registration.documents import KINDS, Document

LONGEST = 50_000


async def read(request: Request) -> Response:
    """A document as it is now, or in the version of the address: what was accepted can be read for good."""
    event = await event_by_slug(request.path_params["slug"])
    typed = request.query_params.get("version", "")
    version = int(typed) if typed.isdecimal() and len(typed) < 6 else None
    found = await documents.one(event.id, request.path_params["kind"], version)
    if found is None or found.ended:
        raise NotFound
    newest = await documents.one(event.id, found.kind, None)
    return pages.render(request, "registration/document.html", event=event, document=found, newest=newest)


async def page(request: Request) -> Response:
    event, _actor = await _event(request)
    return await _page(request, event)


async def save(request: Request) -> Response:
    """POST: a new version; without a text nobody is asked any more."""
    event, actor = await _event(request)
    async with request.form() as form:
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
    kind, title = typed.get("kind", ""), " ".join(typed.get("title", "").split())[:200]
    text = typed.get("text", "").replace("\r\n", "\n").strip()
    seen = int(typed["seen"]) if typed.get("seen", "").isdecimal() and len(typed["seen"]) < 6 else 0
    errors = {}
    if kind not in KINDS:
        raise NotFound
    if text and len(title) < 3:
        errors[f"{kind}-title"] = _("Write what it is called.")
    if len(text) > LONGEST:
        errors[f"{kind}-text"] = _("This is longer than %(most)s letters.") % {"most": LONGEST}
    if errors:
        return await _page(request, event, typed, errors, 422)
    try:
        version = await documents.write(
            event.id,
            kind,
            title,
            text,
            required=typed.get("required") == "1",
            seen=seen,
            at=request.state.now,
            by=actor.id,
        )
    except StaleWrite as error:
        return await _page(request, event, typed, {f"{kind}-text": error.words}, error.status)
    notice = _("Version %(n)s holds from now on.") % {"n": version} if text else _("Nobody is asked for it any more.")
    return pages.redirect(request, str(pages.path_of(request, "organize_documents", slug=event.slug)), notice)


async def _page(
    request: Request,
    event: EventRow,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    versions: dict[str, list[Document]] = {kind: [] for kind in KINDS}
    for one in await documents.of_event(event.id):
        versions[one.kind].append(one)
    return pages.render(
        request,
        "registration/organizing/documents.html",
        status,
        event=event,
        here="documents",
        kinds=KINDS,
        versions=versions,
        typed=typed or {},
        errors=errors or {},
        longest=LONGEST,
    )


async def _event(request: Request) -> tuple[EventRow, Actor]:
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    actor = permissions.require(
        request.state.actor, permissions.MANAGE_REGISTRATION, event=event.id, unit=event.unit_id
    )
    return event, actor


_PATH = "/organize/events/{slug}/documents"
routes = [Route("/events/{slug}/documents/{kind}", read, methods=["GET"], name="event_document")]
organizing_routes = [
    Route(_PATH, page, methods=["GET"], name="organize_documents"),
    Route(_PATH, save, methods=["POST"], name="organize_save_document"),
]
