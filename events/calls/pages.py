"""What everybody sees of a call, and where signed-in people write and hand in their proposals."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from events.calls import calls, presenters, proposal_forms, proposals
from events.calls.calls import WHO, CallRow
from events.calls.proposal_checks import ProposalValues, offered
from events.calls.proposals import NotOpen, ProposalRow, TooManyProposals
from events.calls.states import KINDS, WORDS, ProposalState, Window
from events.catalogue.queries import EventRow, event_by_slug
from events.core import pages
from events.core.access import Limit, Limiter
from events.core.errors import DomainError, StaleWrite, Unreadable
from events.core.locales import _
from events.people import permissions
from events.people.audiences import audience_of
from events.schedule import draft_lists
from events.schedule.roles import ROLES

CODES = Limit("codes of a call typed by one person", "20/hour")


async def _call(request: Request) -> tuple[EventRow, CallRow]:
    event = await event_by_slug(request.path_params["slug"])
    return event, await calls.by_slug(event.id, request.path_params["call"])


async def event_calls(request: Request) -> Response:
    """The announced calls of an event."""
    event = await event_by_slug(request.path_params["slug"])
    lines = [one for one in await calls.lines(event.id, request.state.now) if one.announced]
    return pages.render(request, "calls/calls.html", event=event, lines=lines)


async def call(request: Request) -> Response:
    event, found = await _call(request)
    return await _call_page(request, event, found)


async def _call_page(request: Request, event: EventRow, found: CallRow, error: DomainError | None = None) -> Response:
    actor = request.state.actor
    own = [one for one in await proposals.of_person(actor.id) if one.slug == event.slug] if actor else []
    tracks, types = offered(found, await draft_lists.choices(event.id))
    return pages.render(
        request,
        "calls/call.html",
        error.status if error else 200,
        event=event,
        call=found,
        window=found.window(request.state.now),
        who=WHO,
        tracks=tracks,
        types=types,
        own=[one for one in own if one.call == found.slug],
        states=WORDS,
        state_kinds=KINDS,
        errors=error.errors if isinstance(error, Unreadable) else {"": error.words} if error else {},
    )


async def begin(request: Request) -> Response:
    """POST: a new draft, for whom the call is for."""
    event, found = await _call(request)
    actor = permissions.signed_in(request.state.actor)
    form = await request.form()
    try:
        if (
            found.who == "members"
            and (await audience_of(actor.id, request.state.now, event.unit_id)).membership is None
        ):
            raise Unreadable({"": _("This call is for members. Add your membership under “My settings”.")})
        if found.who == "by_code":
            await Limiter.on(request.app.state.redis).hit(CODES, str(actor.id))
            if not found.is_code(str(form.get("code", ""))[:60]):
                raise Unreadable({"code": _("This is not the code of this call.")})
        code = await proposals.begin(found, actor.id, actor.label, actor.email, event.language, request.state.now)
    except (Unreadable, NotOpen, TooManyProposals) as error:
        return await _call_page(request, event, found, error)
    return pages.redirect(request, _path(event, found, code), _("Your draft is begun. You can come back to it."))


async def _own(request: Request) -> tuple[EventRow, CallRow, ProposalRow]:
    event, found = await _call(request)
    actor = permissions.signed_in(request.state.actor)
    return event, found, await proposals.find(found, request.path_params["code"], actor.id)


async def proposal(request: Request) -> Response:
    """The form of a proposal. POST saves it, with do=hand_in hands it in; asked for JSON it answers so, for drafts that
    save by themselves."""
    event, found, own = await _own(request)
    if request.method != "POST":
        return await _form(request, event, found, own, proposal_forms.stored(own))
    form = await request.form(max_fields=300)
    by_itself = "application/json" in request.headers.get("accept", "")
    handing_in = form.get("do") == "hand_in"
    key = request.app.state.settings.secret_key.get_secret_value().encode()
    now = request.state.now
    choices = await draft_lists.choices(event.id)
    values: ProposalValues | None = None
    version = proposal_forms.version(form)
    try:
        values = proposal_forms.read(form, found, choices)
        if handing_in or own.state is ProposalState.SUBMITTED:
            await Limiter.on(request.app.state.redis).hit(presenters.INVITING, str(request.state.actor.id))
        if handing_in:
            await proposals.hand_in(found, own.code, request.state.actor.id, values, version, choices, key, now)
        else:
            version = await proposals.save(found, own.code, request.state.actor.id, values, version, choices, key, now)
    except (Unreadable, StaleWrite, NotOpen, TooManyProposals) as error:
        if by_itself:
            return JSONResponse({"words": error.words}, error.status)
        typed = proposal_forms.typed(form, found)
        if (
            values is not None
            and own.state is ProposalState.DRAFT
            and isinstance(error, (Unreadable, TooManyProposals))
        ):
            # Not whole enough to be handed in, but typed: the draft keeps it.
            typed["version"] = await proposals.save(
                found, own.code, request.state.actor.id, values, version, choices, key, now
            )
        fresh = await proposals.find(found, own.code, request.state.actor.id)
        return await _form(request, event, found, fresh, typed, error)
    if by_itself:
        return JSONResponse({"version": version, "saved": pages.time(now, event.timezone)})
    words = (
        _("Your proposal is handed in.")
        if handing_in
        else _("Saved at %(time)s.") % {"time": pages.time(now, event.timezone)}
    )
    return pages.redirect(request, _path(event, found, own.code), words)


async def _form(
    request: Request,
    event: EventRow,
    found: CallRow,
    own: ProposalRow,
    fields: Mapping[str, Any],
    error: DomainError | None = None,
) -> Response:
    if isinstance(error, StaleWrite):
        fields = {**fields, "version": own.version}
    told = {"": error.words} if isinstance(error, (NotOpen, TooManyProposals)) else {}
    tracks, types = offered(found, await draft_lists.choices(event.id))
    now = request.state.now
    return pages.render(
        request,
        "calls/proposal.html",
        error.status if error else 200,
        event=event,
        call=found,
        proposal=own,
        fields=_Filled(fields),
        places=proposal_forms.places(fields),
        errors=error.errors if isinstance(error, Unreadable) else told,
        stale=error if isinstance(error, StaleWrite) else None,
        writable=proposals.writable(found, own, now),
        grace=found.window(now) is Window.GRACE,
        owner=own.owner_id == request.state.actor.id,
        by_itself=own.state is ProposalState.DRAFT and (error is None or isinstance(error, Unreadable)),
        state=WORDS[own.state],
        state_kind=KINDS[own.state],
        states_of_presenters={one.position: one.state for one in own.presenters},
        tracks=[("", _("None yet")), *((str(id_), name) for id_, name in tracks)] if tracks else [],
        types=[("", _("None yet")), *((str(id_), name) for id_, name in types)] if types else [],
        roles=[(role, str(words)) for role, words in ROLES.items()],
        labels={one.id: one.label for one in found.questions},
    )


class _Filled(dict[str, Any]):
    """What a form's fields hold; one that holds nothing is empty, not an error."""

    def __missing__(self, name: str) -> str:
        return ""


async def withdraw(request: Request) -> Response:
    event, found, own = await _own(request)
    await proposals.withdraw(found, own.code, request.state.actor.id, request.state.now)
    return pages.redirect(request, _path(event, found, own.code), _("Your proposal is withdrawn."))


async def my_proposals(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    lines = await proposals.of_person(actor.id)
    return pages.render(request, "calls/my_proposals.html", lines=lines, states=WORDS, state_kinds=KINDS)


async def invitation(request: Request) -> Response:
    """What a co-presenter is asked. Mail scanners follow links, so only its buttons answer."""
    asked = await presenters.open_invitation(request.path_params["token"])
    return pages.render(request, "calls/invitation.html", invitation=asked, roles=ROLES)


async def answer_invitation(request: Request) -> Response:
    """POST: accept=yes or accept=no."""
    form = await request.form()
    accept = form.get("accept") == "yes"
    if not accept and form.get("accept") != "no":
        raise Unreadable({"": _("Choose one of the two buttons.")})
    actor = request.state.actor
    asked = await presenters.answer(
        request.path_params["token"], accept, actor.id if actor else None, request.state.now
    )
    asked = replace(asked, name=actor.label if actor and accept else asked.name)
    return pages.render(request, "calls/invitation_answered.html", invitation=asked, accepted=accept)


def _path(event: EventRow, found: CallRow, code: str) -> str:
    return f"/events/{event.slug}/calls/{found.slug}/proposals/{code}"


_CALL = "/events/{slug}/calls/{call}"
_PROPOSAL = _CALL + "/proposals/{code}"

routes = [
    Route("/events/{slug}/calls", event_calls, methods=["GET"], name="event_calls"),
    Route(_CALL, call, methods=["GET"], name="call"),
    Route(f"{_CALL}/proposals", begin, methods=["POST"], name="proposal_begin"),
    Route(_PROPOSAL, proposal, methods=["GET", "POST"], name="proposal"),
    Route(f"{_PROPOSAL}/withdrawal", withdraw, methods=["POST"], name="proposal_withdraw"),
    Route("/my/proposals", my_proposals, methods=["GET"], name="my_proposals"),
    Route("/presenters/{token}", invitation, methods=["GET"], name="presenter_invitation"),
    Route("/presenters/{token}", answer_invitation, methods=["POST"], name="presenter_answer"),
]
