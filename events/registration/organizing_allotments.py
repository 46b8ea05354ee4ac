"""The registrar's pages of places by rule: the rules, what is due, what was given, and the exhibitors."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow, event_by_slug
from events.core import locales, pages
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.locales import _
from events.people import permissions
from events.people.actors import Actor
from events.registration import allotments, exhibitors, free_places, offering
from events.registration.allotments import PAGE, PARTIES, PRESENTERS, Due, Rule
from events.schedule.roles import ROLES

SHOWN = 20
"""Names of what is due; the numbers say the rest."""
MOST_PLACES = 100
_NO_RULE: dict[str, object] = dict.fromkeys(
    ("rule", "name", "party", "places", "per_size", "ticket_type", "budget"), ""
)


async def page(request: Request) -> Response:
    event, _actor = await _event(request, permissions.READ_ORDERS)
    return await _page(request, event)


async def _page(
    request: Request,
    event: EventRow,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    known = await allotments.rules(event.id)
    waiting = await allotments.waiting(event.id, known)
    words, number = request.query_params.get("q", "").strip()[:100], _number(request)
    found, total = await allotments.given(event.id, words, number)
    return pages.render(
        request,
        "registration/organizing/allotments.html",
        status,
        event=event,
        here="allotments",
        rules=known,
        waiting=waiting[:SHOWN],
        due_people=len({(one.who.party, one.who.id) for one in waiting}),
        due_places=sum(one.places for one in waiting),
        due_of=_sums(waiting),
        budgets=await free_places.budgets(event.id),
        tickets=[(str(one.id), one.name) for one in await offering.tickets(event.id)],
        parties=PARTIES,
        roles=ROLES,
        found=found,
        total=total,
        words=words,
        page=number,
        page_count=max(1, -(-total // PAGE)),
        per_page=PAGE,
        typed={**_NO_RULE, **typed} if typed else {},
        errors=errors or {},
        may=_may(request, event),
    )


def _sums(waiting: list[Due]) -> dict[int, int]:
    """Places due by rule."""
    sums: dict[int, int] = {}
    for one in waiting:
        sums[one.rule.id] = sums.get(one.rule.id, 0) + one.places
    return sums


async def save(request: Request) -> Response:
    """POST: a rule, new or changed, or taken away."""
    event, _actor = await _event(request, permissions.MANAGE_REGISTRATION)
    async with request.form() as form:
        typed = form
    number = _int(typed, "rule") or None
    kept = {**dict(typed), "roles": typed.getlist("roles")}
    try:
        if typed.get("do") == "away":
            await allotments.take_away(event.id, number or 0)
            return _back(request, event, _("The rule is gone."))
        await allotments.save(event.id, number, _read(typed), _int(typed, "version"))
    except Unreadable as error:
        return await _page(request, event, kept, error.errors, error.status)
    except StaleWrite as error:
        return await _page(request, event, kept, {"": error.words}, error.status)
    return _back(request, event, _("Saved. Nobody got anything yet: look below at what is due, and give it."))


def _read(typed: FormData) -> Rule:
    """Raises Unreadable, naming each field."""
    errors: dict[str, str] = {}
    name, party = " ".join(str(typed.get("name", "")).split())[:120], str(typed.get("party", ""))
    roles = tuple(role for role in ROLES if role in typed.getlist("roles"))
    places, per_size = _int(typed, "places"), _int(typed, "per_size") or 1
    if len(name) < 3:
        errors["name"] = _("Write what the rule is called.")
    if party not in PARTIES:
        errors["party"] = _("Choose one of the list.")
    if not 1 <= places <= MOST_PLACES:
        errors["places"] = _("Write a number from 1 to %(most)s.") % {"most": MOST_PLACES}
    if per_size > exhibitors.LARGEST:
        errors["per_size"] = _("Write a number from 1 to %(most)s.") % {"most": exhibitors.LARGEST}
    if errors:
        raise Unreadable(errors)
    ticket, budget = _int(typed, "ticket_type"), _int(typed, "budget")
    return Rule(
        0, name, party, roles if party == PRESENTERS else (), ticket, "", budget, "", places, per_size, version=0
    )


async def give(request: Request) -> Response:
    """POST: everybody gets what they are due, with a mail."""
    event, actor = await _event(request, permissions.MANAGE_REGISTRATION)
    try:
        found = await allotments.give(event.id, actor.id, request.state.now)
    except Unreadable as error:
        return await _page(request, event, {}, error.errors, error.status)
    if not found:
        return _back(request, event, _("Nobody was due anything any more."))
    places = sum(one.places for one in found)
    words = locales.ngettext("One place is given.", "%(num)s places are given.", places) % {"num": places}
    return _back(request, event, f"{words} {_('Everybody gets a mail with their code.')}")


async def end(request: Request) -> Response:
    """POST: take a code back, with a reason."""
    event, actor = await _event(request, permissions.MANAGE_REGISTRATION)
    number: int = request.path_params["allotted"]
    if number > 2**62 or await allotments.one(event.id, number) is None:
        raise NotFound
    async with request.form() as form:
        reason = " ".join(str(form.get("reason", "")).split())[:300]
    if len(reason) < 3:
        errors = {f"reason-{number}": _("Say in a few words why.")}
        return await _page(request, event, {}, errors, 422)
    await allotments.end(event.id, number, reason, actor.id, request.state.now)
    return _back(request, event, _("The code is ended. Who used it keeps their place."))


async def exhibitors_page(request: Request) -> Response:
    event, _actor = await _event(request, permissions.READ_ORDERS)
    return await _exhibitors(request, event)


async def save_exhibitors(request: Request) -> Response:
    """POST: a pasted list, or one that is taken away."""
    event, _actor = await _event(request, permissions.MANAGE_REGISTRATION)
    async with request.form() as form:
        text, away = str(form.get("list", ""))[:200_000], _int(form, "away")
    path = pages.path_of(request, "organize_exhibitors", slug=event.slug)
    try:
        if away:
            await exhibitors.take_away(event.id, away)
            return pages.redirect(request, path, _("The exhibitor is gone."))
        new, changed = await exhibitors.add(event.id, exhibitors.read(text))
    except Unreadable as error:
        return await _exhibitors(request, event, text, error.errors, error.status)
    words = _("%(new)s are new, %(changed)s were brought up to date.") % {"new": new, "changed": changed}
    return pages.redirect(request, path, words)


async def _exhibitors(
    request: Request, event: EventRow, text: str = "", errors: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    words, number = request.query_params.get("q", "").strip()[:100], _number(request)
    found, total = await exhibitors.search(event.id, words, number)
    return pages.render(
        request,
        "registration/organizing/exhibitors.html",
        status,
        event=event,
        here="allotments",
        found=found,
        total=total,
        words=words,
        page=number,
        page_count=max(1, -(-total // exhibitors.PAGE)),
        per_page=exhibitors.PAGE,
        text=text,
        errors=errors or {},
        may=_may(request, event),
    )


def _int(typed: FormData, name: str) -> int:
    """0 for what is no number."""
    written = str(typed.get(name, "")).strip()
    return int(written) if written.isdecimal() and len(written) < 10 else 0


def _number(request: Request) -> int:
    typed = request.query_params.get("page", "1")
    return max(1, int(typed)) if typed.isdecimal() and len(typed) < 7 else 1


def _back(request: Request, event: EventRow, notice: str) -> Response:
    return pages.redirect(request, pages.path_of(request, "organize_allotments", slug=event.slug), notice)


def _may(request: Request, event: EventRow) -> bool:
    return permissions.can(request.state.actor, permissions.MANAGE_REGISTRATION, event=event.id, unit=event.unit_id)


async def _event(request: Request, permission: permissions.Permission) -> tuple[EventRow, Actor]:
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    return event, permissions.require(request.state.actor, permission, event=event.id, unit=event.unit_id)


_PATH = "/organize/events/{slug}/allotments"
routes = [
    Route(_PATH, page, methods=["GET"], name="organize_allotments"),
    Route(_PATH, save, methods=["POST"], name="save_allotment"),
    Route(f"{_PATH}/give", give, methods=["POST"], name="give_allotments"),
    Route(f"{_PATH}/given/{{allotted:int}}", end, methods=["POST"], name="end_allotted"),
    Route(f"{_PATH}/exhibitors", exhibitors_page, methods=["GET"], name="organize_exhibitors"),
    Route(f"{_PATH}/exhibitors", save_exhibitors, methods=["POST"], name="save_exhibitors"),
]
