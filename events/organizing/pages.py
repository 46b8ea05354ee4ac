"""/organize, an event's home, and the page before publishing."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.agenda import impact, specimens
from events.catalogue import queries as catalogue
from events.catalogue.queries import EventRow
from events.core import pages
from events.core.errors import StaleWrite
from events.core.locales import _
from events.organizing import drafts, pulse
from events.organizing.drafts import NOTHING_SAID, Said
from events.people import permissions
from events.people.actors import Actor
from events.schedule import conflict_lists, draft_lists
from events.schedule.conflicts import Level
from events.schedule.placed import conflicts
from events.schedule.releases import Blocked, NothingToPublish

NAME_LENGTH, NOTE_LENGTH = 100, 2000
SHOWN = 200
"""People, and changes, that the page before publishing names one by one; the rest is counted."""


async def organize(request: Request) -> Response:
    actor = permissions.require_somewhere(request.state.actor, permissions.SEE_DRAFT)
    found = await pulse.cards(permissions.reach(actor, permissions.SEE_DRAFT), request.state.now)
    administers = permissions.can(actor, permissions.ADMINISTER)
    return pages.render(
        request,
        "organizing/home.html",
        waiting=[card for card in found if card.waiting],
        events=found,
        post=await pulse.post(request.state.now) if administers else None,
        may_create=permissions.somewhere(actor, permissions.CREATE_EVENT),
        keeps_books=permissions.can(actor, permissions.READ_ORDERS),
    )


async def event_home(request: Request) -> Response:
    event, actor = await _event(request, permissions.SEE_DRAFT)
    found = await conflicts(event.id)
    return pages.render(
        request,
        "organizing/event.html",
        event=event,
        here="home",
        card=await pulse.card(event.id, request.state.now),
        stopping=conflict_lists.counted(one for one in found if one.level is Level.BLOCK),
        doubtful=conflict_lists.counted(one for one in found if one.level is Level.WARN),
        bars=await pulse.registrations_by_day(event.id, event.timezone, request.state.now),
        may_publish=permissions.can(actor, permissions.PUBLISH, event=event.id, unit=event.unit_id),
    )


async def before_publishing(request: Request) -> Response:
    event, _actor = await _event(request, permissions.PUBLISH)
    return await _letter(request, event)


async def publish(request: Request) -> Response:
    event, actor = await _event(request, permissions.PUBLISH)
    form = await request.form()
    said = Said(_typed(form, "name", NAME_LENGTH), _typed(form, "note", NOTE_LENGTH))
    try:
        release = await drafts.publish(event.id, str(form.get("version", "")), actor.id, said, request.state.now)
    except (StaleWrite, Blocked, NothingToPublish) as error:
        return await _letter(request, event, error=error.words, said=said, status=error.status)
    notice = _("Release %(number)s is published. Schedules, calendars and mails follow.") % {"number": release.number}
    return pages.redirect(request, f"/organize/events/{event.slug}", notice)


async def _letter(
    request: Request, event: EventRow, error: str = "", said: Said = NOTHING_SAID, status: int = 200
) -> Response:
    found = await impact.of(event.id, request.state.now)
    place = specimens.Place(event.id, event.slug, event.title)
    settings = request.app.state.settings
    return pages.render(
        request,
        "organizing/publish.html",
        status,
        event=event,
        here="publish",
        impact=found,
        mails=specimens.of(settings, place, kept=found.kept, people=found.people, at=request.state.now),
        shown=SHOWN,
        stopping=conflict_lists.counted(found.blocks),
        planned=await draft_lists.planned_with_a_time(event.id),
        version=await drafts.version_of(event.id, found.changes),
        error=error,
        said=said,
    )


def _typed(form: FormData, name: str, most: int) -> str:
    return str(form.get(name, ""))[:most].strip()


async def _event(request: Request, permission: permissions.Permission) -> tuple[EventRow, Actor]:
    """The event of the address and the actor, who may; a stranger does not learn whether a draft exists."""
    permissions.require_somewhere(request.state.actor, permission)
    event = await catalogue.event_by_slug(request.path_params["slug"], drafts=True)
    return event, permissions.require(request.state.actor, permission, event=event.id, unit=event.unit_id)


routes = [
    Route("/organize", organize, name="organize"),
    Route("/organize/events/{slug}", event_home, name="organize_event"),
    Route("/organize/events/{slug}/publish", before_publishing, name="before_publishing"),
    Route("/organize/events/{slug}/publish", publish, methods=["POST"], name="publish"),
]
