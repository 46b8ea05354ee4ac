"""Organizers' pages of an event's calls for proposals and of what each asks."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.calls import call_forms, calls, edit_lists, questions, withdrawing
from events.calls.answers import KINDS, Question
from events.calls.call_forms import CallForm, QuestionForm
from events.calls.calls import WHO, CallRow
from events.catalogue.queries import EventRow, event_by_slug
from events.core import pages
from events.core.errors import DomainError, NotFound, StaleWrite, Unreadable
from events.core.locales import _
from events.people import permissions
from events.schedule import draft_lists
from events.schedule.session_forms import Choices


class Filled(dict[str, Any]):
    """What a form's fields hold; one that holds nothing is empty, not an error."""

    def __missing__(self, name: str) -> str:
        return ""


async def _event(request: Request) -> EventRow:
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    permissions.require(request.state.actor, permissions.EDIT_PROGRAMME, event=event.id, unit=event.unit_id)
    return event


async def _call(request: Request) -> tuple[EventRow, CallRow]:
    event = await _event(request)
    return event, await calls.by_slug(event.id, request.path_params["call"])


async def overview(request: Request) -> Response:
    event = await _event(request)
    lines = await calls.lines(event.id, request.state.now)
    return pages.render(
        request,
        "calls/organize_calls.html",
        event=event,
        here="calls",
        lines=lines,
        edits=await edit_lists.count(event.id),
        absent=await withdrawing.count(event.id),
    )


async def new_call(request: Request) -> Response:
    event = await _event(request)
    choices = await draft_lists.choices(event.id)
    if request.method != "POST":
        return _call_page(request, event, None, choices, call_forms.call_fields(None, event.timezone))
    form = await request.form()
    try:
        slug = await calls.create(event.id, CallForm.read(form).values(event.timezone, choices))
    except Unreadable as error:
        return _call_page(request, event, None, choices, call_forms.typed(form), error)
    return pages.redirect(request, _path(event, slug), _("The call is made. Now its questions."))


async def call(request: Request) -> Response:
    """A call with its questions; POST changes the call itself."""
    event, found = await _call(request)
    choices = await draft_lists.choices(event.id)
    if request.method != "POST":
        return _call_page(request, event, found, choices, call_forms.call_fields(found, event.timezone))
    form = await request.form()
    try:
        read = CallForm.read(form)
        await calls.change(found, read.values(event.timezone, choices), read.version)
    except (Unreadable, StaleWrite) as error:
        fresh = await calls.by_slug(event.id, found.slug)
        return _call_page(request, event, fresh, choices, call_forms.typed(form), error)
    return pages.redirect(request, _path(event, found.slug), _("Saved."))


def _call_page(
    request: Request,
    event: EventRow,
    found: CallRow | None,
    choices: Choices,
    fields: Mapping[str, Any],
    error: DomainError | None = None,
) -> Response:
    if isinstance(error, StaleWrite) and found is not None:
        fields = {**fields, "version": found.version}
    return pages.render(
        request,
        "calls/organize_call.html",
        error.status if error else 200,
        event=event,
        here="calls",
        call=found,
        fields=Filled(fields),
        errors=error.errors if isinstance(error, Unreadable) else {},
        stale=error if isinstance(error, StaleWrite) else None,
        who=[(key, str(words)) for key, words in WHO.items()],
        kinds=KINDS,
        tracks=[(str(id_), name) for id_, name in choices.tracks],
        types=[(str(id_), name) for id_, name in choices.types],
    )


async def question(request: Request) -> Response:
    """A new question, or one to change."""
    event, found = await _call(request)
    number: int | None = request.path_params.get("question")
    own = next((one for one in (*found.questions, *found.presenter_questions) if one.id == number), None)
    if number is not None and own is None:
        raise NotFound
    if request.method != "POST":
        about = "presenter" if request.query_params.get("about") == "presenter" else "proposal"
        return await _question_page(request, event, found, own, call_forms.question_fields(own, about))
    form = await request.form()
    try:
        await questions.save(found.id, number, QuestionForm.read(form).values(form))
    except Unreadable as error:
        return await _question_page(request, event, found, own, call_forms.typed_question(form), error)
    return pages.redirect(request, _path(event, found.slug) + "#questions", _("The question is saved."))


async def _question_page(
    request: Request,
    event: EventRow,
    found: CallRow,
    own: Question | None,
    fields: Mapping[str, Any],
    error: Unreadable | None = None,
) -> Response:
    about = own.about if own else fields.get("about")
    return pages.render(
        request,
        "calls/organize_question.html",
        422 if error else 200,
        event=event,
        here="calls",
        call=found,
        question=own,
        fields=Filled(fields),
        errors=error.errors if error else {},
        kinds=[(kind, str(words)) for kind, words in KINDS.items()],
        deciding=questions.deciding(found.presenter_questions if about == "presenter" else found.questions, own),
        answered=own is not None and await questions.is_answered(own.id),
    )


async def move_question(request: Request) -> Response:
    """POST: one place up, or with way=down one place down."""
    event, found = await _call(request)
    form = await request.form()
    return await _done(request, event, found, lambda id_: questions.move(found.id, id_, form.get("way") != "down"))


async def remove_question(request: Request) -> Response:
    event, found = await _call(request)
    return await _done(request, event, found, lambda id_: questions.remove(found.id, id_))


async def _done(request: Request, event: EventRow, found: CallRow, do: Any) -> Response:
    try:
        await do(request.path_params["question"])
    except questions.BeforeItsCondition as error:
        fields = call_forms.call_fields(found, event.timezone)
        choices = await draft_lists.choices(event.id)
        return _call_page(request, event, found, choices, fields, _Refused(error.words))
    return pages.redirect(request, _path(event, found.slug) + "#questions")


class _Refused(Unreadable):
    """A no about a question, said on top of its call's page."""

    status = 409

    def __init__(self, words: str) -> None:
        super().__init__({"": words})


def _path(event: EventRow, call: str) -> str:
    return f"/organize/events/{event.slug}/calls/{call}"


_ROOT = "/organize/events/{slug}/calls"

routes = [
    Route(_ROOT, overview, methods=["GET"], name="organize_calls"),
    Route(f"{_ROOT}/new", new_call, methods=["GET", "POST"], name="organize_new_call"),
    Route(f"{_ROOT}/{{call}}", call, methods=["GET", "POST"], name="organize_call"),
    Route(f"{_ROOT}/{{call}}/questions/new", question, methods=["GET", "POST"], name="organize_new_call_question"),
    Route(
        f"{_ROOT}/{{call}}/questions/{{question:int}}",
        question,
        methods=["GET", "POST"],
        name="organize_call_question",
    ),
    Route(
        f"{_ROOT}/{{call}}/questions/{{question:int}}/place",
        move_question,
        methods=["POST"],
        name="organize_call_question_place",
    ),
    Route(
        f"{_ROOT}/{{call}}/questions/{{question:int}}/removal",
        remove_question,
        methods=["POST"],
        name="organize_call_question_removal",
    ),
]
