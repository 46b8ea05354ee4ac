"""Organizers' pages of files: a programme in, previewed and then written by a worker; and out, as sheets."""

import csv
import io
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from events.catalogue import queries as catalogue
from events.catalogue.queries import EventRow
from events.core import pages
from events.core.errors import NotFound, Unreadable
from events.core.locales import Lazy, _, lazy
from events.people import permissions
from events.people.actors import Actor
from events.schedule import draft_lists, forms
from events.sheets import cells, exports, runs
from events.sheets.bringing import Rights
from events.sheets.columns import COLUMNS, PEOPLE, ROOMS, SESSIONS
from events.sheets.runs import RunRow
from events.sheets.states import CHECKED, DONE, IMPORTING, MOVES, WAITING, WORDS

PAGE = 50
_SHEETS = {"sessions": SESSIONS, "people": PEOPLE, "rooms": ROOMS}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

STAGES: dict[str, Lazy] = {
    "": lazy("It waits for its turn."),
    "reading": lazy("The file is being read."),
    "comparing": lazy("It is being compared with the draft."),
    "writing": lazy("Sessions, people, rooms and times are being written."),
    "checking": lazy("What it did is being checked."),
}
_PROGRESS = {"": 5, "reading": 20, "comparing": 40, "writing": 65, "checking": 90}


async def _event(request: Request) -> tuple[EventRow, Actor]:
    """The event, for who edits its whole programme: an import may touch every session of it."""
    event = await catalogue.event_by_slug(request.path_params["slug"], drafts=True)
    actor = permissions.require(request.state.actor, permissions.EDIT_PROGRAMME, event=event.id, unit=event.unit_id)
    return event, actor


def _rights(actor: Actor) -> Rights:
    """Venues are shared by all events, and addresses are only for who looks after people."""
    return Rights(
        actor.id,
        rooms=permissions.can(actor, permissions.EDIT_VENUES),
        emails=permissions.can(actor, permissions.MANAGE_PEOPLE),
    )


async def imports(request: Request) -> Response:
    """The form and what was imported before; POST keeps a file and asks for its preview."""
    event, actor = await _event(request)
    if request.method != "POST":
        return await _form(request, event)
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        name = (file.filename or "file") if isinstance(file, UploadFile) else ""
        data = await file.read(runs.LARGEST + 1) if isinstance(file, UploadFile) else b""
    try:
        run_id = await runs.keep(event.id, name, data, _rights(actor), request.state.now)
    except Unreadable as error:
        return await _form(request, event, error)
    return pages.redirect(request, _path(event, run_id))


async def _form(request: Request, event: EventRow, error: Unreadable | None = None) -> Response:
    return pages.render(
        request,
        "sheets/imports.html",
        error.status if error else 200,
        event=event,
        here="files",
        errors=error.errors if error else {},
        runs=await runs.of(event.id),
        states=WORDS,
        marks=_MARKS,
        largest=runs.LARGEST // 1024 // 1024,
        days=runs.KEPT.days,
        columns=[(name, [one.name for one in columns]) for name, columns in COLUMNS.items()],
    )


_MARKS = {"checked": "warn", "refused": "bad", "done": "good", "stale": "warn", "failed": "bad"}


async def run(request: Request) -> Response:
    """One import: how far it is, what it would do or did, and what is wrong with its file."""
    event, _actor = await _event(request)
    found = await runs.one(event.id, request.path_params["run"])
    shown = _shown(found)
    which = request.query_params.get("show", "")
    which = which if which in shown else next((name for name in shown if shown[name]), "changed")
    rows = shown[which]
    page = min(forms.page(request.query_params), max(1, -(-len(rows) // PAGE)))
    busy = found.state in (WAITING, IMPORTING)
    return pages.render(
        request,
        "sheets/run.html",
        headers={"Refresh": "2"} if busy else None,
        event=event,
        here="files",
        run=found,
        busy=busy,
        words=WORDS[found.state],
        mark=_MARKS.get(found.state, ""),
        stage=STAGES[found.stage],
        progress=_PROGRESS[found.stage],
        which=which,
        kinds=[{"value": name, "label": str(_KINDS[name]), "count": len(shown[name])} for name in shown if shown[name]],
        rows=rows[(page - 1) * PAGE : page * PAGE],
        total=len(rows),
        page=page,
        page_count=max(1, -(-len(rows) // PAGE)),
        per_page=PAGE,
        may={state.value for state in MOVES[found.state]},
        ready=found.state is CHECKED,
        done=found.state is DONE,
    )


_KINDS: dict[str, Lazy] = {
    "error": lazy("Wrong"),
    "warning": lazy("Worth a look"),
    "changed": lazy("Changed"),
    "created": lazy("New"),
    "missing": lazy("Not in the file"),
}


def _shown(found: RunRow) -> dict[str, list[dict[str, Any]]]:
    """What the page lists, by kind, the most urgent first."""
    by_kind: dict[str, list[dict[str, Any]]] = {name: [] for name in _KINDS}
    for one in found.faults:
        by_kind[one["level"]].append(one)
    for one in found.lines:
        by_kind[one["kind"]].append(one)
    return by_kind


async def write(request: Request) -> Response:
    """Import what the preview showed."""
    event, actor = await _event(request)
    seen = str((await request.form()).get("seen", ""))
    await runs.begin(event.id, request.path_params["run"], seen, _rights(actor), request.state.now)
    return pages.redirect(request, _path(event, request.path_params["run"]))


async def again(request: Request) -> Response:
    event, actor = await _event(request)
    await runs.again(event.id, request.path_params["run"], _rights(actor), request.state.now)
    return pages.redirect(request, _path(event, request.path_params["run"]))


async def discard(request: Request) -> Response:
    event, _actor = await _event(request)
    await runs.discard(event.id, request.path_params["run"], request.state.now)
    return pages.redirect(request, f"/organize/events/{event.slug}/import", _("The file is thrown away."))


async def errors_csv(request: Request) -> Response:
    """What is wrong with a file, as a file of its own to work through."""
    event, _actor = await _event(request)
    found = await runs.one(event.id, request.path_params["run"])
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["sheet", "line", "column", "value", "kind", "what to do"])
    for one in found.faults:
        said = (one["sheet"], str(one["line"] or ""), one["column"], one["value"], one["level"], one["words"])
        writer.writerow([cells.guard(cell) for cell in said])
    return Response(
        ("\ufeff" + out.getvalue()).encode("utf-8", "replace"),
        media_type="text/csv",
        headers=_attached(f"{event.slug}-import-{found.id}.csv"),
    )


async def export(request: Request) -> Response:
    event, actor, units = await _readable(request)
    return pages.render(
        request,
        "sheets/export.html",
        event=event,
        here="files",
        emails=permissions.can(actor, permissions.MANAGE_PEOPLE),
        part=units is not None,
        may_import=permissions.can(actor, permissions.EDIT_PROGRAMME, event=event.id, unit=event.unit_id),
        columns=[(name, [one.name for one in columns]) for name, columns in COLUMNS.items()],
    )


async def export_csv(request: Request) -> Response:
    event, actor, units = await _readable(request)
    sheet = request.path_params["sheet"]
    if sheet not in _SHEETS:
        raise NotFound
    emails = permissions.can(actor, permissions.MANAGE_PEOPLE)
    pieces = await exports.csv(event.id, _SHEETS[sheet], emails=emails, units=units)
    return StreamingResponse(pieces, media_type="text/csv", headers=_attached(f"{event.slug}-{sheet}.csv"))


async def export_workbook(request: Request) -> Response:
    event, actor, units = await _readable(request)
    emails = permissions.can(actor, permissions.MANAGE_PEOPLE)
    data = await exports.workbook(event.id, emails=emails, units=units)
    return Response(data, media_type=XLSX, headers=_attached(f"{event.slug}.xlsx"))


async def _readable(request: Request) -> tuple[EventRow, Actor, frozenset[int] | None]:
    """The event, and the units whose sessions the actor gets; None for all of them."""
    event = await catalogue.event_by_slug(request.path_params["slug"], drafts=True)
    owners = await draft_lists.owners(event.id)
    actor = permissions.require(
        request.state.actor, permissions.SEE_DRAFT, event=event.id, unit=(event.unit_id, *owners)
    )
    if permissions.can(actor, permissions.SEE_DRAFT, event=event.id, unit=event.unit_id):
        return event, actor, None
    return event, actor, permissions.reach(actor, permissions.SEE_DRAFT).units


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _path(event: EventRow, run_id: int) -> str:
    return f"/organize/events/{event.slug}/import/{run_id}"


_IMPORT = "/organize/events/{slug}/import"
_RUN = _IMPORT + "/{run:int}"
_EXPORT = "/organize/events/{slug}/export"
routes = [
    Route(_IMPORT, imports, methods=["GET", "POST"], name="organize_imports"),
    Route(_RUN, run, name="organize_import"),
    Route(_RUN + "/writing", write, methods=["POST"], name="organize_import_write"),
    Route(_RUN + "/looks", again, methods=["POST"], name="organize_import_again"),
    Route(_RUN + "/removal", discard, methods=["POST"], name="organize_import_discard"),
    Route(_RUN + "/errors.csv", errors_csv, name="organize_import_errors"),
    Route(_EXPORT, export, name="organize_export"),
    Route(_EXPORT + "/{sheet}.csv", export_csv, name="organize_export_csv"),
    Route(_EXPORT + "/programme.xlsx", export_workbook, name="organize_export_workbook"),
]
