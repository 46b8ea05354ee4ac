"""The registrar's pages of taxes: which are in the prices, and the certificates of who pays none."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow, event_by_slug
from events.core import pages
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.files import Store
from events.core.locales import _
from events.people import permissions
from events.people.actors import Actor
from events.registration import exemptions, offering, taxes
from events.registration.exemptions import PAGE
from events.registration.states import EXEMPTION_MOVES, ExemptionState
from events.registration.taxes import NO_TAX, Tax, Taxes

INHERIT, NONE, OWN = "event", "none", "own"


@dataclass(frozen=True, slots=True)
class Rule:
    """One form of the page. subject: "event" or a ticket type's id; rate: as it is typed."""

    subject: str
    title: str
    how: str
    seen: int
    words: str
    name: str
    rate: str


async def page(request: Request) -> Response:
    event, _actor = await _event(request)
    return await _page(request, event)


async def save(request: Request) -> Response:
    """POST: the tax of the event, or of a ticket type."""
    event, actor = await _event(request)
    async with request.form() as form:
        typed = form
    subject = str(typed.get("subject", ""))
    type_ = int(subject) if subject.isdecimal() and len(subject) < 10 else None
    seen = str(typed.get("seen", ""))
    try:
        tax = _read(typed, of_event=type_ is None)
        number = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
        await taxes.save(event.id, type_, tax, number, actor.id, request.state.now)
    except Unreadable as error:
        return await _page(request, event, typed, error.errors, error.status)
    except StaleWrite as error:
        return await _page(request, event, typed, {"": error.words}, error.status)
    notice = _("Saved. It holds for orders from now on.")
    return pages.redirect(request, pages.path_of(request, "organize_taxes", slug=event.slug), notice)


async def _page(
    request: Request,
    event: EventRow,
    typed: FormData | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    now, seen = await taxes.current(event.id), await taxes.newest(event.id)
    rules = [_rule("event", _("All tickets of the event"), now.of_event, now, seen.get(None, 0))]
    for ticket in await offering.tickets(event.id):
        rules.append(_rule(str(ticket.id), ticket.name, now.of_types.get(ticket.id), now, seen.get(ticket.id, 0)))
    return pages.render(
        request,
        "registration/organizing/taxes.html",
        status,
        event=event,
        here="taxes",
        rules=rules,
        waiting=(await exemptions.counts(event.id)).get(ExemptionState.asked, 0),
        typed={name: value for name, value in typed.items() if isinstance(value, str)} if typed else {},
        errors=errors or {},
    )


def _rule(subject: str, title: str, own: Tax | None, now: Taxes, seen: int) -> Rule:
    tax = now.of_event if own is None else own
    how = INHERIT if own is None else OWN if own.rate else NONE
    words = _("In the price: %(tax)s.") % {"tax": tax.words} if tax.rate else _("No tax is in the price.")
    rate = f"{tax.rate / 1000:.3f}".rstrip("0").rstrip(".") if own and own.rate else ""
    return Rule(subject, title, how, seen, words, tax.name if rate else "", rate)


def _read(typed: FormData, *, of_event: bool) -> Tax | None:
    """Raises Unreadable."""
    how = typed.get("how", "")
    if how == NONE:
        return NO_TAX
    if how == INHERIT and not of_event:
        return None
    if how != OWN:
        raise Unreadable({"how": _("Choose one of the list.")})
    errors: dict[str, str] = {}
    name, rate = " ".join(str(typed.get("name", "")).split())[:40], 0
    if len(name) < 2:
        errors["name"] = _("Write what the tax is called, such as Sales tax.")
    try:
        rate = taxes.read_rate(str(typed.get("rate", ""))[:20])
    except Unreadable as error:
        errors |= error.errors
    if errors:
        raise Unreadable(errors)
    return Tax(name, rate)


async def certificates(request: Request) -> Response:
    event, _actor = await _event(request)
    return await _certificates(request, event)


async def answer(request: Request) -> Response:
    """POST: accept one, or refuse it with a reason that its buyer gets by mail."""
    event, actor = await _event(request)
    number = _number(request)
    await exemptions.find(event.id, number)
    async with request.form() as form:
        accepted, words = form.get("do") == "accept", " ".join(str(form.get("answer", "")).split())[:300]
    path = pages.path_of(request, "organize_exemptions", slug=event.slug)
    try:
        if accepted:
            off = await exemptions.accept(event.id, number, actor.id, request.state.now)
            told = {"amount": pages.money(off)}
            return pages.redirect(request, path, _("Accepted. %(amount)s of tax went off the order.") % told)
        if len(words) < 3:
            raise Unreadable({f"{number}-answer": _("Say in a few words why.")})
        await exemptions.refuse(event.id, number, words, actor.id, request.state.now)
    except exemptions.NotNow as error:
        return await _certificates(request, event, {f"{number}-answer": error.words}, words, error.status)
    except Unreadable as error:
        return await _certificates(request, event, error.errors, words, error.status)
    return pages.redirect(request, path, _("Refused. They get a mail."))


async def paper(request: Request) -> Response:
    """The paper of a certificate, to be saved."""
    event, _actor = await _event(request)
    found = await exemptions.find(event.id, _number(request))
    if not found.sha256:
        raise NotFound
    return Store(request.app.state.settings.var).answer(found.sha256, found.file, found.media_type)


async def _certificates(
    request: Request, event: EventRow, errors: Mapping[str, str] | None = None, kept: str = "", status: int = 200
) -> Response:
    query = request.query_params
    state = query.get("state", "") if query.get("state", "") in ExemptionState.__members__ else ""
    words, typed = query.get("q", "").strip()[:100], query.get("page", "1")
    number = max(1, int(typed)) if typed.isdecimal() and len(typed) < 7 else 1
    found, total = await exemptions.of_event(event.id, state, words, number)
    return pages.render(
        request,
        "registration/organizing/exemptions.html",
        status,
        event=event,
        here="taxes",
        found=found,
        total=total,
        counts=await exemptions.counts(event.id),
        moves=EXEMPTION_MOVES,
        words=words,
        state=state,
        page=number,
        page_count=max(1, -(-total // PAGE)),
        per_page=PAGE,
        errors=errors or {},
        kept=kept,
    )


def _number(request: Request) -> int:
    number: int = request.path_params["exemption"]
    if number > 2**62:
        raise NotFound
    return number


async def _event(request: Request) -> tuple[EventRow, Actor]:
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    actor = permissions.require(
        request.state.actor, permissions.MANAGE_REGISTRATION, event=event.id, unit=event.unit_id
    )
    return event, actor


_PATH = "/organize/events/{slug}/taxes"
routes = [
    Route(_PATH, page, methods=["GET"], name="organize_taxes"),
    Route(_PATH, save, methods=["POST"], name="organize_tax_save"),
    Route(f"{_PATH}/certificates", certificates, methods=["GET"], name="organize_exemptions"),
    Route(f"{_PATH}/certificates/{{exemption:int}}", answer, methods=["POST"], name="organize_exemption"),
    Route(f"{_PATH}/certificates/{{exemption:int}}/paper", paper, methods=["GET"], name="organize_exemption_paper"),
]
