"""The timetable editor's page, and what it asks for: the picture, a gesture, others' changes, where one may lie."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from events.catalogue import queries as catalogue
from events.catalogue.queries import EventRow
from events.core import pages
from events.core.errors import DomainError, Unreadable
from events.core.fresh import Fresh
from events.editor import answers, commands, picture, places, presence
from events.people import permissions
from events.planning import blocks
from events.planning import organizing as planning
from events.schedule import conflict_lists, draft_lists, history
from events.schedule.moves import RoomTaken

_NEVER_KEPT = {"cache-control": "no-store"}

_latest: Fresh[int, int] = Fresh(history.last, seconds=0.5)
"""Every editor's browser asks every second; the database is asked twice a second for all of them."""


async def _event(request: Request, permission: permissions.Permission = permissions.SEE_DRAFT) -> EventRow:
    """The event, for anybody who has the permission in it or for a unit that owns a session in it."""
    event = await catalogue.event_by_slug(request.path_params["slug"], drafts=True)
    units = (event.unit_id, *await draft_lists.owners(event.id))
    permissions.require(request.state.actor, permission, event=event.id, unit=units)
    return event


async def editor(request: Request) -> Response:
    event = await _event(request)
    units = (event.unit_id, *await draft_lists.owners(event.id))
    return pages.render(
        request,
        "editor/timetable.html",
        event=event,
        here="timetable",
        kinds=conflict_lists.WORDS,
        levels=conflict_lists.LEVEL_WORDS,
        may_edit=permissions.can(request.state.actor, permissions.EDIT_PROGRAMME, event=event.id, unit=units),
        may_block=permissions.can(request.state.actor, permissions.EDIT_PROGRAMME, event=event.id, unit=event.unit_id),
        may_accept=permissions.can(request.state.actor, permissions.PUBLISH, event=event.id, unit=event.unit_id),
        block_kinds=blocks.KINDS,
        block_days=planning.day_options(event),
        block_rooms=await planning.rooms_of(event),
    )


async def drawn(request: Request) -> Response:
    event = await _event(request)
    return JSONResponse(await picture.draw(event), headers=_NEVER_KEPT)


async def command(request: Request) -> Response:
    """Do one gesture; answers with what it touched as it lies now, and the conflicts of it."""
    event = await _event(request, permissions.EDIT_PROGRAMME)
    actor = permissions.signed_in(request.state.actor)
    try:
        done = await commands.do(event, commands.read(await request.body()), actor, request.state.now)
    except RoomTaken as error:
        return _refused(error, taken=True)  # this one may be done after all, with a reason in `accept`
    except Unreadable as error:
        return _refused(error, detail=" ".join(error.errors.values()), errors=error.errors)
    _latest.forget(event.id)
    edits = await history.command(event.id, done.command) if done.command else []
    return JSONResponse(
        {
            "command": str(done.command) if done.command else None,
            "number": await history.last(event.id),
            **await answers.told(event.id, edits, done.slots),
        },
        headers=_NEVER_KEPT,
    )


def _refused(error: DomainError, **more: object) -> Response:
    answer = {"title": error.title, "status": error.status, "detail": error.words} | more
    return JSONResponse(answer, error.status, headers=_NEVER_KEPT, media_type="application/problem+json")


async def changes(request: Request) -> Response:
    """What others did after `since`, and who is here. `at`: the slot this person has chosen."""
    event = await _event(request)
    actor = permissions.signed_in(request.state.actor)
    since, chosen = (_number(request, name) for name in ("since", "at"))
    here = await presence.note(request.app.state.redis, event.id, actor, chosen or None, request.state.now.timestamp())
    answer: dict[str, Any] = {"here": [[one.person, one.name, one.slot] for one in here]}
    if await _latest.get(event.id) > since:
        edits = await history.since(event.id, since)
        answer |= {
            "number": edits[-1].number if edits else since,
            "edits": [
                [one.number, str(one.command), one.by == actor.id, one.name, one.change.what, one.change.slot]
                for one in edits
            ],
            **await answers.told(event.id, edits),
        }
    return JSONResponse(answer, headers=_NEVER_KEPT)


async def possible(request: Request) -> Response:
    """When and where a session had better not lie, for shading while it is dragged."""
    event = await _event(request)
    return JSONResponse(
        await places.shaded(event.id, _number(request, "slot"), _number(request, "session")), headers=_NEVER_KEPT
    )


def _number(request: Request, name: str) -> int:
    given = request.query_params.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else 0


_ROOT = "/organize/events/{slug}/timetable"
routes = [
    Route(_ROOT, editor, name="organize_timetable"),
    Route(f"{_ROOT}/picture.json", drawn, name="organize_timetable_picture"),
    Route(f"{_ROOT}/commands", command, methods=["POST"], name="organize_timetable_command"),
    Route(f"{_ROOT}/changes.json", changes, name="organize_timetable_changes"),
    Route(f"{_ROOT}/places.json", possible, name="organize_timetable_places"),
]
