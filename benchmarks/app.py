"""The application with two addresses more: what the same app, server and run can do at best."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events import app

FIXED = b"x" * 200


async def fixed(request: Request) -> Response:
    """A fixed answer of 200 bytes: the ceiling."""
    return Response(FIXED, media_type="text/plain", headers={"Cache-Control": "no-store"})


async def long(request: Request) -> Response:
    """A fixed answer of as many bytes as asked for, and not compressed again."""
    body = request.app.state.long.setdefault(request.path_params["n"], b"x" * request.path_params["n"])
    return Response(
        body, media_type="text/plain", headers={"Cache-Control": "no-store", "Content-Encoding": "identity"}
    )


def create() -> Starlette:
    made = app.create()
    made.state.long = {}
    made.router.routes[:0] = [Route("/bench/fixed", fixed), Route("/bench/fixed/{n:int}", long)]
    return made
