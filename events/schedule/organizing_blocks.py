"""Organizers' pages of blocks and breaks: beside the rest of planning, and part of the draft's history."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow
from events.core import pages
from events.core.errors import DomainError, StaleWrite, Unreadable
from events.core.locales import _
from events.core.wall_time import wall
from events.people import permissions
from events.people.permissions import EDIT_PROGRAMME, SEE_DRAFT
from events.planning import blocks, forms
from events.planning.blocks import KINDS, Block
from events.planning.organizing import Rooms, day_options, event_of, render, rooms_of
from events.schedule import blocking
from events.schedule.history import By


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
        await blocking.create(event.id, wanted, on, _by(request), request.state.now)
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
        await blocking.change(event.id, held.id, wanted, on[0], version, _by(request), request.state.now, whole=whole)
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
        version = forms.number(form.get("version", ""))
        await blocking.remove(event.id, held.id, version, _by(request), request.state.now, whole=whole)
    except StaleWrite as error:
        held = await blocks.block(event.id, held.id)
        return _form(request, event, held, await rooms_of(event), _fields(held), error)
    return pages.redirect(request, _list(event), _("Taken away."))


def _by(request: Request) -> By:
    return By(permissions.signed_in(request.state.actor).id)


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


_ROOT = "/organize/events/{slug}/planning/blocks"
routes = [
    Route(_ROOT, block_list, name="organize_blocks"),
    Route(f"{_ROOT}/new", new_block, methods=["GET", "POST"], name="organize_new_block"),
    Route(_ROOT + "/{block:int}", block, methods=["GET", "POST"], name="organize_block"),
    Route(_ROOT + "/{block:int}/removal", remove_block, methods=["POST"], name="organize_block_removal"),
]
