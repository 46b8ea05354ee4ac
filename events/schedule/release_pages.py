"""Pages about releases: what changed, for everybody; and for organizers all of them, compared and returned to."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue import queries as catalogue
from events.catalogue.queries import EventRow
from events.core import locales, pages
from events.core.locales import _, ngettext
from events.people import permissions
from events.schedule import atom, kept_pages, past_releases, queries, timetable
from events.schedule.diffs import Changes
from events.schedule.pages import is_nobody, read, version_of
from events.schedule.past_releases import Returned
from events.schedule.snapshots import Snapshot

_MOST = 200
"""Changes that a comparison shows on one page."""


async def changes(request: Request) -> Response:
    """The latest releases and what each changed, in words."""
    event, snapshot = await read(request)

    async def make() -> Response:
        told = await queries.releases(event.id)
        return pages.render(
            request,
            "schedule/changes.html",
            event=event,
            releases=[
                {
                    "number": one.number,
                    "at": one.at,
                    "name": one.name,
                    "note": one.note,
                    "changes": _lines(one.changes),
                    "more": one.more,
                    "first": one.changes.since == 0,
                }
                for one in told
            ],
        )

    return await _kept(request, ("changes", version_of(event, snapshot)), snapshot, make)


async def old_release(request: Request) -> Response:
    """A release as it was, as a list by day: for whoever has a printed programme, or a link from a mail."""
    event, current = await read(request)
    number, page = request.path_params["number"], max(1, _number(request, "page"))

    async def make() -> Response:
        found = current if number == current.number else await past_releases.release(event.id, number)
        placed = found.by_time
        return pages.render(
            request,
            "schedule/old_release.html",
            event=event,
            number=number,
            title=atom.title_of(number, await past_releases.name_of(event.id, number)),
            current=current.number,
            at=found.published_at,
            days=_days(found, page, event),
            page=page,
            page_count=max(1, -(-len(placed) // _MOST)),
            total=len(placed),
        )

    return await _kept(request, ("release", version_of(event, current), number, page), current, make)


async def _kept(
    request: Request, key: tuple[object, ...], current: Snapshot, make: Callable[[], Awaitable[Response]]
) -> Response:
    """Rendered once for all who are nobody in particular, until something is published."""
    if not is_nobody(request):
        return await make()
    at = current.published_at or request.state.now
    return await kept_pages.answer_after(request, (*key, locales.current()), at, make)


async def releases(request: Request) -> Response:
    event = await _organized(request)
    return pages.render(
        request,
        "schedule/releases.html",
        event=event,
        here="publish",
        lines=await past_releases.lines(event.id),
        may_return=permissions.can(request.state.actor, permissions.PUBLISH, event=event.id, unit=event.unit_id),
    )


async def comparison(request: Request) -> Response:
    event = await _organized(request)
    one, other = _number(request, "from"), _number(request, "to")
    found = await past_releases.between(event.id, one, other)
    page = max(1, _number(request, "page"))
    shown = Changes(found.since, found.changes[(page - 1) * _MOST : page * _MOST])
    return pages.render(
        request,
        "schedule/comparison.html",
        event=event,
        here="publish",
        one=one,
        other=other,
        changes=_lines(shown),
        total=len(found),
        page=page,
        page_count=max(1, -(-len(found) // _MOST)),
    )


async def return_to(request: Request) -> Response:
    event = await catalogue.event_by_slug(request.path_params["slug"], drafts=True)
    actor = permissions.require(request.state.actor, permissions.PUBLISH, event=event.id, unit=event.unit_id)
    done = await past_releases.return_to(event.id, request.path_params["number"], request.state.now, actor.id)
    return pages.redirect(request, f"/organize/events/{event.slug}/publish", _said(done))


def _said(done: Returned) -> str:
    parts = [_("The draft says again what that release said; nothing is public before you publish.")]
    touched = done.moved + done.brought_back + done.taken_out
    parts.append(ngettext("%(num)s time changed.", "%(num)s times changed.", touched) % {"num": touched})
    if done.lost:
        parts.append(_("These are deleted and cannot come back: %(titles)s.") % {"titles": "; ".join(done.lost[:10])})
    return " ".join(parts)


async def _organized(request: Request) -> EventRow:
    event = await catalogue.event_by_slug(request.path_params["slug"], drafts=True)
    permissions.require(request.state.actor, permissions.SEE_DRAFT, event=event.id, unit=event.unit_id)
    return event


def _lines(found: Changes) -> list[dict[str, str]]:
    return [
        {"code": one.code, "title": one.title or _("Closed session"), "words": atom.words(one)} for one in found.changes
    ]


def _days(found: Snapshot, page: int, event: EventRow) -> list[tuple[Any, list[dict[str, Any]]]]:
    days: dict[Any, list[dict[str, Any]]] = {}
    for one in found.by_time[(page - 1) * _MOST : page * _MOST]:
        days.setdefault(one.day, []).append(
            {
                "title": timetable.title_of(one.session),
                "code": one.session.code,
                "slot": one.slot,
                "place": found.place(one.slot),
                "cancelled": one.session.cancelled,
            }
        )
    return list(days.items())


def _number(request: Request, name: str) -> int:
    given = request.query_params.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0


_ROOT = "/organize/events/{slug}/releases"
routes = [
    Route("/events/{slug}/changes", changes, name="changes"),
    Route("/events/{slug}/releases/{number:int}", old_release, name="old_release"),
    Route(_ROOT, releases, name="organize_releases"),
    Route(f"{_ROOT}/comparison", comparison, name="organize_comparison"),
    Route(_ROOT + "/{number:int}/return", return_to, methods=["POST"], name="organize_return"),
]
