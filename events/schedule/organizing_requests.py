"""Organizers' pages of session requests: staff's table with answers to many, and one session's with its history."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue import queries as catalogue
from events.catalogue.queries import EventRow
from events.catalogue.room_sets import EQUIPMENT, SETS
from events.core import pages
from events.core.errors import DomainError, StaleWrite, Unreadable
from events.core.locales import _, ngettext
from events.people import permissions
from events.people.actors import Actor
from events.people.permissions import EDIT_PROGRAMME
from events.planning import budgets
from events.schedule import (
    draft_lists,
    editing,
    forms,
    request_decisions,
    request_forms,
    request_lists,
    request_words,
    requests,
    session_forms,
    sponsors,
)
from events.schedule.editing import SessionRow
from events.schedule.request_decisions import Chosen, NotReady, Overtaken
from events.schedule.requests import Hand, IllegalStep, NotOpen, RequestState

ANSWERS = {"grant": RequestState.GRANTED, "decline": RequestState.DECLINED, "ask_back": RequestState.ASKED_BACK}


def is_staff(actor: Actor | None, event: EventRow) -> bool:
    """Whether somebody answers an event's requests: its own unit's editors and whoever edits the whole event."""
    return permissions.can(actor, EDIT_PROGRAMME, event=event.id, unit=event.unit_id)


async def _event(request: Request) -> tuple[EventRow, Actor]:
    """The event of the address; a stranger does not learn whether a draft exists."""
    actor = permissions.require_somewhere(request.state.actor, EDIT_PROGRAMME)
    return await catalogue.event_by_slug(request.path_params["slug"], drafts=True), actor


async def table(request: Request) -> Response:
    """All requests for staff; a unit's editor sees the unit's own. POST answers or changes those that are ticked."""
    event, actor = await _event(request)
    if request.method != "POST":
        units = (event.unit_id, *await draft_lists.owners(event.id))
        permissions.require(actor, EDIT_PROGRAMME, event=event.id, unit=units)
        return await _table(request, event)
    permissions.require(actor, EDIT_PROGRAMME, event=event.id, unit=event.unit_id)
    form = await request.form()
    typed = session_forms.typed(form)
    try:
        chosen = request_forms.chosen(form)
        notice = await _answer_many(event, chosen, typed, actor, request)
    except (Unreadable, Overtaken, NotReady) as error:
        return await _table(request, event, typed, [str(one) for one in form.getlist("chosen")], error)
    back = f"?{request.url.query}" if request.url.query else ""
    return pages.redirect(request, f"/organize/events/{event.slug}/requests{back}", notice)


async def _answer_many(
    event: EventRow, chosen: list[Chosen], typed: dict[str, str], actor: Actor, request: Request
) -> str:
    """Do what the pressed button says to all that are ticked; returns what to say of it."""
    what, at = typed.get("action", ""), request.state.now
    if what == "change":
        headcount, room_set = request_forms.change(typed)
        count = await request_decisions.change(event.id, chosen, headcount, room_set, actor.id, at)
        return ngettext("%(num)s request is changed.", "%(num)s requests are changed.", count) % {"num": count}
    if what not in ANSWERS:
        raise Unreadable({"": _("Choose what to do with them.")})
    words = request_forms.answer(typed, ANSWERS[what])
    count = await request_decisions.decide(event.id, chosen, ANSWERS[what], words, actor.id, at)
    said = {
        "grant": ngettext("%(num)s request is granted.", "%(num)s requests are granted.", count),
        "decline": ngettext("%(num)s request is declined.", "%(num)s requests are declined.", count),
        "ask_back": ngettext("%(num)s request is asked back.", "%(num)s requests are asked back.", count),
    }
    return said[what] % {"num": count} + " " + _("The units’ editors are told by mail.")


async def _table(
    request: Request,
    event: EventRow,
    typed: dict[str, str] | None = None,
    ticked: list[str] | None = None,
    error: DomainError | None = None,
) -> Response:
    staff = is_staff(request.state.actor, event)
    units = None if staff else permissions.reach(request.state.actor, EDIT_PROGRAMME).units
    asked, sort = request_forms.asked(request.query_params, units)
    page = forms.page(request.query_params)
    lines, counts = await request_lists.lines(event.id, asked, sort, page)
    total = counts.get(asked.state, 0) if asked.state else sum(counts.values())
    if request.query_params.get("all") == "1" and ticked is None:
        ticked = [f"{one.id}.{one.version}" for one in lines]
    return pages.render(
        request,
        "schedule/requests.html",
        status=error.status if error else 200,
        event=event,
        here="requests",
        staff=staff,
        lines=lines,
        asked=asked,
        sort=sort,
        page=page,
        page_count=max(1, -(-total // request_lists.PAGE)),
        per_page=request_lists.PAGE,
        total=total,
        states=[{"value": one.value, "label": str(words), "count": counts.get(one, 0)} for one, words in WORDS],
        state_words={one.value: str(words) for one, words in WORDS},
        sets=[(name, str(words)) for name, words in SETS.items()],
        step_words={name: str(words) for name, words in request_words.STEPS.items()},
        units=await request_lists.asking_units(event.id, units),
        typed=typed or {},
        # A row that was changed meanwhile stays ticked: by its id, whatever its version is now.
        ticked={one.partition(".")[0] for one in ticked or ()},
        errors=error.errors if isinstance(error, Unreadable) else {"": error.words} if error else {},
    )


WORDS = tuple(requests.WORDS.items())


async def session_request(request: Request) -> Response:
    """A session's request; POST saves it, and submits it when that button was pressed."""
    event, found, hand = await _open(request)
    held = await requests.of(found.id)
    if request.method != "POST":
        return await _page(request, event, found, hand, request_forms.fields(held, event.zone))
    form = await request.form()
    typed = request_forms.typed(form)
    submit = "submit" in typed
    try:
        facts = request_forms.facts(typed, event.zone, submit=submit)
        version = session_forms.version(typed)
        await requests.save(found.id, facts, version, hand, request.state.now, submit=submit)
    except (Unreadable, StaleWrite, NotOpen, IllegalStep) as error:
        return await _page(request, event, found, hand, typed, error)
    notice = _("Submitted. Staff answer here, and by mail.") if submit else _("Saved.")
    return pages.redirect(request, _path(event, found), notice)


async def steps(request: Request) -> Response:
    """What is said below a request: words, a withdrawal, or (staff) an answer."""
    event, found, hand = await _open(request)
    typed = session_forms.typed(await request.form())
    what, at = typed.get("action", "say"), request.state.now
    try:
        if what == "withdraw":
            await requests.withdraw(found.id, request_forms.words(typed), hand, at)
            return pages.redirect(request, _path(event, found), _("Withdrawn. It is a draft again."))
        if what in ANSWERS:
            permissions.require(request.state.actor, EDIT_PROGRAMME, event=event.id, unit=event.unit_id)
            words = request_forms.answer(typed, ANSWERS[what])
            held = await requests.of(found.id)
            chosen = [Chosen(held.id or 0, session_forms.version(typed))]
            await request_decisions.decide(event.id, chosen, ANSWERS[what], words, hand.person, at)
            return pages.redirect(request, _path(event, found), _("Saved. The unit’s editors are told by mail."))
        words = request_forms.words(typed, _("Write something first."))
        await request_decisions.say(found.id, words, hand.person, at, staff=hand.staff)
    except (Unreadable, NotOpen, IllegalStep, Overtaken, NotReady) as error:
        held = await requests.of(found.id)
        fields = request_forms.fields(held, event.zone) | {"words": typed.get("words", "")}
        return await _page(request, event, found, hand, fields, error)
    return pages.redirect(request, _path(event, found) + "#conversation", _("It is written down."))


async def _open(request: Request) -> tuple[EventRow, SessionRow, Hand]:
    """The event, the session, and what the actor may: an editor of its owner or a sponsor, or staff."""
    event, actor = await _event(request)
    found = await editing.session(event.id, request.path_params["code"])
    units = (event.unit_id, found.values.unit_id, *[one.unit_id for one in await sponsors.of(found.id)])
    permissions.require(actor, EDIT_PROGRAMME, event=event.id, unit=units)
    budget = await budgets.of(event.id, found.values.unit_id)
    late = budget is not None and budget.over(request.state.now, event.zone)
    return event, found, Hand(actor.id, is_staff(actor, event), late)


async def _page(
    request: Request,
    event: EventRow,
    found: SessionRow,
    hand: Hand,
    fields: dict[str, Any],
    error: DomainError | None = None,
) -> Response:
    held = await requests.of(found.id)
    stale = error if isinstance(error, StaleWrite) else None
    return pages.render(
        request,
        "schedule/request.html",
        status=error.status if error else 200,
        event=event,
        here="requests",
        session=found,
        held=held,
        staff=hand.staff,
        late=hand.late,
        may_write=held.open_to(hand),
        answers=[name for name, new in ANSWERS.items() if held.id is not None and new in requests.MOVES[held.state]],
        fields=fields,
        wish_rows=request_forms.wish_rows(fields),
        errors=error.errors if isinstance(error, Unreadable) else {"": error.words} if error and not stale else {},
        stale=stale,
        units=await _units(found),
        budget=await budgets.of(event.id, found.values.unit_id),
        history=await requests.history(held.id),
        sets=[(name, str(words)) for name, words in SETS.items()],
        equipment=[(name, str(words)) for name, words in EQUIPMENT.items()],
        needs=[(name, str(words)) for name, words in requests.NEEDS.items()],
        state_words={one.value: str(words) for one, words in WORDS},
        step_words={name: str(words) for name, words in request_words.STEPS.items()},
        label=request_words.label,
        told=lambda name, value: request_words.told(name, value, event.zone),
    )


async def _units(found: SessionRow) -> list[tuple[str, str]]:
    """(slug, name) of the unit that owns a session and those that sponsor it."""
    owner = await draft_lists.unit(found.values.unit_id)
    return ([owner] if owner else []) + [(one.slug, one.name) for one in await sponsors.of(found.id)]


def _path(event: EventRow, found: SessionRow) -> str:
    return f"/organize/events/{event.slug}/sessions/{found.code}/request"


_REQUEST = "/organize/events/{slug}/sessions/{code}/request"
routes = [
    Route("/organize/events/{slug}/requests", table, methods=["GET", "POST"], name="organize_requests"),
    Route(_REQUEST, session_request, methods=["GET", "POST"], name="organize_request"),
    Route(f"{_REQUEST}/steps", steps, methods=["POST"], name="organize_request_steps"),
]
