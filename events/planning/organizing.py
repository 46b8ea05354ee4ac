"""Organizers' pages of an event's frame: its overview, and what all of them share. They need a hand in the event.

Availability and resources are in `organizing_needs`; blocks and breaks, which are part of a draft's history, in
`schedule.organizing_blocks`.
"""

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue import queries as catalogue
from events.catalogue import rooms as catalogue_rooms
from events.catalogue.queries import EventRow
from events.core import pages
from events.core.locales import _
from events.people import permissions
from events.people.permissions import EDIT_PROGRAMME, SEE_DRAFT, Permission
from events.planning import availability, blocks, resources

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


_ROOT = "/organize/events/{slug}/planning"
routes = [
    Route(_ROOT, overview, name="organize_planning"),
]
