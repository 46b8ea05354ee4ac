"""The addresses under /v1 that we use, with Stripe's keys, idempotency and expanded fields."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from events.registration.sandbox import parameters, shapes
from events.registration.sandbox.checkout import Till, public
from events.registration.sandbox.errors import Refused
from events.registration.sandbox.ledger import Ledger, Object

Handler = Callable[[Request], Awaitable[Response]]
Make = Callable[[Till, Object, Request], Object]


def _till(request: Request) -> Till:
    till: Till = request.app.state.till
    return till


def _authorize(request: Request) -> None:
    """Any test key will do; none, or a live one, will not."""
    scheme, _sep, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.startswith(("sk_test_", "rk_test_")):
        raise Refused("Invalid API Key provided.", status=401)


def _expanded(till: Till, thing: Object, expand: list[str]) -> Object:
    shown = public(thing)
    for name in expand:
        if name.removeprefix("data.") != "payment_intent":
            raise Refused(f"This property cannot be expanded ({name}).", param="expand")
        if shown.get("payment_intent"):
            shown["payment_intent"] = public(till.intent(shown["payment_intent"]))
    return shown


def reading(kind: Any, answer: Make) -> Handler:
    """GET: parameters in the query."""

    async def handler(request: Request) -> Response:
        _authorize(request)
        params = parameters.read(request.query_params.multi_items(), kind) if kind else {}
        return JSONResponse(answer(_till(request), params, request))

    return handler


def making(kind: Any, make: Make) -> Handler:
    """POST: form fields; the same idempotency key gives the same answer, and with other parameters an error."""

    async def handler(request: Request) -> Response:
        _authorize(request)
        body = await request.body()
        ledger: Ledger = request.app.state.ledger
        key = request.headers.get("idempotency-key", "")
        asked = hashlib.sha256(request.url.path.encode() + b"\n" + body).hexdigest()
        if key and (known := ledger.answers.get(key)):
            if known["asked"] != asked:
                raise Refused(
                    "Keys for idempotent requests can only be used with the same parameters they were first used with.",
                    kind="idempotency_error",
                    code="idempotency_error",
                )
            return JSONResponse(known["body"], known["status"], headers={"Idempotent-Replayed": "true"})
        params = parameters.read(parse_qsl(body.decode(), keep_blank_values=True), kind)
        made = make(_till(request), params, request)
        if key:
            ledger.keep_answer(key, asked, 200, made)
        return JSONResponse(made)

    return handler


def _create_session(till: Till, params: Object, request: Request) -> Object:
    return _expanded(till, till.create(params), params.get("expand", []))


def _read_session(till: Till, params: Object, request: Request) -> Object:
    return _expanded(till, till.session(request.path_params["id"]), params.get("expand", []))


def _expire_session(till: Till, params: Object, request: Request) -> Object:
    return _expanded(till, till.expire(request.path_params["id"]), params.get("expand", []))


def _read_intent(till: Till, params: Object, request: Request) -> Object:
    return public(till.intent(request.path_params["id"]))


def _create_refund(till: Till, params: Object, request: Request) -> Object:
    return public(till.refund(params))


def _list_refunds(till: Till, params: Object, request: Request) -> Object:
    found = [public(one) for one in till.refunds(params.get("payment_intent"))]
    limit = params.get("limit", 10)
    return shapes.listing("/v1/refunds", found[:limit], len(found) > limit)


def _list_events(till: Till, params: Object, request: Request) -> Object:
    return shapes.listing("/v1/events", list(till.ledger.all("event"))[:100])


def _read_event(till: Till, params: Object, request: Request) -> Object:
    event = till.ledger.find("event", request.path_params["id"])
    if event is None:
        raise Refused("No such event.", status=404, code="resource_missing", param="id")
    return event


routes = [
    Route("/v1/checkout/sessions", making(parameters.CREATE_SESSION, _create_session), methods=["POST"]),
    Route("/v1/checkout/sessions/{id}", reading(parameters.READ_SESSION, _read_session), methods=["GET"]),
    Route("/v1/checkout/sessions/{id}/expire", making(parameters.EXPIRE_SESSION, _expire_session), methods=["POST"]),
    Route("/v1/payment_intents/{id}", reading(None, _read_intent), methods=["GET"]),
    Route("/v1/refunds", making(parameters.CREATE_REFUND, _create_refund), methods=["POST"]),
    Route("/v1/refunds", reading(parameters.LIST_REFUNDS, _list_refunds), methods=["GET"]),
    Route("/v1/events", reading(None, _list_events), methods=["GET"]),
    Route("/v1/events/{id}", reading(None, _read_event), methods=["GET"]),
]
