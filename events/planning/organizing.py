"""Organizers' pages of an event's frame: an overview, its blocks and breaks. Everything here needs a hand in the event.

Availability and resources are in `organizing_needs`.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue import queries as catalogue
from events.catalogue import rooms as catalogue_rooms
from events.catalogue.queries import EventRow
from events.core import pages
from events.core.errors import DomainError, StaleWrite, Unreadable
from events.core.locales import _
from events.core.wall_time import wall
from events.people import permissions
from events.people.permissions import EDIT_PROGRAMME, SEE_DRAFT, Permission
from events.planning import availability, blocks, forms, resources
from events.planning.blocks import KINDS, Block

Rooms = list[tuple[int, str]]


async def event_of(request: Request, permission: Permission) -> EventRow:
    """The event of the address, for whoever may; a stranger does not learn whether a draft exists."""
    permissions.require_somewhere(request.state.actor, permission)
    event = await catalogue.event_by_slug(request.path_params["slug"], drafts=True)
    permissions.require(request.state.actor, permission, event=event.id, unit=event.unit_id)
    return event


def render(request: Request, event: EventRow, name: str, tab: str, status: int = 200, **values: Any) -> Response:
    """A page of planning, with its tabs."""
    root = f"/organize/events/{event.slug}/planning"
    tabs = [
        {"label": _("Overview"), "url": root, "current": tab == ""},
        {"label": _("Blocks and breaks"), "url": f"{root}/blocks", "current": tab == "blocks"},
        {"label": _("Who and what is there"), "url": f"{root}/availability", "current": tab == "availability"},
        {"label": _("Resources"), "url": f"{root}/resources", "current": tab == "resources"},
    ]
    return pages.render(
        request,
        f"planning/{name}.html",
        status,
        event=event,
        here="planning",
        root=root,
        tabs=tabs,
        may_edit=permissions.can(request.state.actor, EDIT_PROGRAMME, event=event.id, unit=event.unit_id),
        **values,
    )


async def rooms_of(event: EventRow) -> Rooms:
    """The rooms that take one thing at a time and are no combination of others, with their buildings."""
    if event.venue_id is None:
        return []
    return [
        (row["id"], ", ".join(part for part in (row["name"], row["building"]) if part))
        for row in await catalogue_rooms.rooms(event.venue_id)
        if row["kind"] in catalogue_rooms.EXCLUSIVE and not row["part_ids"]
    ]


def day_options(event: EventRow) -> list[tuple[str, str]]:
    """The event's days as check boxes, as many as one wants to tick."""
    if event.starts_on is None or event.ends_on is None:
        return []
    count = min((event.ends_on - event.starts_on).days + 1, 45)
    found = [event.starts_on + timedelta(days=number) for number in range(count)]
    return [(day.isoformat(), pages.short_day(day)) for day in found]


async def overview(request: Request) -> Response:
    event = await event_of(request, SEE_DRAFT)
    _rows, there = await availability.of(event.id)
    lying = await blocks.of(event.id)
    return render(
        request,
        event,
        "overview",
        "",
        breaks=[one for one in lying if one.kind == "break"],
        block_count=sum(one.kind == "block" for one in lying),
        there=there,
        resources=await resources.of(event.id),
        resource_kinds=resources.KINDS,
        venue=event.venue_slug,
        may_edit_venues=permissions.can(request.state.actor, permissions.EDIT_VENUES),
    )


async def block_list(request: Request) -> Response:
    event = await event_of(request, SEE_DRAFT)
    kind = request.query_params.get("kind", "")
    found = await blocks.of(event.id)
    return render(
        request,
        event,
        "blocks",
        "blocks",
        blocks=[one for one in found if kind in ("", one.kind)],
        kind=kind,
        kind_options=[(name, {"block": _("Blocks"), "break": _("Breaks")}[name]) for name in KINDS],
        rooms=dict(await rooms_of(event)),
    )


async def new_block(request: Request) -> Response:
    event = await event_of(request, EDIT_PROGRAMME)
    rooms = await rooms_of(event)
    if request.method != "POST":
        return _form(request, event, None, rooms, {"kind": "break", "days": [], "rooms": []})
    form = await request.form()
    try:
        wanted, on = forms.block(form, ZoneInfo(event.timezone), dict(rooms))
        await blocks.create(event.id, wanted, on)
    except Unreadable as error:
        typed = {**forms.texts(form), "days": forms.several(form, "days"), "rooms": forms.several(form, "rooms")}
        return _form(request, event, None, rooms, typed, error)
    return pages.redirect(request, _list(event), _("Saved. Sessions that lie in it are among the conflicts."))


async def block(request: Request) -> Response:
    event = await event_of(request, EDIT_PROGRAMME)
    held = await blocks.block(event.id, request.path_params["block"])
    rooms = await rooms_of(event)
    if request.method != "POST":
        return _form(request, event, held, rooms, _fields(held))
    form = await request.form()
    typed: dict[str, Any] = {**forms.texts(form), "days": [], "rooms": forms.several(form, "rooms")}
    known = {*dict(rooms), *held.rooms}  # a room that has left the venue meanwhile may stay
    try:
        wanted, on = forms.block(form, ZoneInfo(held.timezone), known)
        version, whole = forms.number(typed.get("version", "")), typed.get("whole") == "1"
        await blocks.change(event.id, held.id, wanted, on[0], version, whole=whole)
    except (Unreadable, StaleWrite) as error:
        held = await blocks.block(event.id, held.id)
        return _form(request, event, held, rooms, typed, error)
    return pages.redirect(request, _list(event), _("Saved. Sessions that lie in it are among the conflicts."))


async def remove_block(request: Request) -> Response:
    event = await event_of(request, EDIT_PROGRAMME)
    held = await blocks.block(event.id, request.path_params["block"])
    form = forms.texts(await request.form())
    try:
        whole = form.get("whole") == "1"
        await blocks.remove(event.id, held.id, forms.number(form.get("version", "")), whole=whole)
    except StaleWrite as error:
        held = await blocks.block(event.id, held.id)
        return _form(request, event, held, await rooms_of(event), _fields(held), error)
    return pages.redirect(request, _list(event), _("Taken away."))


def _list(event: EventRow) -> str:
    return f"/organize/events/{event.slug}/planning/blocks"


def _fields(held: Block) -> dict[str, Any]:
    zone = ZoneInfo(held.timezone)
    start, end = wall(held.starts_at, zone), wall(held.ends_at, zone)
    times = {"day": start[:10], "start": start[11:], "end": end[11:]}
    return {"kind": held.kind, "title": held.title, "rooms": [str(room) for room in held.rooms], "days": [], **times}


def _form(
    request: Request,
    event: EventRow,
    held: Block | None,
    rooms: Rooms,
    fields: Mapping[str, Any],
    error: DomainError | None = None,
) -> Response:
    return render(
        request,
        event,
        "block_form",
        "blocks",
        error.status if error else 200,
        block=held,
        fields={"title": "", "start": "", "end": "", "day": "", "whole": "", **fields},
        errors=error.errors if isinstance(error, Unreadable) else {},
        stale=error if isinstance(error, StaleWrite) else None,
        kinds=[(kind, str(words)) for kind, words in KINDS.items()],
        rooms=[(str(number), name) for number, name in rooms],
        day_options=day_options(event),
    )


_ROOT = "/organize/events/{slug}/planning"
routes = [
    Route(_ROOT, overview, name="organize_planning"),
    Route(f"{_ROOT}/blocks", block_list, name="organize_blocks"),
    Route(f"{_ROOT}/blocks/new", new_block, methods=["GET", "POST"], name="organize_new_block"),
    Route(_ROOT + "/blocks/{block:int}", block, methods=["GET", "POST"], name="organize_block"),
    Route(_ROOT + "/blocks/{block:int}/removal", remove_block, methods=["POST"], name="organize_block_removal"),
]
