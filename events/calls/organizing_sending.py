"""Mails of decisions before they leave: the text of each outcome, one draft, and the page that asks before sending."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.calls import decision_forms, decision_texts, decisions, desks, sending
from events.calls.decision_texts import PLACES, Text
from events.calls.decisions import DraftRow
from events.calls.desks import Desk
from events.calls.states import OUTCOMES, WORDS, ProposalState
from events.core import pages
from events.core.errors import DomainError, NotFound, StaleWrite, Unreadable
from events.core.locales import _, ngettext

SHOWN = 200
"""Mails listed before sending; the others are counted."""


async def texts(request: Request) -> Response:
    """The texts of a call, each with a proposal of its in the places."""
    desk = await desks.of_deciders(request)
    found = await decision_texts.of(desk.call.id)
    example = await decisions.example(desk.call.id, desk.apart)
    waiting = await decisions.waiting(desk.call.id)
    shown = [
        (found[one], decision_texts.written(found[one], example) if example else None, waiting.get(one, 0))
        for one in OUTCOMES
    ]
    return pages.render(request, "calls/decision_texts.html", **desk.frame, texts=shown, words=WORDS)


async def text(request: Request) -> Response:
    """The text of one outcome. POST keeps it, with do=preview only shows how it reads."""
    desk = await desks.of_deciders(request)
    becomes = next((one for one in OUTCOMES if one == request.path_params["becomes"]), None)
    if becomes is None:
        raise NotFound
    stored = (await decision_texts.of(desk.call.id))[becomes]
    if request.method != "POST":
        return await _text_page(request, desk, becomes, _fields(stored), stored)
    form = await request.form()
    try:
        typed = decision_forms.mail(form, becomes, places=True)
        if form.get("do") == "preview":
            return await _text_page(request, desk, becomes, decision_forms.typed(form), typed)
        await decision_texts.save(desk.call.id, typed)
    except (Unreadable, StaleWrite) as error:
        return await _text_page(request, desk, becomes, decision_forms.typed(form), None, error)
    words = _("The text is saved.")
    if form.get("anew") == "1":
        count = await decisions.rewrite(desk.call.id, becomes)
        words += " " + ngettext("%(num)s mail is written anew.", "%(num)s mails are written anew.", count) % {
            "num": count
        }
    return pages.redirect(request, f"{desk.root}/decisions/texts", words)


async def _text_page(
    request: Request,
    desk: Desk,
    becomes: ProposalState,
    fields: Mapping[str, Any],
    shown: Text | None,
    error: DomainError | None = None,
) -> Response:
    example = await decisions.example(desk.call.id, desk.apart)
    if isinstance(error, StaleWrite):
        fields = {**fields, "version": (await decision_texts.of(desk.call.id))[becomes].version}
    return pages.render(
        request,
        "calls/decision_text.html",
        error.status if error else 200,
        **desk.frame,
        becomes=becomes,
        fields={"confirm_by": "", "version": "", "subject": "", "body": "", **fields},
        places=[(name, str(words)) for name, words in PLACES.items()],
        reads=decision_texts.written(shown, example) if shown and example else None,
        waiting=(await decisions.waiting(desk.call.id)).get(becomes, 0),
        words=WORDS,
        errors=error.errors if isinstance(error, Unreadable) else {},
        stale=error if isinstance(error, StaleWrite) else None,
    )


async def _held(request: Request, desk: Desk) -> DraftRow:
    held = await decisions.draft(desk.call.id, request.path_params["decision"])
    if held.proposal in desk.apart:
        raise NotFound
    return held


async def draft(request: Request) -> Response:
    """One mail that waits. POST writes in it."""
    desk = await desks.of_deciders(request)
    held = await _held(request, desk)
    if request.method != "POST":
        shown = Text(held.becomes, held.subject, held.body, held.confirm_by, held.version)
        return _draft_page(request, desk, held, _fields(shown))
    form = await request.form()
    try:
        await decisions.change(desk.call.id, held.id, decision_forms.mail(form, held.becomes, places=False))
    except Unreadable as error:
        return _draft_page(request, desk, held, decision_forms.typed(form), error)
    except StaleWrite as error:
        held = await decisions.draft(desk.call.id, held.id)
        fields = {**decision_forms.typed(form), "version": held.version}
        return _draft_page(request, desk, held, fields, error)
    return pages.redirect(request, request.url.path, _("The mail is saved. It waits until you send it."))


def _fields(mail: Text) -> dict[str, Any]:
    fields = {"subject": mail.subject, "body": mail.body, "version": mail.version}
    return fields | {"confirm_by": str(mail.confirm_by or "")}


def _draft_page(
    request: Request, desk: Desk, held: DraftRow, fields: Mapping[str, Any], error: DomainError | None = None
) -> Response:
    return pages.render(
        request,
        "calls/decision_draft.html",
        error.status if error else 200,
        **desk.frame,
        draft=held,
        fields={"confirm_by": "", "version": "", "subject": "", "body": "", **fields},
        words=WORDS,
        errors=error.errors if isinstance(error, Unreadable) else {},
        stale=error if isinstance(error, StaleWrite) else None,
    )


async def drop(request: Request) -> Response:
    """POST: a draft goes, and the proposal is undecided."""
    desk = await desks.of_deciders(request)
    held = await _held(request, desk)
    await decisions.drop(desk.call.id, held.id)
    return pages.redirect(request, f"{desk.root}/decisions/proposals/{held.code}", _("The mail is dropped."))


async def send(request: Request) -> Response:
    """What would be sent if all that waits were; POST sends what its page showed."""
    desk = await desks.of_organizers(request)
    if request.method != "POST":
        return ask(request, desk, await decisions.drafts(desk.call.id))
    try:
        seen = decision_forms.seen(await request.form())
    except Unreadable as error:
        return ask(request, desk, await decisions.drafts(desk.call.id), error)
    done = await sending.send(desk.call.id, desk.event.id, seen, request.state.now)
    words = ngettext("%(num)s mail is sent.", "%(num)s mails are sent.", done.count) % {"num": done.count}
    if done.left:
        left = {"count": len(done.left), "titles": decisions.named(done.left[:2])}
        words += " " + _("%(count)s changed since you looked, and wait: %(titles)s.") % left
    return pages.redirect(request, f"{desk.root}/decisions", words)


def ask(request: Request, desk: Desk, drafts: Sequence[DraftRow], error: Unreadable | None = None) -> Response:
    """The page that asks whether these mails are to be sent."""
    counts = {one: sum(draft.becomes is one for draft in drafts) for one in OUTCOMES}
    return pages.render(
        request,
        "calls/decision_sending.html",
        error.status if error else 200,
        **desk.frame,
        drafts=drafts[:SHOWN],
        count=len(drafts),
        counts={one: number for one, number in counts.items() if number},
        silent=[draft for draft in drafts if not draft.email],
        named=" ".join(f"{draft.id}.{draft.version}" for draft in drafts),
        words=WORDS,
        errors=error.errors if error else {},
    )


_ROOT = "/organize/events/{slug}/calls/{call}/decisions"
routes = [
    Route(f"{_ROOT}/texts", texts, methods=["GET"], name="organize_decision_texts"),
    Route(f"{_ROOT}/texts/{{becomes}}", text, methods=["GET", "POST"], name="organize_decision_text"),
    Route(f"{_ROOT}/mails/{{decision:int}}", draft, methods=["GET", "POST"], name="organize_decision_mail"),
    Route(f"{_ROOT}/mails/{{decision:int}}/removal", drop, methods=["POST"], name="organize_decision_mail_removal"),
    Route(f"{_ROOT}/sending", send, methods=["GET", "POST"], name="organize_decision_sending"),
]
