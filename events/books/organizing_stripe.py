"""The bookkeepers' pages of Stripe's books: what differs from ours, what was paid out, and of what."""

import asyncio
import csv
import io
from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.books import differences, payouts, reconciliation
from events.books.payouts import Line, Payout
from events.core import pages
from events.core.errors import NotFound, Unreadable
from events.core.locales import _
from events.people import permissions
from events.people.actors import Actor
from events.registration.order_list import safe


async def listed(request: Request) -> Response:
    _reader(request)
    return await _listed(request)


async def _listed(
    request: Request, wrong: int = 0, note: str = "", errors: Mapping[str, str] | None = None
) -> Response:
    """wrong: the difference whose note could not be read."""
    query = request.query_params
    show = query.get("show") or "open"
    if show not in differences.SHOWS:
        raise NotFound
    number = _page(request)
    found = await differences.listed(show, query.get("q", "")[:120], number)
    return pages.render(
        request,
        "books/differences.html",
        422 if errors else 200,
        found=found,
        show=show,
        shows=differences.SHOWS,
        kinds=differences.KINDS,
        words=query.get("q", "")[:120],
        far=await payouts.how_far(),
        wrong=wrong,
        note=note,
        errors=errors or {},
        page=number,
        page_count=max(1, -(-found.found // differences.PAGE)),
        per_page=differences.PAGE,
        ready=request.app.state.stripe.ready,
        may_settle=permissions.can(request.state.actor, permissions.MANAGE_REGISTRATION),
    )


async def compare(request: Request) -> Response:
    """POST: a worker reads what is new, and compares."""
    permissions.require(request.state.actor, permissions.MANAGE_REGISTRATION)
    await reconciliation.ask(request.state.now)
    words = _("Stripe’s books are being read. Look again in a minute.")
    return pages.redirect(request, _ROOT, words)


async def settle(request: Request) -> Response:
    actor = permissions.require(request.state.actor, permissions.MANAGE_REGISTRATION)
    number: int = request.path_params["difference"]
    async with request.form() as form:
        note = str(form.get("note", ""))[:1000]
    if number >= 2**62:
        raise NotFound
    try:
        await differences.settle(number, note, actor.id, request.state.now)
    except Unreadable as error:
        return await _listed(request, number, note, error.errors)
    return pages.redirect(request, _ROOT, _("Settled. It opens again if its sums change."))


async def paid_out(request: Request) -> Response:
    _reader(request)
    number = _page(request)
    found, count = await payouts.listed(number)
    return pages.render(
        request,
        "books/payouts.html",
        payouts=found,
        states=payouts.STATES,
        far=await payouts.how_far(),
        found=count,
        page=number,
        page_count=max(1, -(-count // payouts.PAGE)),
        per_page=payouts.PAGE,
    )


async def payout(request: Request) -> Response:
    found = await _payout(request)
    number = _page(request)
    return pages.render(
        request,
        "books/payout.html",
        payout=found,
        lines=await payouts.lines(found.id, number),
        states=payouts.STATES,
        categories=payouts.CATEGORIES,
        page=number,
        page_count=max(1, -(-found.lines // payouts.PAGE)),
        per_page=payouts.PAGE,
    )


async def payout_csv(request: Request) -> Response:
    found = await _payout(request)
    body = await asyncio.to_thread(_table, await payouts.lines(found.id, None))
    headers = {
        "Content-Disposition": f'attachment; filename="payout-{found.arrives_at:%Y-%m-%d}.csv"',
        "Cache-Control": "no-store",
    }
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


def _table(lines: Sequence[Line]) -> bytes:
    """A line each; UTF-8 with a mark, which Excel needs."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["time (UTC)", "what", "amount", "fee", "net", "currency", "order", "event", "buyer", "stripe id"])
    for one in lines:
        writer.writerow(
            [
                f"{one.created_at:%Y-%m-%d %H:%M}",
                one.category,
                one.amount.plain,
                one.fee.plain,
                (one.amount - one.fee).plain,
                one.amount.currency,
                one.order,
                one.event,
                safe(one.name),
                one.id,
            ]
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


async def _payout(request: Request) -> Payout:
    _reader(request)
    found = await payouts.by_id(request.path_params["payout"])
    if found is None:
        raise NotFound
    return found


def _page(request: Request) -> int:
    typed = request.query_params.get("page", "1")
    return max(1, int(typed)) if typed.isdecimal() and len(typed) < 7 else 1


def _reader(request: Request) -> Actor:
    return permissions.require(request.state.actor, permissions.READ_ORDERS)


_ROOT = "/organize/books/stripe"
_PAYOUTS = "/organize/books/payouts"
routes = [
    Route(_ROOT, listed, name="organize_stripe"),
    Route(_ROOT, compare, methods=["POST"], name="compare_stripe"),
    Route(f"{_ROOT}/{{difference:int}}", settle, methods=["POST"], name="settle_difference"),
    Route(_PAYOUTS, paid_out, name="organize_payouts"),
    Route(f"{_PAYOUTS}/{{payout}}.csv", payout_csv, name="organize_payout_csv"),
    Route(f"{_PAYOUTS}/{{payout}}", payout, name="organize_payout"),
]
