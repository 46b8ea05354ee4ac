"""The pages of who is invited to a place, or asks for one by the staff link where they work. A GET changes nothing."""

from collections.abc import Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.core import pages
from events.core.access import Limit, limiter_of, network_of
from events.core.errors import DomainError, NotFound, Unreadable
from events.core.locales import _
from events.institutions import asking, assigning, places, taking
from events.institutions.asking import Ask
from events.institutions.places import Institution, Place
from events.institutions.states import PlaceState
from events.registration import accounts, order_pages
from events.registration.accounts import Account, Attendee
from events.registration.asking import Question
from events.registration.order_pages import person_of
from events.registration.states import OrderState
from events.registration.ticket_pages import questions_of, read_answers, typed_of

ASKS = Limit("places asked for by a staff link, from a network", "300/hour")
MAILS = Limit("places asked for by a staff link, to an address", "5/hour")

SECRET = {"Cache-Control": "no-store"}


async def place(request: Request) -> Response:
    """The invitation; then the ticket; or that it is theirs no more."""
    found, round_ = await _place(request)
    return await _place_page(request, found, round_, {}, {})


async def answer(request: Request) -> Response:
    """POST: take the place, or say no."""
    found, round_ = await _place(request)
    typed = await typed_of(request)
    now: datetime = request.state.now
    try:
        if typed.get("do") == "decline":
            await taking.decline(found.id, round_, now, person_of(request))
            notice = _("You said no. The place goes back to who bought it.")
        else:
            account, ticket = await _ticket(found)
            name, answers = _read(typed, await questions_of(account, ticket))
            await taking.take(found.id, round_, name, answers, now, person_of(request))
            notice = _("The place is yours. A mail with the ticket is on its way.")
    except (Unreadable, assigning.NotNow) as error:
        return await _place_page(request, found, round_, typed, _errors(error), error.status)
    path = pages.path_of(request, "place", code=found.code, token=request.path_params["token"])
    return pages.redirect(request, path, notice)


async def picture(request: Request) -> Response:
    """The code of a ticket that was taken, for a door to read."""
    found, round_ = await _place(request)
    account, ticket = await _ticket(found)
    if found.state is not PlaceState.TAKEN or found.round != round_ or not _live(account, ticket):
        raise NotFound
    return order_pages.draw_ticket(request, ticket.code)


async def _place_page(
    request: Request,
    seen: Place,
    round_: int,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    status: int = 200,
) -> Response:
    found = await places.load(seen.id)
    assert found is not None
    account, ticket = await _ticket(found)
    theirs = found.round == round_ and found.state in {PlaceState.INVITED, PlaceState.TAKEN}
    mine = ticket if theirs and _live(account, ticket) else None
    return pages.render(
        request,
        "institutions/taking.html",
        status,
        headers=SECRET,
        account=account,
        accent=account.accent,
        institution=await places.by_id(found.institution),
        place=found if mine else None,
        taken=mine is not None and found.state is PlaceState.TAKEN,
        ticket=mine,
        lines=[line for line in ticket.lines if not line.cancelled],
        questions=await questions_of(account, ticket),
        called=found.name,
        email=found.email,
        kinds=[],
        asked=False,
        picture=pages.path_of(request, "place_picture", code=found.code, token=request.path_params["token"]),
        typed=typed,
        errors=errors,
    )


async def staff(request: Request) -> Response:
    """Where whoever works there asks for a place."""
    account, institution = await _staff(request)
    return await _staff_page(request, account, institution, "", {})


async def ask(request: Request) -> Response:
    """POST: a mail to an address of the institution."""
    account, institution = await _staff(request)
    typed = (await typed_of(request)).get("email", "")[:254]
    try:
        if not await taking.open_for(account, request.state.now):
            raise assigning.NotNow(_("Places cannot be taken by this link any more."))
        await limiter_of(request).hit(ASKS, network_of(request, request.app.state.settings.proxies))
        await limiter_of(request).hit(MAILS, typed.strip().lower())
        await asking.ask(institution, typed, request.state.now)
    except (Unreadable, assigning.NotNow) as error:
        return await _staff_page(request, account, institution, typed, _errors(error), error.status)
    return pages.redirect(
        request,
        request.url.path,
        _("Look into your mail: the link there lets you take a place. Until then none is yours."),
    )


async def _staff_page(
    request: Request,
    account: Account,
    institution: Institution,
    typed: str,
    errors: Mapping[str, str],
    status: int = 200,
) -> Response:
    counts = await places.counts(institution.id)
    return pages.render(
        request,
        "institutions/staff.html",
        status,
        headers=SECRET,
        account=account,
        accent=account.accent,
        institution=institution,
        free=counts[PlaceState.UNASSIGNED],
        open=await taking.open_for(account, request.state.now),
        typed=typed,
        errors=errors,
    )


async def asked(request: Request) -> Response:
    """What the mail leads to: a form to take a place, or the one they took."""
    found = await _ask(request)
    return await _asked_page(request, found, {}, {})


async def take_any(request: Request) -> Response:
    """POST: take a place that is nobody's."""
    found = await _ask(request)
    typed = await typed_of(request)
    account = await _account(found.order)
    try:
        wanted = _wanted(typed, await _kinds(found, account))
        name, answers = _read(typed, await questions_of(account, wanted[1]))
        taken = await taking.take_any(found.id, wanted[0], name, answers, request.state.now, person_of(request))
    except taking.NoPlaceLeft as error:
        return await _asked_page(request, found, typed, {"": error.words}, error.status)
    except (Unreadable, assigning.NotNow) as error:
        return await _asked_page(request, found, typed, _errors(error), error.status)
    return pages.redirect(
        request, _place_path(request, taken), _("The place is yours. A mail with the ticket is on its way.")
    )


def _wanted(typed: Mapping[str, str], kinds: Mapping[str, Attendee]) -> tuple[str, Attendee]:
    """Which kind of place, with a ticket of it. Raises Unreadable, NotNow."""
    if not kinds:
        raise assigning.NotNow(_("All places are taken. Ask whoever organizes them where you work."))
    chosen = typed.get("kind", "") or next(iter(kinds)) if len(kinds) == 1 else typed.get("kind", "")
    if chosen not in kinds:
        raise Unreadable({"kind": _("Choose one of the list.")})
    return chosen, kinds[chosen]


async def _kinds(ask: Ask, account: Account) -> dict[str, Attendee]:
    """What can be taken, each with a ticket of it; of who is invited, or has one, their own alone."""
    there = await places.of_institution(ask.institution)
    tickets = {one.id: one for one in account.attendees}
    own = [one for one in there if one.email == ask.email and one.state in {PlaceState.INVITED, PlaceState.TAKEN}]
    free = own or [one for one in there if one.state is PlaceState.UNASSIGNED]
    return {one.tickets: tickets[one.registration] for one in free}


async def _asked_page(
    request: Request, ask: Ask, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Response:
    there = await places.of_institution(ask.institution)
    taken = next((one for one in there if one.email == ask.email and one.state is PlaceState.TAKEN), None)
    if taken is not None and not errors:
        return pages.redirect(request, _place_path(request, taken))
    account = await _account(ask.order)
    kinds = await _kinds(ask, account) if await taking.open_for(account, request.state.now) else {}
    questions: dict[int, Question] = {}
    for ticket in kinds.values():
        questions |= {one.id: one for one in await questions_of(account, ticket)}
    first = next(iter(kinds.values()), None)
    return pages.render(
        request,
        "institutions/taking.html",
        status,
        headers=SECRET,
        account=account,
        accent=account.accent,
        institution=await places.by_id(ask.institution),
        place=ask if kinds else None,
        taken=False,
        ticket=None,
        lines=[line for line in first.lines if not line.cancelled] if first and len(kinds) == 1 else [],
        questions=list(questions.values()),
        called=request.state.actor.name if request.state.actor else "",
        email=ask.email,
        kinds=list(kinds) if len(kinds) > 1 else [],
        asked=True,
        typed=typed,
        errors=errors,
    )


def _read(typed: Mapping[str, str], questions: list[Question]) -> tuple[str, dict[str, str]]:
    """Name and answers. Raises Unreadable."""
    name, errors, answers = " ".join(typed.get("name", "").split())[:200], {}, {}
    name = "".join(letter for letter in name if letter.isprintable())
    if len(name) < 2:
        errors["name"] = _("Type your name, as it goes on the ticket.")
    try:
        answers = read_answers(typed, questions, {})
    except Unreadable as error:
        errors |= error.errors
    if errors:
        raise Unreadable(errors)
    return name, answers


def _errors(error: DomainError) -> Mapping[str, str]:
    return error.errors if isinstance(error, Unreadable) else {"": error.words}


async def _account(order: int) -> Account:
    account = await accounts.by_id(order)
    assert account is not None
    return account


async def _ticket(found: Place) -> tuple[Account, Attendee]:
    account = await _account(found.order)
    return account, next(one for one in account.attendees if one.id == found.registration)


def _live(account: Account, ticket: Attendee) -> bool:
    return account.state is OrderState.CONFIRMED and not ticket.cancelled


def _place_path(request: Request, found: Place) -> str:
    token = places.token(found.id, found.round, _key(request))
    return str(pages.path_of(request, "place", code=found.code, token=token))


async def _place(request: Request) -> tuple[Place, int]:
    found = await places.by_code(request.path_params["code"])
    round_ = places.round_of(request.path_params["token"], found.id, _key(request))
    if round_ is None or not 0 < round_ <= found.round:
        raise NotFound
    return found, round_


async def _staff(request: Request) -> tuple[Account, Institution]:
    account = await accounts.by_code(request.path_params["code"][:12].upper())
    institution = await places.of_order(account.id) if account else None
    if account is None or institution is None or not institution.domains:
        raise NotFound
    meant = places.staff_token(institution.id, institution.link_round, _key(request))
    if not places.same(request.path_params["token"], meant):
        raise NotFound
    return account, institution


async def _ask(request: Request) -> Ask:
    number: int = request.path_params["ask"]
    if number > 2**62 or not places.same(request.path_params["token"], places.ask_token(number, _key(request))):
        raise NotFound
    found = await asking.load(number, request.state.now)
    if found is None:
        raise NotFound
    return found


def _key(request: Request) -> str:
    key: str = request.app.state.settings.secret_key.get_secret_value()
    return key


_PATH = "/places/{code}/{token}"
_STAFF = "/institutions/{code}/staff/{token}"
_ASK = "/staff-places/{ask:int}/{token}"
routes = [
    Route(f"{_PATH}/ticket.svg", picture, methods=["GET"], name="place_picture"),
    Route(_PATH, place, methods=["GET"], name="place"),
    Route(_PATH, answer, methods=["POST"], name="place_answer"),
    Route(_STAFF, staff, methods=["GET"], name="institution_staff"),
    Route(_STAFF, ask, methods=["POST"], name="institution_ask"),
    Route(_ASK, asked, methods=["GET"], name="staff_place"),
    Route(_ASK, take_any, methods=["POST"], name="staff_place_take"),
]
