"""A reviewer's pages: what they review for, one call's proposals, and the page of one with their review.

Who does not review for a call is told that there is nothing, organizers too: they have pages of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.calls import (
    calls,
    criteria,
    review_forms,
    review_phases,
    review_progress,
    review_readings,
    review_tables,
    reviewers,
    reviewing,
)
from events.calls.calls import CallRow
from events.calls.organizing import Filled
from events.calls.proposal_checks import offered
from events.calls.review_forms import Tracks
from events.calls.review_phases import PhaseRow
from events.calls.review_readings import NotYours, Reading
from events.calls.reviewers import ReviewerRow
from events.calls.reviewing import NotReviewing
from events.catalogue.fields import clean
from events.catalogue.queries import EventRow, event_by_slug
from events.core import pages
from events.core.errors import DomainError, NotFound, StaleWrite, Unreadable, Way
from events.core.locales import _
from events.people import permissions
from events.schedule import draft_lists, forms


@dataclass(frozen=True, slots=True)
class Desk:
    """phase: in hand, None before the first opens."""

    event: EventRow
    call: CallRow
    reviewer: ReviewerRow
    phases: list[PhaseRow]
    phase: PhaseRow | None
    is_open: bool

    @property
    def root(self) -> str:
        return f"/review/{self.event.slug}/{self.call.slug}"

    @property
    def frame(self) -> dict[str, Any]:
        """What each of the pages says of the phase."""
        blind = self.phase is not None and review_readings.blind(self.phase, self.reviewer)
        names = ("event", "call", "reviewer", "phase", "is_open", "root")
        return {name: getattr(self, name) for name in names} | {"blind": blind}


async def _desk(request: Request) -> Desk:
    """The call of the address, for its reviewers. Raises NotSignedIn, NotFound."""
    actor = permissions.signed_in(request.state.actor)
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    call = await calls.by_slug(event.id, request.path_params["call"])
    reviewer = await reviewers.of_person(call.id, actor.id)
    if reviewer is None:
        raise NotFound
    phases = await review_phases.of(call.id)
    phase = review_phases.in_hand(phases, request.state.now)
    return Desk(event, call, reviewer, phases, phase, phase is not None and phase.is_open(request.state.now))


async def _tracks(desk: Desk) -> Tracks:
    """Those that they review."""
    found, _types = offered(desk.call, await draft_lists.choices(desk.event.id))
    own = desk.reviewer.values.track_ids
    return [one for one in found if not own or one[0] in own]


async def overview(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    found = await review_progress.desks(actor.id, request.state.now)
    return pages.render(
        request,
        "calls/my_reviews.html",
        desks=[
            (
                one,
                review_phases.in_hand(one.phases, request.state.now),
                review_phases.upcoming(one.phases, request.state.now),
            )
            for one in found
        ],
    )


async def call(request: Request) -> Response:
    return await _call(request, await _desk(request))


async def _call(request: Request, desk: Desk, error: DomainError | None = None) -> Response:
    tracks = await _tracks(desk)
    asked, sort = review_forms.asked_of_reviewer(request.query_params, tracks)
    page, total = forms.page(request.query_params), 0
    lines: list[review_readings.Line] = []
    if desk.phase is not None:
        lines, total = await review_readings.lines(
            desk.call, desk.reviewer, desk.phase, asked, sort, page, is_open=desk.is_open
        )
    return pages.render(
        request,
        "calls/review_call.html",
        error.status if error else 200,
        **desk.frame,
        upcoming=review_phases.upcoming(desk.phases, request.state.now),
        progress=await review_progress.of_reviewer(desk.reviewer.id, request.state.now),
        lines=lines,
        total=total,
        page=page,
        per_page=review_readings.PAGE,
        page_count=max(1, -(-total // review_readings.PAGE)),
        asked=asked,
        sort=sort,
        tracks=review_forms.as_options(tracks),
        errors={"": error.words} if error else {},
    )


async def table(request: Request) -> Response:
    """The list as CSV, all pages of it."""
    desk = await _desk(request)
    if desk.phase is None:
        raise NotReviewing(_("Review has not begun yet."))
    asked, sort = review_forms.asked_of_reviewer(request.query_params, await _tracks(desk))
    lines, _total = await review_readings.lines(
        desk.call, desk.reviewer, desk.phase, asked, sort, None, is_open=desk.is_open
    )
    blind = review_readings.blind(desk.phase, desk.reviewer)
    body = review_tables.of_reviewer(lines, await criteria.of(desk.call.id), blind=blind)
    headers = {
        "Content-Disposition": f'attachment; filename="reviews-{desk.call.slug}.csv"',
        "Cache-Control": "no-store",
    }
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


async def take_next(request: Request) -> Response:
    """POST: the next proposal; with besides=CODE another one than that."""
    desk = await _desk(request)
    form = await request.form()
    besides = clean(form.get("besides", ""))[:12]
    try:
        code = await reviewing.take_next(desk.call.id, desk.reviewer, request.state.now, besides)
    except NotReviewing as error:
        return await _call(request, desk, error)
    if code is None:
        words = _("Nothing is left that needs a review of yours. You may still choose one from the list.")
        return pages.redirect(request, desk.root, words)
    return pages.redirect(request, f"{desk.root}/proposals/{code}")


async def _reading(request: Request) -> tuple[Desk, PhaseRow, Reading]:
    """Of a form that comes after the close too: what was typed comes back with it."""
    desk = await _desk(request)
    is_open = desk.is_open or request.method == "POST"
    if desk.phase is None:
        raise NotFound
    try:
        found = await review_readings.find(
            desk.call, desk.reviewer, desk.phase, request.path_params["code"], is_open=is_open
        )
    except NotYours as error:
        error.next = (Way(desk.root, _("To the other proposals")),)
        raise
    return desk, desk.phase, found


async def proposal(request: Request) -> Response:
    """A proposal with one's review. POST saves it; with do=give it is given."""
    desk, phase, found = await _reading(request)
    if request.method != "POST":
        return await _page(request, desk, phase, found, review_forms.review_fields(found.review))
    form = await request.form()
    give = form.get("do") == "give"
    asked = await criteria.of(desk.call.id)
    try:
        values = review_forms.review_values(form, asked)
        await reviewing.save(
            desk.call.id,
            desk.reviewer,
            found.code,
            values,
            review_forms.version(form),
            request.state.now,
            give=give,
        )
    except (Unreadable, StaleWrite, NotReviewing) as error:
        fields = review_forms.typed(form)
        if isinstance(error, StaleWrite):
            desk, phase, found = await _reading(request)
            fields["version"] = found.review.version if found.review else 0
        return await _page(request, desk, phase, found, fields, error)
    given = give or (found.review is not None and found.review.state == "given")
    words = (
        _("Your review is given. You may change it until the phase closes.")
        if given
        else _("Kept for you. It counts when you give it.")
    )
    return pages.redirect(request, f"{desk.root}/proposals/{found.code}", words)


async def declare(request: Request) -> Response:
    """POST: a conflict of interest with a proposal."""
    desk, phase, found = await _reading(request)
    form = await request.form()
    reason = " ".join(clean(form.get("reason", "")).split())
    try:
        await reviewing.declare(desk.call.id, desk.reviewer, found.code, reason, request.state.now)
    except (Unreadable, NotReviewing) as error:
        fields = review_forms.review_fields(found.review) | {"reason": reason}
        return await _page(request, desk, phase, found, fields, error)
    return pages.redirect(request, desk.root, _("Thank you. It will not be shown to you again."))


async def _page(
    request: Request,
    desk: Desk,
    phase: PhaseRow,
    found: Reading,
    fields: Mapping[str, Any],
    error: DomainError | None = None,
) -> Response:
    return pages.render(
        request,
        "calls/review.html",
        error.status if error else 200,
        **desk.frame,
        proposal=found,
        writable=desk.is_open and found.reviewable,
        criteria=await criteria.of(desk.call.id),
        others=await review_readings.others(desk.call, desk.reviewer, phase, found),
        told=review_forms.told_points,
        cannot_say=review_forms.CANNOT_SAY,
        radios=review_forms.RADIOS,
        fields=Filled(fields),
        errors=error.errors if isinstance(error, Unreadable) else {"": error.words} if error else {},
        stale=error if isinstance(error, StaleWrite) else None,
    )


_CALL = "/review/{slug}/{call}"
_PROPOSAL = _CALL + "/proposals/{code}"

routes = [
    Route("/review", overview, methods=["GET"], name="my_reviews"),
    Route(_CALL, call, methods=["GET"], name="review_call"),
    Route(f"{_CALL}/reviews.csv", table, methods=["GET"], name="review_csv"),
    Route(f"{_CALL}/next", take_next, methods=["POST"], name="review_next"),
    Route(_PROPOSAL, proposal, methods=["GET", "POST"], name="review"),
    Route(f"{_PROPOSAL}/conflict", declare, methods=["POST"], name="review_conflict"),
]
