"""The ranking of a call's proposals by their reviews, for its organizers and its chairs; and what was written of each.

A chair does not read what is said of a proposal of their own: it is not in their ranking, and its page is not theirs.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.calls import (
    answers,
    criteria,
    desks,
    read_proposals,
    review_forms,
    review_lists,
    review_phases,
    review_tables,
    reviewing,
)
from events.calls.desks import Desk
from events.calls.proposal_checks import offered
from events.calls.ranking import Ranked
from events.calls.review_phases import PhaseRow
from events.calls.states import KINDS, WORDS, ProposalState
from events.core import pages
from events.core.errors import NotFound
from events.core.locales import _
from events.schedule import draft_lists, forms


def _phase(request: Request, phases: list[PhaseRow]) -> PhaseRow | None:
    """The phase the address asks for; None for all of them."""
    typed = request.query_params.get("phase", "")
    return next((one for one in phases if str(one.id) == typed), None)


async def ranking(request: Request) -> Response:
    desk = await desks.of_deciders(request)
    at = request.state.now
    phases = await review_phases.of(desk.call.id)
    phase = _phase(request, phases)
    current = phase or review_phases.in_hand(phases, at)
    wanted = current.values.per_proposal if current else 1
    tracks = offered(desk.call, await draft_lists.choices(desk.event.id))[0]
    hidden = None if desk.organizer else desk.actor.id
    asked, sort = review_forms.asked_of_ranking(request.query_params, tracks, wanted, hidden)
    ranked = await review_lists.ranking_of(desk.call.id, phase.id if phase else None)
    if request.url.path.endswith(".csv"):
        lines, _total = await review_lists.lines(desk.call.id, ranked, asked, sort, None)
        return _csv(f"ranking-{desk.call.slug}", review_tables.of_ranking(lines))
    page = forms.page(request.query_params)
    lines, total = await review_lists.lines(desk.call.id, ranked, asked, sort, page)
    return pages.render(
        request,
        "calls/ranking.html",
        **desk.frame,
        lines=lines,
        total=total,
        page=page,
        per_page=review_lists.PAGE,
        page_count=max(1, -(-total // review_lists.PAGE)),
        asked=asked,
        sort=sort,
        phases=[(one.id, one.values.name) for one in phases],
        phase=phase,
        wanted=wanted,
        tracks=review_forms.as_options(tracks),
        states=[(one.value, str(WORDS[one])) for one in ProposalState if one.value not in {"draft", "withdrawn"}],
        words=WORDS,
        kinds=KINDS,
    )


async def proposal(request: Request) -> Response:
    """One proposal, whole, with all its reviews."""
    desk = await desks.of_deciders(request)
    found = await read_proposals.by_code(desk.call.id, request.path_params["code"])
    if not desk.organizer:
        await _require_not_theirs(desk, found.id)
    ranked = await review_lists.ranking_of(desk.call.id)
    return pages.render(
        request,
        "calls/proposal_reviews.html",
        **desk.frame,
        proposal=found,
        answers=[(one.label, _given(one, found.answers)) for one in answers.asked(desk.call.questions, found.answers)],
        ranked=ranked.get(found.id) or Ranked(found.id),
        reviews=await review_lists.of_proposal(desk.call.id, found.id),
        criteria=await criteria.of(desk.call.id),
        told=review_forms.told_points,
        words=WORDS,
        kinds=KINDS,
    )


def _given(question: answers.Question, given: answers.Answers) -> str:
    words = dict(question.choices)
    return "\n".join(words.get(one, one) for one in answers.given(given, question))


async def _require_not_theirs(desk: Desk, proposal: int) -> None:
    """Raises NotFound for a chair's own proposal."""
    asked = review_lists.Filter(hidden=desk.actor.id)
    lines, _total = await review_lists.lines(desk.call.id, {}, asked, "title", None)
    if proposal not in {one.id for one in lines}:
        raise NotFound(_("You wrote or present this proposal, or were asked to, so others decide about it."))


async def lift(request: Request) -> Response:
    """POST: a declared conflict of interest was a mistake. For organizers: nobody lifts their own."""
    desk = await desks.of_organizers(request)
    found = await read_proposals.by_code(desk.call.id, request.path_params["code"])
    await reviewing.lift(desk.call.id, found.id, request.path_params["review"])
    to = f"{desk.root}/review/proposals/{found.code}"
    return pages.redirect(request, to, _("The conflict of interest is taken back. They may review it again."))


def _csv(name: str, body: bytes) -> Response:
    headers: dict[str, Any] = {
        "Content-Disposition": f'attachment; filename="{name}.csv"',
        "Cache-Control": "no-store",
    }
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


_ROOT = "/organize/events/{slug}/calls/{call}/review"

routes = [
    Route(f"{_ROOT}/ranking", ranking, methods=["GET"], name="organize_ranking"),
    Route(f"{_ROOT}/ranking.csv", ranking, methods=["GET"], name="organize_ranking_csv"),
    Route(f"{_ROOT}/proposals/{{code}}", proposal, methods=["GET"], name="organize_proposal_reviews"),
    Route(
        f"{_ROOT}/proposals/{{code}}/conflicts/{{review:int}}/lifting",
        lift,
        methods=["POST"],
        name="organize_conflict_lifting",
    ),
]
