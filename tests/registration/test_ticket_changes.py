"""Details, transfers and requests: who a ticket is for changes once, whoever clicks how often, and is kept with why."""

import asyncio
from datetime import datetime
from itertools import product
from typing import Any

import httpx
import pytest

from events.catalogue.models import Event
from events.core import database
from events.core.errors import DomainError, Unreadable
from events.core.outbox import Message
from events.people.models import Person
from events.registration import (
    accounts,
    change_letters,
    change_requests,
    change_rules,
    holds,
    orders,
    retention,
    ticket_changes,
    transfers,
)
from events.registration.accounts import Account
from events.registration.change_rules import Rules, Transfers
from events.registration.holds import Attendee
from events.registration.models import ChangeRequest, Registration, TicketChange, Transfer
from events.registration.states import REQUEST_MOVES, TRANSFER_MOVES, RequestState, TransferState
from events.registration.ticket_changes import Who
from events.settings import Settings
from tests import make
from tests.letterbox import opened
from tests.make import NOON
from tests.registration.conftest import count

GRACE = Who("Grace Hopper", "grace@example.org")
ALAN = Who("Alan Turing", "alan@example.org")
KEY = "tests" * 8


async def bought(event: Event | None = None, **values: Any) -> Account:
    """A free order for Ada, confirmed."""
    ticket = await make.ticket_type(event)
    basket = await make.basket(
        [ticket], attendees=[Attendee("Ada Lovelace", "ada@example.org", {"1": "vegan"})], **values
    )
    placed = await holds.place(basket, NOON)
    account = await accounts.by_id(placed.id)
    assert account is not None
    return account


async def test_a_ticket_given_away_is_a_new_ticket_without_the_others_answers(db: None) -> None:
    account = await bought()
    before = await Registration.get()
    person = await make.person("Grace Hopper", "grace@example.org")

    made = await transfers.offer(account, before.id, GRACE, NOON, None, at_once=False)
    await transfers.accept(made, NOON, None)
    await transfers.accept(made, NOON, None)

    after = await Registration.get()
    assert (after.name, after.email, after.person_id) == ("Grace Hopper", "grace@example.org", person.id)  # type: ignore[attr-defined]
    assert after.code != before.code
    assert after.answers == {}
    change = await TicketChange.get()
    assert (change.kind, change.old["email"], change.new["email"]) == (
        "transfer",
        "ada@example.org",
        "grace@example.org",
    )
    topics = await database.rows("SELECT topic FROM outbox_message WHERE topic LIKE 'mail.transfer%' ORDER BY id")
    assert [row["topic"] for row in topics] == [
        "mail.transfer_offered", "mail.transfer_received", "mail.transfer_settled",
    ]  # fmt: skip


async def test_nobody_gets_what_they_have_and_members_prices_stay_with_members(db: None) -> None:
    event = await make.event()
    account = await bought(event)
    await bought(event, email="alan@example.org")
    await Registration.filter(email="ada@example.org").exclude(id=account.attendees[0].id).update(email=ALAN.email)
    members = await bought(event, membership={"number": "M1", "valid_to": "2026-12-31"})
    member = await make.person("Grace Hopper", "grace@example.org")

    async def refused(of: Account, who: Who) -> str:
        with pytest.raises(Unreadable) as no:
            await transfers.offer(of, of.attendees[0].id, who, NOON, None, at_once=True)
        return no.value.errors["email"]

    assert "already" in await refused(account, Who("Ada", "ada@example.org"))
    assert "has a ticket" in await refused(account, ALAN)
    assert "member’s price" in await refused(members, GRACE)
    await make.membership(member)
    await transfers.offer(members, members.attendees[0].id, GRACE, NOON, None, at_once=True)
    assert (await Registration.get(id=members.attendees[0].id)).email == GRACE.email


async def test_two_offers_at_once_are_one_and_a_cancelled_ticket_is_nobodys(db: None) -> None:
    account = await bought()
    ticket = account.attendees[0].id

    made = await asyncio.gather(
        *(transfers.offer(account, ticket, who, NOON, None, at_once=False) for who in (GRACE, ALAN, GRACE, ALAN)),
        return_exceptions=True,
    )
    await Registration.all().update(cancelled_at=NOON)

    assert await count("transfer") == 1
    assert sum(isinstance(one, transfers.NoTransfer) for one in made) == 2
    with pytest.raises(orders.TooLate):
        await transfers.accept((await Transfer.get()).id, NOON, None)
    assert (await Registration.get()).email == "ada@example.org"


async def give_to_two(account: Account) -> list[object]:
    ticket = account.attendees[0].id
    return list(
        await asyncio.gather(
            *(transfers.offer(account, ticket, who, NOON, None, at_once=True) for who in (GRACE, ALAN)),
            return_exceptions=True,
        )
    )


async def test_a_ticket_given_to_two_at_once_is_only_ones(db: None) -> None:
    made = await give_to_two(await bought())

    assert sum(isinstance(one, orders.TooLate) for one in made) == 1
    assert await count("ticket_change") == 1


async def test_without_the_lock_both_would_be_told_it_is_theirs(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: both have read the ticket before either writes."""
    gate = asyncio.Barrier(2)
    real = ticket_changes.check_receiver

    async def unlocked(order: int) -> orders.Locked:
        row = await database.row("SELECT id, state, total, currency, held_until FROM orders WHERE id = $1", order)
        assert row is not None
        return orders._locked(row)

    async def together(account: Account, now: accounts.Attendee, who: Who, at: datetime) -> int | None:
        await gate.wait()
        return await real(account, now, who, at)

    account = await bought()
    monkeypatch.setattr(orders, "lock", unlocked)
    monkeypatch.setattr(ticket_changes, "check_receiver", together)
    made = await give_to_two(account)

    assert [one for one in made if isinstance(one, BaseException)] == []
    assert await count("ticket_change") == 2


@pytest.mark.parametrize(("old", "new"), list(product(TransferState, TransferState)))
def test_only_an_open_offer_moves(old: TransferState, new: TransferState) -> None:
    assert (new in TRANSFER_MOVES[old]) == (old == "offered" and new != "offered")


@pytest.mark.parametrize(("old", "new"), list(product(RequestState, RequestState)))
def test_only_an_open_request_moves(old: RequestState, new: RequestState) -> None:
    assert (new in REQUEST_MOVES[old]) == (old == "open" and new != "open")


async def test_a_request_is_answered_once_and_does_what_it_asks(db: None) -> None:
    account = await bought()
    ticket = account.attendees[0].id
    registrars: list[Person] = [await make.person(), await make.person()]
    made = await change_requests.ask(account, ticket, "transfer", GRACE, "I am ill", NOON)
    assert await change_requests.ask(account, ticket, "transfer", ALAN, "I am very ill", NOON) == made

    answers = await asyncio.gather(
        *(change_requests.answer(made, RequestState.granted, "of course", NOON, one.id) for one in registrars),
        return_exceptions=True,
    )

    assert sum(isinstance(one, orders.TooLate) for one in answers) == 1
    assert (await Registration.get()).email == ALAN.email
    assert (await ChangeRequest.get()).state == "granted"
    assert await count("ticket_change") == 1
    assert await database.value("SELECT count(*) FROM outbox_message WHERE topic = 'mail.change_answered'") == 1


async def test_a_granted_cancellation_gives_back_what_the_registrar_says(db: None) -> None:
    event = await make.event()
    ticket = await make.ticket_type(event, price=10000)
    await make.refund_policy(event, [])
    placed = await holds.place(await make.basket([ticket]), NOON)
    async with database.transaction():
        await orders.confirm(await orders.lock(placed.id), NOON, "paid")
    account = await accounts.by_id(placed.id)
    assert account is not None
    registrar = await make.person()
    made = await change_requests.ask(account, account.attendees[0].id, "cancel", None, "ill", NOON)

    await change_requests.answer(made, RequestState.granted, "get well", NOON, registrar.id, kept=2500)

    ledger = await database.rows("SELECT kind, amount FROM ledger ORDER BY id")
    assert [tuple(row) for row in ledger] == [("charge", 10000), ("waiver", -10000), ("fee", 2500)]
    assert (await orders.lock(placed.id)).state == "CANCELLED"


async def test_before_the_day_it_is_done_and_after_it_asked(buyer: httpx.AsyncClient) -> None:
    account = await bought()
    key = f"?key={orders.secret(account.code, KEY)}"
    path = f"/orders/{account.code}/people/{account.attendees[0].code}"
    details = {"name": "Ada King", "email": "ada@example.org"}

    assert "Give it to another person" in (await buyer.get(path + key)).text
    done = await buyer.post(path + key, data=details)
    wrong = await buyer.post(f"{path}/transfers{key}", data={"name": "G", "email": "nobody"})
    await change_rules.save(account.event, Rules(NOON.date().replace(day=1), Transfers.accept))
    silent = await buyer.post(path + key, data={"name": "Ada Byron", "email": "ada@example.org"})
    asked = await buyer.post(path + key, data={"name": "Ada Byron", "email": "ada@example.org", "words": "a typo"})

    assert (done.status_code, wrong.status_code, silent.status_code, asked.status_code) == (303, 422, 422, 303)
    assert (await Registration.get()).name == "Ada King"
    assert (await ChangeRequest.get()).wanted["name"] == "Ada Byron"
    assert "Take the request back" in (await buyer.get(path + key)).text
    assert (await buyer.get(path)).status_code != 200


async def test_the_other_person_opens_the_mail_and_has_a_ticket(buyer: httpx.AsyncClient) -> None:
    account = await bought()
    made = await transfers.offer(account, account.attendees[0].id, GRACE, NOON, None, at_once=False)
    settings = Settings(secret_key=KEY, base_url="http://testserver")
    mail = opened(await change_letters.transfer_offered(Message(1, "mail", {"transfer": made}, 1), settings, NOON))
    part = mail.get_body(("plain",))
    assert part is not None
    link = next(word for word in part.get_content().split() if "/transfers/" in word)

    assert mail["To"] == "Grace Hopper <grace@example.org>"
    assert "offers you a ticket" in (await buyer.get(link)).text
    assert (await buyer.get(link.replace("key=", "key=0"))).status_code == 404
    taken = [(await buyer.post(link, data={"do": "accept"})).status_code for _click in range(2)]
    code = (await Registration.get()).code

    assert taken == [303, 303]
    assert code in (await buyer.get(link)).text
    assert (await buyer.get(link.replace("?", "/ticket.svg?"))).headers["content-type"] == "image/svg+xml"
    assert (await buyer.post(link, data={"do": "decline"})).status_code == 409


async def test_the_registrar_answers_on_one_page(buyer: httpx.AsyncClient) -> None:
    event = await make.event()
    account = await bought(event)
    other = await bought()
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=event.id)
    buyer.cookies.set("signin", await make.sign_in(registrar, NOON))
    root = f"/organize/events/{event.slug}/change-requests"
    mine = await change_requests.ask(account, account.attendees[0].id, "cancel", None, "a funeral", NOON)
    theirs = await change_requests.ask(other, other.attendees[0].id, "cancel", None, "secret", NOON)

    page = (await buyer.get(root)).text
    silent = await buyer.post(f"{root}/{mine}", data={"do": "grant"})
    foreign = await buyer.post(f"{root}/{theirs}", data={"do": "grant", "answer": "yes"})
    granted = await buyer.post(f"{root}/{mine}", data={"do": "grant", "answer": "so sorry"})
    rules = await buyer.post(f"{root}/rules", data={"until": "2026-07-01", "transfers": "at_once", "version": "0"})
    stale = await buyer.post(f"{root}/rules", data={"until": "", "transfers": "never", "version": "0"})

    assert "a funeral" in page
    assert "secret" not in page
    assert [one.status_code for one in (silent, foreign, granted, rules, stale)] == [422, 404, 303, 303, 409]
    assert await change_rules.of(event.id) == Rules(NOON.date().replace(month=7, day=1), Transfers.at_once, 1)
    assert "so sorry" in (await buyer.get(root, params={"state": "granted"})).text


async def test_details_of_a_cancelled_ticket_do_not_change(db: None) -> None:
    account = await bought()
    await Registration.all().update(cancelled_at=NOON)

    with pytest.raises(DomainError):
        await ticket_changes.change_details(account, account.attendees[0].id, GRACE, None, NOON, None)


async def test_who_had_a_ticket_and_what_was_asked_is_blanked_with_the_order(db: None) -> None:
    account = await bought()
    ticket = account.attendees[0].id
    await change_requests.ask(account, ticket, "cancel", None, "a funeral", NOON)
    await transfers.offer(account, ticket, GRACE, NOON, None, at_once=True)

    assert await retention.blank_accounts(NOON.replace(year=2034), 7, 10) == 1

    change, offer, asked = await TicketChange.get(), await Transfer.get(), await ChangeRequest.get()
    assert (change.old, change.new, offer.name, offer.email, asked.words, asked.wanted) == ({}, {}, "", "", "", {})
    assert await retention.blank_accounts(NOON.replace(year=2034), 7, 10) == 0
