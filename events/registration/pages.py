"""The registration page: choose tickets, say who comes, and place the order."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue.queries import EventRow
from events.core import locales, pages
from events.core.locales import _
from events.core.money import Money
from events.people import blanks
from events.people.audiences import Audience
from events.people.blanks import Sheets
from events.registration import (
    coinciding,
    declarations,
    document_pages,
    exchange_pages,
    exemption_pages,
    forms,
    holds,
    joining,
    order_pages,
    pricing,
    refund_policies,
    shopping,
    taxes,
    ticket_pages,
    vouchers,
)
from events.registration.accounts import Account
from events.registration.entrance import behind_lobby
from events.registration.forms import Typed
from events.registration.holds import CodeGone
from events.registration.offers import Offer
from events.registration.order_pages import open_order, order_path
from events.registration.pricing import Tariff
from events.registration.quotas import SoldOut
from events.registration.states import OrderState
from events.registration.vouchers import Found


async def register_page(request: Request) -> Response:
    event, offer, audience = await shopping.shop(request)
    if account := await _held(request, event):
        declared = await declarations.of_order(account.id)
        typed = replace(
            forms.again(account),
            voucher=await vouchers.of_order(account.id),
            declared=declared.kind if declared else "",
            declared_words=declared.words if declared else "",
        )
        offer, found = await shopping.by_code(request, event, offer, typed)
        return _form(request, event, offer, audience, typed, found=found)
    code = request.query_params.get("voucher", "").strip()[:60]
    typed = forms.blank(offer, request.state.actor, request.query_params.get("ticket", ""))
    if code:
        offer, found = await shopping.by_code(request, event, offer, replace(typed, voucher=code))
        typed = forms.blank(offer, request.state.actor, request.query_params.get("ticket", ""))
        return _form(request, event, offer, audience, replace(typed, voucher=code), found=found)
    return _form(request, event, offer, audience, typed)


async def register(request: Request) -> Response:
    """POST: add or take away a person, bring the sum up to date, or place the order."""
    event, offer, audience = await shopping.shop(request)
    async with request.form(max_fields=2000) as form:
        typed = forms.read(form, offer)
        do = _button(form)
    offer, found = await shopping.by_code(request, event, offer, typed)
    if do == "add":
        mains = [ticket for ticket in offer.tickets if ticket.is_main]
        more = typed.add(str(mains[0].id) if len(mains) == 1 else "")
        return _form(request, event, offer, audience, more, found=found)
    if do.startswith("remove-"):
        number = do.removeprefix("remove-")
        without = typed.without(int(number)) if number.isdecimal() and len(number) < 4 else typed
        return _form(request, event, offer, audience, without, found=found)
    quote = shopping.quote(request, event, offer, audience, typed, found)
    if do == "update":
        return _form(request, event, offer, audience, typed, found=found)
    typed = typed if typed.declared in declarations.kinds(offer, audience) else replace(typed, declared="")
    errors = forms.errors(typed, offer, quote.problems)
    if found.words:
        errors["voucher"] = found.words
    if errors:
        return _form(request, event, offer, audience, typed, errors, 422, found=found)
    try:
        attendees = forms.attendees(typed, offer, request.state.actor)
        code = await shopping.place(request, event, offer, audience, typed, attendees, quote, found)
    except SoldOut as sold_out:
        errors = _short(typed, offer, sold_out)
        return _form(request, event, offer, audience, typed, errors, 409, sold_out.short, found)
    except CodeGone as gone:
        shop = await shopping.shop(request)
        offer, found = await shopping.by_code(request, event, shop[1], typed)
        return _form(request, event, offer, audience, typed, {"voucher": found.words or gone.words}, 409, found=found)
    return pages.redirect(request, order_path(request, code))


async def _held(request: Request, event: EventRow) -> Account | None:
    """The order somebody wants to change: ?again=CODE with what opens it."""
    code = request.query_params.get("again", "")
    if not code:
        return None
    account = await open_order(request, code)
    mine = account.event == event.id and not account.for_staff and not account.source
    return account if mine and account.state is OrderState.HELD else None


def _form(
    request: Request,
    event: EventRow,
    offer: Offer,
    audience: Audience,
    typed: Typed,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
    left: Mapping[int, int] | None = None,
    found: Found = vouchers.NONE,
) -> Response:
    """The page, drawn once for all to whom it says the same, with everybody's own words in it.

    left   quota id → what is free, where that is known better than the offer has it

    The same is said to all who see the same offer at the same prices, chose the same and hold nothing yet. In a rush a
    thousand people see the blank page, and a thousand that the last place is gone.
    """
    errors, left = errors or {}, left or {}
    known = all(one in offer.by_id for chosen in typed.chosen for one in chosen)
    answered = any(answer for person in typed.people for answer in (person.answers or {}).values())
    if offer.already or answered or not known or typed.voucher or pages.NOTICE in request.cookies:
        return _drawn(request, event, offer.with_left(left), audience, typed, errors, status, found)
    blank, said = forms.blanked(typed)
    anyone = blanks.reader(request)
    if audience.membership is not None:
        said["membership"] = audience.membership["number"]
        valid_to = audience.membership["valid_to"]
        audience = Audience(audience.name, {"number": blanks.mark("membership"), "valid_to": valid_to})
    key = (
        offer, tuple(left.items()), event.guid, event.version, event.changed_at, locales.current(), anyone.state.actor,
        audience.name, audience.membership and audience.membership["valid_to"], blank, tuple(errors.items()),
    )  # fmt: skip
    return _sheets.answer(
        key,
        lambda: _drawn(anyone, event, offer.with_left(left), audience, blank, errors),
        {**blanks.words(request.state.actor), **said},
        status,
    )


_sheets = Sheets()


def _drawn(
    request: Request,
    event: EventRow,
    offer: Offer,
    audience: Audience,
    typed: Typed,
    errors: Mapping[str, str],
    status: int = 200,
    found: Found = vouchers.NONE,
) -> Response:
    quote = shopping.quote(request, event, offer, audience, typed, found)
    tariff = Tariff(shopping.paying(offer, audience, typed), offer.windows, event.timezone, event.currency)
    at: datetime = request.state.now
    window = found.discount.window if found.discount else None
    priced = [
        line
        for ticket in offer.tickets
        if (line := pricing.price(ticket, tariff, at) or (window and pricing.price(ticket, tariff, at, 0, window)))
    ]
    extras = [line for line in priced if not line.ticket.is_main and not line.ticket.grants]
    return pages.render(
        request,
        "registration/register.html",
        status,
        event=event,
        mains=[option(line) for line in priced if line.ticket.is_main],
        extras=[option(line, offer, event) for line in extras],
        extras_alone=any(bool(offer.already) or line.ticket.requires is None for line in extras),
        joins=_joins(request, event, offer, audience, typed, found, priced),
        renews=audience.membership is not None,
        declares=[(kind, str(declarations.KINDS[kind])) for kind in declarations.kinds(offer, audience)],
        asked=declarations.ASKED,
        gone=[line.ticket for line in priced if line.ticket.free is not None and line.ticket.free <= 0],
        clashes=coinciding.found(typed.chosen, offer.by_id),
        questions=offer.questions,
        documents=offer.documents,
        typed=typed,
        quote=quote,
        taxes=taxes.parts((offer.taxes.of(line.ticket.id), line.amount) for line in quote.lines),
        tax_words=_tax_words(offer, priced),
        group_rule=offer.group,
        code_told=found.told(quote),
        code_good=found.discount is not None,
        code_wrong=errors.get("voucher", "") or found.words,
        audience=audience,
        errors=errors,
        labels=_labels(typed, offer),
        most=forms.MOST_PEOPLE,
        refunds=refunds(event, offer, priced),
        hold_minutes=int(holds.HOLD.total_seconds() // 60),
    )


def _joins(
    request: Request,
    event: EventRow,
    offer: Offer,
    audience: Audience,
    typed: Typed,
    found: Found,
    priced: list[pricing.Line],
) -> list[dict[str, Any]]:
    """The memberships that can be bought with it, and what this order costs by it; [] for who needs none."""
    if event.ends_on is None or not joining.wanted(audience, offer, event.ends_on.isoformat()):
        return []
    without = shopping.quote(request, event, offer, audience, replace(typed, join=""), found).total
    options = []
    for line in priced:
        if line.ticket.grants:
            choice = option(line)
            total = shopping.quote(request, event, offer, audience, replace(typed, join=choice["value"]), found).total
            if (less := without + line.amount - total) > Money(0, event.currency):
                words = _("%(amount)s less for the tickets you chose") % {"amount": less.words(locales.babel_locale())}
                choice["hint"] = " · ".join(part for part in (words, line.ticket.description) if part)
            else:
                choice["hint"] = line.ticket.description
            options.append(choice)
    return options


def _tax_words(offer: Offer, priced: list[pricing.Line]) -> str:
    """Which tax is in the prices; "" for none."""
    found = {offer.taxes.of(line.ticket.id) for line in priced if line.amount}
    if not any(tax.rate for tax in found):
        return ""
    if len(found) == 1:
        return _("All prices include %(tax)s.") % {"tax": found.pop().words}
    return _("Prices include the tax; the sum says which.")


def refunds(event: EventRow, offer: Offer, priced: list[pricing.Line]) -> list[tuple[list[str], list[str]]]:
    """What comes back of what is sold here: (names of tickets, none for all others; sentences). Nothing where all is
    free."""
    found: dict[refund_policies.Steps, list[str]] = {}
    for line in priced:
        if line.amount and event.starts_on is not None:
            found.setdefault(offer.refunds.of(line.ticket.id), []).append(line.ticket.name)
    return [
        (names if len(found) > 1 else [], refund_policies.words(steps, event.currency, event.starts_on))
        for steps, names in found.items()
        if event.starts_on is not None
    ]


def option(line: pricing.Line, offer: Offer | None = None, event: EventRow | None = None) -> dict[str, Any]:
    """A ticket as a choice: what it is, why it costs what it costs, what is left of it."""
    ticket = line.ticket
    parent = offer.by_id.get(ticket.requires) if offer and ticket.requires else None
    hints = [
        coinciding.words(ticket, event.timezone) if event else "",
        ticket.description.removesuffix("."),
        line.words if line.amount else "",
        _("%(amount)s less than the nonmember price") % {"amount": line.saved.words(locales.babel_locale())}
        if line.saved
        else "",
        _("Goes with %(ticket)s") % {"ticket": parent.name} if parent else "",
    ]
    if ticket.free is not None and ticket.free <= 0:
        hints.append(_("Sold out"))
    elif ticket.free is not None and ticket.free <= 20:
        hints.append(locales.ngettext("%(n)s place left", "%(n)s places left", ticket.free) % {"n": ticket.free})
    return {
        "value": str(ticket.id),
        "label": ticket.name,
        "hint": " · ".join(hint for hint in hints if hint),
        "side": line.amount.words(locales.babel_locale()) if line.amount else _("Free"),
        "disabled": ticket.free is not None and ticket.free <= 0,
    }


def _labels(typed: Typed, offer: Offer) -> dict[str, str]:
    """The names of the fields, for the summary of errors."""
    names = {
        "email": _("E-mail for the receipt"),
        "voucher": _("Code"),
        "declared": _("Student or retired"),
        "declared_words": _("Student or retired"),
        **{f"accept-{one.id}": one.title for one in offer.documents},
    }
    for number, person in enumerate(typed.people):
        who = person.name or _("Person %(number)s") % {"number": number + 1}
        for field in ("main", "extra", "name", "email", *(f"q{question.id}" for question in offer.questions)):
            names[f"p{number}-{field}"] = who
    return names


def _short(typed: Typed, offer: Offer, sold_out: SoldOut) -> dict[str, str]:
    """At which fields it is said that places are gone."""
    found: dict[str, str] = {}
    for number, person in enumerate(typed.people):
        for one in person.chosen:
            if sold_out.short.keys() & offer.quotas.get(one, frozenset()):
                found[f"p{number}-{'main' if offer.by_id[one].is_main else 'extra'}"] = sold_out.words
    return found or {"": sold_out.words}


def _button(form: FormData) -> str:
    do = form.get("do", "")
    return (
        do if isinstance(do, str) and (do in {"add", "update"} or (do[:7] == "remove-" and do[7:].isdecimal())) else ""
    )


routes = [
    Route("/events/{slug}/register", behind_lobby(register_page), methods=["GET"], name="register"),
    Route("/events/{slug}/register", behind_lobby(register), methods=["POST"], name="register_post"),
    *order_pages.routes,
    *exchange_pages.routes,
    *ticket_pages.routes,
    *document_pages.routes,
    *exemption_pages.routes,
]
