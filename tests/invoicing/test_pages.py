"""The whole thread through the pages: purchase order, confirmed, invoice, receipt, paid."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx
from starlette.applications import Starlette

from events.core import database
from events.core.money import Money
from events.core.outbox import Message
from events.invoicing import dues, letters, receipts
from events.people.models import Person
from events.registration import cancellations, holds, orders
from events.registration import letters as order_letters
from events.settings import Settings
from tests import make
from tests.invoicing.conftest import CHECK, Desk, slip
from tests.make import NOON

SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]


async def test_a_purchase_order_becomes_an_invoice_and_is_paid(
    client: httpx.AsyncClient, signed_in: SignIn, settings: Settings, desk: Desk, application: Starlette
) -> None:
    now = datetime.now(UTC)
    placed = await holds.place(await make.basket([desk.ticket]), now)
    key = "?key=" + orders.secret(placed.code, settings.secret_key.get_secret_value())
    root = f"/orders/{placed.code}"

    page = (await client.get(root + key)).text
    assert f"{root}/invoice{key}" in page
    assert "Purchase order" in (await client.get(f"{root}/invoice{key}")).text
    wrong = await client.post(f"{root}/invoice{key}", data={"way": "purchase_order", "address": "1 <Main> St"})
    assert wrong.status_code == 422
    assert "1 &lt;Main&gt; St" in wrong.text
    typed = {"way": "purchase_order", "number": "PO-1", "institution": "Library", "address": "1 Main St"}
    assert (await client.post(f"{root}/invoice{key}", data=typed)).status_code == 303

    page = (await client.get(root + key)).text
    assert "You are registered" in page
    assert "$100.00 is to be paid by" in page
    paid_so = (await client.get(f"{root}/invoice{key}")).text
    assert "IBAN XX00" in paid_so
    year, serial = await database.value("SELECT ARRAY[year, serial] FROM invoice")
    paper = await client.get(f"{root}/invoices/{year}-{serial:05d}.pdf{key}")
    assert (paper.status_code, paper.headers["content-type"], paper.content[:5]) == (200, "application/pdf", b"%PDF-")

    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=desk.event.id)
    desk_browser = await signed_in(registrar)
    office = f"/organize/events/{desk.event.slug}/invoices"
    assert placed.code in (await desk_browser.get(office, params={"show": "open", "q": "po-1"})).text
    assert placed.code not in (await desk_browser.get(office, params={"show": "overdue"})).text
    assert (await desk_browser.get(f"{office}/all.pdf")).content == paper.content
    slip = {"kind": "payment", "way": "check", "number": "7", "dated": "2026-06-01", "amount": "100,00"}
    assert (await desk_browser.post(f"{office}/{placed.code}/receipts", data=slip)).status_code == 303
    again = await desk_browser.post(f"{office}/{placed.code}/receipts", data=slip)
    assert again.status_code == 422
    assert "booked for this order already" in again.text

    assert "Everything is paid" in (await client.get(f"{root}/invoice{key}")).text


async def test_an_invoice_opens_only_with_its_own_order(
    client: httpx.AsyncClient, settings: Settings, desk: Desk, application: Starlette
) -> None:
    await desk.ordered()
    other = await holds.place(await make.basket([desk.ticket]), datetime.now(UTC))
    key = "?key=" + orders.secret(other.code, settings.secret_key.get_secret_value())

    assert (await client.get(f"/orders/{other.code}/invoices/2026-00001.pdf{key}")).status_code == 404
    assert (await client.get(f"/orders/{other.code}/invoices/x.pdf{key}")).status_code == 404


async def test_terms_are_saved_once_and_the_second_tab_hears_of_it(signed_in: SignIn, desk: Desk) -> None:
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=desk.event.id)
    browser = await signed_in(registrar)
    path = f"/organize/events/{desk.event.slug}/invoices/terms"
    typed = {"ways": ["check"], "due_days": "14", "grace_days": "0", "pay_to": "Box 1", "version": "1"}

    assert (await browser.post(path, data=typed)).status_code == 303
    assert (await browser.post(path, data=typed)).status_code == 409
    assert (await browser.post(path, data={**typed, "due_days": "soon", "pay_to": ""})).status_code == 422
    assert "Box 1" in (await browser.get(path)).text


async def test_the_mail_says_what_to_pay_to_whom_and_by_when(settings: Settings, desk: Desk) -> None:
    order = await desk.ordered()
    message = Message(1, "mail.payment_due", {"order": order}, 1)

    sealed = await letters.payment_due(message, settings, NOON)

    assert sealed is not None
    words = sealed.body.decode()
    assert "To be paid: $100.00 by" in words
    assert "IBAN XX00" in words


async def test_who_paid_a_part_and_ran_out_hears_that_it_is_owed_and_not_that_nothing_was_charged(
    settings: Settings, desk: Desk
) -> None:
    order = await desk.ordered(CHECK)
    await receipts.book(order, slip(4000), None, NOON)
    await dues.sweep(NOON + timedelta(days=90))
    account = await desk.account(order)

    [mail] = [order_letters.order_expired(account, Message(1, "mail", {"order": order}, 1), settings, NOON)]

    assert account.by_hand == Money(4000, "USD")
    assert mail is not None
    words = mail.body.decode()
    assert "$40.00 came from you" in words
    assert "Nothing was charged" not in words


async def test_a_check_that_is_given_back_is_not_promised_to_a_card(
    application: Starlette, settings: Settings, signed_in: SignIn, desk: Desk
) -> None:
    order = await desk.ordered(CHECK)
    client = await signed_in(await make.person("Ada", "ada@example.org"))
    account = await desk.account(order)
    query = f"?key={orders.secret(account.code, settings.secret_key.get_secret_value())}"
    await receipts.book(order, slip(), None, NOON)

    page = (await client.get(f"/orders/{account.code}/cancellation{query}")).text
    account = await desk.account(order)
    await cancellations.cancel(account, [account.attendees[0].id], NOON, "cannot come")
    mail = order_letters.order_cancelled(
        await desk.account(order), Message(1, "mail", {"order": order}, 1), settings, NOON
    )

    assert "not paid by card" in page
    assert "card it came from" not in page
    assert "We owe you $100.00" in mail.body.decode()


async def test_what_was_never_paid_is_taken_off_and_not_given_back(
    settings: Settings, signed_in: SignIn, desk: Desk
) -> None:
    order = await desk.ordered()
    client = await signed_in(await make.person("Ada", "ada@example.org"))
    account = await desk.account(order)
    query = f"?key={orders.secret(account.code, settings.secret_key.get_secret_value())}"

    page = (await client.get(f"/orders/{account.code}/cancellation{query}")).text

    assert "$100.00 is not paid yet" in page
