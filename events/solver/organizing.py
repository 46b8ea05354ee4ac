"""Organizers' pages of the machine: asked, watched while it works, its proposal beside the draft, accepted or not."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue import queries as catalogue
from events.catalogue.queries import EventRow
from events.core import pages
from events.core.errors import DomainError, Unreadable
from events.core.locales import _, ngettext
from events.people import permissions
from events.people.actors import Actor
from events.schedule.forms import page as page_of
from events.solver import acceptances, differences, forms, runs
from events.solver.child import installed
from events.solver.differences import Asked
from events.solver.runs import Run
from events.solver.states import WORDS
from events.solver.watching import wishes_of
from events.solver.weights import AMOUNTS, NAMES
from events.solver.weights import WORDS as WEIGHTS

MARKS = {"waiting": "", "running": "", "done": "good", "stopped": "warn", "interrupted": "warn", "failed": "bad"}
REFRESH = 3
"""Seconds after which the page of a run that works asks anew."""

_ROOT = "/organize/events/{slug}/arrangements"


async def _manager(request: Request) -> tuple[EventRow, Actor]:
    """For who may accept things for everybody."""
    permissions.require_somewhere(request.state.actor, permissions.PUBLISH)
    event = await catalogue.event_by_slug(request.path_params["slug"], drafts=True)
    return event, permissions.require(request.state.actor, permissions.PUBLISH, event=event.id, unit=event.unit_id)


async def arrangements(request: Request) -> Response:
    """The form that starts one, and those there were."""
    event, actor = await _manager(request)
    offered = await forms.offer(event.id, event.starts_on, event.ends_on, event.zone)
    if request.method != "POST":
        return await _form(request, event, offered, forms.start_values(offered))
    sent = await request.form()
    typed, days = _typed(sent), [one for one in sent.getlist("days") if isinstance(one, str)]
    try:
        run = await runs.begin(event.id, forms.wishes(typed, days, offered), actor.id, request.state.now)
    except (Unreadable, runs.AtWorkAlready) as error:
        return await _form(request, event, offered, {**typed, "days": days}, error)
    return pages.redirect(request, _path(event, run))


async def _form(
    request: Request,
    event: EventRow,
    offered: forms.Offer,
    form: Mapping[str, Any],
    error: DomainError | None = None,
) -> Response:
    page = page_of(request.query_params)
    found, total = await runs.of(event.id, page)
    return pages.render(
        request,
        "solver/arrangements.html",
        error.status if error else 200,
        event=event,
        here="arrangements",
        offered=offered,
        form={**dict.fromkeys(forms.FIELDS, ""), **form},
        errors=error.errors if isinstance(error, Unreadable) else {},
        refused="" if error is None or isinstance(error, Unreadable) else error.words,
        installed=installed(),
        which=forms.WHICH,
        limits=forms.LIMITS,
        amounts=AMOUNTS,
        weights=[(name, *WEIGHTS[name]) for name in NAMES],
        runs=found,
        page=page,
        page_count=max(1, -(-total // runs.PAGE)),
        states=WORDS,
        marks=MARKS,
    )


async def arrangement(request: Request) -> Response:
    event, _actor = await _manager(request)
    return await _page(request, event, await runs.run(event.id, request.path_params["run"]))


async def stop(request: Request) -> Response:
    event, _actor = await _manager(request)
    await runs.stop(event.id, request.path_params["run"], request.state.now)
    return pages.redirect(
        request, _path(event, request.path_params["run"]), _("It stops in a few seconds, with the best it has found.")
    )


async def again(request: Request) -> Response:
    """Start anew with the same wishes, on the draft as it is now."""
    event, actor = await _manager(request)
    old = await runs.run(event.id, request.path_params["run"])
    made = await runs.begin(event.id, wishes_of(old.wishes), actor.id, request.state.now)
    return pages.redirect(request, _path(event, made))


async def accept(request: Request) -> Response:
    """What is ticked (`do=ticked`), or everything of the part that the address asks for (`do=shown`)."""
    event, actor = await _manager(request)
    run = await runs.run(event.id, request.path_params["run"])
    sent = await request.form()
    form = _typed(sent)
    try:
        done = await acceptances.accept(
            event.id,
            run.id,
            await _chosen(request, event, run, form, sent),
            request.state.now,
            actor.id,
            along="along" in form,
        )
    except DomainError as error:
        if error.status not in (409, 422):
            raise
        return await _page(request, event, run, error, sent)
    words = ngettext("%(num)s session accepted.", "%(num)s sessions accepted.", done.count) % {"num": done.count}
    if done.along:
        words += " " + ngettext(
            "One of them came along, because another needed its place.",
            "%(num)s of them came along, because others needed their places.",
            done.along,
        ) % {"num": done.along}
    return pages.redirect(request, _back(request, event, run.id), words)


async def take_back(request: Request) -> Response:
    event, actor = await _manager(request)
    run = await runs.run(event.id, request.path_params["run"])
    command = _typed(await request.form()).get("command", "")
    try:
        await acceptances.take_back(event.id, run.id, _uuid(command), request.state.now, actor.id)
    except DomainError as error:
        if error.status not in (409, 422):
            raise
        return await _page(request, event, run, error)
    return pages.redirect(request, _back(request, event, run.id), _("Taken back: everything lies as it did before."))


async def _chosen(request: Request, event: EventRow, run: Run, form: Mapping[str, str], sent: FormData) -> list[int]:
    if form.get("do") == "shown":
        asked = _asked(request)
        return [line.id for line in await differences.lines(run.id) if line.choosable and asked.about(line, event.zone)]
    ticked = [value for value in sent.getlist("place") if isinstance(value, str)]
    return [int(value) for value in ticked if value.isascii() and value.isdigit() and len(value) < 18]


async def _page(
    request: Request, event: EventRow, run: Run, error: DomainError | None = None, sent: FormData | None = None
) -> Response:
    asked = _asked(request)
    everything = await differences.lines(run.id)
    shown = [line for line in everything if asked.about(line, event.zone)]
    lying = [line for line in shown if line.kind != differences.LEFT]
    page = page_of(request.query_params)
    first = (page - 1) * differences.PAGE
    found = differences.choices(everything, event.zone)
    return pages.render(
        request,
        "solver/arrangement.html",
        error.status if error else 200,
        event=event,
        here="arrangements",
        run=run,
        refresh=REFRESH if run.open else 0,
        state=WORDS[run.state],
        mark=MARKS[run.state],
        # What it has of its own time: to be started and to read may take a while on a busy machine.
        elapsed=min(int(run.progress.get("seconds", 0)), run.wishes["seconds"]),
        everything=everything,
        left=[line for line in shown if line.kind == differences.LEFT][: differences.PAGE],
        left_count=sum(1 for line in shown if line.kind == differences.LEFT),
        days=[
            (day, list(some))
            for day, some in groupby(lying[first : first + differences.PAGE], lambda line: line.day(event.zone))
        ],
        total=len(lying),
        open_count=sum(1 for line in lying if line.choosable),
        stale_count=sum(1 for line in everything if line.stale and line.command is None),
        asked=asked,
        kept={name: getattr(asked, name) for name in ("kind", "day", "track", "room") if getattr(asked, name)},
        page=page,
        page_count=max(1, -(-len(lying) // differences.PAGE)),
        choices=found,
        kind_options=[
            {"value": kind, "label": str(words), "count": found.kinds[kind]}
            for kind, words in differences.KINDS.items()
            if found.kinds[kind]
        ],
        # Links of the filters lead to the page, also when it answers a form.
        listed={"url": {"path": _path(event, run.id)}, "query_params": request.query_params},
        taken_over=await acceptances.taken_over(run.id),
        wishes=wishes_of(run.wishes),
        which=forms.WHICH,
        amounts=AMOUNTS,
        weights=[(name, *WEIGHTS[name]) for name in NAMES],
        refused=error.words if error else "",
        ticked=sent.getlist("place") if sent else [],
        along=sent is None or "along" in sent,
        root=_path(event, run.id),
        again=f"?{request.url.query}" if request.url.query else "",
        not_installed=run.error == runs.NOT_INSTALLED,
    )


def _asked(request: Request) -> Asked:
    given = request.query_params
    query = " ".join(given.get("q", "").replace("\0", "").split())[:100]
    return Asked(query, *(given.get(name, "")[:40] for name in ("kind", "day", "track", "room")))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Unreadable({"": _("It is not clear what to take back. Open the page again.")}) from None


def _typed(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _path(event: EventRow, run: int) -> str:
    return f"{_ROOT.format(slug=event.slug)}/{run}"


def _back(request: Request, event: EventRow, run: int) -> str:
    """The page as it was filtered."""
    return _path(event, run) + (f"?{request.url.query}" if request.url.query else "")


routes = [
    Route(_ROOT, arrangements, methods=["GET", "POST"], name="organize_arrangements"),
    Route(f"{_ROOT}/{{run:int}}", arrangement, name="organize_arrangement"),
    Route(f"{_ROOT}/{{run:int}}/stop", stop, methods=["POST"], name="organize_arrangement_stop"),
    Route(f"{_ROOT}/{{run:int}}/again", again, methods=["POST"], name="organize_arrangement_again"),
    Route(f"{_ROOT}/{{run:int}}/acceptances", accept, methods=["POST"], name="organize_arrangement_accept"),
    Route(
        f"{_ROOT}/{{run:int}}/acceptances/removal",
        take_back,
        methods=["POST"],
        name="organize_arrangement_take_back",
    ),
]
