"""How a call is reviewed, for its organizers: phases, criteria, reviewers; and for chairs too: how far it is."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.calls import criteria, desks, review_forms, review_phases, review_progress, reviewers
from events.calls.desks import Desk
from events.calls.organizing import Filled
from events.calls.proposal_checks import offered
from events.calls.review_forms import CriterionForm, PhaseForm, ReviewerForm, Tracks
from events.calls.review_phases import SEES_OTHERS, InUse
from events.core import pages
from events.core.errors import DomainError, StaleWrite, Unreadable
from events.core.locales import _, ngettext
from events.schedule import draft_lists


async def overview(request: Request) -> Response:
    """Phases, criteria and reviewers, with how far these are."""
    return await _overview(request, await desks.of_deciders(request))


async def _overview(request: Request, desk: Desk, error: DomainError | None = None) -> Response:
    at = request.state.now
    phases = await review_phases.of(desk.call.id)
    phase = review_phases.in_hand(phases, at)
    wanted = phase.values.per_proposal if phase else 0
    return pages.render(
        request,
        "calls/review_setup.html",
        error.status if error else 200,
        **desk.frame,
        phases=phases,
        phase=phase,
        coverage=await review_progress.coverage(desk.call.id, phase.id, wanted) if phase else [],
        sees_others=SEES_OTHERS,
        criteria=await criteria.of(desk.call.id),
        progress=await review_progress.of(desk.call.id, at),
        reviewers={one.id: one for one in await reviewers.of(desk.call.id)},
        tracks=dict(await _tracks(desk)),
        errors={"": error.words} if error else {},
    )


async def _tracks(desk: Desk) -> Tracks:
    return offered(desk.call, await draft_lists.choices(desk.event.id))[0]


def _root(desk: Desk) -> str:
    return f"{desk.root}/review"


def _page(
    request: Request, desk: Desk, name: str, fields: Mapping[str, Any], error: DomainError | None, **context: Any
) -> Response:
    """A form, new or come back with what is wrong; after another's save with what it would go over."""
    return pages.render(
        request,
        f"calls/{name}.html",
        error.status if error else 200,
        **desk.frame,
        fields=Filled(fields),
        errors=error.errors if isinstance(error, Unreadable) else {},
        stale=error if isinstance(error, StaleWrite) else None,
        **context,
    )


async def phase(request: Request) -> Response:
    desk = await desks.of_organizers(request)
    number: int | None = request.path_params.get("phase")
    held = await review_phases.find(desk.call.id, number) if number is not None else None
    context = {"phase": held, "sees_others": [(key, str(words)) for key, words in SEES_OTHERS.items()]}
    zone = desk.event.timezone
    if request.method != "POST":
        return _page(request, desk, "review_phase", review_forms.phase_fields(held, zone), None, **context)
    form = await request.form()
    try:
        read = PhaseForm.read(form)
        if held is None:
            await review_phases.create(desk.call.id, read.values(zone))
        else:
            await review_phases.change(desk.call.id, held.id, read.values(zone), read.seen)
    except (Unreadable, StaleWrite) as error:
        fields = review_forms.typed(form)
        if held is not None and isinstance(error, StaleWrite):
            fields["seen"] = (await review_phases.find(desk.call.id, held.id)).seen
        return _page(request, desk, "review_phase", fields, error, **context)
    return pages.redirect(request, _root(desk), _("The phase is saved."))


async def remove_phase(request: Request) -> Response:
    desk = await desks.of_organizers(request)
    try:
        await review_phases.remove(desk.call.id, request.path_params["phase"])
    except InUse as error:
        return await _overview(request, desk, error)
    return pages.redirect(request, _root(desk), _("The phase is gone."))


async def criterion(request: Request) -> Response:
    desk = await desks.of_organizers(request)
    number: int | None = request.path_params.get("criterion")
    held = await criteria.find(desk.call.id, number) if number is not None else None
    if request.method != "POST":
        return _page(request, desk, "criterion", review_forms.criterion_fields(held), None, criterion=held)
    form = await request.form()
    try:
        read = CriterionForm.read(form)
        if held is None:
            await criteria.create(desk.call.id, read.values())
        else:
            await criteria.change(desk.call.id, held.id, read.values(), read.seen)
    except (Unreadable, StaleWrite) as error:
        fields = review_forms.typed(form)
        if held is not None and isinstance(error, StaleWrite):
            fields["seen"] = (await criteria.find(desk.call.id, held.id)).seen
        return _page(request, desk, "criterion", fields, error, criterion=held)
    return pages.redirect(request, _root(desk) + "#criteria", _("The criterion is saved."))


async def move_criterion(request: Request) -> Response:
    """POST: one place up, or with way=down one place down."""
    desk = await desks.of_organizers(request)
    form = await request.form()
    await criteria.move(desk.call.id, request.path_params["criterion"], up=form.get("way") != "down")
    return pages.redirect(request, _root(desk) + "#criteria")


async def remove_criterion(request: Request) -> Response:
    desk = await desks.of_organizers(request)
    try:
        await criteria.remove(desk.call.id, request.path_params["criterion"])
    except InUse as error:
        return await _overview(request, desk, error)
    return pages.redirect(request, _root(desk) + "#criteria", _("The criterion is gone."))


async def reviewer(request: Request) -> Response:
    desk = await desks.of_organizers(request)
    number: int | None = request.path_params.get("reviewer")
    held = await reviewers.find(desk.call.id, number) if number is not None else None
    tracks = await _tracks(desk)
    context = {"reviewer": held, "tracks": review_forms.as_options(tracks)}
    if request.method != "POST":
        return _page(request, desk, "reviewer", review_forms.reviewer_fields(held), None, **context)
    form = await request.form()
    try:
        read = ReviewerForm.read(form)
        values = read.values(tracks)
        if held is None:
            await reviewers.add(desk.call.id, read.email, read.name, values, request.state.now)
            words = _("They review now, and get a mail that says where.")
        else:
            await reviewers.change(desk.call.id, held.id, values, read.seen)
            words = _("Saved.")
    except (Unreadable, StaleWrite) as error:
        fields = review_forms.typed(form)
        if held is not None and isinstance(error, StaleWrite):
            fields["seen"] = (await reviewers.find(desk.call.id, held.id)).seen
        return _page(request, desk, "reviewer", fields, error, **context)
    return pages.redirect(request, _root(desk) + "#reviewers", words)


async def remove_reviewer(request: Request) -> Response:
    desk = await desks.of_organizers(request)
    given = await reviewers.remove(desk.call.id, request.path_params["reviewer"], request.state.now)
    words = [_("They do not review for this call any more.")]
    if given:
        words.append(ngettext("Their %(num)s review still counts.", "Their %(num)s reviews still count.", given))
    return pages.redirect(request, _root(desk) + "#reviewers", " ".join(words) % {"num": given})


_ROOT = "/organize/events/{slug}/calls/{call}/review"
_BOTH = ["GET", "POST"]

routes = [
    Route(_ROOT, overview, methods=["GET"], name="organize_review"),
    Route(f"{_ROOT}/phases/new", phase, methods=_BOTH, name="organize_new_review_phase"),
    Route(f"{_ROOT}/phases/{{phase:int}}", phase, methods=_BOTH, name="organize_review_phase"),
    Route(
        f"{_ROOT}/phases/{{phase:int}}/removal", remove_phase, methods=["POST"], name="organize_review_phase_removal"
    ),
    Route(f"{_ROOT}/criteria/new", criterion, methods=_BOTH, name="organize_new_criterion"),
    Route(f"{_ROOT}/criteria/{{criterion:int}}", criterion, methods=_BOTH, name="organize_criterion"),
    Route(
        f"{_ROOT}/criteria/{{criterion:int}}/place", move_criterion, methods=["POST"], name="organize_criterion_place"
    ),
    Route(
        f"{_ROOT}/criteria/{{criterion:int}}/removal",
        remove_criterion,
        methods=["POST"],
        name="organize_criterion_removal",
    ),
    Route(f"{_ROOT}/reviewers/new", reviewer, methods=_BOTH, name="organize_new_reviewer"),
    Route(f"{_ROOT}/reviewers/{{reviewer:int}}", reviewer, methods=_BOTH, name="organize_reviewer"),
    Route(
        f"{_ROOT}/reviewers/{{reviewer:int}}/removal",
        remove_reviewer,
        methods=["POST"],
        name="organize_reviewer_removal",
    ),
]
