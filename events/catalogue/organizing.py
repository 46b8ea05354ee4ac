"""Organizers' pages of the catalogue: the events one may see, making one of each kind, changing it, moving it on."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from events.catalogue import drafts, editing, queries
from events.catalogue.fields import ACCENTS, LEVELS, REMINDERS
from events.catalogue.filters import KIND, MODES
from events.catalogue.forms import FORMS, EventForm
from events.catalogue.queries import EventRow
from events.catalogue.states import MOVES, NAMES, EventState
from events.core import pages
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.locales import Lazy, _, lazy
from events.people import permissions
from events.people.permissions import CREATE_EVENT, EDIT_EVENT, PUBLISH, SEE_DRAFT

LABELS: dict[str, Lazy] = {
    "title": lazy("Title"),
    "slug": lazy("Address"),
    "summary": lazy("In one sentence"),
    "description": lazy("Description"),
    "unit": lazy("Unit"),
    "unit_id": lazy("Unit"),
    "mode": lazy("How"),
    "venue": lazy("Venue"),
    "venue_id": lazy("Venue"),
    "timezone": lazy("Time zone"),
    "starts_on": lazy("First day"),
    "ends_on": lazy("Last day"),
    "starts_at": lazy("Begins"),
    "ends_at": lazy("Ends"),
    "day": lazy("Day"),
    "begins": lazy("Begins at"),
    "minutes": lazy("Minutes"),
    "second": lazy("Which of the two"),
    "language": lazy("Language"),
    "level": lazy("Level"),
    "topics": lazy("Topics"),
    "accent": lazy("Colour"),
    "currency": lazy("Currency"),
    "join_link": lazy("Join link"),
    "contact_email": lazy("Address for questions"),
    "reminder_minutes": lazy("Reminders"),
    "dates": lazy("How the dates come about"),
    "rule": lazy("Rule"),
    "duration_days": lazy("Days"),
    "base": lazy("Counted from"),
    "offset_days": lazy("Days after it"),
    "listed": lazy("Dates"),
    "resources": lazy("To celebrate with"),
}


async def events(request: Request) -> Response:
    """The events this person organizes, the next ones first."""
    actor = permissions.require_somewhere(request.state.actor, SEE_DRAFT)
    q = request.query_params.get("q", "").replace("\0", "").strip()[:100]
    page = request.query_params.get("page", "1")
    found = await drafts.events(
        permissions.reach(actor, SEE_DRAFT),
        q,
        int(page) if page.isdecimal() and len(page) < 6 else 1,
        request.state.now,
    )
    return pages.render(
        request,
        "catalogue/organize_events.html",
        found=found,
        q=q,
        kind_name=KIND,
        state_name=NAMES,
        may_create=permissions.somewhere(actor, CREATE_EVENT),
        may_edit_venues=permissions.can(actor, permissions.EDIT_VENUES),
    )


async def new(request: Request) -> Response:
    """First which kind, then its form."""
    permissions.require_somewhere(request.state.actor, CREATE_EVENT)
    kind = request.query_params.get("kind", "")
    if kind not in FORMS:
        return pages.render(request, "catalogue/new_event.html", kinds=KIND)
    return await _form(request, kind, drafts.blank(kind))


async def create(request: Request) -> Response:
    permissions.require_somewhere(request.state.actor, CREATE_EVENT)
    typed = await request.form()
    form = _kind(typed)
    try:
        values = form.read(typed).values()
        actor = permissions.require(request.state.actor, CREATE_EVENT, unit=values.unit_id)
        await drafts.check(values)
        made = await editing.create(values, request.state.now)
    except Unreadable as error:
        return await _form(request, form.kind, drafts.as_typed(typed), error.errors, status=422)
    event = await queries.event_by_slug(made.slug, drafts=True)
    seen = permissions.can(actor, SEE_DRAFT, event=event.id, unit=event.unit_id)
    return pages.redirect(
        request, f"/organize/events/{made.slug}/edit" if seen else "/organize/events", _("The draft is saved.")
    )


async def edit(request: Request) -> Response:
    event = await queries.event_by_slug(request.path_params["slug"], drafts=True)
    permissions.require(request.state.actor, EDIT_EVENT, event=event.id, unit=event.unit_id)
    if event.slug != request.path_params["slug"]:
        return RedirectResponse(f"/organize/events/{event.slug}/edit", 303)
    if request.method != "POST":
        return await _form(request, event.kind, await drafts.typed_of(event), event=event)
    typed = await request.form()
    version = _number(typed.get("version"))
    try:
        values = FORMS[event.kind].read(typed).values()
        if values.unit_id != event.unit_id:
            permissions.require(request.state.actor, EDIT_EVENT, unit=values.unit_id)
        await drafts.check(values)
        written = await editing.edit(event.id, version, values, request.state.now)
    except Unreadable as error:
        kept = drafts.as_typed(typed) | {"version": version}
        return await _form(request, event.kind, kept, error.errors, event=event, status=422)
    except StaleWrite as error:
        queries.forget(event.slug)
        now = await queries.event_by_slug(event.slug, drafts=True)
        kept = drafts.as_typed(typed) | {"version": now.version}
        return await _form(request, event.kind, kept, event=now, stale=_both(error), status=409)
    return pages.redirect(request, f"/organize/events/{written.slug}/edit", _("Saved."))


async def move(request: Request) -> Response:
    """Announce, open or close sales, postpone, cancel, archive."""
    event = await queries.event_by_slug(request.path_params["slug"], drafts=True)
    actor = permissions.require(request.state.actor, PUBLISH, event=event.id, unit=event.unit_id)
    typed = await request.form()
    state = str(typed.get("state", ""))
    if state not in set(EventState):
        raise NotFound
    try:
        new = await editing.move(
            event.id, _number(typed.get("version")), EventState(state), request.state.now, actor.id
        )
    except StaleWrite:
        queries.forget(event.slug)
        now = await queries.event_by_slug(event.slug, drafts=True)
        differs = [(_("State"), str(NAMES[EventState(now.state)]), str(NAMES[EventState(state)]))]
        return await _form(request, now.kind, await drafts.typed_of(now), event=now, stale=differs, status=409)
    return pages.redirect(
        request, f"/organize/events/{event.slug}/edit", _("The event is now: %(state)s.") % {"state": NAMES[new]}
    )


async def _form(
    request: Request,
    kind: str,
    typed: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    *,
    event: EventRow | None = None,
    stale: Sequence[tuple[str, str, str]] = (),
    status: int = 200,
) -> Response:
    actor = request.state.actor
    moves = []
    if event is not None and permissions.can(actor, PUBLISH, event=event.id, unit=event.unit_id):
        moves = [state for state in EventState if state in MOVES[EventState(event.state)]]
    reach = permissions.reach(actor, CREATE_EVENT if event is None else EDIT_EVENT)
    context: dict[str, Any] = {} if event is None else {"event": event, "here": "event"}
    return pages.render(
        request,
        "catalogue/event_form.html",
        status,
        kind=kind,
        kind_name=KIND[kind],
        typed=typed,
        errors=dict(errors or {}),
        stale=stale,
        labels={name: str(label) for name, label in LABELS.items()},
        units=await drafts.units(reach, event.unit_id if event else None),
        venues=await drafts.venues(),
        celebrations=await drafts.celebrations(event.id if event else None) if kind == "celebration" else [],
        modes=[(mode, str(MODES[mode])) for mode in ("in_person", "virtual", "hybrid")],
        levels=[(level, str(name)) for level, name in LEVELS.items()],
        accents=[(accent, str(name)) for accent, name in ACCENTS.items()],
        reminders=[(str(minutes), str(name)) for minutes, name in REMINDERS.items()],
        zones=[(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone],
        moves=moves,
        state_name=NAMES,
        danger=(EventState.CANCELLED, EventState.POSTPONED),
        **context,
    )


def _kind(typed: FormData) -> type[EventForm]:
    kind = typed.get("kind")
    if not isinstance(kind, str) or kind not in FORMS:
        raise NotFound
    return FORMS[kind]


def _number(value: object) -> int:
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 10 else 0


def _both(error: StaleWrite) -> list[tuple[str, str, str]]:
    """(label, theirs, yours) of every field that differs."""
    return [(str(LABELS[name]), _shown(error.theirs[name]), _shown(yours)) for name, yours in error.yours.items()]


def _shown(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return "–" if value in (None, "") else str(value)[:300]


routes = [
    Route("/organize/events", events, methods=["GET"], name="organize_events"),
    Route("/organize/events", create, methods=["POST"], name="create_event"),
    Route("/organize/events/new", new, methods=["GET"], name="new_event"),
    Route("/organize/events/{slug}/edit", edit, methods=["GET", "POST"], name="edit_event"),
    Route("/organize/events/{slug}/states", move, methods=["POST"], name="event_states"),
]
