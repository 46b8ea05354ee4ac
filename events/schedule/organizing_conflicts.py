"""The organizers' page of conflicts: found, accepted with a note, taken back; and how serious each kind is."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow
from events.core import pages
from events.core.errors import DomainError, Unreadable
from events.core.locales import _
from events.people import permissions
from events.people.actors import Actor
from events.schedule import accepting, conflict_choice, levels
from events.schedule.accepting import NoSuchConflict, StaysAccepted
from events.schedule.conflict_choice import PAGE
from events.schedule.conflict_lists import LEVEL_WORDS, WORDS
from events.schedule.conflicts import Accepted, Kind, Level
from events.schedule.frab import clean
from events.schedule.history import By
from events.schedule.organizing import event_of, readable
from events.schedule.session_forms import typed

NOTE_LENGTH = 200
MARKS = {Level.BLOCK: "bad", Level.WARN: "warn", Level.IGNORE: ""}


async def conflicts(request: Request) -> Response:
    return await _page(request, await readable(request))


async def accept(request: Request) -> Response:
    event, actor = await _publisher(request)
    form = typed(await request.form())
    try:
        conflict = _conflict(form)
        await accepting.accept(event.id, conflict, _note(form), By(actor.id), request.state.now)
    except (Unreadable, NoSuchConflict) as error:
        return await _page(request, event, form, error)
    return pages.redirect(request, _back(request, event), _("Accepted, until one of the sessions moves."))


async def take_back(request: Request) -> Response:
    event, actor = await _publisher(request)
    form = typed(await request.form())
    try:
        await accepting.take_back(event.id, _conflict(form), By(actor.id), request.state.now)
    except (Unreadable, NoSuchConflict, StaysAccepted) as error:
        return await _page(request, event, form, error)
    return pages.redirect(request, _back(request, event), _("It is a conflict again."))


async def choose_levels(request: Request) -> Response:
    event, _actor = await _publisher(request)
    form = typed(await request.form())
    chosen = {kind: form.get(f"level-{kind}", "") for kind in Kind}
    known = {kind: Level(level) for kind, level in chosen.items() if level in list(Level)}
    if len(known) < len(Kind):
        wrong = {f"level-{kind}": _("Please choose one of these.") for kind in Kind if kind not in known}
        return await _page(request, event, form, Unreadable(wrong))
    await levels.choose(event.id, known)
    return pages.redirect(request, _back(request, event), _("Saved. The list follows what you chose."))


async def _publisher(request: Request) -> tuple[EventRow, Actor]:
    permissions.require_somewhere(request.state.actor, permissions.PUBLISH)
    event = await event_of(request)
    return event, permissions.require(request.state.actor, permissions.PUBLISH, event=event.id, unit=event.unit_id)


def _conflict(form: Mapping[str, str]) -> Accepted:
    """Which conflict a row's form is about. Raises Unreadable when somebody changed what no person types."""
    kind, *numbers = (form.get(name, "") for name in ("kind", "one", "other", "subject"))
    if kind not in list(Kind) or not all(text.isdecimal() and len(text) <= 18 for text in numbers):
        raise Unreadable({"": _("It is not clear which conflict this is about. Open the page again.")})
    one, other, subject = map(int, numbers)
    return Kind(kind), one, other, subject


def _note(form: Mapping[str, str]) -> str:
    note = clean(form.get("reason", ""))
    if not note:
        raise Unreadable({"reason": _("Say why this may be: whoever reads the list will ask.")})
    if len(note) > NOTE_LENGTH:
        raise Unreadable({"reason": _("This is longer than %(max_length)s characters.") % {"max_length": NOTE_LENGTH}})
    return note


def _back(request: Request, event: EventRow) -> str:
    """The list as it was filtered."""
    return f"/organize/events/{event.slug}/conflicts" + (f"?{request.url.query}" if request.url.query else "")


async def _page(
    request: Request, event: EventRow, form: Mapping[str, str] | None = None, error: DomainError | None = None
) -> Response:
    asked = conflict_choice.choice(request.query_params)
    found = await conflict_choice.found(event.id, asked)
    form = form or {}
    return pages.render(
        request,
        "schedule/conflicts.html",
        error.status if error else 200,
        event=event,
        here="conflicts",
        found=found,
        asked=asked,
        kept={name: str(value) for name in ("kind", "level", "unit") if (value := getattr(asked, name))},
        per_page=PAGE,
        page_count=max(1, -(-found.total // PAGE)),
        # Links of the filters lead to the list, also when the page answers a form that could not be read.
        listed={"url": {"path": f"/organize/events/{event.slug}/conflicts"}, "query_params": request.query_params},
        kind_options=_options(WORDS, found.kinds),
        level_options=_options(LEVEL_WORDS, found.levels),
        level_words={level: str(words) for level, words in LEVEL_WORDS.items()},
        marks=MARKS,
        own_levels=await levels.of(event.id),
        kind_words={kind: str(words) for kind, words in WORDS.items()},
        may_accept=permissions.can(request.state.actor, permissions.PUBLISH, event=event.id, unit=event.unit_id),
        form=form,
        at_row=tuple(form.get(name, "") for name in ("kind", "one", "other", "subject")),
        errors=error.errors if isinstance(error, Unreadable) else {},
        refused="" if error is None or isinstance(error, Unreadable) else error.words,
    )


def _options(words: Mapping[Any, object], counts: Mapping[Any, int]) -> list[dict[str, object]]:
    return [
        {"value": str(value), "label": str(label), "count": counts[value]}
        for value, label in words.items()
        if counts.get(value)
    ]


_ROOT = "/organize/events/{slug}/conflicts"
routes = [
    Route(_ROOT, conflicts, name="organize_conflicts"),
    Route(f"{_ROOT}/acceptances", accept, methods=["POST"], name="organize_conflict_accept"),
    Route(f"{_ROOT}/acceptances/removal", take_back, methods=["POST"], name="organize_conflict_take_back"),
    Route(f"{_ROOT}/levels", choose_levels, methods=["POST"], name="organize_conflict_levels"),
]
