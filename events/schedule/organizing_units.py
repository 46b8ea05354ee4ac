"""Organizers' pages of units in an event: a unit's own, and staff's of budgets and protected times."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue import queries as catalogue
from events.catalogue.queries import EventRow
from events.core import pages
from events.core.errors import DomainError, Forbidden, StaleWrite, Unreadable
from events.core.locales import _
from events.people import permissions
from events.people import units as all_units
from events.people.permissions import EDIT_PROGRAMME
from events.people.units import UnitRow
from events.planning import budgets, protected_times
from events.schedule import (
    draft_lists,
    editing,
    forms,
    request_forms,
    request_words,
    requests,
    session_forms,
    unit_lists,
)
from events.schedule.editing import Values
from events.schedule.organizing_requests import is_staff


async def _of_staff(request: Request) -> EventRow:
    permissions.require_somewhere(request.state.actor, EDIT_PROGRAMME)
    event = await catalogue.event_by_slug(request.path_params["slug"], drafts=True)
    permissions.require(request.state.actor, EDIT_PROGRAMME, event=event.id, unit=event.unit_id)
    return event


async def _of_unit(request: Request) -> tuple[EventRow, UnitRow]:
    """The event and the unit, for the unit's editors when it has a part in the event, and for staff."""
    actor = permissions.require_somewhere(request.state.actor, EDIT_PROGRAMME)
    event = await catalogue.event_by_slug(request.path_params["slug"], drafts=True)
    unit = await all_units.by_slug(request.path_params["unit"])
    permissions.require(actor, EDIT_PROGRAMME, event=event.id, unit=(event.unit_id, unit.id))
    if not is_staff(actor, event) and unit.id not in await draft_lists.owners(event.id):
        raise Forbidden(_("This unit has no part in this event yet. Ask the event’s staff for slots."))
    return event, unit


async def units(request: Request) -> Response:
    """Every unit with its budget, deadline, protected times and what it filled."""
    event = await _of_staff(request)
    asked = request.query_params
    query, page = request_forms.line(asked, "q"), forms.page(asked)
    which = asked.get("which", "") if asked.get("which", "") in unit_lists.WHICH else ""
    lines, total = await unit_lists.units(event.id, query, which, asked.get("sort", "name"), page)
    return pages.render(
        request,
        "schedule/requests_units.html",
        event=event,
        here="requests",
        lines=lines,
        total=total,
        page=page,
        page_count=max(1, -(-total // unit_lists.PAGE)),
        per_page=unit_lists.PAGE,
        query=query,
        which=which,
        which_options=[
            ("with", _("With a budget")),
            ("without", _("Without a budget")),
            ("over", _("Over the budget")),
        ],
        sort=asked.get("sort", "name"),
    )


async def unit(request: Request) -> Response:
    event, found = await _of_unit(request)
    return await _unit_page(request, event, found)


async def new_session(request: Request) -> Response:
    """A session that a unit asks for: planned, its own, and on to its request."""
    event, found = await _of_unit(request)
    form = session_forms.typed(await request.form())
    try:
        title = request_forms.new_session(form)
        await _require_time_left(request, event, found)
    except DomainError as error:
        return await _unit_page(request, event, found, form, error)
    made = await editing.create(event.id, Values(title=title, unit_id=found.id, state="planned"), request.state.now)
    to = f"/organize/events/{event.slug}/sessions/{made.code}/request"
    return pages.redirect(request, to, _("The session is made. Now say what it needs."))


async def _require_time_left(request: Request, event: EventRow, found: UnitRow) -> None:
    """Raises NotOpen for a unit whose last day is over; staff have no last day."""
    budget = await budgets.of(event.id, found.id)
    if budget and budget.over(request.state.now, event.zone) and not is_staff(request.state.actor, event):
        raise requests.NotOpen(_("The last day for this unit is over. Ask the event’s staff for another session."))


async def _unit_page(
    request: Request,
    event: EventRow,
    found: UnitRow,
    fields: dict[str, str] | None = None,
    error: DomainError | None = None,
) -> Response:
    asked = request.query_params
    query, page, incomplete = request_forms.line(asked, "q"), forms.page(asked), asked.get("which") == "missing"
    sort = asked.get("sort", "title")
    lines, total = await unit_lists.sessions(event.id, found.id, query, incomplete, sort, page)
    budget = await budgets.of(event.id, found.id)
    return pages.render(
        request,
        "schedule/requests_unit.html",
        status=error.status if error else 200,
        event=event,
        here="requests",
        unit=found,
        staff=is_staff(request.state.actor, event),
        budget=budget,
        used=await unit_lists.used(event.id, found.id),
        days_left=budget.days_left(request.state.now, event.zone) if budget else None,
        protected=await protected_times.of(event.id, found.id),
        lines=lines,
        total=total,
        page=page,
        page_count=max(1, -(-total // unit_lists.PAGE)),
        per_page=unit_lists.PAGE,
        query=query,
        which="missing" if incomplete else "",
        sort=sort,
        state_words={one.value: str(words) for one, words in requests.WORDS.items()},
        fields=fields or {},
        errors=error.errors if isinstance(error, Unreadable) else {"": error.words} if error else {},
    )


async def frame(request: Request) -> Response:
    """A unit's budget and protected times, for staff; POST saves the budget."""
    event = await _of_staff(request)
    found = await all_units.by_slug(request.path_params["unit"])
    if request.method != "POST":
        return await _frame_page(request, event, found)
    form = session_forms.typed(await request.form())
    try:
        wanted = request_forms.budget(form)
        await budgets.put(event.id, found.id, request_forms.seen_budget(form), wanted)
    except (Unreadable, StaleWrite) as error:
        return await _frame_page(request, event, found, form, error)
    return pages.redirect(request, _path(event, found, "/budget"), _("Saved."))


async def protect(request: Request) -> Response:
    event = await _of_staff(request)
    found = await all_units.by_slug(request.path_params["unit"])
    form = session_forms.typed(await request.form())
    try:
        title, (starts_at, ends_at) = request_forms.protected(form, event.zone)
    except Unreadable as error:
        return await _frame_page(request, event, found, form, error)
    await protected_times.add(event.id, found.id, title, starts_at, ends_at)
    return pages.redirect(request, _path(event, found, "/budget") + "#protected", _("The time is protected."))


async def unprotect(request: Request) -> Response:
    event = await _of_staff(request)
    found = await all_units.by_slug(request.path_params["unit"])
    await protected_times.remove(event.id, found.id, request.path_params["time"])
    return pages.redirect(request, _path(event, found, "/budget") + "#protected", _("The time is free again."))


async def _frame_page(
    request: Request,
    event: EventRow,
    found: UnitRow,
    form: dict[str, str] | None = None,
    error: DomainError | None = None,
) -> Response:
    held = await budgets.of(event.id, found.id)
    seen: dict[str, Any] = {}
    if held is not None:
        seen = {"slots": held.slots, "due_on": held.due_on or "", "note": held.note}
    return pages.render(
        request,
        "schedule/requests_budget.html",
        status=error.status if error else 200,
        event=event,
        here="requests",
        unit=found,
        seen=seen,
        fields=seen | (form or {}),
        errors=error.errors if isinstance(error, Unreadable) else {},
        stale=error if isinstance(error, StaleWrite) else None,
        used=await unit_lists.used(event.id, found.id),
        protected=await protected_times.of(event.id, found.id),
        label={"slots": _("Slots"), "due_on": _("Last day"), "note": _("Note to the unit")},
        words=request_words,
    )


def _path(event: EventRow, found: UnitRow, rest: str = "") -> str:
    return f"/organize/events/{event.slug}/units/{found.slug}{rest}"


_UNIT = "/organize/events/{slug}/units/{unit}"
routes = [
    Route("/organize/events/{slug}/units", units, name="organize_event_units"),
    Route(_UNIT, unit, name="organize_event_unit"),
    Route(f"{_UNIT}/sessions", new_session, methods=["POST"], name="organize_unit_session"),
    Route(f"{_UNIT}/budget", frame, methods=["GET", "POST"], name="organize_budget"),
    Route(f"{_UNIT}/protected-times", protect, methods=["POST"], name="organize_protected_time"),
    Route(
        _UNIT + "/protected-times/{time:int}/removal",
        unprotect,
        methods=["POST"],
        name="organize_protected_time_removal",
    ),
]
