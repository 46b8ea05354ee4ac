"""`colloquy web` with three addresses more: what the same app, server and run can do at best, and who answers.

Started as `python -m benchmarks.app PORT WORKERS`, it is the very command of production but for these addresses.
"""

import os
import sys
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events import app
from events.commands import web

FIXED = b"x" * 200


async def fixed(request: Request) -> Response:
    """A fixed answer of 200 bytes: the ceiling."""
    return Response(FIXED, media_type="text/plain", headers={"Cache-Control": "no-store"})


async def long(request: Request) -> Response:
    """A fixed answer of as many bytes as asked for, of a type that nobody compresses."""
    body = request.app.state.long.setdefault(request.path_params["n"], b"x" * request.path_params["n"])
    return Response(body, media_type="application/octet-stream", headers={"Cache-Control": "no-store"})


async def process(request: Request) -> Response:
    """The id of the process at the other end of this connection."""
    return Response(str(os.getpid()), media_type="text/plain")


def create() -> Starlette:
    made = app.create()
    made.state.long = {}
    made.router.routes[:0] = [
        Route("/bench/fixed", fixed),
        Route("/bench/fixed/{n:int}", long),
        Route("/bench/process", process),
    ]
    return made


class Measured(web.Server):
    def __init__(self, target: str, **settings: Any) -> None:
        super().__init__("benchmarks.app:create", **settings)


if __name__ == "__main__":
    web.Server = Measured  # type: ignore[assignment, misc]
    web.command(["--port", sys.argv[1], "--workers", sys.argv[2]])
