"""Banks' statements, for those who keep the money: sending one, saying what its columns are, settling its lines.

A statement is the whole association's, so these pages ask for a role in all of it.
"""

from collections.abc import Mapping

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.core import pages
from events.core.errors import DomainError, NotFound, Unreadable
from events.core.locales import _, lazy, ngettext
from events.invoicing import bank_csv, bank_lines
from events.invoicing.bank_csv import Reading
from events.invoicing.bank_lines import PAGE, LineState, Statement
from events.invoicing.receipts import Became
from events.people import permissions
from events.people.actors import Actor

LARGEST = 10 * 2**20
CURRENCIES = ("USD", "CAD", "EUR", "GBP", "JPY", "KWD")
STATES = {
    LineState.proposed: lazy("Proposed"),
    LineState.unknown: lazy("Nobody known"),
    LineState.booked: lazy("Booked"),
    LineState.ignored: lazy("Left alone"),
}
MARKS = {"proposed": "warn", "unknown": "bad", "booked": "good", "ignored": ""}
BECAME = {
    Became.paid: lazy("Booked, and the order is paid."),
    Became.booked: lazy("Booked. Something is still to be paid."),
    Became.credit: lazy("Booked. The order has paid too much: give it back, or let it stand."),
    Became.late: lazy("Booked, but the order has no places any more: the money is owed to the buyer."),
}


async def page(request: Request) -> Response:
    _keeper(request)
    return await _page(request)


async def send(request: Request) -> Response:
    """POST: a file, of which the columns are asked next."""
    actor = _keeper(request)
    async with request.form(max_files=1, max_fields=10) as form:
        file, currency = form.get("file"), str(form.get("currency", ""))
        data = await file.read(LARGEST + 1) if isinstance(file, UploadFile) else b""
        name = (file.filename or "statement.csv") if isinstance(file, UploadFile) else ""
    errors = {}
    if not data:
        errors["file"] = _("Choose the file that your bank gave you.")
    elif len(data) > LARGEST:
        errors["file"] = _("This is larger than 10 MB. Send a shorter time.")
    if currency not in CURRENCIES:
        errors["currency"] = _("Choose one of the list.")
    if errors:
        return await _page(request, errors, 422)
    try:
        kept = await bank_lines.keep(name, data, currency, request.state.now, actor.id)
    except Unreadable as error:
        return await _page(request, error.errors, error.status)
    return pages.redirect(request, _path(request, kept))


async def statement(request: Request) -> Response:
    _keeper(request)
    return await _statement(request, await _one(request))


async def columns(request: Request) -> Response:
    """POST: what the columns are; then its lines are there."""
    actor = _keeper(request)
    found = await _one(request)
    async with request.form() as form:
        kinds = tuple(str(form.get(f"column-{n}", "")) for n in range(len(found.table.head)))
        days, comma, currency = (str(form.get(name, "")) for name in ("days", "comma", "currency"))
    reading = Reading(kinds, days, comma == "1", currency if currency in CURRENCIES else "USD")
    try:
        read = await bank_lines.settle_columns(found.id, reading, request.state.now, actor.id)
    except Unreadable as error:
        return await _statement(request, found, error.errors, error.status, reading=reading)
    words = ngettext("%(n)s line is new.", "%(n)s lines are new.", read.new) % {"n": read.new}
    if read.before:
        words += " " + ngettext("%(n)s was there before.", "%(n)s were there before.", read.before) % {"n": read.before}
    return pages.redirect(request, _path(request, found.id), words)


async def book_sure(request: Request) -> Response:
    """POST: every line whose order is named and owes exactly this."""
    actor = _keeper(request)
    found = await _one(request)
    done = await bank_lines.book_sure(found.id, request.state.now, actor.id)
    words = ngettext("%(n)s line is booked.", "%(n)s lines are booked.", done) % {"n": done}
    return pages.redirect(request, _path(request, found.id), words)


async def line(request: Request) -> Response:
    """POST: book one line, leave it alone, or take it up again."""
    actor = _keeper(request)
    found = await _one(request)
    number: int = request.path_params["line"]
    if number > 2**62 or await bank_lines.statement_of(number) != found.id:
        raise NotFound
    async with request.form() as form:
        do, order, reason = (" ".join(str(form.get(name, "")).split())[:300] for name in ("do", "order", "reason"))
    try:
        if do == "leave":
            await bank_lines.leave(number, reason, request.state.now, actor.id)
            notice = _("Left alone.")
        elif do == "take-up":
            await bank_lines.take_up(number, request.state.now, actor.id)
            notice = _("It is to be settled again.")
        else:
            notice = str(BECAME[await bank_lines.book(number, order[:12], request.state.now, actor.id)])
    except NotFound:
        raise
    except Unreadable as error:
        words = " ".join(error.errors.values())
        return await _statement(request, found, {f"{number}-order": words}, error.status, typed={number: order})
    except DomainError as error:
        return await _statement(request, found, {f"{number}-order": error.words}, error.status)
    return pages.redirect(request, _path(request, found.id), notice)


async def _page(request: Request, errors: Mapping[str, str] | None = None, status: int = 200) -> Response:
    number = _number(request)
    found, total = await bank_lines.statements(number)
    return pages.render(
        request,
        "invoicing/organizing/bank.html",
        status,
        found=found,
        total=total,
        page=number,
        page_count=max(1, -(-total // PAGE)),
        per_page=PAGE,
        currencies=[(one, one) for one in CURRENCIES],
        errors=errors or {},
    )


async def _statement(
    request: Request,
    found: Statement,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
    *,
    reading: Reading | None = None,
    typed: Mapping[int, str] | None = None,
) -> Response:
    if found.read_at is None:
        return pages.render(
            request,
            "invoicing/organizing/bank_columns.html",
            status,
            statement=found,
            reading=reading or found.reading,
            columns=[(key, str(words)) for key, words in bank_csv.COLUMNS.items()],
            days=[(key, str(words)) for key, words in bank_csv.DAYS.items()],
            currencies=[(one, one) for one in CURRENCIES],
            errors=errors or {},
        )
    query, number = request.query_params, _number(request)
    state = query.get("state", "") if query.get("state", "") in LineState.__members__ else ""
    words = query.get("q", "").strip()[:100]
    lines, total = await bank_lines.lines(found.id, state, words, number)
    return pages.render(
        request,
        "invoicing/organizing/bank_lines.html",
        status,
        statement=found,
        lines=lines,
        total=total,
        counts=await bank_lines.counts(found.id),
        states=STATES,
        marks=MARKS,
        state=state,
        words=words,
        page=number,
        page_count=max(1, -(-total // PAGE)),
        per_page=PAGE,
        errors=errors or {},
        typed=typed or {},
    )


def _number(request: Request) -> int:
    typed = request.query_params.get("page", "1")
    return max(1, int(typed)) if typed.isdecimal() and len(typed) < 7 else 1


async def _one(request: Request) -> Statement:
    number: int = request.path_params["statement"]
    if number > 2**31 - 1:
        raise NotFound
    return await bank_lines.statement(number)


def _path(request: Request, statement: int) -> str:
    return str(pages.path_of(request, "organize_bank_statement", statement=statement))


def _keeper(request: Request) -> Actor:
    return permissions.require(request.state.actor, permissions.MANAGE_REGISTRATION)


_ROOT = "/organize/bank"
routes = [
    Route(_ROOT, page, methods=["GET"], name="organize_bank"),
    Route(_ROOT, send, methods=["POST"], name="organize_bank_send"),
    Route(f"{_ROOT}/{{statement:int}}", statement, methods=["GET"], name="organize_bank_statement"),
    Route(f"{_ROOT}/{{statement:int}}/columns", columns, methods=["POST"], name="organize_bank_columns"),
    Route(f"{_ROOT}/{{statement:int}}/sure", book_sure, methods=["POST"], name="organize_bank_book"),
    Route(f"{_ROOT}/{{statement:int}}/lines/{{line:int}}", line, methods=["POST"], name="organize_bank_line"),
]
