"""The page on which a buyer pays, with every ending to choose from, and a page to play the bank. No scripts."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from events.core.money import Money
from events.registration.sandbox.checkout import ITEMS, Card, Till
from events.registration.sandbox.errors import Refused

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
POLICY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


def _page(name: str, status: int = 200, **values: object) -> Response:
    return HTMLResponse(_pages.get_template(name).render(values), status, headers=POLICY)


def _words(amount: int, currency: str) -> str:
    return Money(amount, currency.upper()).words("en")


async def pay_page(request: Request) -> Response:
    return _show(request, request.path_params["id"])


def _show(request: Request, id_: str, problem: str = "", status: int = 200) -> Response:
    till: Till = request.app.state.till
    session = till.session(id_)
    items = [
        (
            item["price_data"]["product_data"]["name"],
            item["price_data"]["product_data"].get("description", ""),
            item["quantity"],
            _words(item["price_data"]["unit_amount"] * item["quantity"], session["currency"]),
        )
        for item in session[ITEMS]
    ]
    total = _words(session["amount_total"], session["currency"])
    return _page("pay.html", status, session=session, items=items, total=total, problem=problem, cards=Card)


async def pay(request: Request) -> Response:
    till: Till = request.app.state.till
    id_ = request.path_params["id"]
    form = await request.form()
    try:
        card = Card(str(form.get("card", "")))
    except ValueError:
        return _show(request, id_, "Choose one of the ways to pay.", 422)
    try:
        session = till.pay(id_, card)
    except Refused:
        return _show(request, id_, "", 409)
    if card is Card.declined:
        return _show(request, id_, "The card was declined. Nothing was charged; choose another way, or go back.", 402)
    if card is Card.late:
        return _page("late.html", session=session)
    return RedirectResponse(session["success_url"].replace("{CHECKOUT_SESSION_ID}", id_), 303)


async def dashboard(request: Request) -> Response:
    """Every payment, with what only Stripe or a bank could do to it."""
    till: Till = request.app.state.till
    rows = []
    for session in till.ledger.all("checkout.session"):
        intent = till.intent(session["payment_intent"]) if session["payment_intent"] else None
        refunded = sum(one["amount"] for one in till.refunds(intent["id"])) if intent else 0
        rows.append(
            {
                "id": session["id"],
                "order": session["client_reference_id"] or "",
                "amount": _words(session["amount_total"], session["currency"]),
                "status": session["status"],
                "payment": intent["status"] if intent else "",
                "refunded": _words(refunded, session["currency"]) if refunded else "",
                "left": session["amount_total"] - refunded,
            }
        )
    return _page("dashboard.html", rows=rows[:200])


async def decide(request: Request) -> Response:
    """POST: the bank accepts or declines, or somebody refunds in Stripe's own pages."""
    till: Till = request.app.state.till
    session = till.session(request.path_params["id"])
    what = str((await request.form()).get("what", ""))
    try:
        if what in {"accept", "decline"}:
            till.settle(session["id"], what == "accept")
        elif what == "refund":
            till.refund({"payment_intent": session["payment_intent"] or ""})
    except Refused as refused:
        return HTMLResponse(refused.words, 409, headers=POLICY)
    return RedirectResponse("/", 303)


async def style(request: Request) -> Response:
    return Response((Path(__file__).parent / "pages.css").read_bytes(), media_type="text/css", headers=POLICY)


async def no_icon(request: Request) -> Response:
    return Response(status_code=204, headers=POLICY)


routes = [
    Route("/", dashboard, methods=["GET"]),
    Route("/pay/{id}", pay_page, methods=["GET"]),
    Route("/pay/{id}", pay, methods=["POST"]),
    Route("/decide/{id}", decide, methods=["POST"]),
    Route("/pages.css", style, methods=["GET"]),
    Route("/favicon.ico", no_icon, methods=["GET"]),
]
