"""Certificates of who pays no tax: sent, looked at, and the tax off the order once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from itertools import product

import httpx
import pytest

from events import audit
from events.catalogue.models import Event
from events.core import database, files, outbox
from events.core.errors import NotFound
from events.core.files import Store
from events.people.models import Person
from events.registration import (
    accounts,
    cancellations,
    change_letters,
    exemptions,
    holds,
    orders,
    payments,
    retention,
    shelves,
    taxes,
)
from events.registration.exemptions import Certificate, NotNow
from events.registration.models import Exemption, Order, OrderLine, TicketType
from events.registration.sandbox.checkout import Card
from events.registration.states import EXEMPTION_MOVES, ExemptionState
from events.registration.taxes import Tax
from events.settings import Settings
from tests import make
from tests.letterbox import opened
from tests.make import NOON
from tests.registration.conftest import SPEAKS_TO_STRIPE, Shop
from tests.registration.test_disputes import told
from tests.registration.test_payments import PAGES, SOON, account_of, balance

pytestmark = SPEAKS_TO_STRIPE
SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]
PAPER = ("certificate.pdf", b"%PDF-1.7 exempt", "application/pdf")
SAYS = Certificate("Springfield Public Library", "E-9999-1234", "Illinois", date(2027, 12, 31))
LEGAL = {("asked", "accepted"), ("asked", "refused"), ("refused", "asked")}


@pytest.mark.parametrize(("old", "new"), list(product(ExemptionState, ExemptionState)))
def test_every_pair_of_states_is_either_a_move_or_refused(old: ExemptionState, new: ExemptionState) -> None:
    assert (new in EXEMPTION_MOVES[old]) == ((old, new) in LEGAL)


@pytest.fixture
async def event(db: None) -> Event:
    made = await make.event()
    await make.ticket_type(made, "Full", price=10825)
    await taxes.save(made.id, None, Tax("Sales tax", 8250), 0, None, NOON - timedelta(days=1))
    shelves.shelves.clear()
    return made


async def bought(event: Event, people: int = 2, *, confirmed: bool = True) -> int:
    ticket = await TicketType.get(event=event)
    placed = await holds.place(await make.basket(*[[ticket]] * people), NOON)
    if confirmed:
        async with database.transaction():
            await orders.confirm(await orders.lock(placed.id), NOON, "purchase order")
    return placed.id


async def asked(order: int, settings: Settings) -> int:
    await exemptions.ask(order, SAYS, None, Store(settings.var), NOON)
    number: int = await database.value("SELECT id FROM exemption WHERE order_id = $1", order)
    return number


async def test_accepted_the_tax_goes_off_each_ticket_and_what_is_given_back_later_is_without_it(
    event: Event, settings: Settings
) -> None:
    order = await bought(event)
    number = await asked(order, settings)
    by = (await make.person()).id

    off = await exemptions.accept(event.id, number, by, NOON + timedelta(minutes=1))

    account = await accounts.by_id(order)
    assert account is not None
    assert off.amount == 1650
    assert (account.total.amount, account.balance.amount) == (20000, 20000)
    assert {line.amount.amount for line in account.lines} == {10000}
    assert await taxes.of_order(order) == []
    await cancellations.cancel(account, [account.attendees[0].id], NOON + timedelta(minutes=2), "ill")
    account = await accounts.by_id(order)
    assert account is not None
    assert account.balance.amount == 10000
    assert [one for one in await audit.audit(NOON) if "tax" in one.check or "costs" in one.check] == []


async def test_several_registrars_take_it_off_once(event: Event, settings: Settings) -> None:
    order = await bought(event)
    number = await asked(order, settings)
    by = (await make.person()).id

    offs = await asyncio.gather(*(exemptions.accept(event.id, number, by, NOON) for _click in range(5)))

    assert sorted(one.amount for one in offs) == [0, 0, 0, 0, 1650]
    assert (await Order.get(id=order)).total == 20000
    mails = [one for one in await outbox.claim(20, NOON, lease=timedelta(0)) if one.topic == "mail.exemption_answered"]
    assert len(mails) == 1


async def test_without_the_lock_it_would_be_taken_off_twice_were_it_not_for_the_lines_own_row(
    event: Event, settings: Settings
) -> None:
    order = await bought(event, 1)
    number = await asked(order, settings)
    line = await OrderLine.get(order_id=order)
    await database.execute(
        "INSERT INTO exempted_line (line_id, exemption_id, tax, exempted_at) VALUES ($1, $2, 825, $3)",
        line.id,
        number,
        NOON,
    )

    off = await exemptions.accept(event.id, number, (await make.person()).id, NOON)

    assert off.amount == 0
    assert (await Order.get(id=order)).total == 10825


async def test_what_was_paid_by_card_comes_back_to_it(event: Event, shop: Shop, settings: Settings) -> None:
    ticket = await TicketType.get(event=event)
    placed = await holds.place(await make.basket([ticket]), SOON)
    account = await account_of(placed.id)
    await payments.check_out(account, shop.stripe, PAGES, SOON)
    checkout = str(await database.value("SELECT stripe_id FROM checkout_session WHERE order_id = $1", placed.id))
    shop.till.pay(checkout, Card.pays)
    await told(shop)
    number = await asked(placed.id, settings)

    await exemptions.accept(event.id, number, (await make.person()).id, SOON)
    await told(shop)

    assert await balance(placed.id) == 0
    refund = await database.row("SELECT amount, state FROM refund WHERE order_id = $1", placed.id)
    assert refund is not None
    assert (refund["amount"], refund["state"]) == (825, "succeeded")


async def test_refused_the_buyer_reads_why_and_sends_another(event: Event, settings: Settings) -> None:
    order = await bought(event)
    number = await asked(order, settings)
    by = (await make.person()).id

    await exemptions.refuse(event.id, number, "It ended in May", by, NOON)

    with pytest.raises(NotNow):
        await exemptions.accept(event.id, number, by, NOON)
    [message] = [
        one for one in await outbox.claim(20, NOON, lease=timedelta(0)) if one.topic == "mail.exemption_answered"
    ]
    mail = opened(await change_letters.exemption_answered(message, settings, NOON))
    assert "It ended in May" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    await exemptions.ask(order, SAYS, None, Store(settings.var), NOON)
    assert await change_letters.exemption_answered(message, settings, NOON) is None
    await exemptions.accept(event.id, number, by, NOON)
    sealed = await change_letters.exemption_answered(message, settings, NOON)
    assert "$16.50 of tax went off" in opened(sealed).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    with pytest.raises(NotNow):
        await exemptions.ask(order, SAYS, None, Store(settings.var), NOON)


async def test_an_order_without_tax_or_not_yet_bought_takes_no_certificate(event: Event, settings: Settings) -> None:
    free = await make.ticket_type(await make.event(), price=100)
    held = await bought(event, confirmed=False)
    other = await holds.place(await make.basket([free]), NOON)

    for order in (held, other.id):
        with pytest.raises(NotNow):
            await asked(order, settings)


async def test_a_certificate_of_another_event_is_not_there(event: Event, settings: Settings) -> None:
    number = await asked(await bought(event), settings)
    other, by = await make.event(), await make.person()

    with pytest.raises(NotFound):
        await exemptions.accept(other.id, number, by.id, NOON)
    with pytest.raises(NotFound):
        await exemptions.refuse(other.id, number, "no", by.id, NOON)


async def test_a_buyer_sends_the_paper_and_only_the_registrar_reads_it(
    event: Event, settings: Settings, client: httpx.AsyncClient, signed_in: SignIn
) -> None:
    order = await Order.get(id=await bought(event))
    key = f"?key={orders.secret(order.code, settings.secret_key.get_secret_value())}"
    path = f"/orders/{order.code}/exemption{key}"
    form = {"institution": "<b>Springfield</b>", "number": "E-1", "issued_by": "IL", "valid_until": "2027-01-01"}
    ada = await signed_in(await make.person("Ada"))

    page = await client.get(path)
    wrong = await client.post(path, data=form | {"number": "", "valid_until": "soon"}, files={"paper": PAPER})
    html = await client.post(path, data=form, files={"paper": ("x.pdf", b"<html>", "application/pdf")})
    sent = await client.post(path, data=form, files={"paper": PAPER})
    again = await client.get(path)
    stranger = await ada.get(f"/orders/{order.code}/exemption")

    assert (page.status_code, wrong.status_code, html.status_code, sent.status_code) == (200, 422, 422, 303)
    assert "&lt;b&gt;Springfield" in wrong.text
    assert "This is no day." in wrong.text
    assert "none of what is taken here" in html.text
    assert "We have certificate.pdf." in again.text
    assert stranger.status_code == 404
    row = await Exemption.get(order=order)
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=event.id)
    browser = await signed_in(registrar)
    root = f"/organize/events/{event.slug}/taxes/certificates"
    listed = await browser.get(f"{root}?q=springfield&state=asked")
    paper = await browser.get(f"{root}/{row.id}/paper")
    silent = await browser.post(f"{root}/{row.id}", data={"do": "refuse", "answer": ""})
    taken = await browser.post(f"{root}/{row.id}", data={"do": "accept"})
    assert "E-1" in listed.text
    assert paper.content == PAPER[1]
    assert paper.headers["content-disposition"].startswith("attachment")
    assert (silent.status_code, taken.status_code) == (422, 303)
    assert (await ada.get(f"{root}/{row.id}/paper")).status_code in {403, 404}


async def test_the_night_keeps_the_paper_while_its_order_is_named_and_blanks_it_with_it(
    event: Event, settings: Settings, client: httpx.AsyncClient
) -> None:
    order = await Order.get(id=await bought(event))
    key = f"?key={orders.secret(order.code, settings.secret_key.get_secret_value())}"
    form = {"institution": "Springfield", "number": "E-1", "issued_by": "IL", "valid_until": ""}
    await client.post(f"/orders/{order.code}/exemption{key}", data=form, files={"paper": PAPER})
    row, store = await Exemption.get(order=order), Store(settings.var)
    late = NOON.replace(year=2040)

    await files.forget_unnamed(store, exemptions.named, late)
    assert store.path(row.sha256).is_file()
    await database.execute("UPDATE orders SET total = 0 WHERE id = $1", order.id)
    await database.execute("DELETE FROM ledger WHERE order_id = $1", order.id)
    await retention.blank_accounts(late, 7, 100)
    await files.forget_unnamed(store, exemptions.named, late)

    blank = await Exemption.get(order=order)
    assert (blank.number, blank.institution, blank.file, blank.sha256) == ("", "", "", "")
    assert not store.path(row.sha256).is_file()
    assert await exemptions.of_order(order.id) is None
