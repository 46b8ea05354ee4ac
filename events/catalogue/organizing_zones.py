"""The organizers' page of a venue's zones: their names, the buildings in them, and the walks between them."""

import re
from collections.abc import Mapping
from itertools import combinations
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue import places, zones
from events.catalogue.zones import LONGEST, Pair
from events.core import pages
from events.core.errors import Unreadable
from events.core.locales import _
from events.people import permissions
from events.people.permissions import EDIT_VENUES

Typed = Mapping[str, str]


async def zones_page(request: Request) -> Response:
    """The zones and what is in them; POST changes names and buildings."""
    permissions.require(request.state.actor, EDIT_VENUES)
    venue = await places.venue(request.path_params["venue"])
    if request.method != "POST":
        return await _page(request, venue)
    typed = _typed(await request.form())
    own = {row["id"] for row in await places.buildings(venue["id"])}
    buildings = {number: _number(value) for number, value in _numbered(typed, "building") if number in own}
    try:
        await zones.save(
            venue["id"],
            {number: _line(value) for number, value in _numbered(typed, "zone")},
            _line(typed.get("new", "")),
            buildings,
        )
    except Unreadable as error:
        return await _page(request, venue, typed, error)
    return pages.redirect(request, f"/organize/venues/{venue['slug']}/zones", _("Saved."))


async def walks(request: Request) -> Response:
    """The whole table; an empty field is a walk nobody measured."""
    permissions.require(request.state.actor, EDIT_VENUES)
    venue = await places.venue(request.path_params["venue"])
    typed = _typed(await request.form())
    try:
        await zones.save_walks(venue["id"], _minutes(typed))
    except Unreadable as error:
        return await _page(request, venue, typed, error)
    return pages.redirect(request, f"/organize/venues/{venue['slug']}/zones", _("The walks are saved."))


def _minutes(typed: Typed) -> dict[Pair, int]:
    """The fields `walk-3-7`, the smaller zone first. Raises Unreadable."""
    found: dict[Pair, int] = {}
    errors: dict[str, str] = {}
    for name, value in typed.items():
        pair = re.fullmatch("walk-([0-9]{1,9})-([0-9]{1,9})", name)
        if not pair or not value.strip():
            continue
        one, other = sorted((int(pair[1]), int(pair[2])))
        if not re.fullmatch("[0-9]{1,3}", value.strip()) or int(value) > LONGEST or one == other:
            errors[name] = _("A whole number up to %(most)s.") % {"most": LONGEST}
        else:
            found[one, other] = int(value)
    if errors:
        raise Unreadable(errors)
    return found


def _numbered(typed: Typed, kind: str) -> list[tuple[int, str]]:
    found = [(re.fullmatch(f"{kind}-([0-9]{{1,9}})", name), value) for name, value in typed.items()]
    return [(int(name[1]), value) for name, value in found if name]


def _number(text: str) -> int | None:
    """None for nothing; -1, which no zone has, for what is no number."""
    if not text:
        return None
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else -1


def _line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _typed(form: Any) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def _page(request: Request, venue: Any, typed: Typed | None = None, error: Unreadable | None = None) -> Response:
    found = await zones.of(venue["id"])
    buildings = await places.buildings(venue["id"])
    minutes = await zones.walks(venue["id"])
    shown = {f"zone-{row['id']}": row["name"] for row in found} | {"new": ""}
    shown |= {f"building-{row['id']}": str(row["zone_id"] or "") for row in buildings}
    ids = sorted(row["id"] for row in found)
    shown |= {f"walk-{one}-{other}": str(minutes.get((one, other), "")) for one, other in combinations(ids, 2)}
    shown |= {name: value for name, value in (typed or {}).items() if name in shown}
    return pages.render(
        request,
        "catalogue/zones.html",
        422 if error else 200,
        venue=venue,
        zones=found,
        buildings=buildings,
        zone_options=[(row["id"], row["name"]) for row in found],
        shown=shown,
        errors=error.errors if error else {},
        longest=LONGEST,
    )


routes = [
    Route("/organize/venues/{venue}/zones", zones_page, methods=["GET", "POST"], name="venue_zones"),
    Route("/organize/venues/{venue}/walks", walks, methods=["POST"], name="venue_walks"),
]
