"""The registrar's page of people in the programme without a ticket that lets them in, and the same as CSV."""

import csv
import io

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow, event_by_slug
from events.core import pages
from events.people import permissions
from events.registration import unregistered
from events.registration.order_list import safe
from events.registration.unregistered import NOBODYS, PAGE, PARTLY, Unregistered
from events.schedule import roles


async def page(request: Request) -> Response:
    event = await _event(request)
    found, asked = await _found(request, event), _asked(request)
    fitting = unregistered.fitting(found, *asked)
    typed = request.query_params.get("page", "1")
    number = max(1, int(typed)) if typed.isdecimal() and len(typed) < 7 else 1
    return pages.render(
        request,
        "registration/organizing/unregistered.html",
        event=event,
        here="unregistered",
        rows=fitting[(number - 1) * PAGE : number * PAGE],
        total=len(fitting),
        counts={state: sum(one.state == state for one in found) for state in (NOBODYS, PARTLY)},
        asked=asked,
        roles=roles.ROLES,
        page=number,
        page_count=max(1, -(-len(fitting) // PAGE)),
        per_page=PAGE,
    )


async def as_csv(request: Request) -> Response:
    event = await _event(request)
    body = _table(unregistered.fitting(await _found(request, event), *_asked(request)))
    name = f"without-ticket-{event.slug}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


async def _found(request: Request, event: EventRow) -> list[Unregistered]:
    invited = getattr(request.app.state, "invited", None)
    return await unregistered.of(event.id, await invited(event.id) if invited else None)


def _table(rows: list[Unregistered]) -> bytes:
    """A line a part; UTF-8 with a mark, which Excel needs."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["person", "name", "e-mail", "tickets", "session", "title", "role", "days", "invited by"])
    for one in rows:
        known = (one.code, safe(one.name), safe(one.email), safe("; ".join(one.tickets)))
        for part in one.parts:
            days = " ".join(day.isoformat() for day in part.days)
            writer.writerow([*known, part.code, safe(part.title), part.role, days, safe(one.invited_by)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _asked(request: Request) -> tuple[str, str, str]:
    """Words, state and role of the address; what is none of them counts as nothing."""
    query = request.query_params
    state, role = query.get("state", ""), query.get("role", "")
    return query.get("q", "")[:100], state if state in (NOBODYS, PARTLY) else "", role if role in roles.ROLES else ""


async def _event(request: Request) -> EventRow:
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    permissions.require(request.state.actor, permissions.READ_ORDERS, event=event.id, unit=event.unit_id)
    return event


_PATH = "/organize/events/{slug}/unregistered"
routes = [
    Route(_PATH, page, name="organize_unregistered"),
    Route(f"{_PATH}.csv", as_csv, name="organize_unregistered_csv"),
]
