"""The organizers' page of a draft's history: who did what and when, and a way back."""

from uuid import UUID
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow
from events.core import pages
from events.core.errors import DomainError, NotFound
from events.core.locales import _
from events.people import permissions
from events.schedule import draft_lists, history, history_lists, rights, undoing
from events.schedule.history_lists import PAGE
from events.schedule.moves import RoomTaken
from events.schedule.organizing import readable


async def shown(request: Request) -> Response:
    return await _page(request, await readable(request))


async def take_back(request: Request) -> Response:
    """Undo one command, the way the editor does."""
    permissions.require_somewhere(request.state.actor, permissions.EDIT_PROGRAMME)
    event = await readable(request)
    actor = permissions.signed_in(request.state.actor)
    form = await request.form()
    command, reason = _uuid(form.get("command")), str(form.get("reason") or "").strip()[:200]
    await rights.require_undoing(event, actor, await history.command(event.id, command))
    try:
        await undoing.undo(event.id, command, request.state.now, actor.id, reason)
    except DomainError as error:
        return await _page(request, event, error, command)
    query = f"?{request.url.query}" if request.url.query else ""
    return pages.redirect(request, f"{_path(event)}{query}", _("Taken back. It is at the top of the list."))


def _path(event: EventRow) -> str:
    return f"/organize/events/{event.slug}/history"


def _uuid(text: object) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        raise NotFound from None


async def _page(
    request: Request, event: EventRow, error: DomainError | None = None, refused: UUID | None = None
) -> Response:
    asked = history_lists.choice(request.query_params)
    found = await history_lists.found(event.id, asked, ZoneInfo(event.timezone))
    units = (event.unit_id, *await draft_lists.owners(event.id))
    return pages.render(
        request,
        "schedule/history.html",
        error.status if error else 200,
        event=event,
        here="history",
        found=found,
        asked=asked,
        kept={name: str(value) for name in ("person", "day") if (value := getattr(asked, name))},
        page_count=max(1, -(-found.total // PAGE)),
        per_page=PAGE,
        listed={"url": {"path": _path(event)}, "query_params": request.query_params},
        may_undo=permissions.can(request.state.actor, permissions.EDIT_PROGRAMME, event=event.id, unit=units),
        error=error,
        refused=refused,
        taken=isinstance(error, RoomTaken),
    )


_ROOT = "/organize/events/{slug}/history"
routes = [
    Route(_ROOT, shown, name="organize_history"),
    Route(f"{_ROOT}/undo", take_back, methods=["POST"], name="organize_history_undo"),
]
