"""The registrar's desk: one box over all events whose orders one may read."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.core import pages
from events.people import permissions
from events.registration import order_search


async def desk(request: Request) -> Response:
    permissions.require_somewhere(request.state.actor, permissions.READ_ORDERS)
    words = request.query_params.get("q", "")[:200]
    reach = permissions.reach(request.state.actor, permissions.READ_ORDERS)
    found = await order_search.find(words, reach, getattr(request.app.state, "finders", ()))
    return pages.render(
        request,
        "registration/organizing/desk.html",
        words=words,
        found=found,
        most=order_search.MOST,
    )


routes = [Route("/organize/registrations", desk, methods=["GET"], name="organize_desk")]
