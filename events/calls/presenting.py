"""What presenters do about a decided proposal: say that they come, or not, and ask for an edit after the deadline."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.calls import calls, confirming, decision_lists, edit_requests, proposal_checks, proposal_forms, proposals
from events.calls.calls import CallRow
from events.calls.edit_requests import LINES, NotOpen
from events.calls.proposals import ProposalRow
from events.catalogue.fields import clean
from events.catalogue.queries import EventRow, event_by_slug
from events.core import pages
from events.core.access import Limit, Limiter
from events.core.errors import DomainError, StaleWrite, Unreadable
from events.core.locales import _
from events.people import permissions
from events.schedule import draft_lists

ASKING = Limit("edits asked for by one person", "60/hour")
WORDS = 5_000


async def _own(request: Request) -> tuple[EventRow, CallRow, ProposalRow]:
    event = await event_by_slug(request.path_params["slug"])
    found = await calls.by_slug(event.id, request.path_params["call"])
    actor = permissions.signed_in(request.state.actor)
    return event, found, await proposals.find(found, request.path_params["code"], actor.id)


def _path(event: EventRow, call: CallRow, own: ProposalRow) -> str:
    return f"/events/{event.slug}/calls/{call.slug}/proposals/{own.code}"


async def confirm(request: Request) -> Response:
    """POST: its owner comes."""
    event, found, own = await _own(request)
    await confirming.confirm(found, own.code, request.state.actor.id, request.state.now)
    return pages.redirect(request, _path(event, found, own), _("Thank you. You are in the programme."))


async def step_back(request: Request) -> Response:
    """POST: a presenter beside its owner does not come."""
    _event, found, own = await _own(request)
    await confirming.step_back(found, own.code, request.state.actor.id, request.state.now)
    return pages.redirect(request, "/my/proposals", _("You do not present it any more. Its organizers see that."))


async def edit(request: Request) -> Response:
    """The usual form, as what one asks to have changed. POST asks for it."""
    event, found, own = await _own(request)
    held = await edit_requests.open_of(own.id)
    if request.method != "POST":
        stored = edit_requests.asked_fields(own, found)
        asked = {name: new for name, (_old, new) in held.changes.items()} if held else {}
        fields = {**stored, **asked, "words": held.words if held else "", "seen": edit_requests.stamp(held)}
        return await _page(request, event, found, own, fields)
    form = await request.form(max_fields=300)
    try:
        await Limiter.on(request.app.state.redis).hit(ASKING, str(request.state.actor.id))
        typed, words = await _typed(form, event, found, own)
        actor, now = request.state.actor.id, request.state.now
        await edit_requests.ask(found, own.code, actor, typed, words, str(form.get("seen", "")), now)
    except (Unreadable, StaleWrite, NotOpen) as error:
        fields = proposal_forms.typed(form, found)
        if isinstance(error, StaleWrite):
            fields["seen"] = edit_requests.stamp(await edit_requests.open_of(own.id))
        return await _page(request, event, found, own, fields, error)
    notice = _("The organizers have your request. You get a mail when they answer it.")
    return pages.redirect(request, _path(event, found, own), notice)


async def _typed(form: FormData, event: EventRow, call: CallRow, own: ProposalRow) -> tuple[dict[str, object], str]:
    """What the form says, whole, and the words to the organizers. Raises Unreadable."""
    choices = await draft_lists.choices(event.id)
    values = proposal_forms.read(form, call, choices)
    typed: dict[str, object] = {name: getattr(values, name) for name in LINES}
    now = edit_requests.asked_fields(own, call)
    typed |= {name: values.answers.get(name.removeprefix("q-"), "") for name in now if name not in LINES}
    found = proposal_checks.problems(call, values, choices)
    errors = {name: words for name, words in found.items() if name in typed}
    words = clean(form.get("words", ""))
    if len(words) > WORDS:
        errors["words"] = _("This is longer than %(num)s characters.") % {"num": WORDS}
    if errors:
        raise Unreadable(errors)
    return typed, words


async def _page(
    request: Request,
    event: EventRow,
    call: CallRow,
    own: ProposalRow,
    fields: Mapping[str, Any],
    error: DomainError | None = None,
) -> Response:
    refused = {"": error.words} if isinstance(error, NotOpen) else {}
    return pages.render(
        request,
        "calls/proposal_edit.html",
        error.status if error else 200,
        event=event,
        call=call,
        proposal=own,
        fields=proposal_forms.Filled(fields),
        may_ask=edit_requests.may_ask(call, own, request.state.now),
        open_request=await edit_requests.open_of(own.id),
        errors=error.errors if isinstance(error, Unreadable) else refused,
        stale=error if isinstance(error, StaleWrite) else None,
    )


async def take_back(request: Request) -> Response:
    """POST: the open request is not asked any more."""
    event, found, own = await _own(request)
    await edit_requests.take_back(found, own.code, request.state.actor.id)
    return pages.redirect(request, _path(event, found, own), _("Your request is taken back."))


async def standing(call: CallRow, own: ProposalRow, at: datetime) -> dict[str, Any]:
    """What a proposal's page says beside its form: what was decided, what is asked, and what is to do."""
    requests = await edit_requests.of_proposal(own.id)
    return {
        "told": await decision_lists.told(own.id),
        "may_ask": edit_requests.may_ask(call, own, at),
        "open_request": next((one for one in requests if one.state == "open"), None),
        "answered_request": next((one for one in requests if one.state != "open"), None),
        "differences": edit_requests.differences,
    }


_PROPOSAL = "/events/{slug}/calls/{call}/proposals/{code}"
routes = [
    Route(f"{_PROPOSAL}/confirmation", confirm, methods=["POST"], name="proposal_confirm"),
    Route(f"{_PROPOSAL}/stepping-back", step_back, methods=["POST"], name="proposal_step_back"),
    Route(f"{_PROPOSAL}/edit", edit, methods=["GET", "POST"], name="proposal_edit"),
    Route(f"{_PROPOSAL}/edit/removal", take_back, methods=["POST"], name="proposal_edit_take_back"),
]
