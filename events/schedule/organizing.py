"""Organizers' pages of a programme's draft: the sessions, and one session with its people and times."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue import queries as catalogue
from events.catalogue.queries import EventRow
from events.core import pages
from events.core.errors import DomainError, NotFound, StaleWrite, Unreadable
from events.core.locales import _
from events.people import permissions
from events.planning import resources as bookable
from events.schedule import (
    alike,
    booked_resources,
    draft_lists,
    editing,
    forms,
    moves,
    roles,
    session_forms,
    slots,
    sponsors,
)
from events.schedule.alike import Alike
from events.schedule.editing import SessionRow
from events.schedule.history import By
from events.schedule.moves import RoomTaken
from events.schedule.session_forms import Choices
from events.schedule.slots import SlotRow
from events.schedule.states import WORDS as STATES

WHICH = ("unscheduled", "planned", "confirmed", "cancelled", "registrants", "closed", "internal")


async def event_of(request: Request) -> EventRow:
    return await catalogue.event_by_slug(request.path_params["slug"], drafts=True)


async def readable(request: Request) -> EventRow:
    """The event, for anybody who may read its draft or owns a session in it."""
    event = await event_of(request)
    units = (event.unit_id, *await draft_lists.owners(event.id))
    permissions.require(request.state.actor, permissions.SEE_DRAFT, event=event.id, unit=units)
    return event


async def _editable(request: Request) -> tuple[EventRow, SessionRow]:
    """The event and the session of the address, for editors of the event, of its owner and of its sponsors."""
    event = await event_of(request)
    permissions.signed_in(request.state.actor)
    found = await editing.session(event.id, request.path_params["code"])
    _require_edit(request, event, found.values.unit_id, *[one.unit_id for one in await sponsors.of(found.id)])
    return event, found


def _require_edit(request: Request, event: EventRow, *units: int | None) -> None:
    permissions.require(request.state.actor, permissions.EDIT_PROGRAMME, event=event.id, unit=(event.unit_id, *units))


def _owns(request: Request, event: EventRow, found: SessionRow) -> bool:
    """Whether the actor may say whose it is: not a sponsor's editor, who may change everything else."""
    units = (event.unit_id, found.values.unit_id)
    return permissions.can(request.state.actor, permissions.EDIT_PROGRAMME, event=event.id, unit=units)


async def sessions(request: Request) -> Response:
    event = await readable(request)
    asked = request.query_params
    query = " ".join(asked.get("q", "").replace("\0", "").split())[:100]
    which = asked.get("which", "") if asked.get("which", "") in WHICH else ""
    page = forms.page(asked)
    lines, total = await draft_lists.lines(event.id, query, which, asked.get("sort", "time"), page)
    return pages.render(
        request,
        "schedule/sessions.html",
        event=event,
        here="sessions",
        lines=lines,
        total=total,
        page=page,
        page_count=max(1, -(-total // draft_lists.PAGE)),
        per_page=draft_lists.PAGE,
        query=query,
        which=which,
        sort=asked.get("sort", "time"),
        which_options=_which_options(),
        states=STATES,
        may_add=permissions.can(request.state.actor, permissions.EDIT_PROGRAMME, event=event.id, unit=event.unit_id),
    )


def _which_options() -> list[tuple[str, str]]:
    return [
        ("unscheduled", _("Without a time")),
        ("planned", _("Planned")),
        ("confirmed", _("Confirmed")),
        ("cancelled", _("Cancelled")),
        ("registrants", _("For registrants")),
        ("closed", _("Closed")),
        ("internal", _("Internal")),
    ]


async def new_session(request: Request) -> Response:
    event = await event_of(request)
    _require_edit(request, event, None)
    choices = await draft_lists.choices(event.id)
    if request.method != "POST":
        return _form(request, event, None, {"visibility": "public", "state": "planned"}, choices)
    form = session_forms.typed(await request.form())
    try:
        made = await editing.create(event.id, session_forms.session_values(form, choices), request.state.now)
    except Unreadable as error:
        return _form(request, event, None, form, choices, error)
    return pages.redirect(request, _path(event, made.code), _("The session is made. Give it people and a time."))


async def session(request: Request) -> Response:
    event, found = await _editable(request)
    choices = await draft_lists.choices(event.id)
    if request.method != "POST":
        return await _session_page(request, event, found, session_forms.session_fields(found.values), choices)
    form = session_forms.typed(await request.form())
    try:
        values = session_forms.session_values(form, choices)
        if values.unit_id != found.values.unit_id:
            _require_edit(request, event, found.values.unit_id)
            _require_edit(request, event, values.unit_id)
        await editing.change(found.id, values, session_forms.version(form), request.state.now)
    except (Unreadable, StaleWrite) as error:
        return await _session_page(request, event, found, form, choices, error)
    return pages.redirect(request, _path(event, found.code), _("Saved. It is public with the next release."))


async def people(request: Request) -> Response:
    """Roles changed and people taken out (`change`), or somebody put in (`add`)."""
    event, found = await _editable(request)
    form = session_forms.typed(await request.form())
    if "add" not in form:
        await editing.change_roles(found.id, *session_forms.roles(form), request.state.now)
        return pages.redirect(
            request, _path(event, found.code) + "#people", _("Saved. It is public with the next release.")
        )
    near: list[Alike] = []
    try:
        name, role = session_forms.person(form)
        near = await alike.people_like(found.id, name)
        meant = session_forms.meant(form, [one.code for one in near], name)
        await editing.put_person(found.id, meant, role, request.state.now)
    except Unreadable as error:
        fields = session_forms.session_fields(found.values)
        fields |= {"name": form.get("name", ""), "role": form.get("role", ""), "alike": near}
        return await _session_page(request, event, found, fields, await draft_lists.choices(event.id), error)
    return pages.redirect(
        request, _path(event, found.code) + "#people", _("Saved. It is public with the next release.")
    )


async def co_sponsors(request: Request) -> Response:
    """Units put beside the owner (`unit_id`), or taken out (`gone-12`)."""
    event, found = await _editable(request)
    _require_edit(request, event, found.values.unit_id)
    form = session_forms.typed(await request.form())
    added = session_forms.unit(form, await draft_lists.choices(event.id))
    await sponsors.change(found.id, added, session_forms.roles(form)[1], request.state.now)
    return pages.redirect(request, _path(event, found.code) + "#units", _("Saved."))


async def resources(request: Request) -> Response:
    """What of the event's bookable resources it has; the boxes that are ticked, and no others."""
    event, found = await _editable(request)
    ticked = [value for value in (await request.form()).getlist("resources") if isinstance(value, str)]
    try:
        await booked_resources.choose(found.id, session_forms.numbers(ticked))
    except Unreadable as error:
        fields = session_forms.session_fields(found.values)
        return await _session_page(request, event, found, fields, await draft_lists.choices(event.id), error)
    return pages.redirect(request, _path(event, found.code) + "#resources", _("Saved."))


async def slot(request: Request) -> Response:
    """A time of a session: shown, moved, or (`new`) given."""
    event, found = await _editable(request)
    row = await _slot_row(request, found)
    choices = await draft_lists.choices(event.id)
    if request.method != "POST":
        fields = session_forms.place_fields(row.place) if row else {"day": str(event.starts_on or "")}
        return _slot_page(request, event, found, row, fields, choices)
    form = session_forms.typed(await request.form())
    accept = form.get("reason", "").strip()[:200] if form.get("accept") == "1" else ""
    by = By(permissions.signed_in(request.state.actor).id)
    try:
        place = session_forms.place(form, choices, row.place.timezone if row else event.timezone)
        if row is None:
            await moves.add(found.id, place, request.state.now, accept, by)
        else:
            await moves.move(row.id, place, session_forms.version(form), request.state.now, accept, by)
    except (Unreadable, StaleWrite, RoomTaken) as error:
        return _slot_page(request, event, found, row, form, choices, error)
    return pages.redirect(request, _path(event, found.code) + "#times", _("Saved. It is public with the next release."))


async def remove_slot(request: Request) -> Response:
    event, found = await _editable(request)
    row = await _slot_row(request, found)
    assert row is not None
    by = By(permissions.signed_in(request.state.actor).id)
    await moves.remove(row.id, session_forms.version(session_forms.typed(await request.form())), request.state.now, by)
    return pages.redirect(request, _path(event, found.code) + "#times", _("The time is taken away."))


async def _slot_row(request: Request, found: SessionRow) -> SlotRow | None:
    number = request.path_params.get("slot")
    if number is None:
        return None
    row = await slots.slot(number)
    if row.session_id != found.id:
        raise NotFound
    return row


def _path(event: EventRow, code: str) -> str:
    return f"/organize/events/{event.slug}/sessions/{code}"


def _form(
    request: Request,
    event: EventRow,
    found: SessionRow | None,
    fields: dict[str, Any],
    choices: Choices,
    error: DomainError | None = None,
    **more: Any,
) -> Response:
    return pages.render(
        request,
        "schedule/session_form.html",
        status=error.status if error else 200,
        event=event,
        here="sessions",
        session=found,
        fields=fields,
        errors=error.errors if isinstance(error, Unreadable) else {},
        stale=error if isinstance(error, StaleWrite) else None,
        choices=choices,
        states=STATES,
        roles=[(name, str(words)) for name, words in roles.ROLES.items()],
        **_NOTHING_YET | more,
    )


async def _session_page(
    request: Request,
    event: EventRow,
    found: SessionRow,
    fields: dict[str, Any],
    choices: Choices,
    error: DomainError | None = None,
) -> Response:
    times = await slots.slots_of(found.id)
    rooms = dict(choices.rooms)
    return _form(
        request,
        event,
        found,
        fields,
        choices,
        error,
        people=await editing.people(found.id),
        sponsors=await sponsors.of(found.id),
        resources=[
            (str(one["id"]), f"{one['name']} ({bookable.KINDS[one['kind']]})") for one in await bookable.of(event.id)
        ],
        booked=[str(number) for number in await booked_resources.of(found.id)],
        owns=_owns(request, event, found),
        slots=[(one, ", ".join(rooms.get(room, "") for room in one.place.rooms)) for one in times],
    )


def _slot_page(
    request: Request,
    event: EventRow,
    found: SessionRow,
    row: SlotRow | None,
    fields: dict[str, Any],
    choices: Choices,
    error: DomainError | None = None,
) -> Response:
    return pages.render(
        request,
        "schedule/slot_form.html",
        status=error.status if error else 200,
        event=event,
        here="sessions",
        session=found,
        slot=row,
        fields=fields,
        errors=error.errors if isinstance(error, Unreadable) else {},
        stale=error if isinstance(error, StaleWrite) else None,
        taken=error if isinstance(error, RoomTaken) else None,
        choices=choices,
        timezone=row.place.timezone if row else event.timezone,
    )


_NOTHING_YET: dict[str, Any] = {"people": [], "slots": [], "sponsors": [], "owns": False, "resources": []}

_SESSION = "/organize/events/{slug}/sessions/{code}"
routes = [
    Route("/organize/events/{slug}/sessions", sessions, name="organize_sessions"),
    Route("/organize/events/{slug}/sessions/new", new_session, methods=["GET", "POST"], name="organize_new_session"),
    Route(_SESSION, session, methods=["GET", "POST"], name="organize_session"),
    Route(f"{_SESSION}/sponsors", co_sponsors, methods=["POST"], name="organize_session_sponsors"),
    Route(f"{_SESSION}/people", people, methods=["POST"], name="organize_session_people"),
    Route(f"{_SESSION}/resources", resources, methods=["POST"], name="organize_session_resources"),
    Route(f"{_SESSION}/slots/new", slot, methods=["GET", "POST"], name="organize_new_slot"),
    Route(_SESSION + "/slots/{slot:int}", slot, methods=["GET", "POST"], name="organize_slot"),
    Route(_SESSION + "/slots/{slot:int}/removal", remove_slot, methods=["POST"], name="organize_slot_removal"),
]
