"""Organizers' pages of presenters' tasks: what is asked, who has done it, and doing it for who has no account."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.calls import proposal_forms, task_answers, task_forms, task_lists, task_pages, tasks
from events.calls.task_forms import TaskForm
from events.calls.task_lists import PAGE, SORTS, STATES, Filter
from events.calls.tasks import KINDS, MOST, TaskRow
from events.catalogue.queries import EventRow, event_by_slug
from events.core import database, pages
from events.core.errors import NotFound, Unreadable
from events.core.locales import _
from events.people import permissions
from events.schedule import draft_lists
from events.schedule.roles import ROLES


async def _event(request: Request) -> EventRow:
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    permissions.require(request.state.actor, permissions.EDIT_PROGRAMME, event=event.id, unit=event.unit_id)
    return event


async def overview(request: Request) -> Response:
    """The tasks, and everybody who owes one."""
    event = await _event(request)
    asked, sort = _asked(request, event)
    counts = await task_lists.counts(event.id, asked)
    total = counts.get(asked.state, 0) if asked.state else sum(counts.values())
    page = min(_page(request), max(1, -(-total // PAGE)))
    return pages.render(
        request,
        "calls/organize_tasks.html",
        event=event,
        here="tasks",
        tasks=await tasks.of_event(event.id),
        kinds=KINDS,
        asked=asked,
        sort=sort,
        lines=await task_lists.lines(event.id, asked, sort, page),
        states=[
            {"value": state, "label": words, "count": counts.get(state, 0)}
            for state, words in zip(STATES, (_("Missing"), _("Late"), _("Done")), strict=True)
        ],
        page=page,
        page_count=-(-total // PAGE),
        per_page=PAGE,
        total=total,
    )


def _asked(request: Request, event: EventRow) -> tuple[Filter, str]:
    """From the address; what is none of ours is left out."""
    query = request.query_params
    task, state, sort = query.get("task", ""), query.get("state", ""), query.get("sort", "due")
    return (
        Filter(
            " ".join(query.get("q", "").split())[:100],
            int(task) if task.isascii() and task.isdecimal() and len(task) < 10 else None,
            state if state in STATES else "",
            tasks.local_day(request.state.now, event.timezone),
        ),
        sort if sort.removeprefix("-") in SORTS else "due",
    )


def _page(request: Request) -> int:
    typed = request.query_params.get("page", "1")
    return max(1, int(typed)) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 1


async def as_csv(request: Request) -> Response:
    event = await _event(request)
    asked, sort = _asked(request, event)
    headers = {"Content-Disposition": f'attachment; filename="tasks-{event.slug}.csv"', "Cache-Control": "no-store"}
    body = await task_lists.as_csv(event.id, asked, sort)
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


async def task(request: Request) -> Response:
    """A new task, or one to change."""
    event = await _event(request)
    number: int | None = request.path_params.get("task")
    own = await tasks.find(event.id, number) if number is not None else None
    types = dict((await draft_lists.choices(event.id)).types)
    if request.method != "POST":
        return _form(request, event, own, types, task_forms.task_fields(own))
    form = await request.form()
    try:
        values = TaskForm.read(form).values(types)
        if own is not None:
            await tasks.change(own, values)
        elif len(await tasks.of_event(event.id)) >= MOST:
            raise Unreadable({"": _("An event has at most %(num)s tasks.") % {"num": MOST}})
        else:
            await tasks.create(event.id, values)
    except Unreadable as error:
        return _form(request, event, own, types, task_forms.typed(form), error)
    return pages.redirect(request, _path(event), _("The task is saved."))


def _form(
    request: Request,
    event: EventRow,
    own: TaskRow | None,
    types: Mapping[int, str],
    fields: Mapping[str, Any],
    error: Unreadable | None = None,
) -> Response:
    return pages.render(
        request,
        "calls/organize_task.html",
        422 if error else 200,
        event=event,
        here="tasks",
        task=own,
        fields=proposal_forms.Filled(fields),
        errors=error.errors if error else {},
        kinds=[(kind, str(words)) for kind, words in KINDS.items()],
        roles=[(role, str(words)) for role, words in ROLES.items()],
        types=[(str(id_), name) for id_, name in types.items()],
    )


async def remove(request: Request) -> Response:
    event = await _event(request)
    await tasks.remove(await tasks.find(event.id, request.path_params["task"]))
    return pages.redirect(request, _path(event), _("The task is taken away."))


async def _owed(request: Request) -> tuple[EventRow, task_answers.Owed]:
    event = await _event(request)
    own = await tasks.find(event.id, request.path_params["task"])
    person = await database.value("SELECT id FROM person WHERE code = $1", request.path_params["person"])
    if person is None:
        raise NotFound
    return event, await task_answers.find(own.id, person, request.query_params.get("session", ""))


async def of_person(request: Request) -> Response:
    """What one presenter did about a task. POST does it for them: whoever has no account sent it by mail."""
    event, owed = await _owed(request)
    template = "calls/organize_task_person.html"
    context: dict[str, Any] = {"event": event, "here": "tasks"}
    if request.method != "POST":
        return task_pages.page(request, owed, template=template, **context)
    if (error := await task_pages.answer(request, owed, template, **context)) is not None:
        return error
    return pages.redirect(request, _path(event), _("Noted for %(name)s.") % {"name": owed.name})


async def file(request: Request) -> Response:
    _, owed = await _owed(request)
    return task_pages.hand_out(request, owed)


def _path(event: EventRow) -> str:
    return f"/organize/events/{event.slug}/tasks"


_ROOT = "/organize/events/{slug}/tasks"

routes = [
    Route(_ROOT, overview, methods=["GET"], name="organize_tasks"),
    Route(f"{_ROOT}.csv", as_csv, methods=["GET"], name="organize_tasks_csv"),
    Route(f"{_ROOT}/new", task, methods=["GET", "POST"], name="organize_new_task"),
    Route(f"{_ROOT}/{{task:int}}", task, methods=["GET", "POST"], name="organize_task"),
    Route(f"{_ROOT}/{{task:int}}/removal", remove, methods=["POST"], name="organize_task_removal"),
    Route(f"{_ROOT}/{{task:int}}/people/{{person}}", of_person, methods=["GET", "POST"], name="organize_task_person"),
    Route(f"{_ROOT}/{{task:int}}/people/{{person}}/file", file, methods=["GET"], name="organize_task_file"),
]
