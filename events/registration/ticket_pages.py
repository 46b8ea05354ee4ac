"""One ticket for its buyer: its details, giving it to another person, asking the registrar; and the other's page."""

from collections.abc import Mapping
from datetime import datetime

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.core import pages
from events.core.errors import DomainError, NotFound, Unreadable, Way
from events.core.locales import _
from events.people import addresses
from events.registration import accounts, asking, change_requests, change_rules, order_pages, ticket_changes, transfers
from events.registration.accounts import Account, Attendee
from events.registration.asking import Question
from events.registration.change_rules import Transfers
from events.registration.order_pages import open_order, order_path, person_of
from events.registration.shelves import shelves
from events.registration.states import OrderState, RequestState, TransferState
from events.registration.ticket_changes import Who
from events.registration.transfers import Transfer


async def ticket(request: Request) -> Response:
    account, attendee = await _ticket(request)
    return await _page(request, account, attendee, {}, {})


async def change(request: Request) -> Response:
    """POST: new details at once, or a request once the day has passed."""
    account, attendee = await _ticket(request)
    typed = await typed_of(request)
    questions = await questions_of(account, attendee)
    try:
        who = _who(typed)
        if (await change_rules.of(account.event)).open(account, request.state.now):
            answers = read_answers(typed, questions, attendee.answers)
            done = await ticket_changes.change_details(
                account, attendee.id, who, answers, request.state.now, person_of(request)
            )
            notice = _("Saved.") if done else _("Nothing was changed.")
        else:
            notice = await _ask(account, attendee, "details", who, typed, request.state.now)
    except Unreadable as error:
        return await _page(request, account, attendee, typed, error.errors, "details", error.status)
    return _back(request, account, attendee, notice)


async def give(request: Request) -> Response:
    """POST: offer the ticket to another person, or ask the registrar to."""
    account, attendee = await _ticket(request)
    typed = await typed_of(request)
    rules = await change_rules.of(account.event)
    try:
        who = _who(typed)
        if rules.transfers is Transfers.never:
            raise Unreadable({"": _("Tickets of this event cannot be given to others.")})
        if rules.transfers is Transfers.request or not rules.open(account, request.state.now):
            notice = await _ask(account, attendee, "transfer", who, typed, request.state.now)
        else:
            at_once = rules.transfers is Transfers.at_once
            await transfers.offer(account, attendee.id, who, request.state.now, person_of(request), at_once=at_once)
            if at_once:
                words = _("The ticket belongs to %(name)s now.") % {"name": who.name}
                return pages.redirect(request, order_path(request, account.code), words)
            notice = _("%(name)s got a mail. The ticket stays as it is until they say yes.") % {"name": who.name}
    except Unreadable as error:
        return await _page(request, account, attendee, typed, error.errors, "transfer", error.status)
    return _back(request, account, attendee, notice)


async def take_back(request: Request) -> Response:
    """POST: withdraw the offer that is open."""
    account, attendee = await _ticket(request)
    for one in await transfers.of_order(account.id):
        if one.registration == attendee.id and one.state is TransferState.offered:
            await transfers.end(one.id, TransferState.withdrawn, request.state.now)
    return _back(request, account, attendee, _("The offer is taken back."))


async def ask_to_cancel(request: Request) -> Response:
    """POST: ask the registrar for more than the terms give."""
    account, attendee = await _ticket(request)
    typed = await typed_of(request)
    try:
        notice = await _ask(account, attendee, "cancel", None, typed, request.state.now)
    except Unreadable as error:
        return await _page(request, account, attendee, typed, error.errors, "cancel", error.status)
    return _back(request, account, attendee, notice)


async def withdraw(request: Request) -> Response:
    """POST: take a request back."""
    account, attendee = await _ticket(request)
    await change_requests.withdraw(account, request.path_params["asked"], request.state.now)
    return _back(request, account, attendee, _("The request is taken back."))


async def transfer(request: Request) -> Response:
    """The other person's page: the offer, then their ticket."""
    return await _transfer(request, await _offer(request), {})


async def answer(request: Request) -> Response:
    """POST: accept or decline."""
    offered = await _offer(request)
    async with request.form() as form:
        yes = form.get("do") == "accept"
    try:
        if yes:
            await transfers.accept(offered.id, request.state.now, person_of(request))
        else:
            await transfers.end(offered.id, TransferState.declined, request.state.now)
    except Unreadable as error:
        return await _transfer(request, offered, error.errors, error.status)
    path = f"{pages.path_of(request, 'transfer', transfer=offered.id)}?key={request.query_params.get('key', '')}"
    return pages.redirect(request, path, _("The ticket is yours.") if yes else _("Declined. Nothing changes."))


async def picture(request: Request) -> Response:
    """The code of a ticket that was accepted, for a door to read."""
    offered = await _offer(request)
    _account, attendee = await _received(offered)
    if attendee is None:
        raise NotFound
    return order_pages.draw_ticket(request, attendee.code)


async def _transfer(request: Request, offered: Transfer, errors: Mapping[str, str], status: int = 200) -> Response:
    account, attendee = await _received(offered)
    live = next((one for one in account.attendees if one.id == offered.registration and not one.cancelled), None)
    return pages.render(
        request,
        "registration/transfer.html",
        status,
        account=account,
        accent=account.accent,
        offered=offered,
        ticket=attendee,
        lines=[line for line in live.lines if not line.cancelled] if live else [],
        open=offered.state is TransferState.offered and live is not None and account.state is OrderState.CONFIRMED,
        query=f"?key={request.query_params.get('key', '')}",
        errors=errors,
    )


async def _received(offered: Transfer) -> tuple[Account, Attendee | None]:
    """The order, and the ticket when it is still the hands that this offer put it into."""
    account = await accounts.by_id(offered.order)
    assert account is not None
    mine = [
        one
        for one in account.attendees
        if one.id == offered.registration
        and not one.cancelled
        and one.email == offered.who.email
        and offered.state is TransferState.accepted
        and account.state is OrderState.CONFIRMED
    ]
    return account, mine[0] if mine else None


async def _offer(request: Request) -> Transfer:
    number: int = request.path_params["transfer"]
    key: str = request.app.state.settings.secret_key.get_secret_value()
    if number > 2**62 or not transfers.opens(request.query_params.get("key", ""), number, key):
        raise NotFound
    found = await transfers.load(number)
    if found is None or not found.who.email:
        raise NotFound
    return found


async def _page(
    request: Request,
    account: Account,
    attendee: Attendee,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    where: str = "",
    status: int = 200,
) -> Response:
    rules = await change_rules.of(account.event)
    asked = [one for one in await change_requests.of_order(account.id) if one.registration == attendee.id]
    offers = [one for one in await transfers.of_order(account.id) if one.registration == attendee.id]
    return pages.render(
        request,
        "registration/ticket.html",
        status,
        account=account,
        accent=account.accent,
        attendee=attendee,
        rules=rules,
        open=rules.open(account, request.state.now),
        last_day=rules.last_day(account.starts_on),
        asked=asked,
        kinds=change_requests.KINDS,
        waiting={one.kind for one in asked if one.state is RequestState.open},
        offered=next((one for one in offers if one.state is TransferState.offered), None),
        declined=[one for one in offers if one.state is TransferState.declined],
        questions=await questions_of(account, attendee),
        members_price=account.membership is not None,
        typed=typed,
        errors=errors,
        where=where,
        query=order_pages.query_of(request),
    )


async def _ask(
    account: Account, attendee: Attendee, kind: str, who: Who | None, typed: Mapping[str, str], at: datetime
) -> str:
    words = " ".join(typed.get("words", "").split())[:1000]
    if len(words) < 3:
        raise Unreadable({"words": _("Say in a few words why.")})
    await change_requests.ask(account, attendee.id, kind, who, words, at)
    return _("The registrar was asked. You get a mail with the answer.")


async def questions_of(account: Account, attendee: Attendee) -> list[Question]:
    """What the event asks of whoever has these tickets."""
    chosen = [line.ticket_type for line in attendee.lines if not line.cancelled]
    return [one for one in (await shelves.get(account.event)).questions if one.asked_of(chosen)]


def _who(typed: Mapping[str, str]) -> Who:
    """Raises Unreadable."""
    name, errors, email = " ".join(typed.get("name", "").split())[:200], {}, ""
    if len(name) < 2:
        errors["name"] = _("Type a name.")
    try:
        email = addresses.read(typed.get("email", ""))
    except Unreadable as error:
        errors |= error.errors
    if errors:
        raise Unreadable(errors)
    return Who(name, email)


def read_answers(typed: Mapping[str, str], questions: list[Question], before: Mapping[str, str]) -> dict[str, str]:
    """Answers to what is asked now; those before to questions that are asked no more stay. Raises Unreadable."""
    said = {question.id: typed.get(f"q{question.id}", "") for question in questions}
    chosen = frozenset[int]().union(*(question.ticket_types for question in questions))
    kept, wrong = asking.answered(questions, chosen, said)
    if wrong:
        raise Unreadable({f"q{question}": words for question, words in wrong.items()})
    now = {str(question.id) for question in questions}
    return {id_: one for id_, one in before.items() if id_ not in now} | {str(id_): one for id_, one in kept.items()}


async def typed_of(request: Request) -> Mapping[str, str]:
    """The fields of a form, without files; of what one ticks several times, a line each."""
    async with request.form() as form:
        typed: FormData = form
    return {name: "\n".join(one for one in typed.getlist(name) if isinstance(one, str)) for name in typed}


async def _ticket(request: Request) -> tuple[Account, Attendee]:
    account = await open_order(request, request.path_params["code"])
    code = request.path_params["registration"]
    attendee = next((one for one in account.attendees if one.code == code and not one.cancelled), None)
    if attendee is None:
        raise NotFound
    if account.for_staff:
        raise _OfStaff(request, account)
    if account.state is not OrderState.CONFIRMED:
        raise _NotConfirmed(_("Only the tickets of a confirmed order can be changed."))
    return account, attendee


class _NotConfirmed(DomainError):
    status = 409

    @property
    def title(self) -> str:
        return _("Not now")


class _OfStaff(DomainError):
    """Whose the places of an institution are is said on the institution's page."""

    status = 409

    def __init__(self, request: Request, account: Account) -> None:
        super().__init__(_("An institution bought this ticket: give it to somebody, or change it, on its own page."))
        self.next = [Way(order_path(request, account.code), _("Back to the order"))]

    @property
    def title(self) -> str:
        return _("Not on this page")


def _back(request: Request, account: Account, attendee: Attendee, notice: str) -> Response:
    path = pages.path_of(request, "order_ticket", code=account.code, registration=attendee.code)
    return pages.redirect(request, f"{path}{order_pages.query_of(request)}", notice)


_PATH = "/orders/{code}/people/{registration}"
routes = [
    Route(_PATH, ticket, methods=["GET"], name="order_ticket"),
    Route(_PATH, change, methods=["POST"], name="order_ticket_change"),
    Route(f"{_PATH}/transfers", give, methods=["POST"], name="order_ticket_give"),
    Route(f"{_PATH}/transfers/withdrawal", take_back, methods=["POST"], name="order_ticket_take_back"),
    Route(f"{_PATH}/cancellation-requests", ask_to_cancel, methods=["POST"], name="order_ticket_ask"),
    Route(f"{_PATH}/requests/{{asked:int}}/withdrawal", withdraw, methods=["POST"], name="order_ticket_withdraw"),
    Route("/transfers/{transfer:int}", transfer, methods=["GET"], name="transfer"),
    Route("/transfers/{transfer:int}", answer, methods=["POST"], name="transfer_answer"),
    Route("/transfers/{transfer:int}/ticket.svg", picture, methods=["GET"], name="transfer_picture"),
]
