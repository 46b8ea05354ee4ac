"""The page on which an institution buys places for its staff: how many of each ticket, for whom, paid how."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow
from events.core import pages
from events.core.errors import Unreadable
from events.core.money import Money
from events.institutions import asking, buying, counting, forms
from events.institutions.forms import CARD, ORDER, Buying
from events.invoicing import forms as payment_forms
from events.invoicing import terms
from events.invoicing.dues import Chosen
from events.people.audiences import Audience, audience_of
from events.registration import holds, pricing, shopping
from events.registration import pages as registration
from events.registration.entrance import behind_lobby
from events.registration.forms import ALONE, PersonTyped, Typed
from events.registration.holds import CodeGone
from events.registration.offers import Offer
from events.registration.order_pages import order_path, person_of
from events.registration.pricing import Quote, Tariff
from events.registration.quotas import SoldOut
from events.registration.vouchers import Found


async def page(request: Request) -> Response:
    event, offer, audience = await _shop(request)
    typed = forms.blank()
    actor = request.state.actor
    if actor:
        typed = replace(typed, name=actor.name, email=actor.email)
    return await _page(request, event, offer, audience, typed, {})


async def buy(request: Request) -> Response:
    """POST: bring the sum up to date, or hold the places and go on to pay."""
    event, offer, audience = await _shop(request)
    async with request.form(max_fields=500) as form:
        typed, do = forms.read(form, offer), str(form.get("do", ""))
    chosen = _chosen(typed, offer)
    offer, found = await shopping.by_code(request, event, offer, chosen)
    quote = shopping.quote(request, event, offer, audience, chosen, found)
    if do == "update":
        return await _page(request, event, offer, audience, typed, {}, found=found)
    errors = forms.errors(typed, await _ways(event))
    for problem in quote.problems if sum(typed.wanted.values()) else ():
        errors.setdefault(f"count-{problem.ticket}", problem.words)
    if found.words:
        errors["voucher"] = found.words
    way, domains = _read_more(typed, errors)
    if errors:
        return await _page(request, event, offer, audience, typed, errors, 422, found)
    now: datetime = request.state.now
    try:
        beside = buying.beside(typed.institution, domains, now, way, person_of(request))
        nobody = buying.nobody(len(chosen.people))
        code = await shopping.place(request, event, offer, audience, chosen, nobody, quote, found, beside)
    except SoldOut as sold_out:
        errors = _short(typed, offer, sold_out)
        return await _page(request, event, offer.with_left(sold_out.short), audience, typed, errors, 409, found)
    except CodeGone as gone:
        return await _page(request, event, offer, audience, typed, {"voucher": gone.words}, 409, found)
    return pages.redirect(request, order_path(request, code))


def _read_more(typed: Buying, errors: dict[str, str]) -> tuple[Chosen | None, list[str]]:
    """The purchase order, None for another way, and the domains; what is wrong with them goes to `errors`."""
    way, domains = None, []
    if typed.way == ORDER:
        fields = ("way", "number", "institution", "address", "reference")
        try:
            way = payment_forms.read_choice(FormData([(name, getattr(typed, name)) for name in fields]))
        except Unreadable as error:
            errors |= {**error.errors, **errors}
    try:
        domains = asking.read_domains(typed.domains)
    except Unreadable as error:
        errors |= error.errors
    return way, domains


async def _shop(request: Request) -> tuple[EventRow, Offer, Audience]:
    """As everybody's, at the price of nonmembers: a membership is a person's, and whose a place is nobody knows yet."""
    event, offer, _own = await shopping.shop(request)
    audience = await audience_of(None, request.state.now, event.unit_id)
    return event, counting.sold_so(replace(offer, already=frozenset())), audience


def _chosen(typed: Buying, offer: Offer) -> Typed:
    """The same as the registration page would have it: a person for each place."""
    people = [
        PersonTyped(
            next((str(one) for one in chosen if offer.by_id[one].is_main), ALONE),
            tuple(str(one) for one in chosen if not offer.by_id[one].is_main),
        )
        for chosen in counting.places(typed.wanted, offer.by_id)
    ]
    return Typed(
        typed.form_key, tuple(people[: counting.MOST + 1]) or (PersonTyped(),), typed.name, typed.email, typed.voucher
    )


async def _ways(event: EventRow) -> tuple[str, ...]:
    known = await terms.of_event(event.id)
    return (ORDER, CARD) if ORDER in known.ways else (CARD,)


def _short(typed: Buying, offer: Offer, sold_out: SoldOut) -> dict[str, str]:
    """At which numbers it is said that places are gone."""
    wanted = (ticket for ticket, count in typed.wanted.items() if count)
    short = [one for one in wanted if sold_out.short.keys() & offer.quotas.get(one, frozenset())]
    return {f"count-{one}": sold_out.words for one in short} or {"": sold_out.words}


async def _page(
    request: Request,
    event: EventRow,
    offer: Offer,
    audience: Audience,
    typed: Buying,
    errors: Mapping[str, str],
    status: int = 200,
    found: Found | None = None,
) -> Response:
    chosen = _chosen(typed, offer)
    tariff = Tariff(audience.name, offer.windows, event.timezone, event.currency)
    at: datetime = request.state.now
    priced = [line for ticket in offer.tickets if not ticket.grants and (line := pricing.price(ticket, tariff, at))]
    quote = shopping.quote(request, event, offer, audience, chosen, *([found] if found else []))
    return pages.render(
        request,
        "institutions/register.html",
        status,
        event=event,
        tickets=[registration.option(line, offer) for line in priced],
        typed=typed,
        sums=_sums(quote),
        quote=quote,
        group_rule=offer.group,
        ways=await _ways(event),
        places=len([one for one in chosen.people if one.chosen]),
        errors=errors,
        labels={f"count-{line.ticket.id}": line.ticket.name for line in priced},
        most=counting.MOST,
        refunds=registration.refunds(event, offer, priced),
        hold_minutes=int(holds.HOLD.total_seconds() // 60),
    )


def _sums(quote: Quote) -> list[dict[str, Any]]:
    """The sum with equal lines as one: how many of what, at what, and why."""
    found: dict[tuple[int, int, str], dict[str, Any]] = {}
    for line in quote.lines:
        row = found.setdefault(
            (line.ticket.id, line.amount.amount, line.why),
            {"line": line, "count": 0, "amount": Money(0, line.amount.currency)},
        )
        row["count"] += 1
        row["amount"] += line.amount
    return list(found.values())


_PATH = "/events/{slug}/register/institution"
routes = [
    Route(_PATH, behind_lobby(page), methods=["GET"], name="institution_register"),
    Route(_PATH, behind_lobby(buy), methods=["POST"], name="institution_register_post"),
]
