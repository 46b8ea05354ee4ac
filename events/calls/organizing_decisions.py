"""The table in which proposals are decided, many at once; and one proposal whole, with what was decided about it."""

from collections.abc import Sequence
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.calls import (
    answers,
    decision_forms,
    decision_lists,
    decisions,
    desks,
    edit_requests,
    organizing_sending,
    read_proposals,
    review_lists,
)
from events.calls.answers import Question
from events.calls.decision_lists import Filter, Scores
from events.calls.decisions import Chosen, Decided, NotReady, Overtaken
from events.calls.desks import Desk
from events.calls.files import FileRow
from events.calls.proposal_checks import offered
from events.calls.states import KINDS, MOVES, OUTCOMES, WORDS, ProposalState
from events.core import pages
from events.core.errors import DomainError, Forbidden, NotFound, Unreadable
from events.core.locales import _, ngettext
from events.schedule import draft_lists, forms

DO = {"accept": ProposalState.ACCEPTED, "waitlist": ProposalState.WAITLISTED, "decline": ProposalState.DECLINED}
MOST_FIELDS = 300


class Elsewhere(Unreadable):
    """What matches is not what was shown."""

    status = 409

    def __init__(self, now: int) -> None:
        words = ngettext("%(num)s proposal matches now.", "%(num)s proposals match now.", now) % {"num": now}
        super().__init__({"": words + " " + _("Nothing was done; look again.")})


async def table(request: Request) -> Response:
    """POST decides about the ticked proposals, or about all that the address asks for."""
    desk = await desks.of_deciders(request)
    if request.method != "POST":
        return await _table(request, desk)
    form = await request.form(max_fields=MOST_FIELDS)
    try:
        return await _decide(request, desk, form)
    except (Unreadable, Overtaken, NotReady) as error:
        return await _table(request, desk, [str(one) for one in form.getlist("chosen")], error)


async def _decide(request: Request, desk: Desk, form: FormData) -> Response:
    what, at = str(form.get("action", "")), request.state.now
    if what not in {*DO, "undecide", "send"}:
        raise Unreadable({"": _("Choose what to do with them.")})
    every = form.get("all") == "1"
    chosen = await _all(request, desk, form) if every else decision_forms.chosen(form)
    if not desk.apart.isdisjoint(one.id for one in chosen):
        raise NotFound
    if what == "send":
        if not desk.organizer:
            raise Forbidden
        drafts = await decisions.drafts(desk.call.id, [one.id for one in chosen])
        if not drafts:
            raise Unreadable({"": _("None of these has a mail to send. Decide about them first.")})
        return organizing_sending.ask(request, desk, drafts)
    if what == "undecide":
        done = await decisions.undecide(desk.call.id, chosen, strict=not every)
    else:
        done = await decisions.decide(desk.call.id, chosen, DO[what], desk.actor.id, at, strict=not every)
    back = f"?{request.url.query}" if request.url.query else ""
    return pages.redirect(request, f"{desk.root}/decisions{back}", _told(what, done))


async def _all(request: Request, desk: Desk, form: FormData) -> list[Chosen]:
    """All that match, when they are as many as the page said."""
    asked, _sort, scores, _offered = await _asked(request, desk)
    found = await decision_lists.matching(desk.call.id, asked, scores)
    if str(len(found)) != form.get("total") or not found:
        raise Elsewhere(len(found))
    return found


def _told(what: str, done: Decided) -> str:
    said = {
        "accept": ngettext("%(num)s is to be accepted.", "%(num)s are to be accepted.", done.count),
        "waitlist": ngettext("%(num)s is to wait.", "%(num)s are to wait.", done.count),
        "decline": ngettext("%(num)s is to be declined.", "%(num)s are to be declined.", done.count),
        "undecide": ngettext("%(num)s draft is dropped.", "%(num)s drafts are dropped.", done.count),
    }
    words = said[what] % {"num": done.count}
    if done.left:
        left = {"count": len(done.left), "titles": decisions.named(done.left[:2])}
        words += " " + _("%(count)s cannot become that as they are, and stay: %(titles)s.") % left
    return words + ("" if what == "undecide" else " " + _("Nobody is told before you send the mails."))


async def _asked(request: Request, desk: Desk) -> tuple[Filter, str, Scores, Any]:
    scores = await review_lists.ranking_of(desk.call.id)
    choices = await draft_lists.choices(desk.event.id)
    asked, sort = decision_forms.asked(request.query_params, choices, desk.apart, scored=bool(scores))
    return asked, sort, scores, offered(desk.call, choices)


async def _table(
    request: Request, desk: Desk, ticked: list[str] | None = None, error: DomainError | None = None
) -> Response:
    asked, sort, scores, (tracks, types) = await _asked(request, desk)
    page = forms.page(request.query_params)
    lines, total = await decision_lists.lines(desk.call.id, asked, sort, page, scores)
    states, decided = await decision_lists.counts(desk.call.id, asked, scores)
    if request.query_params.get("ticked") == "1" and ticked is None:
        ticked = [f"{one.id}.{one.draft}" for one in lines]
    return pages.render(
        request,
        "calls/decisions.html",
        error.status if error else 200,
        **desk.frame,
        lines=lines,
        total=total,
        page=page,
        per_page=decision_lists.PAGE,
        page_count=max(1, -(-total // decision_lists.PAGE)),
        asked=asked,
        sort=sort,
        scored=bool(scores),
        tracks=tracks,
        types=types,
        states=[
            {"value": one.value, "label": str(WORDS[one]), "count": states.get(one, 0)}
            for one in ProposalState
            if one is not ProposalState.DRAFT and (states.get(one) or asked.state == one)
        ],
        decided=[
            {"value": name, "label": words, "count": decided.get(name, 0)} for name, words in _decision_words().items()
        ],
        drafts=await decisions.waiting(desk.call.id),
        words=WORDS,
        kinds=KINDS,
        # A row that somebody decided about meanwhile stays ticked: by its id, whatever its draft is now.
        ticked={one.partition(".")[0] for one in ticked or ()},
        errors=error.errors if isinstance(error, Unreadable) else {"": error.words} if error else {},
    )


def _decision_words() -> dict[str, str]:
    return {
        decision_lists.UNDECIDED: _("Without a mail to send"),
        decision_lists.DRAFTED: _("With a mail to send"),
        ProposalState.ACCEPTED: _("To be accepted"),
        ProposalState.WAITLISTED: _("To wait"),
        ProposalState.DECLINED: _("To be declined"),
    }


async def proposal(request: Request) -> Response:
    """One proposal as it was handed in, with what was decided about it. POST decides about it alone."""
    desk = await desks.of_deciders(request)
    found = await read_proposals.by_code(desk.call.id, request.path_params["code"])
    if found.id in desk.apart:
        raise NotFound
    error: DomainError | None = None
    if request.method == "POST":
        form = await request.form()
        what = str(form.get("action", ""))
        try:
            if what not in {*DO, "undecide"}:
                raise Unreadable({"": _("Choose what to do with it.")})
            chosen = [one for one in decision_forms.chosen(form) if one.id == found.id]
            if what == "undecide":
                done = await decisions.undecide(desk.call.id, chosen)
            else:
                done = await decisions.decide(desk.call.id, chosen, DO[what], desk.actor.id, request.state.now)
            return pages.redirect(request, request.url.path, _told(what, done))
        except (Unreadable, Overtaken, NotReady) as refused:
            error = refused
    past = await decision_lists.history(found.id)
    requests = await edit_requests.of_proposal(found.id)
    return pages.render(
        request,
        "calls/decision.html",
        error.status if error else 200,
        **desk.frame,
        proposal=found,
        answers=_answers(desk.call.questions, found.answers, found.files, None),
        of_presenters=[
            (one, _answers(desk.call.presenter_questions, one.answers, found.files, one.id)) for one in found.presenters
        ]
        if desk.call.presenter_questions
        else [],
        score=(await review_lists.ranking_of(desk.call.id)).get(found.id),
        past=past,
        draft=next((one for one in past if one.state == "draft"), None),
        possible=[one for one in OUTCOMES if one in MOVES[found.state]],
        open_request=next((one for one in requests if one.state == "open"), None),
        words=WORDS,
        kinds=KINDS,
        errors=error.errors if isinstance(error, Unreadable) else {"": error.words} if error else {},
    )


def _answers(
    questions: Sequence[Question], given: answers.Answers, sent: Sequence[FileRow], presenter: int | None
) -> list[tuple[str, str, FileRow | None]]:
    """What was asked, what was answered, and the file that answers it."""
    found = []
    for one in answers.asked(questions, given):
        words = dict(one.choices)
        file = next((file for file in sent if (file.question_id, file.presenter_id) == (one.id, presenter)), None)
        found.append((one.label, "\n".join(words.get(text, text) for text in answers.given(given, one)), file))
    return found


_ROOT = "/organize/events/{slug}/calls/{call}/decisions"
routes = [
    Route(_ROOT, table, methods=["GET", "POST"], name="organize_decisions"),
    Route(f"{_ROOT}/proposals/{{code}}", proposal, methods=["GET", "POST"], name="organize_decision"),
]
