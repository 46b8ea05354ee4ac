"""The registrar's page of what buyers ask for, answering it, and the rules of until when they need not ask."""

from collections.abc import Mapping
from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow, event_by_slug
from events.core import pages
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.locales import _
from events.people import permissions
from events.people.actors import Actor
from events.registration import accounts, cancellations, change_requests, change_rules, refund_policies
from events.registration.change_requests import PAGE
from events.registration.change_rules import TRANSFER_WORDS, Rules, Transfers
from events.registration.states import RequestState


async def page(request: Request) -> Response:
    event, _actor = await _event(request)
    return await _page(request, event)


async def answer(request: Request) -> Response:
    """POST: grant or refuse one request."""
    event, actor = await _event(request)
    number: int = request.path_params["asked"]
    if number > 2**62 or (await change_requests.load(number)).event != event.id:
        raise NotFound
    async with request.form() as form:
        granted, words = form.get("do") == "grant", " ".join(str(form.get("answer", "")).split())[:1000]
        kept = 0 if form.get("back") == "all" else None
    if len(words) < 3:
        return await _page(request, event, {f"{number}-answer": _("Say in a few words why.")}, 422)
    state = RequestState.granted if granted else RequestState.refused
    try:
        await change_requests.answer(number, state, words, request.state.now, actor.id, kept=kept)
    except Unreadable as error:
        return await _page(request, event, {f"{number}-answer": " ".join(error.errors.values())}, error.status)
    return _back(request, event, _("Answered. They get a mail."))


async def save_rules(request: Request) -> Response:
    event, _actor = await _event(request)
    async with request.form() as form:
        until, transfers, version = (str(form.get(name, "")) for name in ("until", "transfers", "version"))
    errors = {}
    day = None
    try:
        day = date.fromisoformat(until) if until else None
    except ValueError:
        errors["until"] = _("This is no day.")
    if transfers not in Transfers.__members__:
        errors["transfers"] = _("Choose one of the list.")
    if errors:
        return await _page(request, event, errors, 422)
    seen = int(version) if version.isdecimal() and len(version) < 9 else 0
    try:
        await change_rules.save(event.id, Rules(day, Transfers(transfers), seen))
    except StaleWrite as error:
        return await _page(request, event, {"": error.words}, error.status)
    return _back(request, event, _("Saved."))


async def _page(
    request: Request, event: EventRow, errors: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    query = request.query_params
    state = query.get("state", "") if query.get("state", "") in RequestState.__members__ else ""
    typed = query.get("page", "1")
    number = max(1, int(typed)) if typed.isdecimal() and len(typed) < 7 else 1
    found, total = await change_requests.of_event(event.id, state, number)
    rules = await change_rules.of(event.id)
    return pages.render(
        request,
        "registration/organizing/change_requests.html",
        status,
        event=event,
        here="change_requests",
        found=found,
        total=total,
        counts=await change_requests.waiting(event.id),
        kinds=change_requests.KINDS,
        backs=await _backs(found, request),
        state=state,
        page=number,
        page_count=max(1, -(-total // PAGE)),
        per_page=PAGE,
        rules=rules,
        last_day=rules.last_day(event.starts_on) if event.starts_on else None,
        ways=[(one.value, str(words)) for one, words in TRANSFER_WORDS.items()],
        errors=errors or {},
    )


async def _backs(found: list[change_requests.Asked], request: Request) -> dict[int, str]:
    """What the terms give back today, in words, for the open requests to cancel."""
    told = {}
    for one in found:
        if one.kind == "cancel" and one.state is RequestState.open:
            account = await accounts.by_code(one.order)
            if account is not None:
                backs = cancellations.preview(account, [one.registration], request.state.now)
                day = refund_policies.local_day(request.state.now, account.zone)
                told[one.id] = " ".join(
                    f"{back.line.ticket}: {pages.money(back.amount)}."
                    f" {refund_policies.reason(back.line.refunds, back.line.amount, account.starts_on, day)}"
                    for back in backs
                )
    return told


def _back(request: Request, event: EventRow, notice: str) -> Response:
    return pages.redirect(request, str(pages.path_of(request, "organize_change_requests", slug=event.slug)), notice)


async def _event(request: Request) -> tuple[EventRow, Actor]:
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    actor = permissions.require(
        request.state.actor, permissions.MANAGE_REGISTRATION, event=event.id, unit=event.unit_id
    )
    return event, actor


_PATH = "/organize/events/{slug}/change-requests"
routes = [
    Route(_PATH, page, methods=["GET"], name="organize_change_requests"),
    Route(f"{_PATH}/rules", save_rules, methods=["POST"], name="organize_change_rules"),
    Route(f"{_PATH}/{{asked:int}}", answer, methods=["POST"], name="organize_change_request"),
]
