"""What everybody sees of a call, and where signed-in people write and hand in their proposals."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from events.calls import (
    calls,
    file_pages,
    files,
    presenter_answers,
    presenters,
    presenting,
    proposal_files,
    proposal_forms,
    proposal_lists,
    proposals,
    review_progress,
)
from events.calls.calls import WHO, CallRow
from events.calls.proposal_checks import ProposalValues, offered
from events.calls.proposals import NotOpen, ProposalRow, TooManyProposals
from events.calls.states import KINDS, WORDS, ProposalState, Window
from events.catalogue.queries import EventRow, event_by_slug
from events.core import pages, uploads
from events.core.access import Limit, Limiter
from events.core.errors import DomainError, StaleWrite, Unreadable
from events.core.locales import _
from events.core.uploads import Checked, Sent
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
    own = [one for one in await proposal_lists.of_person(actor.id) if one.slug == event.slug] if actor else []
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
    async with uploads.read(request, file_pages.store_of(request), files.rules(found.questions)) as (form, sent):
        return await _posted(request, event, found, own, form, sent)


async def _posted(
    request: Request, event: EventRow, found: CallRow, own: ProposalRow, form: FormData, sent: Mapping[str, Sent]
) -> Response:
    by_itself = "application/json" in request.headers.get("accept", "")
    do = str(form.get("do", ""))
    handing_in = do == "hand_in"
    key = request.app.state.settings.secret_key.get_secret_value().encode()
    person, now = request.state.actor.id, request.state.now
    choices = await draft_lists.choices(event.id)
    values: ProposalValues | None = None
    version = proposal_forms.version(form)

    async def put(question: int, file: Checked) -> None:
        await proposal_files.put(found, own.code, person, question, file, file_pages.store_of(request), now)

    try:
        values = proposal_forms.read(form, found, choices)
        if errors := await file_pages.take(request, sent, put):
            raise Unreadable(errors)
        if handing_in or own.state is ProposalState.SUBMITTED:
            await Limiter.on(request.app.state.redis).hit(presenters.INVITING, str(person))
        if handing_in:
            await proposals.hand_in(found, own.code, person, values, version, choices, key, now)
        else:
            version = await proposals.save(found, own.code, person, values, version, choices, key, now)
            if (question := do.removeprefix("drop-")).isdecimal() and len(question) < 10:
                await proposal_files.take_away(found, own.code, person, int(question), now)
    except (Unreadable, StaleWrite, NotOpen, TooManyProposals) as error:
        if by_itself:
            return JSONResponse({"words": error.words}, error.status)
        typed = proposal_forms.typed(form, found) | {"version": version}
        fresh = await proposals.find(found, own.code, person)
        if (
            values is not None
            and fresh.state is ProposalState.DRAFT
            and fresh.version == version
            and isinstance(error, (Unreadable, TooManyProposals))
        ):
            # Not whole enough to be handed in, but typed: the draft keeps it.
            typed["version"] = await proposals.save(found, own.code, person, values, version, choices, key, now)
            fresh = await proposals.find(found, own.code, person)
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
        fields=proposal_forms.Filled(fields),
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
        files={f"q-{one.question_id}": one for one in own.files if one.presenter_id is None},
        file_rules=files.RULES,
        answered=presenter_answers.all_of(found, own, request.state.actor.id) if found.presenter_questions else [],
        asked_before=proposal_forms.asked_before(found, "proposal", own.answers),
        **await presenting.standing(found, own, now),
    )


async def withdraw(request: Request) -> Response:
    event, found, own = await _own(request)
    await proposals.withdraw(found, own.code, request.state.actor.id, request.state.now)
    return pages.redirect(request, _path(event, found, own.code), _("Your proposal is withdrawn."))


async def my_proposals(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    lines = await proposal_lists.of_person(actor.id)
    reviews = await review_progress.reviews_anything(actor.id)
    return pages.render(
        request, "calls/my_proposals.html", lines=lines, reviews=reviews, states=WORDS, state_kinds=KINDS
    )


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
]
