"""`/dev/looks`: every part of the pages with sample data, to look at. Served in dev only."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.core import pages


async def looks(request: Request) -> Response:
    return pages.render(request, "site/looks.html")


routes = [Route("/dev/looks", looks, name="dev_looks")]
