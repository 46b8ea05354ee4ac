"""Organizers' page of an event's waitlist: who waits, moving somebody up with a reason, closing a place, the rules."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow, event_by_slug
from events.core import pages
from events.core.errors import DomainError, NotFound, StaleWrite
from events.core.locales import _
from events.people import permissions
from events.people.actors import Actor
from events.waitlist import entries, rules
from events.waitlist.entries import PAGE
from events.waitlist.rules import Rules
from events.waitlist.states import MARKS, WORDS, EntryState

PRIORITIES = range(-9, 10)


async def page(request: Request) -> Response:
    event, _actor = await _event(request)
    return await _page(request, event)


async def act(request: Request) -> Response:
    """POST: another priority, or out of the line, each with a reason."""
    event, actor = await _event(request)
    number: int = request.path_params["entry"]
    entry = await entries.load(number) if number < 2**62 else None
    if entry is None or entry.event != event.id:
        raise NotFound
    async with request.form() as form:
        do, reason, typed = (str(form.get(name, "")) for name in ("do", "reason", "priority"))
    reason = " ".join(reason.split())[:300]
    priority = int(typed) if typed.removeprefix("-").isdecimal() and len(typed) < 3 else None
    if len(reason) < 3:
        return await _page(request, event, {f"{number}-reason": _("Say in a few words why.")}, 422)
    if do != "remove" and priority not in PRIORITIES:
        return await _page(request, event, {f"{number}-priority": _("Write a number from -9 to 9.")}, 422)
    try:
        if do == "remove":
            await entries.remove(entry, reason, request.state.now, actor.id)
            return _back(request, event, _("Out of the line. They get a mail with your words."))
        assert priority is not None
        await entries.prefer(number, priority, reason, request.state.now, actor.id)
    except DomainError as error:
        return await _page(request, event, {f"{number}-reason": error.words}, error.status)
    return _back(request, event, _("Moved in the line."))


async def save_rules(request: Request) -> Response:
    event, _actor = await _event(request)
    async with request.form() as form:
        hours, version = (str(form.get(name, "")) for name in ("hours", "version"))
        shut = form.get("shut") == "1"
    if not hours.isdecimal() or len(hours) > 3 or not 1 <= int(hours) <= 336:
        return await _page(request, event, {"hours": _("Write hours from 1 to 336, which are two weeks.")}, 422)
    seen = int(version) if version.isdecimal() and len(version) < 9 else 0
    try:
        await rules.save(event.id, Rules(int(hours), shut, seen))
    except StaleWrite as error:
        return await _page(request, event, {"": error.words}, error.status)
    return _back(request, event, _("Saved."))


async def _page(
    request: Request, event: EventRow, errors: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    query = request.query_params
    state = query.get("state", "") if query.get("state", "") in EntryState.__members__ else ""
    words, typed, chosen = query.get("q", "").strip()[:100], query.get("page", "1"), query.get("ticket", "")
    number = max(1, int(typed)) if typed.isdecimal() and len(typed) < 7 else 1
    ticket = int(chosen) if chosen.isdecimal() and len(chosen) < 10 else None
    found, total = await entries.of_event(event.id, state, ticket, words, number)
    return pages.render(
        request,
        "waitlist/organizing/list.html",
        status,
        event=event,
        here="waitlist",
        found=found,
        total=total,
        counts=await entries.counts(event.id),
        numbers=await entries.numbers(event.id),
        rules=await rules.of(event.id),
        state=state,
        ticket=str(ticket or ""),
        words=words,
        states=WORDS,
        marks=MARKS,
        page=number,
        page_count=max(1, -(-total // PAGE)),
        per_page=PAGE,
        errors=errors or {},
    )


def _back(request: Request, event: EventRow, notice: str) -> Response:
    return pages.redirect(request, str(pages.path_of(request, "organize_waitlist", slug=event.slug)), notice)


async def _event(request: Request) -> tuple[EventRow, Actor]:
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    actor = permissions.require(
        request.state.actor, permissions.MANAGE_REGISTRATION, event=event.id, unit=event.unit_id
    )
    return event, actor


_PATH = "/organize/events/{slug}/waitlist"
routes = [
    Route(_PATH, page, methods=["GET"], name="organize_waitlist"),
    Route(f"{_PATH}/rules", save_rules, methods=["POST"], name="organize_waitlist_rules"),
    Route(f"{_PATH}/{{entry:int}}", act, methods=["POST"], name="organize_waitlist_entry"),
]
