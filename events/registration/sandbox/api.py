"""The addresses under /v1 that we use, with Stripe's keys, idempotency, expanded fields, lists and bad days."""

import copy
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from stripe import params as known
from stripe.params import checkout as known_of_checkout

from events.registration.sandbox import faults, lists, parameters
from events.registration.sandbox.checkout import Till
from events.registration.sandbox.errors import Refused
from events.registration.sandbox.ledger import Ledger, Object

Handler = Callable[[Request], Awaitable[Response]]
Answer = Callable[[Till, Object, Request], Object]

DEEPEST = 4
"""Levels that `expand` may go down (docs.stripe.com/api/expanding_objects)."""


def authorize(request: Request) -> None:
    """Any test key will do; none, or a live one, will not."""
    scheme, _sep, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.startswith(("sk_test_", "rk_test_")):
        raise Refused("Invalid API Key provided.", status=401)


def _till(request: Request) -> Till:
    till: Till = request.app.state.till
    return till


def _expand(till: Till, shown: Object, names: list[str]) -> Object:
    """Put objects where their ids stand. names: `payment_intent.latest_charge`, and in lists `data.charge`."""
    for name in names:
        parts = name.split(".")
        if len(parts) > DEEPEST:
            raise Refused("You cannot expand more than 4 levels of a property.", param="expand")
        for thing in shown["data"] if parts[0] == "data" and "data" in shown else [shown]:
            _expand_one(till, thing, parts[1:] if parts[0] == "data" else parts, name)
    return shown


def _expand_one(till: Till, thing: Object, parts: list[str], name: str) -> None:
    for part in parts:
        value = thing.get(part, ...)
        if isinstance(value, str) and value in till.ledger.objects:
            value = thing[part] = till.show(till.ledger.objects[value])
        if value is None:
            return
        if not isinstance(value, dict):
            raise Refused(f"This property cannot be expanded ({name}).", param="expand")
        thing = value


def reading(kind: Any, answer: Answer) -> Handler:
    """GET: parameters in the query."""

    async def handler(request: Request) -> Response:
        authorize(request)
        fault = request.app.state.faults.take("GET", request.url.path)
        await faults.before(fault)
        params = parameters.read(request.query_params.multi_items(), kind)
        shown = _expand(_till(request), answer(_till(request), params, request), params.get("expand", []))
        faults.after(fault)
        await faults.silence(fault)
        return JSONResponse(shown)

    return handler


def making(kind: Any, make: Answer) -> Handler:
    """POST: form fields. The same idempotency key gets the same answer, a no or a 500 of the work as well; with other
    parameters an error. What is refused before the work is forgotten (docs.stripe.com/api/idempotent_requests)."""

    async def handler(request: Request) -> Response:
        authorize(request)
        pairs = parse_qsl((await request.body()).decode(), keep_blank_values=True)
        key = request.headers.get("idempotency-key", "")
        if key and (replayed := _replayed(request, key, _asked(request, pairs))):
            return replayed
        fault = request.app.state.faults.take("POST", request.url.path)
        under_way: set[str] = request.app.state.under_way
        under_way.add(key)
        try:
            status, body = await _work(request, kind, make, pairs, fault)
        finally:
            under_way.discard(key)
        if key:
            ledger: Ledger = request.app.state.ledger
            ledger.keep_answer(key, _asked(request, pairs), status, copy.deepcopy(body), _till(request).clock())
        await faults.silence(fault)
        return JSONResponse(body, status)

    return handler


def _asked(request: Request, pairs: list[tuple[str, str]]) -> str:
    return hashlib.sha256(repr((request.url.path, sorted(pairs))).encode()).hexdigest()


def _replayed(request: Request, key: str, asked: str) -> Response | None:
    if key in request.app.state.under_way:
        raise Refused(
            "There is currently another in-progress request using this idempotency key.",
            status=409,
            kind="idempotency_error",
            code="idempotency_key_in_use",
        )
    ledger: Ledger = request.app.state.ledger
    before = ledger.answer(key, _till(request).clock())
    if before is None:
        return None
    if before["asked"] != asked:
        raise Refused(
            "Keys for idempotent requests can only be used with the same parameters they were first used with.",
            kind="idempotency_error",
            code="idempotency_error",
        )
    return JSONResponse(before["body"], before["status"], headers={"Idempotent-Replayed": "true"})


async def _work(
    request: Request, kind: Any, make: Answer, pairs: list[tuple[str, str]], fault: faults.Fault | None
) -> tuple[int, Object]:
    """Status and body. Raises Refused where nothing is to be kept under the key."""
    params = parameters.read(pairs, kind)
    try:
        await faults.before(fault)
        made = _expand(_till(request), make(_till(request), params, request), params.get("expand", []))
        faults.after(fault)
    except Refused as refused:
        if not refused.kept:
            raise
        return refused.status, dict(refused.body)
    return 200, made


def _one(kind: str) -> Answer:
    def answer(till: Till, params: Object, request: Request) -> Object:
        return till.show(till.get(kind, request.path_params["id"]))

    return answer


def _many(kind: str) -> Answer:
    def answer(till: Till, params: Object, request: Request) -> Object:
        found = list(till.ledger.all(kind))
        if kind == "checkout.session":
            found = [till.session(one["id"]) for one in found]
        return lists.page(request.url.path, found, params, till.show)

    return answer


def _create_session(till: Till, params: Object, request: Request) -> Object:
    return till.show(till.create(params))


def _expire_session(till: Till, params: Object, request: Request) -> Object:
    return till.show(till.expire(request.path_params["id"]))


def _create_refund(till: Till, params: Object, request: Request) -> Object:
    return till.show(till.refund(params))


_MADE: tuple[tuple[str, Any, Answer], ...] = (
    ("/v1/checkout/sessions", known_of_checkout.SessionCreateParams, _create_session),
    ("/v1/checkout/sessions/{id}/expire", known_of_checkout.SessionExpireParams, _expire_session),
    ("/v1/refunds", known.RefundCreateParams, _create_refund),
)
_READ: tuple[tuple[str, str, Any, Any], ...] = (
    (
        "/v1/checkout/sessions",
        "checkout.session",
        known_of_checkout.SessionRetrieveParams,
        known_of_checkout.SessionListParams,
    ),
    ("/v1/payment_intents", "payment_intent", known.PaymentIntentRetrieveParams, known.PaymentIntentListParams),
    ("/v1/charges", "charge", known.ChargeRetrieveParams, known.ChargeListParams),
    ("/v1/refunds", "refund", known.RefundRetrieveParams, known.RefundListParams),
    ("/v1/disputes", "dispute", known.DisputeRetrieveParams, known.DisputeListParams),
    (
        "/v1/balance_transactions",
        "balance_transaction",
        known.BalanceTransactionRetrieveParams,
        known.BalanceTransactionListParams,
    ),
    ("/v1/payouts", "payout", known.PayoutRetrieveParams, known.PayoutListParams),
    ("/v1/events", "event", known.EventRetrieveParams, known.EventListParams),
)
"""Address, kind, and what one may say to read one and to list many."""

routes = [
    *(Route(path, making(kind, make), methods=["POST"]) for path, kind, make in _MADE),
    *(Route(path, reading(listed, _many(kind)), methods=["GET"]) for path, kind, _one_, listed in _READ),
    *(Route(f"{path}/{{id}}", reading(one, _one(kind)), methods=["GET"]) for path, kind, one, _many_ in _READ),
]
