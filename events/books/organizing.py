"""The bookkeepers' pages: months, what a month says, closing it, the accounts' numbers, an event's codes.

Months and accounts are the whole association's, so they ask for a role in all of it; codes are an event's.
"""

import asyncio
import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.books import accounts, closing, codes, journal
from events.books.codes import Code
from events.books.journal import Posting, Sum
from events.catalogue.queries import EventRow, event_by_slug
from events.core import pages
from events.core.errors import DomainError, NotFound, StaleWrite, Unreadable
from events.core.locales import _
from events.core.money import Money
from events.people import permissions
from events.people.actors import Actor
from events.registration.order_list import safe


async def months(request: Request) -> Response:
    _reader(request)
    return await _months(request)


async def _months(request: Request, error: DomainError | None = None) -> Response:
    today = request.state.now.date()
    return pages.render(
        request,
        "books/months.html",
        error.status if error else 200,
        error=error.words if error else "",
        months=await journal.months(today),
        next=await journal.first_open(),
        this=today.replace(day=1),
        sum=Money,
        may_close=permissions.can(request.state.actor, permissions.MANAGE_REGISTRATION),
    )


async def month(request: Request) -> Response:
    _reader(request)
    first = _first(request)
    sums, numbers = await journal.sums(first), await accounts.numbers()
    codes_ = sorted({one.code for one in sums if one.code})
    event, code = request.query_params.get("event", ""), request.query_params.get("code", "")
    shown = [one for one in sums if (not event or one.event == event) and (not code or one.code == code)]
    return pages.render(
        request,
        "books/month.html",
        month=first,
        closed=next((one for one in await journal.months(first) if one.first == first and one.closed_at), None),
        rows=sorted(shown, key=lambda one: (one.currency, numbers[one.account])),
        events=sorted({(one.event, one.title) for one in sums}, key=lambda one: one[1].casefold()),
        codes=codes_,
        event_slug=event,
        code=code,
        totals=_totals(shown),
        accounts=accounts.ACCOUNTS,
        numbers=numbers,
        sum=Money,
    )


def _totals(rows: Sequence[Sum]) -> list[tuple[str, int, int]]:
    """Currency, debits and credits."""
    currencies = sorted({one.currency for one in rows})
    return [
        (
            currency,
            sum(one.debit for one in rows if one.currency == currency),
            sum(one.credit for one in rows if one.currency == currency),
        )
        for currency in currencies
    ]


async def month_csv(request: Request) -> Response:
    _reader(request)
    first = _first(request)
    found, numbers = await journal.postings(first), await accounts.numbers()
    body = await asyncio.to_thread(_table, found, numbers)
    headers = {"Content-Disposition": f'attachment; filename="journal-{first:%Y-%m}.csv"', "Cache-Control": "no-store"}
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


_HEAD = ("day", "account", "account name", "gl code", "unit", "event", "debit", "credit", "currency", "source", "order")


def _table(found: Sequence[Posting], numbers: Mapping[str, str]) -> bytes:
    """Every posting, a line each; UTF-8 with a mark, which Excel needs. In a thread: there may be 50,000."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_HEAD)
    for one in found:
        debit, credit = (Money(max(0, amount), one.currency) for amount in (one.amount, -one.amount))
        writer.writerow(
            [
                one.day.isoformat(),
                safe(numbers[one.account]),
                one.account,
                safe(one.code),
                safe(one.unit),
                one.event,
                debit.plain if debit.amount else "",
                credit.plain if credit.amount else "",
                one.currency,
                one.source,
                one.order_code,
            ]
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


async def close(request: Request) -> Response:
    actor = permissions.require(request.state.actor, permissions.MANAGE_REGISTRATION)
    first = _first(request)
    try:
        kept = await closing.close(first, actor.id, request.state.now)
    except closing.CannotClose as error:
        return await _months(request, error)
    return pages.redirect(
        request,
        _ROOT,
        _("Closed, with %(num)s postings. What changes later is posted in the next month.") % {"num": kept},
    )


async def account_numbers(request: Request) -> Response:
    _reader(request)
    return await _accounts(request, await accounts.numbers())


async def save_account_numbers(request: Request) -> Response:
    permissions.require(request.state.actor, permissions.MANAGE_REGISTRATION)
    typed = _texts(await request.form())
    try:
        await accounts.renumber(typed)
    except Unreadable as error:
        return await _accounts(request, typed, error)
    return pages.redirect(
        request, f"{_ROOT}/accounts", _("Saved. Closed months keep their postings; exports show the new numbers.")
    )


async def _accounts(request: Request, fields: Mapping[str, str], error: Unreadable | None = None) -> Response:
    return pages.render(
        request,
        "books/accounts.html",
        422 if error else 200,
        accounts=accounts.ACCOUNTS,
        fields=fields,
        errors=error.errors if error else {},
        may_save=permissions.can(request.state.actor, permissions.MANAGE_REGISTRATION),
    )


async def event_codes(request: Request) -> Response:
    event, _actor = await _event(request, permissions.READ_ORDERS)
    return await _codes(request, event)


async def save_event_codes(request: Request) -> Response:
    event, actor = await _event(request, permissions.MANAGE_REGISTRATION)
    typed = _texts(await request.form())
    sold = await codes.of(event.id)
    known = {str(unit) for unit, _name in await codes.units()}
    seen, wanted = {}, {}
    for one in sold:
        unit = typed.get(f"unit-{one.id}", "")
        wanted[one.id] = Code(typed.get(f"code-{one.id}", "").strip(), int(unit) if unit in known else None)
        before = typed.get(f"seen-{one.id}", "").split("|", 1)
        seen[one.id] = Code(before[-1], int(before[0]) if before[0] in known else None)
    try:
        changed = await codes.give(event.id, seen, wanted, actor.id, request.state.now)
    except Unreadable as error:
        return await _codes(request, event, typed, errors=error.errors)
    except StaleWrite as error:
        return await _codes(request, event, typed, stale=error)
    words = _("Saved. What is sold from now on is booked so.") if changed else _("Nothing was changed.")
    return pages.redirect(request, f"/organize/events/{event.slug}/codes", words)


async def _codes(
    request: Request,
    event: EventRow,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    stale: StaleWrite | None = None,
) -> Response:
    sold = await codes.of(event.id)
    fields: dict[str, str] = {}
    for one in sold:
        fields |= {f"code-{one.id}": one.now.code, f"unit-{one.id}": str(one.now.unit or "")}
    return pages.render(
        request,
        "books/codes.html",
        422 if errors else 409 if stale else 200,
        event=event,
        here="codes",
        sold=sold,
        seen={one.id: f"{one.now.unit or ''}|{one.now.code}" for one in sold},
        fields={**fields, **(typed or {})},
        units=[("", _("The event’s own unit")), *((str(unit), name) for unit, name in await codes.units())],
        errors=errors or {},
        stale=stale,
        label={f"code-{one.id}": one.name for one in sold},
        may_save=permissions.can(
            request.state.actor, permissions.MANAGE_REGISTRATION, event=event.id, unit=event.unit_id
        ),
    )


def _reader(request: Request) -> Actor:
    return permissions.require(request.state.actor, permissions.READ_ORDERS)


async def _event(request: Request, permission: permissions.Permission) -> tuple[EventRow, Actor]:
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    return event, permissions.require(request.state.actor, permission, event=event.id, unit=event.unit_id)


def _first(request: Request) -> date:
    """The month of the address, "2026-07", as its first day. Raises NotFound."""
    typed = request.path_params["month"]
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", typed):
        raise NotFound
    return datetime.strptime(f"{typed}-01", "%Y-%m-%d").date()  # noqa: DTZ007 - a day, without a time


def _texts(form: FormData) -> dict[str, Any]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


_ROOT = "/organize/books"
_CODES = "/organize/events/{slug}/codes"
routes = [
    Route(_ROOT, months, name="organize_books"),
    Route(f"{_ROOT}/accounts", account_numbers, name="organize_accounts"),
    Route(f"{_ROOT}/accounts", save_account_numbers, methods=["POST"], name="save_accounts"),
    Route(f"{_ROOT}/{{month}}.csv", month_csv, name="organize_month_csv"),
    Route(f"{_ROOT}/{{month}}", month, name="organize_month"),
    Route(f"{_ROOT}/{{month}}/closing", close, methods=["POST"], name="close_month"),
    Route(_CODES, event_codes, name="organize_codes"),
    Route(_CODES, save_event_codes, methods=["POST"], name="save_codes"),
]
