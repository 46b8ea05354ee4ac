"""Pages of those who handle cases: the list, and one case. Each opening is noted, and the person sees it."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.cases import (
    bookings,
    cases,
    forms,
    handlers,
    handling,
    kinds,
    messages,
    readings,
    sessions,
    tables,
    tickets,
)
from events.cases.cases import Case, CaseOver
from events.cases.pages import SECRET
from events.cases.states import KINDS, WORDS, CaseState, after
from events.cases.tables import FLAGS, PAGE, SORTS, Filter
from events.catalogue.queries import EventRow, event_by_slug
from events.core import pages
from events.core.errors import DomainError, NotFound, StaleWrite, Unreadable
from events.core.locales import _
from events.people import permissions
from events.people.actors import Actor
from events.people.permissions import COUNT_CASES, HANDLE_CASES, Permission
from events.planning import resources


async def event_of(request: Request, permission: Permission) -> tuple[EventRow, Actor]:
    """The event of the address, for whoever may; a stranger does not learn whether a draft exists."""
    permissions.require_somewhere(request.state.actor, permission)
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    return event, permissions.require(request.state.actor, permission, event=event.id, unit=event.unit_id)


def tabs(request: Request, event: EventRow, here: str) -> list[dict[str, Any]]:
    root = f"/organize/events/{event.slug}/cases"
    found = []
    if permissions.can(request.state.actor, HANDLE_CASES, event=event.id, unit=event.unit_id):
        found.append({"label": _("Requests"), "url": root, "current": here == ""})
        found.append({"label": _("What can be asked for"), "url": f"{root}/kinds", "current": here == "kinds"})
    if permissions.can(request.state.actor, COUNT_CASES, event=event.id, unit=event.unit_id):
        found.append({"label": _("Numbers"), "url": f"{root}/numbers", "current": here == "numbers"})
    return found


async def overview(request: Request) -> Response:
    event, actor = await event_of(request, HANDLE_CASES)
    called = kinds.names(await kinds.of(event.id))
    asked, sort = _asked(request, called)
    found = await tables.of(event.id, asked, sort, _today(event, request.state.now), _page(request))
    await readings.note(event.id, None, actor.id, request.state.now)
    counts = await tables.counts(event.id)
    return pages.render(
        request,
        "cases/list.html",
        headers=SECRET,
        event=event,
        here="cases",
        tabs=tabs(request, event, ""),
        rows=found.rows,
        total=found.total,
        any=sum(counts.values()),
        page=found.page,
        page_count=found.pages,
        per_page=PAGE,
        asked=asked,
        sort=sort,
        states=[{"value": s.value, "label": WORDS[s], "count": counts.get(s, 0)} for s in CaseState],
        handlers=await handlers.of(event.id),
        called=called,
        words=WORDS,
        marks=KINDS,
        flags=FLAGS,
        today=_today(event, request.state.now),
    )


def _asked(request: Request, called: Any) -> tuple[Filter, str]:
    """From the address; what is none of ours is left out."""
    query = request.query_params
    state, kind, owner, flag = (query.get(name, "") for name in ("state", "kind", "owner", "flag"))
    sort = query.get("sort", "state")
    return (
        Filter(
            " ".join("".join(one for one in query.get("q", "") if one.isprintable()).split())[:100],
            state if state in list(CaseState) else "",
            kind if kind in called or kind == "words" else "",
            forms.number(owner) if owner == "0" or forms.number(owner) else None,
            flag if flag in FLAGS else "",
        ),
        sort if sort.removeprefix("-") in SORTS else "state",
    )


def _page(request: Request) -> int:
    return max(1, forms.number(request.query_params.get("page", "1")))


def _today(event: EventRow, at: datetime) -> date:
    return at.astimezone(ZoneInfo(event.timezone)).date()


async def one(request: Request) -> Response:
    event, actor = await event_of(request, HANDLE_CASES)
    return await _one(request, event, actor, await cases.of_event(event.id, request.path_params["case"]))


async def _one(
    request: Request,
    event: EventRow,
    actor: Actor,
    case: Case,
    *,
    typed: dict[str, str] | None = None,
    error: DomainError | None = None,
    at: str = "",
) -> Response:
    """at: the form that came back: "decision", "message" or "booking"."""
    await readings.note(event.id, case.id, actor.id, request.state.now)
    fields = {
        "owner": str(case.owner_id or ""),
        "due_on": case.due_on.isoformat() if case.due_on else "",
        "state": case.state.value,
        "reason": "",
    }
    ticket = (await tickets.of(event.id, case.person_id)).get(case.person_id)
    return pages.render(
        request,
        "cases/case.html",
        error.status if error else 200,
        SECRET,
        event=event,
        here="cases",
        case=case,
        me=actor.id,
        called=kinds.names(await kinds.of(event.id)),
        lines=await sessions.of(case.id),
        said=await messages.of(case.id, notes=True),
        readings=await readings.of(event.id, case.id),
        moves=await handling.moves(case.id),
        handlers=await handlers.of(event.id),
        after=[(state.value, str(WORDS[state])) for state in after(case.state)],
        resources=await resources.of(event.id),
        resource_kinds=resources.KINDS,
        ticket=ticket,
        words=WORDS,
        marks=KINDS,
        problems=sessions.PROBLEMS,
        today=_today(event, request.state.now),
        fields={**fields, **(typed or {})} if at == "decision" else fields,
        typed=typed or {},
        errors=error.errors if isinstance(error, Unreadable) else {},
        stale=error if isinstance(error, StaleWrite) else None,
        over=error if isinstance(error, CaseOver) else None,
        form=at,
    )


async def decide(request: Request) -> Response:
    event, actor = await event_of(request, HANDLE_CASES)
    code = request.path_params["case"]
    case = await cases.of_event(event.id, code)
    async with request.form() as form:
        typed = forms.texts(form)
        try:
            wanted = forms.decision(form)
            version = forms.number(typed.get("version", ""))
            await handling.decide(event.id, code, wanted, version, actor.id, request.state.now)
        except (Unreadable, StaleWrite) as error:
            case = await cases.of_event(event.id, code)
            return await _one(request, event, actor, case, typed=typed, error=error, at="decision")
    return pages.redirect(request, _path(event, case), _("Saved."))


async def write(request: Request) -> Response:
    """A message to the person, or a note."""
    event, actor = await event_of(request, HANDLE_CASES)
    case = await cases.of_event(event.id, request.path_params["case"])
    async with request.form() as form:
        typed = forms.texts(form)
        note = typed.get("do") == "note"
        try:
            words = forms.message(form)
            await messages.answer(case, actor.id, words, request.state.now, note=note)
        except (Unreadable, CaseOver) as error:
            return await _one(request, event, actor, case, typed=typed, error=error, at="message")
    said = (
        _("Noted. Only those who handle requests read it.") if note else _("Sent. They get a mail without its words.")
    )
    return pages.redirect(request, f"{_path(event, case)}#messages", said)


async def book(request: Request) -> Response:
    event, actor = await event_of(request, HANDLE_CASES)
    case = await cases.of_event(event.id, request.path_params["case"])
    async with request.form() as form:
        typed = forms.texts(form)
        try:
            code, resource, arranged = forms.booking(form)
            if not case.open:
                raise Unreadable({"": _("This request is over: nothing can be booked for it.")})
            await bookings.book(case.id, event.id, code, resource, arranged, request.state.now)
        except NotFound:
            error = Unreadable({"session": _("There is no session of this code.")})
            return await _one(request, event, actor, case, typed=typed, error=error, at="booking")
        except Unreadable as unreadable:
            return await _one(request, event, actor, case, typed=typed, error=unreadable, at="booking")
    return pages.redirect(request, f"{_path(event, case)}#sessions", _("Booked."))


async def unbook(request: Request) -> Response:
    event, _actor = await event_of(request, HANDLE_CASES)
    case = await cases.of_event(event.id, request.path_params["case"])
    await bookings.unbook(case.id, event.id, request.path_params["session"])
    return pages.redirect(request, f"{_path(event, case)}#sessions", _("It is free again."))


def _path(event: EventRow, case: Case) -> str:
    return f"/organize/events/{event.slug}/cases/{case.code}"


_ROOT = "/organize/events/{slug}/cases"
routes = [
    Route(_ROOT, overview, methods=["GET"], name="organize_cases"),
    Route(f"{_ROOT}/{{case}}", one, methods=["GET"], name="organize_case"),
    Route(f"{_ROOT}/{{case}}", decide, methods=["POST"], name="organize_case_decision"),
    Route(f"{_ROOT}/{{case}}/messages", write, methods=["POST"], name="organize_case_message"),
    Route(f"{_ROOT}/{{case}}/sessions", book, methods=["POST"], name="organize_case_booking"),
    Route(f"{_ROOT}/{{case}}/sessions/{{session}}/removal", unbook, methods=["POST"], name="organize_case_unbooking"),
]
