"""Organizers' pages of venues, their buildings and their rooms, which all events share."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue import places, rooms, zones
from events.catalogue.places import BuildingForm, VenueForm
from events.catalogue.room_sets import EQUIPMENT, SETS
from events.catalogue.rooms import ROOM_KINDS, RoomForm
from events.core import pages
from events.core.errors import NotFound, Unreadable
from events.core.locales import _
from events.people import permissions
from events.people.permissions import EDIT_VENUES


async def venues(request: Request) -> Response:
    permissions.require(request.state.actor, EDIT_VENUES)
    return pages.render(request, "catalogue/venues.html", venues=await places.venues())


async def new_venue(request: Request) -> Response:
    permissions.require(request.state.actor, EDIT_VENUES)
    if request.method != "POST":
        return await _venue_page(request, None, {"timezone": "America/Chicago"})
    typed = await request.form()
    try:
        slug = await places.create_venue(VenueForm.read(typed))
    except Unreadable as error:
        return await _venue_page(request, None, _typed(typed), error.errors)
    return pages.redirect(request, f"/organize/venues/{slug}", _("The venue is saved. Now its rooms."))


async def venue(request: Request) -> Response:
    """A venue with its rooms; POST changes the venue itself."""
    permissions.require(request.state.actor, EDIT_VENUES)
    found = await places.venue(request.path_params["venue"])
    if request.method != "POST":
        return await _venue_page(request, found, dict(found))
    typed = await request.form()
    try:
        await places.edit_venue(found["id"], VenueForm.read(typed))
    except Unreadable as error:
        return await _venue_page(request, found, _typed(typed), error.errors)
    return pages.redirect(request, f"/organize/venues/{found['slug']}", _("Saved."))


async def add_building(request: Request) -> Response:
    permissions.require(request.state.actor, EDIT_VENUES)
    found = await places.venue(request.path_params["venue"])
    typed = await request.form()
    try:
        await places.add_building(found["id"], BuildingForm.read(typed))
    except Unreadable as error:
        return await _venue_page(request, found, dict(found), building=_typed(typed), building_errors=error.errors)
    return pages.redirect(request, f"/organize/venues/{found['slug']}", _("The building is added."))


async def room(request: Request) -> Response:
    """A new room, or one to change."""
    permissions.require(request.state.actor, EDIT_VENUES)
    found = await places.venue(request.path_params["venue"])
    room_id: int | None = request.path_params.get("room")
    all_rooms = await rooms.rooms(found["id"])
    own = next((dict(row) for row in all_rooms if row["id"] == room_id), None)
    if room_id is not None and own is None:
        raise NotFound
    typed: dict[str, Any] = {"kind": "room"}
    if own and room_id:
        typed = own | {"building": own["building_id"] or "", "parts": [str(part) for part in own["part_ids"]]}
        typed |= {name: {True: "yes", False: "no", None: ""}[own[name]] for name in ("step_free", "hearing_loop")}
        typed["zone"] = own["zone_id"] or ""
        typed |= {f"set-{name}": people for name, people in (await rooms.sets(room_id)).items()}
    errors: Mapping[str, str] = {}
    if request.method == "POST":
        form = await request.form()
        try:
            await rooms.save_room(found["id"], RoomForm.read(form), room_id)
        except Unreadable as error:
            lists = {name: [str(one) for one in form.getlist(name)] for name in ("parts", "equipment")}
            typed, errors = _typed(form) | lists, error.errors
        else:
            return pages.redirect(request, f"/organize/venues/{found['slug']}", _("The room is saved."))
    return pages.render(
        request,
        "catalogue/room_form.html",
        422 if errors else 200,
        venue=found,
        room=own,
        typed=typed,
        errors=dict(errors),
        kinds=[(kind, str(name)) for kind, name in ROOM_KINDS.items()],
        buildings=[(row["id"], row["name"]) for row in await places.buildings(found["id"])],
        parts=[(str(row["id"]), row["name"]) for row in all_rooms if row["id"] != room_id and not row["part_ids"]],
        zones=[(row["id"], row["name"]) for row in await zones.of(found["id"])],
        sets=[(name, str(words)) for name, words in SETS.items()],
        equipment=[(name, str(words)) for name, words in EQUIPMENT.items()],
    )


async def _venue_page(
    request: Request,
    venue: Any,
    typed: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    *,
    building: Mapping[str, Any] | None = None,
    building_errors: Mapping[str, str] | None = None,
) -> Response:
    return pages.render(
        request,
        "catalogue/venue.html",
        422 if errors or building_errors else 200,
        venue=venue,
        typed=typed,
        errors=dict(errors or {}),
        building=building or {"name": ""},
        building_errors=dict(building_errors or {}),
        rooms=await rooms.rooms(venue["id"]) if venue else [],
        buildings=await places.buildings(venue["id"]) if venue else [],
        kind_name=ROOM_KINDS,
        zones=[(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone],
    )


def _typed(form: FormData) -> dict[str, Any]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


routes = [
    Route("/organize/venues", venues, methods=["GET"], name="venues"),
    Route("/organize/venues/new", new_venue, methods=["GET", "POST"], name="new_venue"),
    Route("/organize/venues/{venue}", venue, methods=["GET", "POST"], name="venue"),
    Route("/organize/venues/{venue}/buildings", add_building, methods=["POST"], name="add_building"),
    Route("/organize/venues/{venue}/rooms/new", room, methods=["GET", "POST"], name="new_room"),
    Route("/organize/venues/{venue}/rooms/{room:int}", room, methods=["GET", "POST"], name="room"),
]
