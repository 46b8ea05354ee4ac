"""Stripe's own pages, as far as they can do something to us: payments, refunds, disputes, the balance, bad days."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from events.registration.sandbox import deeds
from events.registration.sandbox.checkout import Till
from events.registration.sandbox.control import fault_of
from events.registration.sandbox.delivery import Delivery
from events.registration.sandbox.disputes import OPEN
from events.registration.sandbox.errors import Refused
from events.registration.sandbox.faults import Kind
from events.registration.sandbox.hosted import POLICY, in_words, page
from events.registration.sandbox.ledger import Object
from events.registration.sandbox.refunds import GONE

SHOWN = 200
MOMENT = "%Y-%m-%d %H:%M"


def _till(request: Request) -> Till:
    till: Till = request.app.state.till
    return till


async def payments(request: Request) -> Response:
    """Every payment, with what only Stripe or a bank could do to it."""
    till = _till(request)
    rows = [_payment(till, one) for one, _n in zip(till.ledger.all("checkout.session"), range(SHOWN), strict=False)]
    orders = {row["intent"]: row["order"] for row in rows if row["intent"]}
    about = [
        {"kind": "refund", **one, "order": orders.get(one["payment_intent"], ""), "words": _amount(one)}
        for one in till.refunds()[:SHOWN]
    ]
    disputed = [
        {
            **one,
            "order": orders.get(one["payment_intent"], ""),
            "words": _amount(one),
            "open": one["status"] in OPEN,
            "inquiry": one["status"].startswith("warning_"),
            "unanswered": one["status"].endswith("needs_response"),
        }
        for one in till.disputes()[:SHOWN]
    ]
    return page("dashboard.html", here="/", rows=rows, refunds=about, disputes=disputed)


def _payment(till: Till, session: Object) -> Object:
    intent = till.intent(session["payment_intent"]) if session["payment_intent"] else None
    back = till.refunds(intent["id"]) if intent else []
    refunded = sum(one["amount"] for one in back if one["status"] not in GONE)
    charge = till.ledger.find("charge", intent["latest_charge"] or "") if intent else None
    return {
        "id": session["id"],
        "intent": intent["id"] if intent else "",
        "order": session["client_reference_id"] or "",
        "amount": in_words(session["amount_total"], session["currency"]),
        "status": session["status"],
        "payment": intent["status"] if intent else "",
        "refunded": in_words(refunded, session["currency"]) if refunded else "",
        "left": session["amount_total"] - refunded,
        "disputed": bool(charge and charge["disputed"]),
        "undecided": any(one["status"] in OPEN for one in till.disputes(intent["id"])) if intent else False,
    }


def _amount(thing: Object) -> str:
    return in_words(thing["amount"], thing["currency"])


async def balance(request: Request) -> Response:
    """What came and went, what Stripe kept, and what was paid out."""
    till = _till(request)
    found = [till.show(one) for one in till.ledger.all("balance_transaction")]
    currencies = sorted({one["currency"] for one in found})
    free = {one: sum(row["net"] for row in till.available(one)) for one in currencies}
    sums = [(one, amount > 0, in_words(amount, one)) for one, amount in free.items()]
    rows = [
        {
            **one,
            "gross": _amount(one),
            "kept": in_words(one["fee"], one["currency"]),
            "left": in_words(one["net"], one["currency"]),
        }
        for one in found[:SHOWN]
    ]
    payouts = [
        {**till.show(one), "words": _amount(one)}
        for one, _n in zip(till.ledger.all("payout"), range(SHOWN), strict=False)
    ]
    return page("balance.html", here="/balance", sums=sums, rows=rows, payouts=payouts)


async def bad_days(request: Request) -> Response:
    delivery: Delivery = request.app.state.delivery
    return page(
        "bad_days.html",
        here="/bad-days",
        coming=request.app.state.faults.coming,
        kinds=list(Kind),
        delivery=delivery,
        waiting=delivery.waiting,
    )


async def do(request: Request) -> Response:
    """POST: one of `deeds`, and back to the page it was done on."""
    async with request.form() as form:
        values = {name: str(value) for name, value in form.items()}
    back = {"/balance": "/balance"}.get(values.pop("back", ""), "/")
    try:
        deeds.do(_till(request), values.pop("do", ""), request.path_params["id"], values)
    except Refused as refused:
        return HTMLResponse(refused.words, 409, headers=POLICY, media_type="text/plain")
    return RedirectResponse(back, 303)


async def change_faults(request: Request) -> Response:
    """POST: one more fault, or none any more."""
    async with request.form() as form:
        values = {name: str(value) for name, value in form.items() if value}
    coming = request.app.state.faults.coming
    if values.pop("clear", ""):
        coming.clear()
        return RedirectResponse("/bad-days", 303)
    try:
        coming.append(fault_of(values))
    except Refused as refused:
        return HTMLResponse(refused.words, 422, headers=POLICY, media_type="text/plain")
    return RedirectResponse("/bad-days", 303)


async def change_webhooks(request: Request) -> Response:
    """POST: hold them, send each twice, or let those go that wait."""
    delivery: Delivery = request.app.state.delivery
    async with request.form() as form:
        what = str(form.get("what", ""))
    waiting = [one["id"] for one in delivery.waiting]
    if what in {"release", "release backwards"}:
        delivery.held = False
        delivery.release(waiting if what == "release" else waiting[::-1])
    elif what in {"hold", "go on"}:
        delivery.held = what == "hold"
    elif what in {"once", "twice"}:
        delivery.copies = 2 if what == "twice" else 1
    return RedirectResponse("/bad-days", 303)


routes = [
    Route("/", payments, methods=["GET"]),
    Route("/balance", balance, methods=["GET"]),
    Route("/bad-days", bad_days, methods=["GET"]),
    Route("/bad-days/faults", change_faults, methods=["POST"]),
    Route("/bad-days/webhooks", change_webhooks, methods=["POST"]),
    Route("/do/{id}", do, methods=["POST"]),
]
