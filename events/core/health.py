"""For operations: is the process alive, can it work, and what does it count."""

import asyncio

from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from events.core import database, metrics, outbox


async def healthz(request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


async def readyz(request: Request) -> Response:
    """The process can reach what it needs. Without Redis it still sells; mail is late: said, but ready."""
    found = {"database": "ok", "redis": "ok"}
    try:
        await asyncio.wait_for(database.value("SELECT 1"), 2)
    except Exception as error:
        found["database"] = type(error).__name__
    redis: Redis | None = request.app.state.redis
    try:
        if redis is None:
            found["redis"] = "not set"
        else:
            await asyncio.wait_for(redis.ping(), 2)
    except (RedisError, OSError, TimeoutError) as error:
        found["redis"] = type(error).__name__
    status = 200 if found["database"] == "ok" else 503
    return JSONResponse(found, status, headers={"Cache-Control": "no-store"})


async def show_metrics(request: Request) -> Response:
    due, age, failed = await outbox.lag(request.state.now)
    metrics.outbox_due.set(due)
    metrics.outbox_age.set(age)
    metrics.outbox_failed.set(failed)
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)


routes = [
    Route("/healthz", healthz, name="healthz"),
    Route("/readyz", readyz, name="readyz"),
    Route("/metrics", show_metrics, name="metrics"),
]
