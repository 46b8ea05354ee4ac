"""The registrar's pages of codes, of complimentary places, and of the rule for groups."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

import asyncpg
from pydantic import Field, StringConstraints
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from events.catalogue.fields import Form, Line, read_address
from events.catalogue.queries import EventRow, event_by_slug
from events.core import pages
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.locales import _, lazy
from events.core.money import Money
from events.people import permissions
from events.people.actors import Actor
from events.registration import free_places, offering, voucher_codes, voucher_list
from events.registration.discounts import Group
from events.registration.voucher_codes import Values
from events.registration.voucher_list import PAGE, Filter
from events.registration.vouchers import LONGEST, key_of

EFFECTS = {
    "percent": lazy("Percent less"),
    "amount": lazy("An amount less, for each person"),
    "price": lazy("A fixed price for each ticket"),
    "none": lazy("Nothing less"),
}
STATES = {
    "good": lazy("Good"),
    "used_up": lazy("Used up"),
    "over": lazy("Over"),
    "ended": lazy("Ended"),
}
CHANGES = {"made": lazy("Made"), "changed": lazy("Changed"), "ended": lazy("Ended")}

Email = Annotated[str, StringConstraints(max_length=254)]


class VoucherForm(Form):
    lists: ClassVar[frozenset[str]] = frozenset({"ticket_types", "unlocks"})
    may_be_empty: ClassVar[frozenset[str]] = frozenset(
        {"window", "max_uses", "per_person", "quota", "starts_on", "through", "budget", "count", "reserved"}
    )

    code: Annotated[Line, StringConstraints(max_length=LONGEST)] = ""
    note: Annotated[Line, StringConstraints(max_length=300)] = ""
    effect: Literal["percent", "amount", "price", "none"] = "percent"
    value: Line = ""
    window: int | None = None
    ticket_types: tuple[int, ...] = ()
    unlocks: tuple[int, ...] = ()
    email: Email = ""
    max_uses: Annotated[int, Field(ge=1, le=100_000)] | None = None
    per_person: Annotated[int, Field(ge=1, le=1000)] | None = None
    quota: int | None = None
    reserved: Annotated[int, Field(ge=0, le=100_000)] | None = None
    starts_on: date | None = None
    through: date | None = None
    budget: int | None = None
    count: Annotated[int, Field(ge=1, le=voucher_codes.MOST)] | None = None
    version: int = 0

    def values(self, event: EventRow, *, new: bool) -> Values:
        """Raises Unreadable for what does not go together."""
        errors: dict[str, str] = {}
        value = 100 if self.budget else self._value(event.currency, errors)
        email = str(read_address(self.email)).lower() if self._address(errors) else ""
        if new and (self.count or 1) == 1 and len(key_of(self.code)) < 3:
            errors["code"] = _("Write three letters or digits at least.")
        if len(key_of(self.code)) > LONGEST - 9:
            errors["code"] = _("This is too long.")
        if self.through and self.starts_on and self.through < self.starts_on:
            errors["through"] = _("It ends before it begins.")
        if self.reserved and not self.quota:
            errors["quota"] = _("Say where the places are set aside.")
        if self.reserved and self.max_uses and self.reserved > self.max_uses:
            errors["reserved"] = _("No more than it can be used.")
        if self.budget and not self.max_uses:
            errors["max_uses"] = _("Say for how many places of the budget it is.")
        if errors:
            raise Unreadable(errors)
        return Values(
            code=self.code.upper(),
            note=self.note,
            effect="percent" if self.budget else self.effect,
            value=value,
            window=self.window,
            ticket_types=tuple(sorted(set(self.ticket_types))),
            unlocks=tuple(sorted(set(self.unlocks))),
            email=email,
            max_uses=self.max_uses,
            per_person=self.per_person,
            quota=self.quota,
            reserved=self.reserved or 0,
            starts_on=self.starts_on,
            through=self.through,
            budget=self.budget,
        )

    def _address(self, errors: dict[str, str]) -> bool:
        try:
            read_address(self.email)
        except ValueError as error:
            errors["email"] = str(error)
            return False
        return True

    def _value(self, currency: str, errors: dict[str, str]) -> int:
        if self.effect == "none":
            return 0
        if self.effect == "percent":
            if self.value.isdecimal() and len(self.value) < 4 and 1 <= int(self.value) <= 100:
                return int(self.value)
            errors["value"] = _("Write a percentage from 1 to 100.")
            return 0
        try:
            amount = Money.read(self.value, currency).amount
        except ValueError:
            errors["value"] = _("Write an amount such as 25 or 25.50.")
            return 0
        if self.effect == "amount" and not amount:
            errors["value"] = _("Write an amount such as 25 or 25.50.")
        return amount


class BudgetForm(Form):
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"unit"})

    name: Annotated[Line, StringConstraints(min_length=2, max_length=120)] = "--"
    unit: int | None = None
    places: Annotated[int, Field(ge=0, le=100_000)]
    reason: Annotated[Line, StringConstraints(min_length=3, max_length=300)]
    version: int = 0


class GroupForm(Form):
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"people", "percent"})

    people: Annotated[int, Field(ge=2, le=20)] | None = None
    percent: Annotated[int, Field(ge=1, le=100)] | None = None
    version: int = 0


async def _event(request: Request) -> tuple[EventRow, Actor]:
    event = await event_by_slug(request.path_params["slug"], drafts=True)
    actor = permissions.require(
        request.state.actor, permissions.MANAGE_REGISTRATION, event=event.id, unit=event.unit_id
    )
    return event, actor


async def overview(request: Request) -> Response:
    event, _actor = await _event(request)
    return await _overview(request, event)


async def _overview(
    request: Request,
    event: EventRow,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    which = Filter.read(request.query_params)
    number = request.query_params.get("page", "")
    page = int(number) if number.isdecimal() and 0 < len(number) < 6 else 1
    rows, found = await voucher_list.search(event.id, which, page, request.state.now)
    rule, version = await free_places.group_rule(event.id)
    return pages.render(
        request,
        "registration/organizing/vouchers.html",
        status,
        event=event,
        here="vouchers",
        rows=rows,
        found=found,
        which=which,
        page=max(page, 1),
        pages=-(-found // PAGE),
        per_page=PAGE,
        effects=[(name, str(words)) for name, words in EFFECTS.items()],
        states=[(name, str(words)) for name, words in STATES.items()],
        state_words=STATES,
        budgets=[(one.id, one.name) for one in await free_places.budgets(event.id)],
        less=lambda row: less_words(row, event.currency),
        rule=rule,
        rule_values=_filled(
            typed
            if typed is not None
            else {"people": rule.people if rule else "", "percent": rule.percent if rule else "", "version": version}
        ),
        errors=errors or {},
    )


def less_words(row: Any, currency: str) -> str:
    """What a code does, in a few words."""
    parts = []
    if row.effect == "percent":
        parts.append(_("%(percent)s percent less") % {"percent": row.value})
    elif row.effect == "amount":
        parts.append(_("%(amount)s less") % {"amount": pages.money(Money(row.value, currency))})
    elif row.effect == "price":
        parts.append(_("at %(amount)s") % {"amount": pages.money(Money(row.value, currency))})
    if row.window:
        parts.append(_("prices of %(window)s") % {"window": row.window})
    return ", ".join(parts) or _("nothing less")


async def save_rule(request: Request) -> Response:
    """POST: the rule for groups; both fields empty take it away."""
    event, _actor = await _event(request)
    async with request.form() as form:
        typed = form
    try:
        read = GroupForm.read(typed)
        if (read.people is None) != (read.percent is None):
            field = "people" if read.people is None else "percent"
            raise Unreadable({field: _("Please fill this in, or leave both empty.")})
        rule = Group(read.people, read.percent) if read.people and read.percent else None
        await free_places.save_group_rule(event.id, rule, read.version)
    except Unreadable as error:
        return await _overview(request, event, error.errors, _kept(typed), 422)
    except StaleWrite as error:
        return await _overview(request, event, {"": error.words}, None, 409)
    return _back(request, event, _("The rule for groups is saved. It holds for orders from now on."))


async def csv_file(request: Request) -> Response:
    event, _actor = await _event(request)
    body = voucher_list.as_csv(event.id, event.currency, Filter.read(request.query_params), request.state.now)
    headers = {
        "Content-Disposition": f'attachment; filename="codes-{event.slug}.csv"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(body, media_type="text/csv; charset=utf-8", headers=headers)


async def new_page(request: Request) -> Response:
    event, _actor = await _event(request)
    values = {"effect": "percent", "budget": request.query_params.get("budget", "")}
    return await _voucher_form(request, event, None, values, {})


async def make(request: Request) -> Response:
    """POST: a new code, or as many alike as were asked for."""
    event, actor = await _event(request)
    async with request.form() as form:
        typed = form
    try:
        read = VoucherForm.read(typed)
        values = read.values(event, new=True)
        count = read.count or 1
        if count == 1:
            await voucher_codes.make(event.id, values, actor.id, request.state.now)
        else:
            await voucher_codes.make_many(event.id, values, count, actor.id, request.state.now)
    except Unreadable as error:
        return await _voucher_form(request, event, None, _kept(typed), error.errors, 422)
    if count == 1:
        return _back(request, event, _("The code %(code)s is made.") % {"code": values.code})
    return _back(request, event, _("%(n)s codes are made. They stand first in the list.") % {"n": count})


async def voucher_page(request: Request) -> Response:
    event, _actor = await _event(request)
    row = await _voucher(request, event)
    return await _voucher_form(request, event, row, _stored(row, event.currency), {})


async def save(request: Request) -> Response:
    """POST: a changed code."""
    event, actor = await _event(request)
    row = await _voucher(request, event)
    async with request.form() as form:
        typed = form
    try:
        read = VoucherForm.read(typed)
        values = read.values(event, new=False)
        await voucher_codes.change(event.id, row["id"], values, read.version, actor.id, request.state.now)
    except Unreadable as error:
        return await _voucher_form(request, event, row, _kept(typed), error.errors, 422)
    except StaleWrite as error:
        return await _voucher_form(request, event, row, _kept(typed), {"": error.words}, 409)
    return _back(request, event, _("The code %(code)s is saved.") % {"code": row["code"]})


async def end(request: Request) -> Response:
    """POST: nobody uses it from now on."""
    event, actor = await _event(request)
    row = await _voucher(request, event)
    await voucher_codes.end(event.id, row["id"], actor.id, request.state.now)
    return _back(request, event, _("The code %(code)s is ended.") % {"code": row["code"]})


async def _voucher(request: Request, event: EventRow) -> asyncpg.Record:
    row = await voucher_list.voucher(event.id, int(request.path_params["voucher"]))
    if row is None:
        raise NotFound
    return row


async def _voucher_form(
    request: Request,
    event: EventRow,
    row: asyncpg.Record | None,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    status: int = 200,
) -> Response:
    tickets = await offering.tickets(event.id)
    settings = request.app.state.settings
    link = f"{settings.base_url}/events/{event.slug}/register?voucher={row['code']}" if row is not None else ""
    return pages.render(
        request,
        "registration/organizing/voucher.html",
        status,
        event=event,
        here="vouchers",
        voucher=row,
        values=_filled(values),
        errors=errors,
        link=link,
        effects=[(name, str(words)) for name, words in EFFECTS.items()],
        windows=[(one.id, one.name) for one in await offering.windows(event.id)],
        quotas=[(one.id, one.name) for one in await offering.quotas(event.id)],
        tickets=[(one.id, one.name) for one in tickets],
        hidden=[(one.id, one.name) for one in tickets if one.hidden],
        budgets=[(one.id, one.name) for one in await free_places.budgets(event.id)],
        most=voucher_codes.MOST,
        uses=await voucher_list.uses(row["id"], event.currency) if row is not None else [],
        changes=await voucher_list.changes(row["id"]) if row is not None else [],
        change_words=CHANGES,
    )


def _stored(row: asyncpg.Record, currency: str) -> dict[str, Any]:
    """The stored values as the form's fields hold them."""
    names = ("code", "note", "effect", "email", "max_uses", "per_person", "version")
    values: dict[str, Any] = {name: "" if row[name] is None else row[name] for name in names}
    values |= {
        "value": Money(row["value"], currency).plain if row["effect"] in {"amount", "price"} else row["value"] or "",
        "window": row["window_id"] or "",
        "quota": row["quota_id"] or "",
        "budget": row["budget_id"] or "",
        "reserved": row["reserved"] or "",
        "ticket_types": list(row["ticket_types"]),
        "unlocks": list(row["unlocks"]),
        "starts_on": row["starts_on"].isoformat() if row["starts_on"] else "",
        "through": row["through"].isoformat() if row["through"] else "",
    }
    return values


async def budgets_page(request: Request) -> Response:
    event, _actor = await _event(request)
    return await _budgets(request, event)


async def _budgets(
    request: Request,
    event: EventRow,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    which: int = 0,
    status: int = 200,
) -> Response:
    return pages.render(
        request,
        "registration/organizing/free_places.html",
        status,
        event=event,
        here="vouchers",
        budgets=await free_places.budgets(event.id),
        units=await free_places.units(),
        errors=errors or {},
        typed=_filled(typed or {}),
        wrong=which,
    )


async def grant(request: Request) -> Response:
    """POST: a new budget."""
    event, actor = await _event(request)
    async with request.form() as form:
        typed = form
    try:
        read = BudgetForm.read(typed)
        await free_places.grant(event.id, read.name, read.unit, read.places, read.reason, actor.id, request.state.now)
    except Unreadable as error:
        return await _budgets(request, event, error.errors, _kept(typed), status=422)
    path = pages.path_of(request, "organize_free_places", slug=event.slug)
    return pages.redirect(request, path, _("The places are granted. Make codes of them."))


async def change_budget(request: Request) -> Response:
    """POST: more or fewer places of a budget."""
    event, _actor = await _event(request)
    number = int(request.path_params["budget"])
    if number not in {one.id for one in await free_places.budgets(event.id)}:
        raise NotFound
    async with request.form() as form:
        typed = form
    try:
        read = BudgetForm.read(typed)
        await free_places.change(event.id, number, read.places, read.reason, read.version)
    except Unreadable as error:
        return await _budgets(request, event, error.errors, _kept(typed), number, 422)
    except StaleWrite as error:
        return await _budgets(request, event, {"": error.words}, _kept(typed), number, 409)
    path = pages.path_of(request, "organize_free_places", slug=event.slug)
    return pages.redirect(request, path, _("The budget is saved."))


def _filled(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a form's fields hold; one that holds nothing is empty, not an error."""
    return defaultdict(str, values)


def _kept(form: FormData) -> dict[str, Any]:
    """What was typed, for the page that comes back."""
    values: dict[str, Any] = {name: value for name, value in form.items() if isinstance(value, str)}
    for name in ("ticket_types", "unlocks"):
        values[name] = [one for one in form.getlist(name) if isinstance(one, str)]
    return values


def _back(request: Request, event: EventRow, notice: str) -> Response:
    return pages.redirect(request, pages.path_of(request, "organize_vouchers", slug=event.slug), notice)


_ROOT = "/organize/events/{slug}/vouchers"
routes = [
    Route(_ROOT, overview, methods=["GET"], name="organize_vouchers"),
    Route("/organize/events/{slug}/vouchers.csv", csv_file, methods=["GET"], name="organize_vouchers_csv"),
    Route(f"{_ROOT}/group-rule", save_rule, methods=["POST"], name="organize_group_rule"),
    Route(f"{_ROOT}/new", new_page, methods=["GET"], name="organize_new_voucher"),
    Route(f"{_ROOT}/new", make, methods=["POST"], name="organize_make_voucher"),
    Route(f"{_ROOT}/{{voucher:int}}", voucher_page, methods=["GET"], name="organize_voucher"),
    Route(f"{_ROOT}/{{voucher:int}}", save, methods=["POST"], name="organize_save_voucher"),
    Route(f"{_ROOT}/{{voucher:int}}/end", end, methods=["POST"], name="organize_end_voucher"),
    Route("/organize/events/{slug}/free-places", budgets_page, methods=["GET"], name="organize_free_places"),
    Route("/organize/events/{slug}/free-places", grant, methods=["POST"], name="organize_grant_places"),
    Route(
        "/organize/events/{slug}/free-places/{budget:int}",
        change_budget,
        methods=["POST"],
        name="organize_change_places",
    ),
]
