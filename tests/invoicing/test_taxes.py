"""What invoices and the books say of the tax in a price."""

import zipfile
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from io import BytesIO

import httpx
import pytest
from starlette.applications import Starlette

from events import audit
from events.books import journal
from events.core import database
from events.core.files import Store
from events.invoicing import archive, dues, invoices, receipts
from events.people.models import Person
from events.registration import cancellations, exemptions, orders, taxes
from events.registration.exemptions import Certificate
from events.registration.models import Exemption, Order
from events.registration.taxes import Tax
from events.settings import Settings
from tests import make
from tests.invoicing.conftest import CHECK, PURCHASE_ORDER, Desk, slip
from tests.make import NOON

SAYS = Certificate("Springfield Public Library", "E-1", "Illinois")


@pytest.fixture
async def taxed(desk: Desk) -> Desk:
    await taxes.save(desk.event.id, None, Tax("Sales tax", 8250), 0, None, NOON - timedelta(days=1))
    return desk


async def exempt(desk: Desk, order: int, settings: Settings, minutes: int = 1) -> None:
    await exemptions.ask(order, SAYS, None, Store(settings.var), NOON)
    one = await Exemption.get(order_id=order)
    await exemptions.accept(desk.event.id, one.id, (await make.person()).id, NOON + timedelta(minutes=minutes))


async def test_an_invoice_says_which_of_it_is_tax_and_its_credit_note_takes_that_back(taxed: Desk) -> None:
    order = await taxed.ordered(people=2)
    account = await taxed.account(order)
    await cancellations.cancel(account, [account.attendees[0].id], NOON, "ill")
    await dues.sweep(NOON)

    first, credit, second = await invoices.of_order(order)

    assert [line["tax"] for line in first.body["lines"]] == [762, 762]  # type: ignore[attr-defined]
    assert [line["tax"] for line in credit.body["lines"]] == [-762, -762]  # type: ignore[attr-defined]
    assert [(line["tax"], line["rate"]) for line in second.body["lines"]] == [(762, 8250)]  # type: ignore[attr-defined]
    assert [one for one in await audit.audit(NOON) if "invoice" in one.check] == []


async def test_who_is_exempt_gets_another_invoice_without_tax_and_owes_less(taxed: Desk, settings: Settings) -> None:
    order = await taxed.ordered(CHECK)

    await exempt(taxed, order, settings)
    await dues.sweep(NOON + timedelta(minutes=2))

    account = await taxed.account(order)
    assert (account.state, dues.left(account).amount) == ("PENDING", 9238)
    last = (await invoices.of_order(order))[-1]
    assert (last.total.amount, last.body["exempt"]) == (9238, "E-1, Illinois")
    assert "tax" not in last.body["lines"][0]  # type: ignore[index]
    await receipts.book(order, slip(9238), None, NOON + timedelta(minutes=3))
    account = await taxed.account(order)
    assert (account.state, account.balance.amount) == ("CONFIRMED", 0)
    assert await audit.audit(NOON) == []


@pytest.mark.parametrize("paid_first", [True, False])
async def test_the_books_keep_tax_apart_from_income_and_balance(
    taxed: Desk, settings: Settings, paid_first: bool
) -> None:
    plain = await taxed.ordered(PURCHASE_ORDER)
    order = await taxed.ordered(PURCHASE_ORDER if paid_first else CHECK)
    await exempt(taxed, order, settings)
    if not paid_first:
        await receipts.book(order, slip(9238), None, NOON + timedelta(minutes=2))
    account = await taxed.account(order)
    sums: dict[str, int] = {}
    for one in await journal.postings(NOON.date().replace(day=1)):
        sums[one.account] = sums.get(one.account, 0) + one.amount
    await cancellations.cancel(account, [account.attendees[0].id], NOON + timedelta(minutes=3), "ill")
    after = {one.account: one.debit - one.credit for one in await journal.sums(NOON.date().replace(day=1))}

    assert (sums["deferred"], sums["tax"]) == (-2 * 9238, -762)
    assert sum(sums.values()) == 0
    assert (after["deferred"], after["tax"]) == (-9238, -762)
    assert (await Order.get(id=plain)).total == 10000


async def test_a_period_is_a_zip_of_papers_with_a_table(taxed: Desk) -> None:
    order = await taxed.ordered()
    await database.execute(
        "INSERT INTO invoice (year, serial, kind, order_id, currency, total, body, issued_at)"
        " SELECT 1999, 1, kind, order_id, currency, total, body, '1999-01-01' FROM invoice"
    )
    whole = b"".join([piece async for piece in archive.pieces(taxed.event.id, NOON.date(), NOON.date())])
    again = b"".join([piece async for piece in archive.pieces(taxed.event.id, NOON.date(), None)])

    with zipfile.ZipFile(BytesIO(whole)) as found:
        assert found.testzip() is None
        assert sorted(found.namelist()) == ["invoice-2026-00001.pdf", "invoices.csv"]
        assert found.read("invoice-2026-00001.pdf").startswith(b"%PDF-")
        table = found.read("invoices.csv").decode("utf-8-sig").splitlines()
    code = (await Order.get(id=order)).code
    who = "Springfield Public Library,Ada Lovelace"
    assert table[1] == f"2026-00001,invoice,2026-06-25,{code},{who},100.00,7.62,USD"
    assert whole == again
    assert await archive.count(taxed.event.id, None, date(1999, 1, 1)) == 1
    assert await archive.count(taxed.event.id, None, None) == 2


async def test_a_registrar_downloads_a_period_and_hears_of_an_empty_one(
    taxed: Desk, signed_in: Callable[[Person], Awaitable[httpx.AsyncClient]]
) -> None:
    await taxed.ordered()
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=taxed.event.id)
    browser = await signed_in(registrar)
    path = f"/organize/events/{taxed.event.slug}/invoices/all.zip"

    whole = await browser.get(path)
    empty = await browser.get(f"{path}?from=1999-01-01&through=1999-12-31")
    wrong = await browser.get(f"{path}?from=soon")

    assert (whole.status_code, empty.status_code, wrong.status_code) == (200, 404, 404)
    assert zipfile.ZipFile(BytesIO(whole.content)).namelist()[-1] == "invoices.csv"
    assert "No invoice was issued in these days." in empty.text


async def test_who_paid_by_card_has_an_invoice_by_saying_to_whom(
    taxed: Desk, client: httpx.AsyncClient, settings: Settings, application: Starlette
) -> None:
    order = await taxed.ordered(None)
    async with database.transaction():
        await orders.confirm(await orders.lock(order), NOON, "paid")
    code = (await Order.get(id=order)).code
    key = f"?key={orders.secret(code, settings.secret_key.get_secret_value())}"
    path = f"/orders/{code}/invoice"
    form = {"institution": "<i>Springfield</i>", "address": "1 Main St", "reference": "Dept 4"}

    led = await client.get(f"/orders/{code}{key}")
    wrong = await client.post(f"{path}/billing{key}", data=form | {"address": " "})
    first = await client.post(f"{path}/billing{key}", data=form)
    second = await client.post(f"{path}/billing{key}", data=form | {"address": "2 Other St"})
    page = await client.get(f"{path}{key}")

    assert "Get an invoice" in led.text
    assert (wrong.status_code, first.status_code, second.status_code) == (422, 303, 303)
    assert "&lt;i&gt;Springfield" in wrong.text
    [one] = await invoices.of_order(order)
    assert (one.body["institution"], one.body["address"], one.body["reference"]) == (
        "<i>Springfield</i>",
        "1 Main St",
        "Dept 4",
    )
    assert one.number in page.text
    held = await taxed.ordered(None)
    code = (await Order.get(id=held)).code
    key = f"?key={orders.secret(code, settings.secret_key.get_secret_value())}"
    assert (await client.post(f"/orders/{code}/invoice/billing{key}", data=form)).status_code == 409
