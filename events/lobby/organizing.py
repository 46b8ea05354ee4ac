"""Organizers' pages of the waiting room: how it stands, its settings, and the end of it. For registrars."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow, event_by_slug
from events.core import pages, wall_time
from events.core.errors import StaleWrite, Unreadable
from events.core.locales import _
from events.lobby import changes, forms, line
from events.lobby.changes import Room
from events.lobby.line import Count
from events.people import permissions
from events.people.actors import Actor


async def _event(request: Request) -> tuple[EventRow, Actor]:
    permissions.require_somewhere(request.state.actor, permissions.MANAGE_REGISTRATION)
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    actor = permissions.require(
        request.state.actor, permissions.MANAGE_REGISTRATION, event=event.id, unit=event.unit_id
    )
    return event, actor


async def overview(request: Request) -> Response:
    event, _actor = await _event(request)
    room = await changes.of(event.id)
    count = await _count(request, event, room)
    return _render(request, event, room, _fields(room, event), {}, count=count)


async def save(request: Request) -> Response:
    event, actor = await _event(request)
    async with request.form() as form:
        typed = forms.texts(form)
    try:
        wanted = forms.wanted(typed, event.timezone)
        await changes.save(event.id, wanted, forms.version(typed), actor.id, request.state.now)
    except (Unreadable, StaleWrite) as error:
        room = await changes.of(event.id)
        fields = {**_fields(room, event), "is_on": "", **typed, "version": room.version}
        errors = error.errors if isinstance(error, Unreadable) else {}
        stale = error if isinstance(error, StaleWrite) else None
        count = await _count(request, event, room)
        return _render(request, event, room, fields, errors, error.status, count=count, stale=stale)
    words = _("Saved. The waiting room is on.") if wanted.is_on else _("Saved. The waiting room is off.")
    return pages.redirect(request, pages.path_of(request, "organize_lobby", slug=event.slug), words)


async def end(request: Request) -> Response:
    """POST: switch it off; everybody comes in."""
    event, actor = await _event(request)
    ended = await changes.end(event.id, actor.id, request.state.now)
    words = _("The waiting room is off. Who waited comes in within a minute.") if ended else _("It was off already.")
    return pages.redirect(request, pages.path_of(request, "organize_lobby", slug=event.slug), words)


async def _count(request: Request, event: EventRow, room: Room) -> Count | None:
    """How the line stands; None when it is off, or Redis does not say."""
    redis = request.app.state.redis
    if not room.is_on or redis is None:
        return None
    try:
        return await line.count(redis, event.id, room.round, request.state.now)
    except (RedisError, OSError):
        return None


def _fields(room: Room, event: EventRow) -> dict[str, Any]:
    return {
        "version": room.version,
        "is_on": "1" if room.is_on else "",
        "inside": room.inside,
        "per_minute": room.per_minute,
        "opens_at": wall_time.wall(room.opens_at, ZoneInfo(event.timezone)) if room.opens_at else "",
        "early_minutes": room.early_minutes,
        "stay_minutes": room.stay_minutes,
        "network_most": room.network_most,
    }


def _render(
    request: Request,
    event: EventRow,
    room: Room,
    fields: Mapping[str, Any],
    errors: Mapping[str, str],
    status: int = 200,
    *,
    count: Count | None,
    stale: StaleWrite | None = None,
) -> Response:
    return pages.render(
        request,
        "lobby/organizing.html",
        status,
        event=event,
        here="lobby",
        room=room,
        fields=fields,
        errors=errors,
        count=count,
        stale=stale,
        opens_later=room.opens_at is not None and room.opens_at > request.state.now,
        live=bool(request.query_params.get("live")),
    )


_ROOT = "/organize/events/{slug}/lobby"
routes = [
    Route(_ROOT, overview, methods=["GET"], name="organize_lobby"),
    Route(_ROOT, save, methods=["POST"], name="organize_save_lobby"),
    Route(f"{_ROOT}/ending", end, methods=["POST"], name="organize_end_lobby"),
]
