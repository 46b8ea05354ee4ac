"""A person's own pages: ask for what they need to take part, see what became of it, answer, withdraw. Nobody's cache
keeps them."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.cases import cases, forms, handlers, kinds, messages, readings, sessions, tickets
from events.cases.cases import Case, CaseOver, Wish
from events.cases.kinds import Kind
from events.cases.states import KINDS, WORDS
from events.catalogue.queries import EventRow, event_by_slug
from events.core import pages
from events.core.access import Limit, limiter_of
from events.core.errors import DomainError, StaleWrite, Unreadable
from events.core.locales import _
from events.people import permissions

WRITING = Limit("requests and messages about what somebody needs, by a person", "40/hour")
SECRET = {"Cache-Control": "no-store"}


class OverNow(DomainError):
    status = 409

    @property
    def title(self) -> str:
        return _("This event is over")


async def mine(request: Request) -> Response:
    """All cases of a person."""
    actor = permissions.signed_in(request.state.actor)
    return pages.render(
        request, "cases/mine.html", headers=SECRET, cases=await cases.of_person(actor.id), words=WORDS, marks=KINDS
    )


async def start(request: Request) -> Response:
    """What can be asked for at an event, and what the person has asked there before."""
    permissions.signed_in(request.state.actor)
    event = await event_by_slug(request.path_params["slug"])
    return await _start(request, event, Wish((), "", "event"))


async def ask(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    event = await event_by_slug(request.path_params["slug"])
    if event.over(request.state.now):
        raise OverNow(_("Nothing can be arranged for %(event)s any more.") % {"event": event.title})
    offered = [kind.key for kind in await kinds.of(event.id) if kind.offered]
    async with request.form() as form:
        typed = _typed_wish(form)
        try:
            wanted = forms.wish(form, offered)
            await limiter_of(request).hit(WRITING, str(actor.id))
            code = await cases.ask(event.id, actor.id, wanted, request.state.now)
        except Unreadable as error:
            return await _start(request, event, typed, error)
    words = _("Sent. Only those who handle it can read it. A mail says when there is an answer.")
    return pages.redirect(request, f"/my/needs/{code}", words)


def _typed_wish(form: Any) -> Wish:
    typed = forms.texts(form)
    return Wish(
        tuple(forms.several(form, "kinds")),
        typed.get("words", ""),
        typed.get("scope", "event"),
        tuple(forms.several(form, "sessions")),
    )


async def _start(request: Request, event: EventRow, typed: Wish, error: Unreadable | None = None) -> Response:
    actor = permissions.signed_in(request.state.actor)
    return pages.render(
        request,
        "cases/ask.html",
        error.status if error else 200,
        SECRET,
        event=event,
        over=event.over(request.state.now),
        cases=await cases.of_person(actor.id, event.id),
        typed=typed,
        errors=error.errors if error else {},
        handled=[one.name for one in await handlers.of(event.id)],
        words=WORDS,
        marks=KINDS,
        **await _choices(event.id, actor.id, (), ()),
    )


async def _choices(event: int, person: int, had: Sequence[str], named: Sequence[str]) -> dict[str, Any]:
    """What the form of a wish offers. had, named: kinds and sessions that were chosen before."""
    there = [kind for kind in await kinds.of(event) if kind.offered or kind.key in had]
    groups: dict[str, list[Kind]] = {about: [] for about in kinds.ABOUT}
    for kind in there:
        groups[kind.about].append(kind)
    return {
        "groups": [
            (str(words), [(kind.key, kind.name) for kind in groups[about]])
            for about, words in kinds.ABOUT.items()
            if groups[about]
        ],
        "sessions": await sessions.choices(event, person, named),
    }


async def one(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    return await _one(request, await cases.own(actor.id, request.path_params["case"]))


async def _one(
    request: Request,
    case: Case,
    *,
    message: str = "",
    typed: Wish | None = None,
    error: DomainError | None = None,
    at: str = "",
) -> Response:
    """at: the form that came back, "message" or "wish"."""
    lines = await sessions.of(case.id)
    named = [line.code for line in lines if line.asked]
    return pages.render(
        request,
        "cases/my_case.html",
        error.status if error else 200,
        SECRET,
        case=case,
        lines=lines,
        called=kinds.names(await kinds.of(case.event_id)),
        said=await messages.of(case.id, notes=False),
        readings=await readings.of(case.event_id, case.id),
        handled=[one.name for one in await handlers.of(case.event_id)],
        ticket=(await tickets.of(case.event_id, case.person_id)).get(case.person_id),
        words=WORDS,
        marks=KINDS,
        problems=sessions.PROBLEMS,
        typed=typed or Wish(case.kinds, case.words, case.scope, tuple(named)),
        message=message,
        errors=error.errors if isinstance(error, Unreadable) else {},
        stale=error if isinstance(error, StaleWrite) else None,
        late=error if isinstance(error, CaseOver) else None,
        form=at,
        **await _choices(case.event_id, case.person_id, case.kinds, [line.code for line in lines]),
    )


async def write(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    case = await cases.own(actor.id, request.path_params["case"])
    async with request.form() as form:
        typed = forms.texts(form).get("words", "")
        try:
            words = forms.message(form)
            await limiter_of(request).hit(WRITING, str(actor.id))
            await messages.write(case, actor.id, words, request.state.now)
        except (Unreadable, CaseOver) as error:
            case = await cases.own(actor.id, case.code)
            return await _one(request, case, message=typed, error=error, at="message")
    return pages.redirect(request, f"{case.path}#messages", _("Your message is sent."))


async def change(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    case = await cases.own(actor.id, request.path_params["case"])
    offered = [kind.key for kind in await kinds.of(case.event_id) if kind.offered or kind.key in case.kinds]
    async with request.form() as form:
        typed = _typed_wish(form)
        try:
            wanted = forms.wish(form, offered)
            version = forms.number(forms.texts(form).get("version", ""))
            await limiter_of(request).hit(WRITING, str(actor.id))
            await cases.change(case.code, actor.id, wanted, version, request.state.now)
        except (Unreadable, StaleWrite, CaseOver) as error:
            case = await cases.own(actor.id, case.code)
            return await _one(request, case, typed=typed, error=error, at="wish")
    return pages.redirect(request, case.path, _("Saved. Those who handle it are told."))


async def withdraw(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    case = await cases.own(actor.id, request.path_params["case"])
    async with request.form() as form:
        erase = bool(forms.texts(form).get("erase"))
    await cases.withdraw(case.code, actor.id, erase, request.state.now)
    if erase:
        return pages.redirect(request, "/my/needs", _("Withdrawn and erased: nothing of it is left."))
    return pages.redirect(request, case.path, _("Withdrawn. What was booked is free for others."))


_MINE = "/my/needs"
routes = [
    Route("/events/{slug}/needs", start, methods=["GET"], name="needs"),
    Route("/events/{slug}/needs", ask, methods=["POST"], name="ask_needs"),
    Route(_MINE, mine, methods=["GET"], name="my_needs"),
    Route(f"{_MINE}/{{case}}", one, methods=["GET"], name="my_need"),
    Route(f"{_MINE}/{{case}}", change, methods=["POST"], name="my_need_change"),
    Route(f"{_MINE}/{{case}}/messages", write, methods=["POST"], name="my_need_message"),
    Route(f"{_MINE}/{{case}}/withdrawal", withdraw, methods=["POST"], name="my_need_withdrawal"),
]
