"""The pages of an institution that bought places: whose each is, give it to somebody, to somebody else, back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.core import pages
from events.core.access import Limit, limiter_of
from events.core.errors import NotFound, Unreadable
from events.core.locales import _, ngettext
from events.core.money import Money
from events.institutions import asking, assigning, forms, letters, pasted, places
from events.institutions.pasted import Line
from events.institutions.places import PAGE, Institution, Place
from events.institutions.states import KINDS, LIVE, WORDS, PlaceState
from events.registration import cancellations, change_requests, change_rules
from events.registration.accounts import Account
from events.registration.order_pages import OtherWay, open_order, person_of, query_of
from events.registration.states import OrderState, RequestState
from events.registration.ticket_changes import Who

MAILS = Limit("invitations to places, by an order", "900/hour")
AGAIN = Limit("the same invitation again, by a place", "5/hour")


async def page(request: Request) -> Response:
    account, institution = await _open(request)
    return await _page(request, account, institution)


async def paste(request: Request) -> Response:
    """POST: look at a pasted list line by line, or invite the people of its good lines."""
    account, institution = await _open(request)
    async with request.form() as form:
        text, do = str(form.get("people", ""))[:60_000], form.get("do")
    there = await places.of_institution(institution.id)
    taken = {one.email for one in there if one.state in LIVE and one.email}
    lines = pasted.read(text, taken, sum(one.state is PlaceState.UNASSIGNED for one in there))
    good = [Who(line.name, line.email) for line in lines if not line.problem]
    if do != "assign" or not good:
        errors = {} if lines else {"people": _("Paste one address a line.")}
        return await _page(request, account, institution, lines=lines, text=text, errors=errors)
    try:
        await limiter_of(request).hit(MAILS, account.code)
        count = await assigning.assign_many(institution, good, request.state.now, person_of(request))
    except (Unreadable, assigning.NotNow) as error:
        told = error.errors.values() if isinstance(error, Unreadable) else [error.words]
        errors = {"people": " ".join(told)}
        return await _page(request, account, institution, lines=lines, text=text, errors=errors, status=error.status)
    words = ngettext("%(num)s person has a mail now.", "%(num)s people have a mail now.", count) % {"num": count}
    return _back(request, account, words)


async def domains(request: Request) -> Response:
    """POST: whose addresses may ask for a place by the staff link; a new link."""
    account, institution = await _open(request)
    async with request.form() as form:
        typed, new_link = forms.lines(form, "domains", 600), form.get("do") == "new"
    try:
        read = asking.read_domains(typed)
    except Unreadable as error:
        return await _page(request, account, institution, domains=typed, errors=error.errors, status=error.status)
    await asking.save_domains(institution.id, read, new_link=new_link)
    words = _("There is a new link. The old one opens nothing any more.") if new_link else _("Saved.")
    return _back(request, account, words)


async def _page(
    request: Request,
    account: Account,
    institution: Institution,
    *,
    lines: Sequence[Line] = (),
    text: str = "",
    domains: str | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    query = request.query_params
    state = query.get("state", "") if query.get("state", "") in list(PlaceState) else ""
    words = " ".join(query.get("q", "").split())[:200]
    listed = await places.find(institution.id, words, state, forms.number(query.get("page", "1")))
    rules = await change_rules.of(account.event)
    counts = await places.counts(institution.id)
    return pages.render(
        request,
        "institutions/institution.html",
        status,
        headers={"Cache-Control": "no-store"},
        account=account,
        accent=account.accent,
        institution=institution,
        listed=listed,
        counts=counts,
        total=sum(counts[one] for one in PlaceState if one is not PlaceState.ENDED),
        per_page=PAGE,
        asked=words,
        state=state,
        words=WORDS,
        marks=KINDS,
        confirmed=account.state is OrderState.CONFIRMED,
        open=account.state is OrderState.CONFIRMED and rules.open(account, request.state.now),
        last_day=rules.last_day(account.starts_on),
        lines=lines,
        good=sum(not line.problem for line in lines),
        text=text,
        domains="\n".join(institution.domains) if domains is None else domains,
        staff_link=letters.staff_link(institution, account, request.app.state.settings),
        key=query.get("key", ""),
        query=query_of(request),
        errors=errors or {},
    )


async def place(request: Request) -> Response:
    account, _institution, found = await _place(request)
    return await _place_page(request, account, found)


async def change(request: Request) -> Response:
    """POST: give a place to somebody, send the mail again, take it back, or ask the registrar to."""
    account, _institution, found = await _place(request)
    now: datetime = request.state.now
    async with request.form() as form:
        do, who_typed = str(form.get("do", "")), form
    typed = {name: forms.line(who_typed, name, 1000) for name in ("name", "email", "words")}
    try:
        if do == "assign":
            who = forms.who(who_typed)
            await limiter_of(request).hit(MAILS, account.code)
            await assigning.assign(found.id, who, now, person_of(request))
            notice = _("%(who)s has a mail now.") % {"who": who.name or who.email}
        elif do == "again":
            await limiter_of(request).hit(AGAIN, str(found.id))
            await assigning.resend(found.id, now)
            notice = _("The mail is sent again.")
        elif do == "take-back":
            await assigning.take_back(found.id, now, person_of(request))
            notice = _("The place is nobody’s again.")
        else:
            notice = await _ask(account, found, forms.who(who_typed, named=True), typed["words"], now)
    except (Unreadable, assigning.NotNow) as error:
        errors = error.errors if isinstance(error, Unreadable) else {"": error.words}
        return await _place_page(request, account, found, typed, errors, error.status)
    path = pages.path_of(request, "institution_place", code=account.code, place=found.code)
    return pages.redirect(request, f"{path}{query_of(request)}", notice)


async def _ask(account: Account, found: Place, who: Who, words: str, at: datetime) -> str:
    if len(words) < 3:
        raise Unreadable({"words": _("Say in a few words why.")})
    await change_requests.ask(account, found.registration, "transfer", who, words, at)
    return _("The registrar was asked. You get a mail with the answer.")


async def _place_page(
    request: Request,
    account: Account,
    found: Place,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    rules = await change_rules.of(account.event)
    asked = [one for one in await change_requests.of_order(account.id) if one.registration == found.registration]
    return pages.render(
        request,
        "institutions/place.html",
        status,
        headers={"Cache-Control": "no-store"},
        account=account,
        accent=account.accent,
        place=found,
        moves=await places.moves_of(found.id),
        words=WORDS,
        marks=KINDS,
        asked=[one for one in asked if one.state is not RequestState.withdrawn],
        confirmed=account.state is OrderState.CONFIRMED,
        open=rules.open(account, request.state.now),
        last_day=rules.last_day(account.starts_on),
        typed=typed or {},
        query=query_of(request),
        errors=errors or {},
    )


async def giving_back(request: Request) -> Response:
    account, institution = await _open(request)
    return await _giving_back(request, account, institution, {}, {})


async def give_back(request: Request) -> Response:
    """POST: give up so many places that are nobody's."""
    account, institution = await _open(request)
    async with request.form() as form:
        typed = {f"count-{number}": forms.line(form, f"count-{number}", 4) for number in range(50)}
    kinds = await _kinds(institution)
    wanted = {one: count for n, one in enumerate(kinds) if (count := forms.number(typed.get(f"count-{n}", "")))}
    if not wanted:
        errors = {"count-0": _("Write how many places you give back.")}
        return await _giving_back(request, account, institution, typed, errors, 422)
    try:
        count = await assigning.give_back(institution, wanted, request.state.now, person_of(request))
    except assigning.NotNow as error:
        return await _giving_back(request, account, institution, typed, {"": error.words}, error.status)
    words = ngettext("%(num)s place is given back.", "%(num)s places are given back.", count) % {"num": count}
    return _back(request, account, words)


async def _kinds(institution: Institution) -> dict[str, list[Place]]:
    """The unassigned places by what they let into."""
    there = [one for one in await places.of_institution(institution.id) if one.state is PlaceState.UNASSIGNED]
    return {tickets: list(of) for tickets, of in groupby(sorted(there, key=_tickets), key=_tickets)}


def _tickets(place: Place) -> str:
    return place.tickets


async def _giving_back(
    request: Request,
    account: Account,
    institution: Institution,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    status: int = 200,
) -> Response:
    kinds = await _kinds(institution)
    rows = []
    for tickets, there in kinds.items():
        backs = cancellations.preview(account, [there[-1].registration], request.state.now)
        rows.append((tickets, len(there), Money.sum((one.amount for one in backs), account.currency), backs))
    return pages.render(
        request,
        "institutions/giving_back.html",
        status,
        account=account,
        accent=account.accent,
        institution=institution,
        kinds=rows if account.state is OrderState.CONFIRMED else [],
        typed=typed,
        errors=errors,
        query=query_of(request),
    )


async def staff_places(request: Request, account: Account) -> OtherWay | None:
    """What the order's page says of an institution's places."""
    institution = await places.of_order(account.id)
    if institution is None:
        return None
    counts = await places.counts(institution.id)
    free, all_ = counts[PlaceState.UNASSIGNED], sum(counts.values()) - counts[PlaceState.ENDED]
    has = ngettext("%(name)s has %(num)s place in this order.", "%(name)s has %(num)s places in this order.", all_)
    left = ngettext("%(num)s is nobody’s yet.", "%(num)s are nobody’s yet.", free)
    words = f"{has % {'name': institution.name, 'num': all_}} {left % {'num': free}}"
    path = pages.path_of(request, "institution", code=account.code) + query_of(request)
    return OtherWay(path, _("Give the places to people"), words)


async def _open(request: Request) -> tuple[Account, Institution]:
    account = await open_order(request, request.path_params["code"])
    institution = await places.of_order(account.id)
    if institution is None:
        raise NotFound
    return account, institution


async def _place(request: Request) -> tuple[Account, Institution, Place]:
    account, institution = await _open(request)
    return account, institution, await places.by_code(request.path_params["place"], institution.id)


def _back(request: Request, account: Account, notice: str) -> Response:
    path = pages.path_of(request, "institution", code=account.code)
    return pages.redirect(request, f"{path}{query_of(request)}", notice)


_PATH = "/institutions/{code}"
routes = [
    Route(_PATH, page, methods=["GET"], name="institution"),
    Route(f"{_PATH}/people", paste, methods=["POST"], name="institution_people"),
    Route(f"{_PATH}/domains", domains, methods=["POST"], name="institution_domains"),
    Route(f"{_PATH}/giving-back", giving_back, methods=["GET"], name="institution_giving_back"),
    Route(f"{_PATH}/giving-back", give_back, methods=["POST"], name="institution_give_back"),
    Route(f"{_PATH}/places/{{place}}", place, methods=["GET"], name="institution_place"),
    Route(f"{_PATH}/places/{{place}}", change, methods=["POST"], name="institution_place_change"),
]
