"""A presenter's own pages: the invitation, with the questions to each presenter, and the same questions afterwards."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.calls import answers, calls, file_pages, files, presenter_answers, presenters, proposal_forms
from events.calls.calls import CallRow
from events.calls.presenters import Invitation
from events.catalogue.queries import event_by_slug
from events.core import database, pages, uploads
from events.core.errors import Unreadable
from events.core.locales import _
from events.core.uploads import Checked, Sent
from events.people import permissions
from events.schedule.roles import ROLES


async def invitation(request: Request) -> Response:
    """What a co-presenter is asked. Mail scanners follow links, so only its buttons answer."""
    asked = await presenters.open_invitation(request.path_params["token"])
    return _invitation(request, asked, await _call_of(asked), {}, {})


def _invitation(
    request: Request, asked: Invitation, call: CallRow, fields: Mapping[str, Any], errors: Mapping[str, str]
) -> Response:
    return pages.render(
        request,
        "calls/invitation.html",
        422 if errors else 200,
        invitation=asked,
        roles=ROLES,
        questions=call.presenter_questions,
        fields=proposal_forms.Filled(fields),
        files={},
        file_rules=files.RULES,
        errors=errors,
    )


async def _call_of(asked: Invitation) -> CallRow:
    event = await event_by_slug(asked.slug, drafts=True)
    return await calls.by_slug(event.id, asked.call_slug)


async def answer_invitation(request: Request) -> Response:
    """POST: accept=yes or accept=no, and with yes what the call asks each presenter, whole or not."""
    asked = await presenters.open_invitation(request.path_params["token"])
    call = await _call_of(asked)
    questions = call.presenter_questions
    async with uploads.read(request, file_pages.store_of(request), files.rules(questions)) as (form, sent):
        accept = form.get("accept") == "yes"
        if not accept and form.get("accept") != "no":
            raise Unreadable({"": _("Choose one of the two buttons.")})
        try:
            await _answer(request, call, accept, form, sent)
        except Unreadable as error:
            return _invitation(request, asked, call, proposal_forms.typed_answers(form, questions), error.errors)
    actor = request.state.actor
    row = next((one for one in await presenters.of(asked.proposal) if one.id == asked.id), None)
    return pages.render(
        request,
        "calls/invitation_answered.html",
        invitation=replace(asked, name=actor.label if actor and accept else asked.name),
        accepted=accept,
        missing=answers.problems(questions, row.answers) if accept and row else {},
    )


async def _answer(request: Request, call: CallRow, accept: bool, form: FormData, sent: Mapping[str, Sent]) -> None:
    """All of it or nothing. Raises Unreadable, NotFound, AlreadyPresents."""
    token, actor, now = request.path_params["token"], request.state.actor, request.state.now
    store = file_pages.store_of(request)
    async with AsyncExitStack() as stack:
        whole: dict[int, Checked] = {}
        typed: Mapping[str, object] = {}
        if accept:
            typed = proposal_forms.read_answers(form, call.presenter_questions)
            errors: dict[str, str] = {}
            for name, one in sent.items():
                try:
                    whole[int(name.removeprefix("q-"))] = await uploads.check(one, store, stack)
                except Unreadable as error:
                    errors[name] = error.errors[""]
            if errors:
                raise Unreadable(errors)
        async with database.transaction():
            if accept:
                await presenter_answers.save_invited(token, typed, whole, store, now)
            await presenters.answer(token, accept, actor.id if actor else None, now)


async def presenter(request: Request) -> Response:
    """The questions to one presenter. POST keeps what is typed, and says what is missing."""
    event = await event_by_slug(request.path_params["slug"])
    call = await calls.by_slug(event.id, request.path_params["call"])
    actor = permissions.signed_in(request.state.actor)
    code, number = request.path_params["code"], request.path_params["presenter"]
    own, found = await presenter_answers.find(call, code, actor.id, number)
    fields: Mapping[str, Any] = {f"q-{id_}": value for id_, value in found.answers.items()}
    errors: Mapping[str, str] = {}
    if request.method == "POST":
        store, now = file_pages.store_of(request), request.state.now
        questions = call.presenter_questions

        async def put(question: int, file: Checked) -> None:
            await presenter_answers.put_file(call, code, actor.id, number, question, file, store, now)

        async with uploads.read(request, store, files.rules(questions)) as (form, sent):
            fields = proposal_forms.typed_answers(form, questions)
            try:
                errors = await file_pages.take(request, sent, put)
                typed = proposal_forms.read_answers(form, questions)
                missing = await presenter_answers.save(call, code, actor.id, number, typed, now)
                errors = {**missing, **errors}
            except Unreadable as error:
                errors = error.errors
            dropped = str(form.get("do", "")).removeprefix("drop-")
            if dropped.isdecimal() and len(dropped) < 10:
                await presenter_answers.take_file_away(call, code, actor.id, number, int(dropped))
                return pages.redirect(request, request.url.path, _("The file is taken away."))
        if not errors:
            path = f"/events/{event.slug}/calls/{call.slug}/proposals/{own.code}"
            return pages.redirect(request, path, _("Your answers are saved."))
    kept = {f"q-{one.question_id}": one for one in await files.of(own.id) if one.presenter_id == number}
    return pages.render(
        request,
        "calls/presenter.html",
        422 if errors else 200,
        event=event,
        call=call,
        proposal=own,
        presenter=found,
        yours=found.person_id == actor.id,
        fields=proposal_forms.Filled(fields),
        files=kept,
        file_rules=files.RULES,
        errors=errors,
        asked_before=proposal_forms.asked_before(call, "presenter", found.answers),
    )


routes = [
    Route("/presenters/{token}", invitation, methods=["GET"], name="presenter_invitation"),
    Route("/presenters/{token}", answer_invitation, methods=["POST"], name="presenter_answer"),
    Route(
        "/events/{slug}/calls/{call}/proposals/{code}/presenters/{presenter:int}",
        presenter,
        methods=["GET", "POST"],
        name="presenter",
    ),
]
