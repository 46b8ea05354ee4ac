"""Organizers' pages of who and what is there, and of what can be booked."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow
from events.core import pages
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.locales import _
from events.people.permissions import EDIT_PROGRAMME, SEE_DRAFT
from events.planning import availability, days, forms, resources
from events.planning.organizing import day_options, event_of, render, rooms_of


async def there(request: Request) -> Response:
    return await _there_page(request, await event_of(request, SEE_DRAFT))


async def add_time(request: Request) -> Response:
    event = await event_of(request, EDIT_PROGRAMME)
    form = await request.form()
    typed = forms.texts(form)
    try:
        person, room = await _whom(event, form)
        hours, on = forms.times(form, ZoneInfo(event.timezone))
        await availability.add(event.id, days.spans(on, hours), person=person, room=room)
    except Unreadable as error:
        return await _there_page(request, event, {**typed, "days": forms.several(form, "days")}, error)
    words = _("Saved. At other times it is a conflict.")
    return pages.redirect(request, f"/organize/events/{event.slug}/planning/availability", words)


async def _whom(event: EventRow, form: FormData) -> tuple[int | None, int | None]:
    """A person's id, or a room's. Raises Unreadable."""
    typed = forms.texts(form)
    name, room = forms.line(typed.get("person", ""))[:200], forms.number(typed.get("room", ""))
    if name and room:
        raise Unreadable({"person": _("Either a person or a room: leave one of them empty.")})
    if name:
        return await availability.person_named(event.id, name), None
    if room not in dict(await rooms_of(event)):
        raise Unreadable({"room": _("Name a person, or choose a room of this event’s venue.")})
    return None, room


async def remove_time(request: Request) -> Response:
    event = await event_of(request, EDIT_PROGRAMME)
    await availability.remove(event.id, request.path_params["availability"])
    return pages.redirect(request, f"/organize/events/{event.slug}/planning/availability", _("Taken away."))


async def _there_page(
    request: Request, event: EventRow, typed: Mapping[str, Any] | None = None, error: Unreadable | None = None
) -> Response:
    asked = request.query_params
    query = forms.line(asked.get("q", ""))[:100]
    kind = asked.get("kind", "") if asked.get("kind", "") in ("person", "room") else ""
    page = max(1, forms.number(asked.get("page", "")[:5]))
    rows, total = await availability.of(event.id, query, kind, page)
    return render(
        request,
        event,
        "availability",
        "availability",
        422 if error else 200,
        rows=rows,
        total=total,
        page=page,
        per_page=availability.PAGE,
        page_count=max(1, -(-total // availability.PAGE)),
        query=query,
        kind=kind,
        fields={"person": "", "room": "", "day": "", "start": "", "end": "", "days": [], **(typed or {})},
        errors=error.errors if error else {},
        rooms=await rooms_of(event),
        day_options=day_options(event),
    )


async def bookable(request: Request) -> Response:
    return await _resources_page(request, await event_of(request, SEE_DRAFT))


async def add_resource(request: Request) -> Response:
    event = await event_of(request, EDIT_PROGRAMME)
    form = await request.form()
    try:
        await resources.add(event.id, *forms.resource(form))
    except Unreadable as error:
        return await _resources_page(request, event, 0, forms.texts(form), error)
    return pages.redirect(request, _resources(event), _("Saved. Sessions can have it now, on their own pages."))


async def change_resource(request: Request) -> Response:
    event = await event_of(request, EDIT_PROGRAMME)
    number: int = request.path_params["resource"]
    if number not in {row["id"] for row in await resources.of(event.id)}:
        raise NotFound
    form = await request.form()
    try:
        await resources.change(event.id, number, *forms.resource(form), forms.seen(form, "kind", "name", "note"))
    except (Unreadable, StaleWrite) as error:
        return await _resources_page(request, event, number, forms.texts(form), error)
    return pages.redirect(request, _resources(event), _("Saved."))


async def remove_resource(request: Request) -> Response:
    event = await event_of(request, EDIT_PROGRAMME)
    await resources.remove(event.id, request.path_params["resource"])
    return pages.redirect(request, _resources(event), _("Taken away, from its sessions too."))


def _resources(event: EventRow) -> str:
    return f"/organize/events/{event.slug}/planning/resources"


async def _resources_page(
    request: Request,
    event: EventRow,
    number: int = 0,
    typed: Mapping[str, str] | None = None,
    error: Unreadable | StaleWrite | None = None,
) -> Response:
    """number: of the resource whose form could not be read or was overtaken; 0 for the new one."""
    return render(
        request,
        event,
        "resources",
        "resources",
        error.status if error else 200,
        resources=await resources.of(event.id),
        kinds=[(kind, str(words)) for kind, words in resources.KINDS.items()],
        kind_words=resources.KINDS,
        number=number,
        typed={"kind": "interpreters", "name": "", "note": "", **(typed or {})},
        errors=error.errors if isinstance(error, Unreadable) else {},
        stale=error if isinstance(error, StaleWrite) else None,
    )


_ROOT = "/organize/events/{slug}/planning"
_TIME, _RESOURCE = _ROOT + "/availability/{availability:int}", _ROOT + "/resources/{resource:int}"
routes = [
    Route(f"{_ROOT}/availability", there, name="organize_availability"),
    Route(f"{_ROOT}/availability", add_time, methods=["POST"], name="organize_availability_add"),
    Route(f"{_TIME}/removal", remove_time, methods=["POST"], name="organize_availability_removal"),
    Route(f"{_ROOT}/resources", bookable, name="organize_resources"),
    Route(f"{_ROOT}/resources", add_resource, methods=["POST"], name="organize_resource_add"),
    Route(_RESOURCE, change_resource, methods=["POST"], name="organize_resource_change"),
    Route(f"{_RESOURCE}/removal", remove_resource, methods=["POST"], name="organize_resource_removal"),
]
