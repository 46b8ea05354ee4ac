"""The registrar's page of what comes back: the event's steps, and those of ticket types that have their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow, event_by_slug
from events.core import pages
from events.core.errors import StaleWrite, Unreadable
from events.core.locales import _
from events.core.money import Money
from events.people import permissions
from events.people.actors import Actor
from events.registration import offering, refund_policies
from events.registration.refund_policies import NEVER, Policies, Step, Steps

ROWS = 4
"""Steps of one rule: more would not be read by anybody."""

INHERIT, NO, OWN = "event", "never", "steps"


@dataclass(frozen=True, slots=True)
class Rule:
    """One form of the page. subject: "event" or a ticket type's id; cells: the fields of its steps by name."""

    subject: str
    name: str
    how: str
    seen: int
    words: list[str]
    cells: Mapping[str, str]


async def page(request: Request) -> Response:
    event, _actor = await _event(request)
    return await _page(request, event)


async def save(request: Request) -> Response:
    """POST: one rule, of the event or of a ticket type."""
    event, actor = await _event(request)
    async with request.form() as form:
        typed = form
    subject = str(typed.get("subject", ""))
    type_ = int(subject) if subject.isdecimal() and len(subject) < 10 else None
    seen = str(typed.get("seen", ""))
    try:
        steps = _read(typed, event, of_event=type_ is None)
        number = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
        await refund_policies.save(event.id, type_, steps, number, actor.id, request.state.now)
    except Unreadable as error:
        return await _page(request, event, typed, error.errors, error.status)
    except StaleWrite as error:
        return await _page(request, event, typed, {"": error.words}, error.status)
    path = pages.path_of(request, "organize_refund_rules", slug=event.slug)
    notice = _("Saved. It holds for orders from now on; who bought before keeps the terms of that day.")
    return pages.redirect(request, str(path), notice)


async def _page(
    request: Request,
    event: EventRow,
    typed: FormData | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    policies, seen = await refund_policies.current(event.id), await refund_policies.newest(event.id)
    rules = [_rule(event, "event", _("All tickets of the event"), policies.of_event, policies, seen.get(None, 0))]
    for ticket in await offering.tickets(event.id):
        own = (policies.of_types or {}).get(ticket.id)
        rules.append(_rule(event, str(ticket.id), ticket.name, own, policies, seen.get(ticket.id, 0)))
    return pages.render(
        request,
        "registration/organizing/refunds.html",
        status,
        event=event,
        here="refunds",
        rules=rules,
        rows=range(ROWS),
        typed=_kept(typed),
        errors=errors or {},
    )


def _rule(event: EventRow, subject: str, name: str, own: Steps | None, policies: Policies, seen: int) -> Rule:
    cells: dict[str, str] = {}
    for number, step in enumerate(own or ()):
        cells |= {
            f"through-{number}": step.through.isoformat() if step.through else "",
            f"percent-{number}": str(step.percent),
            f"fee-{number}": Money(step.fee, event.currency).plain if step.fee else "",
        }
    how = INHERIT if own is None else OWN if own else NO
    told = refund_policies.words(policies.usual if own is None else own, event.currency, event.starts_on or date.max)
    return Rule(subject, name, how, seen, told, cells)


def _read(typed: FormData, event: EventRow, *, of_event: bool) -> Steps | None:
    """Raises Unreadable: percents above a hundred, fees that are no amount, no step at all, a day twice."""
    how = typed.get("how", "")
    if how == INHERIT:
        return None
    if how == NO:
        return NEVER
    if how != OWN:
        raise Unreadable({"how": _("Choose one of the list.")})
    errors: dict[str, str] = {}
    steps = [step for number in range(ROWS) if (step := _step(typed, number, event.currency, errors)) is not None]
    if not steps and not errors:
        errors["percent-0"] = _("Write at least one step, or choose that nothing comes back.")
    if len({step.through for step in steps}) < len(steps):
        errors["through-0"] = _("Two steps have the same last day.")
    if errors:
        raise Unreadable(errors)
    return tuple(steps)


def _step(typed: FormData, number: int, currency: str, errors: dict[str, str]) -> Step | None:
    through, percent, fee = (str(typed.get(f"{name}-{number}", "")).strip() for name in ("through", "percent", "fee"))
    if not (through or percent or fee):
        return None
    day, kept = None, Money(0, currency)
    try:
        day = date.fromisoformat(through) if through else None
    except ValueError:
        errors[f"through-{number}"] = _("This is no day.")
    if not (percent.isdecimal() and len(percent) < 4 and int(percent) <= 100):
        errors[f"percent-{number}"] = _("Write a number from 0 to 100.")
    try:
        kept = Money.read(fee, currency) if fee else kept
    except ValueError:
        errors[f"fee-{number}"] = _("Write an amount, such as 25.00.")
    return None if errors else Step(day, int(percent), kept.amount)


def _kept(typed: FormData | None) -> Mapping[str, str]:
    return {name: value for name, value in typed.items() if isinstance(value, str)} if typed else {}


async def _event(request: Request) -> tuple[EventRow, Actor]:
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    actor = permissions.require(
        request.state.actor, permissions.MANAGE_REGISTRATION, event=event.id, unit=event.unit_id
    )
    return event, actor


_PATH = "/organize/events/{slug}/refund-rules"
routes: Sequence[Route] = [
    Route(_PATH, page, methods=["GET"], name="organize_refund_rules"),
    Route(_PATH, save, methods=["POST"], name="organize_refund_rule_save"),
]
