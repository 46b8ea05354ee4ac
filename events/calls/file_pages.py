"""Files over HTTP: taken from a form field by field, sent on their own by a script, and handed out."""

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from events.calls import calls, files, presenter_answers, proposal_files, proposals
from events.calls.calls import CallRow
from events.catalogue.queries import EventRow, event_by_slug
from events.core import database, pages, uploads
from events.core.access import limiter_of
from events.core.errors import NotFound, Unreadable
from events.core.files import Store
from events.core.locales import _
from events.core.uploads import Checked, Sent
from events.people import permissions

_TAKES_FILES = re.compile(
    r"/events/[^/]+/calls/[^/]+/proposals/[^/]+(/.*)?|/presenters/[^/]+|/my/tasks/.+|/organize/events/[^/]+/tasks/.+"
)

Put = Callable[[int, Checked], Awaitable[None]]
"""Keeps what was sent for a question, by its id."""


def takes_files(path: str) -> bool:
    """Whether a form with files may be sent here: for the edge."""
    return _TAKES_FILES.fullmatch(path) is not None


def store_of(request: Request) -> Store:
    return Store(request.app.state.settings.var)


async def take(request: Request, sent: Mapping[str, Sent], put: Put) -> dict[str, str]:
    """Keep what is right of the files of a form; returns words for the others, by their field's name.

    Raises TooMany.
    """
    errors: dict[str, str] = {}
    for name, one in sent.items():
        await limiter_of(request).hit(files.SENDING, _who(request))
        async with AsyncExitStack() as stack:
            try:
                await put(int(name.removeprefix("q-")), await uploads.check(one, store_of(request), stack))
            except Unreadable as error:
                errors[name] = next(iter(error.errors.values()))
    return errors


def _who(request: Request) -> str:
    actor = request.state.actor
    return str(actor.id) if actor else request.path_params.get("token", "")


async def _call(request: Request) -> tuple[EventRow, CallRow]:
    event = await event_by_slug(request.path_params["slug"])
    return event, await calls.by_slug(event.id, request.path_params["call"])


async def send(request: Request) -> Response:
    """POST: one file to a question about the proposal, as field `q-ID`. For scripts: answered with JSON."""
    _event, call = await _call(request)
    actor = permissions.signed_in(request.state.actor)
    own = await proposals.find(call, request.path_params["code"], actor.id)
    question = proposal_files.question_of(call, request.path_params["question"])

    async def put(number: int, file: Checked) -> None:
        await proposal_files.put(call, own.code, actor.id, number, file, store_of(request), request.state.now)

    return await _sent(request, own.id, question.id, None, put)


async def send_of_presenter(request: Request) -> Response:
    """POST: one file to a question to a presenter."""
    _event, call = await _call(request)
    actor = permissions.signed_in(request.state.actor)
    own, presenter = await presenter_answers.find(
        call, request.path_params["code"], actor.id, request.path_params["presenter"]
    )
    question = request.path_params["question"]
    presenter_answers.require_file_question(call, question)

    async def put(number: int, file: Checked) -> None:
        await presenter_answers.put_file(
            call, own.code, actor.id, presenter.id, number, file, store_of(request), request.state.now
        )

    return await _sent(request, own.id, question, presenter.id, put)


async def _sent(request: Request, proposal: int, question: int, presenter: int | None, put: Put) -> Response:
    name = f"q-{question}"
    async with uploads.read(request, store_of(request), {name: files.RULES}) as (_form, sent):
        if not sent:
            raise Unreadable({name: _("Choose a file first.")})
        errors = await take(request, sent, put)
    if errors:
        return JSONResponse({"words": errors[name]}, 422)
    kept = next(one for one in await files.of(proposal) if (one.question_id, one.presenter_id) == (question, presenter))
    return JSONResponse({"name": kept.name, "size": kept.size, "url": path_of(request, kept.id)})


def path_of(request: Request, file: int) -> str:
    path = request.path_params
    return pages.path_of(request, "proposal_file", slug=path["slug"], call=path["call"], code=path["code"], file=file)


async def hand_out(request: Request) -> Response:
    """A file, for whom it is; for everybody else there is none."""
    actor = permissions.signed_in(request.state.actor)
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    call = await calls.by_slug(event.id, request.path_params["call"])
    code = request.path_params["code"][:12]
    proposal = await database.value("SELECT id FROM proposal WHERE call_id = $1 AND code = $2", call.id, code)
    file = await files.find(proposal or 0, request.path_params["file"])
    if not await files.may_read(file, actor, request.state.now):
        raise NotFound
    return store_of(request).answer(file.sha256, file.name, file.media_type)


_PROPOSAL = "/events/{slug}/calls/{call}/proposals/{code}"

routes = [
    Route(f"{_PROPOSAL}/files/{{file:int}}", hand_out, methods=["GET"], name="proposal_file"),
    Route(f"{_PROPOSAL}/questions/{{question:int}}/file", send, methods=["POST"], name="proposal_file_send"),
    Route(
        f"{_PROPOSAL}/presenters/{{presenter:int}}/questions/{{question:int}}/file",
        send_of_presenter,
        methods=["POST"],
        name="presenter_file_send",
    ),
]
