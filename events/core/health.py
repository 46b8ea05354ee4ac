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
from events.core.closing import Closing

_WORK = """
SELECT m.retried, m.leased, w.webhooks, w.webhooks_age FROM
    (SELECT count(*) FILTER (WHERE error <> '') AS retried, count(*) FILTER (WHERE leased_until > $1) AS leased
     FROM outbox_message WHERE done_at IS NULL AND failed_at IS NULL) m,
    (SELECT count(*) AS webhooks, coalesce(extract(epoch FROM $1 - min(received_at)), 0)::float AS webhooks_age
     FROM webhook_event WHERE handled_at IS NULL) w
"""


async def healthz(request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


async def readyz(request: Request) -> Response:
    """The process can reach what it needs. Without Redis it still sells; mail is late: said, but ready.

    One that is on its way out is not ready, so that a proxy that asks here sends nobody any more.
    """
    if Closing.begun:
        return JSONResponse({"process": "closing"}, 503, headers={"Cache-Control": "no-store"})
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
    metrics.outbox_age.set(max(age, 0.0))  # the first may be due tomorrow
    metrics.outbox_failed.set(failed)
    work = await database.row(_WORK, request.state.now)
    assert work is not None
    metrics.outbox_retried.set(work["retried"])
    metrics.outbox_leased.set(work["leased"])
    metrics.webhooks_waiting.set(work["webhooks"])
    metrics.webhooks_age.set(max(work["webhooks_age"], 0.0))
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)


routes = [
    Route("/healthz", healthz, name="healthz"),
    Route("/readyz", readyz, name="readyz"),
    Route("/metrics", show_metrics, name="metrics"),
]
