"""The tax that is in a price."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.catalogue.models import Event
from events.core import database, locales
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.money import Money
from events.people.models import Person
from events.registration import holds, shelves, taxes
from events.registration.models import Order
from events.registration.taxes import NO_TAX, Tax
from tests import make
from tests.make import NOON
from tests.registration.test_pages import form_key, open_form

SALES, VAT = Tax("Sales tax", 8250), Tax("VAT", 20000)


def test_ten_eighty_two_at_eight_and_a_quarter_percent_are_ten_dollars_and_the_tax() -> None:
    assert taxes.within(1082, 8250) == 82
    assert taxes.within(-1082, 8250) == -82
    assert taxes.within(1082, 0) == 0
    assert taxes.within(3, 20000) == 1  # half a cent goes up


@given(st.integers(-(10**12), 10**12), st.integers(0, 99_999))
def test_the_tax_is_never_more_than_the_price_and_within_half_a_unit_of_the_exact_one(amount: int, rate: int) -> None:
    tax = taxes.within(amount, rate)

    assert abs(tax) <= abs(amount)
    assert taxes.within(-amount, rate) == -tax
    assert abs(2 * (tax * (100_000 + rate) - amount * rate)) <= 100_000 + rate


@pytest.mark.parametrize("amount", [0, 1, 3, 1082, -1082, 99_999_999, -7])
@pytest.mark.parametrize("rate", [0, 1, 8250, 19000, 20000, 99_999])
async def test_the_database_works_it_out_alike(db: None, amount: int, rate: int) -> None:
    sql = taxes.WITHIN.format(amount="$1::bigint", rate="$2::int")

    assert await database.value(f"SELECT {sql}::bigint", amount, rate) == taxes.within(amount, rate)


def test_taxes_of_one_rate_are_summed_and_the_highest_comes_first() -> None:
    lines = [(SALES, 1082), (NO_TAX, 500), (VAT, 1200), (SALES, 2165)]

    found = taxes.parts([(tax, Money(amount, "USD")) for tax, amount in lines])

    assert [(part.tax, part.net.amount, part.amount.amount) for part in found] == [(VAT, 1000, 200), (SALES, 3000, 247)]
    assert sum((part.net + part.amount).amount for part in found) == 1082 + 1200 + 2165


@pytest.mark.parametrize(("typed", "rate"), [("8.25", 8250), ("8,25 %", 8250), ("0", 0), (" 19 ", 19000), ("0.001", 1)])
def test_a_percentage_is_read_as_people_write_it(typed: str, rate: int) -> None:
    assert taxes.read_rate(typed) == rate


@pytest.mark.parametrize("typed", ["", "a lot", "100", "-1", "8.2525", "NaN", "1e9", "Infinity"])
def test_what_is_no_percentage_is_told(typed: str) -> None:
    with pytest.raises(Unreadable) as told:
        taxes.read_rate(typed)
    assert told.value.errors.keys() == {"rate"}


def test_a_rate_is_said_in_the_readers_language() -> None:
    locales.speak("en")
    assert SALES.words == "Sales tax 8.25%"
    locales.speak("de")
    assert SALES.words == "Sales tax 8,25\N{NO-BREAK SPACE}%"
    locales.speak("en")


@pytest.fixture
async def event(db: None) -> Event:
    made = await make.event()
    await make.ticket_type(made, "Full", price=10825)
    await make.ticket_type(made, "Virtual", price=5000, kind="virtual")
    return made


async def ordered(event: Event, *names: str, at=NOON) -> Order:  # type: ignore[no-untyped-def]
    tickets = [await event.ticket_types.filter(name=name).get() for name in names]  # type: ignore[attr-defined]
    placed = await holds.place(await make.basket(*[[one] for one in tickets]), at)
    return await Order.get(id=placed.id)


async def test_a_ticket_type_has_its_own_tax_and_an_order_keeps_the_one_of_its_day(event: Event) -> None:
    virtual = await event.ticket_types.filter(name="Virtual").get()  # type: ignore[attr-defined]
    before = await ordered(event, "Full")
    await taxes.save(event.id, None, SALES, 0, None, NOON + timedelta(minutes=1))
    await taxes.save(event.id, virtual.id, NO_TAX, 0, None, NOON + timedelta(minutes=1))
    after = await ordered(event, "Full", "Full", "Virtual", at=NOON + timedelta(minutes=2))
    seen = await taxes.newest(event.id)
    await taxes.save(event.id, None, VAT, seen[None], None, NOON + timedelta(minutes=3))
    await taxes.save(event.id, virtual.id, None, seen[virtual.id], None, NOON + timedelta(minutes=3))
    last = await ordered(event, "Virtual", at=NOON + timedelta(minutes=4))

    assert await taxes.of_order(before.id) == []
    [part] = await taxes.of_order(after.id)
    assert (part.tax, part.net.amount, part.amount.amount) == (SALES, 20000, 1650)
    [part] = await taxes.of_order(last.id)
    assert (part.tax, part.amount.amount) == (VAT, 833)
    now = await taxes.current(event.id)
    assert (now.of_event, now.of(virtual.id), now.ever) == (VAT, VAT, True)


async def test_the_slower_of_two_registrars_is_told_and_anothers_ticket_type_is_not_there(event: Event) -> None:
    other = await make.ticket_type()
    await taxes.save(event.id, None, SALES, 0, None, NOON)

    with pytest.raises(StaleWrite):
        await taxes.save(event.id, None, VAT, 0, None, NOON)
    with pytest.raises(NotFound):
        await taxes.save(event.id, other.id, VAT, 0, None, NOON)


async def test_who_buys_reads_that_the_tax_is_in_the_price(event: Event, buyer: httpx.AsyncClient) -> None:
    await taxes.save(event.id, None, SALES, 0, None, NOON - timedelta(days=1))
    shelves.shelves.clear()
    page = await open_form(buyer, event.slug)
    full = await event.ticket_types.filter(name="Full").get()  # type: ignore[attr-defined]
    chosen = {
        "form_key": form_key(page),
        "people": "1",
        "p0-main": str(full.id),
        "p0-name": "Ada",
        "p0-email": "ada@example.org",
    }

    told = await buyer.post(f"/events/{event.slug}/register", data=chosen | {"do": "update"})
    placed = await buyer.post(f"/events/{event.slug}/register", data=chosen | {"do": "order"})
    order = await buyer.get(placed.headers["location"])

    assert "All prices include Sales tax 8.25%." in page
    for text in (told.text, order.text):
        assert "Of that Sales tax 8.25%" in text
        assert "$8.25" in text
    assert (await Order.get()).total == 10825


async def test_a_registrar_sets_the_tax_and_hears_what_is_wrong_at_its_field(
    event: Event, signed_in: Callable[[Person], Awaitable[httpx.AsyncClient]]
) -> None:
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=event.id)
    browser = await signed_in(registrar)
    path = f"/organize/events/{event.slug}/taxes"
    form = {"subject": "event", "seen": "0", "how": "own", "name": "Sales tax", "rate": "8.25"}

    wrong = await browser.post(path, data=form | {"rate": "lots", "name": "<b>x</b>"})
    saved = await browser.post(path, data=form)
    stale = await browser.post(path, data=form | {"rate": "9"})
    page = await browser.get(path)

    assert (wrong.status_code, saved.status_code, stale.status_code) == (422, 303, 409)
    assert "Write a percentage below 100" in wrong.text
    assert "&lt;b&gt;x&lt;/b&gt;" in wrong.text
    assert "In the price: Sales tax 8.25%." in page.text
    assert 'value="8.25"' in page.text
