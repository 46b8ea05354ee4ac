"""A presenter's tasks: what is to be done until when, and the page on which each is done."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.calls import file_pages, files, task_answers, task_forms, tasks
from events.calls.task_answers import AGREED, Owed
from events.calls.tasks import FILES, KINDS
from events.core import pages, uploads
from events.core.access import limiter_of
from events.core.errors import NotFound, Unreadable
from events.core.locales import _
from events.core.uploads import Sent
from events.people import permissions


async def my_tasks(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    found = await task_answers.of_person(actor.id)
    return pages.render(
        request,
        "calls/my_tasks.html",
        open=[one for one in found if one.answer is None],
        done=[one for one in found if one.answer is not None],
        late={one.path for one in found if is_late(request, one)},
        kinds=KINDS,
    )


def is_late(request: Request, owed: Owed) -> bool:
    return owed.answer is None and owed.due_on < tasks.local_day(request.state.now, owed.zone)


async def my_task(request: Request) -> Response:
    """POST does it, or with do=take_back takes it back."""
    actor = permissions.signed_in(request.state.actor)
    owed = await task_answers.find(request.path_params["task"], actor.id, request.path_params.get("session", ""))
    if request.method != "POST":
        return page(request, owed)
    if (error := await answer(request, owed)) is not None:
        return error
    return pages.redirect(request, "/my/tasks", _("Thank you. “%(task)s” is done.") % {"task": owed.title})


async def answer(request: Request, owed: Owed, template: str = "calls/my_task.html", **context: Any) -> Response | None:
    """Do what the form says; None when it is done, else the page with what was typed and what is wrong."""
    store = file_pages.store_of(request)
    rules = {"file": FILES[owed.kind]} if owed.takes_file else {}
    async with uploads.read(request, store, rules) as (form, sent):
        if form.get("do") == "take_back" and owed.answer is not None:
            await task_answers.take_back(owed)
            return pages.redirect(request, request.url.path, _("It is to be done again."))
        try:
            await _do(request, owed, form, sent)
        except Unreadable as error:
            return page(request, owed, dict(form), error.errors, template, **context)
    return None


async def _do(request: Request, owed: Owed, form: FormData, sent: Mapping[str, Sent]) -> None:
    """Raises Unreadable, TooMany."""
    store = file_pages.store_of(request)
    words = task_forms.read_answer(form, owed)
    async with AsyncExitStack() as stack:
        checked = None
        if (one := sent.get("file")) is not None:
            await limiter_of(request).hit(files.SENDING, str(request.state.actor.id))
            try:
                checked = await uploads.check(one, store, stack)
            except Unreadable as error:
                raise Unreadable({"file": error.errors[""]}) from None
        await task_answers.do(owed, words, checked, store, request.state.now)


def page(
    request: Request,
    owed: Owed,
    fields: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    template: str = "calls/my_task.html",
    **context: Any,
) -> Response:
    stored = {"words": owed.said or (owed.biography if owed.kind == "biography" else ""), "agree": owed.said == AGREED}
    return pages.render(
        request,
        template,
        422 if errors else 200,
        owed=owed,
        kind=KINDS[owed.kind],
        fields=stored | dict(fields or {}),
        errors=errors or {},
        rules=FILES.get(owed.kind),
        late=is_late(request, owed),
        **context,
    )


async def my_task_file(request: Request) -> Response:
    """The file somebody sent for a task of theirs."""
    actor = permissions.signed_in(request.state.actor)
    owed = await task_answers.find(request.path_params["task"], actor.id, request.path_params.get("session", ""))
    return hand_out(request, owed)


def hand_out(request: Request, owed: Owed) -> Response:
    """Raises NotFound where nothing was sent."""
    if not owed.sha256:
        raise NotFound
    return file_pages.store_of(request).answer(owed.sha256, owed.file_name, owed.media_type)


routes = [
    Route("/my/tasks", my_tasks, methods=["GET"], name="my_tasks"),
    Route("/my/tasks/{task:int}", my_task, methods=["GET", "POST"], name="my_task"),
    Route("/my/tasks/{task:int}/file", my_task_file, methods=["GET"], name="my_task_file"),
    Route("/my/tasks/{task:int}/{session}", my_task, methods=["GET", "POST"], name="my_task_of_session"),
    Route("/my/tasks/{task:int}/{session}/file", my_task_file, methods=["GET"], name="my_task_of_session_file"),
]
