"""The page on which a buyer pays, with every ending to choose from, and one on which their bank asks. No scripts."""

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


def page(name: str, status: int = 200, **values: object) -> Response:
    return HTMLResponse(_pages.get_template(name).render(values), status, headers=POLICY)


def in_words(amount: int, currency: str) -> str:
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
            in_words(item["price_data"]["unit_amount"] * item["quantity"], session["currency"]),
        )
        for item in session[ITEMS]
    ]
    total = in_words(session["amount_total"], session["currency"])
    return page("pay.html", status, session=session, items=items, total=total, problem=problem, cards=Card)


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
    if card is Card.secure:
        return RedirectResponse(f"/pay/{id_}/bank", 303)
    if card is Card.late:
        return page("late.html", session=session)
    return RedirectResponse(session["success_url"].replace("{CHECKOUT_SESSION_ID}", id_), 303)


async def bank_page(request: Request) -> Response:
    """3-D Secure: the buyer's bank wants to know whether it is them."""
    till: Till = request.app.state.till
    session = till.session(request.path_params["id"])
    if session["status"] != "open":
        return _show(request, session["id"])
    return page("bank.html", session=session, total=in_words(session["amount_total"], session["currency"]))


async def answer_bank(request: Request) -> Response:
    till: Till = request.app.state.till
    id_ = request.path_params["id"]
    async with request.form() as form:
        is_them = form.get("answer") == "yes"
    try:
        session = till.answer(id_, is_them)
    except Refused:
        return _show(request, id_, "", 409)
    if not is_them:
        return _show(request, id_, "The bank did not believe it was you. Nothing was charged; choose another way.", 402)
    return RedirectResponse(session["success_url"].replace("{CHECKOUT_SESSION_ID}", id_), 303)


async def style(request: Request) -> Response:
    return Response((Path(__file__).parent / "pages.css").read_bytes(), media_type="text/css", headers=POLICY)


async def no_icon(request: Request) -> Response:
    return Response(status_code=204, headers=POLICY)


routes = [
    Route("/pay/{id}", pay_page, methods=["GET"]),
    Route("/pay/{id}", pay, methods=["POST"]),
    Route("/pay/{id}/bank", bank_page, methods=["GET"]),
    Route("/pay/{id}/bank", answer_bank, methods=["POST"]),
    Route("/pages.css", style, methods=["GET"]),
    Route("/favicon.ico", no_icon, methods=["GET"]),
]
