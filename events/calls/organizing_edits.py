"""The event's queue of requests for edits, and one of them: what stands beside what is asked, word by word."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.calls import calls, decision_forms, desks, edit_answers, edit_lists, edit_requests
from events.calls.edit_requests import Difference
from events.calls.states import KINDS, WORDS
from events.catalogue.queries import EventRow
from events.core import pages
from events.core.errors import DomainError, StaleWrite, Unreadable
from events.core.locales import _
from events.schedule import forms


async def queue(request: Request) -> Response:
    event, _actor = await desks.event(request)
    asked = request.query_params
    lines_of_calls = await calls.lines(event.id, request.state.now)
    call = next((one.slug for one in lines_of_calls if one.slug == asked.get("call", "")), "")
    query, page = decision_forms.line(asked.get("q", "")), forms.page(asked)
    lines, total = await edit_lists.queue(event.id, query, call, page)
    return pages.render(
        request,
        "calls/edit_requests.html",
        event=event,
        here="calls",
        lines=lines,
        total=total,
        page=page,
        per_page=edit_lists.PAGE,
        page_count=max(1, -(-total // edit_lists.PAGE)),
        query=query,
        call=call,
        calls=[(one.slug, one.title) for one in lines_of_calls],
        labels=edit_requests.LINES,
        words=WORDS,
        kinds=KINDS,
    )


async def edit_request(request: Request) -> Response:
    """One request. POST lets it in (do=grant) or declines it (do=decline), with words."""
    event, actor = await desks.event(request)
    number: int = request.path_params["edit"]
    if request.method != "POST":
        return await _page(request, event, number)
    await edit_answers.standing(event.id, number)
    form = await request.form()
    seen, at = str(form.get("seen", "")), request.state.now
    try:
        if form.get("do") == "grant":
            await edit_answers.grant(event.id, number, seen, decision_forms.words(form), actor.id, at)
            notice = _("The edit is in.")
        elif form.get("do") == "decline":
            words = decision_forms.words(form, _("Say why, so that they understand."))
            await edit_answers.decline(event.id, number, seen, words, actor.id, at)
            notice = _("The edit is declined.")
        else:
            raise Unreadable({"": _("Choose one of the two buttons.")})
    except (Unreadable, StaleWrite, edit_requests.NotOpen) as error:
        return await _page(request, event, number, str(form.get("words", "")), error)
    following = await edit_lists.next_open(event.id)
    root = f"/organize/events/{event.slug}/edit-requests"
    to = f"{root}/{following}" if following else root
    return pages.redirect(request, to, notice + " " + _("They are told by mail."))


async def _page(
    request: Request, event: EventRow, number: int, typed: str = "", error: DomainError | None = None
) -> Response:
    held = await edit_answers.standing(event.id, number)
    call = await calls.by_slug(event.id, held.call)
    return pages.render(
        request,
        "calls/edit_request.html",
        error.status if error else 200,
        event=event,
        here="calls",
        call=call,
        held=held,
        # Answered ones show what was let in or not: what stood there then, beside what was asked.
        fields=[
            Difference.of(
                edit_requests.label(name, call.questions),
                held.stands[name] if held.request.state == "open" else old,
                new,
                moved=held.request.state == "open" and not edit_requests.same(old, held.stands[name]),
                programme=name in held.programme,
            )
            for name, (old, new) in held.request.changes.items()
        ],
        typed=typed,
        words=WORDS,
        kinds=KINDS,
        errors=_errors(error),
        stale=error if isinstance(error, StaleWrite) else None,
    )


def _errors(error: DomainError | None) -> dict[str, str]:
    if error is None or isinstance(error, StaleWrite):
        return {}
    return error.errors if isinstance(error, Unreadable) else {"": error.words}


_ROOT = "/organize/events/{slug}/edit-requests"
routes = [
    Route(_ROOT, queue, methods=["GET"], name="organize_edit_requests"),
    Route(f"{_ROOT}/{{edit:int}}", edit_request, methods=["GET", "POST"], name="organize_edit_request"),
]
