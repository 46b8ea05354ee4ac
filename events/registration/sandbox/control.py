"""A small API for tests, beside Stripe's: what happens there, what goes wrong, how webhooks travel. JSON, a test key.

POST /control/deeds     {"do": "dispute", "id": "pi_…", "amount": 1000}: see `deeds.DEEDS`
GET POST DELETE /control/faults   {"kind": "broken after", "path": "/v1/refunds", "method": "POST", "times": 2}, and
                        "seconds" where it is slow or lost
GET POST /control/webhooks        {"held": true, "copies": 2, "delay": 0.5}
POST /control/webhooks/release    {"order": ["evt_…", "evt_…"]}, or {} for all as they were made
POST /control/webhooks/resend     {"id": "evt_…"}: a person presses Resend
"""

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from events.registration.sandbox import deeds
from events.registration.sandbox.api import authorize
from events.registration.sandbox.delivery import Delivery
from events.registration.sandbox.errors import Refused
from events.registration.sandbox.faults import Fault, Faults, Kind


async def _values(request: Request) -> dict[str, Any]:
    try:
        values = await request.json()
    except ValueError:
        raise Refused("This is no JSON.") from None
    if not isinstance(values, dict):
        raise Refused("This is no object.")
    return values


def _delivery(request: Request) -> Delivery:
    delivery: Delivery = request.app.state.delivery
    return delivery


async def do(request: Request) -> Response:
    authorize(request)
    values = await _values(request)
    return JSONResponse(deeds.do(request.app.state.till, str(values.pop("do", "")), str(values.pop("id", "")), values))


async def faults(request: Request) -> Response:
    """GET what is to come, POST one more, DELETE all."""
    authorize(request)
    found: Faults = request.app.state.faults
    if request.method == "POST":
        found.coming.append(fault_of(await _values(request)))
    if request.method == "DELETE":
        found.coming.clear()
    return JSONResponse([asdict(one) for one in found.coming])


def fault_of(values: dict[str, Any]) -> Fault:
    """Raises Refused for what is no fault."""
    try:
        fault = Fault(**{**values, "kind": Kind(values.get("kind", ""))})
        fault.times, fault.seconds = int(fault.times), float(fault.seconds)
    except (TypeError, ValueError) as error:
        raise Refused(f"No such fault: {error}") from None
    if not (isinstance(fault.path, str) and isinstance(fault.method, str) and fault.times > 0 and fault.seconds >= 0):
        raise Refused("No such fault.")
    return fault


async def webhooks(request: Request) -> Response:
    """GET how they travel and which wait, POST what is to change of it."""
    authorize(request)
    delivery = _delivery(request)
    if request.method == "POST":
        values = await _values(request)
        try:
            delivery.copies = int(values.get("copies", delivery.copies))
            delivery.delay = float(values.get("delay", delivery.delay))
            delivery.held = bool(values.get("held", delivery.held))
        except (TypeError, ValueError) as error:
            raise Refused(f"Webhooks do not travel so: {error}") from None
    waiting = [{"id": one["id"], "type": one["type"]} for one in delivery.waiting]
    return JSONResponse({"copies": delivery.copies, "delay": delivery.delay, "held": delivery.held, "waiting": waiting})


async def release(request: Request) -> Response:
    authorize(request)
    delivery = _delivery(request)
    delivery.release((await _values(request)).get("order") or [one["id"] for one in delivery.waiting])
    return JSONResponse({"waiting": len(delivery.waiting)})


async def resend(request: Request) -> Response:
    authorize(request)
    event = request.app.state.till.get("event", str((await _values(request)).get("id", "")))
    _delivery(request).send(event)
    return JSONResponse(event)


routes = [
    Route("/control/deeds", do, methods=["POST"]),
    Route("/control/faults", faults, methods=["GET", "POST", "DELETE"]),
    Route("/control/webhooks", webhooks, methods=["GET", "POST"]),
    Route("/control/webhooks/release", release, methods=["POST"]),
    Route("/control/webhooks/resend", resend, methods=["POST"]),
]
